import { Worker } from 'node:worker_threads';
import { ChargebenchError, failure, failureOf, type Result } from '../../core/errors.ts';
import type { RunColumns } from '../../core/runs/columns.ts';
import type { PlayedResult, PlayOrder, WorkerMessage, WorkerOrder } from './messages.ts';
import { createPreviewThread, type LoadPreviewer } from './preview-thread.ts';

export interface PlayListeners {
  readonly onProgress: (playedS: number, durationS: number) => void;
  readonly onColumns: (columns: RunColumns) => void;
}

export interface Playing {
  /** Never rejects. */
  readonly ended: Promise<Result<PlayedResult>>;
  /** The run ends as `cancelled`, soon where it listens and at the latest after a second. */
  cancel(): void;
}

export interface SimulationPool {
  play(order: PlayOrder, listeners: PlayListeners): Playing;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** The built worker. */
  readonly entry: URL;
  /** Threads at most; further runs wait. One core stays for live control. */
  readonly size: number;
}

/** A run that uses more than this is stopped, so that it cannot take the host with it. */
export const LARGEST_HEAP_MB = 1024;
const CANCEL_LIMIT_MS = 1000;

interface Waiting {
  readonly order: PlayOrder;
  readonly listeners: PlayListeners;
  readonly cancelFlag: Int32Array<SharedArrayBuffer>;
  readonly settle: (result: Result<PlayedResult>) => void;
}

/** Each run has a thread of its own, which ends with it: 20 to 50 ms more, and its memory is given back at once. */
export function createSimulationPool({ entry, size }: PoolOptions): SimulationPool & LoadPreviewer {
  const previews = createPreviewThread(entry);
  const queue: Waiting[] = [];
  const running = new Set<Worker>();

  const startNext = (): void => {
    if (running.size >= size) return;
    const next = queue.shift();
    if (next === undefined) return;
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MB }, stderr: false });
    running.add(worker);
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') next.listeners.onProgress(message.playedS, message.durationS);
      else if (message.kind === 'columns') next.listeners.onColumns(message.columns);
      else {
        next.settle(message.result);
        void worker.terminate();
      }
    });
    worker.on('error', (error) => {
      next.settle({ ok: false, error: failureOf(error) });
    });
    worker.on('exit', () => {
      running.delete(worker);
      // After an answer this changes nothing.
      next.settle(failure(isCancelled(next) ? 'cancelled' : 'internal', isCancelled(next) ? {} : { message: 'the playing thread ended without an answer' }));
      startNext();
    });
    worker.postMessage({ order: next.order, cancelFlag: next.cancelFlag } satisfies WorkerOrder);
    stops.set(next, () => void worker.terminate());
  };
  const stops = new Map<Waiting, () => void>();

  return {
    play(order, listeners) {
      const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
      let settle: Waiting['settle'] = () => undefined;
      const ended = new Promise<Result<PlayedResult>>((resolve) => {
        settle = resolve;
      });
      const run: Waiting = { order, listeners, cancelFlag, settle };
      void ended.then(() => stops.delete(run));
      queue.push(run);
      startNext();
      return {
        ended,
        cancel() {
          Atomics.store(cancelFlag, 0, 1);
          const index = queue.indexOf(run);
          if (index >= 0) {
            queue.splice(index, 1);
            settle(failure('cancelled'));
            return;
          }
          setTimeout(() => stops.get(run)?.(), CANCEL_LIMIT_MS).unref();
        },
      };
    },
    previewLoads: (file) => previews.previewLoads(file),
    async close() {
      await previews.close();
      for (const { settle } of queue.splice(0)) settle(failure('cancelled'));
      await Promise.all([...running].map((worker) => worker.terminate()));
    },
  };
}

function isCancelled({ cancelFlag }: Waiting): boolean {
  return Atomics.load(cancelFlag, 0) === 1;
}

/** Where the build puts the worker, seen from any host's file. */
export function builtWorker(hostUrl: string): URL {
  const entry = new URL('../simulation/worker.js', hostUrl);
  if (entry.protocol !== 'file:') throw new ChargebenchError('internal', { message: `no worker beside ${hostUrl}` });
  return entry;
}
