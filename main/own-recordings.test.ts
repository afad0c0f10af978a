import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../core/errors.ts';
import { openOwnRecordings, type OwnRecordings } from './own-recordings.ts';

let folder: string;
let recordings: OwnRecordings;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'chargebench-recordings-')), 'scenarios');
  recordings = openOwnRecordings(folder);
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

const whole = (name: string, text: string): string | null => recordings.keep({ name, text, isFirst: true, isLast: true });
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'nothing';
  } catch (thrown) {
    return failureOf(thrown).code;
  }
};

describe('a recording of the user', () => {
  test('comes in parts and lies under its name with the last one', () => {
    expect(recordings.keep({ name: 'day.csv', text: 't,p\n0,', isFirst: true, isLast: false })).toBeNull();
    expect(recordings.keep({ name: 'day.csv', text: '100\n', isFirst: false, isLast: true })).toBe('day.csv');
    expect(readFileSync(join(folder, 'day.csv'), 'utf8')).toBe('t,p\n0,100\n');
    expect(readdirSync(folder)).toEqual(['day.csv']);
  });

  test('never takes the place of another one, nor lies there twice', () => {
    expect([whole('day.csv', 'a'), whole('day.csv', 'b'), whole('day.csv', 'b'), whole('day.csv', 'a')]).toEqual(['day.csv', 'day-2.csv', 'day-2.csv', 'day.csv']);
  });

  test('begins anew where the one before was broken off', () => {
    recordings.keep({ name: 'one.csv', text: 'half', isFirst: true, isLast: false });
    whole('two.csv', 'whole');
    expect(readFileSync(join(folder, 'two.csv'), 'utf8')).toBe('whole');
  });

  test.each([
    ['../../evil.csv', 'evil.csv'],
    ['C:\\data\\Haus Verbrauch.CSV', 'C-data-Haus-Verbrauch.CSV'],
    ['mine.scenario.json', 'mine.scenario.json.csv'],
    ['...', 'recording.csv'],
  ])('named %s lies in the folder as %s', (name, file) => {
    expect(whole(name, 'x')).toBe(file);
    expect(readdirSync(folder)).toEqual([file]);
  });

  test('tells its beginning and its size, and nothing of what lies elsewhere', () => {
    whole('long.csv', 'time,power\n'.repeat(1000));
    expect(recordings.headOf('long.csv')).toMatchObject({ bytes: 11_000 });
    expect(recordings.headOf('long.csv').text.split('\n')[0]).toBe('time,power');
    for (const file of ['no.csv', '../scenarios/long.csv', '/etc/passwd', 'a\\b']) expect(codeOf(() => recordings.headOf(file))).toBe('not-found');
  });
});
