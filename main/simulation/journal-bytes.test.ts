import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildEntries, type BuiltEntries } from '../testing/build-entry.ts';
import { findBundledScenario } from './library.ts';
import { playOrder } from './play-order.ts';

let built: BuiltEntries;
let folder: string;

beforeAll(async () => {
  built = await buildEntries(['cli/index']);
  folder = mkdtempSync(join(tmpdir(), 'chargebench-bytes-'));
}, 60_000);

afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true });
});

type Mode = 'direct' | 'loopback';

async function journalHere(id: string, controller: string, mode: Mode, name: string): Promise<string> {
  const journalPath = join(folder, name);
  const file = findBundledScenario(id)?.file;
  await playOrder({ file, controller, mode, journalPath, broker: null }, { onProgress: () => undefined, isCancelled: () => false });
  return readFileSync(journalPath, 'utf8');
}

/** In a process of its own, on a machine that keeps another time and speaks another language. */
function journalElsewhere(id: string, controller: string, mode: Mode, place: Readonly<Record<string, string>>): string {
  const cwd = join(folder, `${place['TZ']?.replaceAll('/', '-') ?? ''}-${mode}`);
  mkdirSync(cwd, { recursive: true });
  const args = [built.pathOf('cli/index'), 'scenario', 'run', id, '--controller', controller, '--mode', mode, '--journal', 'run.jsonl'];
  execFileSync(process.execPath, args, { cwd, env: { ...process.env, ...place }, stdio: 'pipe' });
  return readFileSync(join(cwd, 'run.jsonl'), 'utf8');
}

/** A noisy meter, so that the seed counts. */
const ID = 'two-evses-meter-noise';

describe.each<Mode>(['direct', 'loopback'])('a journal played %s', (mode) => {
  test('has the same bytes in another process, another time zone, another language and another folder', { timeout: 60_000 }, async () => {
    const here = await journalHere(ID, 'chargebench', mode, `here-${mode}.jsonl`);
    expect(here.split('\n').length).toBeGreaterThan(1000);
    expect(await journalHere(ID, 'chargebench', mode, `again-${mode}.jsonl`)).toBe(here);
    for (const place of [
      { TZ: 'Pacific/Auckland', LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
      { TZ: 'America/St_Johns', LC_ALL: 'C', LANG: 'C' },
    ]) {
      expect(journalElsewhere(ID, 'chargebench', mode, place)).toBe(here);
    }
  });
});

test('a journal holds no path and no time of day, and every figure to mA, W and 0.1 V at most', async () => {
  const lines = (await journalHere(ID, 'chargebench', 'direct', 'figures.jsonl')).trimEnd().split('\n');
  const header = JSON.parse(lines[0] ?? '') as { columns: string[] };
  expect(lines.join('\n')).not.toContain(folder);
  // The devices' clocks begin at 2025-01-01 (1.7e12 ms); a run counts from 0.
  expect(lines.slice(1).join('\n')).not.toMatch(/\d{13}|\d{4}-\d\d-\d\d/);
  const rows = lines.slice(1).map((line) => JSON.parse(line) as unknown[]).filter(([tag]) => tag === 'r');
  for (const [index, name] of header.columns.entries()) {
    const digits = /V$/.test(name) ? 1 : /(W|Wh|Ms|isLive|Count)$/.test(name) ? 0 : /[rR]atio$/.test(name) ? 4 : 3;
    const cells = rows.map((row) => row[index + 2]).filter((cell) => typeof cell === 'number');
    for (const cell of cells) expect(String(cell).split('.')[1]?.length ?? 0, name).toBeLessThanOrEqual(digits);
  }
});

test('another seed gives another journal of a noisy meter', async () => {
  const file = findBundledScenario(ID)?.file as Record<string, unknown>;
  const order = { controller: 'chargebench', mode: 'direct', broker: null } as const;
  const journals = [1, 2].map(async (seed) => {
    const journalPath = join(folder, `seed-${seed}.jsonl`);
    await playOrder({ ...order, file: { ...file, seed }, journalPath }, { onProgress: () => undefined, isCancelled: () => false });
    return readFileSync(journalPath, 'utf8').split('\n').slice(1).join('\n');
  });
  const [first, second] = await Promise.all(journals);
  expect(first).not.toBe(second);
});
