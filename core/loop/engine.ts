/**
 * One turn of control without any I/O: what came in, the step, what goes out. The live loop puts drivers around it, a
 * simulation puts its values straight in; both therefore decide alike.
 */
import { endWishes, type ModeWish } from '../balancing/features/charge-mode.ts';
import { enterDivert } from '../balancing/features/divert.ts';
import type { Signals } from '../balancing/features/feature.ts';
import { NO_WISHES, type BalancerState, type Wishes } from '../balancing/state.ts';
import { step } from '../balancing/step.ts';
import type { Notice, NoticeCode, Setpoint } from '../balancing/setpoint.ts';
import { BUNDLED_METERS } from '../devices/list-meters.ts';
import type { MeterDescriptions } from '../devices/meter-description-schema.ts';
import { withUncertainties } from '../devices/meter-uncertainty.ts';
import type { Failure } from '../errors.ts';
import type { Curves } from '../protection/curve-schema.ts';
import { BUNDLED_CURVES } from '../protection/list-curves.ts';
import type { DeviceId, EvseId, MeterId } from '../quantities.ts';
import type { Frame } from '../runs/frame.ts';
import type { EvseReport, MeterReading, Offer } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import { createBreakerHeat } from './breaker-heat.ts';
import { createModeWatch } from './held-modes.ts';
import { keptOf, NOTHING_KEPT, stateWith, type KeptMemory } from './kept-memory.ts';
import { createRest } from './rest.ts';
import { confirmationsOf, decreasesFirst, failureNotices, isDue, laterBy, type Sent } from './sent-offers.ts';
import { withSignal, type Signal } from './signals.ts';
import { createUnplugWatch } from './unplug-watch.ts';
import { wishesFor, withoutDoubles } from './wishes.ts';

/** At least one turn in this time, whether something came in or not. */
export const TURN_PERIOD_MS = 1000;
/** A gap of more than three periods, or clocks that disagree by more than this, make everything known too old to use. */
const LONGEST_GAP_MS = 3 * TURN_PERIOD_MS;
const CLOCK_DISAGREEMENT_MS = 2000;

export interface Turn {
  readonly frame: Frame;
  /** Offers to send now, decreases first. */
  readonly offers: readonly Offer[];
}

export interface LoopEngine {
  acceptReading(reading: MeterReading): void;
  acceptReport(report: EvseReport): void;
  /** An offer did not reach its device. */
  offerFailed(evseId: EvseId, failure: Failure): void;
  /** The link was away and is back: whatever was sent may not have arrived. */
  linkRestored(): void;
  /** False: look and decide, but ask nothing of any device. */
  setControlling(isControlling: boolean): void;
  setWishes(wishes: Wishes): void;
  /** Those that still hold: a wish whose end has come is gone after the turn that gave its notice. */
  wishes(): Wishes;
  /** `timeMs`: monotonic time at which it was so. */
  acceptSignal(signal: Signal, timeMs: number): void;
  /** What is worth keeping over a restart of the program. */
  kept(): KeptMemory;
  turn(timeMs: number, wallMs: number): Turn;
  /**
   * Before this time turns may be left out at which these devices tell what they told last and the others nothing: the last one stands
   * for them. A time in the past where it stands for none.
   */
  standsUntilMs(telling: ReadonlySet<DeviceId>): number;
  /** So many were left out, the last of them at this time; the newest of what came with them has been accepted. */
  leaveOut(turns: number, timeMs: number, wallMs: number): void;
}

type DecidedFrame = Frame & Required<Pick<Frame, 'modes'>>;

/** What is known of meter models and breakers: what comes with the program where nothing is named. */
export interface DeviceKnowledge {
  readonly meterModels?: MeterDescriptions;
  readonly curves?: Curves;
}

/** `mayRest`: a turn in which nothing has changed may stand for the next ones (rest.ts); for played runs. */
export interface EngineOptions extends DeviceKnowledge {
  readonly mayRest?: boolean;
}

