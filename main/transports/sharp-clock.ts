import type { Clock } from '../../core/time/clock.ts';

/** The system's timers ring up to so much late; the rest of a wait is spent looking at the clock between other events. */
const TIMER_SLACK_MS = 2;
/** Longer waits are not worth the looking. */
const LONGEST_SHARP_MS = 25;

/**
 * A clock whose short waits end within a fraction of a millisecond: the silence between two frames is 1.75 ms at 115200 baud
 * (Modbus over Serial Line V1.02, 2.5.1.1), and a late timer would double it.
 */
export function createSharpClock(clock: Clock): Clock {
  return {
    ...clock,
    callAt(timeMs, callback) {
      const waitMs = timeMs - clock.monotonicMs();
      if (waitMs > LONGEST_SHARP_MS) return clock.callAt(timeMs, callback);
      let isOff = false;
      const look = (): void => {
        if (isOff) return;
        if (clock.monotonicMs() >= timeMs) callback();
        else setImmediate(look);
      };
      const callOff = waitMs > TIMER_SLACK_MS ? clock.callAt(timeMs - TIMER_SLACK_MS, look) : null;
      if (callOff === null) setImmediate(look);
      return () => {
        isOff = true;
        callOff?.();
      };
    },
  };
}
