/** Two columns of a CSV file as numbers. Rows that are no data (headings, empty or cut lines) are left out and counted. */
import { ChargebenchError } from '../../../core/errors.ts';
import type { RecordingSpec } from '../../../core/scenarios/plant-schema.ts';

type Columns = Pick<RecordingSpec, 'file' | 'timeColumn' | 'valueColumn' | 'time' | 'decimal'>;

export interface ColumnData {
  /** Strictly ascending. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly skippedRows: number;
}

/** Throws `invalid-file`, naming file, path and rule, for a column that is not there, times that do not ascend, or no row at all. */
export function readColumns(text: string, columns: Columns): ColumnData {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const separator = separatorOf(lines);
  const [head = ''] = lines;
  const headings = fieldsOf(head, separator);
  const timeAt = placeOf(columns.timeColumn, headings, columns.file);
  const valueAt = placeOf(columns.valueColumn, headings, columns.file);
  const timesMs: number[] = [];
  const values: number[] = [];
  let skippedRows = 0;
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const fields = fieldsOf(line, separator);
    const timeMs = timeOf(fields[timeAt] ?? '', columns);
    const value = numberOf(fields[valueAt] ?? '', columns.decimal);
    if (timeMs === null || value === null) {
      skippedRows += 1;
      return;
    }
    const lastMs = timesMs.at(-1);
    if (lastMs !== undefined && timeMs <= lastMs) throw refused(columns.file, 'times-ascend', { row: index + 1 });
    timesMs.push(timeMs);
    values.push(value);
  });
  if (timesMs.length === 0) throw refused(columns.file, 'no-data', { skippedRows });
  return { timesMs: Float64Array.from(timesMs), values: Float64Array.from(values), skippedRows };
}

function refused(file: string, rule: string, context: Readonly<Record<string, string | number>>): ChargebenchError {
  return new ChargebenchError('invalid-file', { file, path: 'rows', rule, ...context });
}

/** The first of these that the first data line has: a decimal comma never separates where there is anything else. */
function separatorOf(lines: readonly string[]): string {
  const sample = lines.find((line, index) => index > 0 && line.trim() !== '') ?? lines[0] ?? '';
  return [';', '\t', ','].find((separator) => sample.includes(separator)) ?? ',';
}

const fieldsOf = (line: string, separator: string): readonly string[] => line.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));

function placeOf(column: string | number, headings: readonly string[], file: string): number {
  const place = typeof column === 'number' ? column : headings.indexOf(column);
  if (place < 0 || place >= headings.length) throw refused(file, 'unknown-column', { column, columns: headings.join(' | ') });
  return place;
}

function numberOf(text: string, decimal: RecordingSpec['decimal']): number | null {
  const plain = decimal === ',' ? text.replace(',', '.') : text;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

function timeOf(text: string, { time, decimal }: Columns): number | null {
  if (time === 'iso') return isoMs(text);
  const number = numberOf(text, decimal);
  return number === null ? null : number * (time === 's' ? 1000 : 1);
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?\s?(Z|[+-]\d\d:?\d\d)?$/;

/** A time without zone is taken as UTC: only differences matter, and a machine's own zone must not. */
function isoMs(text: string): number | null {
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '0', zone = 'Z'] = parts;
  const utcMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) + Number(second) * 1000;
  return utcMs - zoneMs(zone);
}

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
