/**
 * Turns that need no step: in a played run most seconds are like the one before. A turn may stand for the next ones while
 * every message says what it said before, nothing is on its way, and all timers of the rules have run out. Every few turns
 * one is taken all the same, before anything could count as stale.
 */
import type { PerPhase } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Evse, Meter, Site } from '../site/site.ts';
import type { BalancerState, StepResult } from '../balancing/state.ts';

/** The newest messages of the turns that needed no step. */
export interface Unseen {
  readonly timeMs: number;
  readonly wallMs: number;
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
  /** What has come now says the same: one step may see all of it together. */
  readonly isUnchanged: boolean;
}

export interface Rest {
  /** Whether the last result holds for this turn too. `readings`, `reports`: what has come since the last turn. */
  holds(timeMs: number, wallMs: number, readings: readonly MeterReading[], reports: readonly EvseReport[]): boolean;
  /** What the step has to see before it is shown anything else: how long all was as it was. null when it has seen all. */
  unseen(): Unseen | null;
  /** A step was taken with these. */
  taken(timeMs: number, readings: readonly MeterReading[], reports: readonly EvseReport[], result: StepResult): void;
  /** Something else has changed: a wish, a signal, a link, who controls. */
  disturb(): void;
}

/** The longest that a phase takes to be learned, and a little more for what the plant does by itself. */
const LEARNING_MS = 15_000;
/** A reading or report this much later than its usual time is looked at by a step. */
const LATE_RATIO = 1.5;
/** Readings that raising looks back on, in periods of the meter. */
const LOOKS_BACK_PERIODS = 2.2;

/** null for a site that never rests: an offer that must be repeated, or a breaker whose heat counts. */
export function createRest(site: Site): Rest | null {
  if (site.policy.rideThroughS > 0 || site.evses.some(({ offerTtlMs }) => offerTtlMs !== undefined)) return null;
  const readings = new Map<string, MeterReading>();
  const reports = new Map<string, EvseReport>();
  const settleMs = settleTimeMs(site);
  const stepEveryMs = longestSkipMs(site);
  let stillSinceMs: number | null = null;
  let takenMs = -Infinity;
  let before: StepResult | null = null;
  const unseenReadings = new Map<string, MeterReading>();
  const unseenReports = new Map<string, EvseReport>();
  let unseenAt: { readonly timeMs: number; readonly wallMs: number } | null = null;
  let isUnchanged = false;
  /** Once older than this, something is late. */
  let lateMs = Infinity;

  const isAsBefore = (newReadings: readonly MeterReading[], newReports: readonly EvseReport[]): boolean => {
    for (const reading of newReadings) if (!isSameReading(readings.get(reading.meterId), reading)) return false;
    for (const report of newReports) if (!isSameReport(reports.get(report.evseId), report)) return false;
    return true;
  };

  const note = (newReadings: readonly MeterReading[], newReports: readonly EvseReport[]): void => {
    if (newReadings.length === 0 && newReports.length === 0) return;
    for (const reading of newReadings) readings.set(reading.meterId, reading);
    for (const report of newReports) reports.set(report.evseId, report);
    lateMs = Infinity;
    for (const meter of site.meters) lateMs = Math.min(lateMs, (readings.get(meter.id)?.timeMs ?? -Infinity) + usualAgeMs(meter));
    for (const evse of site.evses) {
      const report = reports.get(evse.id);
      lateMs = Math.min(lateMs, report === undefined ? -Infinity : report.timeMs + usualReportAgeMs(evse, report));
    }
  };

  return {
    holds(timeMs, wallMs, newReadings, newReports) {
      isUnchanged = stillSinceMs !== null && timeMs - stillSinceMs >= settleMs && isAsBefore(newReadings, newReports) && timeMs <= lateMs;
      if (!isUnchanged || timeMs - takenMs >= stepEveryMs) return false;
      note(newReadings, newReports);
      for (const reading of newReadings) unseenReadings.set(reading.meterId, reading);
      for (const report of newReports) unseenReports.set(report.evseId, report);
      if (newReadings.length > 0 || newReports.length > 0) unseenAt = { timeMs, wallMs };
      return true;
    },
    unseen: () => (unseenAt === null ? null : { ...unseenAt, readings: [...unseenReadings.values()], reports: [...unseenReports.values()], isUnchanged }),
    taken(timeMs, newReadings, newReports, result) {
      const isStill = isAsBefore(newReadings, newReports) && isQuiet(result) && isSameAnswer(before, result);
      if (!isStill) stillSinceMs = null;
      else stillSinceMs ??= timeMs;
      note(newReadings, newReports);
      takenMs = timeMs;
      before = result;
      if (unseenAt === null) return;
      unseenAt = null;
      unseenReadings.clear();
      unseenReports.clear();
    },
    disturb() {
      stillSinceMs = null;
      isUnchanged = false;
    },
  };
}

