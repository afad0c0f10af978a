import { performance } from 'node:perf_hooks';
import type { Clock } from '../../core/time/clock.ts';

/** setTimeout takes a 32-bit number of ms; longer waits (25 days) are taken in several parts. */
const LONGEST_TIMER_MS = 2_147_000_000;

/** The machine's time: monotonic ms since the process started, wall time UTC. */
export function createRealClock(): Clock {
  const monotonicMs = (): number => performance.now();
  return {
    monotonicMs,
    wallMs: () => Date.now(),
    callAt(timeMs, callback) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        const remainingMs = Math.max(0, timeMs - monotonicMs());
        // Rounded up: a timer must never ring before its time, for ages are compared with ">=".
        timer = setTimeout(() => {
          if (monotonicMs() >= timeMs) callback();
          else arm();
        }, Math.min(Math.ceil(remainingMs), LONGEST_TIMER_MS));
      };
      arm();
      return () => {
        clearTimeout(timer);
      };
    },
  };
}
