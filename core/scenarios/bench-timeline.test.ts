import { expect, test } from 'vitest';
import { benchTimeline } from './bench-timeline.ts';

test('sleep and death in a row are one absence; only death forgets', () => {
  const timeline = benchTimeline([
    { kind: 'controller-killed', fromS: 20, untilS: 30 },
    { kind: 'sleep', fromS: 10, untilS: 20 },
  ]);
  expect([9.999, 10, 19.9, 20, 29.9, 30].map((timeS) => timeline.isAway(timeS * 1000))).toEqual([false, true, true, true, true, false]);
  expect(timeline.backMs(10_000)).toBe(30_000);
  expect([10, 20, 40].map((timeS) => timeline.kills(timeS * 1000))).toEqual([0, 1, 1]);
  expect(timeline.changesMs).toEqual([10_000, 20_000, 30_000]);
});

test('who is killed for good never comes back', () => {
  expect(benchTimeline([{ kind: 'controller-killed', fromS: 5 }]).backMs(5000)).toBe(Infinity);
});

test('jumps of the clock add up', () => {
  const timeline = benchTimeline([
    { kind: 'clock-jump', fromS: 10, byS: 3600 },
    { kind: 'clock-jump', fromS: 20, byS: -60 },
  ]);
  expect([9, 10, 20].map((timeS) => timeline.wallShiftMs(timeS * 1000))).toEqual([0, 3_600_000, 3_540_000]);
  expect(timeline.isAway(10_000)).toBe(false);
});
