import { describe, expect, it } from 'vitest';
import { circuitId } from '../quantities.ts';
import { siteSchema } from '../site/schema.ts';
import { step } from './step.ts';
import { A, house, live, offersOf } from './testing/house.ts';

const all = { phases: [0, 1, 2] };

describe('phases are real (rule 1)', () => {
  it.each([
    // fuse 25, house 14 / 9 / 4 A, car on all three: head 11 / 16 / 21 (home-assistant-ocpp.md C.5, without its margin of 1).
    ['a three-phase car is held by the tightest phase', [14, 9, 4], { a: all }, 11],
    ['a car on L1 is held by L1 only', [4, 9, 24], { a: { phases: [0] } }, 21],
    ['a car on L1 is not cut for an overload on L3', [4, 9, 26], { a: { phases: [0] } }, 21],
    ['a two-phase car is held by the tighter of its two', [4, 9, 24], { a: { phases: [0, 1] } }, 16],
  ] as const)('%s', (_, houseA, cars, expectedA) => {
    expect(offersOf(live(house({ b: { phaseCount: 3 } }), 120, houseA, cars))[0]).toBe(expectedA);
  });

  it('gives two one-phase cars on different phases the full current each', () => {
    const site = house({ a: { phaseCount: 1 }, b: { phaseCount: 1, phaseMap: [1, 2, 0] } });
    expect(offersOf(live(site, 120, [0, 0, 0], { a: { phases: [0] }, b: { phases: [1] } }))).toEqual([25, 25]);
  });

  it('learns from the current that a three-phase EVSE has a one-phase car, and forgets it at unplugging', () => {
    const charging = live(house(), 120, [0, 20, 0], { a: { phases: [0] } });
    expect(charging.state.evses[0]?.phaseMask).toBe(0b001);
    expect(offersOf(charging)[0]).toBe(25);
    const after = step(house(), charging.state, {
      timeMs: 121_000,
      wallMs: 121_000,
      readings: [],
      reports: [{ evseId: A, timeMs: 121_000, state: 'idle', isVehicleConnected: false, offeredCurrentA: 0, measuredCurrentA: [0, 0, 0], measuredTimeMs: 121_000, voltageV: 230, energyWh: null, restartCount: 0, otherCommander: null }],
    });
    expect(after.state.evses[0]?.phaseMask).toBe(0b111);
  });

  it.each([
    [[0, 1, 2], 0],
    [[0, 2, 1], 0],
    [[1, 0, 2], 1],
    [[1, 2, 0], 1],
    [[2, 0, 1], 2],
    [[2, 1, 0], 2],
  ] as const)('a one-phase EVSE wired %j loads site phase %d, applied once', (phaseMap, phase) => {
    const houseA: [number, number, number] = [10, 10, 10];
    houseA[phase] = 5;
    expect(offersOf(live(house({ a: { phaseCount: 1, phaseMap } }), 120, houseA, { a: { phases: [phase] } }))[0]).toBe(20);
  });
});

describe('limits per phase', () => {
  it('holds each phase against its own fuse', () => {
    const site = house({ circuit: { breaker: { curve: 'iec-60898-b', ratingA: 35, ratingsA: [35, 25, 20] } } });
    expect(offersOf(live(site, 120, [0, 0, 0], { a: all }))[0]).toBe(20);
    expect(offersOf(live(site, 120, [0, 0, 0], { a: { phases: [1] } }))[0]).toBe(25);
  });

  it('holds a limit on the phases it names', () => {
    const site = house({ circuit: { limits: [{ source: 'contract', currentA: 16, phases: [2] }] } });
    expect(offersOf(live(site, 120, [0, 0, 0], { a: { phases: [0] } }))[0]).toBe(25);
    const result = live(site, 120, [0, 0, 0], { a: all });
    expect(offersOf(result)[0]).toBe(16);
    expect(result.setpoints[0]?.reason).toMatchObject({ kind: 'circuit', limitSource: 'contract', phase: 2, limitA: 16 });
  });

  it('lets the most loaded phase stand for all where the rule says so', () => {
    const site = house({ policy: { phaseRule: 'most-loaded' } });
    expect(offersOf(live(site, 120, [4, 9, 20], { a: { phases: [0] } }))[0]).toBe(0);
    expect(offersOf(live(site, 120, [4, 9, 15], { a: { phases: [0] } }))[0]).toBe(10);
  });
});

