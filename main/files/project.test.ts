import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf, type Failure } from '../../core/errors.ts';
import { templateSite } from '../../core/site/list-templates.ts';
import { makeProjectFolder, PROJECT_FILE, readProject, writeProject, type Project } from './project.ts';

let folder: string;
let project: Project;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-project-'));
  const site = templateSite('two-evses-one-breaker');
  if (!site.ok) throw new Error(site.error.code);
  project = { name: 'Garage', source: 'simulated', site: site.value };
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const file = (): string => join(folder, PROJECT_FILE);
const readingFailure = (): Failure | null => {
  try {
    readProject(folder);
    return null;
  } catch (error) {
    return failureOf(error);
  }
};
const written = (): Record<string, unknown> => JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>;

test('what was written is read again, and a folder without a project has none', () => {
  expect(readProject(folder)).toBeNull();
  writeProject(folder, project);
  expect(readProject(folder)).toEqual(project);
});

test.each<[string, (file: Record<string, unknown>) => unknown, string, object]>([
  ['not a project', () => ({ format: 'other', version: 1 }), 'invalid-file', { path: 'format' }],
  ['of a newer program', (whole) => ({ ...whole, version: 9 }), 'newer-version', { fileVersion: 9, knownVersion: 1 }],
  ['with a wrong value', (whole) => ({ ...whole, source: 'dreams' }), 'invalid-file', { path: 'source' }],
  ['with an unknown key', (whole) => ({ ...whole, surprise: 1 }), 'invalid-file', { path: 'surprise', rule: 'unknown-key' }],
  ['with a broken site', (whole) => ({ ...whole, site: { name: 'x' } }), 'invalid-file', { path: 'site/supply' }],
  ['that is a list', () => [], 'invalid-file', { rule: 'not-an-object' }],
])('a file %s is refused, named and left as it is', (_what, change, code, context) => {
  writeProject(folder, project);
  const text = JSON.stringify(change(written()));
  writeFileSync(file(), text);
  expect(readingFailure()).toMatchObject({ code, context: { file: file(), ...context } });
  expect(readFileSync(file(), 'utf8')).toBe(text);
});

test('half a file is refused with its name', () => {
  writeFileSync(file(), '{"format":"chargebench-pro');
  expect(readingFailure()).toMatchObject({ code: 'invalid-file', context: { file: file(), rule: 'json' } });
});

test('a folder is made with its place for runs; where that cannot be, it is named', () => {
  expect(existsSync(join(makeProjectFolder(join(folder, 'deep/garage')), 'runs'))).toBe(true);
  writeFileSync(join(folder, 'plain'), '');
  expect(() => makeProjectFolder(join(folder, 'plain'))).toThrow(expect.objectContaining({ code: 'not-writable' }));
});
