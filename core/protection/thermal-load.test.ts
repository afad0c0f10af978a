import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUNDLED_CURVES } from './list-curves.ts';
import type { Curve } from './curve-schema.ts';
import { createThermalLoad, type ThermalLoad, type ThermalSettings, type Verdict } from './thermal-load.ts';

function curve(id: string): Curve {
  const found = BUNDLED_CURVES.get(id);
  if (found === undefined) throw new Error(`no curve ${id}`);
  return found;
}

/** A load after so many seconds at each current in turn, in steps of one second. */
function after(id: string, ratingA: number, stretches: readonly (readonly [currentA: number, seconds: number])[], settings?: Partial<ThermalSettings>): ThermalLoad {
  const load = createThermalLoad(curve(id), ratingA, settings);
  for (const [currentA, seconds] of stretches) for (let second = 0; second < seconds; second += 1) load.step(currentA, 1000);
  return load;
}

/** Rows of reference/electrical.md: device, rating, current, seconds; the verdict that the standard's own points give. */
test.each<[string, number, number, number, Verdict, string]>([
  ['iec-60898-b', 16, 1.13 * 16, 7200, 'holds', 'must not trip at 1.13 In'],
  ['iec-60898-b', 80, 1.13 * 80, 7200, 'holds', 'must not trip at 1.13 In for 2 h'],
  ['iec-60898-b', 16, 1.45 * 16, 3599, 'may-trip', 'has 1 h at 1.45 In'],
  ['iec-60898-b', 16, 1.45 * 16, 3600, 'trips', 'must trip within 1 h at 1.45 In'],
  ['iec-60898-b', 63, 1.45 * 63, 3600, 'trips', 'must trip within 1 h at 1.45 In up to 63 A'],
  ['iec-60898-b', 80, 1.45 * 80, 3600, 'may-trip', 'has 2 h above 63 A'],
  ['iec-60898-b', 80, 1.45 * 80, 7200, 'trips', 'must trip within 2 h above 63 A'],
  ['iec-60898-c', 32, 2.55 * 32, 59, 'may-trip', 'has 60 s at 2.55 In up to 32 A'],
  ['iec-60898-c', 32, 2.55 * 32, 60, 'trips', 'must trip within 60 s at 2.55 In up to 32 A'],
  ['iec-60898-c', 40, 2.55 * 40, 60, 'may-trip', 'has 120 s above 32 A'],
  ['iec-60898-c', 40, 2.55 * 40, 120, 'trips', 'must trip within 120 s above 32 A'],
  ['iec-60898-b', 16, 5 * 16, 1, 'trips', 'type B trips at once at 5 In'],
  ['iec-60898-b', 16, 4 * 16, 1, 'may-trip', 'type B may trip at once between 3 and 5 In'],
  ['iec-60898-c', 16, 5 * 16, 1, 'may-trip', 'type C need not trip at 5 In'],
  ['iec-60898-c', 16, 10 * 16, 1, 'trips', 'type C trips at once at 10 In'],
  ['ul-489', 50, 50, 14_400, 'holds', 'carries 1.00 In without end'],
  ['ul-489', 50, 1.35 * 50, 3600, 'trips', 'must trip within 1 h at 1.35 In'],
  ['ul-489', 60, 1.35 * 60, 3600, 'may-trip', 'has 2 h above 50 A'],
  ['ul-489', 30, 60, 120, 'trips', 'must trip within 2 min at 2.00 In up to 30 A'],
  ['ul-489', 50, 100, 120, 'may-trip', 'has 4 min for 31-50 A'],
  ['ul-489', 50, 100, 240, 'trips', 'must trip within 4 min for 31-50 A'],
  ['ul-489', 100, 200, 359, 'may-trip', 'has 6 min for 51-100 A'],
  ['ul-489', 125, 250, 480, 'trips', 'must trip within 8 min for 101-150 A'],
  ['ul-489', 50, 68, 6, 'holds', 'openevse.md a.3: 68 A for 6 s never trips a sound cold breaker'],
  ['ul-489', 50, 68, 103, 'holds', 'electrical.md: 103 s at 68 A holds'],
  ['ul-489', 50, 68, 888, 'may-trip', 'electrical.md: 888 s at 68 A may trip'],
  ['ul-489', 50, 68, 3600, 'trips', 'openevse.md a.3: 60 min at 136 % must trip'],
  ['iec-60269-gg', 25, 1.25 * 25, 3600, 'holds', 'must hold 1.25 In'],
  ['iec-60269-gg', 63, 1.6 * 63, 3600, 'trips', 'must blow at 1.6 In within 1 h up to 63 A'],
  ['iec-60269-gg', 80, 1.6 * 80, 3600, 'may-trip', 'has 2 h above 63 A'],
  ['iec-60269-gg', 25, 52, 9, 'holds', 'gate: 52 A for 10 s on 25 A'],
  ['iec-60269-gg', 25, 52, 10, 'may-trip', 'gate: 52 A for 10 s on 25 A'],
])('%s %i A at %f A for %i s: %s (%s)', (id, ratingA, currentA, seconds, verdict) => {
  expect(after(id, ratingA, [[currentA, seconds]]).verdict).toBe(verdict);
});

