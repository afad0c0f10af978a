/**
 * Windows of the week. A window holds whenever the clock on the site's wall shows a time in it: one from 02:00 to 03:00 is
 * left out in the night in spring that has no such hour, and lasts two hours in the night in autumn that has it twice.
 */
import { localTimeOf, offsetMsAt, WEEKDAYS } from '../../time/local-time.ts';
import type { Policy, Site } from '../../site/site.ts';
import type { ChargeMode, EvseCeiling, FeatureOutcome, FeatureView } from './feature.ts';

type Window = Policy['schedule'][number];

export interface Scheduled {
  /** Per EVSE of the site; null where no window sets a mode. Of several that hold, the first in the file does. */
  readonly modes: readonly (ChargeMode | null)[];
  /** Of several that hold, each is a ceiling. */
  readonly ceilings: readonly EvseCeiling[];
}

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1440;
const DAYS_PER_WEEK = 7;
/** A clock is never changed twice within a window; more than this is looked for in vain. */
const MOST_CHANGES = 4;

/** What the schedule says at this wall time (UTC). Never throws. */
export function scheduleAt({ policy, evses, timeZone }: Site, wallMs: number): Scheduled {
  const modes = evses.map((): ChargeMode | null => null);
  const ceilings: EvseCeiling[] = [];
  for (const window of policy.schedule) {
    const untilWallMs = windowEndMs(window, timeZone, wallMs);
    if (untilWallMs === null) continue;
    for (const [index, { id, minCurrentA }] of evses.entries()) {
      if (window.evses !== undefined && !window.evses.includes(id)) continue;
      modes[index] ??= window.mode ?? null;
      if (window.limitA === undefined) continue;
      const currentA = window.limitA < minCurrentA ? 0 : window.limitA;
      ceilings.push({ index, ceiling: { currentA, reason: { kind: 'schedule', untilWallMs } } });
    }
  }
  return { modes, ceilings };
}

/** The limits alone; modes reach the step through `scheduleAt`. */
export function schedule(memory: null, { site, wallMs }: FeatureView): FeatureOutcome<null> {
  const evseCeilings = site.policy.schedule.length === 0 ? [] : scheduleAt(site, wallMs).ceilings;
  return { memory, evseCeilings, circuitCeilings: [], notices: [] };
}

/** When the window that holds now stops holding, as wall time; null when it does not hold. */
export function windowEndMs(window: Window, timeZone: string, wallMs: number): number | null {
  let untilMs = Math.floor(wallMs / MINUTE_MS) * MINUTE_MS;
  let leftMinutes = minutesLeft(window, timeZone, wallMs);
  if (leftMinutes === null) return null;
  for (let changes = 0; leftMinutes !== null && changes < MOST_CHANGES; changes += 1) {
    const byThisOffset: number = untilMs + leftMinutes * MINUTE_MS;
    const offsetMs = offsetMsAt(timeZone, untilMs);
    if (offsetMsAt(timeZone, byThisOffset) === offsetMs) return byThisOffset;
    // The clock is changed before the window would end, or in that very minute: what it shows then decides.
    untilMs = changeBetween(timeZone, untilMs, byThisOffset, offsetMs);
    leftMinutes = minutesLeft(window, timeZone, untilMs);
  }
  return untilMs;
}

/** Minutes on the clock until the window's end; null when it does not hold now. */
function minutesLeft(window: Window, timeZone: string, wallMs: number): number | null {
  if (!Number.isFinite(wallMs)) return null;
  const { weekday, minuteOfDay } = localTimeOf(timeZone, wallMs);
  const from = minuteOf(window.from);
  const to = minuteOf(window.to);
  if (from < to) return begins(window, weekday) && minuteOfDay >= from && minuteOfDay < to ? to - minuteOfDay : null;
  if (from === to) return null;
  if (minuteOfDay >= from && begins(window, weekday)) return MINUTES_PER_DAY - minuteOfDay + to;
  return minuteOfDay < to && begins(window, (weekday + DAYS_PER_WEEK - 1) % DAYS_PER_WEEK) ? to - minuteOfDay : null;
}

function begins({ days }: Window, weekday: number): boolean {
  const name = WEEKDAYS[weekday];
  return name !== undefined && days.includes(name);
}

const minuteOf = (clockTime: string): number => Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3, 5));

/** The minute at which the offset is no longer that of `fromMs`; it is another one at `toMs`. */
function changeBetween(timeZone: string, fromMs: number, toMs: number, offsetMs: number): number {
  let before = Math.floor(fromMs / MINUTE_MS);
  let after = Math.ceil(toMs / MINUTE_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMsAt(timeZone, middle * MINUTE_MS) === offsetMs) before = middle;
    else after = middle;
  }
  return after * MINUTE_MS;
}
