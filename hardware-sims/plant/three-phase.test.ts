import { describe, expect, test } from 'vitest';
import { circuitPowerW } from './plant.ts';
import { plantRig } from './testing/plant-rig.ts';

/** Kirchhoff's current law with phasors; electrical.md, "Sizing rules" (delta) and "Metering". */

const vehicle = (index: number, changes: Readonly<Record<string, unknown>> = {}): unknown => ({ id: `v-${index}`, evse: `evse-${index}`, plugInS: 0, deadTimeS: 0, riseAPerS: 1000, ...changes });
const currents = (values: Float64Array): number[] => [...values].map((value) => Math.round(value * 1e6) / 1e6);

describe('a three-wire delta', () => {
  test.each([
    [[0, 1, 2], [10, 10, 0]],
    [[1, 2, 0], [0, 10, 10]],
    [[2, 0, 1], [10, 0, 10]],
  ])('an EVSE of one phase with map %j loads two lines', (phaseMap, totalA) => {
    const rig = plantRig({ kind: 'three-wire-delta', evses: [{ phaseCount: 1, phaseMap }], conditions: { vehicles: [vehicle(1)] } });
    rig.runTo(1);
    expect(currents(rig.circuit('main').totalA)).toEqual(totalA);
    expect(circuitPowerW(rig.circuit('main'))).toBeCloseTo(2300, 6);
  });

  test('two EVSEs on neighbouring pairs: their common line carries the root of three of one current, not the double', () => {
    const rig = plantRig({ kind: 'three-wire-delta', evses: [{ phaseCount: 1 }, { phaseCount: 1, phaseMap: [1, 2, 0] }], conditions: { vehicles: [vehicle(1), vehicle(2)] } });
    rig.runTo(1);
    expect(currents(rig.circuit('main').totalA)).toEqual([10, 17.320508, 10]);
    expect(circuitPowerW(rig.circuit('main'))).toBeCloseTo(4600, 6);
  });

  test('one on each pair is the same on each line, as is one that uses three lines', () => {
    const onPairs = plantRig({
      kind: 'three-wire-delta',
      evses: [{ phaseCount: 1 }, { phaseCount: 1, phaseMap: [1, 2, 0] }, { phaseCount: 1, phaseMap: [2, 0, 1] }],
      conditions: { vehicles: [vehicle(1), vehicle(2), vehicle(3)] },
    });
    onPairs.runTo(1);
    expect(currents(onPairs.circuit('main').totalA)).toEqual([17.320508, 17.320508, 17.320508]);
    const onLines = plantRig({ kind: 'three-wire-delta', conditions: { vehicles: [vehicle(1)] } });
    onLines.runTo(1);
    expect(currents(onLines.circuit('main').totalA)).toEqual([10, 10, 10]);
    expect(circuitPowerW(onLines.circuit('main'))).toBeCloseTo(Math.sqrt(3) * 230 * 10, 6);
  });

  test.each([1, 2])('a vehicle of %d phases on an EVSE of three sits between its first two lines', (phaseCount) => {
    const rig = plantRig({ kind: 'three-wire-delta', evses: [{ phaseMap: [0, 2, 1] }], conditions: { vehicles: [vehicle(1, { phaseCount })] } });
    rig.runTo(361);
    expect(currents(rig.circuit('main').totalA)).toEqual([10, 0, 10]);
    expect(rig.outlet(0).energyWs).toBeCloseTo(2300 * 361, 4);
  });

  test('a load is on a pair; spread it is on all three, and all power is there', () => {
    const rig = plantRig({ kind: 'three-wire-delta', conditions: { otherLoads: [{ circuit: 'garage', powerW: 2300, phases: [2] }, { circuit: 'main', powerW: 6900, fromS: 10 }] } });
    rig.runTo(5);
    expect(currents(rig.circuit('main').totalA)).toEqual([10, 0, 10]);
    rig.runTo(10);
    expect(currents(rig.circuit('garage').totalA)).toEqual([10, 0, 10]);
    expect(circuitPowerW(rig.circuit('main'))).toBeCloseTo(9200, 6);
    // Ten amperes on each pair make 17.32 on each line, and ten more on l3-l1.
    expect(currents(rig.circuit('main').totalA)[1]).toBe(17.320508);
    expect(currents(rig.circuit('main').totalA)[0]).toBe(26.457513);
  });

  test('the phasors of the lines add up to nothing: there is no other way back', () => {
    const rig = plantRig({
      kind: 'three-wire-delta',
      evses: [{ phaseCount: 1, phaseMap: [1, 2, 0] }],
      conditions: { vehicles: [vehicle(1)], otherLoads: [{ circuit: 'main', powerW: 1234, phases: [0], powerFactor: 0.8 }, { circuit: 'garage', powerW: 777, phases: [2] }] },
    });
    rig.runTo(1);
    const { inPhaseA, aheadA } = rig.circuit('main');
    const turned = [0, 1, 2].map((line) => {
      const angle = (-2 * Math.PI * line) / 3;
      const [a, q] = [inPhaseA[line] ?? 0, aheadA[line] ?? 0];
      return [a * Math.cos(angle) - q * Math.sin(angle), a * Math.sin(angle) + q * Math.cos(angle)] as const;
    });
    expect(turned.reduce((sum, [re]) => sum + re, 0)).toBeCloseTo(0, 6);
    expect(turned.reduce((sum, [, im]) => sum + im, 0)).toBeCloseTo(0, 6);
  });
});

