/**
 * Chargebench as the master of SmartEVSE nodes: the session on a real or in-memory bus, in time. One per bus, shared by the drivers of
 * its nodes, because one broadcast carries the currents of all of them.
 */
import { ChargebenchError, failure, failureOf, success, type Failure, type Result } from '../../errors.ts';
import { createSmartevseListener } from '../../protocols/smartevse-listener.ts';
import type { Evse } from '../../site/site.ts';
import type { Clock } from '../../time/clock.ts';
import type { ModbusBus, ModbusWords } from '../../transport/modbus-bus.ts';
import type { TrafficTap } from '../../transport/traffic.ts';
import { BUS_CYCLE_MS, createSmartevseBusSession, NODE_TIMEOUT_MS, type BusMember, type BusRequest } from './smartevse-bus-session.ts';

/** A master speaks every 2 s: whoever listens longer than that before it speaks has heard it. */
export const LISTEN_FIRST_MS = 2500;

export interface MemberEvents {
  /** Its registers were read, by us or by another master. */
  readonly onStatus: () => void;
  readonly onRejection: (error: Failure) => void;
}

export interface SmartevseBusMaster {
  readonly bus: ModbusBus;
  /** Throws what the session refuses. */
  join(evse: Evse, unitId: number, events: MemberEvents): BusMember;
  /** The last one to leave ends polling and broadcasting: its nodes stop by themselves after 11 s. */
  leave(member: BusMember): void;
  /** In the device's words; null where nobody else commands this bus. */
  otherMaster(): string | null;
  /** Goes out at once, together with whatever else is offered in the same moment; `refused` beside another master. */
  offer(member: BusMember, offerDa: number | null): Promise<Result<null>>;
  /** Reads the node's status now; throws what the bus throws. */
  poll(member: BusMember): Promise<void>;
}

const MASTER_TEXTS = { smartevse: 'another SmartEVSE master', modbus: 'another Modbus master' } as const;
const masters = new WeakMap<ModbusBus, SmartevseBusMaster>();

/** The one master of this bus. */
export function smartevseBusMaster(bus: ModbusBus, clock: Clock, tap: TrafficTap | undefined): SmartevseBusMaster {
  const known = masters.get(bus);
  if (known !== undefined) return known;
  const made = createMaster(bus, clock, tap);
  masters.set(bus, made);
  return made;
}

function createMaster(bus: ModbusBus, clock: Clock, tap: TrafficTap | undefined): SmartevseBusMaster {
  const session = createSmartevseBusSession();
  const listener = createSmartevseListener();
  const events = new Map<BusMember, MemberEvents>();
  let stopListening: (() => void) | null = null;
  let callOffCycle = (): void => undefined;
  let broadcastSoon: Promise<Result<null>> | null = null;

  const otherMaster = (): string | null => {
    const kind = listener.otherMaster(clock.monotonicMs());
    return kind === null ? null : MASTER_TEXTS[kind];
  };

  const send = async (request: BusRequest): Promise<ModbusWords | null> => {
    if (request.kind === 'poll') return bus.read({ ...request, table: 'input', urgency: 'fast', timeoutMs: NODE_TIMEOUT_MS });
    await bus.write({ ...request, functionCode: 16, urgency: 'setpoint', timeoutMs: NODE_TIMEOUT_MS });
    return null;
  };

  /** What a node does not take now is in its next status, and is said again. */
  const sendAll = async (requests: readonly BusRequest[]): Promise<void> => {
    await Promise.all(requests.map((request) => send(request).catch(() => null)));
  };

  const understand = (member: BusMember, words: readonly number[], timeMs: number): readonly BusRequest[] => {
    const read = session.answered(member, words, timeMs);
    const told = events.get(member);
    if (read.ok) told?.onStatus();
    else told?.onRejection({ code: read.error.code, context: { evse: member.evse.id, ...read.error.context } });
    return read.ok ? read.value : [];
  };

  const poll = async (member: BusMember): Promise<void> => {
    let answer: ModbusWords | null;
    try {
      answer = await send(session.pollOf(member));
    } catch (thrown) {
      session.missed(member);
      const error = failureOf(thrown);
      // Silence is what an absent node does; everything else came from somewhere.
      if (error.code !== 'timeout' && error.code !== 'link-lost') events.get(member)?.onRejection(error);
      throw thrown;
    }
    if (answer !== null) await sendAll(understand(member, answer.words, answer.timeMs));
  };

  const broadcast = async (): Promise<Result<null>> => {
    const request = session.broadcast(clock.monotonicMs());
    if (request === null) return success(null);
    try {
      await send(request);
      return success(null);
    } catch (thrown) {
      return { ok: false, error: failureOf(thrown) };
    }
  };

  const cycle = (): void => {
    callOffCycle = clock.callAt(clock.monotonicMs() + BUS_CYCLE_MS, cycle);
    if (otherMaster() !== null) return;
    // A slow bus may not be done with the cycle before: polls of one kind wait there, a broadcast goes before them.
    void Promise.all(session.members.map((member) => poll(member).catch(() => undefined))).then(broadcast);
  };

  const overhear = (): (() => void) | null =>
    tap?.onChunk((chunk) => {
      for (const event of listener.push(chunk)) {
        const member = event.kind === 'status' && otherMaster() !== null ? session.members.find(({ unitId }) => unitId === event.unitId) : undefined;
        if (member === undefined || event.kind !== 'status') continue;
        member.status = event.status;
        member.statusMs = event.timeMs;
        events.get(member)?.onStatus();
      }
    }) ?? null;

  const begin = (): void => {
    stopListening = overhear();
    callOffCycle = clock.callAt(clock.monotonicMs() + LISTEN_FIRST_MS, cycle);
  };

  return {
    bus,
    otherMaster,
    join(evse, unitId, told) {
      const joined = session.join(evse, unitId);
      if (!joined.ok) throw new ChargebenchError(joined.error.code, joined.error.context);
      if (session.members.length === 1) begin();
      events.set(joined.value, told);
      return joined.value;
    },
    leave(member) {
      session.leave(member);
      events.delete(member);
      if (session.members.length > 0) return;
      callOffCycle();
      stopListening?.();
    },
    poll,
    offer(member, offerDa) {
      const other = otherMaster();
      if (other !== null) return Promise.resolve(failure('refused', { evse: member.evse.id, otherMaster: other }));
      member.offerDa = offerDa;
      member.offerMs = clock.monotonicMs();
      // All offers of one moment are one broadcast: the first alone would carry what the others had before.
      broadcastSoon ??= new Promise((resolve) => {
        clock.callAt(clock.monotonicMs(), () => {
          broadcastSoon = null;
          resolve(broadcast());
        });
      });
      return broadcastSoon.then(async (sent) => {
        if (sent.ok) await sendAll(session.grantsOf(member, clock.monotonicMs()));
        return sent;
      });
    },
  };
}
