import { performance } from 'node:perf_hooks';
import type { Clock } from '../../core/time/clock.ts';

/** The machine's time, for what simulated wires wait for: milliseconds to seconds. A call never comes before its time. */
export function createMachineClock(): Clock {
  const monotonicMs = (): number => performance.now();
  return {
    monotonicMs,
    wallMs: () => Date.now(),
    callAt(timeMs, callback) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        timer = setTimeout(() => {
          if (monotonicMs() >= timeMs) callback();
          else arm();
        }, Math.max(0, Math.ceil(timeMs - monotonicMs())));
      };
      arm();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
