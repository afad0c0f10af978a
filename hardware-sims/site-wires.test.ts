/** Second contactors and home batteries of a site: currents and energies from Ohm's law. */
import { expect, test } from 'vitest';
import { evseId } from '../core/quantities.ts';
import { createSiteWires } from './site-wires.ts';
import { plantRig, type PlantRig } from './plant/testing/plant-rig.ts';

const ONE = evseId('evse-1');
const vehicle = { id: 'v', evse: 'evse-1', plugInS: 0, deadTimeS: 0, riseAPerS: 1000 };

const rigWith = (phaseSwitching: string): PlantRig => plantRig({ kind: 'three-phase-star', evses: [{ phaseSwitching, phaseMap: [1, 2, 0] }], conditions: { vehicles: [vehicle] } });

test('a second contactor takes a vehicle to the first of its phases and back, and the energy follows', () => {
  const rig = rigWith('auto');
  const wires = createSiteWires(rig);
  rig.runTo(10);
  expect([...rig.circuit('main').totalA]).toEqual([10, 10, 10]);
  const threeWs = rig.outlet(0).energyWs;
  wires.switchPhases(ONE, 1);
  rig.runTo(20);
  expect([...rig.circuit('main').totalA]).toEqual([0, 10, 0]);
  // The second that was under way ends on three phases: 9 of the 10 that follow are on one.
  expect(rig.outlet(0).energyWs - threeWs).toBeCloseTo(10 * 230 * (3 + 9), 6);
  wires.switchPhases(ONE, 3);
  rig.runTo(21);
  expect([...rig.circuit('main').totalA]).toEqual([10, 10, 10]);
});

test('without one nothing moves, and where it is always off it is open from the start', () => {
  const fixed = rigWith('not-present');
  createSiteWires(fixed).switchPhases(ONE, 1);
  fixed.runTo(2);
  expect([...fixed.circuit('main').totalA]).toEqual([10, 10, 10]);
  const off = rigWith('always-off');
  off.runTo(2);
  expect([...off.circuit('main').totalA]).toEqual([0, 10, 0]);
});

test('what batteries take is told per phase, charging positive', () => {
  const homeBatteries = [
    { id: 'a', circuit: 'main', phases: [0], capacityWh: 5000, maxChargeW: 2300, maxDischargeW: 0, targetW: 10_000 },
    { id: 'b', circuit: 'garage', capacityWh: 5000, maxChargeW: 0, maxDischargeW: 690, targetW: -10_000 },
  ];
  const rig = plantRig({ kind: 'three-phase-star', conditions: { homeBatteries } });
  rig.runTo(10);
  const [l1, l2, l3] = createSiteWires(rig).homeBatteryA();
  // 2300 W on L1 are 10 A; 690 W out of the other are 1 A on each phase.
  expect([l1, l2, l3]).toEqual([expect.closeTo(9, 9), expect.closeTo(-1, 9), expect.closeTo(-1, 9)]);
});
