/** The thread that plays scenarios: live control has the main thread to itself. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { failureOf } from '../../core/errors.ts';
import type { PlayOrder, WorkerMessage, WorkerOrder } from './messages.ts';
import { playOrder } from './play-order.ts';

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
const port = parentPort;

const NICE = 10;

/**
 * Linux counts niceness by thread (setpriority(2), "C library/kernel differences"); elsewhere this would slow live
 * control too. On the wire the devices live in real time themselves.
 */
function giveWay({ mode }: PlayOrder): void {
  if (process.platform === 'linux' && mode !== 'wire') setPriority(0, NICE);
}

async function play({ order, cancelFlag }: WorkerOrder): Promise<void> {
  const send = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, [...transfer]);
  };
  giveWay(order);
  try {
    const { result, columns } = await playOrder(order, {
      onProgress(playedS, durationS) {
        send({ kind: 'progress', playedS, durationS });
      },
      isCancelled: () => Atomics.load(cancelFlag, 0) === 1,
    });
    send({ kind: 'columns', columns }, [columns.timeS.buffer as ArrayBuffer, ...columns.columns.map(({ values }) => values.buffer as ArrayBuffer)]);
    send({ kind: 'end', result: { ok: true, value: result } });
  } catch (error) {
    send({ kind: 'end', result: { ok: false, error: failureOf(error) } });
  }
}

port.on('message', (message: WorkerOrder) => {
  void play(message);
});
