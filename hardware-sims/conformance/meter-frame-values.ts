/** What our description makes of one frame, against what its file says. */
import { isMissing, numberIn, timesTenTo, wordCountOf } from '../../core/devices/data-types.ts';
import { decodeRegisters, registerValues } from '../../core/devices/decode-registers.ts';
import type { MeterDescription } from '../../core/devices/meter-description-schema.ts';
import { registerMapOf, type RegisterBlock } from '../../core/devices/meter-values.ts';
import { addressesOf, entriesOf, registerSets, tableOf, wordsIn } from '../../core/devices/register-places.ts';
import type { ByteOrder, DataType, Quantity, Register } from '../../core/devices/register-schema.ts';
import type { DecodedEntry, MeterFrame } from './meter-frames-file.ts';

const DATA_TYPES: Readonly<Record<DecodedEntry['dataType'], DataType>> = { int16: 'i16', uint16: 'u16', int32: 'i32', uint32: 'u32', float32: 'f32', int64: 'i64', uint64: 'u64' };
const BYTE_ORDERS: Readonly<Record<DecodedEntry['byteOrder'], ByteOrder>> = { DCBA: 0, BADC: 1, CDAB: 2, ABCD: 3 };
/** Ours are A, V, W and Wh. */
const UNITS: Readonly<Record<string, number | undefined>> = { A: 1, V: 1, W: 1, Wh: 1, kWh: 1000, kW: 1000 };

/** A register of the description at the entry's address. */
interface Own {
  readonly quantity: Quantity;
  readonly register: Register;
  readonly phase: number;
}

/** How many of a frame's values stand in registers that the description knows. */
export function countOwn(description: MeterDescription, { function: code, decoded }: MeterFrame): number {
  return decoded.filter(({ address }) => ownAt(description, code === 3 ? 'holding' : 'input', address).length > 0).length;
}

/** One text per difference; empty where all comes out as it must. */
export function compareFrame(description: MeterDescription, frame: MeterFrame, block: RegisterBlock): readonly string[] {
  return [...frame.decoded.flatMap((entry) => compareEntry(description, entry, block)), ...compareWhole(description, frame, block)];
}

const WHOLE_TYPES: Readonly<Record<number, DataType | undefined>> = { 1: 'i16', 2: 'i32', 4: 'i64' };

/** Words as the description orders them, against the whole number that the file says they are. */
export function compareWords(description: MeterDescription, words: readonly string[], want: number): readonly string[] {
  const type = WHOLE_TYPES[words.length];
  if (type === undefined) return [`${String(words.length)} words are no number`];
  const got = numberIn(words.map((word) => Number.parseInt(word, 16)), type, registerMapOf(description).byteOrder);
  return got === want ? [] : [`want ${String(want)} got ${String(got)}`];
}

function ownAt(description: MeterDescription, table: RegisterBlock['table'], address: number): readonly Own[] {
  const map = registerMapOf(description);
  return registerSets(map).flatMap((registers) =>
    entriesOf(registers).flatMap(([quantity, register]) => {
      const phase = tableOf(map, register) === table ? addressesOf(map, quantity, register).indexOf(address) : -1;
      return phase === -1 ? [] : [{ quantity, register, phase }];
    }),
  );
}

/** Where the description has a register there, type, order and scale are ours; elsewhere those of the file. */
function compareEntry(description: MeterDescription, entry: DecodedEntry, block: RegisterBlock): readonly string[] {
  const own = ownAt(description, block.table, entry.address);
  return own.length === 0 ? compareForeign(entry, block) : own.flatMap((each) => compareOwn(description, entry, block, each));
}

function compareForeign(entry: DecodedEntry, block: RegisterBlock): readonly string[] {
  const type = DATA_TYPES[entry.dataType];
  const words = wordsIn([block], block.table, entry.address, wordCountOf(type));
  if (words === null) return [`${placeOf(entry)} is not in the answer`];
  const raw = numberIn(words, type, BYTE_ORDERS[entry.byteOrder]);
  return [...difference(entry, 'raw', entry.raw, raw), ...difference(entry, 'value', entry.value, timesTenTo(raw, exponentOf(entry.scale)))];
}

