/** Random bytes and near-misses on a RAPI line. The soak run has a million. */
import { describe, expect, it } from 'vitest';
import { readRapiLine } from './rapi.ts';
import { createRapiLines } from './rapi-lines.ts';

const ROUNDS = 20 * Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? '2000');

describe(`${ROUNDS} lines of garbage and near-misses`, () => {
  it('throw nothing, let no changed answer through, and are all told', { timeout: 600_000 }, () => {
    let state = 99;
    const random = (count: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * count);
    };
    const sound = ['$OK 6 32 11 13^15', '$OK fe 0 00 0701^15', '$OK^20', '$NK^21', '$OK 7.1.3 5.1.3^22', '$OK 285 280 -2560^29'];
    const reasons = new Map<string, number>();
    const count = (reason: string): void => {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    };
    let taken = 0;
    let isChanged = false;
    const lines = createRapiLines({
      onLine(line) {
        const read = readRapiLine(line);
        if (!read.ok) count(read.error.code);
        else {
          taken += 1;
          // One changed bit or byte changes the XOR, whatever it hits before the mark.
          if (isChanged && !sound.includes(line)) throw new Error(`${line} passed`);
        }
      },
      onRefusal: ({ reason }) => {
        count(reason);
      },
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      const bytes = Uint8Array.from(`${sound[random(sound.length)] ?? ''}\r`, (character) => character.charCodeAt(0));
      const kind = random(4);
      isChanged = kind === 0;
      if (kind === 0) {
        const at = random(bytes.length - 4);
        bytes[at] = (bytes[at] ?? 0) ^ (1 + random(255));
        lines.push(bytes, round * 2000);
      } else if (kind === 1) lines.push(bytes.slice(0, random(bytes.length)), round * 2000);
      else if (kind === 2) lines.push(Uint8Array.from({ length: 1 + random(40) }, () => random(256)), round * 2000);
      else lines.push(bytes, round * 2000);
    }
    lines.reset();
    const refused = [...reasons.values()].reduce((sum, times) => sum + times, 0);
    console.info(`RAPI: ${ROUNDS} pieces, ${taken} taken, refused: ${JSON.stringify(Object.fromEntries(reasons))}`);
    expect(refused).toBeGreaterThan(ROUNDS / 2);
    expect(taken).toBeGreaterThan(ROUNDS / 5);
  });
});
