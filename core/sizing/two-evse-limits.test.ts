import fc from 'fast-check';
import { expect, test } from 'vitest';
import { twoEvseLimits, type TwoEvseCircuit } from './two-evse-limits.ts';

const SEED_CIRCUIT: TwoEvseCircuit = {
  breakerA: 50, continuousFactor: 0.8, limitVoltageV: 240, lowestVoltageV: 228, highestVoltageV: 250, marginA: 2, minCurrentA: 6,
};

/** openevse.md a.3: formula 34 A, the seed writes 32, recommended 30 A (50 A, 240 V, U_max 250 V, 2 A). */
test('the primary of the seed gets 34 A by the formula, 32 A as written, 30 A as recommended', () => {
  const { primaryLimit } = twoEvseLimits(SEED_CIRCUIT);
  expect(primaryLimit.map(({ id, value, unit, isRecommended }) => [id, value, unit, isRecommended])).toEqual([
    ['formula', 34, 'A', false],
    ['as-written', 32, 'A', false],
    ['with-headroom', 30, 'A', true],
  ]);
  expect(primaryLimit.map(({ formula }) => formula)).toEqual([
    '50 A × 0.8 − 6 A = 34 A',
    '40 A − 6 A = 32 A (as written; the sum is 34 A)',
    '⌊50 A × 0.8 × 240 V / 250 V − 6 A − 2 A⌋ = 30 A',
  ]);
});

/** Seed 000: 50 × 0.8 × 240 = 9600 W. openevse.md a.3: 9600 W / 228 V = 42.1 A; use the lowest expected voltage if the 80 % rule must hold. */
test('the Shaper of the seed gets 9600 W, and less where the line may be low', () => {
  const { shaperPower } = twoEvseLimits(SEED_CIRCUIT);
  expect(shaperPower).toMatchObject([
    { id: 'limit-voltage', value: 9600, unit: 'W', formula: '50 A × 0.8 × 240 V = 9600 W', isRecommended: true },
    { id: 'lowest-voltage', value: 9120, unit: 'W', formula: '50 A × 0.8 × 228 V = 9120 W', isRecommended: false },
  ]);
  expect(shaperPower[0]?.reason).toContain('42.1 A at 228 V');
  // The table below: a limit computed with 228 V goes with a primary of 28 A.
  expect(shaperPower[1]?.reason).toContain('28 A');
});

/** Rows: breaker, limit voltage, highest voltage, margin, and the recommended primary limit by the formula of openevse.md a.3. */
test.each([
  [50, 240, 240, 0, 34],
  [50, 240, 250, 1, 31],
  [40, 240, 250, 2, 22],
  [60, 240, 250, 2, 38],
  [100, 240, 250, 2, 68],
  [50, 228, 250, 2, 28],
])('%i A, limit at %i V, line up to %i V, margin %i A: primary %i A', (breakerA, limitVoltageV, highestVoltageV, marginA, expected) => {
  const { primaryLimit } = twoEvseLimits({ ...SEED_CIRCUIT, breakerA, limitVoltageV, highestVoltageV, marginA });
  expect(primaryLimit.find(({ isRecommended }) => isRecommended)?.value).toBe(expected);
});

test("the seed's figure is shown only for the circuit the seed prints it for", () => {
  expect(twoEvseLimits({ ...SEED_CIRCUIT, breakerA: 60 }).primaryLimit.map(({ id }) => id)).toEqual(['formula', 'with-headroom']);
});

test('where the line is never below the voltage of the limit, there is one limit', () => {
  expect(twoEvseLimits({ ...SEED_CIRCUIT, lowestVoltageV: 240 }).shaperPower.map(({ id, isRecommended }) => [id, isRecommended])).toEqual([['limit-voltage', true]]);
});

/** Rows: what is no circuit. */
test.each<[Partial<TwoEvseCircuit>, string]>([
  [{ breakerA: 0 }, 'invalid-argument'],
  [{ breakerA: NaN }, 'invalid-argument'],
  [{ continuousFactor: 1.25 }, 'invalid-argument'],
  [{ lowestVoltageV: 260 }, 'invalid-argument'],
  [{ marginA: -1 }, 'invalid-argument'],
  [{ breakerA: 15 }, 'out-of-range'],
])('%j is refused', (changes, code) => {
  expect(() => twoEvseLimits({ ...SEED_CIRCUIT, ...changes })).toThrow(expect.objectContaining({ code }));
});

test('one value of each list is recommended, and the secondary keeps its minimum at the highest voltage', () => {
  const circuits = fc.record({
    breakerA: fc.integer({ min: 30, max: 150 }),
    continuousFactor: fc.constantFrom(0.8, 1),
    limitVoltageV: fc.integer({ min: 220, max: 245 }),
    lowestVoltageV: fc.integer({ min: 207, max: 240 }),
    highestVoltageV: fc.integer({ min: 245, max: 264 }),
    marginA: fc.integer({ min: 0, max: 3 }),
    minCurrentA: fc.constant(6),
  });
  fc.assert(
    fc.property(circuits, (circuit) => {
      const { primaryLimit, shaperPower } = twoEvseLimits(circuit);
      for (const list of [primaryLimit, shaperPower]) expect(list.filter(({ isRecommended }) => isRecommended)).toHaveLength(1);
      const primaryA = primaryLimit.find(({ isRecommended }) => isRecommended)?.value ?? NaN;
      // Control law of openevse.md a.3: what the secondary may draw beside the primary, at I2 = 6 A, by the meter at U_max.
      const { breakerA, continuousFactor, limitVoltageV, highestVoltageV, minCurrentA } = circuit;
      const ceilingA = continuousFactor * breakerA - (highestVoltageV / limitVoltageV) * (primaryA + minCurrentA) + minCurrentA;
      expect(ceilingA).toBeGreaterThanOrEqual(minCurrentA - 1e-9);
    }),
  );
});
