/**
 * Riding through (rule 4): where even the minimum does not fit, an EVSE that charges may stay at its minimum for a while,
 * as long as the breaker itself is the limit, cool, and loaded below what it holds for an hour. 0 s, the default, means
 * never: then nothing here is ever called.
 */
import { PHASE_NAMES, type CircuitId, type PerPhase } from '../quantities.ts';
import type { Outlook } from './ceilings.ts';
import { isSilent, presenceOf } from './evse-memory.ts';
import type { SitePlan } from './plan.ts';
import type { Ceiling, Notice } from './setpoint.ts';
import { memoryOf, type BalancerState } from './state.ts';

/** How far a circuit's breaker has come towards its earliest trip, per phase; null where that is not known. */
export interface CircuitHeat {
  readonly circuitId: CircuitId;
  readonly loadRatio: PerPhase<number | null>;
}

/** What one EVSE has used of its time: as fast as it was used it comes back, so that pauses between do not add up to for ever. */
export interface RideMemory {
  readonly usedMs: number;
  readonly atMs: number;
  readonly isRiding: boolean;
}

/** Working space of one step. */
export interface RideScratch {
  /** Per constraint: current that the breaker would bear beyond the limit, now. */
  readonly spareA: Float64Array;
  readonly loadRatio: Float64Array;
  /** Per constraint: somebody rides through there in this step. */
  readonly isRidden: Uint8Array;
  /** Per EVSE: time left, and whether it rides. */
  readonly leftMs: Float64Array;
  readonly isRiding: Uint8Array;
}

/** The circuit's thermal load must be below this part of the earliest trip (design chapter 6, rule 4). */
const COOL_BELOW_RATIO = 0.5;
/** The conventional non-tripping current: held for an hour from cold (IEC 60898-1). */
const HOLDS_RATIO = 1.13;
const TOLERANCE_A = 1e-9;

export function makeRideScratch(constraints: number, evses: number): RideScratch {
  return {
    spareA: new Float64Array(constraints),
    loadRatio: new Float64Array(constraints),
    isRidden: new Uint8Array(constraints),
    leftMs: new Float64Array(evses),
    isRiding: new Uint8Array(evses),
  };
}

/** Fills the working space: where the breakers would bear more, and who has time left. After `findHeadroom`. */
export function findRides(plan: SitePlan, rides: RideScratch, state: BalancerState, heats: readonly CircuitHeat[], { sights, timeMs }: Outlook): void {
  rides.spareA.fill(0);
  rides.isRidden.fill(0);
  rides.isRiding.fill(0);
  for (const [index, circuit] of plan.circuits.entries()) {
    const heat = heats.find(({ circuitId }) => circuitId === circuit.circuit.id);
    // Out of sight nobody knows what the breaker carries.
    if (heat === undefined || sights[circuit.meter]?.kind !== 'clear') continue;
    for (const phase of plan.phases) {
      const constraint = index * 3 + phase;
      const loadRatio = heat.loadRatio[phase];
      // What a contract, a cable or the grid operator sets has nothing to do with the breaker's heat.
      if (loadRatio === null || !(loadRatio < COOL_BELOW_RATIO) || plan.scratch.limitSource[constraint] !== 'continuous') continue;
      const ratingA = circuit.circuit.breaker.ratingsA?.[phase] ?? circuit.circuit.breaker.ratingA;
      rides.loadRatio[constraint] = loadRatio;
      rides.spareA[constraint] = Math.max(0, HOLDS_RATIO * ratingA - (plan.scratch.limitA[constraint] ?? 0));
    }
  }
  for (let index = 0; index < plan.evses.length; index += 1) rides.leftMs[index] = leftMs(plan, state, index, timeMs);
}

/** Only who charges already stays: a ride-through never starts anybody. */
function leftMs(plan: SitePlan, state: BalancerState, index: number, timeMs: number): number {
  const evse = plan.evses[index];
  const memory = memoryOf(state, index);
  const isStaying = evse !== undefined && presenceOf(memory.report) === 'charging' && (memory.offerA ?? 0) >= evse.evse.minCurrentA && !isSilent(evse, memory, timeMs);
  return isStaying ? plan.policy.rideThroughS * 1000 - usedMs(state.rides?.[index] ?? null, timeMs) : 0;
}

