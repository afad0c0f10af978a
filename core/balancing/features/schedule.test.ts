import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featureSite, featureView } from '../testing/feature-view.ts';
import { schedule, scheduleAt, windowEndMs } from './schedule.ts';

const AMSTERDAM = 'Europe/Amsterdam';
const NEW_YORK = 'America/New_York';
const ALL_DAYS: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const windowOf = (from: string, to: string, days = ALL_DAYS) => ({ from, to, days: [...days], limitA: 10 });

/** Minutes that a window holds between two UTC times, as [first, last + 1] pairs, hh:mm UTC. */
function heldBetween(window: ReturnType<typeof windowOf>, timeZone: string, fromMs: number, toMs: number): readonly string[] {
  const held: string[] = [];
  let since: number | null = null;
  const utc = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  for (let ms = fromMs; ms <= toMs; ms += 60_000) {
    const isHeld = ms < toMs && windowEndMs(window, timeZone, ms + 30_000) !== null;
    if (isHeld && since === null) since = ms;
    if (!isHeld && since !== null) {
      held.push(`${utc(since)}-${utc(ms)}`);
      since = null;
    }
  }
  return held;
}

/**
 * Rows: zone, the UTC day looked at, the window, and when it holds in UTC. Changes of the clock by the tz database: the EU
 * at 01:00 UTC on 2026-03-29 and 2026-10-25; New York at 07:00 UTC on 2026-03-08 and at 06:00 UTC on 2026-11-01.
 */
test.each<[string, string, string, string, readonly string[]]>([
  [AMSTERDAM, '2026-03-28', '02:00', '03:00', ['01:00-02:00']],
  [AMSTERDAM, '2026-03-29', '02:00', '03:00', []],
  [AMSTERDAM, '2026-03-29', '01:30', '02:30', ['00:30-01:00']],
  [AMSTERDAM, '2026-03-29', '02:30', '03:30', ['01:00-01:30']],
  [AMSTERDAM, '2026-03-29', '01:00', '05:00', ['00:00-03:00']],
  [AMSTERDAM, '2026-10-25', '02:00', '03:00', ['00:00-02:00']],
  // Began at 23:30 UTC; the clock shows 02:30 to 03:00, then 02:00 once more.
  [AMSTERDAM, '2026-10-25', '01:30', '02:30', ['00:00-00:30', '01:00-01:30']],
  [AMSTERDAM, '2026-10-25', '02:00', '04:00', ['00:00-03:00']],
  [NEW_YORK, '2026-03-08', '02:00', '03:00', []],
  [NEW_YORK, '2026-03-08', '01:00', '04:00', ['06:00-08:00']],
  [NEW_YORK, '2026-11-01', '01:00', '02:00', ['05:00-07:00']],
  [NEW_YORK, '2026-11-01', '00:30', '02:30', ['04:30-07:30']],
])('%s, %s UTC: from %s to %s', (zone, day, from, to, expected) => {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  expect(heldBetween(windowOf(from, to), zone, startMs, startMs + 12 * 3_600_000)).toEqual(expected);
});

const MONDAY = (hhmm: string, day = 15): number => Date.parse(`2026-06-${day}T${hhmm}:00+02:00`);

/** Rows: days, window, a moment of the week of Monday 2026-06-15 in Amsterdam, and the end of what holds then. */
test.each<[string, ReturnType<typeof windowOf>, number, number | null]>([
  ['before it begins', windowOf('08:00', '12:00'), MONDAY('07:59'), null],
  ['its first minute', windowOf('08:00', '12:00'), MONDAY('08:00'), MONDAY('12:00')],
  ['its last minute', windowOf('08:00', '12:00'), MONDAY('11:59') + 59_999, MONDAY('12:00')],
  ['its end', windowOf('08:00', '12:00'), MONDAY('12:00'), null],
  ['another day', windowOf('08:00', '12:00', ['tue']), MONDAY('09:00'), null],
  ['over midnight, before it', windowOf('22:00', '06:00', ['mon']), MONDAY('23:00'), MONDAY('06:00', 16)],
  ['over midnight, after it', windowOf('22:00', '06:00', ['mon']), MONDAY('05:59', 16), MONDAY('06:00', 16)],
  ['over midnight, in the night before its day', windowOf('22:00', '06:00', ['mon']), MONDAY('05:00'), null],
  ['over midnight from Sunday to Monday', windowOf('22:00', '06:00', ['sun']), MONDAY('05:00'), MONDAY('06:00')],
  ['until midnight', windowOf('22:00', '00:00', ['mon']), MONDAY('23:59'), MONDAY('00:00', 16)],
  ['from midnight', windowOf('00:00', '06:00', ['mon']), MONDAY('00:00'), MONDAY('06:00')],
  ['of no length', windowOf('08:00', '08:00'), MONDAY('08:00'), null],
])('a window and %s', (_, window, wallMs, endMs) => {
  expect(windowEndMs(window, AMSTERDAM, wallMs)).toBe(endMs);
});

