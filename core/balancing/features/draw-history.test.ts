import { expect, it } from 'vitest';
import { drawnOf, drawsAt, recordDraws, type DrawHistory } from './draw-history.ts';
import { charging, solarSite, viewOf, WAITING } from './testing/solar-view.ts';

const site = solarSite({ latencyMs: 2000 });

function recorded(drawnA: readonly number[]): DrawHistory {
  return drawnA.reduce<DrawHistory>((history, currentA, timeS) => recordDraws(history, viewOf(site, { timeS, gridA: 0, evses: [charging(currentA)] })), []);
}

it.each([
  ['at the time of an entry', 3, 30],
  ['between two entries: the earlier one', 3.9, 30],
  ['after the last', 9, 50],
  ['before all that is remembered: the oldest', -5, 30],
])('draws %s (three phases at 0, 5, 6, 10, 12 and 50/3 A, one a second)', (_, timeS, sumA) => {
  expect(drawsAt(recorded([0, 5, 6, 10, 12, 50 / 3]), timeS * 1000)).toEqual([sumA]);
});

it('remembers no more than the meter is late', () => {
  expect(recorded(new Array<number>(100).fill(7)).length).toBeLessThanOrEqual(4);
});

it('begins again when the clock goes back', () => {
  expect(recordDraws(recorded([7, 7, 7]), viewOf(site, { timeS: 0, gridA: 0, evses: [WAITING] }))).toEqual([{ timeMs: 0, sumA: [0] }]);
});

it.each([
  ['what it says', charging(9, { offeredA: 16 }), 9],
  ['its offer where it does not tell', charging(9, { drawnA: null, offeredA: 16 }), 16],
  ['nothing where it does not tell and does not charge', { ...WAITING, drawnA: null, offeredA: 16 }, 0],
  ['nothing where it tells nonsense', charging(NaN), 0],
])('an EVSE draws %s', (_, state, currentA) => {
  const [evse] = viewOf(site, { timeS: 0, gridA: 0, evses: [state] }).evses;
  expect(evse === undefined ? null : drawnOf(evse)).toBe(currentA);
});
