/**
 * Puts a model of a controller in the field behind the player's face: it collects what comes in, hands it to the model
 * once a turn, and turns what the model writes into setpoints, offers and confirmations.
 */
import type { Ceiling, Reason, Setpoint } from '../../core/balancing/setpoint.ts';
import type { ControllerEngine } from '../../core/player/controller-engine.ts';
import { floorToStep, type EvseId, type MeterId, type PhaseIndex } from '../../core/quantities.ts';
import type { Confirmation, Frame } from '../../core/runs/frame.ts';
import { evsePhases } from '../../core/site/circuit-tree.ts';
import type { EvseReport, MeterReading, Offer } from '../../core/site/readings.ts';
import type { Evse, Site } from '../../core/site/site.ts';

/** What a model sees in one turn: the newest of everything, and what is new. */
export interface ModelView {
  readonly timeMs: number;
  readonly wallMs: number;
  readonly readings: ReadonlyMap<MeterId, MeterReading>;
  readonly reports: ReadonlyMap<EvseId, EvseReport>;
  readonly newReadings: readonly MeterReading[];
  readonly newReports: readonly EvseReport[];
}

/** What a model asks an EVSE for. */
export interface ModelWrite {
  readonly evseId: EvseId;
  /** What this EVSE makes of it: 0, or from its minimum to its configured limit. `fittedA` gives it. */
  readonly currentA: number;
  readonly reason: Reason;
  /** Everything the model considered, lowest first. */
  readonly limits: readonly Ceiling[];
  /** Site phases that it is offered on; all of the EVSE's where absent. */
  readonly phases?: readonly PhaseIndex[];
  /** From the decision to the device: a cloud, a slow answer. */
  readonly delayMs?: number;
}

export interface FieldModel {
  turn(view: ModelView): readonly ModelWrite[];
  /** What else it is told, where it listens to it. */
  readonly hears?: Pick<ControllerEngine, 'acceptSignal' | 'actAtEvse' | 'setWishes' | 'wishes'>;
}

/** An answer that takes longer than this is late. */
const ANSWER_MS = 3000;

/**
 * What an EVSE offers when it is told a current: in its own steps, never above its limits. No pilot says less than the
 * minimum (IEC 61851-1: 6 A): some EVSEs then pause, some offer their minimum.
 */
export function fittedA(evse: Evse, currentA: number, belowMinimum: 'pause' | 'minimum' = 'pause'): number {
  const steppedA = floorToStep(Math.min(currentA, evse.ratingA, evse.configuredMaxA), evse.stepA);
  if (steppedA >= evse.minCurrentA) return steppedA;
  return belowMinimum === 'minimum' && steppedA > 0 ? evse.minCurrentA : 0;
}

interface Sent {
  readonly currentA: number;
  readonly timeMs: number;
  readonly restartCount: number;
  readonly hasFailed: boolean;
}

interface Underway {
  readonly dueMs: number;
  readonly offer: Offer;
}

export function createModelEngine(site: Site, model: FieldModel): ControllerEngine {
  const readings = new Map<MeterId, MeterReading>();
  const reports = new Map<EvseId, EvseReport>();
  const setpoints = new Map<EvseId, Setpoint>();
  const sent = new Map<EvseId, Sent>();
  const phases = new Map(site.evses.map((evse) => [evse.id, evsePhases(evse, site.supply)]));
  let newReadings: MeterReading[] = [];
  let newReports: EvseReport[] = [];
  let underway: readonly Underway[] = [];
  let isControlling = false;

  const restartCountOf = (evseId: EvseId): number => reports.get(evseId)?.restartCount ?? 0;

  /** The same again is left out where the device has it; one that restarted may have forgotten it. */
  const isNews = ({ evseId, currentA }: Offer): boolean => {
    const before = sent.get(evseId);
    return before === undefined || before.hasFailed || before.currentA !== currentA || before.restartCount !== restartCountOf(evseId);
  };

  const takeWrites = (writes: readonly ModelWrite[], timeMs: number): void => {
    for (const { evseId, currentA, reason, limits, phases: ownPhases, delayMs = 0 } of writes) {
      setpoints.set(evseId, { evseId, offeredCurrentA: currentA, phases: ownPhases ?? phases.get(evseId) ?? [], reason, limits });
      underway = [...underway, { dueMs: timeMs + delayMs, offer: { evseId, currentA } }];
    }
  };

  const dueOffers = (timeMs: number): readonly Offer[] => {
    const due = new Map<EvseId, Offer>();
    for (const { dueMs, offer } of underway) if (dueMs <= timeMs) due.set(offer.evseId, offer);
    underway = underway.filter(({ dueMs }) => dueMs > timeMs);
    const offers = isControlling ? [...due.values()].filter(isNews) : [];
    for (const { evseId, currentA } of offers) sent.set(evseId, { currentA, timeMs, restartCount: restartCountOf(evseId), hasFailed: false });
    const rise = ({ evseId, currentA }: Offer): number => (currentA <= (reports.get(evseId)?.offeredCurrentA ?? 0) ? 0 : 1);
    return offers.sort((a, b) => rise(a) - rise(b));
  };

  return {
    ...model.hears,
    acceptReading(reading) {
      newReadings.push(reading);
      readings.set(reading.meterId, reading);
    },
    acceptReport(report) {
      newReports.push(report);
      reports.set(report.evseId, report);
    },
    offerFailed(evseId) {
      const before = sent.get(evseId);
      if (before !== undefined) sent.set(evseId, { ...before, hasFailed: true });
    },
    linkRestored() {
      sent.clear();
    },
    setControlling(next) {
      isControlling = next;
    },
    turn(timeMs, wallMs) {
      const writes = model.turn({ timeMs, wallMs, readings, reports, newReadings, newReports });
      newReadings = [];
      newReports = [];
      takeWrites(writes, timeMs);
      const offers = dueOffers(timeMs);
      const frame: Frame = {
        timeMs,
        wallMs,
        readings: [...readings.values()],
        reports: [...reports.values()],
        setpoints: [...setpoints.values()],
        confirmations: [...sent].map(([evseId, each]) => confirmationOf(evseId, each, reports.get(evseId), timeMs)),
        // A model in the field knows no balance of circuits and tells nobody what is wrong.
        circuits: [],
        notices: [],
      };
      return { frame, offers };
    },
  };
}

function confirmationOf(evseId: EvseId, { currentA, timeMs: sentMs, hasFailed }: Sent, report: EvseReport | undefined, timeMs: number): Confirmation {
  const readBackA = report?.offeredCurrentA ?? null;
  const ageMs = timeMs - sentMs;
  const unconfirmed = ageMs < ANSWER_MS ? 'sent' : readBackA === null ? 'timed-out' : 'differs';
  return { evseId, requestedA: currentA, readBackA, state: hasFailed ? 'not-sent' : readBackA === currentA ? 'confirmed' : unconfirmed, ageMs };
}
