import { exceptionPdu, parseRequestPdu, readAnswerPdu, writeAnswerPdu } from '../../core/protocols/modbus.ts';
import type { SimulatedUnit } from '../modbus-unit.ts';

export interface RegisterUnit extends SimulatedUnit {
  /** Both tables are one. */
  readonly registers: Map<number, number>;
  requests: number;
}

export interface RegisterUnitOptions {
  readonly unitId: number;
  readonly turnaroundMs?: number;
  readonly broadcastIds?: readonly number[];
  /** What a register holds that was never written; null where there is none. */
  readonly valueAt?: (address: number, timeMs: number) => number | null;
}

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;

/** A unit with registers and nothing behind them; by default each holds its own address. */
export function createRegisterUnit({ unitId, turnaroundMs = 0, broadcastIds = [], valueAt = (address) => address }: RegisterUnitOptions): RegisterUnit {
  const registers = new Map<number, number>();
  const unit: RegisterUnit = {
    unitId,
    turnaroundMs,
    broadcastIds,
    registers,
    requests: 0,
    handle(pdu, timeMs) {
      unit.requests += 1;
      const request = parseRequestPdu(pdu);
      if (!request.ok) return exceptionPdu(pdu[0] ?? 0, ILLEGAL_FUNCTION);
      if (request.value.kind === 'write') {
        const { functionCode, address, values } = request.value;
        for (const [at, value] of values.entries()) registers.set(address + at, value);
        return writeAnswerPdu(functionCode, address, values);
      }
      const { table, address, count } = request.value;
      const words = Array.from({ length: count }, (_, at) => registers.get(address + at) ?? valueAt(address + at, timeMs));
      return words.every((word) => word !== null) ? readAnswerPdu(table, words) : exceptionPdu(pdu[0] ?? 0, ILLEGAL_ADDRESS);
    },
  };
  return unit;
}
