import type { PerPhase } from '../quantities.ts';
import type { ModbusTable } from '../transport/modbus-bus.ts';
import { isMissing, numberIn, timesTenTo, wordCountOf } from './data-types.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import { registerMapOf, type MeterValues, type RegisterBlock, type RejectedValue } from './meter-values.ts';
import { addressesOf, tableOf, wordsIn } from './register-places.ts';
import type { Expectation, Quantity, Register, RegisterMap, Registers } from './register-schema.ts';

export interface DecodedMeter extends MeterValues {
  /** Why values that were there are null; empty for a good answer. */
  readonly rejected: readonly RejectedValue[];
}

/** Beyond these a value is no measurement of this kind of site; the current's bound stands in the description. */
const HIGHEST_VOLTAGE_V = 1000;
const HIGHEST_POWER_W = 10_000_000;
const HIGHEST_ENERGY_WH = 1e12;
/** A register with an exponent beyond this holds something else. */
const LARGEST_EXPONENT = 9;

const NOTHING: MeterValues = { currentA: [null, null, null], voltageV: [null, null, null], powerW: [null, null, null], totalPowerW: null, energyImportWh: null, energyExportWh: null };

/**
 * What these registers say by this description. A quantity whose registers are in no block is null, as is one that the device
 * does not have; a value that cannot be is null and stands in `rejected` with its reason. Where an expectation is not met, or the
 * device says that it has no new data, nothing is used at all. Throws `not-supported` without registers, nothing else.
 */
export function decodeRegisters(description: MeterDescription, blocks: readonly RegisterBlock[]): DecodedMeter {
  const map = registerMapOf(description);
  const active = activeRegisters(map, blocks);
  if ('reason' in active) return { ...NOTHING, rejected: [active] };
  const unmet = active.expects.flatMap((expectation) => breachOf(map, expectation, blocks));
  if (unmet.length > 0) return { ...NOTHING, rejected: unmet };
  const reader: Reader = { map, registers: active.registers, blocks, rejected: [] };
  const powerW = phasesOf(reader, 'power');
  const decoded = {
    currentA: signed(reader, phasesOf(reader, 'current'), powerW),
    voltageV: phasesOf(reader, 'voltage'),
    powerW,
    totalPowerW: valueOf(reader, 'totalPower', 0),
    energyImportWh: valueOf(reader, 'energyImport', 0),
    energyExportWh: valueOf(reader, 'energyExport', 0),
  };
  return { ...decoded, rejected: reader.rejected };
}

/** The register's number times its scale, as the device counts it: without the rules about direction. Null where it is not there or cannot be. */
export function registerValues(description: MeterDescription, quantity: Quantity, blocks: readonly RegisterBlock[]): PerPhase<number | null> {
  const map = registerMapOf(description);
  const active = activeRegisters(map, blocks);
  if ('reason' in active) return [null, null, null];
  const register = active.registers[quantity];
  if (register === undefined) return [null, null, null];
  const straight: Reader = { map, registers: { [quantity]: { ...register, isNegated: false } }, blocks, rejected: [] };
  return phasesOf(straight, quantity);
}

interface Reader {
  readonly map: RegisterMap;
  readonly registers: Registers;
  readonly blocks: readonly RegisterBlock[];
  readonly rejected: RejectedValue[];
}

interface Active {
  readonly registers: Registers;
  readonly expects: readonly Expectation[];
}

/** Those that count now. Where the flag register was not read, only those that always do. */
function activeRegisters(map: RegisterMap, blocks: readonly RegisterBlock[]): Active | RejectedValue {
  const { choice, registers, expects } = map;
  const flags = choice === undefined ? undefined : wordsIn(blocks, map.table, choice.address, 1)?.[0];
  if (choice === undefined || flags === undefined) return { registers, expects };
  const chosen = choice.cases.find(({ bits }) => (flags & bits) !== 0);
  if (chosen === undefined) return { reason: 'no-new-data', quantity: null, phase: null, address: choice.address, got: `0x${hex(flags)}` };
  return { registers: { ...registers, ...chosen.registers }, expects: [...expects, ...chosen.expects] };
}

