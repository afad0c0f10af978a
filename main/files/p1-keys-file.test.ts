import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { P1_KEYS_FILE, readP1Keys } from './p1-keys-file.ts';

const PORT = 'serial:/dev/ttyUSB0';
const KEY = '00112233445566778899AABBCCDDEEFF';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(content: unknown, mode = 0o600): void {
  writeFileSync(join(folder, P1_KEYS_FILE), JSON.stringify(content));
  chmodSync(join(folder, P1_KEYS_FILE), mode);
}

test('no file, no keys', () => {
  expect(readP1Keys(folder)).toEqual({ keys: new Map(), failures: [] });
});

test('keys are known by the port of their meter; one that is none is said without it', () => {
  write({ [PORT]: { key: KEY }, 'serial:/dev/ttyUSB1': { key: 'secret' } });
  const { keys, failures } = readP1Keys(folder);
  expect([...keys.keys()]).toEqual([PORT]);
  expect(failures).toMatchObject([{ code: 'invalid-file', context: { path: 'serial:/dev/ttyUSB1', rule: '32 hex digits' } }]);
  expect(JSON.stringify(failures)).not.toContain('secret');
});

test.skipIf(process.platform === 'win32')('a file that others can read is not used', () => {
  write({ [PORT]: { key: KEY } }, 0o644);
  expect(readP1Keys(folder)).toMatchObject({ failures: [{ context: { rule: 'readable-by-others' } }] });
  expect(readP1Keys(folder).keys.size).toBe(0);
});

test('a file of another shape is said with its path, and never with what is in it', () => {
  write({ [PORT]: KEY });
  expect(readP1Keys(folder)).toMatchObject({ failures: [{ code: 'invalid-file', context: { path: PORT, rule: 'shape' } }] });
  writeFileSync(join(folder, P1_KEYS_FILE), `{"${KEY}`);
  const { failures } = readP1Keys(folder);
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(failures)).not.toContain(KEY);
});
