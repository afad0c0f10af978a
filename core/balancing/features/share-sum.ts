/** Dividing a budget that is a sum over phases or a power, and so bounds no single phase of a circuit. */
import { FOLLOWS_WITHIN_A } from '../evse-memory.ts';
import type { EvseView, FeatureView } from './feature.ts';

export interface Sharer {
  readonly view: EvseView;
  /** What one ampere of it takes from the budget: lines it loads, or watts. */
  readonly costPerA: number;
  readonly minCurrentA: number;
  /** The most that is of use to it. */
  readonly mostA: number;
}

const TOLERANCE = 1e-9;

/**
 * EVSEs with a vehicle that may charge, first served first: by priority, then those that charge already, then in the
 * site's order, as the balancer serves them. `order` (indices) replaces that where a queue decides: who is not in
 * it gets no part, so that nothing is kept for those who wait.
 */
export function sharersOf(view: FeatureView, costPerA: (evse: EvseView) => number, order?: readonly number[]): readonly Sharer[] {
  const byOrder = order === undefined ? [...view.evses].sort(compareOrder) : order.flatMap((index) => view.evses[index] ?? []);
  return byOrder.filter(mayCharge).map((evse) => {
    const { minCurrentA, ratingA, configuredMaxA } = evse.evse;
    // One that does not charge needs no more than to be able to start.
    const mostA = evse.isCharging ? Math.max(minCurrentA, Math.min(ratingA, configuredMaxA)) : minCurrentA;
    return { view: evse, costPerA: costPerA(evse), minCurrentA, mostA };
  });
}

const mayCharge = ({ isConnected, mode }: EvseView): boolean => isConnected && mode !== 'off' && mode !== 'pause';

function compareOrder(a: EvseView, b: EvseView): number {
  return a.evse.priority - b.evse.priority || Number(b.isCharging) - Number(a.isCharging) || a.index - b.index;
}

/**
 * Currents of the sharers, in their order: minimums first, first served first; what is left in equal parts of the budget
 * (not of amperes: a one-phase EVSE gets three times the current of a three-phase one), up to what is of use to
 * each. Never between 0 and the minimum. A budget that is no number gives nobody anything.
 */
export function shareSum(budget: number, sharers: readonly Sharer[]): readonly number[] {
  let left = Number.isNaN(budget) ? 0 : budget;
  const isServed = sharers.map(({ costPerA, minCurrentA }) => {
    const cost = costPerA * minCurrentA;
    if (cost > left + TOLERANCE) return false;
    left -= cost;
    return true;
  });
  const served = sharers.filter((_, at) => isServed[at]);
  const level = levelFor(left, served);
  return sharers.map(({ costPerA, minCurrentA, mostA }, at) => {
    if (isServed[at] !== true) return 0;
    return Math.min(mostA, Math.max(minCurrentA, level / costPerA));
  });
}

/** The part of each at which all parts, none below its minimum or above its most, use up `rest` beyond the minimums. */
function levelFor(rest: number, served: readonly Sharer[]): number {
  const turns = served
    .flatMap(({ costPerA, minCurrentA, mostA }) => [
      { at: costPerA * minCurrentA, slope: 1 },
      { at: costPerA * mostA, slope: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  let level = 0;
  let slope = 0;
  let left = rest;
  for (const turn of turns) {
    const needed = slope * (turn.at - level);
    if (needed > left) return level + left / slope;
    left -= needed;
    level = turn.at;
    slope += turn.slope;
  }
  return level;
}

/**
 * Raises wait until those who have to give something up have done so (rule 10): while what is shared out and what is
 * still drawn above it pass the budget, nobody gets more than it is offered now.
 */
export function afterDecreases(budget: number, sharers: readonly Sharer[], currentsA: readonly number[]): readonly number[] {
  let committed = 0;
  for (const [at, { view, costPerA }] of sharers.entries()) {
    const currentA = currentsA[at] ?? 0;
    const drawnA = view.isCharging ? (view.drawnA ?? view.offeredA ?? 0) : 0;
    committed += costPerA * (drawnA > currentA + FOLLOWS_WITHIN_A ? drawnA : currentA);
  }
  if (committed <= budget + TOLERANCE) return currentsA;
  return sharers.map(({ view, minCurrentA }, at) => {
    const currentA = currentsA[at] ?? 0;
    return view.offeredA === null ? currentA : usableA(Math.min(currentA, view.offeredA), minCurrentA);
  });
}

/** Below its minimum an EVSE can only pause; an offer from before a change of the site may lie there. */
export function usableA(currentA: number, minCurrentA: number): number {
  return currentA >= minCurrentA ? currentA : 0;
}
