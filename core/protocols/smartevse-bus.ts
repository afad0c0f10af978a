/**
 * SmartEVSE v3 on its RS485 pair (reference smartevse.md 5.1, 5.2, 6): state codes, error bits, status registers, and the broadcast
 * that gives every EVSE its current. Currents on the wire are whole deci-amperes (`Da`, 160 = 16.0 A); a configured current is in A.
 */
import { failure, success, type Result } from '../errors.ts';
import type { PerPhase } from '../quantities.ts';
import type { EvseState } from '../site/readings.ts';

/** Address k + 1 is the EVSE with PWR SHARE k + 1; the master itself, 1, only asks and never answers (6.1). */
export const MASTER_ADDRESS = 1;
export const FIRST_NODE_ADDRESS = 2;
export const LAST_NODE_ADDRESS = 8;
/** Obeyed by all, answered by none. Modbus' own broadcast address 0 is not used. */
export const BROADCAST_ADDRESS = 9;

export const STATUS_REGISTER = 0x0000;
/** What a master polls; the whole block has four more. */
export const POLLED_STATUS_COUNT = 8;
export const STATUS_COUNT = 12;
export const ERROR_REGISTER = 0x0001;
export const MODE_REGISTER = 0x0003;
export const ACCESS_REGISTER = 0x0005;
export const CONFIG_CHANGED_REGISTER = 0x0006;
export const BROADCAST_REGISTER = 0x0020;
export const BROADCAST_COUNT = 11;
export const EVSES_ON_BUS = 8;

/** 5.1. `asks…` are a node's requests, `granted…` a master's answers. */
export const SMARTEVSE_STATE = { a: 0, b: 1, c: 2, d: 3, asksB: 4, grantedB: 5, asksC: 6, grantedC: 7, activation: 8, b1: 9, c1: 10 } as const;

/** 5.2. `testIo` is `CIRCUIT_NOCOMM` in the D35 firmware. */
export const SMARTEVSE_ERROR = { lessThan6A: 1, mainsSilent: 2, temperatureHigh: 4, evMeterSilent: 8, rcmTripped: 16, rcmTest: 32, testIo: 64, flash: 128 } as const;
/** While one of these is set no current makes the unit charge. */
const FAULT_BITS = SMARTEVSE_ERROR.temperatureHigh | SMARTEVSE_ERROR.rcmTripped | SMARTEVSE_ERROR.rcmTest | SMARTEVSE_ERROR.flash;

export const SMARTEVSE_MODES = ['normal', 'smart', 'solar'] as const;
export const SMARTEVSE_ACCESS = ['off', 'on', 'pause'] as const;

/** Duty formula of the pilot (5.3): what lies between 0 and 60 dA gives 6 A, so it is never sent (6.5). */
export const LOWEST_CURRENT_DA = 60;
export const HIGHEST_CURRENT_DA = 800;
/** A node without a broadcast for so long stops by itself (3.12). */
export const BROADCAST_TIMEOUT_MS = 11_000;

export interface SmartevseStatus {
  readonly stateCode: number;
  readonly errors: number;
  /** What the unit was given last. */
  readonly balancedDa: number;
  readonly mode: (typeof SMARTEVSE_MODES)[number];
  readonly solarStopS: number;
  readonly access: (typeof SMARTEVSE_ACCESS)[number];
  readonly isConfigChanged: boolean;
  /** The smaller of MAX and the cable, A. */
  readonly maxCurrentA: number;
}

export interface SmartevseIdentity {
  readonly temperatureC: number;
  /** Low 16 bits of the serial number. */
  readonly serial: number;
}

const STATE_TEXTS: readonly string[] = [
  'Ready to Charge',
  'Connected to EV',
  'Charging',
  'D',
  'Request State B',
  'State B OK',
  'Request State C',
  'State C OK',
  'Activate',
  'Charging Stopped',
  'Stop Charging',
  'Modem Setup',
  'Modem Request',
  'Modem Done',
  'Modem Denied',
];

const ERROR_TEXTS: readonly string[] = ['No Power Available', 'Communication Error', 'Temperature High', 'EV Meter Comm Error', 'RCM Tripped', 'RCM Test', 'Test IO', 'Flash Error'];

/** The device's own text (5.1). */
export const smartevseStateText = (stateCode: number): string => STATE_TEXTS[stateCode] ?? `state ${stateCode}`;

/** The device's own texts, lowest bit first (5.2). */
export function smartevseErrorTexts(errors: number): readonly string[] {
  return ERROR_TEXTS.filter((_, bit) => (errors & (1 << bit)) !== 0);
}