function usedMs(ride: RideMemory | null, timeMs: number): number {
  if (ride === null) return 0;
  const elapsedMs = Math.max(0, timeMs - ride.atMs);
  return Math.max(0, ride.usedMs + (ride.isRiding ? elapsedMs : -elapsedMs));
}

/** Whether an EVSE whose minimum does not fit stays at it all the same; `leftA` per constraint is what the limits leave. */
export function ridesThrough(rides: RideScratch, index: number, constraints: readonly number[], leftA: Float64Array, minA: number): boolean {
  if (!((rides.leftMs[index] ?? 0) > 0)) return false;
  for (const constraint of constraints) {
    const beyondA = minA - (leftA[constraint] ?? 0);
    if (beyondA > TOLERANCE_A && beyondA >= (rides.spareA[constraint] ?? 0)) return false;
  }
  for (const constraint of constraints) if (minA - (leftA[constraint] ?? 0) > TOLERANCE_A) rides.isRidden[constraint] = 1;
  rides.isRiding[index] = 1;
  return true;
}

/** On a place that is ridden through the limit leaves less than what is offered: this ceiling stands in its place. */
export function rideCeiling(plan: SitePlan, rides: RideScratch, index: number, constraint: number): Ceiling | null {
  const { meantA, meantSumA, cutA, limitA } = plan.scratch;
  const ownA = meantA[index] ?? 0;
  const place = plan.places[constraint];
  const circuitId = plan.circuits[place?.circuit ?? -1]?.circuit.id;
  if (rides.isRidden[constraint] !== 1 || ownA === 0 || place === undefined || circuitId === undefined) return null;
  const currentA = (limitA[constraint] ?? 0) + (meantSumA[constraint] ?? 0) - (cutA[constraint] ?? 0);
  const remainingMs = plan.users[constraint]?.reduce((least, user) => (rides.isRiding[user] === 1 ? Math.min(least, rides.leftMs[user] ?? 0) : least), Infinity) ?? 0;
  const loadRatio = rides.loadRatio[constraint] ?? 0;
  return { currentA: ownA, reason: { kind: 'ride-through', circuitId, phase: place.phase, currentA, limitA: limitA[constraint] ?? 0, loadRatio, remainingMs } };
}

/** What each has used after this step; null while nobody has used anything. */
export function rememberRides(plan: SitePlan, rides: RideScratch, { rides: before }: BalancerState, timeMs: number): BalancerState['rides'] {
  const after = plan.evses.map((_, index): RideMemory | null => {
    const isRiding = rides.isRiding[index] === 1;
    const used = usedMs(before?.[index] ?? null, timeMs);
    if (used === 0 && !isRiding) return null;
    return { usedMs: used, atMs: timeMs, isRiding };
  });
  return after.some((ride) => ride !== null) ? after : null;
}

/** One for each circuit that is above its limit with consent: an exception that the report shows. */
export function rideNotices(plan: SitePlan, rides: RideScratch): readonly Notice[] {
  return plan.circuits.flatMap(({ circuit }, index): readonly Notice[] => {
    const phase = plan.phases.find((each) => rides.isRidden[index * 3 + each] === 1);
    if (phase === undefined) return [];
    const constraint = index * 3 + phase;
    const { limitA, meantSumA, cutA } = plan.scratch;
    const context = {
      phase: PHASE_NAMES[phase],
      limitA: limitA[constraint] ?? 0,
      currentA: (limitA[constraint] ?? 0) + (meantSumA[constraint] ?? 0) - (cutA[constraint] ?? 0),
      loadPercent: Math.round(100 * (rides.loadRatio[constraint] ?? 0)),
    };
    return [{ code: 'ride-through', severity: 'attention', about: circuit.id, context }];
  });
}
