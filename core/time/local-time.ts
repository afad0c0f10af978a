/** What the clock on the wall shows at a site, from wall time (UTC) and an IANA time zone. */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Index in WEEKDAYS. */
  readonly weekday: number;
  /** 0 to 1439: what the clock shows, so an hour is left out in spring and comes twice in autumn. */
  readonly minuteOfDay: number;
}

const DAY_MS = 86_400_000;
/** Every offset in use and every change of one is a multiple of a quarter of an hour. */
const OFFSET_UNIT_MS = 900_000;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** By number of the quarter-hour since 1970. */
  readonly offsetsMs: Map<number, number>;
}

const MOST_OFFSETS = 400;

/** Making a formatter costs more than a thousand steps, asking one as much as a step: both are kept. */
const zones = new Map<string, Zone>();

/** Throws nothing: a zone that is not known counts as UTC (the validator names it), a time that is none as 1970. */
export function localTimeOf(timeZone: string, wallMs: number): LocalTime {
  const usableMs = isWallTime(wallMs) ? wallMs : 0;
  const localMs = usableMs + offsetMsAt(timeZone, usableMs);
  const days = Math.floor(localMs / DAY_MS);
  const date = new Date(localMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    // Day 0, the first of January 1970, was a Thursday.
    weekday: (((days + 3) % 7) + 7) % 7,
    minuteOfDay: Math.floor((localMs - days * DAY_MS) / 60_000),
  };
}

/** Local time minus UTC. */
export function offsetMsAt(timeZone: string, wallMs: number): number {
  if (!isWallTime(wallMs)) return 0;
  const zone = zoneOf(timeZone);
  const unit = Math.floor(wallMs / OFFSET_UNIT_MS);
  const known = zone.offsetsMs.get(unit);
  if (known !== undefined) return known;
  const offsetMs = readOffsetMs(zone.format, unit * OFFSET_UNIT_MS);
  if (zone.offsetsMs.size >= MOST_OFFSETS) zone.offsetsMs.clear();
  zone.offsetsMs.set(unit, offsetMs);
  return offsetMs;
}

/** What a Date can hold, less a day on either side for the offset. */
const isWallTime = (wallMs: number): boolean => Number.isFinite(wallMs) && Math.abs(wallMs) < 8.64e15 - DAY_MS;

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  const zone = { format: formatFor(timeZone), offsetsMs: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const options = { era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}

function readOffsetMs(format: Intl.DateTimeFormat, wallMs: number): number {
  const fields = new Map(format.formatToParts(wallMs).map(({ type, value }) => [type, value]));
  const field = (type: Intl.DateTimeFormatPartTypes): number => Number(fields.get(type) ?? 0);
  const year = fields.get('era') === 'BC' ? 1 - field('year') : field('year');
  const local = new Date(0);
  local.setUTCFullYear(year, field('month') - 1, field('day'));
  local.setUTCHours(field('hour'), field('minute'));
  // Offsets of the years before standard time have seconds; nobody charges there.
  return Math.round((local.getTime() - wallMs) / OFFSET_UNIT_MS) * OFFSET_UNIT_MS;
}

/** Whether this is a zone of the IANA database as this program has it. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
