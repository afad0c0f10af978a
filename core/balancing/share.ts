/** Dividing what circuits leave: minimums in order, then the rest in equal parts, never past any circuit's phase (rule 3). */
import { floorToStep } from '../quantities.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import { clear, type Scratch } from './scratch.ts';
import { ridesThrough } from './ride-through.ts';

export const TOLERANCE_A = 1e-9;
/** Up to here sorting by insertion is faster than the general way. */
const SHORT_LIST = 24;

/**
 * Divides `headroomA` (per constraint; Infinity where nothing bounds) into `givenA` (per EVSE, in its own steps; 0 where
 * not even the minimum fits or nothing is wanted). Reads `scratch.wantedA` (the most each may get by its own ceilings)
 * and `scratch.order` (first served first: matters for minimums and for the last odd step only). For cutting it fills
 * `scratch.refusedAt` and `refusedLeftA` for EVSEs that did not get the minimum they wanted: what is refused there is a
 * reason, what is refused for raising is of no interest. Every place without room for a vehicle's minimum is then marked
 * in `scratch.isAwaited`.
 */
export function shareHeadroom(plan: SitePlan, headroomA: Float64Array, givenA: Float64Array, purpose: 'cutting' | 'raising'): void {
  copy(headroomA, plan.scratch.leftA);
  keepApart(plan.scratch);
  const growing = grantMinimums(plan, givenA, purpose === 'cutting');
  if (growing > 0) grow(plan, growing, givenA);
  roundDown(plan, givenA);
}

/** What some may take without being asked is nobody's share. */
function keepApart({ apartA, loads, leftA }: Scratch): void {
  for (let index = 0; index < apartA.length; index += 1) {
    if ((apartA[index] as number) > 0) take(loads[index] as readonly number[], leftA, apartA[index] as number);
  }
}

function copy(from: Float64Array, to: Float64Array): void {
  for (let at = 0; at < from.length; at += 1) to[at] = from[at] as number;
}

/** Gives the minimum to all that want and fit; fills `scratch.growing` with those that want more and answers how many. */
function grantMinimums(plan: SitePlan, givenA: Float64Array, isForCutting: boolean): number {
  const { order, wantedA, apartA, refusedAt, refusedLeftA, leftA, growA, growLevel, isGrowing, loads, growing } = plan.scratch;
  const { rides } = plan;
  let count = 0;
  clear(isGrowing);
  if (isForCutting) clear(plan.scratch.isAwaited);
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] as number;
    const { minCurrentA: minA, stepA, weight } = (plan.evses[index] as EvsePlan).evse;
    const wanted = wantedA[index] as number;
    givenA[index] = 0;
    if (isForCutting) refusedAt[index] = -1;
    if (wanted < minA) continue;
    const constraints = loads[index] as readonly number[];
    const tightest = tightestOf(constraints, leftA);
    const leftThere = leftA[tightest] as number;
    const neededA = (apartA[index] as number) > 0 ? 0 : minA;
    if (leftThere < neededA - TOLERANCE_A && !(isForCutting && rides !== null && ridesThrough(rides, index, constraints, leftA, minA))) {
      if (!isForCutting) continue;
      refusedAt[index] = tightest;
      refusedLeftA[index] = leftThere;
      awaitRoom(plan.scratch, index, minA);
      continue;
    }
    if (neededA === 0) {
      // It has its own already, and what it is asked for is within that.
      givenA[index] = Math.max(minA, floorToStep(wanted, stepA));
      continue;
    }
    take(constraints, leftA, minA);
    givenA[index] = minA;
    growA[index] = wanted - minA;
    growLevel[index] = (wanted - minA) / weight;
    if (wanted - minA <= TOLERANCE_A) continue;
    isGrowing[index] = 1;
    growing[count] = index;
    count += 1;
  }
  return count;
}

function awaitRoom({ loads, leftA, isAbsent, isAwaited }: Scratch, index: number, minA: number): void {
  if (isAbsent[index] === 1) return;
  const constraints = loads[index] as readonly number[];
  for (let at = 0; at < constraints.length; at += 1) {
    const constraint = constraints[at] as number;
    if ((leftA[constraint] as number) < minA - TOLERANCE_A) isAwaited[constraint] = 1;
  }
}

export function tightestOf(constraints: readonly number[], leftA: Float64Array): number {
  let tightest = constraints[0] ?? 0;
  let least = leftA[tightest] as number;
  for (let at = 1; at < constraints.length; at += 1) {
    const constraint = constraints[at] as number;
    const left = leftA[constraint] as number;
    if (left >= least) continue;
    least = left;
    tightest = constraint;
  }
  return tightest;
}