/** electrical.md: "68 A on 50 A: about 340 s, so 103 s there is a sum of 0.30 and holds, 888 s is 2.6 and may trip". */
test.each([
  [103, 0.3],
  [340, 1],
  [888, 2.6],
])('68 A on a 50 A UL 489 breaker for %i s loads it to %f of the earliest trip', (seconds, ratio) => {
  expect(after('ul-489', 50, [[68, seconds]]).loadRatio).toBeCloseTo(ratio, 1);
});

test('a load cools with its time constant and the peak stays', () => {
  const load = after('ul-489', 50, [[68, 103], [40, 300]]);
  expect(load.peakRatio).toBeCloseTo(0.304, 2);
  expect(load.loadRatio).toBeCloseTo(load.peakRatio / Math.E, 4);
  expect(after('ul-489', 50, [[68, 103], [40, 300]], { coolingTimeS: 100 }).loadRatio).toBeCloseTo(load.peakRatio / Math.E ** 3, 4);
});

test('a verdict does not recover when the current falls', () => {
  expect(after('ul-489', 50, [[68, 400], [0, 7200]])).toMatchObject({ verdict: 'may-trip', loadRatio: 0 });
});

/** electrical.md: the sum starts from 0.2 when the mean of the last hour was above 0.8 In. */
test.each([
  ['an hour at 0.84 In', 42, 0.203],
  ['an hour at exactly 0.8 In', 40, 0.003],
])('after %s the first second at 68 A loads a 50 A breaker accordingly', (_, beforeA, ratio) => {
  expect(after('ul-489', 50, [[beforeA, 3600], [68, 1]]).loadRatio).toBeCloseTo(ratio, 3);
  expect(after('ul-489', 50, [[68, 1]], { priorMeanA: beforeA }).loadRatio).toBeCloseTo(ratio, 3);
});

test('half an hour of load does not make a breaker warm', () => {
  expect(after('ul-489', 50, [[42, 1800], [68, 1]]).loadRatio).toBeLessThan(0.01);
});

test('an hour later the load before is forgotten', () => {
  expect(after('ul-489', 50, [[49, 3600], [10, 3600], [68, 1]]).loadRatio).toBeLessThan(0.01);
  expect(after('ul-489', 50, [[49, 3600], [10, 300], [68, 1]]).loadRatio).toBeGreaterThan(0.2);
});

test('warm surroundings lower the rated current', () => {
  expect(after('ul-489', 50, [[50, 600]]).loadRatio).toBe(0);
  expect(after('ul-489', 50, [[50, 600]], { ambientFactor: 0.9 }).loadRatio).toBeGreaterThan(0.1);
});

test('exported current loads a breaker as imported current does', () => {
  expect(after('ul-489', 50, [[-68, 103]]).loadRatio).toBe(after('ul-489', 50, [[68, 103]]).loadRatio);
});

test('the length of steps does not change the sum', () => {
  const long = createThermalLoad(curve('iec-60898-b'), 32);
  long.step(40, 100_000);
  long.step(30, 900_000);
  const short = after('iec-60898-b', 32, [[40, 100], [30, 900]]);
  expect(long.loadRatio).toBeCloseTo(short.loadRatio, 9);
});

test.each([
  ['ul-489', 151],
  ['iec-60269-gg', 10],
  ['iec-60898-b', 0],
])('%s has no points for %f A', (id, ratingA) => {
  expect(() => createThermalLoad(curve(id), ratingA)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
});

const stretches = fc.array(fc.tuple(fc.double({ min: 0, max: 6, noNaN: true }), fc.integer({ min: 1, max: 900 })), { minLength: 1, maxLength: 20 });

test('more current never loads less, and the latest trip never comes before the earliest', () => {
  const id = fc.constantFrom(...BUNDLED_CURVES.keys());
  fc.assert(
    fc.property(id, fc.constantFrom(16, 32, 50, 80), stretches, fc.double({ min: 1, max: 2, noNaN: true }), (name, ratingA, ratios, factor) => {
      const lower = createThermalLoad(curve(name), ratingA);
      const higher = createThermalLoad(curve(name), ratingA);
      for (const [ratio, seconds] of ratios) {
        lower.step(ratio * ratingA, seconds * 1000);
        higher.step(ratio * ratingA * factor, seconds * 1000);
        expect(higher.loadRatio).toBeGreaterThanOrEqual(lower.loadRatio * (1 - 1e-9));
        expect(higher.mustTripRatio).toBeGreaterThanOrEqual(lower.mustTripRatio * (1 - 1e-9));
        expect(lower.mustTripRatio).toBeLessThanOrEqual(lower.loadRatio * (1 + 1e-9));
      }
    }),
  );
});
