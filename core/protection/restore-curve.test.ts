import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CurvePoint } from './curve-schema.ts';
import { BUNDLED_CURVES } from './list-curves.ts';
import { restoreCurve, sizeOf } from './restore-curve.ts';

const point = (ratio: number, durationS: number): Record<string, unknown> => ({ ratio, durationS, source: 'maker, page 3' });
const size = { upToA: 63, mayTrip: [point(1.1, 3600), point(2, 5)], mustTrip: [point(1.4, 3600), point(2, 60)] };
const file = { format: 'chargebench-curve', version: 1, id: 'maker-x', name: 'Maker X', standard: 'maker', sizes: [size] };

test("a maker's curve from the user's folder is read", () => {
  expect(restoreCurve(file)).toMatchObject({ ok: true, value: { id: 'maker-x', sizes: [{ upToA: 63 }] } });
});

/** Rows: what is wrong in the file, and the path and rule by which it must be named. */
test.each([
  ['another format', { ...file, format: 'csv' }, 'format', 'wrong-format'],
  ['no points', { ...file, sizes: [{ ...size, mayTrip: [] }] }, 'sizes/0/mayTrip', 'too-small'],
  ['a point without source', { ...file, sizes: [{ ...size, mayTrip: [{ ratio: 1.1, durationS: 60 }] }] }, 'sizes/0/mayTrip/0/source', 'invalid-type'],
  ['a misspelt key', { ...file, magnetics: {} }, 'magnetics', 'unknown-key'],
  ['currents that fall', { ...file, sizes: [{ ...size, mayTrip: [point(2, 60), point(1.1, 5)] }] }, 'sizes/0/mayTrip/1/ratio', 'points-ascend'],
  ['times that rise', { ...file, sizes: [{ ...size, mustTrip: [point(1.4, 60), point(2, 3600)] }] }, 'sizes/0/mustTrip/1/durationS', 'times-fall'],
  ['sizes that fall', { ...file, sizes: [size, { ...size, upToA: 32 }] }, 'sizes/1/upToA', 'sizes-ascend'],
  ['a latest trip before the earliest', { ...file, sizes: [{ ...size, mustTrip: [point(1.4, 3600), point(2, 2)] }] }, 'sizes/0/mustTrip', 'latest-before-earliest'],
  ['a must-trip current below the holding current', { ...file, sizes: [{ ...size, mustTrip: [point(1.05, 3600)] }] }, 'sizes/0/mustTrip', 'latest-before-earliest'],
  ['a magnetic band upside down', { ...file, magnetic: { mayTripRatio: 5, mustTripRatio: 3, source: 'maker' } }, 'magnetic/mustTripRatio', 'magnetic-band'],
])('a curve with %s is refused by path and rule', (_, broken, path, rule) => {
  expect(restoreCurve(broken)).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { path, rule } } });
});

test('a curve of a later program is refused with both versions', () => {
  expect(restoreCurve({ ...file, version: 3 })).toMatchObject({ ok: false, error: { code: 'newer-version', context: { fileVersion: 3, knownVersion: 1 } } });
});

test('no JSON makes the gate throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(typeof restoreCurve(value).ok).toBe('boolean');
      expect(typeof restoreCurve({ ...file, sizes: value }).ok).toBe('boolean');
    }),
  );
});

/** Rows of electrical.md: the largest rating of each set of points. */
test.each([
  ['ul-489', [30, 50, 100, 150]],
  ['iec-60898-b', [32, 63, 125]],
  ['iec-60898-c', [32, 63, 125]],
  ['iec-60269-gg', [16, 20, 25, 32, 35, 40, 50, 63, 80, 100]],
])('%s has points for ratings up to %j A', (id, upToA) => {
  expect(BUNDLED_CURVES.get(id)?.sizes.map((each) => each.upToA)).toEqual(upToA);
});

/** electrical.md: 10 s gate currents of the standard's table. */
test.each([
  [16, 33], [20, 42], [25, 52], [32, 75], [40, 95], [50, 125], [63, 160], [80, 215], [100, 290],
])('a %i A gG fuse may blow within 10 s from %i A', (ratingA, gateA) => {
  const curve = BUNDLED_CURVES.get('iec-60269-gg');
  const points = curve === undefined ? null : sizeOf(curve, ratingA);
  const gate = points?.ok === true ? points.value.mayTrip[1] : undefined;
  expect(gate).toMatchObject({ durationS: 10, assumption: true });
  expect((gate?.ratio ?? 0) * ratingA).toBeCloseTo(gateA, 1);
});

test('every earliest time of UL 489 is marked as an assumption, and no figure of a standard is', () => {
  const marked = (points: readonly CurvePoint[]): boolean[] => points.map(({ assumption }) => assumption);
  for (const each of BUNDLED_CURVES.get('ul-489')?.sizes ?? []) {
    expect(marked(each.mayTrip)).toEqual([true, true]);
    expect(marked(each.mustTrip)).toEqual([false, false]);
  }
  for (const each of BUNDLED_CURVES.get('iec-60898-b')?.sizes ?? []) expect(marked([...each.mayTrip, ...each.mustTrip])).toEqual([false, false, false, false]);
});
