import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readDay } from './openevse-divert-day.ts';
import { dayFiguresOf } from './openevse-divert-figures.ts';
import { DIVERT_PROFILES, NO_REFERENCE_QUIRKS, playDay, REFERENCE_QUIRKS, type DivertRow } from './openevse-divert-reference.ts';
import { runConformance } from './run.ts';

/** Forms and quirks of data/openevse-divert/README, section 1. */

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('recorded days', () => {
  test.each([
    ['Unix seconds', '"Unix timestamp", "Node SN2120051742:solar"\n1531024080, 22.4\n', 'x', [{ timeS: 1_531_024_080, solarW: 22, gridW: 0, voltageV: 240 }]],
    ['ISO time', '"Date-time string","solar:solar ()"\n2020-03-16T06:40:00+00:00,4', 'x', [{ timeS: 1_584_340_800, solarW: 4, gridW: 0, voltageV: 240 }]],
    ['grid', '"Date-time string", "solar:solar", "grid:Grid import export RAW"\n2018-06-10 07:00:00, 167.0, -19\n', 'x', [{ timeS: 1_528_614_000, solarW: 167, gridW: -19, voltageV: 240 }]],
    ['voltage, whole part', '"Date-time string", "solar:solar", "voltage:AC RMS Voltage"\n2020-03-27 01:12:00, 4.0, 249.9\n', 'x', [{ timeS: 1_585_271_520, solarW: 4, gridW: 0, voltageV: 249 }]],
    ['12 hours and kW', '\uFEFF ;Taikametsae / Power / Mean Values  [kW]0\n12:15 AM;0.0015\n01:30 PM;6.93\n', 'x', [
      { timeS: 1_577_837_700, solarW: 2, gridW: 0, voltageV: 240 },
      { timeS: 1_577_885_400, solarW: 6930, gridW: 0, voltageV: 240 },
    ]],
    ['columns in another order', 'grid W,solar W,time\n-300,500,2018-06-10 07:00:00\n', 'x', [{ timeS: 1_528_614_000, solarW: 500, gridW: -300, voltageV: 240 }]],
    ['no header: the name tells the third column', '2018-06-10 07:00:00,500,-300\n', 'x_grid_ie', [{ timeS: 1_528_614_000, solarW: 500, gridW: -300, voltageV: 240 }]],
  ])('%s', (_form, text, name, samples) => {
    expect(readDay(text, name).samples).toEqual(samples);
  });

  test('rows that cannot be read are left out; a cell that a row does not reach keeps its value', () => {
    const text = 'time,solar,grid\n2018-06-10 07:00:00,500,-300\n2018-06-10 07:01:00,,-200\n2018-06-10 07:02:00,600\nsomewhen,1,2\n2018-06-10 07:03:00,-0.5,x\n2018-06-10 07:04:00,-0.5,-1.5\n';
    expect(readDay(text, 'x').samples.map(({ timeS, solarW, gridW }) => [timeS - 1_528_614_000, solarW, gridW])).toEqual([
      [0, 500, -300],
      [120, 600, -300],
      [240, -1, -2],
    ]);
  });
});

const profile = DIVERT_PROFILES['default'] ?? { pvRatio: 1, attackTimeS: 0, decayTimeS: 0, minChargeTimeS: 0 };
/** Minutes at so many W of PV, without smoothing. */
const minutes = (watts: readonly number[], quirks = REFERENCE_QUIRKS): readonly DivertRow[] =>
  playDay({ feed: 'solar', samples: watts.map((solarW, index) => ({ timeS: 60 * index, solarW, gridW: 0, voltageV: 240 })) }, { ...profile, attackTimeS: 0, decayTimeS: 0 }, quirks);
const repeat = (watts: number, count: number): readonly number[] => new Array<number>(count).fill(watts);

describe('quirks of the reference', () => {
  const chargeMinutes = (rows: readonly DivertRow[]): number => rows.filter(({ stateCode }) => stateCode === 3).length;

  test('1: the minute after a start is not protected', () => {
    expect(chargeMinutes(minutes([0, 0, 2400, ...repeat(0, 20)]))).toBe(1);
    expect(chargeMinutes(minutes([0, 0, 2400, ...repeat(0, 20)], NO_REFERENCE_QUIRKS))).toBe(10);
  });

  test('2: the clock starts a minute late, 660 s instead of 600', () => {
    expect(chargeMinutes(minutes([0, 0, 2400, 2400, ...repeat(0, 20)]))).toBe(11);
    expect(chargeMinutes(minutes([0, 0, 2400, 2400, ...repeat(0, 20)], { ...REFERENCE_QUIRKS, tellsStateLate: false, losesChangeWhileTelling: false }))).toBe(10);
  });

  test('3: 32 A are never sent', () => {
    const day = [0, 0, 7440, 7680, 9600];
    expect(minutes(day).map(({ pilotA }) => pilotA)).toEqual([0, 0, 31, 31, 31]);
    expect(minutes(day, NO_REFERENCE_QUIRKS).map(({ pilotA }) => pilotA)).toEqual([0, 0, 31, 32, 32]);
  });

  test('4: a start right after a stop is not protected', () => {
    const day = [0, 0, ...repeat(2400, 12), 0, 2400, 2400, 2400, ...repeat(0, 20)];
    expect(chargeMinutes(minutes(day))).toBe(12 + 3);
    expect(chargeMinutes(minutes(day, { ...REFERENCE_QUIRKS, losesChangeWhileTelling: false }))).toBe(12 + 11);
  });

  test('4: a start two minutes after a stop is', () => {
    expect(chargeMinutes(minutes([0, 0, ...repeat(2400, 12), 0, 0, 2400, 2400, ...repeat(0, 20)]))).toBe(12 + 11);
  });
});

