import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { CURVES_FOLDER, METERS_FOLDER, readOwnDescriptions } from './own-descriptions.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-data-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function put(kind: string, name: string, content: unknown): string {
  mkdirSync(join(folder, kind), { recursive: true });
  const file = join(folder, kind, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const bundled = (path: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(`../../core/${path}`, import.meta.url), 'utf8')) as Record<string, unknown>;
const sdm630 = (): Record<string, unknown> => bundled('devices/meters/eastron-sdm630.json');

test('without files of the user there is what came with the program', () => {
  const { meterModels, curves, failures } = readOwnDescriptions(folder);
  expect([[...meterModels.keys()], [...curves.keys()], failures]).toEqual([[...BUNDLED_METERS.keys()], [...BUNDLED_CURVES.keys()], []]);
});

test('a meter and a breaker of the user are known beside the others, and a site is judged by them', () => {
  put(METERS_FOLDER, 'mine.json', { ...sdm630(), model: 'my-meter', name: 'My meter' });
  put(CURVES_FOLDER, 'mine.json', { ...bundled('protection/curves/iec-60898-b.json'), id: 'my-breaker' });
  const { meterModels, curves, site, failures } = readOwnDescriptions(folder);
  expect(failures).toEqual([]);
  expect(meterModels.get('my-meter')?.name).toBe('My meter');
  expect(curves.has('my-breaker')).toBe(true);
  expect(site.meterModels.get('my-meter')).toMatchObject({ links: ['modbus'], needsCustomRegisters: false });
});

test('a meter of the user takes the place of the bundled one of its name', () => {
  put(METERS_FOLDER, 'better.json', { ...sdm630(), name: 'Eastron SDM630 as it is here' });
  expect(readOwnDescriptions(folder).meterModels.get('eastron-sdm630')?.name).toBe('Eastron SDM630 as it is here');
});

const withRegisters = (change: object): object => ({ ...sdm630(), modbus: { ...(sdm630()['modbus'] as object), ...change } });
const RTU = { request: '01 04 00 00 00 02 71 CB', response: '01 04 04 43 66 33 34 1B 38' };

test.each<[string, unknown, string, string, string]>([
  ['half a file', '{"format":', 'invalid-file', '', 'json'],
  ['another format', { format: 'chargebench-site', version: 1 }, 'invalid-file', 'format', 'wrong-format'],
  ['a later version', { ...sdm630(), version: 9 }, 'newer-version', 'version', ''],
  ['an unknown data type', withRegisters({ registers: { current: { address: 6, type: 'f16' } } }), 'invalid-file', 'modbus/registers/current/type', 'invalid-value'],
  ['no current', withRegisters({ registers: { voltage: { address: 0, type: 'f32' } }, currentSign: 'own' }), 'invalid-file', 'modbus/registers/current', 'current-is-needed'],
  ['a direction that nothing tells', withRegisters({ registers: { current: { address: 6, type: 'f32' } } }), 'invalid-file', 'modbus/registers/power', 'sign-needs-power'],
  ['a register beyond the last', withRegisters({ registers: { current: { address: 65_532, type: 'f32' } }, currentSign: 'own' }), 'invalid-file', 'modbus/registers/current/address', 'beyond-last-register'],
  [
    'a sample that its own registers contradict',
    withRegisters({ evidence: { kind: 'frames', samples: [{ source: 'x', ...RTU, values: { voltageV: [231, null, null] } }] } }),
    'invalid-file',
    'modbus/evidence/samples/0/values/voltageV',
    'sample-contradicts-registers',
  ],
  ['a sample that is no frame', withRegisters({ evidence: { kind: 'frames', samples: [{ source: 'x', ...RTU, request: '01 04 00', values: {} }] } }), 'invalid-file', 'modbus/evidence/samples/0', 'sample-is-no-frame'],
  ['neither samples nor the statement that there are none', withRegisters({ evidence: { kind: 'register-table-only', statement: 'fine', source: 'x' } }), 'invalid-file', 'modbus/evidence/statement', 'invalid-value'],
])('a file with %s is named with path and rule, and the others are used', (_what, content, code, path, rule) => {
  const file = put(METERS_FOLDER, 'b-broken.json', content);
  put(METERS_FOLDER, 'a-good.json', { ...sdm630(), model: 'good-meter' });
  const { meterModels, site, failures } = readOwnDescriptions(folder);
  expect(meterModels.has('good-meter')).toBe(true);
  expect(failures).toMatchObject([{ code, context: { file, path, ...(rule === '' ? {} : { rule }) } }]);
  expect(site.refused).toEqual([{ file, path, rule }]);
});

test('of two files with one name the second is refused', () => {
  put(METERS_FOLDER, 'a.json', { ...sdm630(), model: 'twice', name: 'First' });
  const file = put(METERS_FOLDER, 'b.json', { ...sdm630(), model: 'twice', name: 'Second' });
  const { meterModels, failures } = readOwnDescriptions(folder);
  expect(meterModels.get('twice')?.name).toBe('First');
  expect(failures).toMatchObject([{ code: 'invalid-file', context: { file, rule: 'name-is-taken', name: 'twice' } }]);
});
