import { expect, test } from 'vitest';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { throttled } from './throttled.ts';

test('the first value passes at once, then the newest of each period at its end, and none is repeated', () => {
  const clock = createVirtualClock();
  const passed: [number, number][] = [];
  const give = throttled<number>(clock, 200, (value) => passed.push([clock.monotonicMs(), value]));
  for (const timeMs of [0, 10, 150, 201, 450, 1000]) {
    clock.advanceTo(timeMs);
    give(timeMs);
  }
  clock.advanceTo(5000);
  expect(passed).toEqual([[0, 0], [200, 150], [400, 201], [600, 450], [1000, 1000]]);
});
