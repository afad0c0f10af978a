/** Lets a simulated site and whatever hangs on its clock live through virtual time, promises included. */
import type { LoopbackWorld } from '../../core/player/world.ts';
import type { VirtualClock } from '../../core/time/virtual-clock.ts';

export interface VirtualRun {
  /** Lets so much time pass. */
  run(seconds: number): Promise<void>;
  /** Waits for a promise while time passes; fails after a minute of it. */
  settle<T>(promise: Promise<T>): Promise<T>;
}

const STEP_MS = 50;
const LONGEST_WAIT_MS = 60_000;

async function promisesSettled(): Promise<void> {
  // A chain of awaits needs a turn each; no driver's is longer.
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

export function createVirtualRun(world: LoopbackWorld, clock: VirtualClock): VirtualRun {
  const passTo = async (untilMs: number): Promise<void> => {
    for (;;) {
      const timeMs = Math.min(world.nextEventMs(), clock.nextCallMs());
      if (timeMs > untilMs) break;
      clock.enter(timeMs);
      world.advanceTo(timeMs);
      clock.advanceTo(timeMs);
      await promisesSettled();
    }
    clock.advanceTo(untilMs);
    await promisesSettled();
  };
  return {
    run: (seconds) => passTo(clock.monotonicMs() + seconds * 1000),
    async settle(promise) {
      const state = { isSettled: false };
      const mark = (): void => {
        state.isSettled = true;
      };
      promise.then(mark, mark);
      const untilMs = clock.monotonicMs() + LONGEST_WAIT_MS;
      await promisesSettled();
      while (!state.isSettled) {
        if (clock.monotonicMs() >= untilMs) throw new Error(`not settled after ${LONGEST_WAIT_MS} ms`);
        await passTo(clock.monotonicMs() + STEP_MS);
      }
      return promise;
    },
  };
}
