/**
 * Recorded days for the divert: PV, grid exchange and line voltage over time, in the forms of data/openevse-divert/README
 * section 1. Rows that cannot be read are skipped, as the reference does; a cell that a row does not reach keeps its last value.
 */
import { ChargebenchError } from '../../core/errors.ts';
import { cellsOf, readLines, separatorOf } from './table.ts';

/** One row of a recording; whole W and V. */
export interface DaySample {
  readonly timeS: number;
  readonly solarW: number;
  readonly gridW: number;
  readonly voltageV: number;
}

export interface RecordedDay {
  readonly samples: readonly DaySample[];
  /** What the feed tells: grid exchange where the recording has it. */
  readonly feed: 'solar' | 'grid';
}

type Role = 'time' | 'solar' | 'grid' | 'voltage';
type Columns = Readonly<Partial<Record<Role, number>>>;

const LINE_VOLTAGE_V = 240;
const HEADER_ROLES: readonly (readonly [Role, RegExp])[] = [
  ['grid', /grid|import|export/i],
  ['voltage', /volt|vrms/i],
  ['time', /^$|date|time/i],
  ['solar', /solar|pv|power|\bk?w\b/i],
];

/** `name` tells what the third column is where no header does: `…_grid_ie` grid exchange, `…vrms…` voltage. Throws `invalid-file` without any row. */
export function readDay(text: string, name: string): RecordedDay {
  const lines = readLines(text);
  const first = lines[0]?.text ?? '';
  const separator = separatorOf(first);
  const header = parseMoment(cellsOf(first, separator)[0] ?? '') === null ? cellsOf(first, separator) : null;
  const columns = columnsOf(header, name);
  const isKilowatts = header?.some((title) => /\bkW\b/i.test(title)) === true;
  const samples: DaySample[] = [];
  let last: DaySample = { timeS: 0, solarW: 0, gridW: 0, voltageV: LINE_VOLTAGE_V };
  for (const line of header === null ? lines : lines.slice(1)) {
    const sample = readSample(cellsOf(line.text, separator), columns, isKilowatts, last);
    if (sample === null) continue;
    samples.push(sample);
    last = sample;
  }
  if (samples.length === 0) throw new ChargebenchError('invalid-file', { line: 1, rule: 'at least one row with a time and a power' });
  return { samples, feed: columns.grid === undefined ? 'solar' : 'grid' };
}

/** Columns by their titles; where those do not say, time, solar and the third in this order. */
function columnsOf(header: readonly string[] | null, name: string): Columns {
  const found: Partial<Record<Role, number>> = {};
  for (const [index, title] of (header ?? []).entries()) {
    const role = HEADER_ROLES.find(([candidate, pattern]) => found[candidate] === undefined && pattern.test(title))?.[0];
    if (role !== undefined) found[role] = index;
  }
  if (found.time !== undefined && found.solar !== undefined) return found;
  const third: Columns = /grid/i.test(name) ? { grid: 2 } : /vrms|volt/i.test(name) ? { voltage: 2 } : {};
  return { time: 0, solar: 1, ...third };
}

function readSample(cells: readonly string[], columns: Columns, isKilowatts: boolean, last: DaySample): DaySample | null {
  const timeS = parseMoment(cellAt(cells, columns.time) ?? '');
  const solarW = readCell(cells, columns.solar, last.solarW, (cell) => parseWatts(cell, isKilowatts));
  const gridW = readCell(cells, columns.grid, last.gridW, (cell) => parseWatts(cell, isKilowatts));
  const voltageV = readCell(cells, columns.voltage, last.voltageV, parseWholePart);
  if (timeS === null || solarW === null || gridW === null || voltageV === null) return null;
  return { timeS, solarW, gridW, voltageV };
}

const cellAt = (cells: readonly string[], column: number | undefined): string | undefined => (column === undefined ? undefined : cells[column]);

function readCell(cells: readonly string[], column: number | undefined, held: number, parse: (cell: string) => number | null): number | null {
  const cell = cellAt(cells, column);
  return cell === undefined ? held : parse(cell);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i;

/** Whole watts, half away from zero; single precision, which is what the reference reads with. */
function parseWatts(cell: string, isKilowatts: boolean): number | null {
  const digits = NUMBER.exec(cell)?.[0];
  if (digits === undefined) return null;
  const read = Math.fround(Number(digits));
  const watts = isKilowatts ? Math.fround(read * 1000) : read;
  return Math.sign(watts) * Math.round(Math.abs(watts)) + 0;
}

function parseWholePart(cell: string): number | null {
  const digits = /^[+-]?\d+/.exec(cell)?.[0];
  return digits === undefined ? null : Number(digits);
}

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2}):(\d{1,2})/;
const DAY_FIRST = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{1,2}):(\d{1,2})/;
const TWELVE_HOURS = /^(\d{1,2}):(\d{1,2}) ?([AP])M/i;
const UNIX = /^\d{5,}(?:\.\d*)?$/;

/**
 * Whole seconds of a moment as it is written, whatever its zone; null for what is none. 12-hour times are of
 * 2020-01-01 (README section 1).
 */
export function parseMoment(text: string): number | null {
  if (UNIX.test(text)) return Math.floor(Number(text));
  const iso = ISO.exec(text);
  if (iso !== null) return secondsOf(iso[1], iso[2], iso[3], iso[4], iso[5], iso[6]);
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) return secondsOf(dayFirst[3], dayFirst[2], dayFirst[1], dayFirst[4], dayFirst[5], dayFirst[6]);
  const twelve = TWELVE_HOURS.exec(text);
  if (twelve === null) return null;
  const hour = (Number(twelve[1]) % 12) + (/p/i.test(twelve[3] ?? '') ? 12 : 0);
  return secondsOf('2020', '1', '1', String(hour), twelve[2], '0');
}

function secondsOf(...parts: readonly (string | undefined)[]): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
