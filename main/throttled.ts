import type { Clock } from '../core/time/clock.ts';

/** Passes values on at most once per period; the newest of a period always gets through, at its end. */
export function throttled<T>(clock: Clock, periodMs: number, pass: (value: T) => void): (value: T) => void {
  let lastMs = -Infinity;
  let waiting: { readonly value: T } | null = null;
  const passNow = (value: T): void => {
    lastMs = clock.monotonicMs();
    pass(value);
  };
  return (value) => {
    if (waiting !== null) {
      waiting = { value };
      return;
    }
    const dueMs = lastMs + periodMs;
    if (clock.monotonicMs() >= dueMs) {
      passNow(value);
      return;
    }
    waiting = { value };
    clock.callAt(dueMs, () => {
      const newest = waiting;
      waiting = null;
      if (newest !== null) passNow(newest.value);
    });
  };
}
