/**
 * Surplus charging as SmartEVSE's configuration document means START, STOP and IMPORT, without the integer steps of its
 * firmware: every EVSE gets a ceiling that the present surplus is worth. All thresholds are sums over the phases.
 */
import { isFiniteNumber } from '../../quantities.ts';
import type { Ceiling } from '../setpoint.ts';
import { drawnOf } from './draw-history.ts';
import type { EvseView, Feature, FeatureOutcome, FeatureView } from './feature.ts';
import { linesLoaded } from './loads.ts';
import { shareSurplus, type Part } from './share-surplus.ts';
import { measureSurplus, NO_SURPLUS, type SurplusMemory } from './surplus.ts';
import { atKnownTime, hasLasted, remainingMs } from './timing.ts';

export interface SolarMemory {
  readonly surplus: SurplusMemory;
  /** Since when the surplus would have been enough to start one more; null while it is not. */
  readonly enoughSinceMs: number | null;
  /** In the site's order; null for EVSEs in another mode. */
  readonly evses: readonly (SolarEvseMemory | null)[];
}

export interface SolarEvseMemory {
  /** It may charge. */
  readonly isAllowed: boolean;
  /** Since when the surplus is not enough for it to stay. */
  readonly shortSinceMs: number | null;
  /** Its last ceiling. */
  readonly partA: number;
  /** Since when its vehicle takes clearly less than that. */
  readonly lessSinceMs: number | null;
}

export const NO_SOLAR: SolarMemory = { surplus: NO_SURPLUS, enoughSinceMs: null, evses: [] };

/** At its minimum for so long after a start (smartevse.md 0.1, "solar start period"). */
const START_PERIOD_MS = 40_000;
/** Without a meter even STOP 0 ends: the sun may have gone. STOP's own default (seed 003). */
const BLIND_STOP_S = 600;
/** Vehicles draw up to 1 A less than they are offered (electrical.md); offers are rounded down to a step besides. */
const LESS_BY_A = 1;

/** A solar EVSE in this step; its memory as it will be. */
interface Seat {
  readonly view: EvseView;
  readonly phases: number;
  readonly minA: number;
  readonly maxA: number;
  isAllowed: boolean;
  shortSinceMs: number | null;
  partA: number;
  readonly lessSinceMs: number | null;
  /** Has taken less for so long that the others may have the rest. */
  readonly takesLess: boolean;
  /** What is left of the surplus after the minimums of those before it. */
  restA: number;
}

interface Sun {
  readonly view: FeatureView;
  readonly seats: readonly Seat[];
  readonly surplusA: number | null;
}

/**
 * - START: an EVSE starts when more than START would be exported with all that charge already at their minimums, and that
 *   has lasted for `minimumOffMs`. Its own minimum is not asked for on top: "A=0 and Isum >= -START*10 -> no" is the whole
 *   condition (3.8.1), so a start may import up to its minimum less START until STOP ends it. For further EVSEs the reference
 *   asks less than START; here it is the same threshold, the mirror of the stop.
 * - STOP: an EVSE short of surplus stops after so long, 0 never. Short means that at minimums more than IMPORT is imported
 *   *and* its stop frees so little that START would not restart it at once (3.7). EVSEs that can change to one phase do that
 *   instead of stopping.
 * - Without a meter nothing starts; what charges goes to its minimum and stops after STOP.
 *
 * The ceilings never act against a circuit's limit: a minimum here is only the least that this feature would allow.
 */
export const solar: Feature<SolarMemory> = atKnownTime(decideSolar);

