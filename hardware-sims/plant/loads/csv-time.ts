/** Times in CSV files. */
import type { RecordingSpec } from '../../../core/scenarios/plant-schema.ts';
import { offsetMsAt } from '../../../core/time/local-time.ts';

const DAY_MS = 86_400_000;
const CLOCK = String.raw`(\d{1,2}):(\d\d)(?::(\d\d(?:[.,]\d+)?))?`;
const ISO = new RegExp(String.raw`^(\d{4})[-/](\d\d)[-/](\d\d)[T ]+${CLOCK}\s?(Z|[+-]\d\d(?::?\d\d)?)?$`);
const DAY_FIRST = new RegExp(String.raw`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})[T ,]+${CLOCK}\s?(Z|[+-]\d\d(?::?\d\d)?)?$`);

/** Reads one text after the other; UTC, or null for what is no time. */
export type TimeReader = (text: string, lastMs: number | undefined) => number | null;

/** For times with a date. Without a zone of its own or of the file a time is taken as UTC: the machine's own must not matter. */
export function dateReader({ time, timeZone }: Pick<RecordingSpec, 'time' | 'timeZone'>): TimeReader {
  const toUtc = timeZone === undefined ? (localMs: number): number => localMs : localReader(timeZone);
  return (text, lastMs) => {
    const parts = (time === 'iso' ? ISO : DAY_FIRST).exec(text);
    if (parts === null) return null;
    const [, first = '', month = '', third = '', hour = '', minute = '', second = '0', zone] = parts;
    const [year, day] = time === 'iso' ? [first, third] : [third, first];
    const localMs = wallClockMs(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second.replace(',', '.')));
    if (localMs === null) return null;
    return zone === undefined ? toUtc(localMs, lastMs) : localMs - zoneMs(zone);
  };
}

/** null for a day that no month has and an hour that no day has; 24:00 ends a day. */
function wallClockMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number | null {
  const dayMs = Date.UTC(year, month - 1, day);
  const isDay = new Date(dayMs).getUTCDate() === day && new Date(dayMs).getUTCMonth() === month - 1;
  const clockMs = (hour * 60 + minute) * 60_000 + second * 1000;
  return isDay && minute < 60 && second < 61 && clockMs <= DAY_MS ? dayMs + clockMs : null;
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || '0');
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/**
 * The hour that comes twice in autumn is its first one until rows go back, then its second. Times in the hour that spring
 * leaves out, which no clock shows, count on from before it.
 */
function localReader(timeZone: string): (localMs: number, lastMs: number | undefined) => number {
  let knownDay = NaN;
  let beforeMs = 0;
  let afterMs = 0;
  return (localMs, lastMs) => {
    const day = Math.floor(localMs / DAY_MS);
    if (day !== knownDay) {
      knownDay = day;
      beforeMs = offsetMsAt(timeZone, (day - 1) * DAY_MS);
      afterMs = offsetMsAt(timeZone, (day + 2) * DAY_MS);
    }
    if (beforeMs === afterMs) return localMs - beforeMs;
    const valid = [beforeMs, afterMs].filter((offsetMs) => offsetMsAt(timeZone, localMs - offsetMs) === offsetMs).map((offsetMs) => localMs - offsetMs);
    return valid.find((utcMs) => lastMs === undefined || utcMs > lastMs) ?? valid[0] ?? localMs - beforeMs;
  };
}
