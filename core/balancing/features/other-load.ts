/**
 * What flows at the grid connection and is no EVSE, as one signed sum over the phases. A sample describes a moment that
 * has passed: what EVSEs drew then is looked up, never what they draw now, or every change of theirs would look like other
 * load (rule 2).
 */
import { clamp, isFiniteNumber } from '../../quantities.ts';
import type { FeatureView } from './feature.ts';
import { gridSumA, linesLoaded } from './loads.ts';

/** What all EVSEs drew from this time until the next entry, as a sum over the lines. */
interface DrawEntry {
  readonly timeMs: number;
  readonly lowestA: number;
  readonly highestA: number;
}

export interface OtherLoadMemory {
  readonly draws: readonly DrawEntry[];
  /** Time of the last sample that was taken in. */
  readonly sampleMs: number | null;
  /** As it is used for cutting. */
  readonly otherA: number | null;
  /** The most that could have been other load in each recent sample: what raising has to respect. */
  readonly recent: readonly { readonly timeMs: number; readonly highestA: number }[];
}

export const UNKNOWN_OTHER_LOAD: OtherLoadMemory = { draws: [], sampleMs: null, otherA: null, recent: [] };

/** EVSEs report once a second while charging: that much of a sample's moment stays unknown. */
const MOMENT_SLACK_MS = 1000;
/** A change below this is the ammeter's. */
const SAME_DRAW_A = 0.05;
const MOST_ENTRIES = 256;

export function trackOtherLoad(memory: OtherLoadMemory, view: FeatureView): OtherLoadMemory {
  const { latencyMs, periodMs } = gridMeterTiming(view);
  const draws = addDraw(memory.draws, drawNow(view), view.timeMs - latencyMs - 2 * MOMENT_SLACK_MS);
  const sumA = gridSumA(view);
  const { gridTimeMs } = view;
  if (sumA === null || !isFiniteNumber(gridTimeMs) || gridTimeMs === memory.sampleMs) return { ...memory, draws };
  const momentMs = gridTimeMs - latencyMs;
  const drawn = drawAt(draws, momentMs - MOMENT_SLACK_MS, momentMs + MOMENT_SLACK_MS);
  const lowestA = sumA - drawn.highestA;
  const highestA = sumA - drawn.lowestA;
  const oldestMs = gridTimeMs - Math.max(view.site.policy.raiseHoldMs, 2.2 * periodMs);
  const recent = [...memory.recent.filter(({ timeMs }) => timeMs >= oldestMs && timeMs < gridTimeMs), { timeMs: gridTimeMs, highestA }];
  const otherA = memory.otherA === null ? highestA : clamp(memory.otherA, lowestA, highestA);
  return { draws, sampleMs: gridTimeMs, otherA, recent: recent.slice(-MOST_ENTRIES) };
}

/** Other load for raising: the most of the recent samples; null before the first. */
export function recentOtherA({ recent }: OtherLoadMemory): number | null {
  return recent.length === 0 ? null : recent.reduce((most, { highestA }) => Math.max(most, highestA), -Infinity);
}

/** Of the meter at the grid connection; a site without one has no samples either. */
function gridMeterTiming({ site }: FeatureView): { readonly latencyMs: number; readonly periodMs: number } {
  const meterId = site.circuits.find(({ parentId }) => parentId === null)?.meterId;
  const meter = site.meters.find(({ id }) => id === meterId);
  return { latencyMs: meter?.latencyMs ?? 0, periodMs: meter?.periodMs ?? 0 };
}

/** An EVSE that charges and does not tell may draw anything up to its offer. */
function drawNow(view: FeatureView): DrawEntry {
  let lowestA = 0;
  let highestA = 0;
  for (const { evse, phases, isCharging, drawnA, offeredA } of view.evses) {
    if (!isCharging) continue;
    const lines = linesLoaded(view.site.supply, phases);
    const isKnown = isFiniteNumber(drawnA);
    lowestA += isKnown ? drawnA * lines : 0;
    highestA += (isKnown ? drawnA : (offeredA ?? evse.ratingA)) * lines;
  }
  return { timeMs: view.timeMs, lowestA, highestA };
}

/** Keeps the newest entry that began before `neededMs`: it tells what flowed then. */
function addDraw(draws: readonly DrawEntry[], next: DrawEntry, neededMs: number): readonly DrawEntry[] {
  const last = draws.at(-1);
  if (last !== undefined && next.timeMs < last.timeMs) return [next];
  const isSame = last !== undefined && Math.abs(last.lowestA - next.lowestA) < SAME_DRAW_A && Math.abs(last.highestA - next.highestA) < SAME_DRAW_A;
  const kept = isSame ? draws : [...draws, next];
  const firstNeeded = kept.findLastIndex(({ timeMs }) => timeMs <= neededMs);
  return kept.slice(Math.max(0, firstNeeded)).slice(-MOST_ENTRIES);
}

/** Least and most they can have drawn between two times; what was found first is taken to have flowed before as well. */
function drawAt(draws: readonly DrawEntry[], fromMs: number, untilMs: number): { readonly lowestA: number; readonly highestA: number } {
  let lowestA = Infinity;
  let highestA = -Infinity;
  for (let at = draws.length - 1; at >= 0; at -= 1) {
    const entry = draws[at];
    if (entry === undefined) continue;
    // What changes just after the window passes through both values; only the first entry stands for all before it.
    if (entry.timeMs > untilMs && at > 0 && (draws[at - 1]?.timeMs ?? 0) > untilMs) continue;
    lowestA = Math.min(lowestA, entry.lowestA);
    highestA = Math.max(highestA, entry.highestA);
    if (entry.timeMs <= fromMs) break;
  }
  return highestA >= lowestA ? { lowestA, highestA } : { lowestA: 0, highestA: 0 };
}
