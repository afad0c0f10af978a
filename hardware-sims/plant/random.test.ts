import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

test('a seed repeats its numbers, another seed does not', () => {
  const draw = (seed: number): number[] => {
    const random = createRandom(seed);
    return [random.next(), random.nextNormal(), random.next()];
  };
  expect(draw(5)).toEqual(draw(5));
  expect(draw(5)).not.toEqual(draw(6));
  expect(draw(4_294_967_295)).toEqual(draw(4_294_967_295));
});

test('numbers lie from 0 up to 1, evenly spread', () => {
  const random = createRandom(1);
  const bins = new Array<number>(10).fill(0);
  for (let count = 0; count < 100_000; count += 1) {
    const number = random.next();
    const bin = Math.floor(number * 10);
    bins[bin] = (bins[bin] ?? NaN) + 1;
  }
  // 10 000 each, five standard deviations of 95.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(475);
});
