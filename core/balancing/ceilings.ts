/** What bounds one EVSE apart from the currents of the circuits: its own ratings, its vehicle, what is known, what is wished. */
import type { EvseId, MeterId } from '../quantities.ts';
import { drawsLessCeilingA, isSilent, measuredA, presenceOf } from './evse-memory.ts';
import type { Sight } from './meter-memory.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling } from './setpoint.ts';
import type { BalancerState, EvseMemory, Wishes } from './state.ts';

/** What the step has found out before it divides anything. */
export interface Outlook {
  readonly timeMs: number;
  /** Per meter. */
  readonly sights: readonly Sight[];
  readonly wishes: Wishes;
  /** Whether all fail-safe currents together fit every circuit. */
  readonly failSafeFits: boolean;
}

/** Meters and EVSEs that have not yet given what is needed before this EVSE may be raised (rule 12). */
export function awaitedBy(plan: SitePlan, state: BalancerState, sights: readonly Sight[], index: number): readonly (MeterId | EvseId)[] {
  const evse = plan.evses[index];
  if (evse === undefined) return [];
  const meters = evse.meters.filter((meter) => sights[meter]?.kind === 'starting').map((meter) => plan.meters[meter]?.meter.id);
  const circuits = new Set(evse.circuits);
  const evses = plan.evses
    .filter((other, at) => other.circuits.some((circuit) => circuits.has(circuit)) && isOfferUnknown(state.evses[at]))
    .map((other) => other.evse.id);
  return [...meters.filter((id) => id !== undefined), ...evses];
}

function isOfferUnknown(memory: EvseMemory | undefined): boolean {
  return memory?.report?.offeredCurrentA === null || memory?.report === null;
}

/** Every ceiling that does not depend on what the others get; lowest not first. */
export function ownCeilings(plan: SitePlan, state: BalancerState, outlook: Outlook, index: number): Ceiling[] {
  const evsePlan = plan.evses[index] as EvsePlan;
  const memory = state.evses[index] as EvseMemory;
  const { evse } = evsePlan;
  const ceilings: Ceiling[] = [
    { currentA: evse.ratingA, reason: { kind: 'evse-rating', ratingA: evse.ratingA } },
    { currentA: evse.configuredMaxA, reason: { kind: 'configured-max', configuredMaxA: evse.configuredMaxA } },
  ];
  addVehicle(ceilings, evsePlan, memory, outlook.timeMs);
  addKnowledge(ceilings, plan, state, outlook, index);
  addWishes(ceilings, evsePlan, outlook);
  return ceilings;
}

function addVehicle(ceilings: Ceiling[], plan: EvsePlan, memory: EvseMemory, timeMs: number): void {
  const { evse } = plan;
  const { report } = memory;
  if (isSilent(plan, memory, timeMs)) {
    if (report !== null) ceilings.push({ currentA: evse.failSafeCurrentA, reason: { kind: 'silent', reservedA: memory.exposureA } });
    return;
  }
  if (report?.otherCommander !== null && report?.otherCommander !== undefined) {
    ceilings.push({ currentA: evse.failSafeCurrentA, reason: { kind: 'other-commander', commander: report.otherCommander } });
  }
  const presence = presenceOf(report);
  // One that starts by itself is kept where its start cannot hurt; a paused one may have the minimum to start with.
  if (presence !== 'charging') {
    const currentA = presence === 'absent' && !evse.startsByItself ? 0 : evse.minCurrentA;
    ceilings.push({ currentA, reason: { kind: 'not-charging', minCurrentA: evse.minCurrentA } });
  } else if (memory.drawsLess !== null) {
    ceilings.push({
      currentA: drawsLessCeilingA(plan, memory.drawsLess, timeMs),
      reason: { kind: 'draws-less', measuredA: memory.drawsLess.measuredA },
    });
  }
}

function addKnowledge(ceilings: Ceiling[], plan: SitePlan, state: BalancerState, outlook: Outlook, index: number): void {
  const { evse, meters } = plan.evses[index] as EvsePlan;
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
  const awaited = awaitedBy(plan, state, outlook.sights, index);
  if (awaited.length > 0) ceilings.push({ currentA: takeOverA(plan, state, index), reason: { kind: 'starting', awaited } });
}

/** A vehicle that charges already is taken over at what it draws; everything else waits at its fail-safe current. */
export function takeOverA(plan: SitePlan, state: BalancerState, index: number): number {
  const { evse } = plan.evses[index] as EvsePlan;
  const report = state.evses[index]?.report ?? null;
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
