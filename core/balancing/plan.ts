import { continuousLimitOn, evsePhases, evsesBelow, pathToRoot, phasesOf, type ContinuousLimit } from '../site/circuit-tree.ts';
import type { Circuit, Evse, Meter, Site } from '../site/site.ts';
import { PHASES, perPhase, type PerPhase, type PhaseIndex } from '../quantities.ts';
import { usesFeatures } from './features/look.ts';
import type { Ceiling } from './setpoint.ts';
import { makeRideScratch, type RideScratch } from './ride-through.ts';
import { makeScratch, type Scratch } from './scratch.ts';
import { maskOf } from './state.ts';

/** A site looked at the way the step needs it: everything by index, in the site's order. */
export interface SitePlan {
  readonly phases: readonly PhaseIndex[];
  /** The same as a mask, bit 0 for l1. */
  readonly phaseMask: number;
  /** Something of the site asks for modes or limits that change by themselves. */
  readonly usesFeatures: boolean;
  /** Three lines without neutral: one-phase devices load pairs of them. */
  readonly isDelta: boolean;
  readonly circuits: readonly CircuitPlan[];
  readonly meters: readonly MeterPlan[];
  readonly evses: readonly EvsePlan[];
  readonly meterIndex: ReadonlyMap<string, number>;
  readonly evseIndex: ReadonlyMap<string, number>;
  /**
   * A constraint is one phase of one circuit, `circuit * 3 + phase`; behind those come, three each, the constraints on
   * the difference between phases, which bind EVSEs that do not load all of them.
   */
  readonly places: readonly Place[];
  /** Per constraint: the EVSEs that may load it; empty for phases the supply lacks. */
  readonly users: readonly (readonly number[])[];
  /** Whether all fail-safe currents together, with the assumed load, fit every circuit. */
  readonly failSafeFits: boolean;
  readonly policy: Site['policy'];
  /** Working space of riding through; null where the policy lets nobody. */
  readonly rides: RideScratch | null;
  readonly scratch: Scratch;
}

export interface Place {
  readonly circuit: number;
  readonly phase: PhaseIndex;
  readonly isUnbalance: boolean;
}

/** Phases of one circuit that one EVSE loads, or the differences it makes there. */
export interface Span {
  readonly circuit: number;
  readonly isUnbalance: boolean;
  readonly constraints: readonly number[];
}

export interface CircuitPlan {
  readonly circuit: Circuit;
  /** Per phase: what holds without end. */
  readonly limits: PerPhase<ContinuousLimit>;
  /** The lowest of them. */
  readonly lowestLimitA: number;
  /** Index of its meter; -1 where nothing measures it. */
  readonly meter: number;
  /** EVSEs below it. */
  readonly evses: readonly number[];
  /** Taken from the headroom for what its meter may be wrong by when the phase is full. */
  readonly uncertaintyA: PerPhase<number>;
  /** First of the three constraints on the difference between its phases; -1 where none holds. */
  readonly unbalance: number;
  /** PV or a battery feeds in here or on a circuit below: its meter may show less than the EVSEs draw. */
  readonly hasSourceBelow: boolean;
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
  /** With one phase only, as behind an open second contactor; on a three-wire delta that is a pair of lines. */
  readonly onePhaseMask: number;
  /** Circuits it loads, its own first. */
  readonly circuits: readonly number[];
  /** Per mask of phases: the constraints it then loads, its own circuit's first, those on differences last. */
  readonly constraintsByMask: readonly (readonly number[])[];
  /** The same, by what bounds them together: the limits of each circuit, and each circuit's differences. */
  readonly spansByMask: readonly (readonly Span[])[];
  /** Ceilings that never change: its ratings, and what it may have while it does not charge. */
  readonly rating: Ceiling;
  readonly configuredMax: Ceiling;
  readonly notCharging: Ceiling;
  readonly absent: Ceiling;
  /** Meters of those circuits. */
  readonly meters: readonly number[];
  /** A meter that sees nothing but this EVSE; -1 where there is none. */
  readonly ownMeter: number;
  /** Longest time until a change of its current shows in every meter above it. */
  readonly meterAgeMs: number;
}

