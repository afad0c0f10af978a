/** Dividing what circuits leave: minimums in order, then the rest in equal parts, never past any circuit's phase (rule 3). */
import { floorToStep } from '../quantities.ts';
import type { SitePlan } from './plan.ts';

/** Headroom for EVSEs per circuit and phase, at `circuit * 3 + phase`; Infinity where a phase has no bound. */
export type Headroom = Float64Array;

export interface Shares {
  /** Per EVSE, in its own steps; 0 where not even the minimum fits or nothing is wanted. */
  readonly currentA: readonly number[];
  /** EVSEs that wanted at least their minimum and did not get it: the place that refused it and what it had left. */
  readonly refused: readonly (Refusal | null)[];
}

export interface Refusal {
  readonly constraint: number;
  readonly leftA: number;
}

const TOLERANCE_A = 1e-9;

/**
 * @param wantedA Per EVSE: the most it may be given by its own ceilings; below its minimum it gets nothing.
 * @param order EVSEs, first served first: matters for minimums and for the last odd step only.
 */
export function shareHeadroom(plan: SitePlan, headroomA: Headroom, wantedA: readonly number[], order: readonly number[]): Shares {
  const leftA = headroomA.slice();
  const currentA = new Array<number>(plan.evses.length).fill(0);
  const refused = new Array<Refusal | null>(plan.evses.length).fill(null);
  const growing = grantMinimums(plan, leftA, wantedA, order, currentA, refused);
  grow(plan, leftA, wantedA, growing, currentA);
  roundDown(plan, leftA, wantedA, order, currentA);
  return { currentA, refused };
}

function grantMinimums(
  plan: SitePlan,
  leftA: Headroom,
  wantedA: readonly number[],
  order: readonly number[],
  currentA: number[],
  refused: (Refusal | null)[],
): number[] {
  const growing: number[] = [];
  for (const index of order) {
    const minA = plan.evses[index]?.evse.minCurrentA ?? Infinity;
    const wanted = wantedA[index] ?? 0;
    if (wanted < minA) continue;
    const refusal = tightestBelow(plan, leftA, index, minA);
    refused[index] = refusal;
    if (refusal !== null) continue;
    take(plan, leftA, index, minA);
    currentA[index] = minA;
    if (wanted > minA) growing.push(index);
  }
  return growing;
}

/** The place on its way to the grid with the least left, if that is less than needed. */
function tightestBelow(plan: SitePlan, leftA: Headroom, index: number, neededA: number): Refusal | null {
  let tightest: Refusal | null = null;
  forEachConstraint(plan, index, (constraint) => {
    const left = leftA[constraint] ?? 0;
    if (left < neededA - TOLERANCE_A && (tightest === null || left < tightest.leftA)) tightest = { constraint, leftA: left };
  });
  return tightest;
}

export function forEachConstraint(plan: SitePlan, index: number, visit: (constraint: number) => void): void {
  const evse = plan.evses[index];
  if (evse === undefined) return;
  for (const circuit of evse.circuits) for (const phase of evse.phases) visit(circuit * 3 + phase);
}

function take(plan: SitePlan, leftA: Headroom, index: number, amountA: number): void {
  forEachConstraint(plan, index, (constraint) => {
    leftA[constraint] = (leftA[constraint] ?? 0) - amountA;
  });
}

/** Raises all that still grow by the same amount until one reaches its own ceiling or fills a place; that one stops. */
function grow(plan: SitePlan, leftA: Headroom, wantedA: readonly number[], growing: number[], currentA: number[]): void {
  const users = new Int32Array(leftA.length);
  let active = growing;
  while (active.length > 0) {
    users.fill(0);
    for (const index of active) forEachConstraint(plan, index, (constraint) => (users[constraint] = (users[constraint] ?? 0) + 1));
    let amountA = Infinity;
    for (const [constraint, count] of users.entries()) {
      if (count > 0) amountA = Math.min(amountA, Math.max(0, leftA[constraint] ?? 0) / count);
    }
    for (const index of active) amountA = Math.min(amountA, (wantedA[index] ?? 0) - (currentA[index] ?? 0));
    for (const index of active) {
      currentA[index] = (currentA[index] ?? 0) + amountA;
      take(plan, leftA, index, amountA);
    }
    active = active.filter((index) => canGrow(plan, leftA, wantedA, currentA, index));
  }
}

function canGrow(plan: SitePlan, leftA: Headroom, wantedA: readonly number[], currentA: readonly number[], index: number): boolean {
  if ((wantedA[index] ?? 0) - (currentA[index] ?? 0) <= TOLERANCE_A) return false;
  let isFree = true;
  forEachConstraint(plan, index, (constraint) => {
    if ((leftA[constraint] ?? 0) <= TOLERANCE_A) isFree = false;
  });
  return isFree;
}

/** Whole steps only; what rounding leaves goes, a step each, to those it was taken from, in order. */
function roundDown(plan: SitePlan, leftA: Headroom, wantedA: readonly number[], order: readonly number[], currentA: number[]): void {
  const lostA = currentA.map((exactA, index) => {
    const stepA = plan.evses[index]?.evse.stepA ?? 1;
    const minA = exactA > 0 ? (plan.evses[index]?.evse.minCurrentA ?? 0) : 0;
    const roundedA = Math.max(floorToStep(exactA, stepA), minA);
    currentA[index] = roundedA;
    take(plan, leftA, index, roundedA - exactA);
    return exactA - roundedA;
  });
  for (const index of order) {
    const stepA = plan.evses[index]?.evse.stepA ?? 1;
    const raisedA = (currentA[index] ?? 0) + stepA;
    if ((lostA[index] ?? 0) <= 1e-6 || raisedA > (wantedA[index] ?? 0)) continue;
    if (tightestBelow(plan, leftA, index, stepA) !== null) continue;
    currentA[index] = floorToStep(raisedA, stepA);
    take(plan, leftA, index, stepA);
  }
}
