/**
 * Turns that need no step: in a played run most seconds are like the one before. A turn may stand for the next ones while
 * every message says what it said before, nothing is on its way, nothing moves in the balancer's memory, and all timers of
 * the rules have run out. What a step would have remembered of those turns is only how new its messages are.
 */
import type { DeviceId, PerPhase } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Evse, Meter, Site } from '../site/site.ts';
import type { BalancerState, EvseMemory, MeterMemory, StepResult } from '../balancing/state.ts';

export interface Rest {
  /** Whether the last result holds for this turn too. `readings`, `reports`: what has come since the last turn. */
  holds(timeMs: number, readings: readonly MeterReading[], reports: readonly EvseReport[]): boolean;
  /**
   * Before this time it holds for further turns at which these devices tell what they told last, and the others nothing; a
   * time in the past where it did not hold for the last turn.
   */
  holdsUntilMs(telling: ReadonlySet<DeviceId>): number;
  /** It held for so many more of them; the newest of what came with each. */
  held(turns: number, readings: readonly MeterReading[], reports: readonly EvseReport[]): void;
  /** The state as steps in all turns that were stood for would have left it; to be asked before a step, once. */
  caughtUp(state: BalancerState): BalancerState;
  /** A step was taken with these. */
  taken(timeMs: number, readings: readonly MeterReading[], reports: readonly EvseReport[], result: StepResult): void;
  /** Something else has changed: a wish, a signal, a link, who controls. */
  disturb(): void;
}

/** For what the plant does by itself, and turns that do not fall on a timer's end. */
const MARGIN_MS = 2000;
/** A reading or report this much later than its usual time is looked at by a step. */
const LATE_RATIO = 1.5;
/** Readings that raising looks back on, in periods of the meter. */
const LOOKS_BACK_PERIODS = 2.2;
/** A step is taken now and then all the same. */
const LONGEST_REST_MS = 60_000;

const NOBODY: ReadonlySet<DeviceId> = new Set();

