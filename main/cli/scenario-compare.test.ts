import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failureOf } from '../../core/errors.ts';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import { playOrder } from '../simulation/play-order.ts';
import type { SimulationPool } from '../simulation/pool.ts';
import { buildEntries } from '../testing/build-entry.ts';
import { WrongUse, type Io } from './command.ts';
import { compareControllers } from './scenario-compare.ts';

let folder: string;
let out: string[];
let err: string[];
const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined };

/** Plays in this thread; the pool itself has tests of its own. */
const inThisThread = (): SimulationPool => ({
  play: (order) => ({
    ended: playOrder(order, { onProgress: () => undefined, isCancelled: () => false }).then(
      ({ result }) => ({ ok: true, value: result }) as const,
      (thrown: unknown) => ({ ok: false, error: failureOf(thrown) }) as const,
    ),
    cancel: () => undefined,
  }),
  close: () => Promise.resolve(),
});

const run = (...args: string[]): Promise<number> => compareControllers(args, io, inThisThread);
const results = (): readonly ScenarioOutcome[] => (JSON.parse(out.join('\n')) as { results: ScenarioOutcome[] }).results;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-compare-'));
  out = [];
  err = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Two vehicles on one 50 A breaker of which 40 A may flow without end; each EVSE may offer 34 A. */
function twoVehicles(controllers: object): string {
  const file = join(folder, 'mine.scenario.json');
  const scenario = {
    ...{ format: 'chargebench-scenario', version: 1, id: 'mine', title: 'Mine', group: 'Tests', durationS: 300, site: 'two-evses-one-breaker' },
    devices: { primary: { max_current_soft: 34 }, secondary: { max_current_soft: 34 } },
    vehicles: [
      { id: 'left', evse: 'primary', plugInS: 10 },
      { id: 'right', evse: 'secondary', plugInS: 60 },
    ],
    controllers,
  };
  writeFileSync(file, JSON.stringify(scenario));
  return file;
}

const CHARGEBENCH = { chargebench: { expect: [{ kind: 'peak-current', atMost: 40.5 }, { kind: 'starts', atMost: 2 }] } };

test('plays controllers that the scenario does not list, in the order asked for', async () => {
  expect(await run(twoVehicles(CHARGEBENCH), '--controllers', 'none,static-split,chargebench', '--json')).toBe(0);
  expect(results().map(({ controller, mode }) => [controller, mode])).toEqual([
    ['none', 'direct'],
    ['static-split', 'direct'],
    ['chargebench', 'direct'],
  ]);
  const [none, split, chargebench] = results();
  // Both at their own 34 A; at half of 40 A each; and all that the breaker allows.
  expect(none?.peakCurrentA).toBeCloseTo(68, 0);
  expect(split?.offeredA['secondary']?.min).toBe(20);
  expect(split?.peakCurrentA).toBeLessThan(40.5);
  expect(chargebench?.expectations.map(({ passed }) => passed)).toEqual([true, true]);
  expect(chargebench?.energyWh['primary']).toBeGreaterThan(split?.energyWh['primary'] ?? Infinity);
});

test('answers 1 when an expectation does not hold, and says which under the table', async () => {
  expect(await run(twoVehicles({ none: { expect: [{ kind: 'peak-current', atMost: 40 }] } }))).toBe(1);
  expect(out[0]).toMatch(/^controller +breaker +peak A +above cont\. s +thermal % +primary kWh +secondary kWh +sum kWh +starts +expected$/);
  expect(out[1]).toMatch(/^none +\S.* 6[78]\.\d .* 0 of 1$/);
  expect(out[2]).toMatch(/^NO {3}none: Peak at most 40 A \(6[78]\.\d A seen\)$/);
});

test('a controller that nobody knows is named with those that there are', async () => {
  expect(await run(twoVehicles(CHARGEBENCH), '--controllers', 'chargebench,evcc', '--json')).toBe(2);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ error: { code: 'not-found', context: { controller: 'evcc' } } });
  expect(err[0]).toMatch(/known chargebench device .*static-split/);
});

test('settings that a controller does not have are refused with their place in the file', async () => {
  expect(await run(twoVehicles({ 'static-split': { settings: { halves: 2 }, expect: [] } }))).toBe(2);
  expect(err[0]).toMatch(/invalid-file: file .*mine\.scenario\.json, path controllers\/static-split\/settings\/halves.*rule unknown-key/);
});

test('a controller that this site is no place for says what it needs', async () => {
  expect(await run(twoVehicles(CHARGEBENCH), '--controllers', 'ev-load-balancing')).toBe(2);
  expect(err[0]).toMatch(/not-supported: controller ev-load-balancing, supply split-phase/);
});

test.each([[[]], [['two-evses-quick', 'two-evses-recommended']], [['two-evses-quick', '--controllers', 'a,,b']], [['two-evses-quick', '--mode', 'slow']]])('%j is wrong use', async (args) => {
  await expect(Promise.resolve().then(() => run(...args))).rejects.toBeInstanceOf(WrongUse);
  expect(out).toEqual([]);
});

test('the built program plays them in threads, and ends with one document and its exit code', { timeout: 60_000 }, async () => {
  const built = await buildEntries(['cli/index', 'simulation/worker']);
  try {
    const args = [built.pathOf('cli/index'), 'scenario', 'compare', twoVehicles(CHARGEBENCH), '--controllers', 'chargebench,device,static-split', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    out = [stdout];
    expect(results().map(({ controller }) => controller)).toEqual(['chargebench', 'device', 'static-split']);
  } finally {
    built.remove();
  }
});
