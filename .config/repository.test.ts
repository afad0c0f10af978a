/** Rules about the repository as a whole: its top level, its lock file, its words, and no clock or chance where none belongs. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './build.mjs';

/** Everything that is or would be committed, relative to the repository. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);
const isText = (file: string): boolean => /\.(ts|tsx|js|mjs|cjs|json|md|css|html|yml|yaml)$|^\.ci\/run$/.test(file) && file !== 'package-lock.json';

/** `file:line text` of every line of these files that matches. */
function linesWith(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );
}

describe('top level', () => {
  it('holds the fixed entries and dot files, nothing else', () => {
    const fixed = ['LICENSE', 'README.md', 'core', 'e2e', 'hardware-sims', 'main', 'package-lock.json', 'package.json', 'renderer', 'tsconfig.json'];
    const entries = new Set(files.map((file) => file.split('/')[0] ?? ''));
    expect([...entries].filter((entry) => !entry.startsWith('.')).sort()).toEqual(fixed);
  });
});

describe('lock file', () => {
  interface Entry {
    readonly version?: string;
    readonly resolved?: string;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  }
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Entry>> };

  it('has an entry for every optional dependency, so that it installs on Linux, macOS and Windows', () => {
    // A part for another platform that the registry did not serve when the lock was made makes `npm ci` fail there.
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => packages[`${path}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined)
        .map((name) => `${path} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('pins no registry', () => {
    expect(Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });

  it('belongs to a package file with exact versions', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const wanted = { ...dependencies, ...devDependencies };
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    for (const [name, version] of Object.entries(wanted)) expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  });
});

describe('core and the pure part of hardware-sims', () => {
  const pure = files.filter(
    (file) =>
      /^(core|hardware-sims)\/.*\.ts$/.test(file) && !isTest(file) && !/^hardware-sims\/(servers|conformance)\//.test(file),
  );

  it('take time and chance from arguments only', () => {
    expect(linesWith(/\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bset(Timeout|Interval|Immediate)\b/, pure)).toEqual([]);
  });
});

describe('words', () => {
  it('file names say what a file holds', () => {
    const vague = /(^|[-.])(managers?|helpers?|utils?|services?|misc|common|mocks?|chaos|wallboxe?s?|loadpoints?)([-.]|$)/;
    expect(files.filter((file) => vague.test(basename(file)))).toEqual([]);
  });

  it('file names are in kebab case', () => {
    const upper = files.filter((file) => /[A-Z_]/.test(basename(file)) && !/^(README\.md|LICENSE)$/.test(basename(file)));
    expect(upper).toEqual([]);
  });

  it('names follow the vocabulary: EVSE, not wallbox or loadpoint; vehicle, not car', () => {
    const sources = files.filter((file) => /^(core|main|renderer|hardware-sims|e2e)\/.*\.tsx?$/.test(file));
    expect(linesWith(/\b(function|interface|type|class)\s+\w*([Ww]allbox|[Ll]oadpoint|[Cc]harger|Car|[Hh]elper|[Mm]anager|Utils?|Service)\b/, sources)).toEqual([]);
  });

  it('nothing points into the machine it was written on', () => {
    const self = '.config/repository.test.ts';
    expect(linesWith(/\/(work|root|home\/\w+)\/(main|shared|notes)\b/, files.filter((file) => isText(file) && file !== self))).toEqual([]);
  });

  it('no file re-exports a folder', () => {
    const sources = files.filter((file) => /\.tsx?$/.test(file));
    expect(sources.filter((file) => /^index\.tsx?$/.test(basename(file)) && /^export .* from /m.test(read(file)))).toEqual([]);
  });
});
