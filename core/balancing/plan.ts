import { continuousLimit, evsePhases, evsesBelow, pathToRoot, phasesOf, type ContinuousLimit } from '../site/circuit-tree.ts';
import type { Circuit, Evse, Meter, Site } from '../site/site.ts';
import type { PhaseIndex } from '../quantities.ts';

/** A site looked at the way the step needs it: everything by index, in the site's order. */
export interface SitePlan {
  readonly phases: readonly PhaseIndex[];
  readonly circuits: readonly CircuitPlan[];
  readonly meters: readonly MeterPlan[];
  readonly evses: readonly EvsePlan[];
  readonly meterIndex: ReadonlyMap<string, number>;
  readonly evseIndex: ReadonlyMap<string, number>;
}

export interface CircuitPlan {
  readonly circuit: Circuit;
  readonly limit: ContinuousLimit;
  /** Index of its meter; -1 where nothing measures it. */
  readonly meter: number;
  /** EVSEs below it. */
  readonly evses: readonly number[];
  /** Taken from the headroom for what its meter may be wrong by when the circuit is full. */
  readonly uncertaintyA: number;
}

export interface MeterPlan {
  readonly meter: Meter;
  /** The circuit it measures; -1 for a meter no circuit uses. */
  readonly circuit: number;
  readonly evses: readonly number[];
}

export interface EvsePlan {
  readonly evse: Evse;
  readonly phases: readonly PhaseIndex[];
  /** Circuits it loads, its own first. */
  readonly circuits: readonly number[];
  /** Meters of those circuits. */
  readonly meters: readonly number[];
  /** Longest time until a change of its current shows in every meter above it. */
  readonly meterAgeMs: number;
}

const plans = new WeakMap<Site, SitePlan>();

/** The plan of a site; worked out once per site object, which is immutable. */
export function planOf(site: Site): SitePlan {
  const known = plans.get(site);
  if (known !== undefined) return known;
  const plan = makePlan(site);
  plans.set(site, plan);
  return plan;
}

function makePlan(site: Site): SitePlan {
  const meterIndex = indexOf(site.meters);
  const evseIndex = indexOf(site.evses);
  const circuitIndex = indexOf(site.circuits);
  const circuits = site.circuits.map((circuit): CircuitPlan => {
    const limit = continuousLimit(circuit);
    const meter = circuit.meterId === null ? -1 : (meterIndex.get(circuit.meterId) ?? -1);
    const uncertainty = site.meters[meter]?.uncertainty;
    return {
      circuit,
      limit,
      meter,
      evses: evsesBelow(site, circuit.id).map(({ id }) => evseIndex.get(id) ?? -1),
      uncertaintyA: uncertainty === undefined ? 0 : uncertainty.ratio * limit.currentA + uncertainty.currentA,
    };
  });
  const meters = site.meters.map((meter, index): MeterPlan => {
    const circuit = circuits.findIndex((candidate) => candidate.meter === index);
    return { meter, circuit, evses: circuits[circuit]?.evses ?? [] };
  });
  const evses = site.evses.map((evse): EvsePlan => {
    const path = pathToRoot(site, evse.circuitId).map(({ id }) => circuitIndex.get(id) ?? -1);
    const above = path.map((circuit) => circuits[circuit]?.meter ?? -1).filter((meter) => meter >= 0);
    return {
      evse,
      phases: evsePhases(evse, site.supply),
      circuits: path,
      meters: above,
      meterAgeMs: Math.max(0, ...above.map((meter) => meterAgeMs(site.meters[meter]))),
    };
  });
  return { phases: phasesOf(site.supply), circuits, meters, evses, meterIndex, evseIndex };
}

function meterAgeMs(meter: Meter | undefined): number {
  return meter === undefined ? 0 : meter.periodMs + meter.latencyMs;
}

function indexOf(items: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  return new Map(items.map(({ id }, index) => [id, index]));
}
