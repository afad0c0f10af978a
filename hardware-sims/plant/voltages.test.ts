import { describe, expect, test } from 'vitest';
import { plantRig, type PlantRig } from './testing/plant-rig.ts';

/** Ohm's and Kirchhoff's voltage laws; the neutral's conductor is as thick as the others. */

const SOURCE = { resistanceOhm: 0.2, reactanceOhm: 0 };
const vehicle = { id: 'v', evse: 'evse-1', plugInS: 0, deadTimeS: 0, riseAPerS: 1000 };

function rigOf(kind: 'single-phase' | 'split-phase' | 'three-phase-star' | 'three-wire-delta', phaseCount: 1 | 2 | 3, conditions: Readonly<Record<string, unknown>> = {}, impedance: object = { source: SOURCE }): PlantRig {
  const rig = plantRig({ kind, voltageV: kind === 'split-phase' ? 240 : 230, evses: [{ phaseCount }], pilotA: 20, conditions: { vehicles: [vehicle], impedance, ...conditions } });
  rig.runTo(20);
  return rig;
}

const volts = (values: Float64Array): number[] => [...values].map((value) => Math.round(value * 1e3) / 1e3);

describe('20 A through 0.2 ohm a conductor', () => {
  test('single phase: there and back', () => {
    expect(volts(rigOf('single-phase', 1).circuit('main').voltageV)[0]).toBe(230 - 2 * 0.2 * 20);
  });

  test('star, all three phases alike: nothing comes back through the neutral', () => {
    expect(volts(rigOf('three-phase-star', 3).circuit('main').voltageV)).toEqual([226, 226, 226]);
  });

  test('star, one phase: it loses the neutral part too, and the others move with the neutral', () => {
    const [l1 = 0, l2 = 0, l3 = 0] = volts(rigOf('three-phase-star', 1).circuit('main').voltageV);
    expect(l1).toBe(222);
    // 230 V at 120 degrees, with the neutral 4 V towards l1.
    expect(l2).toBeCloseTo(Math.hypot(-115 - 4, 230 * Math.sin((2 * Math.PI) / 3)), 2);
    expect(l3).toBeCloseTo(l2, 6);
    expect(l2).toBeGreaterThan(230);
  });

  test('split phase, a 240 V load: 4 V on each leg', () => {
    expect(volts(rigOf('split-phase', 2).circuit('main').voltageV).slice(0, 2)).toEqual([116, 116]);
  });

  test('split phase, a 120 V load: its leg falls, the other rises by what the neutral loses', () => {
    expect(volts(rigOf('split-phase', 1).circuit('main').voltageV).slice(0, 2)).toEqual([112, 124]);
  });

  test('delta, between two lines: 4 V each, 8 V between them', () => {
    const { voltageV, inPhaseA } = rigOf('three-wire-delta', 1).circuit('main');
    expect(inPhaseA[0]).toBeCloseTo(20 * Math.cos(Math.PI / 6), 9);
    // Each line's own voltage falls by 4 V at 30 degrees to it.
    expect(voltageV[0]).toBeCloseTo(Math.hypot(230 / Math.sqrt(3) - 4 * Math.cos(Math.PI / 6), 4 * Math.sin(Math.PI / 6)), 6);
    expect(voltageV[2]).toBeCloseTo(230 / Math.sqrt(3), 6);
  });
});

test('a current behind the voltage of l2 moves l1 and l3 by its own angle', () => {
  const rig = plantRig({ kind: 'three-phase-star', evses: [], conditions: { otherLoads: [{ circuit: 'main', powerW: 2760, phases: [1], powerFactor: 0.6 }], impedance: { source: SOURCE } } });
  rig.runTo(60);
  const { totalA, voltageV } = rig.circuit('main');
  const dropV = 0.2 * (totalA[1] ?? NaN);
  const angleOfCurrent = -(2 * Math.PI) / 3 - Math.acos(0.6);
  for (const [line, angle] of [[0, 0], [2, (2 * Math.PI) / 3]] as const) {
    // U of the line less what the neutral loses.
    expect(voltageV[line]).toBeCloseTo(Math.hypot(230 * Math.cos(angle) - dropV * Math.cos(angleOfCurrent), 230 * Math.sin(angle) - dropV * Math.sin(angleOfCurrent)), 6);
  }
  expect(totalA[1]).toBeGreaterThan(20);
});

test('a cable lowers what is behind it only: its breaker and the meter there see the rest', () => {
  const rig = rigOf('three-phase-star', 3, {}, { source: SOURCE, circuits: { garage: { resistanceOhm: 0.1 } } });
  expect(volts(rig.circuit('garage').voltageV)).toEqual([226, 226, 226]);
  expect(volts(rig.circuit('garage').loadVoltageV)).toEqual([224, 224, 224]);
  expect(volts(rig.circuit('main').loadVoltageV)).toEqual([226, 226, 226]);
});

test('a load of constant power draws more where the voltage is lower, and its power stays', () => {
  const rig = plantRig({ kind: 'single-phase', evses: [], conditions: { otherLoads: [{ circuit: 'main', powerW: 9200 }], impedance: { source: SOURCE } } });
  rig.runTo(60);
  const { totalA, voltageV } = rig.circuit('main');
  const [currentA = 0] = totalA;
  const [supplyV = 0] = voltageV;
  // I = P / (230 - 0.4 I): the lower root of 0.4 I² - 230 I + 9200.
  expect(currentA).toBeCloseTo((230 - Math.sqrt(230 * 230 - 4 * 0.4 * 9200)) / (2 * 0.4), 5);
  expect(currentA * supplyV).toBeCloseTo(9200, 4);
});

test('a reactance turns the voltage without eating it up', () => {
  const rig = rigOf('three-phase-star', 3, {}, { source: { resistanceOhm: 0, reactanceOhm: 0.2 } });
  expect(rig.circuit('main').voltageV[0]).toBeCloseTo(Math.hypot(230, 4), 9);
});

test('energy is that at the socket, with the voltage there', () => {
  const rig = plantRig({ kind: 'single-phase', evses: [{ phaseCount: 1 }], pilotA: 20, conditions: { vehicles: [vehicle], impedance: { source: SOURCE } } });
  rig.runTo(1000);
  // 222 V once the first second is over.
  expect(rig.outlet(0).energyWs / (20 * 222)).toBeCloseTo(1000, 0);
});
