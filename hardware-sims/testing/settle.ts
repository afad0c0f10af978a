import type { VirtualClock } from '../../core/time/virtual-clock.ts';

const LONGEST_WAIT_MS = 3_600_000;

async function promisesSettled(): Promise<void> {
  // A chain of awaits needs a turn each; none here is longer.
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

/** Waits for a promise while virtual time passes from call to call; fails after an hour of it, or when nothing is left to happen. */
export async function settle<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  const state = { isSettled: false };
  const mark = (): void => {
    state.isSettled = true;
  };
  promise.then(mark, mark);
  const untilMs = clock.monotonicMs() + LONGEST_WAIT_MS;
  await promisesSettled();
  while (!state.isSettled) {
    const nextMs = clock.nextCallMs();
    if (nextMs > untilMs) throw new Error('nothing more happens, and the promise is still open');
    clock.advanceTo(nextMs);
    await promisesSettled();
  }
  return promise;
}

/** Lets so much time pass, promises included. */
export async function passMs(clock: VirtualClock, durationMs: number): Promise<void> {
  const untilMs = clock.monotonicMs() + durationMs;
  for (let nextMs = clock.nextCallMs(); nextMs <= untilMs; nextMs = clock.nextCallMs()) {
    clock.advanceTo(nextMs);
    await promisesSettled();
  }
  clock.advanceTo(untilMs);
  await promisesSettled();
}