/** Rows at a change of the clock: the moment in UTC, and the end in UTC. */
test.each([
  ['01:30 before the spring night loses 02:30', windowOf('01:00', '02:30'), '2026-03-29T00:30', '2026-03-29T01:00'],
  ['a whole spring night', windowOf('22:00', '06:00'), '2026-03-28T22:00', '2026-03-29T04:00'],
  ['a whole autumn night', windowOf('22:00', '06:00'), '2026-10-24T22:00', '2026-10-25T05:00'],
  ['the doubled hour, first time', windowOf('02:00', '03:00'), '2026-10-25T00:15', '2026-10-25T02:00'],
  ['the doubled hour, second time', windowOf('02:00', '03:00'), '2026-10-25T01:15', '2026-10-25T02:00'],
  ['half of the doubled hour, first time', windowOf('02:00', '02:30'), '2026-10-25T00:15', '2026-10-25T00:30'],
])('%s ends when the clock on the wall says so', (_, window, at, end) => {
  expect(windowEndMs(window, AMSTERDAM, Date.parse(`${at}:00Z`))).toBe(Date.parse(`${end}:00Z`));
});

test('modes and limits reach the EVSEs they are for; of several modes the first in the file holds', () => {
  const windows = [
    { from: '08:00', to: '12:00', evses: ['e1'], mode: 'solar' },
    { from: '08:00', to: '20:00', mode: 'off', limitA: 10 },
    { from: '09:00', to: '10:00', evses: ['e0'], limitA: 3 },
    { from: '13:00', to: '14:00', mode: 'smart' },
  ];
  const site = featureSite([{}, {}, {}], { policy: { schedule: windows } });
  const { modes, ceilings } = scheduleAt(site, MONDAY('09:30'));
  expect(modes).toEqual(['off', 'solar', 'off']);
  expect(ceilings.map(({ index, ceiling }) => [index, ceiling.currentA, ceiling.reason])).toEqual([
    [0, 10, { kind: 'schedule', untilWallMs: MONDAY('20:00') }],
    [1, 10, { kind: 'schedule', untilWallMs: MONDAY('20:00') }],
    [2, 10, { kind: 'schedule', untilWallMs: MONDAY('20:00') }],
    [0, 0, { kind: 'schedule', untilWallMs: MONDAY('10:00') }],
  ]);
  expect(schedule(null, featureView(site, { wallMs: MONDAY('09:30') })).evseCeilings).toEqual(ceilings);
});

test('an unknown time zone counts as UTC, a time that is none holds nothing, and nothing throws', () => {
  const window = windowOf('08:00', '12:00');
  expect(windowEndMs(window, 'Mars/Olympus', Date.UTC(2026, 5, 15, 8))).toBe(Date.UTC(2026, 5, 15, 12));
  for (const wallMs of [NaN, Infinity, -Infinity]) expect(windowEndMs(window, AMSTERDAM, wallMs)).toBeNull();
  fc.assert(
    fc.property(fc.double(), fc.constantFrom(AMSTERDAM, NEW_YORK, 'Asia/Kathmandu', ''), (wallMs, zone) => {
      expect(() => windowEndMs(windowOf('22:00', '06:00'), zone, wallMs)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

test('what holds now holds until the end it names, and not at it', () => {
  const minute = fc.integer({ min: 0, max: 1439 }).map((at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
  const days = fc.subarray([...ALL_DAYS], { minLength: 1 });
  const zones = fc.constantFrom(AMSTERDAM, NEW_YORK, 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
  const nearChanges = fc.constantFrom('2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05', '2026-10-04', '2026-06-15').chain((day) => fc.integer({ min: -1440, max: 2880 }).map((minutes) => Date.parse(day) + minutes * 60_000));
  fc.assert(
    fc.property(minute, minute, days, zones, nearChanges, (from, to, on, zone, wallMs) => {
      const window = windowOf(from, to, on);
      const endMs = windowEndMs(window, zone, wallMs);
      if (endMs === null) return;
      expect(endMs).toBeGreaterThan(wallMs);
      expect(windowEndMs(window, zone, endMs)).not.toBe(endMs);
      for (let ms = wallMs; ms < endMs; ms += 60_000) expect(windowEndMs(window, zone, ms)).toBe(endMs);
    }),
    { numRuns: 400 },
  );
});
