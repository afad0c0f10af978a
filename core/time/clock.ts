import { ChargebenchError } from '../errors.ts';

/** The part of the platform's AbortSignal that core needs; an AbortSignal fits as it is. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The only source of time. Ages and timeouts use monotonic time; quarter-hours, schedules and months use
 * wall time (UTC, ms since 1970). Only transports, drivers, the loop and the player hold a clock.
 */
export interface Clock {
  monotonicMs(): number;
  wallMs(): number;
  /**
   * Calls once, at the given monotonic time or as soon after as possible; calls due at the same time run in the
   * order in which they were asked for. Returns a function that calls it off.
   */
  callAt(timeMs: number, callback: () => void): () => void;
}

/** Waits; throws `cancelled` as soon as the signal is given. */
export function sleep(clock: Clock, durationMs: number, signal?: CancelSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new ChargebenchError('cancelled'));
      return;
    }
    const cancel = (): void => {
      callOff();
      reject(new ChargebenchError('cancelled'));
    };
    const callOff = clock.callAt(clock.monotonicMs() + durationMs, () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    });
    signal?.addEventListener('abort', cancel);
  });
}
