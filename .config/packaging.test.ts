/** What the package holds: everything the hosts load at run time, and neither sources nor tests. Reads the build in `dist/`. */
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, matchesGlob, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../main/start/ensure-built.js';
import { HOSTS, PRELOAD, root } from './build.mjs';

const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const { files: patterns } = readJson('.config/electron-builder.json') as { files: readonly string[] };
const { dependencies, devDependencies } = readJson('package.json') as Record<'dependencies' | 'devDependencies', Record<string, string>>;

/** electron-builder takes a file when it fits a pattern and no pattern with `!`. */
function isPackaged(file: string): boolean {
  const fits = (pattern: string): boolean => matchesGlob(file, pattern);
  return patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) && !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)));
}

/** Every file below a folder, relative to the repository. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** Packages that a built file loads, Node's own and Electron's left out. */
function packagesOf(file: string): string[] {
  const code = readFileSync(join(root, file), 'utf8');
  const found = code.matchAll(/^(?:import|export)\b[^'"\n]*?['"]([^'"\n]+)['"]|\bimport\(["']([^'"]+)["']\)|\brequire\(["']([^'"]+)["']\)/gm);
  return [...found]
    .map(([, statement, dynamic, required]) => statement ?? dynamic ?? required ?? '')
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name) && name !== 'electron')
    .map((name) => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/'));
}

beforeAll(async () => {
  await ensureBuilt();
}, 120_000);

describe('the package', () => {
  it('holds every host, the preload script and the screen', () => {
    const hosts = HOSTS.filter((name) => !name.startsWith('start/')).map((name) => `dist/${name}.js`);
    const needed = [...hosts, `dist/${PRELOAD}.cjs`, 'dist/renderer/index.html', 'package.json'];
    const there = new Set([...filesBelow('dist'), 'package.json']);
    for (const file of needed) expect([file, there.has(file), isPackaged(file)]).toEqual([file, true, true]);
    for (const file of filesBelow('dist/renderer/assets')) expect([file, isPackaged(file)]).toEqual([file, true]);
  });

  it('holds no source, no test and no tool', () => {
    const others = ['core', 'main', 'renderer', 'hardware-sims', 'e2e', '.config', '.ci'].flatMap(filesBelow);
    expect(others.length).toBeGreaterThan(50);
    expect(others.filter(isPackaged)).toEqual([]);
    expect(['dist/start/index.js', 'dist/renderer/bench.html', 'tsconfig.json', 'package-lock.json'].filter(isPackaged)).toEqual([]);
  });

  it('brings along every package that a host loads, since only dependencies are packaged', () => {
    const loaded = new Set(filesBelow('dist').filter((file) => /\.c?js$/.test(file) && !file.startsWith('dist/renderer/')).flatMap(packagesOf));
    expect([...loaded].filter((name) => dependencies[name] === undefined)).toEqual([]);
    expect(Object.keys(dependencies).filter((name) => !loaded.has(name))).toEqual([]);
    expect(Object.keys(devDependencies).filter((name) => loaded.has(name))).toEqual([]);
  });

  it('starts with the file that package.json names', () => {
    expect((readJson('package.json') as { main: string }).main).toBe('dist/electron/index.js');
  });
});
