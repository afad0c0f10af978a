import { expect, test } from 'vitest';
import { watchSharedBus } from './shared-bus-benchmark.ts';

test('8 meters and 7 nodes on one pair at 9600 baud: no current gets older than 3 s', { timeout: 60_000 }, async () => {
  const { sharedBusOldestCurrentMs, sharedBusOldestNodeMs, sharedBusBusyPercent } = await watchSharedBus();
  expect(sharedBusOldestCurrentMs).toBeLessThan(3000);
  expect(sharedBusOldestNodeMs).toBeLessThan(3000);
  expect(sharedBusBusyPercent).toBeLessThan(100);
});
