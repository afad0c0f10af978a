import type { Column, RunColumns } from '../../core/runs/columns.ts';
import type { RunResult } from '../../core/host-api/contract.ts';

export interface PlayedRun {
  readonly result: RunResult;
  readonly columns: RunColumns;
}

export const runKey = (scenarioId: string, controller: string): string => `${scenarioId}/${controller}`;

/** The last row holds until the end of the scenario. */
export function durationOf(run: PlayedRun): number {
  return Math.max(run.columns.timeS.at(-1) ?? 0, run.result.outcome.simulatedS);
}

/** Values of the first column that fits; undefined where the run has none. */
export function columnOf(columns: RunColumns, fits: (column: Column) => boolean): Float32Array | undefined {
  return columns.columns.find(({ column }) => fits(column))?.values;
}

/** Per row the largest of a circuit's phases; NaN where none has a value. */
export function worstPhaseA(columns: RunColumns, circuitId: string): Float32Array {
  const phases = columns.columns.filter(({ column }) => column.kind === 'circuit-current' && column.circuitId === circuitId);
  const [first, ...others] = phases.map(({ values }) => values);
  if (first === undefined) return new Float32Array(columns.timeS.length).fill(Number.NaN);
  const worst = first.slice();
  for (const values of others) {
    for (let row = 0; row < worst.length; row += 1) {
      const value = values[row] ?? Number.NaN;
      const held = worst[row] ?? Number.NaN;
      if (Number.isNaN(held) || value > held) worst[row] = value;
    }
  }
  return worst;
}

/** The row that held at a time: the last one at or before it, the first one before the start. */
export function rowAt(timeS: Float64Array, momentS: number): number {
  let low = 0;
  let high = timeS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((timeS[middle] ?? 0) <= momentS + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function valueAt(values: ArrayLike<number> | undefined, row: number): number | null {
  const value = values?.[row];
  return value === undefined || Number.isNaN(value) ? null : value;
}
