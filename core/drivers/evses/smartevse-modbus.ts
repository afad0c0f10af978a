import { BUNDLED_EVSES } from '../../devices/list-evses.ts';
import type { EvseSetting } from '../../devices/evse-description-schema.ts';
import { settingOf } from '../../devices/setting-rules.ts';
import { ChargebenchError, failure, failureOf, success, type Failure, type Result } from '../../errors.ts';
import { decodeIdentity, STATUS_COUNT, STATUS_REGISTER } from '../../protocols/smartevse-bus.ts';
import type { EvseReport } from '../../site/readings.ts';
import type { Evse } from '../../site/site.ts';
import type { CancelSignal } from '../../time/clock.ts';
import type { DriverPorts, EvseDriver, OfferAnswer, Rejection } from '../driver.ts';
import { createListeners, nextEvent } from '../listeners.ts';
import { smartevseBusMaster } from './smartevse-bus-master.ts';
import { BUS_CYCLE_MS, NODE_TIMEOUT_MS, smartevseOfferDa, smartevseReport } from './smartevse-bus-session.ts';

/** The broadcast has no answer: what a node took stands in its status, at the next poll at the latest. */
const CONFIRM_TIME_MS = 5000;
const STATUS_TIME_MS = 2 * BUS_CYCLE_MS + 1000;
const SETTING_TIMEOUT_MS = 500;
/** Address k is PWR SHARE k. */
const PWR_SHARE = 'pwr-share';
const MAP_REGISTER = 0x020c;

/**
 * Drives one SmartEVSE in node role as its master on the bus, or hears what another master does with it (reference smartevse.md 6).
 * Throws `invalid-argument` without such a bus or with an address that is no node's, `already-open` for one that is taken.
 */
