/** What a bad line delivers, a million times: never an exception, never a value that cannot be, every refusal counted with its reason. */
import { expect, test } from 'vitest';
import { parseRtuResponse, readAnswerPdu, rtuFrame } from '../protocols/modbus.ts';
import { decodeRegisters, type DecodedMeter } from './decode-registers.ts';
import { encodeRegisters } from './encode-registers.ts';
import { BUNDLED_METERS } from './list-meters.ts';
import type { MeterDescription } from './meter-description-schema.ts';
import { registerMapOf, type MeterValues, type ReadBlock } from './meter-values.ts';
import { readBlocksOf } from './read-blocks.ts';

const FRAMES = 1_000_000;

/** Marsaglia's xorshift: the same garbage every time. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const VALUES: MeterValues = { currentA: [16, -16, 3], voltageV: [230, 231, 229], powerW: [3680, -3696, 687], totalPowerW: 671, energyImportWh: 1_000_000, energyExportWh: 2000 };

interface Asked {
  readonly description: MeterDescription;
  readonly block: ReadBlock;
  readonly frame: Uint8Array;
}

/** Every request of every meter with a sound answer to it. */
function answers(): readonly Asked[] {
  return [...BUNDLED_METERS.values()]
    .filter(({ modbus }) => modbus !== undefined)
    .flatMap((description) =>
      readBlocksOf(description).map((block) => {
        const registers = encodeRegisters(description, VALUES).get(block.table);
        const words = Array.from({ length: block.count }, (_, index) => registers?.get(block.address + index) ?? 0);
        return { description, block, frame: rtuFrame(10, readAnswerPdu(block.table, words)) };
      }),
    );
}

type Random = ReturnType<typeof createRandom>;

/** How a frame is spoilt; the last two have a sound checksum, as a device gone mad would send. */
const SPOIL: readonly ((frame: Uint8Array, random: Random) => Uint8Array)[] = [
  (frame, random) => Uint8Array.from({ length: random(60) }, () => random(256)),
  (frame, random) => {
    const flipped = frame.slice();
    const at = random(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
    return flipped;
  },
  (frame, random) => frame.slice(0, random(frame.length)),
  (frame, random) => Uint8Array.of(...frame, random(256)),
  (frame, random) => frame.slice(1 + random(frame.length - 1)),
  (frame, random) => {
    const pdu = frame.slice(1, -2);
    pdu[random(2)] = random(256);
    return rtuFrame(10, pdu);
  },
  (frame, random) => {
    const pdu = frame.slice(1, -2);
    for (let count = random(6); count >= 0; count -= 1) pdu[2 + random(pdu.length - 2)] = [0, 0x7f, 0x80, 0xff, random(256)][random(5)] ?? 0;
    return rtuFrame(10, pdu);
  },
];

/** The first value that no meter can have; null where there is none. */
function impossible(description: MeterDescription, { currentA, voltageV, powerW, totalPowerW, energyImportWh, energyExportWh }: DecodedMeter): string | null {
  const { largestCurrentA } = registerMapOf(description);
  const isBad = (value: number | null, lowest: number, highest: number): boolean => value !== null && !(value >= lowest && value <= highest);
  if (currentA.some((value) => isBad(value, -largestCurrentA, largestCurrentA))) return `current ${currentA.join(' ')}`;
  if (voltageV.some((value) => isBad(value, 0, 1000))) return `voltage ${voltageV.join(' ')}`;
  if ([...powerW, totalPowerW].some((value) => isBad(value, -1e7, 1e7))) return `power ${powerW.join(' ')}`;
  return [energyImportWh, energyExportWh].some((value) => isBad(value, 0, 1e12)) ? 'energy' : null;
}

test('a million garbled answers', { timeout: 120_000 }, () => {
  const random = createRandom(20_261_120);
  const all = answers();
  const counts = { sound: 0, 'frame refused': 0, 'no words': 0, 'value refused': 0 };
  const reasons = new Set<string>();
  const wrong: string[] = [];
  for (let count = 0; count < FRAMES; count += 1) {
    const asked = all[random(all.length)] as Asked;
    const bytes = (SPOIL[random(SPOIL.length)] as (typeof SPOIL)[number])(asked.frame, random);
    const parsed = parseRtuResponse(bytes);
    if (!parsed.ok) {
      const reason = parsed.error.context['reason'];
      reasons.add(parsed.error.code === 'checksum' ? 'checksum' : typeof reason === 'string' ? reason : 'NONE');
      counts['frame refused'] += 1;
      continue;
    }
    const { content } = parsed.value;
    if (content.kind !== 'words') {
      counts['no words'] += 1;
      continue;
    }
    const decoded = decodeRegisters(asked.description, [{ table: content.table, address: asked.block.address, words: content.words }]);
    const found = impossible(asked.description, decoded);
    if (found !== null) wrong.push(`${asked.description.model}: ${found}`);
    for (const { reason, got } of decoded.rejected) reasons.add(got === '' ? 'NONE' : reason);
    counts[decoded.rejected.length === 0 ? 'sound' : 'value refused'] += 1;
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(FRAMES);
  // Five of the seven ways break the checksum; a flip of one bit never passes it (CRC-16).
  expect(counts['frame refused']).toBeGreaterThan((FRAMES * 5) / 7 - 5000);
  expect([...reasons].sort()).toEqual(
    ['checksum', 'exponent-out-of-range', 'expectation-not-met', 'no-new-data', 'no-sign', 'not-a-number', 'odd-byte-count', 'out-of-range', 'too-short', 'unknown-function', 'wrong-length'].sort(),
  );
});
