/** The thread that plays scenarios: live control has the main thread to itself. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { failureOf } from '../../core/errors.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { loadCourse } from '../../hardware-sims/plant/load-course.ts';
import type { PlayOrder, PreviewAnswer, PreviewOrder, SweepAnswer, SweepRequest, SweepSetup, WorkerMessage, WorkerOrder } from './messages.ts';
import { playOrder, playOutcome } from './play-order.ts';
import { withValues } from './vary-file.ts';

if (parentPort === null) throw new Error('this file is the entry of a worker thread');
const port = parentPort;

const NICE = 10;

/**
 * Linux counts niceness by thread (setpriority(2), "C library/kernel differences"); elsewhere this would slow live
 * control too. On the wire the devices live in real time themselves.
 */
function giveWay({ mode }: Pick<PlayOrder, 'mode'>): void {
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

let sweep: SweepSetup | null = null;

/** One run of a sweep after another; only figures go back. */
async function playSwept({ index, values, controller }: SweepRequest['run'], { file, mode }: SweepSetup): Promise<void> {
  const order: PlayOrder = { file: withValues(file, values), controller, mode, journalPath: null, broker: null };
  let answer: SweepAnswer;
  try {
    answer = { index, result: { ok: true, value: await playOutcome(order) } };
  } catch (error) {
    answer = { index, result: { ok: false, error: failureOf(error) } };
  }
  port.postMessage(answer);
}

function preview({ preview: file }: PreviewOrder): void {
  giveWay({ mode: 'direct' });
  const restored = restoreScenario(file);
  let course: PreviewAnswer['course'];
  try {
    course = restored.ok ? { ok: true, value: loadCourse(restored.value.scenario, restored.value.site) } : restored;
  } catch (error) {
    course = { ok: false, error: failureOf(error) };
  }
  port.postMessage({ course } satisfies PreviewAnswer);
}

port.on('message', (message: WorkerOrder | PreviewOrder | { readonly setup: SweepSetup } | SweepRequest) => {
  if ('order' in message) void play(message);
  else if ('preview' in message) preview(message);
  else if ('setup' in message) {
    sweep = message.setup;
    giveWay(sweep);
  } else if (sweep !== null) void playSwept(message.run, sweep);
});
