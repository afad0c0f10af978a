/** Numbers in registers: data types and the four byte orders (reference smartevse 7.3). */
import type { ByteOrder, DataType, RegisterMap } from './register-schema.ts';

const WORD_COUNTS: Readonly<Record<DataType, number>> = { i16: 1, u16: 1, i32: 2, u32: 2, f32: 2, i64: 4, u64: 4 };

export const wordCountOf = (type: DataType): number => WORD_COUNTS[type];

const isSigned = (type: DataType): boolean => type.startsWith('i');

/** Most significant word first, each with its most significant byte first; turns wire order into it and back. */
export function ordered(words: readonly number[], byteOrder: ByteOrder): readonly number[] {
  const bytesRight = byteOrder >= 2 ? words : words.map((word) => ((word & 0xff) << 8) | (word >> 8));
  return byteOrder % 2 === 1 ? bytesRight : bytesRight.toReversed();
}

const scratch = new DataView(new ArrayBuffer(8));

/** The number in these words (as many as the type has, in wire order). A float may be NaN or infinite; 64 bits are exact to 2^53. */
export function numberIn(words: readonly number[], type: DataType, byteOrder: ByteOrder): number {
  const inOrder = ordered(words, byteOrder);
  for (const [index, word] of inOrder.entries()) scratch.setUint16(2 * index, word);
  switch (type) {
    case 'i16':
      return scratch.getInt16(0);
    case 'u16':
      return scratch.getUint16(0);
    case 'i32':
      return scratch.getInt32(0);
    case 'u32':
      return scratch.getUint32(0);
    case 'f32':
      return scratch.getFloat32(0);
    case 'i64':
      return scratch.getInt32(0) * 2 ** 32 + scratch.getUint32(4);
    case 'u64':
      return scratch.getUint32(0) * 2 ** 32 + scratch.getUint32(4);
  }
}

/** The words of a number in wire order; whole types round to the nearest and stop at their ends. */
export function wordsOf(value: number, type: DataType, byteOrder: ByteOrder): readonly number[] {
  if (type === 'f32') scratch.setFloat32(0, value);
  else setWhole(value, type);
  const words = Array.from({ length: wordCountOf(type) }, (_, index) => scratch.getUint16(2 * index));
  return ordered(words, byteOrder);
}

function setWhole(value: number, type: Exclude<DataType, 'f32'>): void {
  const bits = 16 * wordCountOf(type);
  const highest = isSigned(type) ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const lowest = isSigned(type) ? -(2 ** (bits - 1)) : 0;
  const whole = Math.min(Math.max(Math.round(value), lowest), highest);
  if (bits === 16) scratch.setUint16(0, whole & 0xffff);
  else if (bits === 32) scratch.setUint32(0, whole >>> 0);
  else {
    scratch.setInt32(0, Math.floor(whole / 2 ** 32));
    scratch.setUint32(4, whole - Math.floor(whole / 2 ** 32) * 2 ** 32);
  }
}

/** The words (most significant first) that say "this device has no such quantity"; null where the type has none. */
export function missingWords(type: DataType, missing: RegisterMap['missing']): readonly number[] | null {
  const rest = Array.from({ length: wordCountOf(type) - 1 });
  if (missing === 'none') return null;
  // ABB's text speaks of whole numbers only; SunSpec sends a quiet NaN.
  if (type === 'f32') return missing === 'sunspec' ? [0x7fc0, 0] : null;
  if (!isSigned(type)) return [0xffff, ...rest.map(() => 0xffff)];
  return missing === 'largest' ? [0x7fff, ...rest.map(() => 0xffff)] : [0x8000, ...rest.map(() => 0)];
}

export function isMissing(words: readonly number[], type: DataType, byteOrder: ByteOrder, missing: RegisterMap['missing']): boolean {
  const pattern = missingWords(type, missing);
  if (pattern === null) return false;
  if (type === 'f32') return Number.isNaN(numberIn(words, type, byteOrder));
  const inOrder = ordered(words, byteOrder);
  return pattern.every((word, index) => word === inOrder[index]);
}

/** Divides where the power is negative: 2301 / 10 is 230.1, 2301 * 0.1 is not. */
export function timesTenTo(value: number, exponent: number): number {
  return exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
}
