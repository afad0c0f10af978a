/**
 * Limits from a capacity tariff: the sum of all phases at once, with a stop timer (SmartEVSE CAPACITY and CAP STOP: seed
 * 003, smartevse.md 3.3.3, 3.5 and the traps of 3.13: a sum is never added to a current per phase), or the quarter-hour
 * mean against the month's peak. Both hold for what all flows at the grid connection, so they leave the EVSEs the limit
 * less the other load, as a budget over all phases.
 */
import { isFiniteNumber } from '../../quantities.ts';
import type { Notice } from '../setpoint.ts';
import type { FeatureOutcome, FeatureView } from './feature.ts';
import { gridSumA, linesLoaded, usableVoltageV, wattsPerLineA } from './loads.ts';
import { recentOtherA, trackOtherLoad, UNKNOWN_OTHER_LOAD, type OtherLoadMemory } from './other-load.ts';
import { countQuarter, quarterOf, QUARTER_MS, type QuarterMemory } from './quarter-hour.ts';
import { afterDecreases, shareSum, sharersOf, usableA, type Sharer } from './share-sum.ts';

export interface CapacityMemory {
  readonly other: OtherLoadMemory;
  /** Since when not even the minimums of the charging vehicles fit; monotonic; null while they do. */
  readonly shortSinceMs: number | null;
  /** Null until the first step, or where the policy has no quarter-hour limit. Worth keeping over a restart. */
  readonly quarter: QuarterMemory | null;
}

export const INITIAL_CAPACITY: CapacityMemory = { other: UNKNOWN_OTHER_LOAD, shortSinceMs: null, quarter: null };

/** A sum this far above its limit is the meter's noise. */
const EXCEEDED_BY_A = 0.25;

/** What may flow in all at the grid connection. */
interface Allowance {
  readonly sumA: number;
  /** How long charging vehicles may stay at their minimums when those do not fit. */
  readonly graceMs: number;
  readonly limitW: number;
  readonly meanW: number;
  readonly quarter: QuarterMemory | null;
  readonly notices: readonly Notice[];
}

/** `order`: who is served first, where a queue decides that (share-sum.ts). */
export function capacity(memory: CapacityMemory, view: FeatureView, order?: readonly number[]): FeatureOutcome<CapacityMemory> {
  const allowance = allowanceOf(memory, view);
  if (allowance === null) return { memory: INITIAL_CAPACITY, evseCeilings: [], circuitCeilings: [], notices: [] };
  const other = trackOtherLoad(memory.other, view);
  const { quarter, notices } = allowance;
  const sharers = sharersOf(view, ({ phases }) => linesLoaded(view.site.supply, phases), order);
  const budget = budgetOf(view, other, allowance.sumA);
  if (budget === null) {
    // Out of sight nothing is raised; what else has to happen then is the balancer's (rule 6).
    const held = sharers.map(({ view: evse, minCurrentA }) => usableA(evse.offeredA ?? minCurrentA, minCurrentA));
    return { memory: { other, shortSinceMs: memory.shortSinceMs, quarter }, evseCeilings: ceilingsOf(sharers, held, allowance), circuitCeilings: [], notices };
  }
  const isShort = isShortOf(budget.cutA, sharers);
  const shortSinceMs = isShort ? Math.min(memory.shortSinceMs ?? view.timeMs, view.timeMs) : null;
  const isInGrace = shortSinceMs !== null && view.timeMs - shortSinceMs < allowance.graceMs;
  const currentsA = isInGrace ? sharers.map(atMinimum) : share(budget, sharers);
  return { memory: { other, shortSinceMs, quarter }, evseCeilings: ceilingsOf(sharers, currentsA, allowance), circuitCeilings: [], notices };
}

/** Until the timer ends who charges goes on at its minimum, and nobody starts. */
const atMinimum = ({ view, minCurrentA }: Sharer): number => (view.isCharging ? minCurrentA : 0);

