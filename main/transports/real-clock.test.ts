import { expect, test } from 'vitest';
import { createRealClock } from './real-clock.ts';

test('a call comes at its time or after, never before', async () => {
  const clock = createRealClock();
  const dueMs = clock.monotonicMs() + 3.4;
  const rangMs = await new Promise<number>((resolve) => {
    clock.callAt(dueMs, () => {
      resolve(clock.monotonicMs());
    });
  });
  expect(rangMs).toBeGreaterThanOrEqual(dueMs);
});

test('a call that was called off does not come', async () => {
  const clock = createRealClock();
  const rang: string[] = [];
  const callOff = clock.callAt(clock.monotonicMs() + 1, () => rang.push('called off'));
  callOff();
  await new Promise<void>((resolve) => {
    clock.callAt(clock.monotonicMs() + 5, resolve);
  });
  expect(rang).toEqual([]);
});

test('calls for a moment that has passed come at once, in their order', async () => {
  const clock = createRealClock();
  const rang: number[] = [];
  await new Promise<void>((resolve) => {
    clock.callAt(0, () => rang.push(1));
    clock.callAt(0, () => rang.push(2));
    clock.callAt(0, resolve);
  });
  expect(rang).toEqual([1, 2]);
});