describe('difference between phases (VDE-AR-N 4100: 20 A)', () => {
  it('holds a one-phase car at the limit though its phase has more', () => {
    const result = live(house({ ratingA: 63, circuit: { unbalanceLimitA: 20 }, a: { phaseCount: 1 } }), 120, [0, 0, 0], { a: { phases: [0] } });
    expect(offersOf(result)[0]).toBe(20);
    expect(result.setpoints[0]?.reason.kind).toBe('unbalance');
  });

  it('does not hold a three-phase car', () => {
    expect(offersOf(live(house({ ratingA: 63, circuit: { unbalanceLimitA: 20 } }), 120, [0, 0, 0], { a: all }))[0]).toBe(32);
  });
});

describe('PV behind the circuit (source credit)', () => {
  it.each([
    // export of 10 A on L1: the breaker's conductor allows nothing beyond its limit unless a credit says so.
    ['no credit: export raises nothing above the limit', 0, 25],
    ['a credit of 4 A: that much above the limit', 4, 29],
  ])('%s', (_, sourceCreditA, expectedA) => {
    const site = house({ circuit: { hasSource: true, sourceCreditA }, a: { phaseCount: 1 } });
    expect(offersOf(live(site, 120, [-10, 0, 0], { a: { phases: [0] } }))[0]).toBe(expectedA);
  });
});

describe('three-wire delta', () => {
  // A one-phase EVSE on pair d sits between the lines d and d + 1; 25 A fuses, other load on one line only.
  it.each([
    ['l1-l2', [0, 1, 2], [10, 0, 0], 15],
    ['l1-l2', [0, 1, 2], [0, 0, 20], 25],
    ['l2-l3', [1, 2, 0], [10, 0, 0], 25],
    ['l2-l3', [1, 2, 0], [0, 0, 12], 13],
    ['l3-l1', [2, 0, 1], [9, 0, 0], 16],
    ['l3-l1', [2, 0, 1], [0, 20, 0], 25],
  ] as const)('an EVSE on %s (%j) beside %j A of other load is offered %d A', (_, phaseMap, houseA, expectedA) => {
    const site = house({ supply: 'three-wire-delta', a: { phaseCount: 1, phaseMap } });
    const [first] = phaseMap;
    expect(offersOf(live(site, 120, houseA, { a: { phases: [first, (first + 1) % 3] } }))[0]).toBe(expectedA);
  });
});

describe('three-wire delta with modes in use', () => {
  it('a one-phase EVSE still loads both lines of its pair', () => {
    const site = house({ supply: 'three-wire-delta', a: { phaseCount: 1 }, b: { mode: 'off' } });
    const result = live(site, 120, [0, 15, 0], { a: { phases: [0, 1] } });
    expect(result.setpoints[0]?.phases).toEqual([0, 1]);
    expect(offersOf(result)[0]).toBe(10);
  });
});

describe('weights', () => {
  it('divides what is left after the minimums by weight', () => {
    const site = house({ ratingA: 36, a: { weight: 3 }, b: { weight: 1 } });
    // 36 A: minimums 6 + 6, the remaining 24 A as 18 + 6.
    expect(offersOf(live(site, 200, [0, 0, 0], { a: all, b: all }))).toEqual([24, 12]);
  });
});

describe('a tree of circuits', () => {
  it('is held by whichever circuit on its way is tightest, metered or assumed', () => {
    const base = house({ ratingA: 63 });
    const site = siteSchema.parse({
      ...base,
      circuits: [
        ...base.circuits,
        { id: 'garage', name: 'Garage', parentId: 'main', breaker: { curve: 'iec-60898-b', ratingA: 32 }, continuousFactor: 1, assumedLoadA: 4 },
      ],
      evses: base.evses.map((evse) => ({ ...evse, circuitId: circuitId('garage') })),
    });
    expect(offersOf(live(site, 200, [0, 0, 0], { a: all, b: all }))).toEqual([14, 14]);
    expect(offersOf(live(site, 200, [43, 0, 0], { a: all, b: all }))).toEqual([10, 10]);
  });
});

