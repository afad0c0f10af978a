import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { watchEventLoopDelay } from './event-loop-delay.ts';

test('a thread that was blocked for 80 ms shows it', async () => {
  const delay = watchEventLoopDelay();
  expect(delay.p99Ms()).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const untilMs = performance.now() + 80;
  while (performance.now() < untilMs);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(delay.p99Ms()).toBeGreaterThan(50);
  delay.close();
});
