import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWrites } from '../../core/drivers/setting-record.ts';
import { openSettingRecordFile } from './setting-record-file.ts';

let folder: string;
const now = (): number => 1000;
const WRITE = { deviceId: 'bay', key: 'max', oldValue: 16, newValue: 10, reason: 'test', isTemporary: true, wallMs: 1 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-settings-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('what was begun is in the file when the promise resolves, and open at the next start', async () => {
  const path = join(folder, 'settings.jsonl');
  const record = openSettingRecordFile(path, now);
  await record.begin(WRITE);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  record.close();
  const next = openSettingRecordFile(path, now);
  expect(openWrites(next.writes())).toEqual([{ id: 1, ...WRITE, state: 'begun' }]);
  await next.restored(1);
  next.close();
  const last = openSettingRecordFile(path, now);
  expect(openWrites(last.writes())).toEqual([]);
  last.close();
});

test('a line that a power cut left half is no write, and the next one stands on a line of its own', async () => {
  const path = join(folder, 'settings.jsonl');
  const record = openSettingRecordFile(path, now);
  await record.begin(WRITE);
  record.close();
  appendFileSync(path, '{"row":"begin","write":{"id":2,"devi');
  const next = openSettingRecordFile(path, now);
  expect(next.writes()).toHaveLength(1);
  expect(await next.begin({ ...WRITE, key: 'min' })).toBe(2);
  next.close();
  const last = openSettingRecordFile(path, now);
  expect(last.writes().map(({ key }) => key)).toEqual(['max', 'min']);
  last.close();
});

test('a file that something else has changed is refused, naming the line, and left as it is', () => {
  const path = join(folder, 'settings.jsonl');
  const text = '{"format":"chargebench-setting-writes","version":1}\n{"row":"begin"}\n';
  writeFileSync(path, text);
  expect(() => openSettingRecordFile(path, now)).toThrow(expect.objectContaining({ code: 'invalid-file' }));
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a file of a later program is refused', () => {
  const path = join(folder, 'settings.jsonl');
  writeFileSync(path, '{"format":"chargebench-setting-writes","version":2}\n');
  expect(() => openSettingRecordFile(path, now)).toThrow(expect.objectContaining({ code: 'newer-version' }));
});

test('where nothing can be written it says so, and there is no file', () => {
  const path = join(folder, 'missing', 'settings.jsonl');
  expect(() => openSettingRecordFile(path, now)).toThrow(expect.objectContaining({ code: 'not-writable' }));
  expect(existsSync(path)).toBe(false);
});