export function take(constraints: readonly number[], leftA: Float64Array, amountA: number): void {
  for (let at = 0; at < constraints.length; at += 1) {
    const constraint = constraints[at] as number;
    leftA[constraint] = (leftA[constraint] as number) - amountA;
  }
}

const weightOf = (plan: SitePlan, index: number): number => (plan.evses[index] as EvsePlan).evse.weight;

function addWeight({ growingWeight, loads }: Scratch, index: number, weight: number): void {
  const constraints = loads[index] as readonly number[];
  for (let at = 0; at < constraints.length; at += 1) {
    const constraint = constraints[at] as number;
    const sum = (growingWeight[constraint] as number) + weight;
    // What is left of sums of weights that are no binary fractions must not count as somebody.
    growingWeight[constraint] = sum < TOLERANCE_A ? 0 : sum;
  }
}

/** Brings what a place has left up to a level of equal growth. */
function reckon({ leftA, growingWeight, reckonedAt }: Scratch, constraint: number, level: number): void {
  leftA[constraint] = (leftA[constraint] as number) - (growingWeight[constraint] as number) * (level - (reckonedAt[constraint] as number));
  reckonedAt[constraint] = level;
}

/** It has all it gets; answers how many that was: none if it had stopped before. */
function stop(plan: SitePlan, index: number, level: number, givenA: Float64Array): 0 | 1 {
  const { scratch } = plan;
  if (scratch.isGrowing[index] === 0) return 0;
  const weight = weightOf(plan, index);
  const constraints = scratch.loads[index] as readonly number[];
  scratch.isGrowing[index] = 0;
  givenA[index] = (givenA[index] as number) + Math.min(level * weight, scratch.growA[index] as number);
  for (let at = 0; at < constraints.length; at += 1) reckon(scratch, constraints[at] as number, level);
  addWeight(scratch, index, -weight);
  return 1;
}

/**
 * Raises all that still grow alike, by their weights, from event to event: one reaches its own ceiling and stops, or a place
 * is full and all that load it stop. Every event ends at least one of them, so there are no more events than EVSEs, and each
 * costs no more than finding the next one.
 */
export function grow(plan: SitePlan, count: number, givenA: Float64Array): void {
  const { scratch } = plan;
  const { growLevel, growingWeight, isGrowing, growing, fullAt, reckonedAt } = scratch;
  sortByLevel(growing, count, growLevel);
  clear(growingWeight);
  clear(reckonedAt);
  for (let at = 0; at < count; at += 1) addWeight(scratch, growing[at] as number, weightOf(plan, growing[at] as number));
  const places = { count: queueFilling(scratch) };
  let level = 0;
  let left = count;
  let next = 0;
  while (left > 0) {
    const before = left;
    while (isGrowing[growing[next] as number] === 0) next += 1;
    const place = firstFull(scratch, places);
    level = Math.max(level, Math.min(growLevel[growing[next] as number] as number, place < 0 ? Infinity : (fullAt[place] as number)));
    for (let at = next; at < count; at += 1) {
      const index = growing[at] as number;
      if ((growLevel[index] as number) > level + TOLERANCE_A) break;
      left -= stop(plan, index, level, givenA);
    }
    if (place >= 0) left -= stopIfFull(plan, place, level, givenA);
    // Figures that are none would keep everybody growing for ever: then all stop where they are.
    if (left === before) for (let at = 0; at < count; at += 1) left -= stop(plan, growing[at] as number, level, givenA);
  }
}

function stopIfFull(plan: SitePlan, constraint: number, level: number, givenA: Float64Array): number {
  const { scratch } = plan;
  const { leftA, growingWeight, isGrowing, loads } = scratch;
  reckon(scratch, constraint, level);
  if (growingWeight[constraint] === 0 || (leftA[constraint] as number) > TOLERANCE_A) return 0;
  let stopped = 0;
  const users = plan.users[constraint] as readonly number[];
  for (let at = 0; at < users.length; at += 1) {
    const index = users[at] as number;
    if (isGrowing[index] === 1 && (loads[index] as readonly number[]).includes(constraint)) stopped += stop(plan, index, level, givenA);
  }
  return stopped;
}

/** The level at which a place is full if nobody stops before. */
function fullLevel({ leftA, growingWeight, reckonedAt }: Scratch, constraint: number): number {
  return (reckonedAt[constraint] as number) + Math.max(0, leftA[constraint] as number) / (growingWeight[constraint] as number);
}

/** Puts all places that somebody grows at into the heap; answers how many. */
function queueFilling(scratch: Scratch): number {
  const { growingWeight, filling, fullAt } = scratch;
  let count = 0;
  for (let constraint = 0; constraint < growingWeight.length; constraint += 1) {
    if (growingWeight[constraint] === 0) continue;
    fullAt[constraint] = fullLevel(scratch, constraint);
    filling[count] = constraint;
    count += 1;
  }
  for (let at = (count >> 1) - 1; at >= 0; at -= 1) sink(scratch, at, count);
  return count;
}