test('figures: durations of ended charges only, energy of a row over the time before it', () => {
  const rows = minutes([0, 0, 2400, 2400, ...repeat(0, 12), 2400, 2400]);
  expect(dayFiguresOf(rows)).toMatchObject({ samples: 18, charges: 2, min_charge_s: 660, max_charge_s: 660, total_charge_s: 660, state_changes: 3 });
  // 2 rows at 2400 W, 9 at the 10 A they are protected at, 2 at 2400 W again.
  expect(dayFiguresOf(rows).ev_kwh).toBeCloseTo((13 * 2400) / 60_000, 9);
  expect(dayFiguresOf(rows).from_solar_kwh).toBeCloseTo((4 * 2400) / 60_000, 9);
});

const HEADER = 'Date,Solar,Grid IE,Pilot,Charge Power,Min Charge Power,State,Smoothed Available\n';
/** First rows of data/openevse-divert/expected/day1__default.csv. */
const DAY1 = '16/03/2020 06:40:00,4,0,0,0,1440,254,0\n16/03/2020 06:41:00,5,0,0,0,1440,254,4.75106\n';
const DAY1_INPUT = '"Date-time string","solar:solar ()"\n2020-03-16T06:40:00+00:00,4\n2020-03-16T06:41:00+00:00,5';
const SUMMARY = 'dataset,profile,samples,total_solar_kwh,ev_kwh,charges\n';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'days-'));
  folders.push(folder);
  for (const [path, text] of Object.entries({ 'inputs/day1.csv': DAY1_INPUT, ...files })) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('the comparison', () => {
  const resultOf = (files: Readonly<Record<string, string>>): ReturnType<typeof runConformance> => runConformance('openevse-divert', folderWith(files));
  const linesOf = (files: Readonly<Record<string, string>>): readonly string[] => runConformance('openevse-divert', folderWith(files)).lines;

  test('equal rows and figures pass', () => {
    expect(linesOf({ 'expected/day1__default.csv': HEADER + DAY1, 'expected/summary.csv': `${SUMMARY}day1,default,2,0.00,0.0,0\n` })).toEqual([
      'pass day1__default: 2 rows, 0 with another Pilot or State, smoothed within 0.0000 W',
      '1 passed, 0 failed, 0 skipped',
    ]);
  });

  test('columns in another order, missing ends of rows and no summary', () => {
    const text = 'State,Date,Pilot,Smoothed Available\n254,16/03/2020 06:40:00,0,0\n254,16/03/2020 06:41:00,0\n';
    expect(linesOf({ 'expected/day1__default.csv': text }).at(-1)).toBe('1 passed, 0 failed, 0 skipped');
  });

  test.each([
    ['a smoothed value', DAY1.replace('4.75106', '4.77'), '1 rows with another Smoothed Available, first at line 3'],
    ['a voltage', DAY1.replaceAll('1440', '1494'), '2 rows with another Min Charge Power, first at line 2'],
    ['a date', DAY1.replace('06:41', '06:42'), '1 rows with another Date, first at line 3'],
    ['a row too many', `${DAY1}16/03/2020 06:42:00,5,0,0,0,1440,254,4.9\n`, '2 rows, expected 3'],
  ])('%s that differs fails', (_what, text, fault) => {
    expect(linesOf({ 'expected/day1__default.csv': HEADER + text })[0]).toContain(`FAIL day1__default: ${fault}`);
  });

  test('a figure of the summary that differs fails', () => {
    const lines = linesOf({ 'expected/day1__default.csv': HEADER + DAY1, 'expected/summary.csv': `${SUMMARY}day1,default,2,0.01,0.0,1\n` });
    expect(lines[0]).toContain('FAIL day1__default: total_solar_kwh 0.00, expected 0.01; charges 0, expected 1');
  });

  test('four samples may differ in Pilot or State over all runs, no more', () => {
    const wrong = HEADER + DAY1.replaceAll('254', '3');
    expect(linesOf({ 'expected/day1__default.csv': wrong, 'expected/day1__noimport.csv': HEADER + DAY1.replace('254', '3') })).toEqual(expect.arrayContaining([expect.stringMatching(/^pass day1__default: 2 rows, 2 with another/)]));
    const lines = linesOf({ 'expected/day1__default.csv': wrong, 'expected/day1__noimport.csv': wrong.replaceAll('4.75106', '0.'), 'expected/day1__nowaste.csv': wrong });
    expect(lines[2]).toContain('FAIL day1__nowaste: 2 samples with another Pilot or State, first at line 2: 0 A in state 254, expected 0 A in state 3');
  });

  test.each([
    ['no number', { 'expected/day1__default.csv': HEADER + DAY1.replace('254', 'asleep') }, { code: 'invalid-file', context: { file: 'day1__default.csv', line: 2, column: 'State', value: 'asleep', rule: 'a number' } }],
    ['no rows', { 'expected/day1__default.csv': HEADER }, { code: 'invalid-file', context: { file: 'day1__default.csv', line: 1, rule: 'a header and at least one row' } }],
    ['a row that ends too early', { 'expected/day1__default.csv': `${HEADER}16/03/2020 06:40:00,4,0` }, { code: 'invalid-file', context: { file: 'day1__default.csv', line: 2, column: 'Pilot', value: null, rule: 'a number' } }],
    ['no recording in the recording', { 'expected/day1__default.csv': HEADER + DAY1, 'inputs/day1.csv': 'PK' }, { code: 'invalid-file', context: { file: 'day1.csv', line: 1, rule: 'at least one row with a time and a power' } }],
    ['a figure that is no number', { 'expected/day1__default.csv': HEADER + DAY1, 'expected/summary.csv': `${SUMMARY}day1,default,2,many,0,0\n` }, { code: 'invalid-file', context: { file: 'summary.csv', line: 2, column: 'total_solar_kwh', value: 'many', rule: 'a number' } }],
  ])('%s: the file is named with its place, and counts as neither', (_what, files, failure) => {
    expect(resultOf(files)).toMatchObject({ passed: 0, failed: 0, unreadable: [failure] });
  });

  test('the other runs are judged all the same', () => {
    const files = { 'expected/day1__default.csv': HEADER, 'expected/day1__nowaste.csv': HEADER + DAY1 };
    expect(resultOf(files)).toMatchObject({ passed: 1, failed: 0, unreadable: [expect.anything()] });
  });

  test.each([
    ['no recording', { 'expected/day7__default.csv': HEADER + DAY1 }, 'FAIL day7__default: not found: inputs/day7.csv'],
    ['no expectation', { 'expected/day1__nowaste.csv': HEADER + DAY1, 'expected/summary.csv': `${SUMMARY}day1,default,2,0,0,0\n` }, 'FAIL day1__default: not found: expected/day1__default.csv'],
  ])('%s fails', (_what, files, line) => {
    expect(linesOf(files)[0]).toBe(line);
  });

  test('a profile whose parameters nobody knows is skipped, and says so', () => {
    expect(linesOf({ 'expected/day1__default.csv': HEADER + DAY1, 'expected/day1__mine.csv': HEADER + DAY1 })).toEqual([
      expect.stringMatching(/^pass/) as unknown,
      'skip day1__mine: the parameters of profile "mine" are not known (known: default, noimport, nowaste)',
      '1 passed, 0 failed, 1 skipped',
    ]);
  });

  test('a folder without runs, and a summary that is none, are refused by name', () => {
    const thrown = (code: string, context: object): unknown => expect.objectContaining({ code, context: expect.objectContaining(context) as unknown });
    expect(() => linesOf({})).toThrow(thrown('not-found', { file: 'expected/<dataset>__<profile>.csv' }));
    expect(() => linesOf({ 'expected/day1__default.csv': HEADER + DAY1, 'expected/summary.csv': 'a,b\n1,2\n' })).toThrow(thrown('invalid-file', { file: 'summary.csv', line: 2, column: 'dataset' }));
  });
});