function settleTimeMs({ evses, meters, policy }: Site): number {
  const responseMs = Math.max(0, ...evses.map(({ responseTimeMs }) => 2 * responseTimeMs));
  const meterMs = Math.max(0, ...meters.map(({ periodMs, latencyMs }) => LOOKS_BACK_PERIODS * periodMs + latencyMs));
  return responseMs + meterMs + policy.raiseHoldMs + LEARNING_MS;
}

/** A gap as long as the allowed age would make a meter begin anew. */
function longestSkipMs({ evses, meters }: Site): number {
  const metersMs = meters.map(({ allowedAgeMs, periodMs }) => allowedAgeMs - periodMs);
  return Math.min(...metersMs, ...evses.map(({ allowedAgeMs }) => allowedAgeMs.charging / 2));
}

const usualAgeMs = ({ periodMs, latencyMs }: Meter): number => LATE_RATIO * periodMs + latencyMs;
const usualReportAgeMs = ({ allowedAgeMs }: Evse, { state }: EvseReport): number => (state === 'charging' ? allowedAgeMs.charging : allowedAgeMs.idle) / 3;

/** Nothing is told, nothing is timed, nobody waits, and no mode or limit changes by itself. */
function isQuiet({ state, notices }: StepResult): boolean {
  return notices.length === 0 && state.features === null && state.rides === null && state.contests === null && state.meters.every(isTrusted) && state.evses.every(isSettled);
}

const isTrusted = ({ doubt, contradiction, agreement }: BalancerState['meters'][number]): boolean => doubt === null && contradiction === null && agreement === null;

function isSettled({ report, offerA, pausedMs, drawsLess, fewerSinceMs, inferred, queue }: BalancerState['evses'][number]): boolean {
  return report?.offeredCurrentA === offerA && pausedMs === null && drawsLess === null && fewerSinceMs === null && inferred === null && queue.turnMs === null && queue.idleMs === null;
}

/** The same currents for the same reasons. */
function isSameAnswer(before: StepResult | null, { setpoints }: StepResult): boolean {
  return before !== null && setpoints.every((setpoint, index) => {
    const known = before.setpoints[index];
    return known?.offeredCurrentA === setpoint.offeredCurrentA && known.reason.kind === setpoint.reason.kind && !('remainingMs' in setpoint.reason);
  });
}

type Triple = PerPhase<number | null> | null;

const isSameTriple = (a: Triple, b: Triple): boolean => a === b || (a !== null && b !== null && a[0] === b[0] && a[1] === b[1] && a[2] === b[2]);

function isSameReading(before: MeterReading | undefined, now: MeterReading): boolean {
  return before !== undefined && before.isLive === now.isLive && isSameTriple(before.currentA, now.currentA) && isSameTriple(before.powerW, now.powerW) && isSameTriple(before.voltageV, now.voltageV);
}

function isSameReport(before: EvseReport | undefined, now: EvseReport): boolean {
  return (
    before !== undefined &&
    before.state === now.state &&
    before.isVehicleConnected === now.isVehicleConnected &&
    before.offeredCurrentA === now.offeredCurrentA &&
    isSameTriple(before.measuredCurrentA, now.measuredCurrentA) &&
    before.voltageV === now.voltageV &&
    before.restartCount === now.restartCount &&
    before.otherCommander === now.otherCommander
  );
}
