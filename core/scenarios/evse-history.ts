/** What an EVSE reported over a run, as steps in time: each value holds until the next. */
import type { EvseId, PhaseIndex } from '../quantities.ts';
import { PHASES } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';

export interface ReportedStep {
  readonly timeMs: number;
  /** Per site phase; 0 where the EVSE told none. */
  readonly currentA: readonly [number, number, number];
  readonly offeredA: number | null;
  readonly isVehicleConnected: boolean;
}

export interface EvseHistory {
  readonly evseId: EvseId;
  readonly steps: readonly ReportedStep[];
  /** Of one phase at a moment; 0 before the first report. Moments may be asked for in any order. */
  currentAt(timeMs: number, phase: PhaseIndex): number;
}

/** `reports` in order of time, as often as they stood in frames. */
export function evseHistory(evseId: EvseId, reports: readonly EvseReport[]): EvseHistory {
  const steps: ReportedStep[] = [];
  for (const report of reports) {
    const timeMs = Math.max(0, Math.max(report.timeMs, report.measuredTimeMs ?? 0));
    const step: ReportedStep = { timeMs, currentA: currentsOf(report), offeredA: report.offeredCurrentA, isVehicleConnected: isConnected(report, steps.at(-1)) };
    const last = steps.at(-1);
    if (last?.timeMs === timeMs) steps[steps.length - 1] = step;
    else if (last === undefined || !isSame(last, step)) steps.push(step);
  }
  return {
    evseId,
    steps,
    currentAt: (timeMs, phase) => steps[stepAt(steps, timeMs)]?.currentA[phase] ?? 0,
  };
}

/** While it does not say, its state does; and while it says neither, what it said before. */
function isConnected({ isVehicleConnected, state }: EvseReport, before: ReportedStep | undefined): boolean {
  if (isVehicleConnected !== null) return isVehicleConnected;
  if (state === 'charging' || state === 'connected') return true;
  return state === 'idle' ? false : (before?.isVehicleConnected ?? false);
}

function currentsOf({ measuredCurrentA }: EvseReport): readonly [number, number, number] {
  const [l1, l2, l3] = PHASES.map((phase) => measuredCurrentA?.[phase] ?? 0);
  return [l1 ?? 0, l2 ?? 0, l3 ?? 0];
}

function isSame(a: ReportedStep, b: ReportedStep): boolean {
  return a.offeredA === b.offeredA && a.isVehicleConnected === b.isVehicleConnected && PHASES.every((phase) => a.currentA[phase] === b.currentA[phase]);
}

/** The newest at or before; -1 before the first. */
function stepAt(steps: readonly ReportedStep[], timeMs: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.timeMs ?? Infinity) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
