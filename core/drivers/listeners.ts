import { ChargebenchError } from '../errors.ts';
import type { CancelSignal, Clock } from '../time/clock.ts';
import type { Unsubscribe } from '../transport/mqtt-link.ts';

export interface Listeners<T> {
  add(listener: (event: T) => void): Unsubscribe;
  emit(event: T): void;
}

export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(event: T) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
  };
}

/** The first event that fits, from now on; throws timeout, or cancelled by the signal. */
export function nextEvent<T>(
  listeners: Listeners<T>,
  fits: (event: T) => boolean,
  clock: Clock,
  limitMs: number,
  signal?: CancelSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      remove();
      callOff();
      signal?.removeEventListener('abort', cancel);
    };
    const cancel = (): void => {
      end();
      reject(new ChargebenchError('cancelled'));
    };
    const remove = listeners.add((event) => {
      if (!fits(event)) return;
      end();
      resolve(event);
    });
    const callOff = clock.callAt(clock.monotonicMs() + limitMs, () => {
      end();
      reject(new ChargebenchError('timeout', { limitMs }));
    });
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted === true) cancel();
  });
}