/** `kept`: what an earlier life of the program has kept of this site. */
export function createLoopEngine(given: Site, kept: KeptMemory = NOTHING_KEPT, { meterModels = BUNDLED_METERS, curves = BUNDLED_CURVES, mayRest = false }: EngineOptions = {}): LoopEngine {
  const site = withUncertainties(given, meterModels);
  const heat = createBreakerHeat(site, curves);
  const rest = mayRest ? createRest(site) : null;
  let lastFrame: DecidedFrame | null = null;
  let state: BalancerState = stateWith(site, kept, null);
  let wishes: Wishes = NO_WISHES;
  let signals: Signals | null = null;
  const unplugged = createUnplugWatch();
  const modesNow = createModeWatch(site);
  let isControlling = false;
  let last: { readonly timeMs: number; readonly wallMs: number } | null = null;
  let freshReadings: MeterReading[] = [];
  let freshReports: EvseReport[] = [];
  const readings = new Map<MeterId, MeterReading>();
  const reports = new Map<EvseId, EvseReport>();
  const sent = new Map<EvseId, Sent>();
  const ttls = new Map(site.evses.map(({ id, offerTtlMs }) => [id, offerTtlMs]));

  /** Control begins: what was merely watched is a start like any other (rule 12), with what is known now. */
  const startAnew = (): void => {
    state = stateWith(site, keptOf(state), state);
    sent.clear();
    freshReadings = [...readings.values()];
    freshReports = [...reports.values()];
  };

  const isGap = (timeMs: number, wallMs: number): boolean => {
    if (last === null) return false;
    const elapsedMs = timeMs - last.timeMs;
    return elapsedMs > LONGEST_GAP_MS || Math.abs(wallMs - last.wallMs - elapsedMs) > CLOCK_DISAGREEMENT_MS;
  };

  /** After a jump in time nothing from before it counts, except what arrived with this very turn. */
  const forget = (): void => {
    sent.clear();
    readings.clear();
    reports.clear();
    for (const reading of freshReadings) readings.set(reading.meterId, reading);
    for (const report of freshReports) reports.set(report.evseId, report);
  };

  const endModes = (gone: readonly EvseId[], wallMs: number): readonly Notice[] => {
    if (wishes.modes.length === 0) return [];
    const { wishes: modes, ended } = endWishes(site, wishes.modes, gone, wallMs);
    const isSame = modes.length === wishes.modes.length && modes.every((wish, index) => wish === wishes.modes[index]);
    if (!isSame) wishes = wishesFor({ ...wishes, modes: withoutDoubles(modes) }, wishes);
    return ended.map(endedNotice);
  };

  /** A limit is shown to the step once more after its end: its notice comes from there. */
  const endLimits = (wallMs: number): void => {
    const limits = wishes.limits.filter(({ untilWallMs }) => untilWallMs === null || wallMs < untilWallMs);
    if (limits.length !== wishes.limits.length) wishes = wishesFor({ ...wishes, limits }, wishes);
  };

  const offersFor = (setpoints: readonly Setpoint[], timeMs: number): readonly Offer[] => {
    if (!isControlling) return [];
    const offers: Offer[] = [];
    for (const { evseId, offeredCurrentA, reason } of setpoints) {
      // Left to whoever else sets it; what a circuit or a person demands has another reason, and is asked for.
      if (reason.kind === 'contested') continue;
      const report = reports.get(evseId);
      if (!isDue(report, sent.get(evseId), offeredCurrentA, timeMs, ttls.get(evseId))) continue;
      offers.push({ evseId, currentA: offeredCurrentA });
    }
    return decreasesFirst(offers, reports);
  };

  const noteSent = (offers: readonly Offer[], timeMs: number): void => {
    for (const { evseId, currentA } of offers) {
      const before = sent.get(evseId);
      const report = reports.get(evseId);
      // A mere refresh is no attempt that has failed before.
      const isRefresh = before?.failure === null && report?.offeredCurrentA === currentA;
      const attempts = before?.currentA === currentA && !isRefresh ? before.attempts + 1 : 1;
      sent.set(evseId, { currentA, timeMs, attempts, restartCount: report?.restartCount ?? 0, failure: null });
    }
  };

  /** What was decided stands; what was told since is shown. */
  const standing = (frame: DecidedFrame, timeMs: number, wallMs: number): DecidedFrame => {
    const isNewReading = freshReadings.length > 0;
    const isNewReport = freshReports.length > 0;
    if (isNewReading) freshReadings = [];
    if (isNewReport) freshReports = [];
    return {
      timeMs,
      wallMs,
      readings: isNewReading ? [...readings.values()] : frame.readings,
      reports: isNewReport ? [...reports.values()] : frame.reports,
      setpoints: frame.setpoints,
      confirmations: laterBy(timeMs - frame.timeMs, frame.confirmations),
      circuits: frame.circuits,
      notices: frame.notices,
      modes: frame.modes,
    };
  };

  return {
    acceptReading(reading) {
      freshReadings.push(reading);
      heat?.accept(reading);
      readings.set(reading.meterId, reading);
    },
    acceptReport(report) {
      freshReports.push(report);
      reports.set(report.evseId, report);
    },
    offerFailed(evseId, failure) {
      const before = sent.get(evseId);
      if (before !== undefined) sent.set(evseId, { ...before, failure });
      rest?.disturb();
    },
    linkRestored() {
      sent.clear();
      rest?.disturb();
    },
    setControlling(next) {
      if (next && !isControlling) startAnew();
      isControlling = next;
      rest?.disturb();
    },
    setWishes(next) {
      state = withWishes(site, state, wishes, next);
      wishes = next;
      rest?.disturb();
    },
    wishes: () => wishes,
    acceptSignal(signal, timeMs) {
      signals = withSignal(signals, signal, timeMs);
      rest?.disturb();
    },
    kept: () => keptOf(state),
    standsUntilMs: (telling) => (lastFrame === null || rest === null ? -Infinity : rest.holdsUntilMs(telling)),
    leaveOut(turns, timeMs, wallMs) {
      rest?.held(turns, freshReadings, freshReports);
      if (lastFrame !== null) lastFrame = standing(lastFrame, timeMs, wallMs);
      last = { timeMs, wallMs };
    },
    turn(timeMs, wallMs) {
      const isDiscontinuous = isGap(timeMs, wallMs);
      last = { timeMs, wallMs };
      if (lastFrame !== null && !isDiscontinuous && rest?.holds(timeMs, freshReadings, freshReports) === true) {
        lastFrame = standing(lastFrame, timeMs, wallMs);
        return { frame: lastFrame, offers: NO_OFFERS };
      }
      if (isDiscontinuous) rest?.disturb();
      if (rest !== null) state = rest.caughtUp(state);
      if (isDiscontinuous) forget();
      if (isDiscontinuous) heat?.forget();
      const endedModes = endModes(unplugged(freshReports), wallMs);
      const result = step(site, state, {
        timeMs,
        wallMs,
        readings: freshReadings,
        reports: freshReports,
        isDiscontinuous,
        wishes,
        ...(signals === null ? {} : { signals }),
        ...(heat === null ? {} : { breakerHeat: heat.now() }),
      });
      state = result.state;
      rest?.taken(timeMs, freshReadings, freshReports, result);
      endLimits(wallMs);
      freshReadings = [];
      freshReports = [];
      const offers = offersFor(result.setpoints, timeMs);
      noteSent(offers, timeMs);
      const confirmations = confirmationsOf(sent, reports, timeMs);
      const frame: DecidedFrame = {
        timeMs,
        wallMs,
        readings: [...readings.values()],
        reports: [...reports.values()],
        setpoints: result.setpoints,
        confirmations,
        circuits: result.circuits,
        notices: [...(isDiscontinuous ? [CLOCK_JUMP] : []), ...endedModes, ...(isControlling ? result.notices : whileWatching(result.notices)), ...failureNotices(sent)],
        modes: modesNow(wishes.modes, state, wallMs),
      };
      lastFrame = frame;
      return { frame, offers };
    },
  };
}

