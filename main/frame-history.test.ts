import { expect, test } from 'vitest';
import type { Frame } from '../core/runs/frame.ts';
import { createFrameHistory } from './frame-history.ts';

const frameAt = (timeMs: number): Frame => ({ timeMs, wallMs: timeMs, readings: [], reports: [], setpoints: [], confirmations: [], circuits: [], notices: [] });

test('keeps one frame a second and always the newest', () => {
  const history = createFrameHistory();
  for (let timeMs = 0; timeMs <= 5100; timeMs += 100) history.add(frameAt(timeMs));
  expect(history.frames().map(({ timeMs }) => timeMs)).toEqual([0, 1000, 2000, 3000, 4000, 5000, 5100]);
});

test('forgets what is older than 15 minutes', () => {
  const history = createFrameHistory();
  for (let second = 0; second <= 3600; second += 1) history.add(frameAt(second * 1000));
  const times = history.frames().map(({ timeMs }) => timeMs);
  expect([times[0], times.at(-1), times.length]).toEqual([2_700_000, 3_600_000, 901]);
});