function breachOf(map: RegisterMap, { address, type, mask, value }: Expectation, blocks: readonly RegisterBlock[]): readonly RejectedValue[] {
  const words = wordsIn(blocks, map.table, address, wordCountOf(type));
  if (words === null) return [];
  // Bit operators are signed in 32 bits.
  const got = (numberIn(words, type, 3) & mask) >>> 0;
  return got === value ? [] : [{ reason: 'expectation-not-met', quantity: null, phase: null, address, got: `0x${words.map(hex).join('')}` }];
}

function phasesOf(reader: Reader, quantity: Quantity): PerPhase<number | null> {
  return [valueOf(reader, quantity, 0), valueOf(reader, quantity, 1), valueOf(reader, quantity, 2)];
}

function valueOf(reader: Reader, quantity: Quantity, phase: number): number | null {
  const { map, registers, blocks } = reader;
  const register = registers[quantity];
  const address = register === undefined ? undefined : addressesOf(map, quantity, register)[phase];
  if (register === undefined || address === undefined) return null;
  const table = tableOf(map, register);
  const words = wordsIn(blocks, table, address, wordCountOf(register.type));
  const byteOrder = register.byteOrder ?? map.byteOrder;
  if (words === null || isMissing(words, register.type, byteOrder, map.missing)) return null;
  const reject = (reason: RejectedValue['reason'], got: string): null => {
    reader.rejected.push({ reason, quantity, phase: isTotal(quantity) ? null : phase, address, got });
    return null;
  };
  const raw = numberIn(words, register.type, byteOrder);
  if (!Number.isFinite(raw)) return reject('not-a-number', words.map(hex).join(' '));
  const exponent = exponentOf(reader, register, table);
  if (exponent === null) return null;
  if (Math.abs(exponent) > LARGEST_EXPONENT) return reject('exponent-out-of-range', String(exponent));
  const value = timesTenTo(raw, exponent) * (register.isNegated ? -1 : 1);
  return isPossible(map, quantity, value) ? value + 0 : reject('out-of-range', String(value));
}

/** Null where the device has none or it was not read. */
function exponentOf({ map, blocks }: Reader, { exponentAddress, scale }: Register, table: ModbusTable): number | null {
  if (exponentAddress === undefined) return scale;
  const words = wordsIn(blocks, table, exponentAddress, 1);
  return words === null || isMissing(words, 'i16', 3, map.missing) ? null : numberIn(words, 'i16', 3);
}

const isTotal = (quantity: Quantity): boolean => quantity === 'totalPower' || quantity === 'energyImport' || quantity === 'energyExport';

function isPossible({ largestCurrentA }: RegisterMap, quantity: Quantity, value: number): boolean {
  switch (quantity) {
    case 'current':
      return Math.abs(value) <= largestCurrentA;
    case 'voltage':
      return value >= 0 && value <= HIGHEST_VOLTAGE_V;
    case 'power':
    case 'totalPower':
      return Math.abs(value) <= HIGHEST_POWER_W;
    case 'energyImport':
    case 'energyExport':
      return value >= 0 && value <= HIGHEST_ENERGY_WH;
  }
}

/** A magnitude takes the direction of its phase's power. Without one it has none, and is not used: import and export differ by all. */
function signed(reader: Reader, magnitudes: PerPhase<number | null>, powerW: PerPhase<number | null>): PerPhase<number | null> {
  const { map, registers } = reader;
  if (map.currentSign === 'own') return magnitudes;
  const ofPhase = (phase: 0 | 1 | 2): number | null => {
    const [magnitude, power] = [magnitudes[phase], powerW[phase]];
    if (magnitude === null) return null;
    if (power !== null) return power < 0 ? -Math.abs(magnitude) : Math.abs(magnitude);
    const register = registers.current;
    const address = register === undefined ? 0 : (addressesOf(map, 'current', register)[phase] ?? 0);
    reader.rejected.push({ reason: 'no-sign', quantity: 'current', phase, address, got: String(magnitude) });
    return null;
  };
  return [ofPhase(0), ofPhase(1), ofPhase(2)];
}

const hex = (word: number): string => word.toString(16).toUpperCase().padStart(4, '0');
