import { PHASES, type CircuitId, type PhaseIndex } from '../quantities.ts';
import type { Circuit, Evse, Meter, Site, Supply } from './site.ts';

const SUPPLY_PHASES: Readonly<Record<Supply['kind'], readonly PhaseIndex[]>> = {
  'single-phase': [0],
  'split-phase': [0, 1],
  'three-phase-star': PHASES,
  'three-wire-delta': PHASES,
};

/** The site phases a supply has; on split phase the two legs. */
export function phasesOf(supply: Supply): readonly PhaseIndex[] {
  return SUPPLY_PHASES[supply.kind];
}

/** The site phases an EVSE loads: its first `phaseCount` phases through its map, without those the supply lacks. */
export function evsePhases(evse: Pick<Evse, 'phaseMap' | 'phaseCount'>, supply: Supply): readonly PhaseIndex[] {
  const present = phasesOf(supply);
  const [first] = evse.phaseMap;
  // Without a neutral a one-phase device sits between two lines: its phase d between the lines d and d + 1.
  if (supply.kind === 'three-wire-delta' && evse.phaseCount === 1) return [first, ((first + 1) % 3) as PhaseIndex];
  return evse.phaseMap.slice(0, evse.phaseCount).filter((phase) => present.includes(phase));
}

/**
 * The site phases that carry what the one ammeter of an EVSE shows: on star its first, because a vehicle may leave the
 * others unused; both legs or both lines where one conductor's current comes back through the other.
 */
export function ammeterPhases(evse: Pick<Evse, 'phaseMap' | 'phaseCount'>, supply: Supply): readonly PhaseIndex[] {
  const phases = evsePhases(evse, supply);
  const isOneCurrent = supply.kind === 'split-phase' || (supply.kind === 'three-wire-delta' && evse.phaseCount === 1);
  return isOneCurrent ? phases : phases.slice(0, 1);
}

const CLAMPED_PHASES: Readonly<Record<Meter['clamp'], number>> = { 'one-phase': 1, 'both-legs': 2, 'each-phase': 3 };

/** The site phases whose current a meter tells. A clamp round both legs tells them as one sum, which both legs share. */
export function meterPhases(meter: Pick<Meter, 'phaseMap' | 'clamp'>, supply: Supply): readonly PhaseIndex[] {
  const present = phasesOf(supply);
  const mapped = meter.phaseMap.slice(0, CLAMPED_PHASES[meter.clamp]);
  return mapped.filter((phase) => present.includes(phase));
}

export function circuitOf(site: Site, id: CircuitId): Circuit | undefined {
  return site.circuits.find((circuit) => circuit.id === id);
}

/** The circuit and all above it, the grid connection's last. Ends early where a parent is unknown or comes again. */
export function pathToRoot(site: Site, id: CircuitId): readonly Circuit[] {
  const path: Circuit[] = [];
  let next = circuitOf(site, id);
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = next.parentId === null ? undefined : circuitOf(site, next.parentId);
  }
  return path;
}

/** EVSEs on the circuit itself or on any circuit below it, in the site's order. */
export function evsesBelow(site: Site, id: CircuitId): readonly Evse[] {
  return site.evses.filter((evse) => pathToRoot(site, evse.circuitId).some((circuit) => circuit.id === id));
}

export interface ContinuousLimit {
  readonly currentA: number;
  /** `continuous` is the breaker's rating times the continuous-load factor. */
  readonly source: 'continuous' | 'contract' | 'cable' | 'operator';
}

/** The lowest limit that holds without end on one phase: its own fuse where they differ, and the limits that name it. */
export function continuousLimitOn(circuit: Pick<Circuit, 'breaker' | 'continuousFactor' | 'limits'>, phase: PhaseIndex): ContinuousLimit {
  const { breaker, continuousFactor, limits } = circuit;
  const ratingA = breaker.ratingsA?.[phase] ?? breaker.ratingA;
  const named = limits.filter(({ phases }) => phases === undefined || phases.includes(phase));
  return continuousLimit({ breaker: { ...breaker, ratingA }, continuousFactor, limits: named });
}

/** The lowest limit that holds without end; of equals the breaker's, then the first in the file. */
export function continuousLimit(circuit: Pick<Circuit, 'breaker' | 'continuousFactor' | 'limits'>): ContinuousLimit {
  // 50 x 0.7 is 35 less a rounding error of binary fractions; a limit is meant to a thousandth of an ampere.
  const ratedA = Math.round(circuit.breaker.ratingA * circuit.continuousFactor * 1e6) / 1e6;
  let lowest: ContinuousLimit = { currentA: ratedA, source: 'continuous' };
  for (const { currentA, source } of circuit.limits) {
    if (currentA < lowest.currentA) lowest = { currentA, source };
  }
  return lowest;
}

export function continuousLimitA(circuit: Pick<Circuit, 'breaker' | 'continuousFactor' | 'limits'>): number {
  return continuousLimit(circuit).currentA;
}
