import { expect, it } from 'vitest';
import { shareSurplus } from './share-surplus.ts';

const one = { phases: 1, minA: 6, maxA: 16 };
const three = { phases: 3, minA: 6, maxA: 16 };

/** Minimums are per phase, the sum is over phases (seed 003, IMPORT, "Important Note"). */
it.each([
  ['nobody', 20, [], []],
  ['one phase gets the whole sum', 10, [one], [10]],
  ['three phases get a third each', 30, [three], [10]],
  ['never less than the minimum', 2, [one], [6]],
  ['nor when there is less than nothing', -50, [one, three], [6, 6]],
  ['never more than its most', 90, [three], [16]],
  ['two alike: 14 - 2 x 6 = 2 more, 1 each', 14, [one, one], [7, 7]],
  ['one and three phases: 32 - 6 - 18 = 8 more on four phases', 32, [one, three], [8, 8]],
  ['what one has no room for goes to the other: 24 - 12 = 12, of which the first takes 2', 24, [{ ...one, maxA: 8 }, one], [8, 16]],
  ['whatever the order', 24, [one, { ...one, maxA: 8 }], [16, 8]],
  ['different minimums keep their distance', 22, [{ ...one, minA: 8 }, one], [12, 10]],
])('%s', (_, sumA, parts, expected) => {
  expect(shareSurplus(sumA, parts)).toEqual(expected);
});
