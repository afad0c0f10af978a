import { expect, test } from 'vitest';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createRealClock } from './real-clock.ts';
import { createSharpClock } from './sharp-clock.ts';

test('a short wait never ends before its time', async () => {
  const clock = createSharpClock(createRealClock());
  for (const waitMs of [0, 0.3, 1.75, 3.65, 8]) {
    const dueMs = clock.monotonicMs() + waitMs;
    const rangMs = await new Promise<number>((resolve) => {
      clock.callAt(dueMs, () => {
        resolve(clock.monotonicMs());
      });
    });
    expect(rangMs).toBeGreaterThanOrEqual(dueMs);
  }
});

test('called off, it does not ring, neither while it sleeps nor while it looks', async () => {
  const clock = createSharpClock(createRealClock());
  let rang = 0;
  for (const waitMs of [0, 1, 6]) clock.callAt(clock.monotonicMs() + waitMs, () => (rang += 1))();
  await new Promise<void>((resolve) => {
    clock.callAt(clock.monotonicMs() + 12, resolve);
  });
  expect(rang).toBe(0);
});

test('a long wait is left to the clock below', () => {
  const below = createVirtualClock();
  createSharpClock(below).callAt(1000, () => undefined);
  expect(below.nextCallMs()).toBe(1000);
});
