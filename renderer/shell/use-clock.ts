import { useSyncExternalStore } from 'react';

/** The wall clock in steps, so that ages grow on the screen while nothing arrives. UTC ms. */
export function useClock(stepMs = 1000): number {
  return useSyncExternalStore(
    (onChange) => {
      const timer = setInterval(onChange, stepMs);
      return () => {
        clearInterval(timer);
      };
    },
    () => Math.floor(Date.now() / stepMs) * stepMs,
  );
}
