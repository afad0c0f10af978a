/**
 * OpenEVSE gateway: status topics into a report. Fields, units and states: reference sections d.1, d.2 and e.8, with
 * the corrections of the captures (last will without address, `pilot` meaningless while sleeping).
 */
import { success, type Result } from '../errors.ts';
import type { PerPhase, PhaseIndex } from '../quantities.ts';
import type { EvseReport, EvseState } from '../site/readings.ts';
import type { Evse } from '../site/site.ts';
import { readRapiAnswer } from './rapi.ts';
import { readDocument, readFlag, readNumber, refuse, type TopicValue } from './topic-value.ts';

/** What the topics of one unit have said so far; null where nothing has. Changed in place: it is filled per message. */
export interface OpenEvseStatus {
  timeMs: number;
  stateCode: number | null;
  pilotA: number | null;
  currentA: number | null;
  currentTimeMs: number | null;
  voltageV: number | null;
  isVehicleConnected: boolean | null;
  sessionEnergyWh: number | null;
  /** `max_current_soft` of the stored settings. */
  configuredMaxA: number | null;
  overrideState: string | null;
  isOnline: boolean | null;
  firmware: string | null;
  restartCount: number;
}

export function createOpenEvseStatus(): OpenEvseStatus {
  return {
    timeMs: 0,
    stateCode: null,
    pilotA: null,
    currentA: null,
    currentTimeMs: null,
    voltageV: null,
    isVehicleConnected: null,
    sessionEnergyWh: null,
    configuredMaxA: null,
    overrideState: null,
    isOnline: null,
    firmware: null,
    restartCount: 0,
  };
}

