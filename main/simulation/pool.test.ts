import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RunColumns } from '../../core/runs/columns.ts';
import { parseJournal } from '../../core/runs/parse-journal.ts';
import { buildEntries, type BuiltEntries } from '../testing/build-entry.ts';
import { benchOrder, DAY_S, HOUR_S } from './benchmarks.ts';
import { createSimulationPool } from './pool.ts';

let built: BuiltEntries;
let pool: ReturnType<typeof createSimulationPool>;
let entry: URL;

beforeAll(async () => {
  built = await buildEntries(['simulation/worker']);
  entry = pathToFileURL(built.pathOf('simulation/worker'));
}, 60_000);

afterEach(() => pool.close());

afterAll(() => {
  built.remove();
});

const silent = { onProgress: () => undefined, onColumns: () => undefined };

test('a run comes back with progress, columns and result, and its journal is whole', async () => {
  pool = createSimulationPool({ entry, size: 1 });
  const journalPath = join(built.folder, 'hour.jsonl');
  const progress: number[] = [];
  const got: RunColumns[] = [];
  const order = { ...benchOrder(HOUR_S, 'loopback'), journalPath };
  const result = await pool.play(order, { onProgress: (playedS) => progress.push(playedS), onColumns: (columns) => got.push(columns) }).ended;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  expect(result.value.outcome).toMatchObject({ verdict: 'holds', passed: true, simulatedS: HOUR_S });
  expect(progress.length).toBeGreaterThan(50);
  const [columns] = got;
  expect(columns?.timeS.length).toBe(result.value.rows);
  const peak = columns?.columns.find(({ column }) => column.kind === 'circuit-current')?.values.reduce((a, b) => Math.max(a, b));
  expect(peak).toBeCloseTo(result.value.outcome.peakCurrentA, 3);
  const journal = parseJournal(readFileSync(journalPath, 'utf8').split('\n'));
  expect(journal).toMatchObject({ ok: true, value: { brokenAt: null, kind: { kind: 'played' } } });
});

test('the loads of a file come back as a picture while a run has the thread, and of two askings the newer one is answered', async () => {
  pool = createSimulationPool({ entry, size: 1 });
  const run = pool.play(benchOrder(30 * DAY_S, 'direct'), silent);
  const { file } = benchOrder(HOUR_S, 'direct');
  const [older, newer] = await Promise.all([pool.previewLoads(file), pool.previewLoads(file)]);
  expect(older).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  if (!newer.ok) throw new Error(JSON.stringify(newer.error));
  // 2400 W in every second five minutes of the hour.
  expect(newer.value.house?.meanW.reduce((sum, powerW) => sum + powerW * newer.value.stretchS, 0)).toBe(2400 * 1800);
  expect(newer.value.pv).toBeNull();
  expect(await pool.previewLoads({ format: 'something' })).toMatchObject({ ok: false, error: { code: 'invalid-file' } });
  run.cancel();
  await run.ended;
});

test('a cancelled run ends as cancelled although its thread hears nothing, and so does one that waits', async () => {
  pool = createSimulationPool({ entry, size: 1 });
  let began = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const first = pool.play(benchOrder(30 * DAY_S, 'direct'), { ...silent, onProgress: began });
  const second = pool.play(benchOrder(HOUR_S, 'direct'), silent);
  await hasBegun;
  second.cancel();
  first.cancel();
  expect(await second.ended).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect(await first.ended).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect(await pool.play(benchOrder(HOUR_S, 'direct'), silent).ended).toMatchObject({ ok: true });
});

test('a broken scenario file is a failure that names path and rule', async () => {
  pool = createSimulationPool({ entry, size: 1 });
  const { file, ...order } = benchOrder(HOUR_S, 'direct');
  const broken = { ...(file as object), vehicles: [{ id: 'x', evse: 'third', plugInS: 0 }] };
  const result = await pool.play({ ...order, file: broken }, silent).ended;
  expect(result).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { path: 'vehicles/0/evse' } } });
});

test('a controller that the scenario does not list is not found', async () => {
  pool = createSimulationPool({ entry, size: 1 });
  const result = await pool.play({ ...benchOrder(HOUR_S, 'direct'), controller: 'device' }, silent).ended;
  expect(result).toMatchObject({ ok: false, error: { code: 'not-found', context: { controller: 'device' } } });
});

test('two runs at once are two threads where two are allowed', async () => {
  pool = createSimulationPool({ entry, size: 2 });
  const runs = [1, 2, 3].map(() => pool.play(benchOrder(HOUR_S, 'direct'), silent).ended);
  for (const result of await Promise.all(runs)) expect(result.ok).toBe(true);
});
