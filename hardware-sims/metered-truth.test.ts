import { expect, test } from 'vitest';
import { meterId } from '../core/quantities.ts';
import { scenarioSchema } from '../core/scenarios/schema.ts';
import { siteSchema } from '../core/site/schema.ts';
import type { MeterReading } from '../core/site/readings.ts';
import { createDirectWorld } from './world.ts';

/** The chart's "metered" line is what a driver makes of the topics, whatever the wiring, the voltage and the power factor. */

const FEED = meterId('feed');
const LOADS = [{ circuit: 'main', powerW: 2345, powerFactor: 0.8 }, { circuit: 'main', powerW: 1234, phases: [0], fromS: 10 }];

test.each<[string, 'split-phase' | 'three-phase-star' | 'single-phase' | 'three-wire-delta', object, object]>([
  ['shelly-em', 'split-phase', { clamp: 'both-legs' }, {}],
  ['shelly-em', 'split-phase', { clamp: 'both-legs' }, { fedBy: 'pair' }],
  ['shelly-em', 'split-phase', { clamp: 'one-phase', phaseMap: [1, 0, 2] }, { clampSign: -1 }],
  ['shelly-em', 'single-phase', { clamp: 'one-phase', sign: -1 }, {}],
  ['shelly-em', 'three-wire-delta', { clamp: 'one-phase', phaseMap: [2, 0, 1] }, {}],
  ['shelly-3em', 'three-phase-star', { clamp: 'each-phase', phaseMap: [1, 2, 0] }, { clampPhases: [0, 2, 1] }],
  ['shelly-3em', 'three-wire-delta', { clamp: 'each-phase' }, { clampSigns: [1, -1, 1] }],
  ['shelly-3em', 'three-phase-star', { clamp: 'one-phase', phaseMap: [2, 0, 1] }, {}],
])('%s on %s, %j, wired as %j', (model, kind, meter, condition) => {
  const site = siteSchema.parse({
    name: 'Metered',
    supply: { kind, nominalVoltageV: kind === 'split-phase' ? 240 : 230 },
    circuits: [{ id: 'main', name: 'Main', breaker: { curve: 'iec-60898-b', ratingA: 63 }, continuousFactor: 1, meterId: 'feed' }],
    meters: [{ id: 'feed', name: 'Feed', model, link: { kind: 'mqtt', baseTopic: 'shellies/x-0001' }, periodMs: 1000, allowedAgeMs: 5000, ...meter }],
    evses: [],
  });
  const scenario = scenarioSchema.parse({
    id: 'metered',
    title: 'Metered',
    group: 'Tests',
    durationS: 60,
    site,
    otherLoads: LOADS,
    meters: { feed: condition },
    impedance: { source: { resistanceOhm: 0.1, reactanceOhm: 0.1 } },
    controllers: { device: { expect: [] } },
  });
  const world = createDirectWorld(scenario, site, 'device');
  const readings: MeterReading[] = [];
  for (let next = world.nextEventMs(); next <= 30_000; next = world.nextEventMs()) readings.push(...world.advanceTo(next).readings);
  const told = readings.at(-1)?.currentA ?? [];
  const metered = world.truth.meteredCurrentA(FEED) ?? [];
  expect(metered.map((currentA) => currentA === null)).toEqual(told.map((currentA) => currentA === null));
  metered.forEach((currentA, phase) => {
    if (currentA !== null) expect(currentA).toBeCloseTo(told[phase] ?? NaN, 9);
  });
  expect(metered.some((currentA) => currentA !== null && Math.abs(currentA) > 1)).toBe(true);
});
