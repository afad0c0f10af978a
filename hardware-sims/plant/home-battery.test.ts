import { describe, expect, test } from 'vitest';
import { circuitPowerW } from './plant.ts';
import { plantRig, type PlantRig } from './testing/plant-rig.ts';

/** Conservation of energy, and what an inverter that watches the grid connection is for: it brings that to its target. */

function rigOf(battery: Readonly<Record<string, unknown>>, conditions: Readonly<Record<string, unknown>>): PlantRig {
  return plantRig({
    kind: 'three-phase-star',
    evses: [],
    conditions: { homeBatteries: [{ id: 'b', circuit: 'main', capacityWh: 10_000, maxChargeW: 3000, maxDischargeW: 3000, ...battery }], ...conditions },
  });
}

/** Whole watts; never the negative zero. */
const gridW = (rig: PlantRig): number => Math.round(circuitPowerW(rig.circuit('main'))) + 0;
const storedWh = (rig: PlantRig): number => rig.plant.batteries[0]?.battery.storedWh ?? NaN;
const load = (powerW: number, fromS: number): unknown => ({ circuit: 'main', powerW, fromS });

describe('a home battery', () => {
  test('covers the load after its delay, up to what it can', () => {
    const rig = rigOf({ delayS: 3 }, { otherLoads: [load(2000, 10), load(4000, 20)] });
    const grid = Array.from({ length: 30 }, (_, second) => {
      rig.runTo(second);
      return gridW(rig);
    });
    expect(grid.slice(9, 18)).toEqual([0, 2000, 2000, 2000, 0, 0, 0, 0, 0]);
    expect(grid.slice(25)).toEqual([3000, 3000, 3000, 3000, 3000]);
  });

  test('takes what the sun brings, and never swings', () => {
    const rig = rigOf({ delayS: 5 }, { pv: [{ kind: 'series', circuit: 'main', timesS: [0], powersW: [2500] }] });
    rig.runTo(20);
    for (let second = 21; second < 60; second += 1) {
      rig.runTo(second);
      expect(gridW(rig)).toBe(0);
    }
  });

  test('ends empty and full, with the energy that it had and its losses', () => {
    const empty = rigOf({ socRatio: 0.1 }, { otherLoads: [load(2000, 0)] });
    empty.runTo(7200);
    expect(storedWh(empty)).toBeCloseTo(0, 6);
    expect(gridW(empty)).toBe(2000);
    const full = rigOf({ socRatio: 0.9, efficiencyRatio: 0.8 }, { pv: [{ kind: 'series', circuit: 'main', timesS: [0], powersW: [2000] }] });
    full.runTo(7200);
    expect(storedWh(full)).toBeCloseTo(10_000, 6);
    expect(gridW(full)).toBe(-2000);
  });

  test('keeps what it watches at a target, not at nothing', () => {
    const rig = rigOf({ targetW: 500, watches: 'garage', circuit: 'garage' }, { otherLoads: [{ circuit: 'garage', powerW: 1500 }, load(1000, 0)] });
    rig.runTo(30);
    expect(Math.round(circuitPowerW(rig.circuit('garage')))).toBe(500);
    expect(gridW(rig)).toBe(1500);
  });

  test('sits on its own phase', () => {
    const rig = rigOf({ phases: [1] }, { otherLoads: [{ circuit: 'main', powerW: 2300, phases: [0] }] });
    rig.runTo(30);
    expect([...rig.circuit('main').otherA]).toEqual([10, -10, 0]);
    expect([...rig.circuit('main').totalA]).toEqual([10, 10, 0]);
  });
});