describe('a star', () => {
  test('a load on one phase stays there; one behind the voltage takes more current than its power needs', () => {
    // captures/shelly-3em/status-2020-02-three-phase-load: 943.98 W at 229.9 V with pf 0.82 are 5.02 A.
    const rig = plantRig({ kind: 'three-phase-star', voltageV: 229.9, conditions: { otherLoads: [{ circuit: 'garage', powerW: 943.98, phases: [0], powerFactor: 0.82 }] } });
    rig.runTo(1);
    const [l1 = 0, l2, l3] = rig.circuit('main').totalA;
    expect(l1).toBeCloseTo(5.01, 2);
    expect([l2, l3]).toEqual([0, 0]);
    expect(circuitPowerW(rig.circuit('main'))).toBeCloseTo(943.98, 4);
  });

  test('currents in and out of phase add up as the sides of a right angle do', () => {
    // 2300 W at pf 1 and 1380 W at pf 0.6, whose reactive part is 1840 var: S = sqrt(3680² + 1840²).
    const rig = plantRig({ kind: 'three-phase-star', conditions: { otherLoads: [{ circuit: 'main', powerW: 2300, phases: [1] }, { circuit: 'main', powerW: 1380, phases: [1], powerFactor: 0.6 }] } });
    rig.runTo(1);
    expect(rig.circuit('main').totalA[1]).toBeCloseTo(Math.hypot(3680, 1840) / 230, 6);
  });

  test('what feeds in is taken from what is drawn, and more of it flows back as a current too', () => {
    const rig = plantRig({ kind: 'three-phase-star', conditions: { otherLoads: [{ circuit: 'main', powerW: 2300, phases: [0] }], pv: [{ kind: 'series', circuit: 'main', phases: [0], timesS: [5, 10], powersW: [1150, 4600] }] } });
    rig.runTo(5);
    expect(rig.circuit('main').totalA[0]).toBe(5);
    rig.runTo(10);
    expect(rig.circuit('main').totalA[0]).toBe(10);
    expect(rig.circuit('main').otherA[0]).toBe(-10);
    expect(circuitPowerW(rig.circuit('main'))).toBe(-2300);
  });

  test('an EVSE wired otherwise than its map says loads what it is wired to', () => {
    const rig = plantRig({ kind: 'three-phase-star', evses: [{ phaseCount: 1 }], conditions: { vehicles: [vehicle(1)], evses: { 'evse-1': { phases: [2, 0, 1] } } } });
    rig.runTo(1);
    expect([...rig.circuit('main').totalA]).toEqual([0, 0, 10]);
  });

  test('switched on and off a thousand times, nothing is left behind', () => {
    const loads = Array.from({ length: 1000 }, (_, index) => ({ circuit: 'garage', powerW: 0.1 * (index + 1), powerFactor: 0.7, fromS: index, untilS: index + 3 }));
    const rig = plantRig({ kind: 'three-wire-delta', conditions: { otherLoads: loads } });
    rig.runTo(1010);
    for (const value of rig.circuit('main').totalA) expect(value).toBeLessThan(1e-5);
  });
});

// A recording of 10 A a phase: what flows must be what was recorded.
test.each([
  ['single-phase', 230, undefined, [10, 0, 0]],
  ['split-phase', 240, undefined, [10, 10, 0]],
  ['split-phase', 240, [1], [0, 10, 0]],
  ['three-phase-star', 230, undefined, [10, 10, 10]],
  ['three-phase-star', 230, [2], [0, 0, 10]],
  ['three-wire-delta', 230, undefined, [10, 10, 10]],
  ['three-wire-delta', 230, [1], [0, 10, 10]],
] as const)('%s at %d V, phases %j: a recording in A', (kind, voltageV, phases, totalA) => {
  const load = { kind: 'recorded', circuit: 'main', file: 'a.csv', unit: 'A', ...(phases === undefined ? {} : { phases }) };
  const rig = plantRig({ kind, voltageV, evses: [], conditions: { houseLoads: [load], recordings: { 'a.csv': 't,a\n0,10\n60,10\n' } } });
  rig.runTo(30);
  expect(currents(rig.circuit('main').totalA)).toEqual(totalA);
});

test('split phase: a 120 V load is on its leg only', () => {
  const rig = plantRig({ kind: 'split-phase', voltageV: 240, evses: [{ phaseCount: 2 }], conditions: { otherLoads: [{ circuit: 'main', powerW: 1200, phases: [1] }, { circuit: 'main', powerW: 2400, phases: [0, 1] }] } });
  rig.runTo(1);
  expect([...rig.circuit('main').totalA]).toEqual([10, 20, 0]);
});
