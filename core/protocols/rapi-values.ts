/** What the tokens of RAPI answers and events mean (reference openevse e.4, e.5, e.7, e.8). Numbers are hex where the protocol has them so. */
import { failure, success, type Result } from '../errors.ts';
import type { RapiAnswer } from './rapi.ts';

type Tokens = readonly string[];

const refuse = (command: string, tokens: Tokens, expected: string): Result<never> =>
  failure('unexpected-reply', { command, payload: tokens.join(' ').slice(0, 40), expected });

/** Null for anything but a whole number in that form and range. */
function decimal(token: string | undefined, lowest: number, highest: number): number | null {
  if (token === undefined || !/^-?\d{1,10}$/.test(token)) return null;
  const number = Number(token);
  return number < lowest || number > highest ? null : number;
}

function hex(token: string | undefined, highest: number): number | null {
  if (token === undefined || !/^[0-9A-Fa-f]{1,8}$/.test(token)) return null;
  const number = Number.parseInt(token, 16);
  return number > highest ? null : number;
}

export interface RapiVersion {
  /** May have a fourth part that is no number: 7.1.3.EU (capture openevse-rapi/version-replies). */
  readonly firmware: string;
  readonly protocol: string;
  /** Protocol before 5.0.0: `$GS` has two decimal fields. */
  readonly isDecimalState: boolean;
  /** Protocol 3.0.0 and later. */
  readonly hasSequenceIds: boolean;
}

/** `$GV`. */
export function readVersion(tokens: Tokens): Result<RapiVersion> {
  const [firmware, protocol, ...rest] = tokens;
  const major = /^(\d{1,3})\.\d{1,3}(?:\.|$)/.exec(protocol ?? '')?.[1];
  if (firmware === undefined || protocol === undefined || major === undefined || rest.length > 0 || !/^[Vv]?\d/.test(firmware)) {
    return refuse('$GV', tokens, 'firmware and protocol');
  }
  return success({ firmware, protocol, isDecimalState: Number(major) < 5, hasSequenceIds: Number(major) >= 3 });
}

export interface RapiState {
  readonly stateCode: number;
  /** Null in events, which do not tell it. */
  readonly elapsedS: number | null;
  /** What the pilot alone says; null before protocol 5. */
  readonly pilotStateCode: number | null;
  /** Null before protocol 5. */
  readonly flags: number | null;
  /** What the pilot offers, in events of protocol 5 only. */
  readonly pilotA: number | null;
}

/** `$GS`: state and pilot state in hex and the flags in hex since protocol 5; before, state in decimal and no more than the time. */
export function readState(tokens: Tokens, isDecimalState: boolean): Result<RapiState> {
  const elapsedS = decimal(tokens[1], 0, 1e10);
  if (isDecimalState) {
    const stateCode = decimal(tokens[0], 0, 255);
    if (tokens.length !== 2 || stateCode === null || elapsedS === null) return refuse('$GS', tokens, 'state and seconds, decimal');
    return success({ stateCode, elapsedS, pilotStateCode: null, flags: null, pilotA: null });
  }
  const [stateCode, pilotStateCode, flags] = [hex(tokens[0], 0xff), hex(tokens[2], 0xff), hex(tokens[3], 0xffff_ffff)];
  if (tokens.length !== 4 || stateCode === null || elapsedS === null || pilotStateCode === null || flags === null) {
    return refuse('$GS', tokens, 'state, seconds, pilot state and flags');
  }
  return success({ stateCode, elapsedS, pilotStateCode, flags, pilotA: null });
}

/** `$AT` (protocol 5) and its older form `$ST`, which has the state alone. */
export function readStateEvent(name: '$AT' | '$ST', tokens: Tokens): Result<RapiState> {
  const stateCode = hex(tokens[0], 0xff);
  if (name === '$ST') {
    if (tokens.length !== 1 || stateCode === null) return refuse(name, tokens, 'a state');
    return success({ stateCode, elapsedS: null, pilotStateCode: null, flags: null, pilotA: null });
  }
  const [pilotStateCode, pilotA, flags] = [hex(tokens[1], 0xff), decimal(tokens[2], 0, 200), hex(tokens[3], 0xffff_ffff)];
  if (tokens.length !== 4 || stateCode === null || pilotStateCode === null || pilotA === null || flags === null) {
    return refuse(name, tokens, 'state, pilot state, amperes and flags');
  }
  return success({ stateCode, elapsedS: null, pilotStateCode, flags, pilotA });
}