function endedNotice({ evseId, mode }: ModeWish): Notice {
  return { code: 'override-ended', severity: 'info', about: evseId, context: { mode } };
}

/** A limit that was taken back has not ended, and solar that is asked for anew begins anew. */
function withWishes(site: Site, state: BalancerState, before: Wishes, next: Wishes): BalancerState {
  if (state.features === null || next === before) return state;
  const held = state.features.operator.held.filter((limit) => next.limits.includes(limit));
  const isAskedAnew = ({ id }: Site['evses'][number]): boolean => next.modes.some((wish) => wish.mode === 'solar' && !before.modes.includes(wish) && (wish.evseId ?? id) === id);
  const divert = site.evses.reduce((memory, evse, index) => (isAskedAnew(evse) ? enterDivert(memory, index) : memory), state.features.divert);
  return { ...state, features: { ...state.features, divert, operator: { held } } };
}

const OF_ASKING: ReadonlySet<NoticeCode> = new Set<NoticeCode>(['evse-ignores-setpoint', 'evse-offer-changed', 'evse-contested']);

/** Nothing was asked of any device, so none can be said to ignore it, or to have been told something else. */
const whileWatching = (notices: readonly Notice[]): readonly Notice[] => notices.filter(({ code }) => !OF_ASKING.has(code));

const NO_OFFERS: readonly Offer[] = [];

const CLOCK_JUMP: Notice = { code: 'clock-jump', severity: 'attention', about: null, context: {} };
