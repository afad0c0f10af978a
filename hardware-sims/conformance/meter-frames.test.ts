import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runMeterFrames } from './meter-frames.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Eastron SDM630 protocol V1.8, page 19: 230.2 V on L1. */
const VOLTS = { quantity: 'voltage', phase: 'L1', address: 0, value: 230.2, raw: 230.2, unit: 'V', dataType: 'float32', byteOrder: 'ABCD', scale: '1' };
const FRAME = { transport: 'rtu', requestHex: '01 04 00 00 00 02 71 CB', responseHex: '01 04 04 43 66 33 34 1B 38', unitId: 1, function: 4, address: 0, count: 2, decoded: [VOLTS] };
const FILE = { model: 'Eastron SDM630', aliases: ['SDM630-Modbus V2', 'LCD "Eastron3P"'], kind: 'vendor example', frames: [FRAME] };

function linesOf(content: unknown, name = 'some-meter'): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'frames-'));
  folders.push(folder);
  writeFileSync(join(folder, `${name}.json`), typeof content === 'string' ? content : JSON.stringify(content));
  const { lines, unreadable = [] } = runMeterFrames(folder);
  return [...lines, ...unreadable.map(({ code, context }) => `${code} ${String(context['file'])} ${String(context['path'])} ${String(context['rule'])}`)];
}

const withFrame = (change: object): unknown => ({ ...FILE, frames: [{ ...FRAME, ...change }] });

describe('conformance with frames of meters', () => {
  test('a frame whose values come out passes by the description of its model', () => {
    expect(linesOf(FILE)).toEqual(['pass some-meter 1: eastron-sdm630, 1 values', '1 passed, 0 failed, 0 skipped']);
  });

  test.each<[string, object, RegExp]>([
    ['another value', { decoded: [{ ...VOLTS, value: 231 }] }, /voltage L1 at 0 value want 231 got 230\.2/],
    ['another raw value', { decoded: [{ ...VOLTS, raw: 2302 }] }, /raw want 2302/],
    ['a broken checksum', { responseHex: '01 04 04 43 66 33 34 1B 39' }, /checksum .*"frame":"answer"/],
    ['an answer to another request', { requestHex: '01 04 00 00 00 04 F1 C9' }, /answer-to-something-else/],
    ['a count that is not the frame\'s', { count: 3 }, /count-differs/],
    ['a value outside the answer', { decoded: [{ ...VOLTS, address: 2, phase: 'L2' }] }, /is not in the answer/],
    ['a value that the description has elsewhere', { decoded: [{ ...VOLTS, unit: 'kWh', quantity: 'import energy', value: 230.2 }] }, /value want 230\.2 got 0\.23/],
  ])('%s fails and says what', (_what, change, text) => {
    const [line, last] = linesOf(withFrame(change));
    expect(line).toMatch(/^FAIL some-meter 1: /);
    expect(line).toMatch(text);
    expect(last).toBe('0 passed, 1 failed, 0 skipped');
  });

  test('registers that the description does not have are read as the file says', () => {
    const decoded = [{ quantity: 'power factor', phase: 'L1', address: 30, value: 1, raw: 1, unit: '-', dataType: 'float32', byteOrder: 'ABCD', scale: '1' }];
    expect(linesOf(withFrame({ requestHex: '01 04 00 1E 00 02 11 CD', responseHex: '01 04 04 3F 80 00 00 F6 78', address: 30, decoded }))[0]).toMatch(/^pass/);
  });

  test('directions are compared where the file states them', () => {
    const frame = { requestHex: '0C 04 00 06 00 0C 11 13', responseHex: '0C 04 18 40 F7 6B E6 40 6A 27 90 3F BC E4 4F C4 E9 DB BA C4 52 5C E1 42 17 55 C2 71 5C', unitId: 12, address: 6, count: 12, decoded: [] };
    const expectedAfterInversion = { currentsA: [7.73, 3.66, -1.48], powersW: [1870.87, 841.45, -37.83] };
    const file = (currentsA: readonly number[]): unknown => ({ ...(withFrame({ ...frame, expectedAfterInversion: { ...expectedAfterInversion, currentsA } }) as object), model: 'Eastron SDM630 fed from below' });
    expect(linesOf(file([7.73, 3.66, -1.48]))[0]).toMatch(/^pass/);
    expect(linesOf(file([7.73, 3.66, 1.48]))[0]).toMatch(/FAIL .*current of L3 want 1\.48 got -1\.4757/);
  });

  test.each([
    // Carlo Gavazzi EM300 protocol V2, page 8; SmartEVSE Sensorbox-2 README.
    ['the number that words are', { what: 'overflow', words: ['FFFF', '7FFF'], decoded: 2147483647 }, /^pass some-meter extra 1: overflow/],
    ['another number', { what: 'overflow', words: ['7FFF', 'FFFF'], decoded: 2147483647 }, /FAIL .*want 2147483647 got -32769/],
    ['a write that is sound', { what: 'write 3-wire grid', hex: '0A 06 08 00 00 02 0B 10' }, /^pass/],
    ['a write that is not', { what: 'write 3-wire grid', hex: '0A 06 08 00 00 02 0B 11' }, /FAIL .*checksum/],
    ['neither', { what: 'a picture' }, /^skip/],
  ])('beside frames: %s', (_what, extra, line) => {
    expect(linesOf({ ...FILE, model: 'Carlo Gavazzi EM340', aliases: [], frames: [FRAME], extraFrames: [extra] })[1]).toMatch(line);
  });

  test.each([
    ['a meter that nobody has described', { ...FILE, model: 'Ferranti', aliases: [] }, 'skip some-meter 1: no description is named like "Ferranti"'],
    ['a file without frames', { ...FILE, kind: 'register table only', frames: [] }, 'skip some-meter: register table only: there is no frame in it'],
  ])('%s is skipped and says so', (_what, file, line) => {
    expect(linesOf(file)).toEqual([line, '0 passed, 0 failed, 1 skipped']);
  });

  test('a file that is none is named with path and rule', () => {
    expect(linesOf('{')[1]).toMatch(/^invalid-file some-meter\.json {2}json$/);
    expect(linesOf({ model: 'x', frames: [{ ...FRAME, unitId: 'one' }] })[1]).toBe('invalid-file some-meter.json frames/0/unitId invalid-type');
  });

  test('a folder without files is refused', () => {
    expect(() => runMeterFrames('/nowhere')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