/** Without the limit, or without a time to count by, there is nothing to hold. */
function allowanceOf(memory: CapacityMemory, view: FeatureView): Allowance | null {
  const { capacity: limit } = view.site.policy;
  if (limit === null || !isFiniteNumber(view.timeMs)) return null;
  const sumA = gridSumA(view);
  const wattsPerSumA = wattsPerLineA(view.site.supply, usableVoltageV(view));
  if (limit.kind === 'instant-sum') {
    const { limitA, stopAfterS } = limit;
    const remainingS = memory.shortSinceMs === null ? null : Math.max(0, stopAfterS - (view.timeMs - memory.shortSinceMs) / 1000);
    const isExceeded = sumA !== null && sumA > limitA + EXCEEDED_BY_A;
    return {
      sumA: limitA,
      graceMs: stopAfterS * 1000,
      limitW: Math.round(limitA * wattsPerSumA),
      meanW: Math.round((sumA ?? 0) * wattsPerSumA),
      quarter: null,
      notices: isExceeded ? [exceeded({ sumA, limitA, remainingS })] : [],
    };
  }
  if (!isFiniteNumber(view.wallMs)) return null;
  const quarter = countQuarter(memory.quarter, view.site.timeZone, view.wallMs, sumA === null ? null : sumA * wattsPerSumA, limit.floorW);
  const { meanW, targetW, allowedW } = quarterOf(quarter, limit.floorW);
  const isExceeded = meanW > targetW * (1 + 1e-6);
  const remainingS = ((quarter.quarter + 1) * QUARTER_MS - view.wallMs) / 1000;
  return {
    sumA: Math.max(0, allowedW - keptFreeW(view, targetW, remainingS)) / wattsPerSumA,
    graceMs: 0,
    limitW: Math.round(targetW),
    meanW: Math.round(meanW),
    quarter,
    notices: isExceeded ? [exceeded({ meanW: Math.round(meanW), limitW: Math.round(targetW), remainingS: Math.round(remainingS) })] : [],
  };
}

/**
 * The tariff is in watts and what flows is known in amperes: with the line above its nominal voltage the same current is
 * more power, now and in what has been counted. Spread over the rest of the quarter.
 */
function keptFreeW({ site }: FeatureView, targetW: number, remainingS: number): number {
  const meterId = site.circuits.find(({ parentId }) => parentId === null)?.meterId;
  const voltageRatio = site.meters.find(({ id }) => id === meterId)?.uncertainty?.voltageRatio ?? 0;
  const shareRatio = voltageRatio / (1 + voltageRatio);
  return (targetW * shareRatio * (QUARTER_MS / 1000)) / Math.max(1, remainingS);
}

function exceeded(context: Notice['context']): Notice {
  return { code: 'capacity-exceeded', severity: 'attention', about: null, context };
}

interface Budget {
  readonly cutA: number;
  /** For raising: the most of the recent other load counts, and the hysteresis stays free. */
  readonly raiseA: number;
}

/** Null while the grid connection's meter cannot be relied on. Where none is mounted, the assumed load counts. */
function budgetOf(view: FeatureView, other: OtherLoadMemory, sumA: number): Budget | null {
  const { site, phases } = view;
  const root = site.circuits.find(({ parentId }) => parentId === null);
  if (root !== undefined && root.meterId === null) {
    const leftA = sumA - root.assumedLoadA * phases.length;
    return { cutA: leftA, raiseA: leftA };
  }
  const recentA = recentOtherA(other);
  if (gridSumA(view) === null || other.otherA === null || recentA === null) return null;
  const hysteresisA = site.policy.raiseHysteresisA * phases.length;
  return { cutA: sumA - other.otherA, raiseA: sumA - Math.max(other.otherA, recentA) - hysteresisA };
}

function isShortOf(budgetA: number, sharers: readonly Sharer[]): boolean {
  const neededA = sharers.reduce((sum, { view, costPerA, minCurrentA }) => sum + (view.isCharging ? costPerA * minCurrentA : 0), 0);
  return neededA > budgetA + 1e-9;
}

/** Cuts by what is left now; raises above what is offered only as far as that has lasted and others have given way. */
function share(budget: Budget, sharers: readonly Sharer[]): readonly number[] {
  const cutA = shareSum(budget.cutA, sharers);
  const raiseA = afterDecreases(budget.raiseA, sharers, shareSum(budget.raiseA, sharers));
  return sharers.map(({ view: { offeredA }, minCurrentA }, at) => {
    const lowA = cutA[at] ?? 0;
    return offeredA === null || lowA <= offeredA ? lowA : usableA(Math.max(offeredA, Math.min(lowA, raiseA[at] ?? 0)), minCurrentA);
  });
}

function ceilingsOf(sharers: readonly Sharer[], currentsA: readonly number[], { limitW, meanW }: Allowance): FeatureOutcome<CapacityMemory>['evseCeilings'] {
  return sharers.map(({ view: { index } }, at) => ({ index, ceiling: { currentA: currentsA[at] ?? 0, reason: { kind: 'capacity', limitW, meanW } } }));
}