const DIRECTORY = process.env['CHARGEBENCH_DIVERT_DAYS'] ?? '';
const hasDays = existsSync(join(DIRECTORY, 'expected'));
if (!hasDays) console.info('skipped: the recorded days are not at hand (set CHARGEBENCH_DIVERT_DAYS to their folder)');

test.skipIf(!hasDays)('every run is met sample for sample', () => {
  expect(runConformance('openevse-divert', DIRECTORY)).toMatchObject({ failed: 0, skipped: 0 });
});

/** README section 1, "What to demand": energy within 1 % and charges within one. A single short day differs by more than its 1 %. */
test.skipIf(!hasDays)('what is not physical makes little difference over all days', () => {
  const energyKwh = { quirky: 0, plain: 0 };
  for (const file of readdirSync(join(DIRECTORY, 'inputs')).filter((name) => !name.startsWith('shaper'))) {
    const day = readDay(readFileSync(join(DIRECTORY, 'inputs', file), 'utf8'), file);
    for (const parameters of Object.values(DIVERT_PROFILES)) {
      const [quirky, plain] = [dayFiguresOf(playDay(day, parameters, REFERENCE_QUIRKS)), dayFiguresOf(playDay(day, parameters, NO_REFERENCE_QUIRKS))];
      energyKwh.quirky += quirky.ev_kwh;
      energyKwh.plain += plain.ev_kwh;
      expect(Math.abs(quirky.charges - plain.charges)).toBeLessThanOrEqual(1);
    }
  }
  expect(Math.abs(energyKwh.plain / energyKwh.quirky - 1)).toBeLessThan(0.01);
});
