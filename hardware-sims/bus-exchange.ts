/**
 * The pairs of wires of a simulated site without bytes and without a bus: registers go from unit to reader within the moment, at the
 * times at which the drivers ask. A unit that says nothing is missed at once.
 */
import { decodeRegisters } from '../core/devices/decode-registers.ts';
import { describeMeter } from '../core/devices/describe-meter.ts';
import { BUNDLED_METERS } from '../core/devices/list-meters.ts';
import { registerMapOf, type MeterValues, type ReadBlock, type RegisterBlock } from '../core/devices/meter-values.ts';
import { readBlocksOf } from '../core/devices/read-blocks.ts';
import type { BusMember, BusRequest, SmartevseBusSession } from '../core/drivers/evses/smartevse-bus-session.ts';
import type { Result } from '../core/errors.ts';
import { parseRtuResponse, readRequestPdu, rtuFrame, writeRequestPdu } from '../core/protocols/modbus.ts';
import type { EvseId } from '../core/quantities.ts';
import type { EvseReport, MeterReading } from '../core/site/readings.ts';
import type { Evse, Meter } from '../core/site/site.ts';
import type { ModbusTable } from '../core/transport/modbus-bus.ts';
import { faultyAnswers } from './faults/modbus-faults.ts';
import type { SimulatedPair, SimulatedSite } from './simulated-site.ts';

/** The drivers' own understanding, given by whoever may know drivers. */
export interface BusUnderstanding {
  readonly createSession: () => SmartevseBusSession;
  readonly reportOf: (member: BusMember, otherCommander: string | null) => EvseReport | null;
  readonly offerOf: (evse: Evse, currentA: number) => Result<number>;
  readonly readingOf: (meter: Meter, values: Pick<MeterValues, 'currentA' | 'voltageV' | 'powerW'>, timeMs: number, isLive: boolean) => Result<MeterReading>;
  readonly listenFirstMs: number;
  readonly cycleMs: number;
  readonly slowPeriodMs: number;
  readonly slowAgeMs: number;
}

export interface BusNews {
  readonly readings: MeterReading[];
  readonly reports: EvseReport[];
}

export interface BusExchange {
  nextEventMs(): number;
  /** Asks all that is due by now, and sends what was offered since. */
  advanceTo(timeMs: number, news: BusNews): void;
  /** False where the EVSE is on no pair of wires. */
  offer(evseId: EvseId, currentA: number, timeMs: number): boolean;
  /** Whoever asked was killed, and is there anew from this time on. */
  forget(timeMs: number): void;
}

export function createBusExchange({ site, buses }: SimulatedSite, understanding: BusUnderstanding): BusExchange | null {
  if (buses.size === 0) return null;
  const make = (bornMs: number): readonly Line[] => [...buses].map(([transport, pair]) => createLine(site, transport, pair, understanding, bornMs));
  let lines = make(0);
  return {
    nextEventMs: () => Math.min(...lines.map((line) => line.nextEventMs())),
    advanceTo(timeMs, news) {
      for (const line of lines) line.advanceTo(timeMs, news);
    },
    offer: (evseId, currentA, timeMs) => lines.some((line) => line.offer(evseId, currentA, timeMs)),
    forget(timeMs) {
      lines = make(timeMs);
    },
  };
}

type Line = Omit<BusExchange, 'forget'>;
type Site = SimulatedSite['site'];

function createLine({ meters, evses }: Site, transport: string, pair: SimulatedPair, understanding: BusUnderstanding, bornMs: number): Line {
  const here = ({ link }: Meter | Evse): boolean => link.kind === 'modbus' && link.transport === transport;
  const readers = meters.filter(here).map((meter) => createReader(meter, pair, understanding, bornMs));
  const master = createMaster(evses.filter(here), pair, understanding, bornMs);
  return {
    nextEventMs: () => Math.min(master.nextEventMs(), ...readers.map((reader) => reader.nextEventMs())),
    advanceTo(timeMs, news) {
      for (const reader of readers) reader.advanceTo(timeMs, news.readings);
      master.advanceTo(timeMs, news.reports);
    },
    offer: (evseId, currentA, timeMs) => master.offer(evseId, currentA, timeMs),
  };
}

/** What comes later than any driver waits is no answer. */
const LONGEST_WAIT_MS = 100;

function ask({ units, faults }: SimulatedPair, unitId: number, pdu: Uint8Array, timeMs: number): readonly number[] | null {
  for (const unit of units) if (unit.broadcastIds?.includes(unitId) === true) unit.handle(pdu, timeMs);
  const answer = units.find((unit) => unit.unitId === unitId)?.handle(pdu, timeMs) ?? null;
  const frame = answer === null ? null : rtuFrame(unitId, answer);
  const arrived = faults.length === 0 ? frame : (faultyAnswers(faults, { unitId, request: rtuFrame(unitId, pdu) }, frame).find(({ afterMs }) => afterMs <= LONGEST_WAIT_MS)?.bytes ?? null);
  const parsed = arrived === null ? null : parseRtuResponse(arrived);
  return parsed?.ok === true && parsed.value.content.kind === 'words' ? parsed.value.content.words : null;
}

interface Reader {
  nextEventMs(): number;
  advanceTo(timeMs: number, readings: MeterReading[]): void;
}

type Timed = RegisterBlock & { readonly timeMs: number };

