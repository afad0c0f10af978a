import { expect, it } from 'vitest';
import type { Site } from '../../site/site.ts';
import { drawBounds, drawnOf, recordDraws, type DrawBounds, type DrawHistory } from './draw-history.ts';
import { charging, solarSite, viewOf, WAITING, type EvseState } from './testing/solar-view.ts';

const ONE_PHASE = { phases: [0] } as const;
/** Reports may be 2 s old, the meter's samples come 1 s late. */
const site = solarSite({ latencyMs: 1000, evses: [{ allowedAgeMs: { charging: 2000, idle: 75_000 } }] });

/** One state a second from 0 s on. */
function recorded(states: readonly EvseState[], of: Site = site): DrawHistory {
  return states.reduce<DrawHistory>((history, state, timeS) => recordDraws(history, viewOf(of, { timeS, gridA: 0, evses: [state] })), []);
}

function boundsOf(states: readonly EvseState[], timeS: number): DrawBounds | null {
  const [evse] = viewOf(site, { timeS, gridA: 0, evses: [WAITING] }).evses;
  return evse === undefined ? null : drawBounds(recorded(states), evse, timeS * 1000);
}

const offered = (drawnA: number, offeredA: number): EvseState => charging(drawnA, { ...ONE_PHASE, offeredA });

it.each<[string, readonly EvseState[], number, number]>([
  ['steady: what it draws', [8, 8, 8, 8, 8, 8].map((drawnA) => offered(drawnA, 8)), 8, 8],
  ['on three phases: three times', [8, 8, 8, 8, 8, 8].map((currentA) => charging(currentA)), 24, 24],
  ['less than it is offered, steadily: what it draws', [6, 6, 6, 6, 6, 6].map((drawnA) => offered(drawnA, 16)), 6, 6],
  ['by itself from 6 to 8 A a moment ago', [6, 6, 6, 6, 8, 8].map((drawnA) => offered(drawnA, 16)), 6, 8],
  ['by itself from 6 to 8 A so long ago that all reports are newer', [6, 6, 8, 8, 8, 8].map((drawnA) => offered(drawnA, 16)), 8, 8],
  ['offered 16 instead of 6 a moment ago, not told yet: anything between', [6, 6, 6, 6, 16, 16].map((offeredA) => offered(6, offeredA)), 6, 16],
  ['paused a moment ago, not told yet: anything between', [6, 6, 6, 6, 0, 0].map((offeredA) => offered(6, offeredA)), 0, 6],
])('%s: between %s', (_, states, lowestA, highestA) => {
  expect(boundsOf(states, 4)).toEqual({ lowestA, highestA });
});

it('remembers no more than the meter and the reports are late', () => {
  expect(recorded(Array.from({ length: 100 }, (_, at) => charging(6 + (at % 5)))).length).toBeLessThanOrEqual(5);
});

it('remembers one entry for what does not change', () => {
  expect(recorded(new Array<EvseState>(100).fill(charging(7)))).toHaveLength(1);
});

it('begins again when the clock goes back', () => {
  expect(recordDraws(recorded([7, 8, 9].map((currentA) => charging(currentA))), viewOf(site, { timeS: 0, gridA: 0, evses: [WAITING] }))).toEqual([
    { timeMs: 0, drawnA: [0], offeredA: [0] },
  ]);
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
