import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeOf } from './envelope.ts';

interface Extremes {
  readonly low: number;
  readonly high: number;
}

/** By hand: every row that begins before a column's end and holds beyond its begin. */
function byHand(timeS: Float64Array, values: Float32Array, fromS: number, untilS: number): Extremes {
  const inside = [...values].filter((_, row) => (timeS[row] ?? 0) <= untilS && (timeS[row + 1] ?? Infinity) > fromS);
  const held = inside.filter((value) => !Number.isNaN(value));
  return { low: Math.min(Infinity, ...held), high: Math.max(-Infinity, ...held) };
}

describe('the envelope of a line', () => {
  it('has the lowest and highest value of every column, gaps left out', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: -50, max: 80 }), fc.constant(Number.NaN)), { minLength: 40, maxLength: 2500 }), fc.integer({ min: 1, max: 40 }), (numbers, columns) => {
        const values = Float32Array.from(numbers);
        const timeS = Float64Array.from(numbers, (_, row) => row);
        const untilS = numbers.length - 1;
        const { low, high } = envelopeOf(timeS, values, [0, untilS], columns);
        const width = untilS / columns;
        for (let column = 0; column < columns; column += 1) {
          const found: Extremes = { low: Number.isNaN(low[column] ?? 0) ? Infinity : (low[column] ?? 0), high: Number.isNaN(high[column] ?? 0) ? -Infinity : (high[column] ?? 0) };
          // A row exactly on a border may count to either side.
          const least = byHand(timeS, values, column * width + 1e-6, (column + 1) * width - 1e-6);
          const most = byHand(timeS, values, column * width - 1e-6, (column + 1) * width + 1e-6);
          expect(found.low).toBeGreaterThanOrEqual(most.low);
          expect(found.low).toBeLessThanOrEqual(least.low);
          expect(found.high).toBeLessThanOrEqual(most.high);
          expect(found.high).toBeGreaterThanOrEqual(least.high);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('loses no single spike of a day', () => {
    const values = new Float32Array(86_400).fill(10);
    values[43_211] = 68;
    const timeS = Float64Array.from(values, (_, row) => row);
    const { high } = envelopeOf(timeS, values, [0, 86_399], 900);
    expect(Math.max(...high)).toBe(68);
    // A spike that ends with a column is also what the next one begins with.
    expect([...high].filter((value) => value === 68).length).toBeLessThanOrEqual(2);
  });

  it('is empty where the run has not begun or is over', () => {
    const { low } = envelopeOf(Float64Array.of(100, 101, 102), Float32Array.of(1, 2, 3), [0, 200], 4);
    expect([...low].map((value) => Number.isNaN(value))).toEqual([true, false, false, true]);
  });
});