function compareOwn(description: MeterDescription, entry: DecodedEntry, block: RegisterBlock, { quantity, register, phase }: Own): readonly string[] {
  const map = registerMapOf(description);
  const words = wordsIn([block], block.table, entry.address, wordCountOf(register.type));
  if (words === null) return [`${placeOf(entry)} is not in the answer`];
  const byteOrder = register.byteOrder ?? map.byteOrder;
  const hasNone = isMissing(words, register.type, byteOrder, map.missing);
  if (entry.value === null) return hasNone ? [] : [`${placeOf(entry)} want none`];
  const raw = numberIn(words, register.type, byteOrder);
  const factor = UNITS[entry.unit];
  const found = difference(entry, 'raw', entry.raw, raw);
  // An exponent may stand outside this frame, and a flag may say that the register does not count now.
  const exponent = register.exponentAddress === undefined ? register.scale : exponentIn(block, register.exponentAddress);
  if (exponent === null || factor === undefined) return found;
  return [...found, ...difference(entry, 'value', entry.value, timesTenTo(raw, exponent) / factor), ...compareRead(description, entry, block, { quantity, register, phase }, factor)];
}

/** What the driver would be given: the same number, unless another register counts at this moment. */
function compareRead(description: MeterDescription, entry: DecodedEntry, block: RegisterBlock, { quantity, phase, register }: Own, factor: number): readonly string[] {
  const map = registerMapOf(description);
  const flags = map.choice === undefined ? undefined : wordsIn([block], map.table, map.choice.address, 1)?.[0];
  const chosen = map.choice?.cases.find(({ bits }) => flags !== undefined && (flags & bits) !== 0);
  const counts = map.choice === undefined || { ...map.registers, ...chosen?.registers }[quantity] === register;
  if (!counts) return [];
  const got = registerValues(description, quantity, [block])[phase] ?? null;
  return difference(entry, 'read', entry.value, got === null ? null : got / factor);
}

function exponentIn(block: RegisterBlock, address: number): number | null {
  const words = wordsIn([block], block.table, address, 1);
  return words === null ? null : numberIn(words, 'i16', 3);
}

/** Directions as the file states them, and nothing in a recorded answer that we would refuse. */
function compareWhole(description: MeterDescription, { expectedAfterInversion: expected }: MeterFrame, block: RegisterBlock): readonly string[] {
  const { currentA, powerW, rejected } = decodeRegisters(description, [block]);
  // A frame with currents alone cannot tell their direction; a whole reading can.
  const refused = rejected.filter(({ reason }) => reason !== 'no-sign').map(({ reason, address, got }) => `register ${String(address)} refused: ${reason}, ${got}`);
  if (expected === undefined) return refused;
  const turned = [0, 1, 2].flatMap((phase) => [...signed('current', phase, expected.currentsA[phase], currentA[phase]), ...signed('power', phase, expected.powersW[phase], powerW[phase])]);
  return [...refused, ...turned];
}

function signed(what: string, phase: number, want: number | undefined, got: number | null | undefined): readonly string[] {
  return want !== undefined && got !== null && got !== undefined && Math.abs(want - got) <= 0.01 ? [] : [`${what} of L${String(phase + 1)} want ${String(want)} got ${String(got)}`];
}

/** The README's tolerance: a part in a thousand, or the last printed digit. */
function difference(entry: DecodedEntry, what: string, want: number | null | undefined, got: number | null): readonly string[] {
  if (want === undefined || (want === null && got === null)) return [];
  if (want !== null && got !== null && Math.abs(want - got) <= Math.max(Math.abs(want) * 1e-3, 1e-6)) return [];
  return [`${placeOf(entry)} ${what} want ${String(want)} got ${String(got)}`];
}

const placeOf = ({ quantity, phase, address }: DecodedEntry): string => `${quantity} ${phase ?? '-'} at ${String(address)}`;

function exponentOf(scale: string): number {
  if (scale === '1') return 0;
  return Number(scale.slice(4)) * (scale.startsWith('/') ? -1 : 1);
}
