import { continuousLimit, evsePhases, evsesBelow, pathToRoot, phasesOf, type ContinuousLimit } from '../site/circuit-tree.ts';
import type { Circuit, Evse, Meter, Site } from '../site/site.ts';
import type { PhaseIndex } from '../quantities.ts';
import type { Ceiling } from './setpoint.ts';
import { maskOf } from './state.ts';

/** A site looked at the way the step needs it: everything by index, in the site's order. */
export interface SitePlan {
  readonly phases: readonly PhaseIndex[];
  readonly circuits: readonly CircuitPlan[];
  readonly meters: readonly MeterPlan[];
  readonly evses: readonly EvsePlan[];
  readonly meterIndex: ReadonlyMap<string, number>;
  readonly evseIndex: ReadonlyMap<string, number>;
  /**
   * A constraint is one phase of one circuit, `circuit * 3 + phase`. Per constraint: the EVSEs that load it; empty for
   * phases the supply lacks.
   */
  readonly users: readonly (readonly number[])[];
  /** EVSEs by priority, equals in the site's order. */
  readonly byPriority: readonly number[];
  /** Whether all fail-safe currents together, with the assumed load, fit every circuit. */
  readonly failSafeFits: boolean;
  readonly scratch: Scratch;
}

/**
 * Working space of one step, overwritten by every step before it is read: a step does not call itself, and arrays made
 * anew would cost more than the arithmetic on them.
 */
export interface Scratch {
  /** Per constraint. */
  readonly cutA: Float64Array;
  readonly raiseA: Float64Array;
  readonly leftA: Float64Array;
  readonly meantSumA: Float64Array;
  readonly committedSumA: Float64Array;
  readonly overdrawA: Float64Array;
  readonly meantCount: Int32Array;
  readonly growingCount: Int32Array;
  /** Per EVSE. */
  readonly drawnA: Float64Array;
  readonly wantedA: Float64Array;
  readonly meantA: Float64Array;
  readonly raisedA: Float64Array;
  readonly committedA: Float64Array;
  readonly growA: Float64Array;
  readonly order: Int32Array;
  readonly isGrowing: Uint8Array;
  /** Per EVSE: the constraint that refused it its minimum, -1 for none, and what that had left. */
  readonly refusedAt: Int32Array;
  readonly refusedLeftA: Float64Array;
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
  /** The same as a mask, bit 0 for l1. */
  readonly phaseMask: number;
  /** Circuits it loads, its own first. */
  readonly circuits: readonly number[];
  /** Every phase of every circuit it loads, its own circuit's first. */
  readonly constraints: readonly number[];
  /** Ceilings that never change: its ratings, and what it may have while it does not charge. */
  readonly rating: Ceiling;
  readonly configuredMax: Ceiling;
  readonly notCharging: Ceiling;
  readonly absent: Ceiling;
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
    const phases = evsePhases(evse, site.supply);
    const above = path.map((circuit) => circuits[circuit]?.meter ?? -1).filter((meter) => meter >= 0);
    return {
      evse,
      phases,
      phaseMask: maskOf(phases),
      circuits: path,
      constraints: path.flatMap((circuit) => phases.map((phase) => circuit * 3 + phase)),
      ...constantCeilings(evse),
      meters: above,
      meterAgeMs: Math.max(0, ...above.map((meter) => meterAgeMs(site.meters[meter]))),
    };
  });
  const users = Array.from({ length: circuits.length * 3 }, (_, constraint) =>
    evses.flatMap(({ constraints }, index) => (constraints.includes(constraint) ? [index] : [])),
  );
  const byPriority = site.evses.map((_, index) => index).sort((a, b) => (site.evses[a]?.priority ?? 0) - (site.evses[b]?.priority ?? 0) || a - b);
  const failSafeFits = users.every((indices, constraint) => {
    const circuit = circuits[Math.floor(constraint / 3)];
    const sumA = indices.reduce((sum, index) => sum + (site.evses[index]?.failSafeCurrentA ?? 0), 0);
    return indices.length === 0 || circuit === undefined || sumA + circuit.circuit.assumedLoadA <= circuit.limit.currentA;
  });
  const scratch = makeScratch(users.length, evses.length);
  return { phases: phasesOf(site.supply), circuits, meters, evses, meterIndex, evseIndex, users, byPriority, failSafeFits, scratch };
}

function constantCeilings(evse: Evse): Pick<EvsePlan, 'rating' | 'configuredMax' | 'notCharging' | 'absent'> {
  const { ratingA, configuredMaxA, minCurrentA, startsByItself } = evse;
  const notCharging = { kind: 'not-charging', minCurrentA } as const;
  return {
    rating: { currentA: ratingA, reason: { kind: 'evse-rating', ratingA } },
    configuredMax: { currentA: configuredMaxA, reason: { kind: 'configured-max', configuredMaxA } },
    notCharging: { currentA: minCurrentA, reason: notCharging },
    absent: { currentA: startsByItself ? minCurrentA : 0, reason: notCharging },
  };
}

function makeScratch(constraints: number, evses: number): Scratch {
  return {
    cutA: new Float64Array(constraints),
    raiseA: new Float64Array(constraints),
    leftA: new Float64Array(constraints),
    meantSumA: new Float64Array(constraints),
    committedSumA: new Float64Array(constraints),
    overdrawA: new Float64Array(constraints),
    meantCount: new Int32Array(constraints),
    growingCount: new Int32Array(constraints),
    drawnA: new Float64Array(evses),
    wantedA: new Float64Array(evses),
    meantA: new Float64Array(evses),
    raisedA: new Float64Array(evses),
    committedA: new Float64Array(evses),
    growA: new Float64Array(evses),
    order: new Int32Array(evses),
    isGrowing: new Uint8Array(evses),
    refusedAt: new Int32Array(evses),
    refusedLeftA: new Float64Array(evses),
  };
}

function meterAgeMs(meter: Meter | undefined): number {
  return meter === undefined ? 0 : meter.periodMs + meter.latencyMs;
}

function indexOf(items: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  return new Map(items.map(({ id }, index) => [id, index]));
}
