import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchElectron, findElectronBinary } from './electron-binary.ts';

let folder = '';
const write = (path: string, text = ''): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'electron-package-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('finding the binary', () => {
  it('finds what the installer left', () => {
    write('path.txt', 'electron');
    write('dist/electron');
    expect(findElectronBinary(folder, 'linux', {})).toBe(join(folder, 'dist/electron'));
  });

  it('takes an unpacking that was cut short for absent: path.txt is written last', () => {
    write('dist/electron');
    expect(findElectronBinary(folder, 'linux', {})).toBeNull();
  });

  it('does not trust path.txt alone', () => {
    write('path.txt', 'electron');
    expect(findElectronBinary(folder, 'linux', {})).toBeNull();
  });

  it('honours ELECTRON_OVERRIDE_DIST_PATH, with the platform’s name of the program', () => {
    write('own/electron.exe');
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'own') };
    expect(findElectronBinary(folder, 'win32', env)).toBe(join(folder, 'own/electron.exe'));
    expect(findElectronBinary(folder, 'linux', env)).toBeNull();
  });
});

describe('fetching the binary', () => {
  it('reports the end of the installer', async () => {
    write('install.js', '');
    await expect(fetchElectron(folder, 10_000)).resolves.toEqual({ kind: 'fetched' });
  });

  it('gives the first line of what the installer complained about', async () => {
    write('install.js', 'console.error("\\nTypeError: fetch failed\\n    at x"); process.exit(1);');
    await expect(fetchElectron(folder, 10_000)).resolves.toEqual({ kind: 'failed', why: 'TypeError: fetch failed' });
  });

  it('does not wait for an installer that never ends', async () => {
    write('install.js', 'setInterval(() => {}, 1000);');
    const fetching = await fetchElectron(folder, 1);
    expect(fetching.kind).toBe('going-on');
    if (fetching.kind === 'going-on') fetching.stop();
  });
});
