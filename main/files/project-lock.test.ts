import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf, type Failure } from '../../core/errors.ts';
import { lockProject, LOCK_FILE, type LockOwner, type Processes } from './project-lock.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-lock-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const owner = (change: Partial<LockOwner>): string =>
  JSON.stringify({ machine: hostname(), pid: 4711, processStart: '100', sinceWallMs: 1_000_000, url: 'http://127.0.0.1:8080/?token=x', ...change });
const machine = (change: Partial<Processes>): Processes => ({ isAlive: () => true, startOf: () => '100', bootWallMs: () => 0, ...change });
const failureFrom = (act: () => unknown): Failure | null => {
  try {
    act();
    return null;
  } catch (error) {
    return failureOf(error);
  }
};
const lockFile = (): string => join(folder, LOCK_FILE);

test('the second program is told where the first one is', () => {
  const lock = lockProject(folder);
  lock.setUrl('http://127.0.0.1:8080/?token=abc');
  const context = { pid: process.pid, url: 'http://127.0.0.1:8080/?token=abc', lock: lockFile() };
  expect(failureFrom(() => lockProject(folder))).toMatchObject({ code: 'already-open', context });
  lock.release();
  lockProject(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a killed program is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  writeFileSync(lockFile(), owner({ pid: child.pid ?? 0 }));
  lockProject(folder).release();
});

test.each<[string, string, Partial<Processes>, boolean]>([
  ['a living process that started when the lock says', owner({}), {}, true],
  ['a living process that started later: the number was given again', owner({}), { startOf: () => '200' }, false],
  ['a dead process', owner({}), { isAlive: () => false }, false],
  ['no start times, locked since the machine started', owner({ processStart: null }), { bootWallMs: () => 900_000 }, true],
  ['no start times, locked before the machine started', owner({ processStart: null }), { bootWallMs: () => 1_100_000 }, false],
  ['a program on another machine', owner({ machine: 'elsewhere' }), { isAlive: () => false }, true],
  ['half a file', '{"machine":"x"', {}, false],
  ['an empty file', '', {}, false],
])('%s', (_what, text, processes, isHeld) => {
  writeFileSync(lockFile(), text);
  if (isHeld) expect(() => lockProject(folder, machine(processes))).toThrow(expect.objectContaining({ code: 'already-open' }));
  else lockProject(folder, machine(processes)).release();
  expect(readdirSync(folder)).toEqual(isHeld ? [LOCK_FILE] : []);
});

test('a lock that another program has taken over is not released by the first', () => {
  const lock = lockProject(folder);
  writeFileSync(lockFile(), owner({}));
  lock.release();
  lock.setUrl('http://127.0.0.1:1/');
  expect(readFileSync(lockFile(), 'utf8')).toBe(owner({}));
});

test.skipIf(process.platform === 'win32')('nobody else may read the address in it (not on Windows, which has no such modes)', () => {
  const lock = lockProject(folder);
  lock.setUrl('http://127.0.0.1:8080/?token=abc');
  expect(statSync(lockFile()).mode & 0o077).toBe(0);
  lock.release();
});

test('a folder that cannot be written is named', () => {
  expect(() => lockProject(join(folder, 'not-there'))).toThrow(expect.objectContaining({ code: 'not-writable' }));
});
