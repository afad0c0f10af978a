import type { Curves } from '../protection/curve-schema.ts';
import { sizeOf } from '../protection/restore-curve.ts';
import { isTimeZone } from '../time/local-time.ts';
import type { Site } from '../site/site.ts';
import { faultBreaches } from './fault-consistency.ts';
import { plantBreaches } from './plant-consistency.ts';
import type { Expectation, Scenario, ScenarioVehicle } from './schema.ts';

/** Where a scenario contradicts itself or its site: path in the file, rule, and the text or figure that breaks it. */
export interface Inconsistency {
  readonly path: string;
  readonly rule:
    | 'unknown-circuit'
    | 'unknown-evse'
    | 'unknown-meter'
    | 'unknown-device'
    | 'unknown-curve'
    | 'unknown-time-zone'
    | 'no-home-battery'
    | 'energy-is-no-point'
    | 'rating-outside-curve'
    | 'duplicate-id'
    | 'window-order'
    | 'after-the-end'
    | 'vehicles-overlap'
    | 'too-many-phases'
    | 'fault-does-not-fit'
    | 'faults-overlap'
    | 'phase-not-there'
    | 'missing-recording'
    | 'series-lengths'
    | 'times-ascend'
    | 'bounds-order'
    | 'no-bounds';
  readonly value: string | number;
}

export function firstInconsistency(scenario: Scenario, site: Site, curves: Curves): Inconsistency | null {
  for (const breach of inconsistencies(scenario, site, curves)) return breach;
  return null;
}

type Found = Generator<Inconsistency, void>;

function* inconsistencies(scenario: Scenario, site: Site, curves: Curves): Found {
  if (!isTimeZone(site.timeZone)) yield { path: 'site/timeZone', rule: 'unknown-time-zone', value: site.timeZone };
  yield* breakerBreaches(site, curves);
  yield* vehicleBreaches(scenario, site);
  yield* plantBreaches(scenario, site);
  for (const [index, load] of scenario.otherLoads.entries()) {
    yield* circuitBreaches(site, load.circuit, `otherLoads/${String(index)}/circuit`);
    yield* windowBreaches(load, scenario.durationS, `otherLoads/${String(index)}`);
  }
  for (const id of Object.keys(scenario.meters)) {
    if (!isMeter(site, id)) yield { path: `meters/${id}`, rule: 'unknown-meter', value: id };
  }
  yield* deviceBreaches(site, scenario.devices, 'devices');
  for (const [index, feed] of scenario.feeds.entries()) yield* windowBreaches(feed, scenario.durationS, `feeds/${String(index)}`);
  if (scenario.batteryFeed !== undefined) yield* batteryFeedBreaches(scenario, scenario.batteryFeed);
  yield* toldBreaches(scenario, site, 'signals');
  yield* toldBreaches(scenario, site, 'wishes');
  for (const [index, fault] of scenario.faults.entries()) {
    yield* faultBreaches(site, scenario.faults, index, `faults/${String(index)}`);
    yield* windowBreaches(fault, scenario.durationS, `faults/${String(index)}`);
  }
  for (const [name, setup] of Object.entries(scenario.controllers)) {
    yield* deviceBreaches(site, setup.devices, `controllers/${name}/devices`);
    for (const [index, expectation] of setup.expect.entries()) {
      yield* expectationBreaches(site, scenario, expectation, `controllers/${name}/expect/${String(index)}`);
    }
  }
}

const isMeter = (site: Site, id: string): boolean => site.meters.some((meter) => meter.id === id);
const isEvse = (site: Site, id: string): boolean => site.evses.some((evse) => evse.id === id);

function* breakerBreaches(site: Site, curves: Curves): Found {
  for (const [index, { breaker }] of site.circuits.entries()) {
    const path = `site/circuits/${String(index)}/breaker`;
    const curve = curves.get(breaker.curve);
    if (curve === undefined) yield { path: `${path}/curve`, rule: 'unknown-curve', value: breaker.curve };
    else if (!sizeOf(curve, breaker.ratingA).ok) yield { path: `${path}/ratingA`, rule: 'rating-outside-curve', value: breaker.ratingA };
    else {
      const outside = breaker.ratingsA?.find((ratingA) => !sizeOf(curve, ratingA).ok);
      if (outside !== undefined) yield { path: `${path}/ratingsA`, rule: 'rating-outside-curve', value: outside };
    }
  }
}

