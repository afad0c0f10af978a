/** A simulated Sensorbox (reference smartevse.md 7.1): registers of P1 port and clamps, its wiring bits, and what a SmartEVSE writes to it. */
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import { encodeRegisters } from '../../core/devices/encode-registers.ts';
import type { MeterValues } from '../../core/devices/meter-values.ts';
import { ChargebenchError } from '../../core/errors.ts';
import { exceptionPdu, parseRequestPdu, readAnswerPdu, writeAnswerPdu } from '../../core/protocols/modbus.ts';
import type { PerPhase } from '../../core/quantities.ts';
import type { SimulatedUnit } from '../modbus-unit.ts';

export const SENSORBOX_ADDRESS = 10;
const WIRING_REGISTER = 0x0800;
const WIFI_REGISTER = 0x0801;
const ILLEGAL_ADDRESS = 2;
/** The second box answers no more than the first (Sensorbox2.c line 979 of SmartEVSE/Sensorbox-2); newer software has twelve more. */
const MEASURED_COUNT = 20;
const NETWORK_COUNT = 12;
/** Low byte of register 0: what a box 2 sends, its rotation bit, its 3-wire bit. */
const BOX_2 = 0x14;
const TURNAROUND_MS = 10;
/** Clamps and telegrams bring something new once a second. */
const REFRESH_MS = 1000;

export interface SensorboxOptions {
  readonly unitId?: number;
  /** 1 also stands for 1.5. */
  readonly version?: 1 | 2;
  /** Where its values come from; with both the P1 port wins. */
  readonly source?: 'p1' | 'clamps';
  readonly measure: (timeMs: number) => Pick<MeterValues, 'currentA' | 'voltageV'>;
  /** Software version 1 and later: it has WiFi and tells about it. */
  readonly hasNetwork?: boolean;
  readonly turnaroundMs?: number;
  readonly refreshMs?: number;
}

export interface SimulatedSensorbox extends SimulatedUnit {
  readonly kind: 'sensorbox';
  /** The clamps measure against the star point (4 wires) or against another line (3 wires). */
  isThreeWire(): boolean;
  isCounterClockwise(): boolean;
  wifiMode(): number;
  cutPower(): void;
  restorePower(): void;
}

export function createSensorbox(options: SensorboxOptions): SimulatedSensorbox {
  const { unitId = SENSORBOX_ADDRESS, version = 2, source = 'p1', hasNetwork = false, turnaroundMs = TURNAROUND_MS, refreshMs = REFRESH_MS } = options;
  let wiring = 0;
  let wifi = 0;
  let isPowered = true;
  let refreshedMs = -Infinity;
  /** What the last refresh brought has been read already. */
  let isRead = false;

  const refresh = (timeMs: number): void => {
    if (timeMs - refreshedMs < refreshMs) return;
    // The moments of a refresh stand still, whenever somebody asks.
    refreshedMs = Number.isFinite(refreshedMs) ? timeMs - ((timeMs - refreshedMs) % refreshMs) : timeMs;
    isRead = false;
  };

  const measured = (timeMs: number): readonly number[] => {
    refresh(timeMs);
    const values: MeterValues = { powerW: NONE, totalPowerW: null, energyImportWh: null, energyExportWh: null, ...options.measure(timeMs) };
    const description = BUNDLED_METERS.get(version === 1 ? 'sensorbox-1' : (wiring & 2) !== 0 ? 'sensorbox-3-wire' : 'sensorbox');
    if (description === undefined) throw new ChargebenchError('not-found', { model: 'sensorbox' });
    const image = encodeRegisters(description, values, source === 'p1' ? 0 : 1).get('input');
    const words = Array.from({ length: MEASURED_COUNT }, (_, address) => image?.get(address) ?? 0);
    words[0] = version === 1 ? 0 : (hasNetwork ? 0x0100 : 0) | BOX_2 | wiring;
    if (isRead) words[1] = (words[1] ?? 0) & 0xff00;
    isRead = true;
    return words;
  };

  const words = (timeMs: number): readonly number[] => [...measured(timeMs), ...(hasNetwork ? networkWords(wifi) : [])];

  const answer = (pdu: Uint8Array, timeMs: number): Uint8Array | null => {
    const parsed = parseRequestPdu(pdu);
    if (!parsed.ok) return null;
    const request = parsed.value;
    if (request.kind === 'read') {
      if (request.table !== 'input') return null;
      if (request.address + request.count > MEASURED_COUNT + (hasNetwork ? NETWORK_COUNT : 0)) return exceptionPdu(4, ILLEGAL_ADDRESS);
      return readAnswerPdu('input', words(timeMs).slice(request.address, request.address + request.count));
    }
    if (request.functionCode !== 6) return null;
    const [word = 0] = request.values;
    if (request.address === WIRING_REGISTER && version === 2) wiring = word & 3;
    else if (request.address === WIFI_REGISTER && hasNetwork) wifi = word & 3;
    else return exceptionPdu(6, ILLEGAL_ADDRESS);
    return writeAnswerPdu(6, request.address, request.values);
  };

  return {
    kind: 'sensorbox',
    unitId,
    turnaroundMs,
    isThreeWire: () => (wiring & 2) !== 0,
    isCounterClockwise: () => (wiring & 1) !== 0,
    wifiMode: () => wifi,
    handle: (pdu, timeMs) => (isPowered ? answer(pdu, timeMs) : null),
    cutPower() {
      isPowered = false;
    },
    restorePower() {
      isPowered = true;
      refreshedMs = -Infinity;
    },
  };
}

const NONE: PerPhase<null> = [null, null, null];

/** Status and WiFi mode; clock, address and password of a box that has never been on a network are 0. */
function networkWords(wifiMode: number): readonly number[] {
  const isPortal = wifiMode === 2;
  return [((isPortal ? 4 : 0) << 8) | wifiMode, ...Array.from({ length: NETWORK_COUNT - 1 }, () => 0)];
}
