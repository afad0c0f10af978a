/**
 * The stored schedule of a simulated OpenEVSE gateway: what each event asks for holds until the next one of the week
 * (reference c.3). Times are those of the unit's own zone.
 */
import { createRandom } from '../plant/random.ts';
import { offsetMsAt } from '../../core/time/local-time.ts';
import type { Document } from './openevse-documents.ts';

export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;
const EPOCH_WEEKDAY = DAYS.indexOf('thursday');

/** An event on one day of the week. */
export interface PlannedEvent {
  readonly id: number;
  readonly state: 'active' | 'disabled';
  /** Of the week, from Sunday 0:00. */
  readonly startS: number;
  /** What the event says; the random delay is in `startS` only. */
  readonly timeS: number;
  readonly feature: string | null;
  readonly featureValue: number;
  readonly limitType: string | null;
  readonly limitValue: number;
}

/**
 * The week in order. Plain active events start up to `startWindowS` late, each on each day by its own share, drawn from
 * `seed`; windows of a feature start when they say.
 */
export function planWeek(events: readonly Document[], startWindowS: number, seed: number): readonly PlannedEvent[] {
  const planned = events.flatMap((event) => DAYS.flatMap((day, index) => (areDays(event['days']) && event['days'].includes(day) ? [planEvent(event, index, startWindowS, seed)] : [])));
  return planned.sort((a, b) => a.startS - b.startS || a.id - b.id);
}

const areDays = (days: unknown): days is readonly unknown[] => Array.isArray(days);

function planEvent(event: Document, day: number, startWindowS: number, seed: number): PlannedEvent {
  const [id, state] = [Number(event['id']), event['state'] === 'active' ? 'active' : 'disabled'] as const;
  const [hour = 0, minute = 0, second = 0] = String(event['time']).split(':').map(Number);
  const timeS = hour * 3600 + minute * 60 + second;
  const feature = textOrNull(event['feature']);
  const isDelayed = state === 'active' && feature === null && startWindowS > 0;
  const delayS = isDelayed ? Math.floor(createRandom(seed + id * DAYS.length + day).next() * startWindowS) : 0;
  const numbers = { featureValue: Number(event['feature_value'] ?? 0), limitValue: Number(event['limit_value'] ?? 0) };
  return { id, state, timeS, startS: day * DAY_S + timeS + delayS, feature, limitType: textOrNull(event['limit']), ...numbers };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== 'none' ? value : null);

/** Seconds since Sunday 0:00 on the unit's clock; `zone` as `/config` has it, `Europe/Amsterdam|CET-1…`. */
export function secondOfWeek(zone: string, wallMs: number): number {
  const localS = Math.floor((wallMs + offsetMsAt(zone.split('|')[0] ?? '', wallMs)) / 1000);
  return (((localS + EPOCH_WEEKDAY * DAY_S) % WEEK_S) + WEEK_S) % WEEK_S;
}

/** The event that holds at this second: the last that began, or the week's last before the week's first. Null without any. */
export function eventAt(plan: readonly PlannedEvent[], weekS: number): PlannedEvent | null {
  return plan.findLast(({ startS }) => startS <= weekS) ?? plan.at(-1) ?? null;
}

/** GET `/schedule/plan`, as far as the unit's own clock and the two events about now go. */
export function planDocument(plan: readonly PlannedEvent[], weekS: number): Document {
  const next = plan.find(({ startS }) => startS > weekS) ?? plan[0];
  return {
    current_day: DAYS[Math.floor(weekS / DAY_S)],
    current_offset: weekS % DAY_S,
    next_event_delay: next === undefined ? false : (next.startS - weekS + WEEK_S) % WEEK_S,
    current_event: shownEvent(eventAt(plan, weekS)),
    next_event: shownEvent(next ?? null),
  };
}

function shownEvent(event: PlannedEvent | null): Document | false {
  if (event === null) return false;
  const time = [Math.floor(event.timeS / 3600), Math.floor(event.timeS / 60) % 60, event.timeS % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return { id: event.id, state: event.state, time, day: DAYS[Math.floor(event.startS / DAY_S) % DAYS.length], offset: event.timeS };
}
