import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../core/errors.ts';
import { withRecordings } from './recordings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'));
  mkdirSync(join(folder, 'scenarios', 'days'), { recursive: true });
  writeFileSync(join(folder, 'secret.csv'), '0,1\n');
  writeFileSync(join(folder, 'scenarios', 'days', 'one.csv'), '0,1\n1,2\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const scenarioPath = (): string => join(folder, 'scenarios', 'mine.scenario.json');
const naming = (...files: readonly string[]): Readonly<Record<string, unknown>> => ({ houseLoads: files.map((file) => ({ kind: 'recorded', file })), pv: [{ kind: 'clear', peakW: 1 }] });
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'none';
  } catch (thrown) {
    const { code, context } = failureOf(thrown);
    return `${code} ${String(context['rule'] ?? context['recording'])}`;
  }
};

test('the text of each file that is named is put in, once', () => {
  expect(withRecordings(naming('days/one.csv', 'days/one.csv'), scenarioPath())).toMatchObject({ recordings: { 'days/one.csv': '0,1\n1,2\n' } });
});

test('what the scenario carries itself is left as it is', () => {
  const carried = { ...naming('days/one.csv'), recordings: { 'days/one.csv': 'own' } };
  expect(withRecordings(carried, scenarioPath())).toBe(carried);
});

test('a scenario without recordings, and what is no scenario, pass through', () => {
  for (const file of [{ pv: [] }, [], null, 'text', 5]) expect(withRecordings(file, scenarioPath())).toBe(file);
});

test('a file that is not there is named', () => {
  expect(codeOf(() => withRecordings(naming('days/two.csv'), scenarioPath()))).toBe('not-found missing-recording');
  expect(() => withRecordings(naming('days/two.csv'), scenarioPath())).toThrow(expect.objectContaining({ context: expect.objectContaining({ path: 'houseLoads/0/file', recording: 'days/two.csv' }) as unknown }));
});

test('nothing outside the folder of the scenario is read, by no way', () => {
  symlinkSync(join(folder, 'secret.csv'), join(folder, 'scenarios', 'days', 'link.csv'));
  for (const name of ['../secret.csv', 'days/../../secret.csv', 'days/link.csv']) {
    expect(codeOf(() => withRecordings(naming(name), scenarioPath()))).toBe('invalid-file recording-outside-folder');
  }
});