/** J1772 states of the controller (reference e.8); those not named here are faults. */
const STATES: Readonly<Record<number, EvseState>> = { 0: 'starting', 1: 'idle', 2: 'connected', 3: 'charging', 4: 'connected', 254: 'paused', 255: 'paused' };
const FAULT_CODES = new Set([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);

export function openEvseState(stateCode: number): EvseState {
  return STATES[stateCode] ?? 'fault';
}

/** vflags bit of the controller: a vehicle is connected (reference e.8). */
const VEHICLE_CONNECTED_FLAG = 0x0100;

const TAKEN: Result<boolean, never> = success(true);
const NOT_NEEDED: Result<boolean, never> = success(false);

type Apply = (status: OpenEvseStatus, value: TopicValue, timeMs: number) => Result<boolean>;

function numberField(field: string, lowest: number, highest: number, put: (status: OpenEvseStatus, number: number, timeMs: number) => void): Apply {
  return (status, value, timeMs) => {
    const read = readNumber(field, value, lowest, highest);
    if (!read.ok) return read;
    put(status, read.value, timeMs);
    return TAKEN;
  };
}

const applyState: Apply = (status, value) => {
  const read = readNumber('state', value, 0, 255);
  if (!read.ok) return read;
  const code = read.value;
  if (STATES[code] === undefined && !FAULT_CODES.has(code)) return refuse('state', value, 'a state of the J1772 controller');
  status.stateCode = code;
  return success(true);
};

const applyVehicle: Apply = (status, value) => {
  const read = readFlag('vehicle', value);
  if (!read.ok) return read;
  status.isVehicleConnected = read.value;
  return success(true);
};

/** `{"state":"null"}` when no override stands; a gateway without one may send an empty object. */
const applyOverride: Apply = (status, value) => {
  const read = readDocument('override', value);
  if (!read.ok) return read;
  const { state } = read.value;
  const isEmpty = Object.keys(read.value).length === 0 || state === 'null' || state === null;
  status.overrideState = isEmpty ? null : typeof state === 'string' ? state : 'active';
  return success(true);
};

const applyConfig: Apply = (status, value) => {
  const read = readDocument('config', value);
  if (!read.ok) return read;
  const { max_current_soft: softA, version } = read.value;
  if (typeof softA === 'number' && softA > 0 && softA <= 200) status.configuredMaxA = softA;
  if (typeof version === 'string') status.firmware = version;
  return success(true);
};

/** By the topic below the unit's base topic: all that a report is made of. */
const FIELDS: Readonly<Record<string, Apply>> = {
  state: applyState,
  vehicle: applyVehicle,
  override: applyOverride,
  config: applyConfig,
  pilot: numberField('pilot', 0, 200, (status, pilotA) => {
    status.pilotA = pilotA;
  }),
  /** Milliamperes. */
  amp: numberField('amp', 0, 200_000, (status, currentMa, timeMs) => {
    status.currentA = currentMa / 1000;
    status.currentTimeMs = timeMs;
  }),
  voltage: numberField('voltage', 0, 400, (status, voltageV) => {
    status.voltageV = voltageV;
  }),
  session_energy: numberField('session_energy', 0, 1e9, (status, energyWh) => {
    status.sessionEnergyWh = energyWh;
  }),
};

/** The measured current came again as it was. */
export function renewMeasured(status: OpenEvseStatus, timeMs: number): void {
  status.timeMs = timeMs;
  status.currentTimeMs = timeMs;
}

const FIELD_NAMES: ReadonlySet<string> = new Set(Object.keys(FIELDS));

/** Whether a report rests on this field. */
export const isOpenEvseReportField = (field: string): boolean => FIELD_NAMES.has(field);

/**
 * Takes one message below the unit's base topic. Answers whether the report changed (false for fields that no report
 * needs), or `unexpected-reply` with field and payload; a refused payload changes nothing.
 */
export function applyOpenEvseTopic(
  status: OpenEvseStatus,
  field: string,
  value: TopicValue,
  timeMs: number,
  isRetained: boolean,
): Result<boolean> {
  const apply = FIELDS[field];
  if (apply === undefined) return NOT_NEEDED;
  const result = apply(status, value, timeMs);
  // A retained value is old: it is worth knowing, but proves no life.
  if (result.ok && !isRetained) status.timeMs = timeMs;
  return result;
}

/**
 * Takes a message of `openevse/announce/…`. Answers false when it is about another unit. A unit that connects (again) may
 * have forgotten every claim; the retained announcement found at the start counts as the first connection.
 */
export function applyOpenEvseAnnounce(status: OpenEvseStatus, baseTopic: string, value: TopicValue, timeMs: number, isRetained: boolean): Result<boolean> {
  const read = readDocument('announce', value);
  if (!read.ok) return read;
  const { state, mqtt, name } = read.value;
  // The last will has no address, only the host name, which is the default base topic.
  if (mqtt !== baseTopic && !(mqtt === undefined && name === baseTopic.split('/').at(-1))) return success(false);
  if (state === 'connected') {
    if (status.isOnline !== null && !isRetained) status.restartCount += 1;
    status.isOnline = true;
    if (!isRetained) status.timeMs = timeMs;
    return success(true);
  }
  status.isOnline = false;
  return success(true);
}

/** Takes the answer to `$GC` (min, hardware max, pilot, configured max in A) from `rapi/out`, which carries no request id. */
export function applyCurrentCapacity(status: OpenEvseStatus, answer: TopicValue, timeMs: number): Result<boolean> {
  const read = readRapiAnswer(typeof answer === 'string' ? answer : '');
  if (!read.ok) return read;
  const [minA, hardwareMaxA, pilotA, configuredMaxA, ...rest] = read.value.map(Number);
  if (minA === undefined || hardwareMaxA === undefined || pilotA === undefined || configuredMaxA === undefined || rest.length > 0) {
    return refuse('rapi/out', answer, 'four currents');
  }
  const isInOrder = minA >= 1 && minA <= pilotA && pilotA <= hardwareMaxA && configuredMaxA <= hardwareMaxA;
  if (!isInOrder) return refuse('rapi/out', answer, 'currents in order');
  status.pilotA = pilotA;
  status.configuredMaxA = configuredMaxA;
  status.timeMs = timeMs;
  return success(true);
}

/**
 * Takes the answer to `$GS` (state hex, elapsed s, pilot state hex, vflags hex; reference e.5, e.8). Controllers before
 * protocol 5 answer two decimal numbers: refused here, their state comes by topic.
 */
export function applyControllerState(status: OpenEvseStatus, answer: TopicValue, timeMs: number): Result<boolean> {
  const read = readRapiAnswer(typeof answer === 'string' ? answer : '');
  if (!read.ok) return read;
  const [state, , , flags, ...rest] = read.value;
  if (state === undefined || flags === undefined || rest.length > 0) return refuse('rapi/out', answer, 'the answer to $GS');
  const applied = applyState(status, Number.parseInt(state, 16), timeMs);
  if (!applied.ok) return applied;
  status.isVehicleConnected = (Number.parseInt(flags, 16) & VEHICLE_CONNECTED_FLAG) !== 0;
  status.timeMs = timeMs;
  return success(true);
}

function offeredA(status: OpenEvseStatus): number | null {
  if (status.stateCode === null) return null;
  const state = openEvseState(status.stateCode);
  // While it sleeps or is at fault there is no pilot signal, whatever `pilot` says.
  if (state === 'paused' || state === 'fault') return 0;
  return status.pilotA;
}

function isConnected(status: OpenEvseStatus): boolean | null {
  if (status.stateCode !== null && status.stateCode >= 1 && status.stateCode <= 4) return status.stateCode !== 1;
  return status.isVehicleConnected;
}

/** `phases`: the site phases that carry what its one ammeter shows. `before`: its last report, whose currents may be the same. */
export function openEvseReport(evse: Evse, phases: readonly number[], status: OpenEvseStatus, before: EvseReport | null = null): EvseReport {
  return {
    evseId: evse.id,
    timeMs: status.timeMs,
    state: status.stateCode === null ? null : openEvseState(status.stateCode),
    isVehicleConnected: isConnected(status),
    offeredCurrentA: offeredA(status),
    measuredCurrentA: measuredOn(phases, status.currentA, before?.measuredCurrentA ?? null),
    measuredTimeMs: status.currentTimeMs,
    voltageV: status.voltageV,
    energyWh: status.sessionEnergyWh,
    restartCount: status.restartCount,
    otherCommander: status.overrideState === null ? null : 'manual override',
  };
}

function measuredOn(phases: readonly number[], currentA: number | null, before: PerPhase<number | null> | null): PerPhase<number | null> | null {
  if (currentA === null) return null;
  if (before !== null && phases.length > 0 && before[(phases[0] ?? 0) as PhaseIndex] === currentA) return before;
  const on = (phase: PhaseIndex): number | null => (phases.includes(phase) ? currentA : null);
  return [on(0), on(1), on(2)];
}
