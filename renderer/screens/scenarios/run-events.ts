import type { RunColumns } from '../../../core/runs/columns.ts';
import { columnOf, type PlayedRun } from '../../store/played-run.ts';
import { batteryChangeText, batteryName, loadChangeText, pvChangeText, type RunEventKind } from '../../words/run-events.ts';

/** Something that happened in a run, as flags tell it. */
export interface RunEvent {
  readonly timeS: number;
  readonly kind: RunEventKind;
  readonly text: string;
}

/** What is less than this, and less than this part of all that a power ever moved by, is no change to a reader. */
const LEAST_CHANGE_W = 500;
const LEAST_CHANGE_RATIO = 0.25;
/** An edge that takes so long (a cloud, an inverter) is one change. */
const SETTLES_IN_S = 20;
/** A change of the house so near to a marker of its load is that marker. */
const SAME_MOMENT_S = 2;

interface PowerChange {
  readonly timeS: number;
  readonly fromW: number;
  readonly toW: number;
}

/** Moments at which a power moved far enough to be told, with where it came to. */
export function powerChanges(timeS: Float64Array, powerW: Float32Array): readonly PowerChange[] {
  const leastW = Math.max(LEAST_CHANGE_W, LEAST_CHANGE_RATIO * spanOf(powerW));
  const found: PowerChange[] = [];
  let heldW = powerW[0] ?? 0;
  for (let row = 1; row < timeS.length; row += 1) {
    const nowW = powerW[row] ?? heldW;
    if (!(Math.abs(nowW - heldW) >= leastW)) continue;
    const settledRow = settledFrom(timeS, row);
    const settledW = powerW[settledRow] ?? nowW;
    // A short peak is told as what it was.
    const isPeak = Math.abs(settledW - heldW) < leastW;
    const toW = isPeak ? nowW : settledW;
    found.push({ timeS: timeS[row] ?? 0, fromW: heldW, toW });
    heldW = toW;
    if (!isPeak) row = settledRow;
  }
  return found;
}

function settledFrom(timeS: Float64Array, row: number): number {
  const untilS = (timeS[row] ?? 0) + SETTLES_IN_S;
  let last = row;
  while (last + 1 < timeS.length && (timeS[last + 1] ?? Infinity) <= untilS) last += 1;
  return last;
}

function spanOf(values: Float32Array): number {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high >= low ? high - low : 0;
}

/** The scenario's own markers, and what house, PV and batteries did by themselves, in order of time. */
export function runEvents({ result, columns }: PlayedRun): readonly RunEvent[] {
  const told = result.markers.map(({ timeS, kind, text }): RunEvent => ({ timeS, kind: kind === 'setting' ? 'signal' : kind, text }));
  const seen = [...houseEvents(columns, told), ...pvEvents(columns), ...batteryEvents(columns)];
  return [...told, ...seen].sort((a, b) => a.timeS - b.timeS);
}

function houseEvents(columns: RunColumns, told: readonly RunEvent[]): readonly RunEvent[] {
  const powerW = columnOf(columns, ({ kind }) => kind === 'house-power');
  if (powerW === undefined) return [];
  const loadTimesS = told.filter(({ kind }) => kind === 'load').map(({ timeS }) => timeS);
  return powerChanges(columns.timeS, powerW)
    .filter(({ timeS }) => !loadTimesS.some((toldS) => Math.abs(toldS - timeS) <= SAME_MOMENT_S))
    .map(({ timeS, fromW, toW }) => ({ timeS, kind: 'load', text: loadChangeText(fromW, toW) }));
}

function pvEvents(columns: RunColumns): readonly RunEvent[] {
  const powerW = columnOf(columns, ({ kind }) => kind === 'pv-power');
  return powerW === undefined ? [] : powerChanges(columns.timeS, powerW).map(({ timeS, fromW, toW }) => ({ timeS, kind: 'pv', text: pvChangeText(fromW, toW) }));
}

function batteryEvents({ timeS: timesS, columns }: RunColumns): readonly RunEvent[] {
  const batteries = columns.flatMap(({ column, values }) => (column.kind === 'battery-power' ? [{ id: column.batteryId, values }] : []));
  return batteries.flatMap(({ id, values }) => powerChanges(timesS, values).map(({ timeS, toW }): RunEvent => ({ timeS, kind: 'battery', text: batteryChangeText(batteryName(id, batteries.length), toW) })));
}
