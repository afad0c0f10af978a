/** Random bytes and near-misses: no exception, no value that the bytes do not say, every refusal counted. The soak run has a million. */
import { describe, expect, it } from 'vitest';
import { createP1Decoder, type P1Decoded } from './p1-decoder.ts';
import { ADN9, asciiBytes, DSMR22, KAIFA } from './testing/p1-telegrams.ts';

const ROUNDS = 20 * Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? '1000');

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
const below = (random: Random, count: number): number => Math.floor(random() * count);

/** One telegram that is none any more; `isSure`: a CRC16 finds it whatever else is so (one burst of at most 16 bits). */
const MUTATIONS: readonly { readonly name: string; readonly isSure: boolean; readonly mutate: (bytes: Uint8Array, random: Random) => Uint8Array }[] = [
  {
    name: 'one bit',
    isSure: true,
    mutate(bytes, random) {
      const other = bytes.slice();
      const at = below(random, other.length - 8);
      other[at] = (other[at] ?? 0) ^ (1 << below(random, 8));
      return other;
    },
  },
  {
    name: 'two bytes in a row',
    isSure: true,
    mutate(bytes, random) {
      const other = bytes.slice();
      const at = below(random, other.length - 9);
      other[at] = (other[at] ?? 0) ^ (1 + below(random, 255));
      other[at + 1] = below(random, 256);
      return other;
    },
  },
  {
    name: 'digits exchanged',
    isSure: false,
    mutate(bytes, random) {
      const other = bytes.slice();
      const digits = [...other.keys()].filter((at) => at < other.length - 8 && (other[at] ?? 0) >= 0x30 && (other[at] ?? 0) <= 0x39);
      for (let times = 0; times < 4; times += 1) other[digits[below(random, digits.length)] ?? 0] = 0x30 + below(random, 10);
      return other;
    },
  },
  { name: 'a piece missing', isSure: false, mutate: (bytes, random) => cut(bytes, below(random, bytes.length), 1 + below(random, 40)) },
  { name: 'cut off', isSure: false, mutate: (bytes, random) => bytes.slice(0, below(random, bytes.length)) },
  { name: 'noise', isSure: false, mutate: (_, random) => Uint8Array.from({ length: 1 + below(random, 60) }, () => below(random, 256)) },
  {
    name: 'noise of the letters of telegrams',
    isSure: false,
    mutate: (_, random) => Uint8Array.from({ length: 1 + below(random, 60) }, () => '/!\r\n0123456789ABCDEF()*:.-kW'.charCodeAt(below(random, 28))),
  },
];

function cut(bytes: Uint8Array, from: number, length: number): Uint8Array {
  const other = new Uint8Array(Math.max(0, bytes.length - Math.min(length, bytes.length - from)));
  other.set(bytes.subarray(0, from));
  other.set(bytes.subarray(from + length), from);
  return other;
}

/** The specification's polynomial, bit by bit: not the table of the decoder. */
function crcOf(text: string): number {
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    sum ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
  }
  return sum;
}

/** What a simple search of the text says. */
function saysA(text: string, code: string): number | null {
  const found = new RegExp(`^${code.replaceAll('.', '\\.')}\\((\\d+(?:\\.\\d+)?)\\*A\\)\\r?$`, 'm').exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function saysKw(text: string, code: string): number | null {
  const found = new RegExp(`^${code.replaceAll('.', '\\.')}(?:\\*\\d+)?\\((\\d+(?:\\.\\d+)?)\\*(k?|M)W\\)`, 'm').exec(text);
  return found === null ? null : Number(found[1]) * (found[2] === 'k' ? 1 : found[2] === 'M' ? 1000 : 0.001);
}

describe(`${ROUNDS} telegrams of garbage and near-misses`, () => {
  it('let no value through that a sound telegram does not say', { timeout: 900_000 }, () => {
    const random = randomOf(20_251_120);
    const originals = [ADN9, KAIFA].map((text) => ({ text, bytes: asciiBytes(text) }));
    const newest: { decoded: P1Decoded | null } = { decoded: null };
    let heardCount = 0;
    let refusedCount = 0;
    let surelyWrong = 0;
    let passedByChance = 0;
    const decoder = createP1Decoder({
      onDecoded(decoded) {
        newest.decoded = decoded;
        heardCount += 1;
      },
      onRejection: () => {
        refusedCount += 1;
      },
    });
    const check = (texts: readonly string[], isSure: boolean): void => {
      const { decoded } = newest;
      newest.decoded = null;
      if (decoded === null) return;
      const { frame, values } = decoded;
      if (crcOf(frame.text) !== Number.parseInt(frame.checksumText ?? 'none', 16)) throw new Error(`accepted without a sound CRC: ${frame.text}`);
      for (const [phase, code] of ['1-0:31.7.0', '1-0:51.7.0', '1-0:71.7.0'].entries()) {
        const printed = values.phases[phase]?.printed?.currentA ?? null;
        if (printed !== null && printed !== saysA(frame.text, code)) throw new Error(`${code} ${String(printed)} A of ${frame.text}`);
      }
      const isOriginal = texts.some((text) => text.startsWith(frame.text));
      if (!isOriginal && isSure) surelyWrong += 1;
      if (!isOriginal) passedByChance += 1;
    };
    const texts = originals.map(({ text }) => text);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { bytes } = originals[below(random, originals.length)] ?? { bytes: new Uint8Array(0) };
      const mutation = MUTATIONS[below(random, MUTATIONS.length)];
      if (mutation === undefined) throw new Error('no mutation');
      // Ten seconds apart: what was left open is given up, so each is judged alone.
      decoder.push(mutation.mutate(bytes, random), round * 10_000);
      check(texts, mutation.isSure);
    }
    const counted = [...decoder.counts.values()].reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(refusedCount);
    expect(refusedCount).toBeGreaterThan(ROUNDS / 2);
    expect(surelyWrong).toBe(0);
    // A CRC of 16 bits lets one in 65536 of all others by; what stands in those is read as it stands.
    expect(passedByChance).toBeLessThanOrEqual(3 + ROUNDS / 10_000);
    console.info(`P1: ${ROUNDS} pieces, ${heardCount} telegrams whole, ${passedByChance} of them by a chance CRC, refused: ${JSON.stringify(Object.fromEntries(decoder.counts))}`);
    decoder.push(asciiBytes(ADN9), ROUNDS * 10_000);
    expect(newest.decoded).not.toBeNull();
  });

  it('of a meter without CRC: every one that is taken is made of lines only, and says what was read', { timeout: 900_000 }, () => {
    const random = randomOf(7);
    let accepted = 0;
    const decoder = createP1Decoder({
      onDecoded({ frame, values, telegram }) {
        accepted += 1;
        expect(telegram.unreadableLines).toEqual([]);
        const [imported, exported] = ['1-0:1.7.0', '1-0:2.7.0'].map((code) => saysKw(frame.text, code));
        const difference = saysKw(frame.text, '1-0:16.7.0');
        if (values.powerW !== null && difference === null) expect(values.powerW).toBeCloseTo(((imported ?? 0) - (exported ?? 0)) * 1000, 6);
      },
      onRejection: () => undefined,
    });
    const bytes = asciiBytes(DSMR22);
    for (let round = 0; round < ROUNDS / 10; round += 1) {
      const mutation = MUTATIONS[below(random, MUTATIONS.length)];
      decoder.push(mutation?.mutate(bytes, random) ?? bytes, round * 10_000);
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
