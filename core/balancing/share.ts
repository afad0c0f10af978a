/** Dividing what circuits leave: minimums in order, then the rest in equal parts, never past any circuit's phase (rule 3). */
import { floorToStep } from '../quantities.ts';
import type { SitePlan } from './plan.ts';

const TOLERANCE_A = 1e-9;
/** Up to here sorting by insertion is faster than the general way. */
const SHORT_LIST = 24;

/**
 * Divides `headroomA` (per constraint; Infinity where nothing bounds) into `givenA` (per EVSE, in its own steps; 0 where
 * not even the minimum fits or nothing is wanted). Reads `scratch.wantedA` (the most each may get by its own ceilings)
 * and `scratch.order` (first served first: matters for minimums and for the last odd step only). Fills
 * `scratch.refusedAt` and `refusedLeftA` for EVSEs that did not get the minimum they wanted.
 */
export function shareHeadroom(plan: SitePlan, headroomA: Float64Array, givenA: Float64Array): void {
  const { leftA } = plan.scratch;
  leftA.set(headroomA);
  const growing = grantMinimums(plan, givenA);
  if (growing.length > 0) grow(plan, growing, givenA);
  roundDown(plan, givenA);
}

/** Gives the minimum to all that want and fit; answers with those that want more. */
function grantMinimums(plan: SitePlan, givenA: Float64Array): number[] {
  const { order, wantedA, refusedAt, refusedLeftA, leftA, growA, growLevel, isGrowing, loads } = plan.scratch;
  const growing: number[] = [];
  isGrowing.fill(0);
  for (const index of order) {
    givenA[index] = 0;
    refusedAt[index] = -1;
    const evse = plan.evses[index];
    const wanted = wantedA[index] ?? 0;
    if (evse === undefined || wanted < evse.evse.minCurrentA) continue;
    const minA = evse.evse.minCurrentA;
    const constraints = loads[index] ?? [];
    const tightest = tightestOf(constraints, leftA);
    const leftThere = leftA[tightest] ?? 0;
    if (leftThere < minA - TOLERANCE_A) {
      refusedAt[index] = tightest;
      refusedLeftA[index] = leftThere;
      continue;
    }
    take(constraints, leftA, minA);
    givenA[index] = minA;
    growA[index] = wanted - minA;
    growLevel[index] = (wanted - minA) / evse.evse.weight;
    if (wanted - minA <= TOLERANCE_A) continue;
    isGrowing[index] = 1;
    growing.push(index);
  }
  return growing;
}

function tightestOf(constraints: readonly number[], leftA: Float64Array): number {
  let tightest = constraints[0] ?? 0;
  for (const constraint of constraints) if ((leftA[constraint] ?? 0) < (leftA[tightest] ?? 0)) tightest = constraint;
  return tightest;
}

function take(constraints: readonly number[], leftA: Float64Array, amountA: number): void {
  for (const constraint of constraints) leftA[constraint] = (leftA[constraint] ?? 0) - amountA;
}

/**
 * Raises all that still grow alike, by their weights, from event to event: one reaches its own ceiling and stops, or a place
 * is full and all that load it stop. Every event ends at least one of them, so there are no more events than EVSEs.
 */
