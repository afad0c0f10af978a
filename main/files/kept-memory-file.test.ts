import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeptMemory } from '../../core/loop/kept-memory.ts';
import { createKeptMemoryFile, KEPT_MEMORY_FILE } from './kept-memory-file.ts';

let folder: string;
let failures: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-memory-'));
  failures = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = () => createKeptMemoryFile(folder, ({ code }) => failures.push(code));
const peak = (peakW: number, seenWs = 0): KeptMemory => ({ quarter: { quarter: 2_000_000, countedMs: 1_800_000_000_000, seenWs, assumedWs: 0, powerW: 1200, peakW } });
const onDisk = (): unknown => JSON.parse(readFileSync(join(folder, KEPT_MEMORY_FILE), 'utf8'));

test('a new peak is on disk at once and is there for the next life of the program', () => {
  const file = open();
  expect(file.read()).toEqual({ quarter: null });
  file.note(peak(4200), 0);
  expect(open().read()).toEqual(peak(4200));
  file.note(peak(4700), 1000);
  expect(open().read()).toEqual(peak(4700));
});

test('the running quarter-hour is written once a minute, and at the end', () => {
  const file = open();
  file.note(peak(4200, 0), 0);
  file.note(peak(4200, 5000), 30_000);
  expect(onDisk()).toMatchObject({ quarter: { seenWs: 0 } });
  file.note(peak(4200, 9000), 60_000);
  expect(onDisk()).toMatchObject({ quarter: { seenWs: 9000 } });
  file.note(peak(4200, 9900), 65_000);
  file.flush();
  expect(onDisk()).toMatchObject({ quarter: { seenWs: 9900 } });
});

test('what is kept of one site is nothing for another', () => {
  const file = open();
  file.note(peak(4200), 0);
  file.forget();
  file.flush();
  expect(open().read()).toEqual({ quarter: null });
});

test.each([
  ['{"format":"chargebench-memory","version":2}', 'newer-version'],
  ['{"format":"chargebench-memory","version":1,"quarter":{"peakW":-1}}', 'invalid-file'],
  ['{', 'invalid-file'],
])('%s is told and counts as nothing', (text, code) => {
  writeFileSync(join(folder, KEPT_MEMORY_FILE), text);
  expect(open().read()).toEqual({ quarter: null });
  expect(failures).toEqual([code]);
});
