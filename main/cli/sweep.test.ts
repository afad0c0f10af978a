import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildEntries, type BuiltEntries } from '../testing/build-entry.ts';
import { WrongUse, type Io } from './command.ts';
import { sweepScenario } from './sweep.ts';

let built: BuiltEntries;
let folder: string;
let out: string[];
let err: string[];
let progress: string[];
const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line), progress: (line) => progress.push(line) };

beforeAll(async () => {
  built = await buildEntries(['simulation/worker']);
}, 60_000);

afterAll(() => {
  built.remove();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-sweep-'));
  out = [];
  err = [];
  progress = [];
  writeFileSync(join(folder, 'mine.scenario.json'), JSON.stringify(SCENARIO));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const SCENARIO = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'mine',
  title: 'Mine',
  group: 'Tests',
  durationS: 120,
  site: 'two-evses-one-breaker',
  vehicles: [{ id: 'v', evse: 'primary', plugInS: 0, maxCurrentA: 20 }],
  meters: { feed: { noiseW: 100 } },
  controllers: { chargebench: { expect: [] }, device: { expect: [] } },
};
const VARY = ['--vary', 'vehicles.0.maxCurrentA=10..16:2', '--seeds', '3'];

const outPath = (name = 'out.jsonl'): string => join(folder, name);
const sweep = (...args: string[]): Promise<number> => sweepScenario([join(folder, 'mine.scenario.json'), ...args], io, pathToFileURL(built.pathOf('simulation/worker')));
const linesOf = (name?: string): readonly string[] => readFileSync(outPath(name), 'utf8').split('\n').slice(0, -1);
const sorted = (lines: readonly string[]): readonly string[] => [...lines].sort();
const keysOf = (lines: readonly string[]): readonly string[] => lines.map((line) => (JSON.parse(line) as { key: string }).key);

interface Summary {
  readonly runs: number;
  readonly playedNow: number;
  readonly controllers: readonly { readonly controller: string; readonly runs: number; readonly peakA: { readonly p5: number; readonly p50: number; readonly p95: number; readonly max: number } }[];
}

describe('a sweep', () => {
  test('writes one line per run with its figures, and percentiles at the end', async () => {
    expect(await sweep(...VARY, '--workers', '1', '--out', outPath(), '--json')).toBe(0);
    const lines = linesOf().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(24);
    expect(lines[0]).toMatchObject({
      key: 'chargebench vehicles.0.maxCurrentA=10 seed=1',
      scenario: 'mine',
      controller: 'chargebench',
      seed: 1,
      values: { 'vehicles.0.maxCurrentA': 10 },
      verdict: 'holds',
      passed: true,
      starts: 1,
      evses: { primary: { starts: 1 }, secondary: { starts: 0, energyWh: 0 } },
    });
    const summary = JSON.parse(out.join('\n')) as Summary;
    expect(summary).toMatchObject({ scenario: 'mine', runs: 24, playedNow: 24 });
    const peaks = lines.filter(({ controller }) => controller === 'device').map(({ peakA }) => peakA as number).sort((a, b) => a - b);
    // The vehicle takes what it can at an EVSE that offers its maximum.
    expect(new Set(peaks)).toEqual(new Set([10, 12, 14, 16]));
    expect(summary.controllers.find(({ controller }) => controller === 'device')?.peakA).toEqual({ p5: peaks[0], p50: peaks[5], p95: peaks[11], max: 16 });
    expect(progress.some((line) => /\[#+-+\] \d+ of 24 runs/.test(line))).toBe(true);
    expect(err).toEqual([]);
  });

  test('holds the same lines whoever played them in whatever order', async () => {
    await sweep(...VARY, '--workers', '1', '--out', outPath('one.jsonl'));
    await sweep(...VARY, '--workers', '2', '--out', outPath('two.jsonl'));
    expect(sorted(linesOf('two.jsonl'))).toEqual(sorted(linesOf('one.jsonl')));
  });

  test('that was ended goes on: what is there is not played again, half a line is dropped', async () => {
    await sweep(...VARY, '--out', outPath('whole.jsonl'));
    const whole = readFileSync(outPath('whole.jsonl'), 'utf8');
    writeFileSync(outPath(), whole);
    const kept = linesOf().slice(0, 9).join('\n').length + 1;
    truncateSync(outPath(), kept + 40);
    expect(await sweep(...VARY, '--out', outPath(), '--json')).toBe(0);
    expect(JSON.parse(out.slice(-1).join('\n'))).toMatchObject({ runs: 24, playedNow: 15 });
    expect(readFileSync(outPath(), 'utf8').startsWith(whole.slice(0, kept))).toBe(true);
    expect(sorted(linesOf())).toEqual(sorted(linesOf('whole.jsonl')));
    expect(await sweep(...VARY, '--out', outPath(), '--json')).toBe(0);
    expect(JSON.parse(out.slice(-1).join('\n'))).toMatchObject({ playedNow: 0, controllers: [{ runs: 12 }, { runs: 12 }] });
  });

  test('can be given more seeds later', async () => {
    await sweep(...VARY, '--out', outPath());
    await sweep('--vary', 'vehicles.0.maxCurrentA=10..16:2', '--seeds', '4', '--out', outPath());
    expect(linesOf()).toHaveLength(32);
    expect(new Set(keysOf(linesOf())).size).toBe(32);
  });

  test.each([[['1/3', '2/3', '3/3']], [['0/3', '1/3', '2/3']]])('in shards %j is the whole, each run once', async (shards) => {
    await sweep(...VARY, '--out', outPath('whole.jsonl'));
    const parts: string[] = [];
    for (const [index, shard] of shards.entries()) {
      await sweep(...VARY, '--shard', shard, '--out', outPath(`${index}.jsonl`));
      parts.push(...linesOf(`${index}.jsonl`));
    }
    expect(sorted(parts)).toEqual(sorted(linesOf('whole.jsonl')));
  });

  test('runs whose values do not fit each other say why, and the answer is no', async () => {
    const file = { ...SCENARIO, vehicles: [{ ...SCENARIO.vehicles[0], plugInS: 10, unplugS: 50 }] };
    writeFileSync(join(folder, 'mine.scenario.json'), JSON.stringify(file));
    expect(await sweep('--vary', 'vehicles.0.plugInS=0,40', '--vary', 'vehicles.0.unplugS=30,60', '--controllers', 'device', '--out', outPath())).toBe(1);
    const errors = linesOf().filter((line) => line.includes('"error"'));
    expect(errors).toHaveLength(1);
    expect(JSON.parse(errors[0] ?? '')).toMatchObject({ values: { 'vehicles.0.plugInS': 40, 'vehicles.0.unplugS': 30 }, error: { code: 'invalid-file', context: { path: 'vehicles/0/unplugS', rule: 'window-order' } } });
  });
});

test('threads that do not start end the sweep, and no run counts as played', async () => {
  const entry = pathToFileURL(join(folder, 'no-worker.js'));
  expect(await sweepScenario([join(folder, 'mine.scenario.json'), ...VARY, '--out', outPath()], io, entry)).toBe(2);
  expect(err.join('\n')).toMatch(/internal: message .*no-worker/);
  expect(linesOf()).toEqual([]);
});

describe('a file that does not belong to the sweep stays as it is', () => {
  test('runs of another scenario', async () => {
    await sweep(...VARY, '--out', outPath());
    const before = readFileSync(outPath(), 'utf8');
    writeFileSync(join(folder, 'mine.scenario.json'), JSON.stringify({ ...SCENARIO, durationS: 121 }));
    expect(await sweep(...VARY, '--out', outPath())).toBe(2);
    expect(err.join('\n')).toMatch(/invalid-file.*rule runs-of-another-scenario/);
    expect(readFileSync(outPath(), 'utf8')).toBe(before);
  });

  test.each(['{"a":1}\n', 'a shopping list', '{"key":1}\n{"key":"'])('%j', async (text) => {
    writeFileSync(outPath(), '');
    appendFileSync(outPath(), text);
    expect(await sweep(...VARY, '--out', outPath(), '--json')).toBe(2);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ error: { code: 'invalid-file', context: { line: 1, rule: 'no-run-of-a-sweep' } } });
    expect(readFileSync(outPath(), 'utf8')).toBe(text);
  });

  test('a place where nothing can be written is named', async () => {
    expect(await sweep(...VARY, '--out', outPath('no/such.jsonl'))).toBe(2);
    expect(err.join('\n')).toMatch(/not-writable: path .*ENOENT/);
  });
});

test.each([
  [[]],
  [['--out', 'x', '--shard', '3/2']],
  [['--out', 'x', '--shard', 'a/b']],
  [['--out', 'x', '--seeds', '0']],
  [['--out', 'x', '--workers', '-1']],
  [['--out', 'x', '--mode', 'wire']],
  [['--out', 'x', 'another.json']],
])('%j is wrong use', async (args) => {
  await expect(sweep(...args)).rejects.toBeInstanceOf(WrongUse);
});
