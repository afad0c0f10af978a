/**
 * Minimum times (rule 5): how long a pause and a charge hold at least. They delay starts and voluntary stops only: what a
 * circuit, a device or a person demands is never delayed by them.
 */
import type { EvseCeiling } from './features/feature.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling, ReasonKind } from './setpoint.ts';
import { memoryOf, type BalancerState, type EvseMemory } from './state.ts';

/** Reasons by which nothing but surplus ends a charge. */
const VOLUNTARY: ReadonlySet<ReasonKind> = new Set<ReasonKind>(['solar-waits', 'solar-surplus', 'divert']);

/**
 * Why a paused EVSE may not start yet; null when it may. A pause holds for the vehicle that was paused: one that has come
 * since does not wait for it.
 */
export function pauseHold({ policy: { minimumOffMs } }: SitePlan, { pausedMs, connectedMs }: EvseMemory, timeMs: number): Ceiling | null {
  if (pausedMs === null || connectedMs === null || connectedMs > pausedMs) return null;
  const remainingMs = pausedMs + minimumOffMs - timeMs;
  return remainingMs > 0 ? { currentA: 0, reason: { kind: 'minimum-off', remainingMs } } : null;
}

/** How long this EVSE still has to charge before it may stop of its own accord; 0 when it may. */
export function chargeHoldMs(minimumOnMs: number, { chargingMs, offerA }: EvseMemory, timeMs: number): number {
  return minimumOnMs === 0 || chargingMs === null || offerA === null || offerA === 0 ? 0 : Math.max(0, chargingMs + minimumOnMs - timeMs);
}

/** The ceilings of the features, none of them ending a charge for want of surplus before its minimum time is over. */
export function withChargeHold(plan: SitePlan, state: BalancerState, ceilings: readonly EvseCeiling[], timeMs: number): readonly EvseCeiling[] {
  const { minimumOnMs } = plan.policy;
  if (minimumOnMs === 0) return ceilings;
  return ceilings.map((each) => {
    const { evse } = plan.evses[each.index] as EvsePlan;
    if (each.ceiling.currentA >= evse.minCurrentA || !VOLUNTARY.has(each.ceiling.reason.kind)) return each;
    const remainingMs = chargeHoldMs(minimumOnMs, memoryOf(state, each.index), timeMs);
    if (remainingMs === 0) return each;
    return { index: each.index, ceiling: { currentA: evse.minCurrentA, reason: { kind: 'minimum-on', remainingMs } } };
  });
}
