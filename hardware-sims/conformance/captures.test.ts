import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runConformance } from './run.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Given {
  readonly device: string;
  readonly name: string;
  readonly payload: string;
  readonly decoded: object;
  readonly isText?: boolean;
  readonly interfaceText?: string;
}

function folderWith(...captures: readonly Given[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'captures-'));
  folders.push(folder);
  for (const { device, name, payload, decoded, isText = true, interfaceText = 'serial' } of captures) {
    mkdirSync(join(folder, device), { recursive: true });
    writeFileSync(join(folder, device, `${name}.${isText ? 'txt' : 'json'}`), payload, 'latin1');
    writeFileSync(join(folder, device, `${name}.meta.json`), JSON.stringify({ device, interface: interfaceText, decoded }));
  }
  return folder;
}

/** captures/p1/se-kamstrup-no-load, shortened to its head; CRC of these bytes by the specification's polynomial, reckoned bit by bit. */
const KAMSTRUP = '/KAM5\r\n\r\n1-0:1.7.0(0000.540*kW)\r\n1-0:2.7.0(0000.000*kW)\r\n1-0:32.7.0(238.0*V)\r\n1-0:31.7.0(002.3*A)\r\n!';
function crcBitByBit(text: string): string {
  let sum = 0;
  for (const character of text) {
    sum ^= character.charCodeAt(0);
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
  }
  return sum.toString(16).toUpperCase().padStart(4, '0');
}
const TELEGRAM = `${KAMSTRUP}${crcBitByBit(KAMSTRUP)}\r\n`;

const p1 = (decoded: object, payload = TELEGRAM): Given => ({ device: 'p1', name: 'one', payload, decoded });

describe('captures', () => {
  test('a telegram that says what its meta file says passes', () => {
    const { lines, passed, failed } = runConformance('captures', folderWith(p1({ power_w: 540, l1: { current_a: 2.3, voltage_v: 238 }, frame_valid: true })));
    expect([passed, failed, lines.at(-1)]).toEqual([1, 0, '1 passed, 0 failed, 0 skipped']);
  });

  test.each([
    [{ power_w: 541 }, 'power_w want 541 got 540'],
    [{ l1: { current_a: -2.3 } }, 'l1.current_a want -2.3 got 2.3'],
    [{ l2: { current_a: 0 } }, 'l2.current_a want 0 got null'],
    [{ frame_valid: false }, 'frame_valid want false got true'],
  ])('a figure that differs fails by name: %j', (decoded, text) => {
    const { lines, failed } = runConformance('captures', folderWith(p1(decoded)));
    expect([failed, lines[0]]).toEqual([1, `FAIL p1/one: ${text}`]);
  });

  test('a telegram with a wrong CRC is no valid frame, whatever its figures say', () => {
    const { failed } = runConformance('captures', folderWith(p1({ power_w: 541, frame_valid: true }, TELEGRAM.replace('0.540', '0.541'))));
    expect(failed).toBe(1);
  });

  test('a telegram is known by its first byte, in any folder and as the folder that is given', () => {
    const folder = folderWith({ ...p1({ power_w: 540 }), device: 'some-gateway' });
    expect(runConformance('captures', folder).passed).toBe(1);
    expect(runConformance('captures', join(folder, 'some-gateway')).lines.at(-1)).toBe('1 passed, 0 failed, 0 skipped');
  });

  test('a RAPI console with a wrong checksum fails', () => {
    const console = (payload: string): Given => ({ device: 'openevse-rapi', name: 'console', payload, decoded: { checksums: 'all XOR checksums recomputed and equal', before: { pilot_a: 11 } } });
    // captures/openevse-rapi/gc-temperature-throttle.
    const sound = '> $GC^20\n< $OK 6 32 11 13^15\n';
    expect(runConformance('captures', folderWith(console(sound)))).toMatchObject({ passed: 1, failed: 0 });
    expect(runConformance('captures', folderWith(console(sound.replace('11', '12'))))).toMatchObject({ passed: 0, failed: 1 });
  });

  test('what no driver of ours speaks is skipped, one line each', () => {
    const { lines, skipped } = runConformance('captures', folderWith({ device: 'easee', name: 'state', payload: '{}', decoded: { a: 1 }, isText: false, interfaceText: 'https GET' }, p1({ power_w: 540 })));
    expect(lines).toContain('skip easee/state: no driver for easee over https yet');
    expect([skipped, lines.at(-1)]).toEqual([1, '1 passed, 0 failed, 1 skipped']);
  });

  test('a meta file without its payload, or that is none, fails alone', () => {
    const folder = folderWith(p1({ power_w: 540 }));
    writeFileSync(join(folder, 'p1', 'lost.meta.json'), '{"decoded":{}}');
    writeFileSync(join(folder, 'p1', 'broken.meta.json'), '{');
    expect(runConformance('captures', folder).lines.at(-1)).toBe('1 passed, 2 failed, 0 skipped');
  });

  test('a folder without captures is refused by name', () => {
    expect(() => runConformance('captures', join(tmpdir(), 'no-such-folder'))).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

const DIRECTORY = process.env['CHARGEBENCH_CAPTURES'] ?? '';
if (DIRECTORY === '') console.info('skipped: the captures are not at hand (set CHARGEBENCH_CAPTURES to their folder)');

describe.skipIf(DIRECTORY === '')('the captures themselves', () => {
  test('all of P1 and RAPI pass, nothing fails', () => {
    const { lines, failed } = runConformance('captures', DIRECTORY);
    expect(failed).toBe(0);
    expect(lines.filter((line) => /^pass p1\//.test(line)).length).toBeGreaterThanOrEqual(17);
    expect(lines.filter((line) => /^pass openevse-rapi\//.test(line)).length).toBeGreaterThanOrEqual(7);
    expect(lines.filter((line) => /^skip (p1|openevse-rapi)\//.test(line))).toEqual([]);
  });
});
