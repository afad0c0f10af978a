import type { ModbusTable } from '../transport/modbus-bus.ts';
import { wordCountOf } from './data-types.ts';
import type { Cadence, RegisterBlock } from './meter-values.ts';
import type { Expectation, Quantity, Register, RegisterMap, Registers } from './register-schema.ts';

export const PHASE_QUANTITIES = ['current', 'voltage', 'power'] as const;
export const TOTAL_QUANTITIES = ['totalPower', 'energyImport', 'energyExport'] as const;

/** Addresses of a quantity, one per phase that the device measures, or one for a total. */
export function addressesOf(map: RegisterMap, quantity: Quantity, register: Register): readonly number[] {
  if (TOTAL_QUANTITIES.some((total) => total === quantity)) return [register.address];
  if (register.addresses !== undefined) return register.addresses;
  return Array.from({ length: map.phases }, (_, phase) => register.address + phase * wordCountOf(register.type));
}

export const tableOf = (map: RegisterMap, { table }: Pick<Register, 'table'>): ModbusTable => table ?? map.table;

/** Currents and powers move within a second; what is worth a look now and then is asked for now and then. */
export function cadenceOf(quantity: Quantity, { cadence }: Register): Cadence {
  return cadence ?? (quantity === 'current' || quantity === 'power' ? 'fast' : 'slow');
}

/** Every set of registers that the device may hold: those that always count, and those of each case. */
export function registerSets(map: RegisterMap): readonly Registers[] {
  return [map.registers, ...(map.choice?.cases.map(({ registers }) => registers) ?? [])];
}

export function allExpectations(map: RegisterMap): readonly Expectation[] {
  return [...map.expects, ...(map.choice?.cases.flatMap(({ expects }) => expects) ?? [])];
}

export function entriesOf(registers: Registers): readonly (readonly [Quantity, Register])[] {
  return [...PHASE_QUANTITIES, ...TOTAL_QUANTITIES].flatMap((quantity) => {
    const register = registers[quantity];
    return register === undefined ? [] : [[quantity, register] as const];
  });
}

/** The words of these registers; null where no block holds them all. */
export function wordsIn(blocks: readonly RegisterBlock[], table: ModbusTable, address: number, count: number): readonly number[] | null {
  for (const block of blocks) {
    const offset = address - block.address;
    if (block.table === table && offset >= 0 && offset + count <= block.words.length) return block.words.slice(offset, offset + count);
  }
  return null;
}
