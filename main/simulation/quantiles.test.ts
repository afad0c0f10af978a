import { expect, test } from 'vitest';
import { createRandom } from '../../hardware-sims/plant/random.ts';
import { createQuantiles } from './quantiles.ts';

function ranked(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? NaN;
}

test('1 to 100: nearest rank', () => {
  const quantiles = createQuantiles();
  for (let value = 100; value >= 1; value -= 1) quantiles.add(value);
  expect([0.05, 0.5, 0.95].map((share) => quantiles.at(share))).toEqual([5, 50, 95]);
  expect(quantiles.max).toBe(100);
});

test('without values there is no percentile', () => {
  expect(createQuantiles().at(0.5)).toBeNaN();
});

test('beyond what is kept exactly, within a thousandth', () => {
  const random = createRandom(5);
  const values = Array.from({ length: 20_000 }, (_, index) => (index % 7 === 0 ? 0 : Math.exp(12 * random.next() - 4)));
  const quantiles = createQuantiles(1000);
  for (const value of values) quantiles.add(value);
  for (const share of [0.05, 0.2, 0.5, 0.95]) {
    const expected = ranked(values, share);
    expect(Math.abs(quantiles.at(share) - expected)).toBeLessThanOrEqual(0.001 * expected);
  }
  expect(quantiles.max).toBe(Math.max(...values));
  expect(quantiles.count).toBe(20_000);
});
