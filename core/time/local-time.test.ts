import { expect, test } from 'vitest';
import { localTimeOf, offsetMsAt, WEEKDAYS } from './local-time.ts';

/** Rows: UTC, zone, and what the clock there shows; offsets and changes by the tz database. */
test.each([
  ['2026-06-15T12:00:00Z', 'Europe/Amsterdam', '2026-06 mon 14:00'],
  ['2026-01-15T12:00:00Z', 'Europe/Amsterdam', '2026-01 thu 13:00'],
  ['2026-03-29T00:59:59Z', 'Europe/Amsterdam', '2026-03 sun 01:59'],
  ['2026-03-29T01:00:00Z', 'Europe/Amsterdam', '2026-03 sun 03:00'],
  ['2026-10-25T00:59:59Z', 'Europe/Amsterdam', '2026-10 sun 02:59'],
  ['2026-10-25T01:00:00Z', 'Europe/Amsterdam', '2026-10 sun 02:00'],
  ['2026-03-08T06:59:59Z', 'America/New_York', '2026-03 sun 01:59'],
  ['2026-03-08T07:00:00Z', 'America/New_York', '2026-03 sun 03:00'],
  ['2026-12-31T23:30:00Z', 'Europe/Amsterdam', '2027-01 fri 00:30'],
  ['2026-12-31T23:30:00Z', 'America/New_York', '2026-12 thu 18:30'],
  ['2026-06-15T12:00:00Z', 'Asia/Kathmandu', '2026-06 mon 17:45'],
  ['1969-12-31T23:59:00Z', 'UTC', '1969-12 wed 23:59'],
  ['2026-06-15T12:00:00Z', 'Mars/Olympus', '2026-06 mon 12:00'],
])('%s in %s is %s', (utc, zone, expected) => {
  const { year, month, weekday, minuteOfDay } = localTimeOf(zone, Date.parse(utc));
  const two = (value: number): string => String(value).padStart(2, '0');
  expect(`${year}-${two(month)} ${WEEKDAYS[weekday] ?? ''} ${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`).toBe(expected);
});

test('times that are none do not throw', () => {
  for (const wallMs of [NaN, Infinity, -Infinity, 8.64e15, -8.64e15, 1e300]) {
    expect(() => localTimeOf('Europe/Amsterdam', wallMs)).not.toThrow();
    expect(offsetMsAt('Europe/Amsterdam', wallMs)).toBe(0);
  }
});
