/** What bounds one EVSE apart from the currents of the circuits: its own ratings, its vehicle, what is known, what is wished. */
import type { EvseId, MeterId } from '../quantities.ts';
import { contestCeiling, contestOf } from './contests.ts';
import { drawsLessCeilingA, isSilent, measuredA, presenceOf } from './evse-memory.ts';
import type { Sight } from './meter-memory.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling } from './setpoint.ts';
import { NO_WISHES, type BalancerState, type EvseMemory, type Wishes } from './state.ts';

/** What the step has found out before it divides anything. */
export interface Outlook {
  readonly timeMs: number;
  /** Per meter. */
  readonly sights: readonly Sight[];
  /** Every meter is fresh and nothing speaks against it. */
  readonly isClear: boolean;
  /** Some EVSE has not yet told its present offer. */
  readonly hasUnknownOffers: boolean;
  readonly wishes: Wishes;
  /** What modes and limits that change by themselves allow. */
  readonly features: ReadonlyMap<number, readonly Ceiling[]>;
  /** Whether all fail-safe currents together fit every circuit. */
  readonly failSafeFits: boolean;
}

/** Meters and EVSEs that have not yet given what is needed before this EVSE may be raised (rule 12). */
function awaitedBy(plan: SitePlan, state: BalancerState, { sights, hasUnknownOffers }: Outlook, evse: EvsePlan): readonly (MeterId | EvseId)[] {
  const awaited: (MeterId | EvseId)[] = [];
  for (const meter of evse.meters) {
    const id = plan.meters[meter]?.meter.id;
    if (sights[meter]?.kind === 'starting' && id !== undefined) awaited.push(id);
  }
  if (!hasUnknownOffers) return awaited;
  const seen = new Set<number>();
  for (const constraint of evse.constraintsByMask[evse.phaseMask] ?? []) for (const user of plan.users[constraint] ?? []) seen.add(user);
  for (const index of seen) {
    const id = plan.evses[index]?.evse.id;
    if (isOfferUnknown(state.evses[index]) && id !== undefined) awaited.push(id);
  }
  return awaited;
}

export function isOfferUnknown(memory: EvseMemory | undefined): boolean {
  const report = memory?.report ?? null;
  return report === null || report.offeredCurrentA === null;
}

/** Adds every ceiling that does not depend on what the others get, in no order. */
export function ownCeilings(plan: SitePlan, state: BalancerState, outlook: Outlook, evsePlan: EvsePlan, memory: EvseMemory, index: number): Ceiling[] {
  const ceilings: Ceiling[] = [evsePlan.rating, evsePlan.configuredMax];
  const features = outlook.features.size === 0 ? undefined : outlook.features.get(index);
  if (features !== undefined) ceilings.push(...features);
  addVehicle(ceilings, evsePlan, memory, outlook.timeMs);
  if (!outlook.isClear || outlook.hasUnknownOffers) addKnowledge(ceilings, plan, state, outlook, evsePlan, memory);
  if (outlook.wishes !== NO_WISHES) addWishes(ceilings, evsePlan, outlook);
  const contest = state.contests === null ? null : contestOf(state, index);
  // Behind the wishes: of equals the first binds, and what a person asks for is asked of the device.
  if (contest !== null) ceilings.push(contestCeiling(evsePlan, contest));
  return ceilings;
}

function addVehicle(ceilings: Ceiling[], plan: EvsePlan, memory: EvseMemory, timeMs: number): void {
  const { evse } = plan;
  const { report } = memory;
  if (isSilent(plan, memory, timeMs)) {
    if (report !== null) ceilings.push({ currentA: evse.failSafeCurrentA, reason: { kind: 'silent', reservedA: memory.exposureA } });
    else ceilings.push(plan.notCharging);
    return;
  }
  if (report !== null && report.otherCommander !== null) {
    ceilings.push({ currentA: evse.failSafeCurrentA, reason: { kind: 'other-commander', commander: report.otherCommander } });
  }
  const presence = presenceOf(report);
  // One that starts by itself is kept where its start cannot hurt; a paused one may have the minimum to start with.
  if (presence !== 'charging') ceilings.push(presence === 'absent' ? plan.absent : plan.notCharging);
  else if (memory.drawsLess !== null) {
    ceilings.push({
      currentA: drawsLessCeilingA(plan, memory.drawsLess, timeMs),
      reason: { kind: 'draws-less', measuredA: memory.drawsLess.measuredA },
    });
  }
}

function addKnowledge(ceilings: Ceiling[], plan: SitePlan, state: BalancerState, outlook: Outlook, evsePlan: EvsePlan, memory: EvseMemory): void {
  const { evse, meters } = evsePlan;
  for (const meter of meters) {
    const sight = outlook.sights[meter];
    const meterId = plan.meters[meter]?.meter.id;
    if (sight === undefined || meterId === undefined) continue;
    if (sight.kind === 'stale' && sight.isFailSafe) {
      ceilings.push({ currentA: evse.failSafeCurrentA, reason: { kind: 'meter-stale', meterId, ageMs: sight.ageMs, isFailSafe: true } });
    }
    if (sight.kind === 'contradicting') {
      ceilings.push({ currentA: evse.failSafeCurrentA, reason: { kind: 'meter-contradicts', meterId, how: sight.how } });
    }
  }
  const awaited = awaitedBy(plan, state, outlook, evsePlan);
  if (awaited.length > 0) ceilings.push({ currentA: takeOverA(evsePlan, memory), reason: { kind: 'starting', awaited } });
}

/** A vehicle that charges already is taken over at what it draws; everything else waits at its fail-safe current. */
export function takeOverA({ evse }: EvsePlan, { report }: EvseMemory): number {
  const drawnA = measuredA(report);
  if (report?.state !== 'charging' || drawnA === null) return evse.failSafeCurrentA;
  const neededA = Math.ceil(drawnA / evse.stepA - 1e-9) * evse.stepA;
  return Math.max(evse.failSafeCurrentA, Math.min(neededA, report.offeredCurrentA ?? neededA));
}

function addWishes(ceilings: Ceiling[], { evse }: EvsePlan, { wishes, failSafeFits }: Outlook): void {
  const { pausedEvses, isLeaving } = wishes;
  if (pausedEvses === 'all' || pausedEvses?.has(evse.id) === true) ceilings.push({ currentA: 0, reason: { kind: 'paused-by-person' } });
  if (isLeaving) ceilings.push({ currentA: failSafeFits ? evse.failSafeCurrentA : 0, reason: { kind: 'leaving' } });
}

/** Below its minimum an EVSE can only pause, so its fail-safe current may be one. */
export function usableA({ evse }: EvsePlan, currentA: number): number {
  return currentA >= evse.minCurrentA ? currentA : 0;
}

export function lowestOf(ceilings: readonly Ceiling[]): number {
  let lowest = Infinity;
  for (const { currentA } of ceilings) if (currentA < lowest) lowest = currentA;
  return lowest;
}
