import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { houseLoadSchema, type RecordingSpec } from '../../../core/scenarios/plant-schema.ts';
import { failureOf, type Failure } from '../../../core/errors.ts';
import { createRandom } from '../random.ts';
import { readColumns } from './csv-columns.ts';
import { recordedCurve } from './recorded-curve.ts';

function specOf(changes: Readonly<Record<string, unknown>> = {}): RecordingSpec {
  const spec = houseLoadSchema.parse({ kind: 'recorded', circuit: 'main', file: 'day.csv', ...changes });
  if (spec.kind !== 'recorded') throw new Error('not recorded');
  return spec;
}

/** W of each second, asked only when the curve says that it may have changed. */
function secondsOf(text: string, changes: Readonly<Record<string, unknown>>, count: number, perUnitW = 1): number[] {
  const curve = recordedCurve(text, specOf(changes), perUnitW, 1000);
  let powerW = 0;
  let nextMs = 0;
  return Array.from({ length: count }, (_, second) => {
    if (second * 1000 >= nextMs) {
      powerW = curve.powerAt(second * 1000);
      nextMs = curve.nextMs;
    }
    return powerW;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const failureIn = (read: () => unknown): Failure | null => {
  try {
    read();
    return null;
  } catch (thrown) {
    return failureOf(thrown);
  }
};

describe('what a row says', () => {
  const text = 'time,power\n100,10\n104,30\n108,0\n';
  test.each([
    ['until-next', [10, 10, 10, 10, 30, 30, 30, 30, 0, 0, 0, 0, 0]],
    ['since-last', [30, 30, 30, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    // Means of a line through 10, 30 and 0.
    ['straight', [12.5, 17.5, 22.5, 27.5, 26.25, 18.75, 11.25, 3.75, 0, 0, 0, 0, 0]],
  ])('%s', (holds, expected) => {
    expect(secondsOf(text, { holds }, 13)).toEqual(expected);
  });

  test('rows within a second are a mean of it; rows between two seconds count for their part of each', () => {
    expect(secondsOf('t,p\n0,100\n250,0\n500,40\n1500,0\n2000,0\n', { time: 'ms' }, 3)).toEqual([0.25 * 100 + 0.5 * 40, 0.5 * 40, 0]);
  });

  test('nothing is made up in a gap, before the first row and behind the last', () => {
    expect(secondsOf('t,p\n0,10\n2,10\n4,10\n60,10\n62,10\n', {}, 70).map((powerW, second) => (powerW === 0 ? null : second)).filter((second) => second !== null)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 60, 61, 62, 63]);
    expect(sum(secondsOf('t,p\n0,10\n2,10\n4,10\n60,10\n62,10\n', { longestGapS: 2 }, 70))).toBe(100);
  });

  test('a run may begin later in the file', () => {
    expect(secondsOf('t,p\n0,1\n1,2\n2,3\n3,4\n', { skipS: 2 }, 3)).toEqual([3, 4, 0]);
  });
});

/** The energy of any stretch of whole seconds, computed row by row. */
function energyOf(times: readonly number[], powers: readonly number[], fromMs: number, untilMs: number): number {
  return sum(times.slice(0, -1).map((time, row) => Math.max(0, Math.min(times[row + 1] ?? 0, untilMs) - Math.max(time, fromMs)) * (powers[row] ?? 0))) / 1000;
}

test('whatever the rows, the energy of any whole seconds is that of the file', () => {
  const random = createRandom(7);
  for (let round = 0; round < 50; round += 1) {
    const times = [0];
    while (times.length < 200) times.push((times.at(-1) ?? 0) + 1 + Math.floor(random.next() * 3000));
    const powers = times.map(() => Math.round(random.next() * 8000) - 2000);
    const text = times.map((time, row) => `${time};${powers[row] ?? 0}`).join('\n');
    const count = Math.floor((times.at(-1) ?? 0) / 1000);
    const seconds = secondsOf(`t;p\n${text}`, { time: 'ms', longestGapS: 3600 }, count);
    const from = Math.floor(random.next() * count);
    const until = from + Math.floor(random.next() * (count - from));
    expect(sum(seconds.slice(from, until))).toBeCloseTo(energyOf(times, powers, from * 1000, until * 1000), 5);
  }
});

describe('columns and units', () => {
  test.each<[string, string, object, number[]]>([
    ['by heading, behind a byte order mark, semicolons and decimal commas', '\uFEFFzeit;haus;pv\n0;1,5;7\n1;2,5;7\n2;0;0\n', { timeColumn: 'zeit', valueColumn: 'haus', decimal: ',' }, [1.5, 2.5, 0]],
    ['by place, quoted headings', '"Unix timestamp", "Node SN2120051742:solar"\n1531024080, 4.0\n1531024081, 5.0\n', {}, [4, 5, 0]],
    ['ISO times with a zone', 't,p\n2020-03-16T06:40:00+01:00,4\n2020-03-16T05:40:01Z,5\n2020-03-16T05:40:02.000Z,6\n', { time: 'iso' }, [4, 5, 6]],
    ['ISO times without one', '"Date-time string", "solar:solar", "grid"\n2018-06-10 07:00:00, 167.0, 19\n2018-06-10 07:00:01, 170.0, 18\n', { time: 'iso', valueColumn: 'grid' }, [19, 18, 0]],
    ['a sign', 't,p\n0,4\n1,-5\n2,0\n', { sign: -1 }, [-4, 5, 0]],
  ])('%s', (_what, text, changes, expected) => {
    expect(secondsOf(text, changes as Readonly<Record<string, unknown>>, 3).map((powerW) => powerW + 0)).toEqual(expected);
  });

  test.each<[string, string, object, number[]]>([
    ['a comma in quotes is no separator', 'time,"power, kW"\n0,"1,5"\n1,"2,5"\n2,"0"\n', { valueColumn: 'power, kW', decimal: ',' }, [1.5, 2.5, 0]],
    ['quotes within quotes', 't,"the ""house""",p\n0,9,1\n1,9,2\n', { valueColumn: 'the "house"' }, [9, 9, 0]],
    ['a first line for spreadsheets', 'sep=;\nt;p\n0;1\n1;2\n', { valueColumn: 'p' }, [1, 2, 0]],
    ['lines before the headings', 'Exported by a portal\nMeter;12345\n\nt;l1;p\n0;8;1\n1;8;2\n', { timeColumn: 't', valueColumn: 'p' }, [1, 2, 0]],
    ['tabs, and Windows lines', 't\tp\r\n0\t1\r\n1\t2\r\n', {}, [1, 2, 0]],
    ['thousands', 't;p\n0;1.234,5\n1;1 234,5\n2;-2.345.678,0\n3;0\n', { decimal: ',' }, [1234.5, 1234.5, -2345678]],
    ['the day first', 'Zeit;p\n16.03.2020 06:40;1\n16.03.2020 06:40:01;2\n16/3/2020 6:40:02;3\n', { time: 'dmy' }, [1, 2, 3]],
    ['hours of a zone alone', 't,p\n2020-03-16T06:40:00+01,4\n2020-03-16T05:40:01Z,5\n', { time: 'iso' }, [4, 5, 0]],
  ])('%s', (_what, text, changes, expected) => {
    expect(secondsOf(text, changes as Readonly<Record<string, unknown>>, 3).map((powerW) => powerW + 0)).toEqual(expected);
  });

  test('what says that it is no value is counted and not guessed, and so is a last line that was cut', () => {
    const { values, skippedRows } = readColumns('t,p\n0,1\n1,\n2,nan\n3,unavailable\n\n4,4\nend', specOf());
    expect([...values]).toEqual([1, 4]);
    expect(skippedRows).toBe(5);
  });

  test.each<[string, string, object, object]>([
    ['a value that could be meant for something', 't,p\n0,1\n1,1.5.2\n2,3\n', {}, { rule: 'no-number', row: 3, text: '1.5.2' }],
    ['a thousand that may be a thousandth', 't;p\n0;1,5\n1;1.234\n2;1,5\n', { decimal: ',' }, { rule: 'no-number', row: 3, text: '1.234' }],
    ['a decimal comma where points were told', 't;p\n0;1,5\n1;2,5\n', {}, { rule: 'no-number', row: 2, text: '1,5' }],
    ['a time in the middle that is none', 't,p\n0,1\nsoon,2\n2,3\n', {}, { rule: 'no-time', row: 3, text: 'soon' }],
    ['a day that no month has', 't,p\n2020-02-28 00:00,1\n2020-02-30 00:00,2\n2020-03-01 00:00,3\n', { time: 'iso' }, { rule: 'no-time', row: 3 }],
  ])('%s is refused with its row', (_what, text, changes, context) => {
    expect(failureIn(() => readColumns(text, specOf(changes as Readonly<Record<string, unknown>>)))).toMatchObject({ code: 'invalid-file', context });
  });

  test.each<[string, string, object, object]>([
    ['a column that is not there', 't,p\n0,1\n', { valueColumn: 'q' }, { rule: 'unknown-column', column: 'q', file: 'day.csv' }],
    ['a time that goes back', 't,p\n0,1\n5,1\n4,1\n', {}, { rule: 'times-ascend', row: 4 }],
    ['no row at all', 't,p\n', {}, { rule: 'no-data' }],
  ])('%s is refused, naming it', (_what, text, changes, context) => {
    expect(failureIn(() => readColumns(text, specOf(changes as Readonly<Record<string, unknown>>)))).toMatchObject({ code: 'invalid-file', context });
  });
});

describe('clocks that change (Europe/Berlin: forward on 30 March 2025 at 02:00, back on 26 October at 03:00)', () => {
  const hours = (text: string, changes: Readonly<Record<string, unknown>>): readonly number[] => {
    const { timesMs } = readColumns(text, specOf({ time: 'iso', timeZone: 'Europe/Berlin', ...changes }));
    return [...timesMs].map((timeMs) => (timeMs - (timesMs[0] ?? 0)) / 3_600_000);
  };

  test('the hour that spring leaves out is no gap', () => {
    expect(hours('t,p\n2025-03-30 00:00,1\n2025-03-30 01:00,1\n2025-03-30 03:00,1\n2025-03-30 04:00,1\n', {})).toEqual([0, 1, 2, 3]);
  });

  test('the hour that comes twice in autumn is told twice', () => {
    const times = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map((clock) => `26.10.2025 ${clock};1\n`).join('');
    expect(hours(`t;p\n${times}`, { time: 'dmy' })).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  });

  test('without its zone it goes back, and is refused', () => {
    const text = 't,p\n2025-10-26 02:30,1\n2025-10-26 02:00,1\n';
    expect(failureIn(() => readColumns(text, specOf({ time: 'iso' })))).toMatchObject({ context: { rule: 'times-ascend', row: 3 } });
  });

  test('a time that names its own zone goes by that', () => {
    expect(hours('t,p\n2025-10-26T02:30:00+02:00,1\n2025-10-26T02:30:00+01:00,1\n', {})).toEqual([0, 1]);
  });
});

describe('energies', () => {
  test('of rows that tell what flowed since the last, kept to the watt-hour, beside a gap too', () => {
    const text = 't,e\n0,0\n900,0.5\n1800,0.25\n2700,0.25\n36000,2\n';
    const seconds = secondsOf(text, { unit: 'kWh', holds: 'since-last' }, 36_000, 1000);
    expect(seconds[10]).toBeCloseTo(2000, 9);
    expect(seconds[1000]).toBeCloseTo(1000, 9);
    expect(sum(seconds) / 3600).toBeCloseTo(3000, 6);
  });

  test('of rows that stand until the next', () => {
    const seconds = secondsOf('t,e\n0,100\n1800,50\n3600,0\n', { unit: 'Wh' }, 3600);
    expect([seconds[0], seconds[1799], seconds[1800]]).toEqual([200, 200, 100]);
  });
});

describe.skipIf(process.env['CHARGEBENCH_DATA_DAYS'] === undefined)('recorded days (CHARGEBENCH_DATA_DAYS names their folder)', () => {
  // data/openevse-divert/README.md section 1: kinds of time, intervals and peaks of each file.
  test.each<[string, object, number]>([
    ['almostperfect', {}, 2610],
    ['day1', { time: 'iso' }, 2994],
    ['day1_grid_ie', { time: 'iso', valueColumn: 2 }, 5075],
  ])('%s', (name, changes, peakW) => {
    const text = readFileSync(`${process.env['CHARGEBENCH_DATA_DAYS'] ?? ''}/${name}.csv`, 'utf8');
    const data = readColumns(text, specOf(changes as Readonly<Record<string, unknown>>));
    const spec = { ...changes, longestGapS: 100_000 } as Readonly<Record<string, unknown>>;
    const lengthS = ((data.timesMs.at(-1) ?? 0) - (data.timesMs[0] ?? 0)) / 1000;
    const seconds = secondsOf(text, spec, lengthS);
    const held = sum([...data.timesMs].slice(0, -1).map((time, row) => (((data.timesMs[row + 1] ?? 0) - time) / 1000) * (data.values[row] ?? 0)));
    expect(Math.round(Math.max(...data.values))).toBe(peakW);
    expect(sum(seconds)).toBeCloseTo(held, 3);
  });
});

if (process.env['CHARGEBENCH_DATA_DAYS'] === undefined) console.log('skipped: the recorded days are not at hand (set CHARGEBENCH_DATA_DAYS to their folder)');