function createReader(meter: Meter, pair: SimulatedPair, { readingOf, slowPeriodMs, slowAgeMs }: BusUnderstanding, bornMs: number): Reader {
  const description = describeMeter(meter, BUNDLED_METERS);
  const { refresh } = registerMapOf(description);
  const blocks = readBlocksOf(description);
  const fast = blocks.filter(({ cadence }) => cadence === 'fast');
  const slow = blocks.filter(({ cadence }) => cadence === 'slow').map((block) => ({ block, askedMs: -Infinity, told: null as Timed | null }));
  const unitId = meter.link.kind === 'modbus' ? meter.link.unitId : 0;
  let nextMs = bornMs;
  let before = '';
  let liveMs = -Infinity;

  const read = ({ table, address, count }: ReadBlock, timeMs: number): Timed | null => {
    const words = ask(pair, unitId, readRequestPdu(table, address, count), timeMs);
    return words === null ? null : { table, address, words, timeMs };
  };

  const readSlow = (timeMs: number): void => {
    const [due] = slow.filter(({ askedMs }) => timeMs - askedMs >= slowPeriodMs).sort((a, b) => a.askedMs - b.askedMs);
    if (due === undefined) return;
    due.askedMs = timeMs;
    due.told = read(due.block, timeMs);
  };

  const take = (now: readonly Timed[], timeMs: number, readings: MeterReading[]): void => {
    const text = now.map(({ words }) => words.join()).join(';');
    const isLive = text !== before || (refresh !== undefined && timeMs - liveMs >= 0.8 * refresh.periodMs);
    if (isLive) liveMs = timeMs;
    before = text;
    const recent = slow.flatMap(({ told }) => (told !== null && timeMs - told.timeMs <= slowAgeMs ? [told] : []));
    const decoded = decodeRegisters(description, [...now, ...recent]);
    if (decoded.rejected.some(({ quantity }) => quantity === null || quantity === 'current')) return;
    const reading = readingOf(meter, decoded, timeMs, isLive);
    if (reading.ok) readings.push(reading.value);
  };

  return {
    nextEventMs: () => nextMs,
    advanceTo(timeMs, readings) {
      if (timeMs < nextMs) return;
      nextMs = timeMs + meter.periodMs;
      const now = fast.map((block) => read(block, timeMs));
      if (now.some((block) => block === null)) return;
      take(now.filter((block) => block !== null), timeMs, readings);
      readSlow(timeMs);
    },
  };
}

interface Master {
  nextEventMs(): number;
  advanceTo(timeMs: number, reports: EvseReport[]): void;
  offer(evseId: EvseId, currentA: number, timeMs: number): boolean;
}

function createMaster(evses: readonly Evse[], pair: SimulatedPair, understanding: BusUnderstanding, bornMs: number): Master {
  const { createSession, reportOf, offerOf, listenFirstMs, cycleMs } = understanding;
  const session = createSession();
  for (const evse of evses) if (evse.link.kind === 'modbus') session.join(evse, evse.link.unitId);
  let nextCycleMs = evses.length === 0 ? Infinity : bornMs + listenFirstMs;
  /** Told since the last broadcast. */
  let offered: BusMember[] = [];
  let offeredMs = Infinity;

  const send = (request: BusRequest | null, timeMs: number): readonly number[] | null => {
    if (request === null) return null;
    const pdu = request.kind === 'poll' ? readRequestPdu(POLL_TABLE, request.address, request.count) : writeRequestPdu(16, request.address, request.values);
    return ask(pair, request.unitId, pdu, timeMs);
  };

  const poll = (member: BusMember, timeMs: number, reports: EvseReport[]): readonly BusRequest[] => {
    const words = send(session.pollOf(member), timeMs);
    if (words === null) {
      session.missed(member);
      return [];
    }
    const read = session.answered(member, words, timeMs);
    const report = read.ok ? reportOf(member, null) : null;
    if (report !== null) reports.push(report);
    return read.ok ? read.value : [];
  };

  const pollAll = (members: readonly BusMember[], timeMs: number, reports: EvseReport[]): void => {
    for (const request of members.flatMap((member) => poll(member, timeMs, reports))) send(request, timeMs);
  };

  return {
    nextEventMs: () => Math.min(nextCycleMs, offeredMs),
    advanceTo(timeMs, reports) {
      if (timeMs >= offeredMs) {
        const members = offered;
        offered = [];
        offeredMs = Infinity;
        send(session.broadcast(timeMs), timeMs);
        for (const request of members.flatMap((member) => session.grantsOf(member, timeMs))) send(request, timeMs);
        pollAll(members, timeMs, reports);
      }
      if (timeMs >= nextCycleMs) {
        nextCycleMs += cycleMs;
        pollAll(session.members, timeMs, reports);
        send(session.broadcast(timeMs), timeMs);
      }
    },
    offer(evseId, currentA, timeMs) {
      const member = session.members.find(({ evse }) => evse.id === evseId);
      if (member === undefined) return false;
      const wanted = offerOf(member.evse, currentA);
      if (!wanted.ok) return true;
      Object.assign(member, { offerDa: wanted.value, offerMs: timeMs });
      offered.push(member);
      offeredMs = timeMs;
      return true;
    },
  };
}

const POLL_TABLE: ModbusTable = 'input';
