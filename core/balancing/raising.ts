/** When and how far an EVSE may be raised: never on what somebody else has not yet given up (rules 5, 10 and 12). */
import type { EvseId } from '../quantities.ts';
import { constraintOf, type HeadroomPair } from './headroom.ts';
import type { Sight } from './meter-memory.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling } from './setpoint.ts';
import { forEachConstraint } from './share.ts';
import type { BalancerState, EvseMemory } from './state.ts';

export interface Raise {
  /** What it may be offered now; what it is offered already when nothing may be added. */
  readonly currentA: number;
  /** Why it is not more; null when it is as much as was meant for it. */
  readonly ceiling: Ceiling | null;
}

/** What is offered or still taken of each circuit and phase, by the setpoints decided so far in this step. */
export interface Commitments {
  /** Per EVSE: the greater of its exposure and what this step offers it. */
  readonly committedA: readonly number[];
}

export function raiseOf(
  plan: SitePlan,
  state: BalancerState,
  sights: readonly Sight[],
  headroom: HeadroomPair,
  commitments: Commitments,
  index: number,
  meantA: number,
  timeMs: number,
): Raise {
  const evse = plan.evses[index] as EvsePlan;
  const memory = state.evses[index] as EvseMemory;
  const offeredA = memory.offerA ?? 0;
  const remainingMs = memory.offerA === null ? 0 : memory.offerMs + evse.evse.responseTimeMs + evse.meterAgeMs - timeMs;
  if (remainingMs > 0) return { currentA: offeredA, ceiling: { currentA: offeredA, reason: { kind: 'settling', remainingMs } } };
  const blind = blindCeiling(plan, evse, sights, offeredA);
  if (blind !== null) return { currentA: offeredA, ceiling: blind };
  const free = freeFor(plan, headroom, commitments, index);
  const { minCurrentA, stepA } = evse.evse;
  const allowedA = Math.min(meantA, Math.floor(free.currentA / stepA + 1e-9) * stepA);
  const currentA = allowedA >= minCurrentA ? Math.max(allowedA, offeredA) : offeredA;
  if (currentA >= meantA) return { currentA, ceiling: null };
  return { currentA, ceiling: { currentA, reason: { kind: 'awaits-decrease', circuitId: free.circuitId, evseIds: free.evseIds } } };
}

/** A meter that is stale, doubted or not yet proven raises nothing. */
function blindCeiling(plan: SitePlan, evse: EvsePlan, sights: readonly Sight[], offeredA: number): Ceiling | null {
  for (const meter of evse.meters) {
    const sight = sights[meter];
    const meterId = plan.meters[meter]?.meter.id;
    if (sight === undefined || meterId === undefined || sight.kind === 'clear') continue;
    if (sight.kind === 'stale') return { currentA: offeredA, reason: { kind: 'meter-stale', meterId, ageMs: sight.ageMs, isFailSafe: sight.isFailSafe } };
    if (sight.kind === 'starting') return { currentA: offeredA, reason: { kind: 'starting', awaited: [meterId] } };
    return { currentA: offeredA, reason: { kind: 'meter-contradicts', meterId, how: sight.kind === 'contradicting' ? sight.how : 'too-low' } };
  }
  return null;
}

interface Free {
  readonly currentA: number;
  readonly circuitId: EvsePlan['evse']['circuitId'];
  readonly evseIds: readonly EvseId[];
}

/** Headroom for raising, less what all others hold or may still draw, on the tightest place of its way. */
function freeFor(plan: SitePlan, { raiseA }: HeadroomPair, { committedA }: Commitments, index: number): Free {
  const evse = plan.evses[index] as EvsePlan;
  let currentA = Infinity;
  let tightest = -1;
  forEachConstraint(plan, index, (constraint) => {
    let leftA = raiseA[constraint] ?? 0;
    for (const other of othersAt(plan, constraint, index)) leftA -= committedA[other] ?? 0;
    if (leftA < currentA) {
      currentA = leftA;
      tightest = constraint;
    }
  });
  const circuit = plan.circuits[Math.floor(tightest / 3)];
  const evseIds = othersAt(plan, tightest, index).map((other) => plan.evses[other]?.evse.id);
  return { currentA, circuitId: circuit?.circuit.id ?? evse.evse.circuitId, evseIds: evseIds.filter((id) => id !== undefined) };
}

export function othersAt(plan: SitePlan, constraint: number, index: number): readonly number[] {
  const circuit = Math.floor(constraint / 3);
  const evses = plan.circuits[circuit]?.evses ?? [];
  return evses.filter((other) => other !== index && plan.evses[other]?.phases.some((phase) => constraintOf(circuit, phase) === constraint) === true);
}
