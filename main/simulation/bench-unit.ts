import { exceptionPdu, parseRequestPdu, readAnswerPdu, writeAnswerPdu } from '../../core/protocols/modbus.ts';
import type { SimulatedUnit } from '../../hardware-sims/modbus-unit.ts';

const ILLEGAL_FUNCTION = 1;

/** Registers that hold their address, and take what is written. */
export function createBenchUnit(unitId: number, turnaroundMs: number): SimulatedUnit {
  return {
    unitId,
    turnaroundMs,
    handle(pdu) {
      const request = parseRequestPdu(pdu);
      if (!request.ok) return exceptionPdu(pdu[0] ?? 0, ILLEGAL_FUNCTION);
      if (request.value.kind === 'write') return writeAnswerPdu(request.value.functionCode, request.value.address, request.value.values);
      const { table, address, count } = request.value;
      return readAnswerPdu(table, Array.from({ length: count }, (_, at) => address + at));
    },
  };
}
