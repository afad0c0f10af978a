/** A simulated meter behind Modbus registers: whatever its description says, it answers. */
import { encodeRegisters } from '../../core/devices/encode-registers.ts';
import type { MeterDescription } from '../../core/devices/meter-description-schema.ts';
import { registerMapOf, type MeterValues } from '../../core/devices/meter-values.ts';
import { readBlocksOf } from '../../core/devices/read-blocks.ts';
import { exceptionPdu, parseRequestPdu, readAnswerPdu } from '../../core/protocols/modbus.ts';
import type { ModbusTable } from '../../core/transport/modbus-bus.ts';
import type { SimulatedUnit } from '../modbus-unit.ts';

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;

export interface RegisterMeterOptions {
  readonly unitId: number;
  readonly description: MeterDescription;
  /** What it measures at this time, by its own phases. */
  readonly measure: (timeMs: number) => MeterValues;
  /** The description's when absent. */
  readonly turnaroundMs?: number;
}

export interface SimulatedRegisterMeter extends SimulatedUnit {
  readonly kind: 'register-meter';
  cutPower(): void;
  restorePower(): void;
}

/** Registers between those that are described are there and hold 0; beyond them nothing is. Throws `not-supported` without registers. */
export function createRegisterMeter({ unitId, description, measure, turnaroundMs }: RegisterMeterOptions): SimulatedRegisterMeter {
  const map = registerMapOf(description);
  const blocks = readBlocksOf(description);
  let isPowered = true;

  const isThere = (table: ModbusTable, address: number, count: number): boolean =>
    blocks.some((block) => block.table === table && block.address <= address && address + count <= block.address + block.count);

  const answer = (pdu: Uint8Array, timeMs: number): Uint8Array => {
    const parsed = parseRequestPdu(pdu);
    const functionCode = pdu[0] ?? 0;
    if (!parsed.ok || parsed.value.kind !== 'read') return exceptionPdu(functionCode, ILLEGAL_FUNCTION);
    const { table, address, count } = parsed.value;
    if (count > map.bus.longestRead || !isThere(table, address, count)) return exceptionPdu(functionCode, ILLEGAL_ADDRESS);
    const words = encodeRegisters(description, measure(timeMs)).get(table);
    return readAnswerPdu(table, Array.from({ length: count }, (_, index) => words?.get(address + index) ?? 0));
  };

  return {
    kind: 'register-meter',
    unitId,
    turnaroundMs: turnaroundMs ?? map.bus.turnaroundMs,
    handle: (pdu, timeMs) => (isPowered ? answer(pdu, timeMs) : null),
    cutPower() {
      isPowered = false;
    },
    restorePower() {
      isPowered = true;
    },
  };
}
