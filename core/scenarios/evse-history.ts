/** What an EVSE reported over a run, as steps in time: each value holds until the next. */
import { perPhase, PHASES, type EvseId, type PerPhase, type PhaseIndex } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';

export interface ReportedStep {
  readonly timeMs: number;
  /** When it was last told to be still so. */
  readonly lastMs: number;
  /** Per site phase; 0 where the EVSE told none, and while it does not charge. */
  readonly currentA: PerPhase<number>;
  readonly offeredA: number | null;
  readonly isVehicleConnected: boolean;
}

export interface EvseHistory {
  readonly evseId: EvseId;
  readonly steps: readonly ReportedStep[];
  /** Site phases whose current it ever told. */
  readonly toldPhases: readonly PhaseIndex[];
  /** Of one phase at a moment; 0 before the first report. Moments may be asked for in any order. */
  currentAt(timeMs: number, phase: PhaseIndex): number;
  /** False while it stops: its state is told before the current ends, its last current long after. */
  isKnownAt(timeMs: number): boolean;
}

/** From the pilot's end to the open contactor: a vehicle has 3 s to stop by itself (SAE J1772, IEC 61851-1), its EVSE a little more to report. */
const OPENS_MS = 5000;
const NO_CURRENT: PerPhase<number> = [0, 0, 0];

interface Stop {
  readonly timeMs: number;
  readonly untilMs: number;
}

/** `reports` in order of time, as often as they stood in frames. */
export function evseHistory(evseId: EvseId, reports: readonly EvseReport[]): EvseHistory {
  const steps: ReportedStep[] = [];
  const stops: Stop[] = [];
  let isCharging = false;
  let opensMs = Infinity;
  for (const report of reports) {
    const timeMs = Math.max(0, Math.max(report.timeMs, report.measuredTimeMs ?? 0));
    const last = steps.at(-1);
    const mayFlow = report.state === null || report.state === 'charging';
    if (isCharging && !mayFlow && last !== undefined) {
      opensMs = timeMs + OPENS_MS;
      stops.push({ timeMs: last.lastMs, untilMs: opensMs });
    }
    isCharging = mayFlow;
    if (mayFlow) opensMs = Infinity;
    else if (opensMs <= timeMs && last !== undefined) {
      add(steps, { ...last, timeMs: opensMs, lastMs: opensMs, currentA: NO_CURRENT });
      opensMs = Infinity;
    }
    const currentA = mayFlow ? currentsOf(report) : opensMs === Infinity ? NO_CURRENT : (last?.currentA ?? NO_CURRENT);
    add(steps, { timeMs, lastMs: timeMs, currentA, offeredA: report.offeredCurrentA, isVehicleConnected: isConnected(report, last) });
  }
  return {
    evseId,
    steps,
    toldPhases: PHASES.filter((phase) => reports.some(({ measuredCurrentA }) => (measuredCurrentA?.[phase] ?? null) !== null)),
    currentAt: (timeMs, phase) => steps[lastAt(steps, timeMs)]?.currentA[phase] ?? 0,
    isKnownAt: (timeMs) => (stops[lastAt(stops, timeMs)]?.untilMs ?? -Infinity) < timeMs,
  };
}

function add(steps: ReportedStep[], step: ReportedStep): void {
  const last = steps.at(-1);
  if (last?.timeMs === step.timeMs) steps[steps.length - 1] = step;
  else if (last === undefined || !isSame(last, step)) steps.push(step);
  else steps[steps.length - 1] = { ...last, lastMs: step.timeMs };
}

/** The same history with other currents: what each step's are in truth. */
export function withCurrents(history: EvseHistory, currentOf: (step: ReportedStep) => PerPhase<number>): EvseHistory {
  const steps = history.steps.map((step) => ({ ...step, currentA: currentOf(step) }));
  return { ...history, steps, currentAt: (timeMs, phase) => steps[lastAt(steps, timeMs)]?.currentA[phase] ?? 0 };
}

/** What its ammeter shows, whatever conductors it is told for. */
export const ammeterA = ({ currentA }: Pick<ReportedStep, 'currentA'>): number => Math.max(...currentA);

/** Index of the newest at or before a moment, of what stands in order of time; -1 before the first. */
export function lastAt(items: readonly { readonly timeMs: number }[], timeMs: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.timeMs ?? Infinity) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** While it does not say, its state does; and while it says neither, what it said before. */
function isConnected({ isVehicleConnected, state }: EvseReport, before: ReportedStep | undefined): boolean {
  if (isVehicleConnected !== null) return isVehicleConnected;
  if (state === 'charging' || state === 'connected') return true;
  return state === 'idle' ? false : (before?.isVehicleConnected ?? false);
}

const currentsOf = ({ measuredCurrentA }: EvseReport): PerPhase<number> => perPhase((phase) => measuredCurrentA?.[phase] ?? 0);

function isSame(a: ReportedStep, b: ReportedStep): boolean {
  return a.offeredA === b.offeredA && a.isVehicleConnected === b.isVehicleConnected && PHASES.every((phase) => a.currentA[phase] === b.currentA[phase]);
}
