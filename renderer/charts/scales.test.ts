import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeSteps, valueSteps } from './scale-steps.ts';
import { around, following, panned, within, zoomed } from './time-range.ts';

describe('labels', () => {
  it('stand at round times', () => {
    expect(timeSteps(585, 645, 8)).toEqual([590, 600, 610, 620, 630, 640]);
    expect(timeSteps(0, 86_400, 8)[1]).toBe(10_800);
  });

  it('stand at round values from zero up, at most six', () => {
    expect(valueSteps(65, 5)).toEqual([0, 20, 40, 60]);
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 2000, noNaN: true }), (top) => {
        const steps = valueSteps(top, 5);
        expect(steps[0]).toBe(0);
        expect(steps.length).toBeLessThanOrEqual(6);
        expect(steps.length).toBeGreaterThanOrEqual(3);
      }),
    );
  });
});

describe('the part of a run that is shown', () => {
  const range = fc.tuple(fc.double({ min: 0, max: 1700, noNaN: true }), fc.double({ min: 5, max: 900, noNaN: true })).map(([from, width]) => within([from, from + width], 1800));

  it('stays inside the run, whatever is done to it', () => {
    fc.assert(
      fc.property(range, fc.double({ min: -4000, max: 4000, noNaN: true }), fc.double({ min: 0.01, max: 100, noNaN: true }), (shown, byS, factor) => {
        for (const next of [panned(shown, byS, 1800), zoomed(shown, factor, shown[0] + 1, 1800), around(byS, 60, 1800), following(shown, Math.abs(byS) % 1800, 1800)]) {
          expect(next[0]).toBeGreaterThanOrEqual(0);
          expect(next[1]).toBeLessThanOrEqual(1800 + 1e-6);
          expect(next[1]).toBeGreaterThan(next[0]);
        }
      }),
    );
  });

  it('zooms about the place of the pointer', () => {
    const [fromS, untilS] = zoomed([600, 700], 0.5, 625, 1800);
    expect((625 - fromS) / (untilS - fromS)).toBeCloseTo(0.25, 6);
    expect(untilS - fromS).toBeCloseTo(50, 6);
  });

  it('follows a cursor that passes three quarters of it, and one that left it', () => {
    expect(following([0, 100], 70, 1800)).toEqual([0, 100]);
    expect(following([0, 100], 80, 1800)).toEqual([5, 105]);
    const [fromS, untilS] = following([0, 100], 900, 1800);
    expect(fromS).toBeLessThan(900);
    expect(untilS).toBeGreaterThan(900);
  });
});