function* vehicleBreaches(scenario: Scenario, site: Site): Found {
  const ids = new Set<string>();
  for (const [index, vehicle] of scenario.vehicles.entries()) {
    const path = `vehicles/${String(index)}`;
    if (ids.has(vehicle.id)) yield { path: `${path}/id`, rule: 'duplicate-id', value: vehicle.id };
    ids.add(vehicle.id);
    const evse = site.evses.find((candidate) => candidate.id === vehicle.evse);
    if (evse === undefined) yield { path: `${path}/evse`, rule: 'unknown-evse', value: vehicle.evse };
    else if ((vehicle.phaseCount ?? 1) > evse.phaseCount) yield { path: `${path}/phaseCount`, rule: 'too-many-phases', value: evse.phaseCount };
    if (vehicle.plugInS >= scenario.durationS) yield { path: `${path}/plugInS`, rule: 'after-the-end', value: vehicle.plugInS };
    if (endOf(vehicle) <= vehicle.plugInS) yield { path: `${path}/unplugS`, rule: 'window-order', value: endOf(vehicle) };
    const other = scenario.vehicles.slice(0, index).find((earlier) => overlap(earlier, vehicle));
    if (other !== undefined) yield { path: `${path}/plugInS`, rule: 'vehicles-overlap', value: other.id };
  }
}

const endOf = (vehicle: ScenarioVehicle): number => vehicle.unplugS ?? Infinity;

/** One outlet takes one plug. */
function overlap(a: ScenarioVehicle, b: ScenarioVehicle): boolean {
  return a.evse === b.evse && a.plugInS < endOf(b) && b.plugInS < endOf(a);
}

function* circuitBreaches(site: Site, id: string | undefined, path: string): Found {
  if (id !== undefined && !site.circuits.some((circuit) => circuit.id === id)) yield { path, rule: 'unknown-circuit', value: id };
}

function* evseBreaches(site: Site, id: string | undefined, path: string): Found {
  if (id !== undefined && !isEvse(site, id)) yield { path, rule: 'unknown-evse', value: id };
}

function* deviceBreaches(site: Site, devices: Scenario['devices'], path: string): Found {
  for (const id of Object.keys(devices)) {
    if (!isMeter(site, id) && !isEvse(site, id)) yield { path: `${path}/${id}`, rule: 'unknown-device', value: id };
  }
}

function* toldBreaches(scenario: Scenario, site: Site, key: 'signals' | 'wishes'): Found {
  for (const [index, told] of scenario[key].entries()) {
    const path = `${key}/${String(index)}`;
    if ('evse' in told) yield* evseBreaches(site, told.evse, `${path}/evse`);
    if (told.atS >= scenario.durationS) yield { path: `${path}/atS`, rule: 'after-the-end', value: told.atS };
    if ('untilS' in told && told.untilS !== undefined && told.untilS <= told.atS) yield { path: `${path}/untilS`, rule: 'window-order', value: told.untilS };
  }
}

function* batteryFeedBreaches({ homeBatteries, durationS }: Scenario, feed: NonNullable<Scenario['batteryFeed']>): Found {
  if (homeBatteries.length === 0) yield { path: 'batteryFeed', rule: 'no-home-battery', value: feed.everyS };
  yield* windowBreaches(feed, durationS, 'batteryFeed');
}

interface Window {
  readonly fromS: number;
  readonly untilS?: number | undefined;
}

function* windowBreaches({ fromS, untilS }: Window, durationS: number, path: string): Found {
  if (untilS !== undefined && untilS <= fromS) yield { path: `${path}/untilS`, rule: 'window-order', value: untilS };
  if (fromS >= durationS) yield { path: `${path}/fromS`, rule: 'after-the-end', value: fromS };
}

function* expectationBreaches(site: Site, scenario: Scenario, expectation: Expectation, path: string): Found {
  if ('circuit' in expectation) yield* circuitBreaches(site, expectation.circuit, `${path}/circuit`);
  if ('evse' in expectation) yield* evseBreaches(site, expectation.evse, `${path}/evse`);
  if ('fromS' in expectation) yield* windowBreaches(expectation, scenario.durationS, path);
  for (const key of ['atS', 'afterS'] as const) {
    const momentS = key in expectation ? (expectation as Readonly<Partial<Record<typeof key, number>>>)[key] : undefined;
    if (momentS !== undefined && momentS > scenario.durationS) yield { path: `${path}/${key}`, rule: 'after-the-end', value: momentS };
  }
  yield* boundsBreaches(expectation, path);
}

const BOUNDED: readonly Expectation['kind'][] = [
  'peak-current',
  'seconds-above-continuous',
  'seconds-above-rating',
  'current-at',
  'evse-sum',
  'offered',
  'energy-wh',
  'starts',
];

/** An expectation without bounds would hold whatever happens. */
function* boundsBreaches(expectation: Expectation, path: string): Found {
  if (!BOUNDED.includes(expectation.kind)) return;
  const { atLeast, atMost } = expectation as { readonly atLeast?: number; readonly atMost?: number };
  if (atLeast === undefined && atMost === undefined) yield { path, rule: 'no-bounds', value: expectation.kind };
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) yield { path: `${path}/atMost`, rule: 'bounds-order', value: atMost };
}