/** Bits of the flags; those of captures beside the reference's list (captures, correction 5). */
export const RAPI_FLAGS = {
  isServiceLevelSkipped: 0x0001,
  hasHardFault: 0x0002,
  isAtLimit: 0x0004,
  isLocked: 0x0008,
  isAtTimeLimit: 0x0010,
  hasLostGround: 0x0020,
  isRelayClosed: 0x0040,
  hasGroundFault: 0x0080,
  isVehicleConnected: 0x0100,
  hasSessionEnded: 0x0200,
  wasVehicleConnected: 0x0400,
  isInMenu: 0x0800,
  isTimerOn: 0x1000,
  isAtChargeLimit: 0x2000,
  isBootLocked: 0x4000,
  isLockedByHand: 0x8000,
} as const;

export interface RapiCapacity {
  readonly minA: number;
  readonly hardwareMaxA: number;
  /** What the pilot offers, throttled where it is: the truth (captures, correction 3). */
  readonly pilotA: number;
  readonly configuredMaxA: number;
}

/** `$GC`, all decimal. */
export function readCapacity(tokens: Tokens): Result<RapiCapacity> {
  const [minA, hardwareMaxA, pilotA, configuredMaxA] = [0, 1, 2, 3].map((index) => decimal(tokens[index], 1, 200));
  const isWhole = minA != null && hardwareMaxA != null && pilotA != null && configuredMaxA != null && tokens.length === 4;
  if (!isWhole || minA > pilotA || pilotA > hardwareMaxA || configuredMaxA > hardwareMaxA) return refuse('$GC', tokens, 'four currents in order');
  return success({ minA, hardwareMaxA, pilotA, configuredMaxA });
}

export interface RapiMeasured {
  readonly currentA: number | null;
  readonly voltageV: number | null;
}

/** `$GG`: mA and mV; -1 is not measured. */
export function readMeasured(tokens: Tokens): Result<RapiMeasured> {
  const [currentMa, voltageMv] = [decimal(tokens[0], -1, 200_000), decimal(tokens[1], -1, 500_000)];
  if (tokens.length !== 2 || currentMa === null || voltageMv === null) return refuse('$GG', tokens, 'milliamperes and millivolts');
  return success({ currentA: currentMa < 0 ? null : currentMa / 1000, voltageV: voltageMv < 0 ? null : voltageMv / 1000 });
}

export interface RapiEnergy {
  readonly sessionWh: number;
  readonly totalWh: number;
}

/** `$GU`: watt-seconds of the session, Wh in all. */
export function readEnergy(tokens: Tokens): Result<RapiEnergy> {
  const [sessionWs, totalWh] = [decimal(tokens[0], 0, 1e10), decimal(tokens[1], 0, 1e10)];
  if (tokens.length !== 2 || sessionWs === null || totalWh === null) return refuse('$GU', tokens, 'watt-seconds and watt-hours');
  return success({ sessionWh: sessionWs / 3600, totalWh });
}

/** `$GP`: tenths of a degree of the three sensors that may be fitted, clock, display and infrared; -2560 is one that is not there. */
export function readTemperatures(tokens: Tokens): Result<readonly (number | null)[]> {
  const tenths = tokens.map((token) => decimal(token, -2560, 2000));
  if (tokens.length !== 3 || tenths.includes(null)) return refuse('$GP', tokens, 'three temperatures');
  return success(tenths.map((value) => (value === null || value <= -2560 ? null : value / 10)));
}

export interface RapiFaultCounts {
  readonly groundFaults: number;
  readonly lostGrounds: number;
  readonly stuckRelays: number;
}