export function createSmartevseModbusDriver(evse: Evse, { links, clock }: DriverPorts): EvseDriver {
  const { transport, unitId } = modbusLinkOf(evse);
  const bus = links.buses?.get(transport);
  if (bus === undefined) throw new ChargebenchError('invalid-argument', { evse: evse.id, needs: transport });
  const master = smartevseBusMaster(bus, clock, links.taps?.get(transport));
  const reports = createListeners<EvseReport>();
  const rejections = createListeners<Rejection>();
  const member = master.join(evse, unitId, {
    onStatus() {
      const report = smartevseReport(member, master.otherMaster());
      if (report !== null) reports.emit(report);
    },
    onRejection(error: Failure) {
      rejections.emit({ timeMs: clock.monotonicMs(), failure: { code: error.code, context: { evse: evse.id, ...error.context } } });
    },
  });

  /** The node may be given less than was asked for: what its cable carries. */
  const mostDa = (): number => (member.status?.maxCurrentA ?? 0) * 10;
  const isTaken = (offerDa: number): boolean => member.status?.balancedDa === Math.min(offerDa, mostDa());

  const offer = async (currentA: number, signal?: CancelSignal): Promise<Result<OfferAnswer>> => {
    const wanted = smartevseOfferDa(evse, currentA);
    if (!wanted.ok) return wanted;
    const sent = await master.offer(member, wanted.value);
    if (!sent.ok) return sent;
    const taken = nextEvent(reports, () => isTaken(wanted.value), clock, CONFIRM_TIME_MS, signal);
    master.poll(member).catch(() => undefined);
    const requestedA = wanted.value / 10;
    try {
      return success({ requestedA, readBackA: (await taken).offeredCurrentA ?? requestedA });
    } catch (thrown) {
      return failure(failureOf(thrown).code, { evse: evse.id, requestedA, readBackA: member.status === null ? null : member.status.balancedDa / 10 });
    }
  };

  const readRegister = async (address: number, signal?: CancelSignal, from = unitId): Promise<Result<number>> => {
    try {
      const { words } = await bus.read({ unitId: from, table: 'input', address, count: 1, urgency: 'slow', timeoutMs: SETTING_TIMEOUT_MS, retries: 1 }, signal);
      return success(words[0] ?? 0);
    } catch (thrown) {
      return { ok: false, error: failureOf(thrown) };
    }
  };

  /** Of two maps one has FUNCTION (3 or 4) where the other has an address from 10 on (reference smartevse.md 6.2). */
  const findMap = async (signal?: CancelSignal): Promise<Result<'usual' | 'd35'>> => {
    const told = await readRegister(MAP_REGISTER, signal);
    if (!told.ok) return told;
    if (told.value === 3 || told.value === 4) return success('usual');
    return told.value >= 10 && told.value <= 247 ? success('d35') : failure('unexpected-reply', { evse: evse.id, field: 'register map', value: told.value });
  };

  /** Where a setting stands on the bus; what only the display can do says so. */
  const registerOf = async (key: string, signal?: CancelSignal): Promise<Result<number>> => {
    const setting = settingIn(key);
    if (setting === undefined) return failure('not-supported', { evse: evse.id, setting: key });
    const atDisplay = failure('not-supported', { evse: evse.id, setting: key, display: setting.display ?? setting.name });
    const { where } = setting;
    if (where.kind !== 'register') return atDisplay;
    const inD35 = where.otherFirmware['d35'];
    if (inD35 === undefined) return success(where.address);
    const map = await findMap(signal);
    if (!map.ok) return map;
    if (map.value === 'usual') return success(where.address);
    return inD35 === null ? atDisplay : success(inD35);
  };

  const writeRegister = async (key: string, address: number, word: number, signal?: CancelSignal): Promise<Result<number>> => {
    try {
      await bus.write({ unitId, address, values: [word], functionCode: 16, answer: 'expected', urgency: 'fast', timeoutMs: SETTING_TIMEOUT_MS }, signal);
    } catch (thrown) {
      const error = failureOf(thrown);
      // A unit that changes its address with this write may answer nobody any more (reference smartevse.md 8.5).
      if (key !== PWR_SHARE || error.code !== 'timeout') return { ok: false, error };
    }
    return readRegister(address, signal, key === PWR_SHARE ? word : unitId);
  };

  return {
    evseId: evse.id,
    capabilities: () => ({
      canPause: true,
      minCurrentA: evse.minCurrentA,
      maxCurrentA: Math.min(evse.ratingA, evse.configuredMaxA),
      stepA: Math.max(evse.stepA, 0.1),
      offersExpire: true,
    }),
    async identify(signal) {
      const { words } = await bus.read({ unitId, table: 'input', address: STATUS_REGISTER, count: STATUS_COUNT, urgency: 'slow', timeoutMs: NODE_TIMEOUT_MS, retries: 2 }, signal);
      const read = decodeIdentity(words);
      if (!read.ok) throw new ChargebenchError(read.error.code, { evse: evse.id, ...read.error.context });
      return { model: 'SmartEVSE v3', firmware: null, serial: String(read.value.serial) };
    },
    onReport: (listener) => reports.add(listener),
    onSettings: () => () => undefined,
    onRejection: (listener) => rejections.add(listener),
    read: (signal) => nextEvent(reports, () => true, clock, STATUS_TIME_MS, signal),
    offer,
    release: () => master.offer(member, null),
    async readSetting(key, signal) {
      const place = await registerOf(key, signal);
      return place.ok ? readRegister(place.value, signal) : place;
    },
    async writeSetting(key, value, signal) {
      const place = await registerOf(key, signal);
      if (!place.ok) return place;
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffff) return failure('out-of-range', { evse: evse.id, setting: key, value });
      const other = master.otherMaster();
      return other === null ? writeRegister(key, place.value, value, signal) : failure('refused', { evse: evse.id, otherMaster: other });
    },
    close() {
      master.leave(member);
    },
  };
}

function modbusLinkOf({ id, model, link }: Evse): Extract<Evse['link'], { readonly kind: 'modbus' }> {
  if (link.kind !== 'modbus') throw new ChargebenchError('not-supported', { device: id, model, link: link.kind, needs: 'modbus' });
  return link;
}

function settingIn(key: string): EvseSetting | undefined {
  const description = BUNDLED_EVSES.get('smartevse');
  return description === undefined ? undefined : settingOf(description, key);
}

