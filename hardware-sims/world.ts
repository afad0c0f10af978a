/**
 * A simulated site as the player's World, without bytes: topics carry bare values, and the drivers' own reading of them makes
 * reports and readings. Without a fault on the wire it gives the same values at the same times as the loopback.
 */
import type { DeviceId, EvseId } from '../core/quantities.ts';
import { LISTEN_FIRST_MS } from '../core/drivers/evses/smartevse-bus-master.ts';
import { BUS_CYCLE_MS, createSmartevseBusSession, smartevseOfferDa, smartevseReport } from '../core/drivers/evses/smartevse-bus-session.ts';
import { createOpenEvseRapiDriver } from '../core/drivers/evses/openevse-rapi.ts';
import { createP1SerialDriver } from '../core/drivers/meters/p1-serial.ts';
import { registerReading } from '../core/drivers/meters/register-reading.ts';
import { createOpenEvseSession, openEvseClaim, type OpenEvseCommand, type OpenEvseSession } from '../core/drivers/evses/openevse-session.ts';
import type { StillSeconds, World, WorldOutput } from '../core/player/world.ts';
import { isOpenEvseReportField, openEvseReport, renewMeasured } from '../core/protocols/openevse.ts';
import { benchTimeline, type BenchTimeline } from '../core/scenarios/bench-timeline.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import { ammeterPhases } from '../core/site/circuit-tree.ts';
import { mqttLinkOf } from '../core/site/links.ts';
import type { EvseReport, MeterReading } from '../core/site/readings.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { createBusExchange, type BusNews, type BusUnderstanding } from './bus-exchange.ts';
import { createLineExchange, type LineDrivers } from './line-exchange.ts';
import { FIELD_CONTROLLERS } from './firmware/controllers.ts';
import { createMeterReader, type MeterReader } from './meter-readers.ts';
import { createSimulatedSite, type SimulatedSite, type SiteOptions } from './simulated-site.ts';
import type { TopicValue } from './simulated-device.ts';
import { createValueExchange, type FieldReader, type ValueExchange } from './value-exchange.ts';
import { createSiteWires } from './site-wires.ts';
import { createWorldTruth } from './world-truth.ts';

interface EvseReader {
  readonly evse: Evse;
  readonly phases: ReturnType<typeof ammeterPhases>;
  session: OpenEvseSession;
  /** Something came that the next report must tell. */
  isDue: boolean;
  /** Its newest report. */
  report: EvseReport | null;
}

const BUS_UNDERSTANDING: BusUnderstanding = {
  createSession: createSmartevseBusSession,
  reportOf: smartevseReport,
  offerOf: smartevseOfferDa,
  readingOf: registerReading,
  listenFirstMs: LISTEN_FIRST_MS,
  cycleMs: BUS_CYCLE_MS,
  // As core/drivers/meters/register-meter.ts asks.
  slowPeriodMs: 10_000,
  slowAgeMs: 35_000,
};

const isOnMqtt = ({ link }: Meter | Evse): boolean => link.kind === 'mqtt';

const NOTHING: readonly never[] = [];
const RAPI_ANSWER = 'rapi/out';
const ANNOUNCE = 'openevse/announce/';

