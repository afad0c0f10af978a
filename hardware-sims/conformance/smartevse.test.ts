import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runSmartevseTraces } from './smartevse.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, unknown>>, inside = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'traces-'));
  folders.push(folder);
  mkdirSync(join(folder, inside), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, inside, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

/** Normal mode, standalone: MAX, then MAX lowered (data/smartevse-traces, s01). Settings that are left out have the firmware's default. */
function trace(changes: Readonly<Record<string, unknown>> = {}, firstOut: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const out = (currentDa: number): object => ({ bal: [currentDa], st: [2], err: 0, ph: 3, iset: currentDa, nc: 0, t: {} });
  return {
    format: 'smartevse-trace/1',
    id: 'tiny',
    title: 'MAX, then MAX lowered',
    variant: 'classic',
    level: 'balance',
    conformance: 'normative',
    evseCount: 1,
    init: { settings: { maxCurrent: 16, cableMax: 32 }, evse: [{ state: 2, max: 160, balanced: 0, intTimer: 100 }] },
    steps: [
      { c: 0, n: 3, in: {}, out: { ...out(160), ...firstOut } },
      { c: 3, n: 1, in: { set: { maxCurrent: 10 } }, out: out(100) },
    ],
    ...changes,
  };
}

describe('a folder of traces', () => {
  test.each(['', 'smartevse-traces'])('is found there or below: "%s"', (inside) => {
    expect(runSmartevseTraces(folderWith({ 'a.json': trace() }, inside)).lines).toEqual(['ok tiny', '1 passed, 0 failed, 0 skipped']);
  });

  test('gives the first difference of each trace by cycle and field', () => {
    const files = {
      'a.json': trace({ id: 'balance' }, { bal: [150] }),
      'b.json': trace({ id: 'timer' }, { t: { dly: 60 } }),
      'c.json': trace({ id: 'switch' }, { sw: 1 }),
    };
    expect(runSmartevseTraces(folderWith(files)).lines).toEqual([
      'FAIL balance cycle 0 bal want [150] got [160]',
      'FAIL timer cycle 2 t want {"dly":60} got {}',
      'FAIL switch cycle 0 sw want 1 got none',
      '0 passed, 3 failed, 0 skipped',
    ]);
  });

  test('skips what names a format of its own, and says so', () => {
    const { lines, unreadable } = runSmartevseTraces(folderWith({ 'a.json': trace(), 'b.json': { format: 'chargebench-scenario' } }));
    expect(lines).toEqual(['ok tiny', 'skip b.json: its format is chargebench-scenario, not smartevse-trace/1', '1 passed, 0 failed, 1 skipped']);
    expect(unreadable).toEqual([]);
  });

  test.each([
    ['no JSON', '{', '', 'json'],
    ['no object', [], '', 'invalid-type'],
    ['an unknown variant', trace({ variant: 'upside-down' }), 'variant', 'invalid-value'],
    ['an unknown setting', trace({ init: { settings: { maxCurent: 16 } } }), 'init/settings/maxCurent', 'unknown-key'],
    ['half an ampere', trace({ init: { settings: { maxCurrent: 0.5 } } }), 'init/settings/maxCurrent', 'invalid-type'],
    ['a gap', trace({ steps: [{ c: 1, n: 1, in: {}, out: { bal: [0], st: [0], err: 0, ph: 3, iset: 0, nc: 0, t: {} } }] }), 'steps/0/c', 'the cycle after the last one, 0'],
    ['an EVSE too many', trace({}, { bal: [0, 0] }), 'steps/0/out/bal', '1 values'],
    ['pilot readings left out', trace({ level: 'system' }), 'steps/0/in/pilot', '200 readings, not 0'],
    ['Solar without it', trace({ variant: 'stabilised', init: { settings: { mode: 2 } } }), 'init/settings/mode', 'the stabilised variant has no Solar mode'],
  ])('names the place of %s, and plays the others', (_, content, path, rule) => {
    const { lines, unreadable } = runSmartevseTraces(folderWith({ 'a.json': content, 'b.json': trace() }));
    expect(unreadable).toEqual([{ code: 'invalid-file', context: expect.objectContaining({ file: 'a.json', path, rule }) as unknown }]);
    expect(lines).toEqual(['ok tiny', '1 passed, 0 failed, 0 skipped']);
  });

  test('without traces is refused', () => {
    const thrown: unknown = expect.objectContaining({ code: 'not-found' });
    expect(() => runSmartevseTraces(folderWith({ 'a.txt': '' }))).toThrow(thrown);
    expect(() => runSmartevseTraces(join(tmpdir(), 'no-such-folder'))).toThrow(thrown);
  });
});

describe('levels', () => {
  test('scheduler: one second a cycle, the first of the two hands on after IDLE TMO', () => {
    const evse = { state: 2, max: 160, intTimer: 100 };
    const out = (sch: number[], idle: number[]): object => ({ bal: [sch[0] === 1 ? 80 : 0, 0], st: [2, 2], err: 0, ph: 3, sch, iset: 0, nc: 0, t: { idle } });
    const file = trace({
      level: 'scheduler',
      cycleSeconds: 1,
      evseCount: 2,
      init: { settings: { mode: 1, loadBl: 1, idleTimeout: 30 }, evse: [{ ...evse, balanced: 80, schedule: 1 }, { ...evse, schedule: 2 }] },
      steps: [
        { c: 0, n: 29, in: {}, out: out([1, 2], [29, 0]) },
        { c: 29, n: 1, in: {}, out: out([2, 1], [30, 0]) },
      ],
    });
    expect(runSmartevseTraces(folderWith({ 'a.json': file })).lines[0]).toBe('ok tiny');
  });

  test('system: a vehicle is plugged in and charges after half a second at 6 V', () => {
    const out = { bal: [160], st: [2], err: 0, ph: 3, k: [1, 1], pilotOn: 1, iset: 160, nc: 0, t: {} };
    const file = trace({
      level: 'system',
      init: { settings: { maxCurrent: 16, cableMax: 32, access: 1 } },
      steps: [
        { c: 0, n: 1, in: { pilot: [[9, 10], [1, 1], [6, 189]] }, out: { ...out, bal: [60] } },
        { c: 1, n: 2, in: { pilot: [[6, 200]] }, out },
      ],
    });
    expect(runSmartevseTraces(folderWith({ 'a.json': file })).lines[0]).toBe('ok tiny');
  });
});

const DIRECTORY = process.env['CHARGEBENCH_SMARTEVSE_TRACES'] ?? '';
const hasTraces = existsSync(join(DIRECTORY, 's01-normal-single.json'));
if (!hasTraces) console.info('skipped: the reference traces are not at hand (set CHARGEBENCH_SMARTEVSE_TRACES to their folder)');

test.skipIf(!hasTraces)('every reference trace is met in every cycle', () => {
  const { lines, failed, unreadable } = runSmartevseTraces(DIRECTORY);
  expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
  expect({ failed, unreadable }).toEqual({ failed: 0, unreadable: [] });
});
