import { expect, test } from 'vitest';
import { plantStillUntilMs, repeatPlant } from './plant.ts';
import { plantRig, type PlantRig } from './testing/plant-rig.ts';

/** A step at which nothing changes makes no sums: what flows is the same as if it made them every time. */

const conditions = {
  vehicles: [
    { id: 'a', evse: 'evse-1', plugInS: 5, unplugS: 400, startPhaseCount: 1, morePhasesAfterS: 60, requestedWh: 900 },
    { id: 'b', evse: 'evse-2', plugInS: 30, riseAPerS: 2 },
  ],
  otherLoads: [{ circuit: 'garage', powerW: 1234, fromS: 50, untilS: 90 }, { circuit: 'main', powerW: 777, phases: [1], powerFactor: 0.9, fromS: 200 }],
  houseLoads: [{ kind: 'oven', circuit: 'main', fromS: 100 }, { kind: 'household', circuit: 'garage' }],
  pv: [{ kind: 'cloudy', circuit: 'main', peakW: 4000 }],
  homeBatteries: [{ id: 'b', circuit: 'main', capacityWh: 200, maxChargeW: 1500, maxDischargeW: 1500 }],
  startHour: 16,
};

const flows = (rig: PlantRig): number[] => rig.plant.circuits.flatMap(({ totalA, otherA, inPhaseA, aheadA, voltageV }) => [...totalA, ...otherA, ...inPhaseA, ...aheadA, ...voltageV]);

test.each([
  ['three-phase-star', {}],
  ['three-phase-star', { impedance: { source: { resistanceOhm: 0.3, reactanceOhm: 0.1 } } }],
  ['three-wire-delta', {}],
] as const)('%s, %j', (kind, more) => {
  const make = (): PlantRig => plantRig({ kind, evses: [{}, { phaseCount: 1, phaseMap: [1, 2, 0] }], conditions: { ...conditions, ...more } });
  const skipping = make();
  const summing = make();
  for (let second = 0; second < 900; second += 1) {
    for (const rig of [skipping, summing]) {
      const [first] = rig.devices;
      if (first !== undefined && second % 150 === 149) first.pilotA = second % 300 < 150 ? 0 : 16;
    }
    summing.plant.isStale = true;
    skipping.runTo(second);
    summing.runTo(second);
    const told = flows(skipping);
    // Voltages that still move by less than a billionth of a volt are not followed.
    flows(summing).forEach((value, index) => {
      expect(told[index]).toBeCloseTo(value, 8);
    });
  }
  expect(skipping.plant.sumCount).toBeLessThan(summing.plant.sumCount);
});

test.each([{}, { impedance: { source: { resistanceOhm: 0.3, reactanceOhm: 0.1 } } }])('a step that is said to repeat the last one changes nothing but energies, and repeating it gives the same: %j', (more) => {
  const { vehicles, otherLoads } = conditions;
  const calm = { ...more, vehicles: vehicles.map(({ id, evse, plugInS, unplugS }) => ({ id, evse, plugInS, unplugS })), otherLoads, houseLoads: [{ kind: 'oven', circuit: 'main', fromS: 100 }] };
  const make = (): PlantRig => plantRig({ kind: 'three-phase-star', evses: [{}, { phaseCount: 1, phaseMap: [1, 2, 0] }], conditions: calm });
  const playing = make();
  const repeating = make();
  const energies = ({ plant }: PlantRig): number[] => plant.outlets.map(({ energyWs }) => energyWs);
  let repeated = 0;
  for (let second = 0; second < 900; second += 1) {
    const isStill = plantStillUntilMs(playing.plant, second * 1000) > second * 1000;
    const before = flows(playing);
    playing.runTo(second);
    if (isStill) {
      repeated += 1;
      expect(flows(playing)).toEqual(before);
      repeatPlant(repeating.plant, second * 1000);
      repeating.skipTo(second);
    } else repeating.runTo(second);
    expect([second, flows(repeating), energies(repeating)]).toEqual([second, flows(playing), energies(playing)]);
  }
  expect(repeated).toBeGreaterThan(600);
});
