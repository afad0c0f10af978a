import type { ModbusTable } from '../transport/modbus-bus.ts';
import { missingWords, ordered, timesTenTo, wordCountOf, wordsOf } from './data-types.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import { registerMapOf, type MeterValues } from './meter-values.ts';
import { addressesOf, entriesOf, tableOf } from './register-places.ts';
import type { Quantity, Register, RegisterMap } from './register-schema.ts';

export type RegisterImage = ReadonlyMap<ModbusTable, ReadonlyMap<number, number>>;

/**
 * The registers of a device that measures these values, for a simulator: what `decodeRegisters` reads back within the resolution
 * of its registers. A value that is null is sent as the device sends what it has not, or as 0 where it has no way to say so. Of
 * registers that a flag chooses, those of case `caseIndex` are set, and the flag. A current whose direction its power tells needs
 * one that is not 0. Throws `not-supported` without registers.
 */
export function encodeRegisters(description: MeterDescription, values: MeterValues, caseIndex = 0): RegisterImage {
  const map = registerMapOf(description);
  const image = { holding: new Map<number, number>(), input: new Map<number, number>() };
  const put = (table: ModbusTable, address: number, words: readonly number[]): void => {
    words.forEach((word, offset) => image[table].set(address + offset, word));
  };
  const chosen = map.choice?.cases[caseIndex];
  for (const { address, type, value } of [...map.expects, ...(chosen?.expects ?? [])]) {
    const words = wordsOf(value, type, 3);
    // Several expectations may share a register, each with its own bits.
    put(map.table, address, words.map((word, offset) => word | (image[map.table].get(address + offset) ?? 0)));
  }
  if (map.choice !== undefined) put(map.table, map.choice.address, [map.choice.otherBits | (chosen?.bits ?? 0)]);
  // What a scan looks at, where no quantity has its place.
  for (const { address, type, from, scale } of map.identify?.plausible ?? []) {
    if (!image[map.table].has(address)) put(map.table, address, wordsOf(timesTenTo(from, -scale), type, map.byteOrder));
  }
  for (const registers of [map.registers, ...(chosen === undefined ? [] : [chosen.registers])]) {
    for (const [quantity, register] of entriesOf(registers)) putQuantity(map, quantity, register, values, put);
  }
  return new Map(Object.entries(image) as [ModbusTable, Map<number, number>][]);
}

type Put = (table: ModbusTable, address: number, words: readonly number[]) => void;

function putQuantity(map: RegisterMap, quantity: Quantity, register: Register, values: MeterValues, put: Put): void {
  const table = tableOf(map, register);
  for (const [phase, address] of addressesOf(map, quantity, register).entries()) {
    put(table, address, encoded(map, register, told(map, quantity, register, values, phase)));
  }
  if (register.exponentAddress !== undefined) put(table, register.exponentAddress, wordsOf(register.scale, 'i16', 3));
}

/** What the device counts: its own direction, and a magnitude where the power tells the current's. */
function told(map: RegisterMap, quantity: Quantity, { isNegated }: Register, values: MeterValues, phase: number): number | null {
  const value = valueFor(quantity, values, phase);
  if (value === null) return null;
  if (quantity === 'current' && map.currentSign === 'from-power') return Math.abs(value);
  return isNegated ? -value : value;
}

function valueFor(quantity: Quantity, values: MeterValues, phase: number): number | null {
  switch (quantity) {
    case 'current':
      return values.currentA[phase] ?? null;
    case 'voltage':
      return values.voltageV[phase] ?? null;
    case 'power':
      return values.powerW[phase] ?? null;
    case 'totalPower':
      return values.totalPowerW;
    case 'energyImport':
      return values.energyImportWh;
    case 'energyExport':
      return values.energyExportWh;
  }
}

function encoded(map: RegisterMap, { type, scale, byteOrder = map.byteOrder }: Register, value: number | null): readonly number[] {
  if (value !== null) return wordsOf(timesTenTo(value, -scale), type, byteOrder);
  const missing = missingWords(type, map.missing);
  return missing === null ? Array.from({ length: wordCountOf(type) }, () => 0) : ordered(missing, byteOrder);
}