/** null for a site that never rests: an offer that must be repeated, or a breaker whose heat counts. */
export function createRest(site: Site): Rest | null {
  if (site.policy.rideThroughS > 0 || site.evses.some(({ offerTtlMs }) => offerTtlMs !== undefined)) return null;
  const { meters, evses } = site;
  const meterIndex = new Map(meters.map(({ id }, index) => [id, index]));
  const evseIndex = new Map(evses.map(({ id }, index) => [id, index]));
  /** The newest of each device. */
  const readings = new Array<MeterReading | undefined>(meters.length).fill(undefined);
  const reports = new Array<EvseReport | undefined>(evses.length).fill(undefined);
  /** Per meter, live readings that no step has seen. */
  const unseenLive = meters.map(() => 0);
  let hasUnseen = false;
  /** When all timers will have run out, if nothing changes; null while something does. */
  let settledMs: number | null = null;
  /** It held for the last turn. */
  let isHolding = false;
  let takenMs = -Infinity;
  let before: StepResult | null = null;

  const isAsBefore = (timeMs: number, newReadings: readonly MeterReading[], newReports: readonly EvseReport[]): boolean => {
    for (let at = 0; at < newReadings.length; at += 1) {
      const reading = newReadings[at] as MeterReading;
      if (reading.timeMs > timeMs || !isSameReading(readings[meterIndex.get(reading.meterId) ?? -1], reading)) return false;
    }
    for (let at = 0; at < newReports.length; at += 1) {
      const report = newReports[at] as EvseReport;
      if (report.timeMs > timeMs || !isSameReport(reports[evseIndex.get(report.evseId) ?? -1], report)) return false;
    }
    return true;
  };

  const note = (newReadings: readonly MeterReading[], newReports: readonly EvseReport[]): void => {
    for (let at = 0; at < newReadings.length; at += 1) {
      const reading = newReadings[at] as MeterReading;
      const index = meterIndex.get(reading.meterId);
      if (index !== undefined) readings[index] = reading;
    }
    for (let at = 0; at < newReports.length; at += 1) {
      const report = newReports[at] as EvseReport;
      const index = evseIndex.get(report.evseId);
      if (index !== undefined) reports[index] = report;
    }
  };

  const noteUnseen = (newReadings: readonly MeterReading[], turns: number): void => {
    hasUnseen = true;
    for (let at = 0; at < newReadings.length; at += 1) {
      const { meterId, isLive } = newReadings[at] as MeterReading;
      const index = meterIndex.get(meterId);
      if (index !== undefined && isLive) unseenLive[index] = (unseenLive[index] ?? 0) + turns;
    }
  };

  /** Until when all that is known is no older than usual, those left out which tell all the time. */
  const freshUntilMs = (telling: ReadonlySet<DeviceId>): number => {
    let untilMs = Infinity;
    for (let index = 0; index < meters.length; index += 1) {
      const reading = readings[index];
      const meter = meters[index] as Meter;
      if (!telling.has(meter.id)) untilMs = Math.min(untilMs, reading === undefined ? -Infinity : reading.timeMs + usualAgeMs(meter));
    }
    for (let index = 0; index < evses.length; index += 1) {
      const report = reports[index];
      const evse = evses[index] as Evse;
      if (!telling.has(evse.id)) untilMs = Math.min(untilMs, report === undefined ? -Infinity : provenMs(report) + usualReportAgeMs(evse, report));
    }
    return untilMs;
  };

  const hold = (turns: number, newReadings: readonly MeterReading[], newReports: readonly EvseReport[]): void => {
    note(newReadings, newReports);
    noteUnseen(newReadings, turns);
  };

  const canHold = (timeMs: number, newReadings: readonly MeterReading[], newReports: readonly EvseReport[]): boolean => {
    if (settledMs === null || timeMs < settledMs || timeMs - takenMs >= LONGEST_REST_MS) return false;
    return isAsBefore(timeMs, newReadings, newReports) && timeMs <= freshUntilMs(NOBODY);
  };

  return {
    holds(timeMs, newReadings, newReports) {
      isHolding = canHold(timeMs, newReadings, newReports);
      if (isHolding) hold(1, newReadings, newReports);
      return isHolding;
    },
    holdsUntilMs: (telling) => (isHolding ? Math.min(takenMs + LONGEST_REST_MS, freshUntilMs(telling)) : -Infinity),
    held: hold,
    caughtUp(state) {
      if (!hasUnseen) return state;
      hasUnseen = false;
      const caughtUp: BalancerState = {
        features: state.features,
        rides: state.rides,
        contests: state.contests,
        startedMs: state.startedMs,
        meters: state.meters.map((memory, index) => meterAfter(memory, readings[index], unseenLive[index] ?? 0)),
        evses: state.evses.map((memory, index) => evseAfter(memory, reports[index])),
      };
      unseenLive.fill(0);
      return caughtUp;
    },
    taken(timeMs, newReadings, newReports, result) {
      const isStill = before !== null && isAsBefore(timeMs, newReadings, newReports) && isQuiet(result) && isSameAnswer(before, result) && isSameMemory(before.state, result.state);
      if (!isStill) settledMs = null;
      else settledMs ??= settlesMs(site, result.state, timeMs);
      note(newReadings, newReports);
      takenMs = timeMs;
      before = result;
    },
    disturb() {
      settledMs = null;
      isHolding = false;
    },
  };
}

/** What a meter's memory becomes by readings that say what the last one said: newer. */
function meterAfter(memory: MeterMemory, reading: MeterReading | undefined, liveCount: number): MeterMemory {
  const last = memory.recent[memory.recent.length - 1];
  if (reading === undefined || reading === memory.reading || last === undefined) return memory;
  // Every property by name: what is spread has a shape of its own, and the steps that follow would be slow.
  return {
    reading,
    liveCount: memory.liveCount + liveCount,
    otherA: memory.otherA,
    recent: [{ timeMs: reading.timeMs, highestA: last.highestA }],
    recentA: memory.recentA,
    repeated: memory.repeated,
    doubt: memory.doubt,
    contradiction: memory.contradiction,
    agreement: memory.agreement,
  };
}

