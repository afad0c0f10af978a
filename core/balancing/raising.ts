/** When and how far an EVSE may be raised: never on what somebody else has not yet given up (rules 5, 10 and 12). */
import { floorToStep } from '../quantities.ts';
import type { Sight } from './meter-memory.ts';
import { pauseHold } from './minimum-times.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling } from './setpoint.ts';
import type { EvseMemory } from './state.ts';

/** Why nothing may be added to what it is offered now; null when raising is free to try. */
export function raiseBar(plan: SitePlan, evse: EvsePlan, memory: EvseMemory, sights: readonly Sight[], timeMs: number): Ceiling | null {
  const currentA = memory.offerA ?? 0;
  const remainingMs = memory.offerA === null ? 0 : memory.offerMs + evse.evse.responseTimeMs + evse.meterAgeMs - timeMs;
  if (remainingMs > 0) return { currentA, reason: { kind: 'settling', remainingMs } };
  const hold = memory.pausedMs === null ? null : pauseHold(plan, memory, timeMs);
  if (hold !== null) return hold;
  for (const meter of evse.meters) {
    const sight = sights[meter];
    const meterId = plan.meters[meter]?.meter.id;
    if (sight === undefined || meterId === undefined || sight.kind === 'clear') continue;
    if (sight.kind === 'stale') return { currentA, reason: { kind: 'meter-stale', meterId, ageMs: sight.ageMs, isFailSafe: sight.isFailSafe } };
    if (sight.kind === 'starting') return { currentA, reason: { kind: 'starting', awaited: [meterId] } };
    return { currentA, reason: { kind: 'meter-contradicts', meterId, how: sight.how } };
  }
  return null;
}

/**
 * The most it may be raised to: headroom for raising on the tightest place of its way, less what all others are offered
 * or may still draw there (`scratch.committedSumA`), rounded down. Below its minimum it stays where it is.
 */
export function raisedTo(plan: SitePlan, evse: EvsePlan, index: number, offeredA: number, meantA: number): { readonly currentA: number; readonly tightest: number } {
  const { raiseA, committedSumA, committedA } = plan.scratch;
  const ownA = committedA[index] ?? 0;
  let freeA = Infinity;
  let tightest = -1;
  for (const constraint of plan.scratch.loads[index] ?? []) {
    const leftA = (raiseA[constraint] ?? 0) - (committedSumA[constraint] ?? 0) + ownA;
    if (leftA >= freeA) continue;
    freeA = leftA;
    tightest = constraint;
  }
  const allowedA = Math.min(meantA, floorToStep(freeA, evse.evse.stepA));
  return { currentA: allowedA >= evse.evse.minCurrentA ? Math.max(allowedA, offeredA) : offeredA, tightest };
}

/** The others at a place that still hold more than they are meant to: those who have to give way first. */
export function awaitsDecrease(plan: SitePlan, tightest: number, index: number, currentA: number): Ceiling | null {
  const { committedA, meantA } = plan.scratch;
  const circuitId = plan.circuits[plan.places[tightest]?.circuit ?? -1]?.circuit.id;
  if (circuitId === undefined) return null;
  const evseIds = (plan.users[tightest] ?? [])
    .filter((other) => other !== index && (committedA[other] ?? 0) > (meantA[other] ?? 0))
    .map((other) => plan.evses[other]?.evse.id)
    .filter((id) => id !== undefined);
  if (evseIds.length === 0) return { currentA, reason: { kind: 'headroom-hold', circuitId, remainingMs: 0 } };
  return { currentA, reason: { kind: 'awaits-decrease', circuitId, evseIds } };
}
