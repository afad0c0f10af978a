/** Two columns of a CSV file as numbers. */
import { ChargebenchError } from '../../../core/errors.ts';
import type { RecordingSpec } from '../../../core/scenarios/plant-schema.ts';
import { dateReader, type TimeReader } from './csv-time.ts';
import { splitCsv, type CsvLine } from './csv-text.ts';

type Columns = Pick<RecordingSpec, 'file' | 'timeColumn' | 'valueColumn' | 'time' | 'decimal' | 'timeZone'>;

export interface ColumnData {
  /** Strictly ascending. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** What stands before the first time, rows that say that they have no value, and a last line that was cut. */
  readonly skippedRows: number;
}

/** What writes files calls a value that is not there. */
const NO_VALUE: ReadonlySet<string> = new Set(['', '-', 'nan', 'null', 'none', 'n/a', 'unknown', 'unavailable']);

/**
 * Throws `invalid-file`, naming file, path, rule and row: for a column that is not there, times that do not ascend, a time or
 * value that cannot be read, or no row at all. Nothing is left out that could be data.
 */
export function readColumns(text: string, columns: Columns): ColumnData {
  const { lines } = splitCsv(text);
  const timeAt = placeOf(columns.timeColumn, lines, columns.file);
  const valueAt = placeOf(columns.valueColumn, lines, columns.file);
  const timeOf = timeReader(columns);
  const timesMs: number[] = [];
  const values: number[] = [];
  for (const [index, { row, fields }] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const timeText = fields[timeAt] ?? '';
    const lastMs = timesMs.at(-1);
    const timeMs = timeOf(timeText, lastMs);
    if (timeMs === null) {
      if (lastMs === undefined || isLast) continue;
      throw refused(columns.file, 'no-time', { row, text: timeText });
    }
    const valueText = fields[valueAt] ?? '';
    const value = numberOf(valueText, columns.decimal);
    if (value === null) {
      if (NO_VALUE.has(valueText.toLowerCase()) || isLast) continue;
      throw refused(columns.file, 'no-number', { row, text: valueText });
    }
    if (lastMs !== undefined && timeMs <= lastMs) throw refused(columns.file, 'times-ascend', { row });
    timesMs.push(timeMs);
    values.push(value);
  }
  const skippedRows = lines.length - timesMs.length;
  if (timesMs.length === 0) throw refused(columns.file, 'no-data', { skippedRows });
  return { timesMs: Float64Array.from(timesMs), values: Float64Array.from(values), skippedRows };
}

function refused(file: string, rule: string, context: Readonly<Record<string, string | number>>): ChargebenchError {
  return new ChargebenchError('invalid-file', { file, path: 'rows', rule, ...context });
}

/** The headings need not stand in the first line. */
function placeOf(column: string | number, lines: readonly CsvLine[], file: string): number {
  const width = lines.reduce((most, { fields }) => Math.max(most, fields.length), 0);
  const place = typeof column === 'number' ? column : (lines.find(({ fields }) => fields.includes(column))?.fields.indexOf(column) ?? -1);
  if (place < 0 || place >= width) throw refused(file, 'unknown-column', { column, columns: lines[0]?.fields.join(' | ') ?? '' });
  return place;
}

/**
 * Spaces and apostrophes part thousands, and so does the sign that is not the decimal one where there is no doubt: 1.234,5 is
 * a number with a decimal comma, 1.234 is none: it may be meant for 1234 and for 1.234.
 */
function numberOf(text: string, decimal: RecordingSpec['decimal']): number | null {
  const parted = decimal === ',' ? /^[+-]?\d{1,3}(\.\d{3})+,\d+$/ : /^[+-]?\d{1,3}(,\d{3})+\.\d+$/;
  const whole = text.replaceAll(/(?<=\d)[ '\u00A0\u202F](?=\d{3}(\D|$))/g, '');
  const bare = parted.test(whole) ? whole.replaceAll(decimal === ',' ? '.' : ',', '') : whole;
  if (decimal === ',' && bare.includes('.')) return null;
  const plain = bare.replace(decimal, '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

function timeReader(columns: Columns): TimeReader {
  const { time, decimal } = columns;
  if (time === 'iso' || time === 'dmy') return dateReader(columns);
  return (text) => {
    const number = numberOf(text, decimal);
    return number === null ? null : number * (time === 's' ? 1000 : 1);
  };
}
