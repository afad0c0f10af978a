import { describe, expect, it } from 'vitest';
import { columnPlace, columnValue, guessedMapping, tableOf } from './recording-text.ts';

describe('the first lines of a recording', () => {
  it('are columns by their headings, or by their numbers where there are none', () => {
    expect(tableOf('\uFEFF"time";"power"\n0;1,5\n').columns).toEqual(['time', 'power']);
    expect(tableOf('0,1\n1,2\n')).toEqual({ columns: ['column 1', 'column 2'], hasHeadings: false, rows: [['0', '1'], ['1', '2']] });
    expect(tableOf('2024-01-01 00:00\t5\n').hasHeadings).toBe(false);
  });

  it('name a column by a heading that stands there once, and find it again', () => {
    const table = tableOf('t,power,power\n0,1,2\n');
    expect([0, 1, 2].map((index) => columnValue(table, index))).toEqual(['t', 1, 2]);
    expect(['t', 'power', 2, 3, 'none'].map((column) => columnPlace(table, column))).toEqual([0, 1, 2, -1, -1]);
  });
});

// Headings and first rows as the exports of several meters write them.
describe('the likely meaning of a file', () => {
  it.each<[string, string, object]>([
    ['seconds and watts', 'time,power\n0,350\n', { timeColumn: 'time', valueColumn: 'power' }],
    ['milliseconds since 1970', 'ts,W\n1704067200000,350\n', { timeColumn: 'ts', valueColumn: 'W', time: 'ms' }],
    ['dates, semicolons, decimal commas, kW', 'name;Zeit;Haus kW\nx;2024-01-01 00:00:00;1,5\n', { timeColumn: 'Zeit', valueColumn: 'Haus kW', time: 'iso', unit: 'kW', decimal: ',' }],
    ['days first and energies', 'Datum;Verbrauch (kWh)\n31.12.2024 18:00;0,25\n', { time: 'dmy', unit: 'kWh', decimal: ',' }],
    ['currents', 't,L1 current\n0,12.5\n', { valueColumn: 'L1 current', unit: 'A' }],
    ['no headings', '0,350\n1,360\n', { timeColumn: 0, valueColumn: 1 }],
  ])('%s', (_what, text, expected) => {
    expect(guessedMapping(text)).toMatchObject(expected);
  });
});
