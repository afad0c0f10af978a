/**
 * The mean power of the running quarter-hour as a capacity tariff bills it (Flanders: electrical.md "Sizing rules"): power
 * taken from the grid counts, power given back does not make up for it.
 */
import { z } from 'zod';
import { isFiniteNumber } from '../../quantities.ts';
import { localTimeOf } from '../../time/local-time.ts';

export const QUARTER_MS = 900_000;
/** Steps come about once a second; what lies further apart was not seen. */
const SEEN_WITHIN_MS = 10_000;

const wattSeconds = z.number().min(0);

export const quarterMemorySchema = z.strictObject({
  /** Number of the quarter-hour since 1970: every time zone's offset is a multiple of it, so it begins at the same moment everywhere. */
  quarter: z.number().int(),
  /** Wall time up to which it has been counted. */
  countedMs: z.number(),
  seenWs: wattSeconds,
  /** For the part of the quarter that was not seen: at the target, or at what flowed before where that is more. */
  assumedWs: wattSeconds,
  /** What flowed at the last step; null while not known. */
  powerW: z.number().nullable(),
  /** Highest quarter of this month, in the site's time zone, by what was seen. */
  peakW: z.number().min(0),
});

export type QuarterMemory = Readonly<z.output<typeof quarterMemorySchema>>;

export interface Quarter {
  /** Mean of the whole quarter if nothing more were taken. */
  readonly meanW: number;
  /** What the mean may come to: the month's peak so far, at least the floor. */
  readonly targetW: number;
  /** What may flow for the rest of the quarter. */
  readonly allowedW: number;
}

/** Counts up to now and rolls quarter and month over; `powerW` is what flows from now on. A clock set back begins anew. */
export function countQuarter(memory: QuarterMemory | null, timeZone: string, wallMs: number, powerW: number | null, floorW: number): QuarterMemory {
  const quarter = Math.floor(wallMs / QUARTER_MS);
  const nowW = isFiniteNumber(powerW) ? powerW : null;
  if (memory === null || wallMs < memory.countedMs) {
    return { ...begun(quarter, memory?.peakW ?? 0, floorW, wallMs), powerW: nowW };
  }
  if (memory.quarter === quarter) return { ...count(memory, wallMs, wallMs - memory.countedMs, floorW), powerW: nowW };
  const ended = count(memory, (memory.quarter + 1) * QUARTER_MS, wallMs - memory.countedMs, floorW);
  const peakW = isSameMonth(timeZone, memory.quarter, quarter) ? Math.max(ended.peakW, meanOfSeenW(ended)) : 0;
  const startMs = quarter * QUARTER_MS;
  const next = { ...begun(quarter, peakW, floorW, startMs), powerW: memory.powerW };
  return { ...count(next, wallMs, wallMs - memory.countedMs, floorW), powerW: nowW };
}

export function quarterOf(memory: QuarterMemory, floorW: number): Quarter {
  const targetW = targetOf(memory, floorW);
  const countedWs = memory.seenWs + memory.assumedWs;
  const remainingS = Math.max(1, ((memory.quarter + 1) * QUARTER_MS - memory.countedMs) / 1000);
  const meanW = countedWs / (QUARTER_MS / 1000);
  return { meanW, targetW, allowedW: Math.max(0, (targetW * QUARTER_MS) / 1000 - countedWs) / remainingS };
}

const targetOf = ({ peakW }: Pick<QuarterMemory, 'peakW'>, floorW: number): number => Math.max(floorW, peakW);

/** A quarter that is first looked at in its middle: what went before counts at the target, so that the rest may take that as well. */
function begun(quarter: number, peakW: number, floorW: number, wallMs: number): Omit<QuarterMemory, 'powerW'> {
  const missedS = (wallMs - quarter * QUARTER_MS) / 1000;
  return { quarter, countedMs: wallMs, seenWs: 0, assumedWs: missedS * targetOf({ peakW }, floorW), peakW };
}

/** `gapMs`: since the last step; what lies in a long gap was not seen. */
function count(memory: QuarterMemory, untilMs: number, gapMs: number, floorW: number): QuarterMemory {
  const { powerW } = memory;
  const durationS = (untilMs - memory.countedMs) / 1000;
  if (powerW !== null && gapMs <= SEEN_WITHIN_MS) {
    return { ...memory, countedMs: untilMs, seenWs: memory.seenWs + Math.max(0, powerW) * durationS };
  }
  const assumedW = Math.max(targetOf(memory, floorW), powerW ?? 0);
  return { ...memory, countedMs: untilMs, assumedWs: memory.assumedWs + assumedW * durationS };
}

/** What was not seen counts as nothing here: a peak that never was would allow too much for the rest of the month. */
const meanOfSeenW = ({ seenWs }: QuarterMemory): number => seenWs / (QUARTER_MS / 1000);

function isSameMonth(timeZone: string, quarterA: number, quarterB: number): boolean {
  const a = localTimeOf(timeZone, quarterA * QUARTER_MS);
  const b = localTimeOf(timeZone, quarterB * QUARTER_MS);
  return a.month === b.month && a.year === b.year;
}