/** Stands before its first moment: the devices connect at time 0, when the readers have subscribed. */
export function createDirectWorld(scenario: Scenario, site: Site, controllerName: string, options: SiteOptions = {}): World {
  const simulated = createSimulatedSite(scenario, site, controllerName, options);
  const timeline = benchTimeline(scenario.faults);
  const buses = createBusExchange(simulated, BUS_UNDERSTANDING);
  const lineDrivers: LineDrivers = { meter: createP1SerialDriver, evse: (evse, ports) => createOpenEvseRapiDriver(evse, ammeterPhases(evse, site.supply), ports) };
  // Where the devices decide for themselves nobody is at the other end of their lines, and a controller that supervises its master knows.
  const isAlone = controllerName === 'device' || FIELD_CONTROLLERS.get(controllerName) === null;
  const lines = isAlone ? null : createLineExchange(simulated, lineDrivers, timeline);
  const readers = createReaders(simulated, timeline);
  const { evses, meters, exchange } = readers;
  const base = new Map<EvseId, string>(site.evses.filter(isOnMqtt).map((evse) => [evse.id, mqttLinkOf(evse).baseTopic]));
  const isAnythingDue = (): boolean => {
    for (let index = 0; index < evses.length; index += 1) if (evses[index]?.isDue === true) return true;
    for (let index = 0; index < meters.length; index += 1) if (meters[index]?.isDue === true) return true;
    return false;
  };
  let readings: MeterReading[] | null = null;
  let reports: EvseReport[] | null = null;
  let kills = 0;

  /** All that came at one moment is one reading per meter and one report per EVSE. */
  const flush = (): void => {
    for (let index = 0; index < meters.length; index += 1) {
      const reader = meters[index];
      if (reader?.isDue !== true) continue;
      reader.isDue = false;
      const reading = reader.next();
      if (reading !== null) (readings ??= []).push(reading);
    }
    for (let index = 0; index < evses.length; index += 1) {
      const reader = evses[index];
      if (reader?.isDue !== true) continue;
      reader.isDue = false;
      reader.report = openEvseReport(reader.evse, reader.phases, reader.session.status, reader.report);
      (reports ??= []).push(reader.report);
    }
  };

  const afterMoment = (momentMs: number): void => {
    exchange.returnReader(momentMs);
    flush();
  };

  /** What the drivers on the wires ask and hear, once the devices have had their turn. */
  const passWires = (timeMs: number): void => {
    if ((buses === null && lines === null) || timeline.isAway(timeMs)) return;
    if (timeline.kills(timeMs) !== kills) {
      kills = timeline.kills(timeMs);
      buses?.forget(timeMs);
      lines?.forget(timeMs);
    }
    const news: BusNews = { readings: [], reports: [] };
    buses?.advanceTo(timeMs, news);
    lines?.advanceTo(timeMs, news);
    if (news.readings.length > 0) (readings ??= []).push(...news.readings);
    if (news.reports.length > 0) (reports ??= []).push(...news.reports);
  };

  /** A machine that is away asks again when it is back. */
  const nextWireMs = (): number => {
    const nextMs = Math.min(buses?.nextEventMs() ?? Infinity, lines?.nextEventMs() ?? Infinity);
    const { nowMs } = simulated.time;
    return timeline.isAway(nowMs) ? Math.max(nextMs, timeline.backMs(nowMs)) : nextMs;
  };

  return {
    truth: createWorldTruth(simulated),
    wires: createSiteWires(simulated),
    nextEventMs: () => (isAnythingDue() ? simulated.time.nowMs : Math.min(simulated.nextEventMs(), nextWireMs())),
    advanceTo(timeMs): WorldOutput {
      flush();
      lines?.enter(timeMs);
      simulated.advanceTo(timeMs, afterMoment);
      passWires(timeMs);
      const output = { readings: readings ?? NOTHING, reports: reports ?? NOTHING, isLinkUp: simulated.isBrokerUp() };
      readings = null;
      reports = null;
      return output;
    },
    stillSeconds(nextMs): StillSeconds | null {
      if (isAnythingDue() || !exchange.isStill()) return null;
      const untilMs = simulated.stillUntilMs(nextMs);
      return untilMs > nextMs ? { untilMs, telling: tellingAt(simulated, nextMs) } : null;
    },
    repeat(timeMs) {
      simulated.repeat(timeMs);
    },
    offer(evseId, currentA) {
      if (buses?.offer(evseId, currentA, simulated.time.nowMs) === true || lines?.offer(evseId, currentA, simulated.time.nowMs) === true) return;
      const evse = evses.find((reader) => reader.evse.id === evseId)?.evse;
      const claim = evse === undefined ? null : openEvseClaim(evse, currentA);
      if (claim?.ok === true) exchange.publish(`${base.get(evseId) ?? ''}/${claim.value.command.field}`, claim.value.command.value);
    },
    markers: simulated.markers,
  };
}

const tellingAt = ({ devices }: SimulatedSite, timeMs: number): ReadonlySet<DeviceId> => new Set(devices.filter((device) => device.tellsAt(timeMs)).map(({ id }) => id));

interface Readers {
  readonly evses: readonly EvseReader[];
  readonly meters: readonly MeterReader[];
  readonly exchange: ValueExchange;
}

function createReaders(simulated: SimulatedSite, bench: BenchTimeline): Readers {
  const { site, time } = simulated;
  const evses = site.evses.filter(isOnMqtt).map((evse): EvseReader => ({ evse, phases: ammeterPhases(evse, site.supply), session: createOpenEvseSession(mqttLinkOf(evse).baseTopic), isDue: false, report: null }));
  const meters = site.meters.filter(isOnMqtt).map(createMeterReader);
  const send = ({ evse }: EvseReader, commands: readonly OpenEvseCommand[]): void => {
    for (const { field, value } of commands) exchange.publish(`${mqttLinkOf(evse).baseTopic}/${field}`, value);
  };
  const take = (reader: EvseReader, result: ReturnType<OpenEvseSession['receive']>): void => {
    if (!result.ok) return;
    if (result.value.isChanged) reader.isDue = true;
    if (result.value.commands.length > 0) send(reader, result.value.commands);
  };
  const exchange: ValueExchange = createValueExchange(simulated, {
    readerOf(device): FieldReader {
      const meter = meters.find((reader) => reader.meter.id === device.id);
      if (meter !== undefined) {
        return {
          hears: (field) => meter.hears(field),
          receive(field, value, isRetained) {
            meter.receive(field, value, time.nowMs, isRetained);
          },
          repeatMeasured: () => meter.repeat(time.nowMs),
        };
      }
      const evse = evses.find((reader) => reader.evse.id === device.id);
      if (evse === undefined) return DEAF;
      return {
        hears: (field) => field === RAPI_ANSWER || isOpenEvseReportField(field),
        receive(field, value, isRetained) {
          take(evse, evse.session.receive(field, value, time.nowMs, isRetained));
        },
        repeatMeasured() {
          renewMeasured(evse.session.status, time.nowMs);
          evse.isDue = true;
          return true;
        },
      };
    },
    receiveAt(topic: string, value: TopicValue, isRetained: boolean) {
      if (!topic.startsWith(ANNOUNCE)) return;
      for (const reader of evses) take(reader, reader.session.announce(value, time.nowMs, isRetained));
    },
    linkReturned: () => {
      for (const reader of evses) send(reader, reader.session.connected(time.nowMs));
    },
    forget() {
      for (const reader of evses) Object.assign(reader, { session: createOpenEvseSession(mqttLinkOf(reader.evse).baseTopic), isDue: false });
      for (const reader of meters) reader.forget();
    },
  }, bench);
  // As a driver does that is opened before the devices are there.
  for (const reader of evses) send(reader, reader.session.connected(time.nowMs));
  return { evses, meters, exchange };
}

const DEAF: FieldReader = { receive: () => undefined, hears: () => false };