function decideSolar(memory: SolarMemory, view: FeatureView): FeatureOutcome<SolarMemory> {
  const isSolar = ({ mode }: EvseView): boolean => mode === 'solar';
  if (view.site.policy.solar.variant !== 'surplus' || !view.evses.some(isSolar)) {
    return { memory: NO_SOLAR, evseCeilings: [], circuitCeilings: [], notices: [] };
  }
  const measured = measureSurplus(memory.surplus, view, isSolar);
  const seats = view.evses.filter(isSolar).map((evse) => seatOf(memory.evses[evse.index] ?? null, evse, view));
  const sun: Sun = { view, seats, surplusA: measured.surplusA };
  endWhatIsShort(sun);
  const enoughSinceMs = startOne(sun, memory.enoughSinceMs);
  giveParts(sun);
  return {
    memory: { surplus: measured.memory, enoughSinceMs, evses: remember(sun) },
    evseCeilings: seats.map((seat) => ({ index: seat.view.index, ceiling: ceilingOf(sun, seat, enoughSinceMs) })),
    circuitCeilings: [],
    notices: measured.notices,
  };
}

function seatOf(memory: SolarEvseMemory | null, view: EvseView, { timeMs, site }: FeatureView): Seat {
  const { minCurrentA, ratingA, configuredMaxA } = view.evse;
  // One that charges already when the mode becomes solar, or the program starts, goes on: a stop has its timer.
  const isAllowed = view.isConnected && (memory === null ? view.isCharging : memory.isAllowed);
  const partA = memory?.partA ?? minCurrentA;
  const takenA = view.isCharging ? drawnOf(view) : 0;
  const isLess = isAllowed && memory?.isAllowed === true && takenA < partA - view.evse.stepA - LESS_BY_A;
  const lessSinceMs = isLess ? (memory.lessSinceMs ?? timeMs) : null;
  return {
    view,
    phases: linesLoaded(site.supply, view.phases),
    minA: minCurrentA,
    maxA: Math.max(minCurrentA, Math.min(ratingA, configuredMaxA)),
    isAllowed,
    shortSinceMs: isAllowed ? (memory?.shortSinceMs ?? null) : null,
    partA,
    lessSinceMs,
    takesLess: hasLasted(lessSinceMs, site.policy.queue.idleAfterS * 1000, timeMs),
    restA: 0,
  };
}

/** What it takes of the surplus for itself, at the least; nothing once it has been without charging for long. */
function reservedA({ view, phases, minA, takesLess }: Seat): number {
  return takesLess && !view.isCharging ? 0 : phases * minA;
}

/** Below this it is short: START would not start it, and it imports more than IMPORT. */
function neededA({ phases, minA }: Seat, { site }: FeatureView): number {
  return Math.min(site.policy.solar.startA, phases * minA - site.policy.solar.importA);
}

/** In the site's order; what the earlier ones leave is what the later ones have. */
function endWhatIsShort(sun: Sun): void {
  const { view, seats, surplusA } = sun;
  let restA = surplusA ?? 0;
  for (const seat of seats) {
    seat.restA = restA;
    if (!seat.isAllowed) continue;
    const isShort = surplusA === null || restA < neededA(seat, view);
    // Where nothing charges nothing has to wait for its stop.
    if (isShort && seat.takesLess && !seat.view.isCharging) seat.isAllowed = false;
    const isTimed = isShort && seat.isAllowed && (surplusA === null || !canFallToOnePhase(seat));
    seat.shortSinceMs = isTimed ? (seat.shortSinceMs ?? view.timeMs) : null;
    if (hasLasted(seat.shortSinceMs, stopAfterMs(sun), view.timeMs)) {
      seat.isAllowed = false;
      seat.shortSinceMs = null;
    }
    if (seat.isAllowed) restA -= reservedA(seat);
  }
}

/** Auto with more than one phase: the change to one phase takes the place of the stop (3.7). */
function canFallToOnePhase({ view, phases }: Seat): boolean {
  return view.evse.phaseSwitching === 'auto' && phases > 1;
}

function stopAfterMs({ view, surplusA }: Sun): number {
  const { stopAfterS } = view.site.policy.solar;
  if (stopAfterS > 0) return stopAfterS * 1000;
  return surplusA === null ? BLIND_STOP_S * 1000 : Infinity;
}

