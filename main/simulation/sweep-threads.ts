/** Threads that play one run of a sweep after another: starting a thread and compiling the program take longer than many a run. */
import { Worker } from 'node:worker_threads';
import { failureOf, type Failure } from '../../core/errors.ts';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import type { SweepAnswer, SweepRequest, SweepSetup } from './messages.ts';
import { LARGEST_HEAP_MB } from './pool.ts';

export type SweptResult = { readonly ok: true; readonly value: ScenarioOutcome } | { readonly ok: false; readonly error: Failure };

export interface ThreadOptions {
  /** The built worker. */
  readonly entry: URL;
  readonly size: number;
  readonly setup: SweepSetup;
  /** The next run; null when there is none left. */
  readonly next: () => SweepRequest['run'] | null;
  readonly onResult: (index: number, result: SweptResult) => void;
}

/**
 * Settles when every run has its result; rejects with what `next` or `onResult` throws. A thread that breaks down fails its run only,
 * unless it has never played any: then no other would either, and all of it rejects.
 */
export async function playInThreads(options: ThreadOptions): Promise<void> {
  const threads = Array.from({ length: options.size }, () => playInThread(options));
  await Promise.all(threads);
}

async function playInThread(options: ThreadOptions): Promise<void> {
  while ((await liveOneThread(options)) === 'broken');
}

function liveOneThread({ entry, setup, next, onResult }: ThreadOptions): Promise<'done' | 'broken'> {
  return new Promise((resolve, reject) => {
    let playing = next();
    if (playing === null) {
      resolve('done');
      return;
    }
    const worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MB }, stderr: false });
    const end = (settle: () => void): void => {
      worker.removeAllListeners();
      void worker.terminate().then(settle);
    };
    let hasAnswered = false;
    const breakDown = (error: unknown): void => {
      if (!hasAnswered) {
        end(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
        return;
      }
      if (playing !== null) onResult(playing.index, { ok: false, error: failureOf(error) });
      end(() => {
        resolve('broken');
      });
    };
    worker.on('message', ({ index, result }: SweepAnswer) => {
      hasAnswered = true;
      try {
        onResult(index, result);
        playing = next();
        if (playing === null) end(() => { resolve('done'); });
        else worker.postMessage({ run: playing } satisfies SweepRequest);
      } catch (error) {
        end(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }
    });
    worker.on('error', breakDown);
    worker.on('exit', () => {
      breakDown(new Error('the playing thread ended without an answer'));
    });
    worker.postMessage({ setup });
    worker.postMessage({ run: playing } satisfies SweepRequest);
  });
}
