/**
 * What the EVSEs drew at the time that a sample of the grid meter describes. A sample comes with its meter's latency, and
 * may stand for half a minute: what an EVSE draws now, added to an old sample, would be a surplus that never was.
 */
import { isFiniteNumber } from '../../quantities.ts';
import type { Site } from '../../site/site.ts';
import type { EvseView, FeatureView } from './feature.ts';
import { linesLoaded } from './loads.ts';

export interface DrawSample {
  readonly timeMs: number;
  /** Per EVSE in the site's order, summed over the lines it loads. */
  readonly sumA: readonly number[];
}

/** Oldest first; never empty once something was recorded. */
export type DrawHistory = readonly DrawSample[];

/** Nothing changes a vehicle's current faster than is worth an entry of its own. */
const SPACING_MS = 250;

/** Per phase. One that does not tell what it draws is taken to draw what it is offered, while it charges. */
export function drawnOf({ drawnA, isCharging, offeredA }: EvseView): number {
  const currentA = drawnA ?? (isCharging ? offeredA : 0);
  return isFiniteNumber(currentA) ? Math.max(0, currentA) : 0;
}

/** Of the meter at the grid connection. */
export function gridLatencyMs(site: Site): number {
  const root = site.circuits.find(({ parentId }) => parentId === null);
  return site.meters.find(({ id }) => id === root?.meterId)?.latencyMs ?? 0;
}

/** Adds what is drawn now and forgets what no sample can describe any more. */
export function recordDraws(history: DrawHistory, view: FeatureView): DrawHistory {
  const { timeMs } = view;
  const sumA = view.site.evses.map(() => 0);
  for (const evse of view.evses) sumA[evse.index] = linesLoaded(view.site.supply, evse.phases) * drawnOf(evse);
  const last = history.at(-1);
  // A clock that went back, or another site's memory: what was recorded describes nothing here.
  if (last === undefined || timeMs < last.timeMs || last.sumA.length !== sumA.length) return [{ timeMs, sumA }];
  if (timeMs - last.timeMs < SPACING_MS) return history;
  const oldestMs = timeMs - gridLatencyMs(view.site);
  const firstNeeded = history.findLastIndex((sample) => sample.timeMs <= oldestMs);
  return [...history.slice(Math.max(0, firstNeeded)), { timeMs, sumA }];
}

/** The newest entry that is no later than `timeMs`; before all of them the oldest. */
export function drawsAt(history: DrawHistory, timeMs: number): readonly number[] {
  return (history.findLast((sample) => sample.timeMs <= timeMs) ?? history[0])?.sumA ?? [];
}