function evseAfter(memory: EvseMemory, report: EvseReport | undefined): EvseMemory {
  if (report === undefined || report === memory.report) return memory;
  return {
    report,
    offerA: memory.offerA,
    offerMs: memory.offerMs,
    confirmedMs: memory.confirmedMs,
    lateOfferUntilMs: memory.lateOfferUntilMs,
    exposureA: memory.exposureA,
    draws: memory.draws,
    inferred: memory.inferred,
    drawsLess: memory.drawsLess,
    restartCount: memory.restartCount,
    phaseMask: memory.phaseMask,
    fewerSinceMs: memory.fewerSinceMs,
    connectedMs: memory.connectedMs,
    chargingMs: memory.chargingMs,
    pausedMs: memory.pausedMs,
    queue: memory.queue,
  };
}

/**
 * When every timer will have run out: what looks back on readings, or on what an EVSE drew, does so since `stillMs`, when the last of
 * them has changed anything; what waits twice for a device does so since the newest moment that its memory tells.
 */
function settlesMs({ evses, meters, policy }: Site, state: BalancerState, stillMs: number): number {
  const meterMs = Math.max(0, ...meters.map(({ periodMs, latencyMs }) => LOOKS_BACK_PERIODS * periodMs + latencyMs));
  const responseMs = Math.max(0, ...evses.map(({ responseTimeMs }) => responseTimeMs));
  const newestMs = Math.max(0, ...state.evses.map(({ offerMs, confirmedMs, connectedMs, chargingMs }) => Math.max(offerMs, confirmedMs ?? 0, connectedMs ?? 0, chargingMs ?? 0)));
  return Math.max(stillMs + policy.raiseHoldMs, stillMs + responseMs, newestMs + 2 * responseMs) + meterMs + MARGIN_MS;
}

const usualAgeMs = ({ periodMs, latencyMs }: Meter): number => LATE_RATIO * periodMs + latencyMs;
const usualReportAgeMs = ({ allowedAgeMs }: Evse, { state }: EvseReport): number => (state === 'charging' ? allowedAgeMs.charging : allowedAgeMs.idle) / 3;
/** While it charges, its measured current counts for no longer than its report does. */
const provenMs = ({ state, timeMs, measuredTimeMs }: EvseReport): number => (state === 'charging' && measuredTimeMs !== null ? Math.min(timeMs, measuredTimeMs) : timeMs);

/** Nothing is told, nothing is timed, nobody waits, and no mode or limit changes by itself. */
function isQuiet({ state, notices }: StepResult): boolean {
  return notices.length === 0 && state.features === null && state.rides === null && state.contests === null && state.meters.every(isTrusted) && state.evses.every(isSettled);
}

/** The recent readings all leave the same to be shared. */
function isTrusted({ doubt, contradiction, agreement, recent, recentA }: MeterMemory): boolean {
  return doubt === null && contradiction === null && agreement === null && recentA !== null && isSameTriple(recentA, recent[recent.length - 1]?.highestA ?? null);
}

function isSettled({ report, offerA, pausedMs, drawsLess, fewerSinceMs, inferred, queue }: EvseMemory): boolean {
  return report?.offeredCurrentA === offerA && pausedMs === null && drawsLess === null && fewerSinceMs === null && inferred === null && queue.turnMs === null && queue.idleMs === null;
}

/** Nothing has moved but the time of the newest messages. */
function isSameMemory(before: BalancerState, now: BalancerState): boolean {
  return (
    now.meters.every(({ otherA, recentA }, index) => {
      const known = before.meters[index];
      return known !== undefined && isSameTriple(known.otherA, otherA) && isSameTriple(known.recentA, recentA);
    }) && now.evses.every((memory, index) => isSameEvse(before.evses[index], memory))
  );
}

function isSameEvse(before: EvseMemory | undefined, now: EvseMemory): boolean {
  return (
    before !== undefined &&
    before.offerA === now.offerA &&
    before.offerMs === now.offerMs &&
    before.confirmedMs === now.confirmedMs &&
    before.exposureA === now.exposureA &&
    before.draws === now.draws &&
    before.phaseMask === now.phaseMask &&
    before.connectedMs === now.connectedMs &&
    before.chargingMs === now.chargingMs &&
    before.queue === now.queue
  );
}

/** The same currents for the same reasons. */
function isSameAnswer(before: StepResult, { setpoints }: StepResult): boolean {
  return setpoints.every((setpoint, index) => {
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
