/** When and how far an EVSE may be raised: never on what somebody else has not yet given up (rules 5, 10 and 12). */
import type { EvseId } from '../quantities.ts';
import type { Sight } from './meter-memory.ts';
import { pauseHold } from './minimum-times.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling } from './setpoint.ts';
import { tightestOf } from './share.ts';
import type { EvseMemory } from './state.ts';

/** Why nothing may be added to what it is offered now; null when raising is free to try. */
export function raiseBar(plan: SitePlan, evse: EvsePlan, memory: EvseMemory, sights: readonly Sight[], timeMs: number): Ceiling | null {
  const currentA = memory.offerA ?? 0;
  const remainingMs = memory.offerA === null ? 0 : memory.offerMs + evse.evse.responseTimeMs + evse.meterAgeMs - timeMs;
  if (remainingMs > 0) return { currentA, reason: { kind: 'settling', remainingMs } };
  const hold = memory.pausedMs === null ? null : pauseHold(plan, memory, timeMs);
  if (hold !== null) return hold;
  if (memory.inferred?.leastA === null && evse.meters.length > 0) return { currentA, reason: { kind: 'current-unknown' } };
  for (const meter of evse.meters) {
    const sight = sights[meter];
    const meterId = plan.meters[meter]?.meter.id;
    if (sight === undefined || meterId === undefined || sight.kind === 'clear') continue;
    if (sight.kind === 'stale') return { currentA, reason: { kind: 'meter-stale', meterId, ageMs: sight.ageMs, isFailSafe: sight.isFailSafe } };
    if (sight.kind === 'starting') return { currentA, reason: { kind: 'starting', awaited: [meterId] } };
    // Only EVSEs that draw can prove a meter right again; their fail-safe currents are what is offered in its absence.
    if (sight.kind === 'contradicting' && plan.failSafeFits && currentA < evse.evse.failSafeCurrentA) continue;
    return { currentA, reason: { kind: 'meter-contradicts', meterId, how: sight.how } };
  }
  return null;
}

/** Per place: the others who have to give way first. */
export type Holders = Map<number, readonly EvseId[]>;

/** Where there is least left for it, and the others there that still hold more than they are meant to. */
export function awaitsDecrease(plan: SitePlan, holders: Holders, index: number, currentA: number): Ceiling | null {
  const { leftA, loads, committedA, meantA } = plan.scratch;
  const tightest = tightestOf(loads[index] ?? [], leftA);
  const circuitId = plan.circuits[plan.places[tightest]?.circuit ?? -1]?.circuit.id;
  if (circuitId === undefined) return null;
  let holding = holders.get(tightest);
  if (holding === undefined) {
    holding = holdingAt(plan, tightest);
    holders.set(tightest, holding);
  }
  const holdsItself = (committedA[index] ?? 0) > (meantA[index] ?? 0);
  const evseIds = holdsItself ? holding.filter((id) => id !== plan.evses[index]?.evse.id) : holding;
  if (evseIds.length === 0) return { currentA, reason: { kind: 'headroom-hold', circuitId, remainingMs: 0 } };
  return { currentA, reason: { kind: 'awaits-decrease', circuitId, evseIds } };
}

function holdingAt(plan: SitePlan, constraint: number): readonly EvseId[] {
  const { committedA, meantA } = plan.scratch;
  return (plan.users[constraint] ?? []).flatMap((user) => {
    const evse = plan.evses[user]?.evse;
    return evse === undefined || (committedA[user] ?? 0) <= (meantA[user] ?? 0) ? [] : [evse.id];
  });
}
