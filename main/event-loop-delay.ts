import { performance } from 'node:perf_hooks';

const SAMPLE_MS = 20;
const SAMPLES = 500;

export interface EventLoopDelay {
  /** 99th percentile over the last ten seconds. */
  p99Ms(): number;
  close(): void;
}

/**
 * Watches how late this thread is: control and devices share it with everything else the host does. The monitor of
 * perf_hooks only counts from its start or reset, so the last ten seconds are kept here.
 */
export function watchEventLoopDelay(): EventLoopDelay {
  const delaysMs = new Float64Array(SAMPLES);
  let count = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    delaysMs[count % SAMPLES] = Math.max(0, nowMs - lastMs - SAMPLE_MS);
    count += 1;
    lastMs = nowMs;
  }, SAMPLE_MS);
  timer.unref();
  return {
    p99Ms() {
      const sorted = delaysMs.slice(0, Math.min(count, SAMPLES)).sort();
      return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
    },
    close() {
      clearInterval(timer);
    },
  };
}