function grow(plan: SitePlan, growing: number[], givenA: Float64Array): void {
  const { leftA, growA, growLevel, growingWeight, isGrowing, loads } = plan.scratch;
  sortByLevel(growing, growLevel);
  growingWeight.fill(0);
  const weightOf = (index: number): number => plan.evses[index]?.evse.weight ?? 1;
  const addWeight = (index: number, weight: number): void => {
    // What is left of sums of weights that are no binary fractions must not count as somebody.
    for (const constraint of loads[index] ?? []) {
      const sum = (growingWeight[constraint] ?? 0) + weight;
      growingWeight[constraint] = sum < TOLERANCE_A ? 0 : sum;
    }
  };
  for (const index of growing) addWeight(index, weightOf(index));
  let level = 0;
  let left = growing.length;
  let next = 0;
  const stop = (index: number): void => {
    isGrowing[index] = 0;
    left -= 1;
    givenA[index] = (givenA[index] ?? 0) + Math.min(level * weightOf(index), growA[index] ?? 0);
    addWeight(index, -weightOf(index));
  };
  while (left > 0) {
    const before = left;
    while (isGrowing[growing[next] ?? 0] === 0) next += 1;
    const more = Math.min((growLevel[growing[next] ?? 0] ?? 0) - level, smallestPart(leftA, growingWeight));
    level += more;
    for (let constraint = 0; constraint < leftA.length; constraint += 1) {
      const weight = growingWeight[constraint] ?? 0;
      if (weight > 0) leftA[constraint] = (leftA[constraint] ?? 0) - weight * more;
    }
    for (let at = next; at < growing.length; at += 1) {
      const index = growing[at] ?? 0;
      if ((growLevel[index] ?? 0) > level + TOLERANCE_A) break;
      if (isGrowing[index] === 1) stop(index);
    }
    for (let constraint = 0; constraint < leftA.length; constraint += 1) {
      if ((growingWeight[constraint] ?? 0) === 0 || (leftA[constraint] ?? 0) > TOLERANCE_A) continue;
      for (const index of plan.users[constraint] ?? []) if (isGrowing[index] === 1 && loads[index]?.includes(constraint) === true) stop(index);
    }
    // Figures that are none would keep everybody growing for ever: then all stop where they are.
    if (left === before) for (const index of growing) if (isGrowing[index] === 1) stop(index);
  }
}

/** What each may still get, per weight, at the place where that is least. */
function smallestPart(leftA: Float64Array, growingWeight: Float64Array): number {
  let smallest = Infinity;
  for (let constraint = 0; constraint < leftA.length; constraint += 1) {
    const weight = growingWeight[constraint] ?? 0;
    if (weight > 0) smallest = Math.min(smallest, Math.max(0, leftA[constraint] ?? 0) / weight);
  }
  return smallest;
}

function sortByLevel(growing: number[], growLevel: Float64Array): void {
  if (growing.length > SHORT_LIST) {
    growing.sort((a, b) => (growLevel[a] ?? 0) - (growLevel[b] ?? 0));
    return;
  }
  for (let at = 1; at < growing.length; at += 1) {
    const index = growing[at] ?? 0;
    const level = growLevel[index] ?? 0;
    let to = at;
    for (; to > 0 && (growLevel[growing[to - 1] ?? 0] ?? 0) > level; to -= 1) growing[to] = growing[to - 1] ?? 0;
    growing[to] = index;
  }
}

/** Whole steps only; what rounding leaves goes, a step each, to those it was taken from, in order. */
function roundDown(plan: SitePlan, givenA: Float64Array): void {
  const { order, leftA, growA, wantedA, loads } = plan.scratch;
  let hasLost = false;
  for (const [index, { evse }] of plan.evses.entries()) {
    const constraints = loads[index] ?? [];
    const exactA = givenA[index] ?? 0;
    growA[index] = 0;
    if (exactA === 0) continue;
    const roundedA = Math.max(floorToStep(exactA, evse.stepA), evse.minCurrentA);
    if (exactA - roundedA <= TOLERANCE_A) continue;
    givenA[index] = roundedA;
    growA[index] = exactA - roundedA;
    take(constraints, leftA, roundedA - exactA);
    hasLost = true;
  }
  if (!hasLost) return;
  for (const index of order) {
    const evse = plan.evses[index];
    if (evse === undefined || (growA[index] ?? 0) <= 1e-6) continue;
    const { stepA } = evse.evse;
    const raisedA = floorToStep((givenA[index] ?? 0) + stepA, stepA);
    if (raisedA > (wantedA[index] ?? 0)) continue;
    const constraints = loads[index] ?? [];
    if ((leftA[tightestOf(constraints, leftA)] ?? 0) < stepA - TOLERANCE_A) continue;
    givenA[index] = raisedA;
    take(constraints, leftA, stepA);
  }
}