/** B1 and C1 are a vehicle that waits: for its delay, for access, for current. */
export function smartevseState({ stateCode, errors }: Pick<SmartevseStatus, 'stateCode' | 'errors'>): EvseState {
  if ((errors & FAULT_BITS) !== 0) return 'fault';
  if (stateCode === SMARTEVSE_STATE.a) return 'idle';
  if (stateCode === SMARTEVSE_STATE.c || stateCode === SMARTEVSE_STATE.d) return 'charging';
  return 'connected';
}

/** The first eight registers at least. Fails with `unexpected-reply` naming the register that no SmartEVSE sends. */
export function decodeStatus(words: readonly number[]): Result<SmartevseStatus> {
  if (words.length < POLLED_STATUS_COUNT) return failure('unexpected-reply', { field: 'status', words: words.length, expected: POLLED_STATUS_COUNT });
  const [stateCode = 0, errors = 0, balancedDa = 0, mode = 0, solarStopS = 0, access = 0, changed = 0, maxCurrentA = 0] = words;
  const modeName = SMARTEVSE_MODES[mode];
  const accessName = SMARTEVSE_ACCESS[access];
  if (STATE_TEXTS[stateCode] === undefined) return strange('state', stateCode);
  if (errors > 0xff) return strange('errors', errors);
  if (balancedDa > HIGHEST_CURRENT_DA) return strange('current', balancedDa);
  if (modeName === undefined) return strange('mode', mode);
  if (accessName === undefined) return strange('access', access);
  if (maxCurrentA > HIGHEST_CURRENT_DA / 10) return strange('maximum current', maxCurrentA);
  return success({ stateCode, errors, balancedDa, mode: modeName, solarStopS, access: accessName, isConfigChanged: changed !== 0, maxCurrentA });
}

function strange(field: string, value: number): Result<never> {
  return failure('unexpected-reply', { field, value });
}

/** All twelve registers: temperature in degrees C (comments of the firmware say kelvin), serial number. */
export function decodeIdentity(words: readonly number[]): Result<SmartevseIdentity> {
  const [temperature, serial] = [words[0x0a], words[0x0b]];
  if (temperature === undefined || serial === undefined) return failure('unexpected-reply', { field: 'status', words: words.length, expected: STATUS_COUNT });
  return success({ temperatureC: signed(temperature), serial });
}

/** What each of the eight EVSEs may take, in the order of their addresses from 1, and the mains currents, import positive. */
export interface SmartevseBroadcast {
  readonly currentsDa: readonly number[];
  readonly mainsDa: PerPhase<number>;
}

/** The registers of FC16 at 0x0020, address 9. Fails with `out-of-range` for a current that a node would take for another one. */
export function broadcastWords({ currentsDa, mainsDa }: SmartevseBroadcast): Result<readonly number[]> {
  const given = Array.from({ length: EVSES_ON_BUS }, (_, index) => currentsDa[index] ?? 0);
  const wrong = given.findIndex((currentDa) => !isSendable(currentDa));
  if (wrong >= 0) return failure('out-of-range', { evse: wrong, currentDa: given[wrong] ?? null, lowestDa: LOWEST_CURRENT_DA, highestDa: HIGHEST_CURRENT_DA });
  return success([...given, ...mainsDa.map((currentDa) => unsigned(Math.min(32_767, Math.max(-32_768, Math.trunc(currentDa)))))]);
}

const isSendable = (currentDa: number): boolean =>
  Number.isInteger(currentDa) && (currentDa === 0 || (currentDa >= LOWEST_CURRENT_DA && currentDa <= HIGHEST_CURRENT_DA));

/** Fails with `unexpected-reply` where these are not the eleven registers of a broadcast. Currents are taken as they are. */
export function decodeBroadcast(words: readonly number[]): Result<SmartevseBroadcast> {
  if (words.length !== BROADCAST_COUNT) return failure('unexpected-reply', { field: 'broadcast', words: words.length, expected: BROADCAST_COUNT });
  const [l1 = 0, l2 = 0, l3 = 0] = words.slice(EVSES_ON_BUS);
  return success({ currentsDa: words.slice(0, EVSES_ON_BUS), mainsDa: [signed(l1), signed(l2), signed(l3)] });
}

const signed = (word: number): number => (word > 0x7fff ? word - 0x10000 : word);
const unsigned = (value: number): number => (value < 0 ? value + 0x10000 : value);
