/**
 * Raising (rules 5 and 10): only what nobody is offered or may still draw, and that in equal parts. Who comes first in the
 * order gets no more of it than its equals.
 */
import { floorToStep } from '../quantities.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import { clear } from './scratch.ts';
import { grow, take, tightestOf, TOLERANCE_A } from './share.ts';

/**
 * Lowers `scratch.raisedA` of all EVSEs that `mayRise` to what there is for them: between what they are offered and
 * `targetA`, in their own steps. Reads `raiseA` (headroom for raising) and `committedSumA` (what all hold); leaves what is
 * not given in `leftA`.
 */
export function shareRaises(plan: SitePlan): void {
  const { leftA, raiseA, committedSumA } = plan.scratch;
  for (let at = 0; at < leftA.length; at += 1) leftA[at] = (raiseA[at] as number) - (committedSumA[at] as number);
  const growing = startFromHeld(plan);
  if (growing > 0) grow(plan, growing, plan.scratch.raisedA);
  roundRaises(plan);
}

/** Up to what it holds an EVSE takes from nobody; one that starts needs its minimum at once. Answers how many grow beyond that. */
function startFromHeld(plan: SitePlan): number {
  const { order, mayRise, loads, leftA, committedA, offeredA, targetA, raisedA, growA, growLevel, isGrowing, growing } = plan.scratch;
  let count = 0;
  clear(isGrowing);
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] as number;
    if (mayRise[index] === 0) continue;
    const { minCurrentA: minA, weight } = (plan.evses[index] as EvsePlan).evse;
    const constraints = loads[index] as readonly number[];
    const target = targetA[index] as number;
    const offered = offeredA[index] as number;
    raisedA[index] = offered;
    if (target <= offered) continue;
    const leftThere = leftA[tightestOf(constraints, leftA)] as number;
    // Where others hold too much already, it gives way to them.
    const heldA = (committedA[index] as number) + Math.min(0, leftThere);
    const fromA = Math.max(heldA, minA);
    const neededA = Math.max(0, fromA - (committedA[index] as number));
    if (leftThere < neededA - TOLERANCE_A) {
      if (heldA >= minA) raisedA[index] = Math.min(target, Math.max(heldA, offered));
      continue;
    }
    take(constraints, leftA, neededA);
    raisedA[index] = Math.min(target, fromA);
    if (target - fromA <= TOLERANCE_A) continue;
    growA[index] = target - fromA;
    growLevel[index] = (target - fromA) / weight;
    isGrowing[index] = 1;
    growing[count] = index;
    count += 1;
  }
  return count;
}

/** Whole steps, of which those come first in order that lost a part of one. What it holds anyway an EVSE does not give back by rounding. */
function roundRaises(plan: SitePlan): void {
  const { order, mayRise, loads, leftA, committedA, offeredA, targetA, raisedA, growA } = plan.scratch;
  for (let index = 0; index < plan.evses.length; index += 1) {
    if (mayRise[index] === 0) continue;
    const { stepA, minCurrentA } = (plan.evses[index] as EvsePlan).evse;
    const exactA = raisedA[index] as number;
    const heldA = committedA[index] as number;
    const wholeA = exactA < minCurrentA ? 0 : Math.max(floorToStep(exactA, stepA), minCurrentA);
    const roundedA = Math.max(wholeA, offeredA[index] as number);
    raisedA[index] = roundedA;
    growA[index] = exactA - roundedA;
    take(loads[index] as readonly number[], leftA, Math.max(heldA, roundedA) - Math.max(heldA, exactA));
  }
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] as number;
    if (mayRise[index] === 0 || (growA[index] as number) <= 1e-6) continue;
    const { stepA, minCurrentA } = (plan.evses[index] as EvsePlan).evse;
    const nowA = raisedA[index] as number;
    const nextA = floorToStep(nowA + stepA, stepA);
    if (nextA > (targetA[index] as number) || nextA < minCurrentA) continue;
    const constraints = loads[index] as readonly number[];
    const heldA = committedA[index] as number;
    const neededA = Math.max(heldA, nextA) - Math.max(heldA, nowA);
    if ((leftA[tightestOf(constraints, leftA)] as number) < neededA - TOLERANCE_A) continue;
    raisedA[index] = nextA;
    take(constraints, leftA, neededA);
  }
}
