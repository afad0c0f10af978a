import { describe, expect, it } from 'vitest';
import { fakeRun } from '../../host/fake-run.ts';
import { nextMoment, noticesAt, setpointsAt } from './changes.ts';
import { excursionsAbove, mainExcursion } from './excursions.ts';
import { csvOf } from './export-run.ts';
import { feedSegments, visibleSegments } from './feed-segments.ts';

describe('time above a limit', () => {
  const timeS = Float64Array.from({ length: 60 }, (_, row) => row);

  it('joins saw teeth to one excursion and counts only the time truly above', () => {
    const currentA = Float32Array.from(timeS, (at) => (at >= 20 && at < 28 && at % 2 === 1 ? 52 : at >= 20 && at < 28 ? 50 : 34));
    expect(excursionsAbove(timeS, currentA, 50)).toEqual([{ fromS: 21, untilS: 28, aboveS: 4 }]);
  });

  it('keeps what is far apart apart, and shows the longest one in sight', () => {
    const currentA = Float32Array.from(timeS, (at) => (at < 3 || (at >= 30 && at < 36) ? 60 : 10));
    const found = excursionsAbove(timeS, currentA, 50);
    expect(found.map(({ aboveS }) => aboveS)).toEqual([3, 6]);
    expect(mainExcursion(found, 0, 59)?.fromS).toBe(30);
    expect(mainExcursion(found, 0, 20)?.fromS).toBe(0);
    expect(mainExcursion(found, 40, 59)).toBeNull();
  });

  it('has no value in a gap', () => {
    const currentA = Float32Array.from(timeS, (at) => (at > 10 ? Number.NaN : 60));
    expect(excursionsAbove(timeS, currentA, 50)).toEqual([{ fromS: 0, untilS: 11, aboveS: 11 }]);
  });
});

describe('the age of a feed', () => {
  const rule = { periodMs: 1000, allowedAgeMs: 5000 };

  it('is fresh up to two periods, late until its allowed age, then stale', () => {
    const ageS = Float32Array.of(Number.NaN, 1, 2, 3, 5, 6, 7, 1);
    const timeS = Float64Array.from(ageS, (_, row) => row);
    expect(feedSegments(timeS, ageS, rule).map(({ state, fromS, untilS }) => [state, fromS, untilS])).toEqual([
      ['none', 0, 1],
      ['fresh', 1, 3],
      ['late', 3, 5],
      ['stale', 5, 7],
      ['fresh', 7, 7],
    ]);
  });

  it('never hides a stale moment of a long run among fresh ones', () => {
    const ageS = Float32Array.from({ length: 86_400 }, (_, row) => (row === 40_000 ? 60 : 1));
    const timeS = Float64Array.from(ageS, (_, row) => row);
    const shown = visibleSegments(feedSegments(timeS, ageS, rule), 0, 86_400);
    expect(shown.length).toBeLessThan(10);
    expect(shown.some(({ state }) => state === 'stale')).toBe(true);
  });
});

describe('what held at a moment', () => {
  const { result, columns } = fakeRun({ scenarioId: 'primary-starts-second', controller: 'device', mode: 'loopback' });

  it('are the newest setpoints at or before it, in the order of the site', () => {
    expect(setpointsAt(result, 613).map(({ evseId, offeredCurrentA }) => [evseId, offeredCurrentA])).toEqual([
      ['primary', 34],
      ['secondary', 22],
    ]);
    expect(setpointsAt(result, -1)).toEqual([]);
  });

  it('are the notices that have come and not yet gone', () => {
    expect([610, 611, 620, 621].map((timeS) => noticesAt(result, timeS).map(({ code }) => code))).toEqual([[], ['above-rating'], ['above-rating'], []]);
  });

  it('has a next and a previous moment, or none', () => {
    expect([nextMoment([5, 1, 9], 5, 1), nextMoment([5, 1, 9], 5, -1), nextMoment([5, 1, 9], 9, 1)]).toEqual([9, 1, null]);
  });

  it('goes out as a table with a line per row and an empty field for no value', () => {
    const spoiled = { ...columns.columns, columns: columns.columns.columns.map((one, index) => (index === 0 ? { ...one, values: one.values.map((value, row) => (row === 1 ? Number.NaN : value)) } : one)) };
    const lines = csvOf(spoiled).split('\r\n');
    expect(lines).toHaveLength(1803);
    expect(lines[0]).toMatch(/^time \(s\),ev circuit-current l1 \(A\),/);
    expect(lines[2]).toMatch(/^1,,/);
    expect(lines[614]).toMatch(/^613,52,52,/);
  });
});