/** The place that is full first; -1 for none. Places only get full later when somebody stops, so it is enough to look again at the top. */
function firstFull(scratch: Scratch, places: { count: number }): number {
  const { growingWeight, filling, fullAt } = scratch;
  while (places.count > 0) {
    const top = filling[0] as number;
    if (growingWeight[top] === 0) {
      places.count -= 1;
      filling[0] = filling[places.count] as number;
    } else {
      const level = fullLevel(scratch, top);
      if (!(level > (fullAt[top] as number))) return top;
      fullAt[top] = level;
    }
    sink(scratch, 0, places.count);
  }
  return -1;
}

function sink({ filling, fullAt }: Scratch, from: number, count: number): void {
  const place = filling[from] as number;
  const level = fullAt[place] as number;
  let at = from;
  for (let below = 2 * at + 1; below < count; below = 2 * at + 1) {
    const right = below + 1;
    if (right < count && (fullAt[filling[right] as number] as number) < (fullAt[filling[below] as number] as number)) below = right;
    if ((fullAt[filling[below] as number] as number) >= level) break;
    filling[at] = filling[below] as number;
    at = below;
  }
  filling[at] = place;
}

function sortByLevel(growing: Int32Array, count: number, growLevel: Float64Array): void {
  if (count > SHORT_LIST) {
    growing.subarray(0, count).sort((a, b) => (growLevel[a] as number) - (growLevel[b] as number));
    return;
  }
  for (let at = 1; at < count; at += 1) {
    const index = growing[at] as number;
    const level = growLevel[index] as number;
    let to = at;
    for (; to > 0 && (growLevel[growing[to - 1] as number] as number) > level; to -= 1) growing[to] = growing[to - 1] as number;
    growing[to] = index;
  }
}

/** Whole steps only; what rounding leaves goes, a step each, to those it was taken from, in order. */
function roundDown(plan: SitePlan, givenA: Float64Array): void {
  const { order, leftA, growA, wantedA, loads } = plan.scratch;
  let hasLost = false;
  for (let index = 0; index < plan.evses.length; index += 1) {
    const exactA = givenA[index] as number;
    growA[index] = 0;
    if (exactA === 0) continue;
    const { stepA, minCurrentA } = (plan.evses[index] as EvsePlan).evse;
    const roundedA = Math.max(floorToStep(exactA, stepA), minCurrentA);
    if (exactA - roundedA <= TOLERANCE_A) continue;
    givenA[index] = roundedA;
    growA[index] = exactA - roundedA;
    take(loads[index] as readonly number[], leftA, roundedA - exactA);
    hasLost = true;
  }
  if (!hasLost) return;
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] as number;
    if ((growA[index] as number) <= 1e-6) continue;
    const { stepA } = (plan.evses[index] as EvsePlan).evse;
    const raisedA = floorToStep((givenA[index] as number) + stepA, stepA);
    if (raisedA > (wantedA[index] as number)) continue;
    const constraints = loads[index] as readonly number[];
    if ((leftA[tightestOf(constraints, leftA)] as number) < stepA - TOLERANCE_A) continue;
    givenA[index] = raisedA;
    take(constraints, leftA, stepA);
  }
  shareRest(plan, givenA);
}

/** Where some have no room for a step more, what rounding took from them can be more than a step for others: that is divided once more. */
function shareRest(plan: SitePlan, givenA: Float64Array): void {
  const { order, leftA, growA, growLevel, growing, isGrowing, loads, wantedA, targetA } = plan.scratch;
  let count = 0;
  clear(isGrowing);
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] as number;
    const { stepA, weight } = (plan.evses[index] as EvsePlan).evse;
    const given = givenA[index] as number;
    const restA = (wantedA[index] as number) - given;
    if (given === 0 || restA < stepA - TOLERANCE_A || (leftA[tightestOf(loads[index] as readonly number[], leftA)] as number) < stepA - TOLERANCE_A) continue;
    growA[index] = restA;
    growLevel[index] = restA / weight;
    targetA[index] = given;
    isGrowing[index] = 1;
    growing[count] = index;
    count += 1;
  }
  if (count === 0) return;
  grow(plan, count, givenA);
  for (let at = 0; at < count; at += 1) {
    const index = growing[at] as number;
    const exactA = givenA[index] as number;
    const roundedA = Math.max(floorToStep(exactA, (plan.evses[index] as EvsePlan).evse.stepA), targetA[index] as number);
    givenA[index] = roundedA;
    take(loads[index] as readonly number[], leftA, roundedA - exactA);
  }
}
