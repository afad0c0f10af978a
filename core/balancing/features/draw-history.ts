/**
 * What an EVSE can have drawn at the moment that a sample of the grid meter describes. The sample comes with its meter's
 * latency and may then stand for half a minute, the report of the EVSE has an age of its own: draws of now added to such a
 * sample would be a surplus that never was, and would swing for ever. So each is known between two bounds only, which
 * are the same once nothing has changed for a while.
 */
import { clamp, isFiniteNumber } from '../../quantities.ts';
import type { Site } from '../../site/site.ts';
import type { EvseView, FeatureView } from './feature.ts';
import { linesLoaded } from './loads.ts';

/** From this time until the next entry; per EVSE in the site's order, summed over the lines it loads. */
export interface DrawEntry {
  readonly timeMs: number;
  readonly drawnA: readonly number[];
  readonly offeredA: readonly number[];
}

/** Oldest first; never empty once something was recorded. */
export type DrawHistory = readonly DrawEntry[];

export interface DrawBounds {
  readonly lowestA: number;
  readonly highestA: number;
}

/** Nothing changes a vehicle's current faster than is worth an entry of its own. */
const SPACING_MS = 250;
/** No EVSE draws more; what says so is broken. */
const MOST_A = 1000;

/** Per phase. One that does not tell what it draws is taken to draw what it is offered, while it charges. */
export function drawnOf({ drawnA, isCharging, offeredA }: EvseView): number {
  return usable(drawnA ?? (isCharging ? offeredA : 0));
}

function usable(currentA: number | null): number {
  return isFiniteNumber(currentA) ? clamp(currentA, 0, MOST_A) : 0;
}

/** Of the meter at the grid connection. */
export function gridLatencyMs(site: Site): number {
  const root = site.circuits.find(({ parentId }) => parentId === null);
  return site.meters.find(({ id }) => id === root?.meterId)?.latencyMs ?? 0;
}

/** Adds what is drawn and offered now, if that has changed, and forgets what no sample can describe any more. */
export function recordDraws(history: DrawHistory, view: FeatureView): DrawHistory {
  const next = entryOf(view);
  const last = history.at(-1);
  // A clock that went back, or another site's memory: what was recorded describes nothing here.
  if (last === undefined || next.timeMs < last.timeMs || last.drawnA.length !== next.drawnA.length) return [next];
  const isSame = next.drawnA.every((currentA, at) => currentA === last.drawnA[at] && next.offeredA[at] === last.offeredA[at]);
  const kept = isSame || next.timeMs - last.timeMs < SPACING_MS ? history : [...history, next];
  const firstNeeded = kept.findLastIndex(({ timeMs }) => timeMs <= next.timeMs - longestMs(view.site));
  return firstNeeded > 0 ? kept.slice(firstNeeded) : kept;
}

function entryOf(view: FeatureView): DrawEntry {
  const drawnA = view.site.evses.map(() => 0);
  const offeredA = view.site.evses.map(() => 0);
  for (const evse of view.evses) {
    const lines = linesLoaded(view.site.supply, evse.phases);
    drawnA[evse.index] = lines * drawnOf(evse);
    offeredA[evse.index] = evse.isConnected ? lines * usable(evse.offeredA) : 0;
  }
  return { timeMs: view.timeMs, drawnA, offeredA };
}

function longestMs(site: Site): number {
  return site.evses.reduce((longest, { allowedAgeMs }) => Math.max(longest, allowedAgeMs.charging), 0) + gridLatencyMs(site);
}

/**
 * What this EVSE drew at `momentMs`, which its report may tell late by the age it is allowed. While its offer changes,
 * it may be anywhere on its way from one to the other.
 */
export function drawBounds(history: DrawHistory, { index, evse }: EvseView, momentMs: number): DrawBounds {
  const fromMs = momentMs - evse.allowedAgeMs.charging;
  let lowestA = Infinity;
  let highestA = 0;
  let leastOfferedA = Infinity;
  let mostOfferedA = 0;
  for (let at = history.length - 1; at >= 0; at -= 1) {
    const entry = history[at];
    const drawnA = entry?.drawnA[index] ?? 0;
    const offeredA = entry?.offeredA[index] ?? 0;
    lowestA = Math.min(lowestA, drawnA);
    highestA = Math.max(highestA, drawnA);
    leastOfferedA = Math.min(leastOfferedA, offeredA);
    mostOfferedA = Math.max(mostOfferedA, offeredA);
    if (entry === undefined || entry.timeMs <= fromMs) break;
  }
  if (lowestA === Infinity) return { lowestA: 0, highestA: 0 };
  if (leastOfferedA === mostOfferedA) return { lowestA, highestA };
  return { lowestA: Math.min(lowestA, leastOfferedA), highestA: Math.max(highestA, mostOfferedA) };
}
