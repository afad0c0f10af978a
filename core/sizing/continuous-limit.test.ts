import { expect, test } from 'vitest';
import { circuitLimits } from './continuous-limit.ts';
import { currentFromPower } from './current-from-power.ts';

/** electrical.md, sizing rules: 50 A breaker: 40 A for both. */
test('a 50 A breaker carries 40 A of continuous load', () => {
  expect(circuitLimits({ breaker: { curve: 'ul-489', ratingA: 50 }, continuousFactor: 0.8, limits: [] })).toMatchObject([
    { id: 'continuous', value: 40, unit: 'A', formula: '50 A × 0.8 = 40 A', isRecommended: true },
  ]);
});

test('the lowest ceiling is the one that counts, and only one', () => {
  const limits = [{ source: 'contract', currentA: 25 }, { source: 'cable', currentA: 20 }, { source: 'cable', currentA: 20 }] as const;
  const found = circuitLimits({ breaker: { curve: 'iec-60898-b', ratingA: 32 }, continuousFactor: 1, limits: [...limits] });
  expect(found.map(({ id, value, isRecommended }) => [id, value, isRecommended])).toEqual([
    ['continuous', 32, false],
    ['contract-0', 25, false],
    ['cable-1', 20, true],
    ['cable-2', 20, false],
  ]);
});

/** Rows: W, var, V, A. electrical.md: 3.68 kW at 230 V is 16 A; the 6 A minimum is 1.38 kW; 9600 W at 228 V is 42.1 A (openevse.md a.3). */
test.each([
  [3680, 0, 230, 16],
  [1380, 0, 230, 6],
  [9600, 0, 228, 42.105],
  [-3680, 0, 230, -16],
  [3000, 4000, 250, 20],
  [-3000, 4000, 250, -20],
  [3000, -4000, 250, 20],
  [0, 2300, 230, 10],
])('%i W and %i var at %i V are %f A', (powerW, reactiveVar, voltageV, currentA) => {
  expect(currentFromPower(powerW, reactiveVar, voltageV)).toBeCloseTo(currentA, 3);
});

test.each([0, -230, NaN])('%f V is no voltage, so there is no current', (voltageV) => {
  expect(currentFromPower(1000, 0, voltageV)).toBeNull();
});
