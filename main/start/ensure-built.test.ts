import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStale } from './ensure-built.js';

const BUILT_MS = Date.UTC(2026, 0, 2);
let folder = '';

function write(path: string, changedMs: number, text = ''): void {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, text);
  utimesSync(full, changedMs / 1000, changedMs / 1000);
  utimesSync(join(full, '..'), changedMs / 1000, changedMs / 1000);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stale-'));
  write('.config/build.mjs', BUILT_MS - 1000);
  write('core/site/site.ts', BUILT_MS - 1000);
  write('core/errors.ts', BUILT_MS - 1000);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const build = (): void => write('dist/built.json', BUILT_MS, JSON.stringify({ startedMs: BUILT_MS }));

describe('whether to build first', () => {
  it('yes in a fresh clone', () => {
    expect(isStale(folder)).toBe(true);
  });

  it('no when nothing changed since', () => {
    build();
    expect(isStale(folder)).toBe(false);
  });

  it('yes when a source is newer than the start of the build', () => {
    build();
    write('core/site/site.ts', BUILT_MS + 1);
    expect(isStale(folder)).toBe(true);
  });

  it('yes when a file was removed', () => {
    build();
    rmSync(join(folder, 'core/site/site.ts'));
    expect(isStale(folder)).toBe(true);
  });

  it('no when only a test changed', () => {
    build();
    write('core/errors.test.ts', BUILT_MS + 1);
    utimesSync(join(folder, 'core'), (BUILT_MS - 1) / 1000, (BUILT_MS - 1) / 1000);
    expect(isStale(folder)).toBe(false);
  });

  it('yes when the note of the build is broken', () => {
    write('dist/built.json', BUILT_MS, '{');
    expect(isStale(folder)).toBe(true);
  });

  it('no in a packaged program, which has no sources', () => {
    rmSync(join(folder, '.config'), { recursive: true });
    expect(isStale(folder)).toBe(false);
  });
});
