import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchOrder } from '../simulation/benchmarks.ts';
import { playOrder } from '../simulation/play-order.ts';
import { WrongUse, type Io } from './command.ts';
import { scenarioFromJournalFile } from './from-journal.ts';
import { runScenarios } from './scenario-run.ts';

let folder: string;
let out: string[];
let err: string[];
const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-journal-'));
  out = [];
  err = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

async function journal(): Promise<string> {
  await playOrder({ ...benchOrder(1200, 'direct'), journalPath: at('run.jsonl') }, { onProgress: () => undefined, isCancelled: () => false });
  return at('run.jsonl');
}

test('a journal becomes a scenario that can be run', async () => {
  expect(scenarioFromJournalFile([await journal(), '--out', at('Bad evening.scenario.json'), '--title', 'A bad evening', '--json'], io)).toBe(0);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ id: 'bad-evening', durationS: 1200, vehicles: 2, loads: 1, unreadLines: 0 });
  expect(JSON.parse(readFileSync(at('Bad evening.scenario.json'), 'utf8'))).toMatchObject({ id: 'bad-evening', title: 'A bad evening', site: { circuits: [{ id: 'ev' }] } });
  out = [];
  expect(await runScenarios([at('Bad evening.scenario.json'), '--mode', 'direct', '--json'], io)).toBe(0);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ results: [{ controller: 'chargebench', simulatedS: 1200 }, { controller: 'device' }] });
});

test('what is taken for granted is said in words, and as data', async () => {
  const text = readFileSync(await journal(), 'utf8');
  const [header = '', ...rows] = text.split('\n');
  // As a program wrote it that kept no settings.
  const { devices: _devices, ...before } = JSON.parse(header) as Record<string, unknown>;
  writeFileSync(at('old.jsonl'), [JSON.stringify({ ...before, version: 1 }), ...rows].join('\n'));
  expect(scenarioFromJournalFile([at('old.jsonl'), '--out', at('one.scenario.json')], io)).toBe(0);
  expect(out.filter((line) => line.startsWith('assumed  ')).join('\n')).toMatch(/primary: what it is set to is not in the journal.*\n.*secondary: what it is set to/);
  out = [];
  expect(scenarioFromJournalFile([at('old.jsonl'), '--out', at('two.scenario.json'), '--json'], io)).toBe(0);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ assumptions: [{ about: 'primary', kind: 'settings-unknown' }, { about: 'secondary', kind: 'settings-unknown' }] });
});

test('a journal that was cut is used up to there, and that is said', async () => {
  const path = await journal();
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, text.length - 200));
  expect(scenarioFromJournalFile([path, '--out', at('cut.scenario.json')], io)).toBe(0);
  expect(err.join('\n')).toMatch(/ends at line \d+ \(not-json\); \d lines were left out/);
});

test('what is no journal, is not there, or would be written over is named', async () => {
  writeFileSync(at('list.jsonl'), 'milk\n');
  expect(scenarioFromJournalFile([at('list.jsonl'), '--out', at('x.scenario.json')], io)).toBe(2);
  expect(scenarioFromJournalFile([at('none.jsonl'), '--out', at('x.scenario.json'), '--json'], io)).toBe(2);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ error: { code: 'not-found' } });
  writeFileSync(at('mine.scenario.json'), 'mine');
  expect(scenarioFromJournalFile([await journal(), '--out', at('mine.scenario.json')], io)).toBe(2);
  expect(err.join('\n')).toMatch(/invalid-file: file .*list\.jsonl[^]*not-found: file .*none\.jsonl[^]*not-writable: path .*mine\.scenario\.json, cause EEXIST/);
  expect(readFileSync(at('mine.scenario.json'), 'utf8')).toBe('mine');
});

test.each([[[]], [['a.jsonl']], [['a.jsonl', 'b.jsonl', '--out', 'x']], [['a.jsonl', '--frob']]])('%j is wrong use', (args) => {
  expect(() => scenarioFromJournalFile(args, io)).toThrow(WrongUse);
});
