import { describe, expect, it } from 'vitest';
import { advanceEasee, initialEasee, obeyedA, writeEasee, type AfterExpiry, type EaseeSetup, type EaseeState } from './ev-load-balancing-easee.ts';
import type { Triple } from './ev-load-balancing.ts';

/** reference/home-assistant-ocpp.md trap 5, E.1, E.4, E.5. */
const SETUP: EaseeSetup = { delayMs: 5000, ttlMs: 60_000, afterExpiry: 'offline-limit', offlineLimitA: 6, maximumA: 40 };
const write = (limitA: Triple<number>, state = initialEasee(SETUP), timeMs = 0): EaseeState => writeEasee(SETUP, state, timeMs, limitA);

it('stands at the product maximum after a restart', () => {
  expect(initialEasee(SETUP).limitA).toEqual([40, 40, 40]);
});

it('takes a limit when it has come through the cloud, and reads back the old one until then', () => {
  const state = write([10, 9.5, 8]);
  expect(advanceEasee(SETUP, state, 4999).limitA).toEqual([40, 40, 40]);
  expect(advanceEasee(SETUP, state, 5000).limitA).toEqual([10, 9.5, 8]);
});

it.each<[string, Triple<number>, Triple<number>]>([
  ['below 0 as 0', [-3, 1, 3.5], [0, 1, 3.5]],
  ['above 40 as 40', [50, 40, 12], [40, 40, 12]],
])('takes %s', (_what, written, taken) => {
  expect(advanceEasee(SETUP, write(written), 5000).limitA).toEqual(taken);
});

describe('a limit equal to the reported one', () => {
  it('is dropped, so that its time-to-live runs out under a steady load', () => {
    const set = advanceEasee(SETUP, write([10, 10, 10]), 5000);
    const again = write([10, 10, 10], set, 50_000);
    expect(again).toBe(set);
    expect(advanceEasee(SETUP, again, 64_999).limitA).toEqual([10, 10, 10]);
    expect(advanceEasee(SETUP, again, 65_000).limitA).toEqual([6, 6, 6]);
  });

  it('is not dropped where one phase differs, and renews the time for all', () => {
    const set = advanceEasee(SETUP, write([10, 10, 10]), 5000);
    const again = advanceEasee(SETUP, write([10, 10, 9], set, 50_000), 55_000);
    expect(advanceEasee(SETUP, again, 114_999).limitA).toEqual([10, 10, 9]);
    expect(advanceEasee(SETUP, again, 115_000).hasExpired).toBe(true);
  });
});

it.each<[AfterExpiry, Triple<number>]>([
  ['offline-limit', [6, 6, 6]],
  ['stays', [10, 10, 10]],
  ['maximum', [40, 40, 40]],
])('after its time-to-live: %s (E.5, three stories)', (afterExpiry, limitA) => {
  const setup = { ...SETUP, afterExpiry };
  const set = advanceEasee(setup, writeEasee(setup, initialEasee(setup), 0, [10, 10, 10]), 5000);
  expect(advanceEasee(setup, set, 65_000).limitA).toEqual(limitA);
});

it.each<[Triple<number>, number, number]>([
  [[16.9, 13.2, 14], 3, 13],
  [[16.9, 13.2, 14], 1, 16],
  [[0, 16, 16], 3, 0],
])('%j on %i phases is obeyed as %i A: the lowest, in whole amperes', (limitA, phaseCount, expectedA) => {
  expect(obeyedA({ limitA }, phaseCount)).toBe(expectedA);
});
