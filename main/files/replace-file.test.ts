import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile } from './replace-file.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-replace-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the new content stands, and nothing else is left', () => {
  const path = join(folder, 'project.json');
  replaceFile(path, 'old');
  replaceFile(path, 'new, ü');
  expect(readFileSync(path, 'utf8')).toBe('new, ü');
  expect(readdirSync(folder)).toEqual(['project.json']);
});

test('what cannot be replaced stays, and nothing half-written with it', () => {
  const path = join(folder, 'taken');
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), 'kept');
  expect(() => {
    replaceFile(path, 'new');
  }).toThrow();
  expect(readdirSync(folder)).toEqual(['taken']);
  expect(readFileSync(join(path, 'inside'), 'utf8')).toBe('kept');
});

test.skipIf(process.platform === 'win32')('the mode is the wanted one (not on Windows, which has no such modes)', () => {
  const path = join(folder, 'secret');
  replaceFile(path, 'x', 0o600);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
