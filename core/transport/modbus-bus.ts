import type { Failure } from '../errors.ts';
import type { CancelSignal } from '../time/clock.ts';
import type { LinkState, Unsubscribe } from './mqtt-link.ts';

/** Function codes 3 and 4 (Modbus Application Protocol V1.1b3, 6.3 and 6.4). */
export type ModbusTable = 'holding' | 'input';

/**
 * What waits goes in this order: a setpoint before a poll, a fast poll (currents) before a slow one (energy), a scan last. Within one
 * urgency the units take turns, so that a unit that times out delays nobody twice in a row.
 */
export type ModbusUrgency = 'setpoint' | 'fast' | 'slow' | 'scan';

interface ModbusRequest {
  /** 1 to 247; SmartEVSE's broadcast is 9, not Modbus' own 0. */
  readonly unitId: number;
  /** 0-based address on the wire. */
  readonly address: number;
  readonly urgency?: ModbusUrgency;
  /** Of this request; the bus's default when absent. */
  readonly timeoutMs?: number;
  /** How often it is tried again after a timeout or a checksum failure; 0 when absent. */
  readonly retries?: number;
}

export interface ModbusRead extends ModbusRequest {
  readonly table: ModbusTable;
  /** Registers, 1 to 125. */
  readonly count: number;
}

export interface ModbusWrite extends ModbusRequest {
  /** Words of 16 bits, 1 to 123; exactly one with function code 6. */
  readonly values: readonly number[];
  readonly functionCode: 6 | 16;
  /** `none` goes out as a raw frame and frees the line after its wire time and the silence. */
  readonly answer: 'expected' | 'none';
}

export interface ModbusWords {
  /** As unsigned 16-bit words, in the order of their addresses. */
  readonly words: readonly number[];
  /** Monotonic time of the last byte of the answer. */
  readonly timeMs: number;
}

/** Since the bus was opened. */
export interface ModbusCounters {
  readonly requests: number;
  readonly answers: number;
  readonly timeouts: number;
  readonly checksumFailures: number;
  readonly exceptions: number;
  /** Answers to something else than what was asked, late ones among them: thrown away. */
  readonly unexpected: number;
}

export interface ModbusUnitCounters extends ModbusCounters {
  readonly unitId: number;
  /** Of the newest answer, request to last byte; null before the first. */
  readonly latencyMs: number | null;
  readonly lastFailure: Failure | null;
}

export interface ModbusBusLoad {
  readonly total: ModbusCounters;
  readonly units: readonly ModbusUnitCounters[];
  /** Part of the last ten seconds in which the line was busy, 0 to 1. */
  readonly busyRatio: number;
  readonly waiting: number;
}

/**
 * One pair of wires or one socket with Modbus units on it: one request in flight (per unit id on Modbus TCP gateways too). Throws
 * `timeout`, `checksum`, `refused` (an exception of the unit: context.exception holds its code), `unexpected-reply`, `link-lost`,
 * `cancelled`. A late answer is never given to another request.
 */
export interface ModbusBus {
  state(): LinkState;
  onState(listener: (state: LinkState) => void): Unsubscribe;
  read(request: ModbusRead, signal?: CancelSignal): Promise<ModbusWords>;
  /** Resolves with the time at which the write was answered, or at which it had left where no answer is expected. */
  write(request: ModbusWrite, signal?: CancelSignal): Promise<{ readonly timeMs: number }>;
  load(): ModbusBusLoad;
  close(): Promise<void>;
}
