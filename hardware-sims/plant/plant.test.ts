import { describe, expect, test } from 'vitest';
import { siteSchema } from '../../core/site/schema.ts';
import type { Site } from '../../core/site/site.ts';
import { scenarioSchema, type Scenario } from '../../core/scenarios/schema.ts';
import { clampPowerW, createClamp, type ChannelWiring } from './clamp.ts';
import { createPlant, stepPlant, type Plant, type PlantEvse } from './plant.ts';

/** Currents from Kirchhoff's and Ohm's laws; split phase as in the OpenEVSE reference, section f.2. */

/** A relay that closes with the vehicle and offers a fixed current. */
function always(currentA: number): PlantEvse & { seenA: number } {
  const device = { isRelayClosed: false, pilotA: currentA, seenA: 0, step: (_timeMs: number, isConnected: boolean) => (device.isRelayClosed = isConnected), measure: (drawnA: number) => (device.seenA = drawnA) };
  return Object.assign(device, { isStill: (isConnected: boolean) => device.isRelayClosed === isConnected, repeat: () => undefined });
}

function siteOf(kind: Site['supply']['kind'], nominalVoltageV: number, evse: Readonly<Record<string, unknown>> = {}): Site {
  const breaker = { curve: 'ul-489', ratingA: 50 };
  return siteSchema.parse({
    name: 'Plant',
    supply: { kind, nominalVoltageV },
    circuits: [
      { id: 'garage', name: 'Garage', parentId: 'main', breaker, continuousFactor: 0.8 },
      { id: 'main', name: 'Main', breaker, continuousFactor: 0.8 },
    ],
    meters: [],
    evses: [
      {
        id: 'one',
        name: 'One',
        circuitId: 'garage',
        model: 'openevse',
        link: { kind: 'mqtt', baseTopic: 'openevse-7b2c' },
        phaseCount: 2,
        ratingA: 48,
        configuredMaxA: 34,
        failSafeCurrentA: 6,
        powerUpCurrentA: 34,
        ...evse,
      },
    ],
  });
}

function plantOf(site: Site, changes: Readonly<Record<string, unknown>>, device: PlantEvse = always(10)): Plant {
  const scenario: Scenario = scenarioSchema.parse({ id: 'p', title: 'P', group: 'T', durationS: 100, site, controllers: { device: { expect: [] } }, ...changes });
  return createPlant(site, scenario, () => device);
}

function runTo(plant: Plant, untilS: number): void {
  for (let timeS = 0; timeS <= untilS; timeS += 1) stepPlant(plant, timeS * 1000);
}

const totals = (plant: Plant, id: string): number[] => [...(plant.circuits.find((circuit) => circuit.id === id)?.totalA ?? [])];
const vehicle = (changes: Readonly<Record<string, unknown>> = {}): unknown => ({ id: 'v', evse: 'one', plugInS: 0, deadTimeS: 0, riseAPerS: 1000, ...changes });

describe('currents add up the tree, phase by phase', () => {
  test('split phase: a 240 V load and an EVSE load both legs', () => {
    const plant = plantOf(siteOf('split-phase', 240), { vehicles: [vehicle()], otherLoads: [{ circuit: 'main', powerW: 2400 }, { circuit: 'garage', powerW: 240 }] });
    runTo(plant, 2);
    expect(totals(plant, 'garage')).toEqual([11, 11, 0]);
    expect(totals(plant, 'main')).toEqual([21, 21, 0]);
  });

  test('star: a load spreads over three phases, a rotated one-phase EVSE loads its own only', () => {
    const site = siteOf('three-phase-star', 230, { phaseCount: 1, phaseMap: [2, 0, 1] });
    const plant = plantOf(site, { vehicles: [vehicle()], otherLoads: [{ circuit: 'main', powerW: 6900 }] });
    runTo(plant, 2);
    expect(totals(plant, 'main')).toEqual([10, 10, 20]);
    expect(totals(plant, 'garage')).toEqual([0, 0, 10]);
  });

  test('a one-phase vehicle on a three-phase EVSE counts on its first phase only', () => {
    const plant = plantOf(siteOf('three-phase-star', 230, { phaseCount: 3 }), { vehicles: [vehicle({ phaseCount: 1 })] });
    runTo(plant, 2);
    expect(totals(plant, 'garage')).toEqual([10, 0, 0]);
  });

  test('single phase', () => {
    const plant = plantOf(siteOf('single-phase', 230, { phaseCount: 1 }), { vehicles: [vehicle()], otherLoads: [{ circuit: 'garage', powerW: 2300 }] });
    runTo(plant, 2);
    expect(totals(plant, 'main')).toEqual([20, 0, 0]);
  });

  test('what is switched off leaves nothing behind', () => {
    const loads = [0.1, 0.2, 0.7].map((powerW, index) => ({ circuit: 'garage', powerW: powerW * 1000, fromS: index, untilS: index + 5 }));
    const plant = plantOf(siteOf('split-phase', 240), { otherLoads: loads });
    runTo(plant, 20);
    expect(totals(plant, 'main')).toEqual([0, 0, 0]);
  });
});

describe('voltage', () => {
  test('a lower line voltage means more current for the same power', () => {
    const plant = plantOf(siteOf('split-phase', 240), { lineVoltageV: 228, otherLoads: [{ circuit: 'main', powerW: 9600 }] });
    runTo(plant, 1);
    expect(totals(plant, 'main')[0]).toBeCloseTo(42.105, 3);
  });

  test('one clamp round both legs, fed by one leg, tells the power of the 240 V load; round one leg, half of it', () => {
    const plant = plantOf(siteOf('split-phase', 240), { otherLoads: [{ circuit: 'main', powerW: 9600 }] });
    runTo(plant, 1);
    const main = plant.circuits.find(({ id }) => id === 'main');
    if (main === undefined) throw new Error('no main circuit');
    const told = (conductors: ChannelWiring['conductors'], fedLine: 0 | 1): number => clampPowerW(createClamp(plant, main, { conductors, fedBy: 'line', fedLine }));
    expect(told([{ line: 0, direction: 1 }, { line: 1, direction: -1 }], 0)).toBe(9600);
    expect(told([{ line: 1, direction: 1 }], 1)).toBe(4800);
  });
});

describe('energy and visits', () => {
  test.each([
    ['split-phase', 240, 2, 2400],
    ['split-phase', 240, 1, 1200],
    ['three-phase-star', 230, 3, 6900],
    ['single-phase', 230, 1, 2300],
  ] as const)('%s %d V, %d conductors: 10 A are %d W', (kind, voltageV, phaseCount, powerW) => {
    const plant = plantOf(siteOf(kind, voltageV, { phaseCount }), { vehicles: [vehicle()] });
    runTo(plant, 360);
    expect(plant.outlets[0]?.energyWs).toBeCloseTo(powerW * 360, 6);
  });

  test('vehicles come and go at their times, one after the other', () => {
    const device = always(10);
    const plant = plantOf(siteOf('split-phase', 240), { vehicles: [vehicle({ plugInS: 20, maxCurrentA: 8 }), vehicle({ plugInS: 5, unplugS: 10 })] }, device);
    const seen = Array.from({ length: 25 }, (_, timeS) => {
      stepPlant(plant, timeS * 1000);
      return device.seenA;
    });
    expect([seen[4], seen[5], seen[9], seen[10], seen[19], seen[20]]).toEqual([0, 10, 10, 0, 0, 8]);
  });
});
