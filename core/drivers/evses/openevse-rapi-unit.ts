/** What is known of one OpenEVSE controller, and the questions by which it is learned (reference openevse e.5, e.6). */
import { failure, success, type Result } from '../../errors.ts';
import { createOpenEvseStatus, type OpenEvseStatus } from '../../protocols/openevse.ts';
import type { RapiAnswer } from '../../protocols/rapi.ts';
import {
  RAPI_FLAGS,
  readCapacity,
  readEnergy,
  readFaultCounts,
  readHeartbeat,
  readMeasured,
  readState,
  readTemperatures,
  readVersion,
  type RapiCapacity,
  type RapiFaultCounts,
  type RapiHeartbeat,
  type RapiState,
  type RapiVersion,
} from '../../protocols/rapi-values.ts';
import { asking, type RapiDialogue } from './rapi-dialogue.ts';
import type { RapiAsk } from './rapi-exchange.ts';

/** Changed in place, answer by answer. */
export interface RapiUnit {
  readonly status: OpenEvseStatus;
  version: RapiVersion | null;
  capacity: RapiCapacity | null;
  /** Null until told, and for controllers that have no supervision. */
  heartbeat: RapiHeartbeat | null;
  temperaturesC: readonly (number | null)[];
  faultCounts: RapiFaultCounts | null;
}

export function createRapiUnit(): RapiUnit {
  return { status: createOpenEvseStatus(), version: null, capacity: null, heartbeat: null, temperaturesC: [], faultCounts: null };
}

/** 01 A, 02 B, 03 C, 04 D: the pilot itself says whether a vehicle is there. */
const NOT_CONNECTED = 1;
const LAST_CONNECTED = 4;
const ASLEEP: readonly number[] = [0xfe, 0xff];

export const isAsleep = ({ status }: RapiUnit): boolean => status.stateCode !== null && ASLEEP.includes(status.stateCode);

export function applyState(unit: RapiUnit, { stateCode, flags, pilotA }: RapiState, timeMs: number): void {
  const { status } = unit;
  status.stateCode = stateCode;
  if (flags !== null) status.isVehicleConnected = (flags & RAPI_FLAGS.isVehicleConnected) !== 0;
  else if (stateCode >= NOT_CONNECTED && stateCode <= LAST_CONNECTED) status.isVehicleConnected = stateCode !== NOT_CONNECTED;
  // Asleep there is no pilot to tell: an event says 0 then.
  if (pilotA !== null && pilotA > 0) status.pilotA = pilotA;
  status.timeMs = timeMs;
}

export type RapiQuestion = '$GV' | '$GC' | '$GS' | '$GG' | '$GU' | '$GP' | '$GF' | '$GY' | '$G0' | '$SY';

type Apply = (unit: RapiUnit, answer: RapiAnswer, timeMs: number) => Result<unknown>;

/** Takes what was read; a refused answer changes nothing. */
function taking<T>(read: Result<T>, take: (value: T) => void): Result<T> {
  if (read.ok) take(read.value);
  return read;
}

const applyHeartbeat: Apply = (unit, answer, timeMs) =>
  taking(readHeartbeat(answer), (heartbeat) => {
    unit.heartbeat = heartbeat;
    unit.status.timeMs = timeMs;
  });

const APPLY: Readonly<Record<RapiQuestion, Apply>> = {
  $GV: (unit, { tokens }) =>
    taking(readVersion(tokens), (version) => {
      unit.version = version;
      unit.status.firmware = version.firmware;
    }),
  $GC: (unit, { tokens }, timeMs) =>
    taking(readCapacity(tokens), (capacity) => {
      unit.capacity = capacity;
      unit.status.pilotA = capacity.pilotA;
      unit.status.configuredMaxA = capacity.configuredMaxA;
      unit.status.timeMs = timeMs;
    }),
  $GS: (unit, { tokens }, timeMs) =>
    taking(readState(tokens, unit.version?.isDecimalState ?? false), (state) => {
      applyState(unit, state, timeMs);
    }),
  $GG: (unit, { tokens }, timeMs) =>
    taking(readMeasured(tokens), ({ currentA, voltageV }) => {
      unit.status.currentA = currentA;
      unit.status.currentTimeMs = currentA === null ? null : timeMs;
      unit.status.voltageV = voltageV;
      unit.status.timeMs = timeMs;
    }),
  $GU: (unit, { tokens }) =>
    taking(readEnergy(tokens), ({ sessionWh }) => {
      unit.status.sessionEnergyWh = sessionWh;
    }),
  $GP: (unit, { tokens }) =>
    taking(readTemperatures(tokens), (temperaturesC) => {
      unit.temperaturesC = temperaturesC;
    }),
  $GF: (unit, { tokens }) =>
    taking(readFaultCounts(tokens), (faultCounts) => {
      unit.faultCounts = faultCounts;
    }),
  $GY: applyHeartbeat,
  $SY: applyHeartbeat,
  // 0 nobody, 1 connected, 2 unknown: what protocols before 5 know of a vehicle while they sleep.
  $G0: (unit, { tokens: [connected] }) => {
    if (connected === '0' || connected === '1') unit.status.isVehicleConnected = connected === '1';
    return success(null);
  },
};

/** Asks and takes in what is answered. `refused` on `$NK`, but for a pulse, whose `$NK` says the same figures. */
export function* learn(unit: RapiUnit, question: RapiQuestion, nowMs: () => number, how?: RapiAsk): RapiDialogue<Result<RapiAnswer>> {
  const answer = yield* asking(question, how);
  if (!answer.ok) return answer;
  if (!answer.value.isOk && question !== '$SY') return failure('refused', { command: question });
  const applied = APPLY[question](unit, answer.value, nowMs());
  return applied.ok ? answer : applied;
}
