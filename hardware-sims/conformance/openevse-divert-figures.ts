/** Figures of a day under the divert: rows of `expected/` and the columns of its summary, counted as the data README section 1 says. */
import { ChargebenchError } from '../../core/errors.ts';
import { STATE } from '../firmware/openevse-controller.ts';
import { parseMoment } from './openevse-divert-day.ts';
import type { DivertRow } from './openevse-divert-reference.ts';
import { numberIn, readTable, type TableRow } from './table.ts';

/** Columns of a row that are compared; null where the file does not reach them. */
export interface ExpectedRow {
  readonly lineNumber: number;
  readonly timeS: number;
  readonly pilotA: number;
  readonly stateCode: number;
  readonly solarW: number | null;
  readonly gridW: number | null;
  readonly chargePowerW: number | null;
  readonly minChargePowerW: number | null;
  readonly smoothedW: number | null;
}

/** Throws `invalid-file` with line, column and rule. */
export function readExpected(text: string): readonly ExpectedRow[] {
  const rows = readTable(text).map((row) => ({
    lineNumber: row.lineNumber,
    timeS: momentIn(row, 'Date'),
    pilotA: numberIn(row, 'Pilot'),
    stateCode: numberIn(row, 'State'),
    solarW: numberOrNull(row, 'Solar'),
    gridW: numberOrNull(row, 'Grid IE'),
    chargePowerW: numberOrNull(row, 'Charge Power'),
    minChargePowerW: numberOrNull(row, 'Min Charge Power'),
    smoothedW: numberOrNull(row, 'Smoothed Available'),
  }));
  if (rows.length === 0) throw new ChargebenchError('invalid-file', { line: 1, rule: 'a header and at least one row' });
  return rows;
}

function momentIn({ cells, lineNumber }: TableRow, column: string): number {
  const timeS = parseMoment(cells[column] ?? '');
  if (timeS === null) throw new ChargebenchError('invalid-file', { line: lineNumber, column, value: cells[column] ?? null, rule: 'dd/mm/yyyy HH:MM:SS' });
  return timeS;
}

function numberOrNull(row: TableRow, column: string): number | null {
  const text = row.cells[column];
  return text === undefined || text === '' ? null : numberIn(row, column);
}

const FIGURES = {
  samples: 0,
  total_solar_kwh: 2,
  ev_kwh: 2,
  from_solar_kwh: 2,
  from_grid_kwh: 2,
  charges: 0,
  min_charge_s: 0,
  max_charge_s: 0,
  total_charge_s: 0,
  state_changes: 0,
  pilot_changes: 0,
} as const;

type FigureName = keyof typeof FIGURES;
export type DayFigures = Readonly<Record<FigureName, number>>;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/** Equal to as many places as the summary has; half a unit of the last either way, for how it was rounded. */
export function isEqualFigure(name: FigureName, expected: number, found: number): boolean {
  return Math.abs(expected - found) <= 0.5 * 10 ** -FIGURES[name] * (FIGURES[name] === 0 ? 0 : 1) + 1e-6;
}

/** kWh are rectangles of a row's power since the row before; durations run from the first charging row to the first that is not. */
export function dayFiguresOf(rows: readonly DivertRow[]): DayFigures {
  const energy = { solar: 0, vehicle: 0, fromSolar: 0 };
  const changes = { charges: 0, states: 0, pilots: 0 };
  const durationsS: number[] = [];
  let startS: number | null = null;
  for (const [index, row] of rows.entries()) {
    const previous = rows[index - 1];
    const wasCharging = previous?.stateCode === STATE.charging;
    const isCharging = row.stateCode === STATE.charging;
    const kilowattHours = previous === undefined ? 0 : (row.timeS - previous.timeS) / 3_600_000;
    energy.solar += row.solarW * kilowattHours;
    energy.vehicle += row.chargePowerW * kilowattHours;
    energy.fromSolar += Math.min(row.solarW, row.chargePowerW) * kilowattHours;
    if (isCharging && !wasCharging) {
      changes.charges += 1;
      startS = row.timeS;
    } else if (!isCharging && startS !== null) {
      durationsS.push(row.timeS - startS);
      startS = null;
    }
    if (previous !== undefined && previous.stateCode !== row.stateCode) changes.states += 1;
    if (previous !== undefined && previous.pilotA !== row.pilotA) changes.pilots += 1;
  }
  return {
    samples: rows.length,
    total_solar_kwh: energy.solar,
    ev_kwh: energy.vehicle,
    from_solar_kwh: energy.fromSolar,
    from_grid_kwh: energy.vehicle - energy.fromSolar,
    charges: changes.charges,
    min_charge_s: durationsS.length === 0 ? 0 : Math.min(...durationsS),
    max_charge_s: Math.max(0, ...durationsS),
    total_charge_s: durationsS.reduce((sum, duration) => sum + duration, 0),
    state_changes: changes.states,
    pilot_changes: changes.pilots,
  };
}

export interface DaySummary {
  readonly name: string;
  readonly row: TableRow;
}

/** `summary.csv`, by run: `<dataset>__<profile>`. Figures are read when their run is compared, so that a broken one fails its own run. */
export function readDaySummaries(text: string): readonly DaySummary[] {
  return readTable(text).map((row) => {
    const { dataset, profile } = row.cells;
    if (dataset === undefined || dataset === '' || profile === undefined || profile === '') {
      throw new ChargebenchError('invalid-file', { line: row.lineNumber, column: dataset === undefined || dataset === '' ? 'dataset' : 'profile', rule: 'a name' });
    }
    return { name: `${dataset}__${profile}`, row };
  });
}

/** What differs between the summary and what was found, in words; figures that the summary lacks are not compared. */
export function compareDayFigures(row: TableRow, found: DayFigures): readonly string[] {
  return FIGURE_NAMES.flatMap((name) => {
    const expected = numberOrNull(row, name);
    if (expected === null || isEqualFigure(name, expected, found[name])) return [];
    return [`${name} ${found[name].toFixed(FIGURES[name])}, expected ${String(expected)}`];
  });
}
