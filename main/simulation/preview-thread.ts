import { Worker } from 'node:worker_threads';
import { failure, failureOf, type Result } from '../../core/errors.ts';
import type { LoadCourse } from '../../hardware-sims/plant/load-course.ts';
import type { PreviewAnswer, PreviewOrder } from './messages.ts';

export interface LoadPreviewer {
  /** What house and PV of a scenario file, as parsed JSON with its recordings, take and give; the newest asked for, others end as `cancelled`. Never rejects. */
  previewLoads(file: unknown): Promise<Result<LoadCourse>>;
}

/** A year of seconds takes some of them; nobody waits longer for a picture. */
const LONGEST_MS = 20_000;

/** Each in a thread of its own: a recording of a month is parsed beside live control, not in it. */
export function createPreviewThread(entry: URL): LoadPreviewer & { close(): Promise<void> } {
  let stop: (() => void) | null = null;
  let running: Worker | null = null;
  return {
    previewLoads(file) {
      stop?.();
      return new Promise((resolve) => {
        const worker = new Worker(entry, { stderr: false });
        running = worker;
        const settle = (result: Result<LoadCourse>): void => {
          clearTimeout(timer);
          resolve(result);
          void worker.terminate();
        };
        const timer = setTimeout(() => settle(failure('timeout', { limitMs: LONGEST_MS })), LONGEST_MS);
        stop = () => settle(failure('cancelled'));
        worker.on('message', ({ course }: PreviewAnswer) => settle(course));
        worker.on('error', (error) => settle({ ok: false, error: failureOf(error) }));
        worker.on('exit', () => settle(failure('cancelled')));
        worker.postMessage({ preview: file } satisfies PreviewOrder);
      });
    },
    async close() {
      stop?.();
      await running?.terminate();
    },
  };
}