/** Of a meter that neither the site nor a description of its model tells of: a clamp of class 1 with tenths of an ampere. */
const UNDESCRIBED = { ratio: 0.01, currentA: 0.1 };

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
  const fed = new Set(site.circuits.flatMap(({ id, hasSource }) => (hasSource ? pathToRoot(site, id).map((above) => above.id) : [])));
  const circuits = site.circuits.map((circuit, index): CircuitPlan => {
    const limits = perPhase((phase) => continuousLimitOn(circuit, phase));
    const meter = circuit.meterId === null ? -1 : (meterIndex.get(circuit.meterId) ?? -1);
    const uncertainty = site.meters[meter] === undefined ? null : (site.meters[meter].uncertainty ?? UNDESCRIBED);
    return {
      circuit,
      limits,
      lowestLimitA: Math.min(...phasesOf(site.supply).map((phase) => limits[phase].currentA)),
      meter,
      evses: evsesBelow(site, circuit.id).map(({ id }) => evseIndex.get(id) ?? -1),
      uncertaintyA: perPhase((phase) => (uncertainty === null ? 0 : uncertainty.ratio * limits[phase].currentA + uncertainty.currentA)),
      unbalance: circuit.unbalanceLimitA === null ? -1 : site.circuits.length * 3 + 3 * site.circuits.slice(0, index).filter((other) => other.unbalanceLimitA !== null).length,
      hasSourceBelow: fed.has(circuit.id),
    };
  });
  const meters = site.meters.map((meter, index): MeterPlan => {
    const circuit = circuits.findIndex((candidate) => candidate.meter === index);
    return { meter, circuit, evses: circuits[circuit]?.evses ?? [] };
  });
  const evses = site.evses.map((evse): EvsePlan => {
    const path = pathToRoot(site, evse.circuitId).map(({ id }) => circuitIndex.get(id) ?? -1);
    const phases = evsePhases(evse, site.supply);
    const spansByMask = Array.from({ length: 8 }, (_, mask) => spansOf(circuits, path, mask, maskOf(phasesOf(site.supply))));
    const above = path.map((circuit) => circuits[circuit]?.meter ?? -1).filter((meter) => meter >= 0);
    return {
      evse,
      phases,
      phaseMask: maskOf(phases),
      onePhaseMask: maskOf(evsePhases({ ...evse, phaseCount: 1 }, site.supply)),
      circuits: path,
      constraintsByMask: spansByMask.map((spans) => spans.flatMap(({ constraints }) => constraints)),
      spansByMask,
      ...constantCeilings(evse),
      meters: above,
      ownMeter: ownMeterOf(circuits, path),
      meterAgeMs: Math.max(0, ...above.map((meter) => meterAgeMs(site.meters[meter]))),
    };
  });
  const places = placesOf(circuits);
  const users = places.map((_, constraint) =>
    evses.flatMap(({ constraintsByMask: byMask, phaseMask }, index) =>
      byMask.some((constraints, mask) => (mask & ~phaseMask) === 0 && constraints.includes(constraint)) ? [index] : [],
    ),
  );
  const failSafeFits = users.every((indices, constraint) => {
    const place = places[constraint];
    const circuit = circuits[place?.circuit ?? -1];
    const sumA = indices.reduce((sum, index) => sum + (site.evses[index]?.failSafeCurrentA ?? 0), 0);
    if (place === undefined || circuit === undefined || place.isUnbalance || indices.length === 0) return true;
    return sumA + circuit.circuit.assumedLoadA <= circuit.limits[place.phase].currentA;
  });
  const scratch = makeScratch(users.length, evses.length);
  return { phases: phasesOf(site.supply), phaseMask: maskOf(phasesOf(site.supply)), isDelta: site.supply.kind === 'three-wire-delta', usesFeatures: usesFeatures(site), circuits, meters, evses, meterIndex, evseIndex, places, users, failSafeFits, scratch, policy: site.policy, rides: site.policy.rideThroughS === 0 ? null : makeRideScratch(users.length, evses.length) };
}

function placesOf(circuits: readonly CircuitPlan[]): readonly Place[] {
  const limits = circuits.flatMap((_, circuit) => PHASES.map((phase) => ({ circuit, phase, isUnbalance: false })));
  const differences = circuits.flatMap(({ unbalance }, circuit) => (unbalance < 0 ? [] : PHASES.map((phase) => ({ circuit, phase, isUnbalance: true }))));
  return [...limits, ...differences];
}

function spansOf(circuits: readonly CircuitPlan[], path: readonly number[], mask: number, supplyMask: number): readonly Span[] {
  const phases = PHASES.filter((phase) => (mask & (1 << phase)) !== 0);
  if (phases.length === 0) return [];
  const limits = path.map((circuit) => ({ circuit, isUnbalance: false, constraints: phases.map((phase) => circuit * 3 + phase) }));
  // What loads all phases alike makes no difference between them.
  const differing = mask === supplyMask ? [] : path.filter((circuit) => (circuits[circuit]?.unbalance ?? -1) >= 0);
  const differences = differing.map((circuit) => ({ circuit, isUnbalance: true, constraints: phases.map((phase) => (circuits[circuit]?.unbalance ?? 0) + phase) }));
  return [...limits, ...differences];
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

/** The meter of its own branch, if nothing else is on it: behind the grid connection's there is always a house. */
function ownMeterOf(circuits: readonly CircuitPlan[], path: readonly number[]): number {
  const own = circuits[path[0] ?? -1];
  if (own === undefined || own.circuit.parentId === null || own.evses.length > 1) return -1;
  const hasBranches = circuits.some(({ circuit }) => circuit.parentId === own.circuit.id);
  return hasBranches || own.circuit.assumedLoadA > 0 || own.circuit.hasSource ? -1 : own.meter;
}

function meterAgeMs(meter: Meter | undefined): number {
  return meter === undefined ? 0 : meter.periodMs + meter.latencyMs;
}

function indexOf(items: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  return new Map(items.map(({ id }, index) => [id, index]));
}
