import { ChargebenchError, failure, failureOf, success, type Failure, type Result } from '../../errors.ts';
import type { PhaseIndex } from '../../quantities.ts';
import { openEvseReport } from '../../protocols/openevse.ts';
import type { TopicValue } from '../../protocols/topic-value.ts';
import { mqttLinkOf } from '../../site/links.ts';
import type { EvseReport } from '../../site/readings.ts';
import type { Evse } from '../../site/site.ts';
import type { CancelSignal } from '../../time/clock.ts';
import type { MqttLink, MqttMessage } from '../../transport/mqtt-link.ts';
import type { DriverPorts, EvseDriver, OfferAnswer, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';
import { createOpenEvseSession, openEvseClaim, type OpenEvseCommand, type SessionChange } from './openevse-session.ts';
import { watchOpenEvseSettings } from './openevse-settings.ts';

const ANNOUNCE = 'openevse/announce/#';
/** A claim reaches the pilot within one RAPI exchange; 5 s allow a slow gateway, not a deaf one. */
const CONFIRM_TIME_MS = 5000;
/** The gateway publishes its whole status every 30 s. */
const STATUS_TIME_MS = 35_000;

const textOf = (value: TopicValue): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** Drives one OpenEVSE gateway through the broker it is configured for (reference c, d.2). */
export function createOpenEvseMqttDriver(evse: Evse, phases: readonly PhaseIndex[], { links, clock }: DriverPorts): EvseDriver {
  const link = requireMqtt(links.mqtt, evse);
  const base = mqttLinkOf(evse).baseTopic;
  const session = createOpenEvseSession(base);
  const reports = createListeners<EvseReport>();
  const rejections = createListeners<Rejection>();
  const documents = createListeners<{ readonly field: string; readonly value: Readonly<Record<string, unknown>> }>();
  const settings = watchOpenEvseSettings(clock);
  let isFlushDue = false;

  const reject = (error: Failure): void => {
    rejections.emit({ timeMs: clock.monotonicMs(), failure: { code: error.code, context: { evse: evse.id, ...error.context } } });
  };

  const send = async ({ field, value }: OpenEvseCommand): Promise<Result<null>> => {
    try {
      await link.publish(`${base}/${field}`, textOf(value));
      return success(null);
    } catch (thrown) {
      return { ok: false, error: failureOf(thrown) };
    }
  };

  const sendAll = (commands: readonly OpenEvseCommand[]): void => {
    // A question that cannot be sent is asked again at the next connection.
    for (const command of commands) void send(command);
  };

  // A burst of topics is one change of the device: one report, once all that has arrived is taken in.
  const flushSoon = (): void => {
    if (isFlushDue) return;
    isFlushDue = true;
    clock.callAt(clock.monotonicMs(), () => {
      isFlushDue = false;
      reports.emit(openEvseReport(evse, phases, session.status));
    });
  };

  const take = (result: Result<SessionChange>): void => {
    if (!result.ok) {
      reject(result.error);
      return;
    }
    if (result.value.isChanged) flushSoon();
    sendAll(result.value.commands);
  };

  const receive = ({ topic, payload, isCut, isRetained, timeMs }: MqttMessage): void => {
    const field = topic.slice(base.length + 1);
    if (isCut) {
      reject({ code: 'unexpected-reply', context: { field, payload: `${payload.slice(0, 40)}…`, expected: 'at most 64 KiB' } });
      return;
    }
    take(session.receive(field, payload, timeMs, isRetained));
    if (field === 'config') emitDocument(field, payload);
    if (field === 'schedule') settings.takeSchedule(payload);
  };

  const emitDocument = (field: string, payload: string): void => {
    try {
      const value = JSON.parse(payload) as Record<string, unknown>;
      settings.takeConfig(value);
      documents.emit({ field, value });
    } catch {
      // The session has refused it already.
    }
  };

  const stops = [
    link.subscribe(ANNOUNCE, ({ payload, isCut, isRetained, timeMs }) => {
      if (!isCut) take(session.announce(payload, timeMs, isRetained));
    }),
    link.subscribe(`${base}/#`, receive),
    link.onState((state) => {
      if (state.kind === 'connected') sendAll(session.connected(clock.monotonicMs()));
    }),
  ];
  if (link.state().kind === 'connected') sendAll(session.connected(clock.monotonicMs()));

  const config = async (signal?: CancelSignal): Promise<Readonly<Record<string, unknown>>> => {
    const waiting = nextEvent(documents, ({ field }) => field === 'config', clock, CONFIRM_TIME_MS, signal);
    // The document is retained: subscribing anew has the broker send it again.
    link.subscribe(`${base}/config`, ({ payload }) => emitDocument('config', payload))();
    return (await waiting).value;
  };

  const settingOf = (document: Readonly<Record<string, unknown>>, key: string): Result<string | number | boolean> => {
    const value = document[key];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return success(value);
    return failure('not-supported', { evse: evse.id, setting: key });
  };

  return {
    evseId: evse.id,
    capabilities: () => ({
      canPause: true,
      minCurrentA: evse.minCurrentA,
      maxCurrentA: Math.min(evse.ratingA, evse.configuredMaxA),
      stepA: evse.stepA,
      offersExpire: false,
    }),
    async identify(signal) {
      const document = await config(signal);
      const text = (key: string): string | null => (typeof document[key] === 'string' ? document[key] : null);
      return { model: 'OpenEVSE', firmware: text('version'), serial: text('wifi_serial') };
    },
    onReport: (listener) => reports.add(listener),
    onSettings: settings.on,
    onRejection: (listener) => rejections.add(listener),
    read: (signal) => nextEvent(reports, () => true, clock, STATUS_TIME_MS, signal),
    async offer(currentA, signal): Promise<Result<OfferAnswer>> {
      const claim = openEvseClaim(evse, currentA);
      if (!claim.ok) return claim;
      const { roundedA, command } = claim.value;
      const isDone = (report: EvseReport): boolean => report.offeredCurrentA === roundedA;
      const known = openEvseReport(evse, phases, session.status);
      const waiting = isDone(known) ? Promise.resolve(known) : nextEvent(reports, isDone, clock, CONFIRM_TIME_MS, signal);
      const sent = await send(command);
      if (!sent.ok) {
        waiting.catch(() => undefined);
        return sent;
      }
      try {
        return success({ requestedA: roundedA, readBackA: (await waiting).offeredCurrentA ?? roundedA });
      } catch (thrown) {
        const { code } = failureOf(thrown);
        return failure(code, { evse: evse.id, requestedA: roundedA, readBackA: openEvseReport(evse, phases, session.status).offeredCurrentA });
      }
    },
    release: () => send({ field: 'claim/set', value: 'release' }),
    async readSetting(key, signal) {
      try {
        return settingOf(await config(signal), key);
      } catch (thrown) {
        return { ok: false, error: failureOf(thrown) };
      }
    },
    async writeSetting(key, value, signal) {
      const sent = await send({ field: 'config/set', value: { [key]: value } });
      if (!sent.ok) return sent;
      try {
        const changed = await nextEvent(documents, (document) => document.value[key] === value, clock, CONFIRM_TIME_MS, signal);
        return settingOf(changed.value, key);
      } catch {
        const now = await config(signal).catch(() => null);
        return now === null ? failure('timeout', { evse: evse.id, setting: key }) : settingOf(now, key);
      }
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

function requireMqtt(link: MqttLink | null, evse: Evse): MqttLink {
  if (link === null) throw new ChargebenchError('invalid-argument', { evse: evse.id, needs: 'mqtt' });
  return link;
}
