import { ChargebenchError, failure, type Failure, type Result } from '../../errors.ts';
import { floorToStep, type PhaseIndex } from '../../quantities.ts';
import { openEvseReport } from '../../protocols/openevse.ts';
import type { RapiEvent } from '../../protocols/rapi.ts';
import { readBoot, readStateEvent, type RapiFaultCounts, type RapiHeartbeat, type RapiVersion } from '../../protocols/rapi-values.ts';
import { serialLinkOf } from '../../site/serial-link.ts';
import type { EvseReport } from '../../site/readings.ts';
import type { Evse } from '../../site/site.ts';
import type { DriverPorts, EvseCapabilities, EvseDriver, Identity, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';
import { createRapiOffers } from './openevse-rapi-offers.ts';
import { createRapiPolls } from './openevse-rapi-polls.ts';
import { createRapiSettings } from './openevse-rapi-settings.ts';
import { applyState, createRapiUnit, learn, type RapiQuestion } from './openevse-rapi-unit.ts';
import { runDialogue, settled, type RapiDialogue } from './rapi-dialogue.ts';
import { createRapiExchange, type RapiReason } from './rapi-exchange.ts';

const BAUD = 115_200;
const TURN_MS = 250;
/** State and offer are asked every 2 s. */
const REPORT_TIME_MS = 10_000;
/** What is known before the first report: what the controller is, what it offers, what it does, whether it is supervised. */
const FIRST: readonly RapiQuestion[] = ['$GC', '$GS', '$GG', '$GU'];
const OTHER_MASTER = 'another RAPI master';

/** What the controller says beyond the report. */
export interface RapiDetails {
  readonly version: RapiVersion | null;
  /** Clock, display, infrared; null for one that is not fitted. */
  readonly temperaturesC: readonly (number | null)[];
  readonly faultCounts: RapiFaultCounts | null;
  readonly heartbeat: RapiHeartbeat | null;
  readonly rejections: ReadonlyMap<RapiReason | 'unreadable-event', number>;
}

export interface OpenEvseRapiDriver extends EvseDriver {
  details(): RapiDetails;
}

/**
 * Drives an OpenEVSE controller without its gateway, over USB-serial (reference openevse e). One master only: while a gateway sits on
 * the same lines it owns the pilot (e.9).
 */
export function createOpenEvseRapiDriver(evse: Evse, phases: readonly PhaseIndex[], { links, clock }: DriverPorts): OpenEvseRapiDriver {
  const { port, baud = BAUD } = serialLinkOf(evse);
  const link = links.ports?.get(port);
  if (link === undefined) throw new ChargebenchError('invalid-argument', { evse: evse.id, needs: port });
  const nowMs = (): number => clock.monotonicMs();
  const isConnected = (): boolean => link.state().kind === 'connected';
  const unit = createRapiUnit();
  const polls = createRapiPolls();
  const reports = createListeners<EvseReport>();
  const rejections = createListeners<Rejection>();
  let unreadableEvents = 0;
  let isTurning = false;
  let hasBegun = false;
  let isClosed = false;
  let callOffTurn: () => void = () => undefined;
  let isFlushDue = false;

  const reject = (error: Failure, timeMs: number): void => {
    rejections.emit({ timeMs, failure: { code: error.code, context: { evse: evse.id, ...error.context } } });
  };

  const report = (): EvseReport => {
    const plain = openEvseReport(evse, phases, unit.status);
    return offers.isContested() ? { ...plain, otherCommander: OTHER_MASTER } : plain;
  };

  // Several answers of one moment are one change of the device.
  const flushSoon = (): void => {
    if (isFlushDue || isClosed) return;
    isFlushDue = true;
    clock.callAt(nowMs(), () => {
      isFlushDue = false;
      if (!isClosed && unit.status.stateCode !== null) reports.emit(report());
    });
  };

  const takeEvent = ({ name, tokens }: RapiEvent, timeMs: number): void => {
    if (name === '$AN' || name === '$WF') return;
    const read = name === '$AB' ? readBoot(tokens) : readStateEvent(name, tokens);
    if (!read.ok) {
      unreadableEvents += 1;
      reject(read.error, timeMs);
      return;
    }
    if ('faultCode' in read.value) restarted();
    else applyState(unit, read.value, timeMs);
    flushSoon();
    takeTurn();
  };

  const exchange = createRapiExchange({ link, clock, onEvent: takeEvent, onRejection: reject });
  const offers = createRapiOffers({ unit, nowMs, offeredA: () => openEvseReport(evse, phases, unit.status).offeredCurrentA, ttlMs: evse.offerTtlMs ?? null });
  const settings = createRapiSettings({ unit, exchange, nowMs, enforce: () => offers.enforce() });

  /** It begins at its stored maximum, and its supervision anew. */
  const restarted = (): void => {
    hasBegun = false;
    unit.status.restartCount += 1;
    offers.restarted();
    polls.reset();
  };

  function* ask(question: RapiQuestion): RapiDialogue<Result<unknown>> {
    const learned = yield* learn(unit, question, nowMs);
    if (learned.ok) flushSoon();
    else if (learned.error.code === 'unexpected-reply') reject(learned.error, nowMs());
    return learned;
  }

  function* begin(): RapiDialogue<boolean> {
    const version = yield* ask('$GV');
    if (!version.ok) return false;
    if (unit.version?.hasSequenceIds === true) exchange.useSequenceIds();
    for (const question of FIRST) {
      const learned = yield* ask(question);
      if (!learned.ok && learned.error.code !== 'refused') return false;
      // What was offered is above what stands: before anything else.
      if (question === '$GS') yield* offers.enforce();
    }
    const supervised = yield* ask('$GY');
    if (!supervised.ok && supervised.error.code === 'refused') unit.heartbeat = null;
    return supervised.ok || supervised.error.code === 'refused';
  }

  function* turn(): RapiDialogue<void> {
    if (!isConnected()) return;
    if (!hasBegun) {
      hasBegun = true;
      hasBegun = (yield* begin()) && hasBegun;
      return;
    }
    if (!offers.hasLapsed() && polls.isPulseDue(unit, nowMs())) {
      yield* offers.pulse();
      flushSoon();
    }
    for (const question of polls.due(unit, nowMs())) yield* ask(question);
    yield* offers.enforce();
  }

  function* offerAndTell(currentA: number): RapiDialogue<Result<number>> {
    const set = yield* offers.set(currentA);
    flushSoon();
    return set;
  }

  const takeTurn = (): void => {
    if (isTurning || isClosed) return;
    isTurning = true;
    runDialogue(turn(), exchange, () => {
      isTurning = false;
    });
  };

  const tick = (): void => {
    takeTurn();
    callOffTurn = clock.callAt(nowMs() + TURN_MS, tick);
  };

  const connected = (): void => {
    // A port that cannot be set now is set when it connects again.
    link.setFormat?.({ baud }).catch(() => undefined);
  };

  let wasConnected = link.state().kind === 'connected';
  const stop = link.onState((state) => {
    if (state.kind !== 'connected') return;
    connected();
    // What was told before may be forgotten: it may have been without power.
    if (wasConnected) restarted();
    wasConnected = true;
  });
  if (wasConnected) connected();
  tick();

  const highestA = (): number => Math.min(evse.ratingA, evse.configuredMaxA, unit.capacity?.configuredMaxA ?? Infinity);
  const lowestA = (): number => Math.max(evse.minCurrentA, unit.capacity?.minA ?? 0);

  const capabilities = (): EvseCapabilities => ({
    canPause: true,
    minCurrentA: lowestA(),
    maxCurrentA: highestA(),
    // RAPI has whole amperes.
    stepA: Math.max(1, Math.ceil(evse.stepA)),
    offersExpire: unit.heartbeat !== null && unit.heartbeat.intervalS > 0,
  });

  return {
    evseId: evse.id,
    capabilities,
    async identify(): Promise<Identity> {
      const known = await settled(ask('$GV'), exchange);
      if (!known.ok) throw new ChargebenchError(known.error.code, { evse: evse.id, ...known.error.context });
      const mcu = await exchange.ask('$GI');
      return { model: 'OpenEVSE controller', firmware: unit.version?.firmware ?? null, serial: mcu.ok && mcu.value.isOk ? (mcu.value.tokens[0] ?? null) : null };
    },
    read: (signal) => nextEvent(reports, () => true, clock, REPORT_TIME_MS, signal),
    onReport: (listener) => reports.add(listener),
    onSettings: () => () => undefined,
    onRejection: (listener) => rejections.add(listener),
    async offer(currentA) {
      const { stepA } = capabilities();
      const roundedA = currentA === 0 ? 0 : floorToStep(currentA, stepA);
      if (roundedA !== 0 && !(roundedA >= lowestA() && roundedA <= highestA())) {
        return failure('out-of-range', { evse: evse.id, requestedA: currentA, lowestA: lowestA(), highestA: highestA() });
      }
      if (link.state().kind !== 'connected') return failure('link-lost', { evse: evse.id, requestedA: roundedA });
      const set = await settled(offerAndTell(roundedA), exchange);
      if (!set.ok) return failure(set.error.code, { evse: evse.id, ...set.error.context, requestedA: roundedA });
      return { ok: true, value: { requestedA: roundedA, readBackA: set.value } };
    },
    async release() {
      const released = await settled(offers.release(), exchange);
      await settled(ask('$GC'), exchange);
      await settled(ask('$GS'), exchange);
      return released;
    },
    readSetting: (key) => settings.read(key),
    async writeSetting(key, value) {
      const written = await settings.write(key, value);
      flushSoon();
      return written;
    },
    details: () => ({
      version: unit.version,
      temperaturesC: unit.temperaturesC,
      faultCounts: unit.faultCounts,
      heartbeat: unit.heartbeat,
      rejections: new Map<RapiReason | 'unreadable-event', number>([...exchange.counts, ...(unreadableEvents === 0 ? [] : [['unreadable-event', unreadableEvents] as const])]),
    }),
    close() {
      isClosed = true;
      callOffTurn();
      stop();
      exchange.close();
    },
  };
}
