/** What the circuits on its way leave to one EVSE, as ceilings with their figures. */
import { otherA } from './headroom.ts';
import type { CircuitPlan, EvsePlan, SitePlan, Span } from './plan.ts';
import { rideCeiling } from './ride-through.ts';
import type { Ceiling } from './setpoint.ts';
import type { BalancerState } from './state.ts';

/** For each circuit on its way the tightest phase: what its limit leaves beside other load and the other EVSEs. */
export function addCircuitCeilings(plan: SitePlan, state: BalancerState, evse: EvsePlan, index: number, ceilings: Ceiling[]): void {
  const { cutA, meantSumA, mask, refusedAt } = plan.scratch;
  const spans = evse.spansByMask[mask[index] as number] as readonly Span[];
  const ownA = plannedA(plan, index);
  const refused = refusedAt[index] as number;
  for (let at = 0; at < spans.length; at += 1) {
    const span = spans[at] as Span;
    let tightest = -1;
    let leftA = Infinity;
    for (let on = 0; on < span.constraints.length; on += 1) {
      const constraint = span.constraints[on] as number;
      const here = (cutA[constraint] as number) - (meantSumA[constraint] as number) + ownA;
      if (here >= leftA) continue;
      leftA = here;
      tightest = constraint;
    }
    if (tightest < 0) continue;
    if (span.isUnbalance) addUnbalanceCeiling(plan, span, tightest, leftA, ceilings);
    else addLimitCeiling(plan, state, plan.circuits[span.circuit] as CircuitPlan, evse.evse.stepA, index, tightest, leftA, ceilings);
    if (refused >= 0 && span.constraints.includes(refused)) addShortage(plan, span, evse, index, refused, ceilings);
  }
}

/** Its part in the sum of a place: what it is meant to have, or what is kept for it whatever it is asked for. */
function plannedA({ scratch: { apartA, meantA } }: SitePlan, index: number): number {
  const apart = apartA[index] as number;
  return apart > 0 ? apart : (meantA[index] as number);
}

function addUnbalanceCeiling(plan: SitePlan, { circuit }: Span, constraint: number, leftA: number, ceilings: Ceiling[]): void {
  const limitA = plan.circuits[circuit]?.circuit.unbalanceLimitA ?? 0;
  ceilings.push({ currentA: Math.max(0, leftA), reason: { kind: 'unbalance', phase: plan.places[constraint]?.phase ?? 0, limitA } });
}

function addShortage(plan: SitePlan, { circuit }: Span, { evse }: EvsePlan, index: number, refused: number, ceilings: Ceiling[]): void {
  const place = plan.places[refused];
  const circuitId = plan.circuits[circuit]?.circuit.id;
  if (place === undefined || circuitId === undefined) return;
  const leftA = Math.max(0, plan.scratch.refusedLeftA[index] as number);
  ceilings.push({ currentA: 0, reason: { kind: 'shortage', circuitId, phase: place.phase, leftA, minCurrentA: evse.minCurrentA } });
}

function addLimitCeiling(plan: SitePlan, state: BalancerState, circuit: CircuitPlan, stepA: number, index: number, constraint: number, boundA: number, ceilings: Ceiling[]): void {
  const { meantSumA, meantCount, meantA, limitA: limits, limitSource } = plan.scratch;
  const ride = plan.rides === null ? null : rideCeiling(plan, plan.rides, index, constraint);
  if (ride !== null) {
    ceilings.push(ride);
    return;
  }
  const phase = plan.places[constraint]?.phase ?? 0;
  const circuitId = circuit.circuit.id;
  const uncertaintyA = circuit.uncertaintyA[phase];
  const ownA = plannedA(plan, index);
  const limitA = limits[constraint] as number;
  const otherEvsesA = (meantSumA[constraint] as number) - ownA;
  const other = otherA(circuit, state, phase);
  const leftA = Math.max(0, boundA);
  const certainA = Math.max(0, boundA + uncertaintyA);
  const sharers = (meantCount[constraint] as number) + ((meantA[index] as number) > 0 ? 0 : 1);
  ceilings.push({
    currentA: certainA,
    reason: { kind: 'circuit', circuitId, phase, limitSource: limitSource[constraint] ?? 'continuous', limitA, otherA: other, otherEvsesA, sharers },
  });
  // The uncertainty is a ceiling of its own only where it costs a step.
  if (circuit.meter < 0 || Math.floor(certainA / stepA) === Math.floor(leftA / stepA)) return;
  const meterId = plan.meters[circuit.meter]?.meter.id;
  if (meterId === undefined) return;
  ceilings.push({ currentA: leftA, reason: { kind: 'meter-uncertainty', circuitId, meterId, currentA: uncertaintyA, limitA, otherA: other, otherEvsesA } });
}