/** `$GF`, all hex. */
export function readFaultCounts(tokens: Tokens): Result<RapiFaultCounts> {
  const [groundFaults, lostGrounds, stuckRelays] = [0, 1, 2].map((index) => hex(tokens[index], 0xffff));
  if (tokens.length !== 3 || groundFaults == null || lostGrounds == null || stuckRelays == null) return refuse('$GF', tokens, 'three counts');
  return success({ groundFaults, lostGrounds, stuckRelays });
}

export interface RapiHeartbeat {
  /** 0: it is not supervised. */
  readonly intervalS: number;
  readonly fallbackA: number;
  /** 0 never missed, 1 missed earlier and restored, 2 missed: the pilot is held at the fall-back until that is acknowledged. */
  readonly trigger: 0 | 1 | 2;
}

/** `$SY` and `$GY`; a pulse is answered by `$NK` with the same figures while the pilot is held down. */
export function readHeartbeat({ tokens }: Pick<RapiAnswer, 'tokens'>): Result<RapiHeartbeat> {
  const [intervalS, fallbackA, trigger] = [decimal(tokens[0], 0, 65_535), decimal(tokens[1], 0, 255), decimal(tokens[2], 0, 2)];
  if (tokens.length !== 3 || intervalS === null || fallbackA === null || trigger === null) return refuse('$SY', tokens, 'seconds, amperes and trigger');
  return success({ intervalS, fallbackA, trigger: trigger as 0 | 1 | 2 });
}

export interface RapiSettings {
  readonly currentA: number;
  /** Bits of the controller's own settings. */
  readonly flags: number;
}

/** `$GE`: amperes in decimal, flags in hex. */
export function readSettings(tokens: Tokens): Result<RapiSettings> {
  const [currentA, flags] = [decimal(tokens[0], 0, 200), hex(tokens[1], 0xffff_ffff)];
  if (tokens.length !== 2 || currentA === null || flags === null) return refuse('$GE', tokens, 'amperes and flags');
  return success({ currentA, flags });
}

/** Two whole numbers: `$GA`, scale and offset of the ammeter. */
export function readAmmeter(tokens: Tokens): Result<{ readonly scale: number; readonly offset: number }> {
  const [scale, offset] = [decimal(tokens[0], 0, 65_535), decimal(tokens[1], -32_768, 32_767)];
  if (tokens.length !== 2 || scale === null || offset === null) return refuse('$GA', tokens, 'scale and offset');
  return success({ scale, offset });
}

/** The current that `$SC` has set, whether it was the one asked for (`$OK`) or the nearest it could (`$NK`). */
export function readSetCurrent({ tokens }: Pick<RapiAnswer, 'tokens'>): Result<number> {
  const currentA = decimal(tokens[0], 0, 200);
  return tokens.length !== 1 || currentA === null ? refuse('$SC', tokens, 'amperes') : success(currentA);
}

/** `$AB`: 0 is a good start, else the state code of the fault found. */
export function readBoot(tokens: Tokens): Result<{ readonly faultCode: number; readonly firmware: string }> {
  const faultCode = hex(tokens[0], 0xff);
  if (faultCode === null || tokens[1] === undefined) return refuse('$AB', tokens, 'post code and firmware');
  return success({ faultCode, firmware: tokens[1] });
}

/** Answers by their form: how many tokens `$OK` has. A lost answer's successor must not pass for it. */
const TOKEN_COUNTS: Readonly<Record<string, readonly number[]>> = {
  $GV: [2],
  $GS: [2, 4],
  $GC: [4],
  $GG: [2],
  $GE: [2],
  $GU: [2],
  $GP: [3],
  $GF: [3],
  $GA: [2],
  $GI: [1],
  $G0: [1],
  $GY: [3],
  $SY: [3],
  $SC: [1],
  $FE: [0],
  $FS: [0],
  $FD: [0],
};

/** Whether an answer has the form of this command's; commands unknown here take any. `$NK` is terse whatever was asked. */
export function fitsCommand(command: string, { isOk, tokens }: RapiAnswer): boolean {
  const name = command.slice(0, 3);
  if (!isOk) return tokens.length <= 3;
  // Versions have points, which no number of RAPI has.
  if (name === '$GV') return readVersion(tokens).ok;
  return TOKEN_COUNTS[name]?.includes(tokens.length) ?? true;
}