/** One at a time: what the last start took has to show before the next. Answers since when there is enough for one more. */
function startOne({ view, seats, surplusA }: Sun, enoughSinceMs: number | null): number | null {
  if (surplusA === null) return null;
  const { startA } = view.site.policy.solar;
  const restA = seats.reduce((restA, seat) => (seat.isAllowed ? restA - reservedA(seat) : restA), surplusA);
  for (const seat of seats) if (!seat.isAllowed) seat.restA = restA;
  if (restA <= startA) return null;
  const sinceMs = enoughSinceMs ?? view.timeMs;
  const next = firstWaiting(seats);
  if (next === undefined || !hasLasted(sinceMs, view.site.policy.minimumOffMs, view.timeMs)) return sinceMs;
  next.isAllowed = true;
  return restA - reservedA(next) > startA ? view.timeMs : null;
}

function firstWaiting(seats: readonly Seat[]): Seat | undefined {
  return seats.find(({ isAllowed, view }) => !isAllowed && view.isConnected);
}

/** What a vehicle has not taken for long goes to the others; its own part stays, it may take it again. */
function giveParts({ view, seats, surplusA }: Sun): void {
  const allowed = seats.filter(({ isAllowed }) => isAllowed);
  const sumA = surplusA === null ? 0 : surplusA + view.site.policy.solar.importA;
  const isStarting = (seat: Seat): boolean => !hasLasted(seat.view.chargingMs, START_PERIOD_MS, view.timeMs);
  const parts = allowed.map((seat): Part => (isStarting(seat) ? { ...seat, maxA: seat.minA } : seat));
  const equal = shareSurplus(sumA, parts);
  const taken = allowed.some(({ takesLess }) => takesLess) ? shareSurplus(sumA, parts.map((part, at) => takenPart(part, allowed[at]))) : equal;
  for (const [at, seat] of allowed.entries()) {
    const shareA = (seat.takesLess ? equal : taken)[at] ?? seat.minA;
    seat.partA = isFiniteNumber(shareA) ? shareA : seat.minA;
  }
}

/** What it has been taking, and a step more to grow by. */
function takenPart(part: Part, seat: Seat | undefined): Part {
  if (seat === undefined || !seat.takesLess) return part;
  if (!seat.view.isCharging) return { ...part, minA: 0, maxA: 0 };
  const takenA = drawnOf(seat.view) + seat.view.evse.stepA;
  return { ...part, maxA: Math.max(part.minA, Math.min(part.maxA, takenA)) };
}

function ceilingOf(sun: Sun, seat: Seat, enoughSinceMs: number | null): Ceiling {
  const { view, seats, surplusA } = sun;
  const { startA, importA } = view.site.policy.solar;
  if (!seat.isAllowed) {
    if (enoughSinceMs !== null && seat === firstWaiting(seats)) {
      return { currentA: 0, reason: { kind: 'start-delay', remainingMs: remainingMs(enoughSinceMs, view.site.policy.minimumOffMs, view.timeMs) } };
    }
    return { currentA: 0, reason: { kind: 'solar-waits', surplusA: seat.restA, neededA: startA, remainingMs: null } };
  }
  const stopMs = stopAfterMs(sun);
  if (seat.shortSinceMs !== null && stopMs !== Infinity) {
    const leftMs = remainingMs(seat.shortSinceMs, stopMs, view.timeMs);
    return { currentA: seat.partA, reason: { kind: 'solar-waits', surplusA: seat.restA, neededA: neededA(seat, view), remainingMs: leftMs } };
  }
  return { currentA: seat.partA, reason: { kind: 'solar-surplus', surplusA: surplusA ?? 0, importA } };
}

function remember({ view, seats }: Sun): readonly (SolarEvseMemory | null)[] {
  const evses: (SolarEvseMemory | null)[] = view.site.evses.map(() => null);
  for (const { view: evse, isAllowed, shortSinceMs, partA, lessSinceMs } of seats) {
    evses[evse.index] = { isAllowed, shortSinceMs, partA, lessSinceMs };
  }
  return evses;
}
