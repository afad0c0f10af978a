/** Phases a vehicle really uses (rule 1): learned from what it draws, taken back at once when it draws on more, forgotten when it leaves. */
import { describe, expect, it } from 'vitest';
import type { PhaseIndex } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';
import { house, live, offersOf } from './testing/house.ts';

/** A house of 25 A with 2 A on l1, 12 A on l2 and 18 A on l3: 23, 13 and 7 A are left. */
const HOUSE_A = [2, 12, 18] as const;
const LEFT_ON_ALL_A = 7;

const offered = (phases: readonly number[], seconds = 120): number | undefined => offersOf(live(house(), seconds, HOUSE_A, { a: { phases } }))[0];

describe('a vehicle at a three-phase EVSE is held only by the phases it uses', () => {
  it.each<[string, readonly PhaseIndex[], number]>([
    ['three: the tightest, 25 - 18', [0, 1, 2], LEFT_ON_ALL_A],
    ['l1 alone: 25 - 2', [0], 23],
    ['l2 alone: 25 - 12', [1], 13],
    ['l3 alone', [2], 7],
    ['l1 and l2: the tighter of the two', [0, 1], 13],
    ['l1 and l3', [0, 2], 7],
  ])('%s', (_, phases, expectedA) => {
    expect(offered(phases)).toBe(expectedA);
  });
});

describe('until it is known, all phases count', () => {
  it.each([
    ['a vehicle that draws 2.5 A on l1 tells nothing: never more than l3 leaves', 2.5, LEFT_ON_ALL_A],
    ['one that draws 6 A on l1 tells: it may have what l1 leaves', 6, 23],
  ])('%s', (_, maxA, mostA) => {
    const offers: number[] = [];
    live(house(), 120, () => [...HOUSE_A], { a: { phases: [0], maxA } }, undefined, (result) => offers.push(offersOf(result)[0] ?? NaN));
    expect(Math.max(...offers)).toBe(mostA);
  });
});

/** electrical.md, control pilot: "some add phases later than they start". */
it('a vehicle that adds phases later is cut to what they leave in the very next step', () => {
  const joinsAtS = 150;
  const offers: number[] = [];
  // Its other phases are added to what the house is told to take, and to its own report.
  const joined = (reports: readonly EvseReport[]): readonly EvseReport[] =>
    reports.map((report) => {
      const [currentA] = report.measuredCurrentA ?? [0];
      return report.evseId === 'a' && report.timeMs >= joinsAtS * 1000 ? { ...report, measuredCurrentA: [currentA, currentA, currentA] } : report;
    });
  live(house(), 200, (second) => (second < 40 ? [0, 0, 0] : second <= joinsAtS ? [...HOUSE_A] : [2, 12 + (offers.at(-1) ?? 0), 18 + (offers.at(-1) ?? 0)]), { a: { phases: [0] } }, undefined, (result) => offers.push(offersOf(result)[0] ?? NaN), joined);
  expect(offers[joinsAtS - 2]).toBe(23);
  expect(offers[joinsAtS - 1]).toBe(LEFT_ON_ALL_A);
});

describe('when the vehicle has left', () => {
  it('the next one is taken for one of three phases again: never more than the tightest phase leaves before it is known', () => {
    const goesAtS = 150;
    const arrivesAtS = 155;
    const offers: number[] = [];
    live(house(), 260, (second) => (second < 40 ? [0, 0, 0] : [...HOUSE_A]), { a: { phases: [0] } }, undefined, (result) => offers.push(offersOf(result)[0] ?? NaN), (reports) =>
      reports.map((report) => {
        if (report.evseId !== 'a' || report.timeMs < goesAtS * 1000) return report;
        if (report.timeMs < arrivesAtS * 1000) return { ...report, state: 'idle', isVehicleConnected: false, measuredCurrentA: [0, 0, 0] };
        // The next one is plugged in and does not draw yet.
        return { ...report, state: 'connected', measuredCurrentA: [0, 0, 0] };
      }),
    );
    expect(offers[goesAtS - 2]).toBe(23);
    expect(Math.max(...offers.slice(arrivesAtS))).toBeLessThanOrEqual(LEFT_ON_ALL_A);
  });
});

describe('an EVSE that tells one current for all phases', () => {
  it('is held by the phases on which the meter shows it: with the vehicle on l1 alone, l3 shows 18 A whatever is offered', () => {
    const oneAmmeter = (reports: readonly EvseReport[]): readonly EvseReport[] => reports.map((report) => ({ ...report, measuredCurrentA: report.measuredCurrentA === null ? null : [report.measuredCurrentA[0], null, null] }));
    expect(offersOf(live(house(), 160, HOUSE_A, { a: { phases: [0] } }, undefined, undefined, oneAmmeter))[0]).toBe(23);
    expect(offersOf(live(house(), 160, HOUSE_A, { a: { phases: [0, 1, 2] } }, undefined, undefined, oneAmmeter))[0]).toBe(LEFT_ON_ALL_A);
  });
});
