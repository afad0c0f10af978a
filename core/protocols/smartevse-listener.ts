/**
 * Beside a real SmartEVSE master, or beside ourselves: what passes on the pair, in the words of that bus (reference smartevse.md 6.3,
 * 6.4). Only listens; times are those of the chunks.
 */
import type { ModbusTable } from '../transport/modbus-bus.ts';
import type { TrafficChunk } from '../transport/traffic.ts';
import { createRtuStream, type RtuEvent } from './rtu-stream.ts';
import {
  BROADCAST_ADDRESS,
  BROADCAST_COUNT,
  BROADCAST_REGISTER,
  decodeBroadcast,
  decodeStatus,
  ERROR_REGISTER,
  FIRST_NODE_ADDRESS,
  LAST_NODE_ADDRESS,
  POLLED_STATUS_COUNT,
  STATUS_REGISTER,
  type SmartevseBroadcast,
  type SmartevseStatus,
} from './smartevse-bus.ts';

export type BusEvent =
  | { readonly kind: 'status'; readonly unitId: number; readonly status: SmartevseStatus; readonly timeMs: number }
  | { readonly kind: 'broadcast'; readonly broadcast: SmartevseBroadcast; readonly isOurs: boolean; readonly timeMs: number }
  /** The master tells all nodes these error bits. */
  | { readonly kind: 'errors'; readonly errors: number; readonly isOurs: boolean; readonly timeMs: number }
  /** Registers of a unit that is no SmartEVSE: a Sensorbox, a kWh meter. */
  | { readonly kind: 'registers'; readonly unitId: number; readonly table: ModbusTable; readonly address: number; readonly words: readonly number[]; readonly timeMs: number }
  /** Somebody else has asked something. */
  | { readonly kind: 'other-master'; readonly isSmartevse: boolean; readonly timeMs: number };

export interface SmartevseListener {
  push(chunk: TrafficChunk): readonly BusEvent[];
  /** Who else is master now, by what was heard within the last 11 s; null where nobody is. */
  otherMaster(timeMs: number): 'smartevse' | 'modbus' | null;
  droppedBytes(): number;
}

/** One request may be noise that happens to have its CRC; two are somebody. */
const REQUESTS_OF_A_MASTER = 2;
/** A master that says nothing for so long is none: its nodes have given it up too (3.12). */
const MASTER_GONE_MS = 11_000;

export function createSmartevseListener(): SmartevseListener {
  const stream = createRtuStream();
  let requestTimesMs: readonly number[] = [];
  let broadcastMs = -Infinity;

  const hear = (timeMs: number): void => {
    requestTimesMs = [...requestTimesMs.slice(1 - REQUESTS_OF_A_MASTER), timeMs];
  };

  const understand = (event: RtuEvent): readonly BusEvent[] => {
    if (event.kind === 'answer') return answerEvents(event);
    const { isOurs, timeMs } = event;
    const told = requestEvents(event);
    if (isOurs) return told;
    hear(timeMs);
    if (told.length > 0) broadcastMs = timeMs;
    return [...told, { kind: 'other-master', isSmartevse: timeMs - broadcastMs < MASTER_GONE_MS, timeMs }];
  };

  return {
    push: (chunk) => stream.push(chunk).flatMap(understand),
    otherMaster(timeMs) {
      const [first = -Infinity] = requestTimesMs;
      if (requestTimesMs.length < REQUESTS_OF_A_MASTER || timeMs - first > MASTER_GONE_MS) return null;
      return timeMs - broadcastMs < MASTER_GONE_MS ? 'smartevse' : 'modbus';
    },
    droppedBytes: () => stream.droppedBytes(),
  };
}

type RequestEvent = Extract<RtuEvent, { readonly kind: 'request' }>;
type AnswerEvent = Extract<RtuEvent, { readonly kind: 'answer' }>;

function requestEvents({ unitId, request, isOurs, timeMs }: RequestEvent): readonly BusEvent[] {
  if (unitId !== BROADCAST_ADDRESS || request.kind !== 'write') return [];
  if (request.address === ERROR_REGISTER && request.values.length === 1) return [{ kind: 'errors', errors: (request.values[0] ?? 0) & 0xff, isOurs, timeMs }];
  if (request.address !== BROADCAST_REGISTER || request.values.length !== BROADCAST_COUNT) return [];
  const broadcast = decodeBroadcast(request.values);
  return broadcast.ok ? [{ kind: 'broadcast', broadcast: broadcast.value, isOurs, timeMs }] : [];
}

function answerEvents({ unitId, answer, request, timeMs }: AnswerEvent): readonly BusEvent[] {
  if (answer.kind !== 'words' || request?.kind !== 'read') return [];
  if (unitId >= FIRST_NODE_ADDRESS && unitId <= LAST_NODE_ADDRESS) {
    if (request.address !== STATUS_REGISTER || request.count < POLLED_STATUS_COUNT) return [];
    const status = decodeStatus(answer.words);
    return status.ok ? [{ kind: 'status', unitId, status: status.value, timeMs }] : [];
  }
  return unitId > BROADCAST_ADDRESS ? [{ kind: 'registers', unitId, table: request.table, address: request.address, words: answer.words, timeMs }] : [];
}
