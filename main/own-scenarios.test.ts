import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostApi } from '../core/host-api/contract.ts';
import { createHostEvents } from './host-events.ts';
import { openOwnScenarios } from './own-scenarios.ts';
import { createRuns, type Runs } from './runs.ts';
import type { PlayOrder } from './simulation/messages.ts';
import type { SimulationPool } from './simulation/pool.ts';

let folder: string;
let ordered: PlayOrder[];
let runs: Runs;

const pool: SimulationPool = {
  play(order) {
    ordered.push(order);
    return { ended: Promise.resolve({ ok: false, error: { code: 'cancelled', context: {} } }), cancel: () => undefined };
  },
  close: () => Promise.resolve(),
};

const answered = async <Name extends keyof Runs>(name: Name, ...args: Parameters<HostApi[Name]>): Promise<unknown> => {
  const result = await (runs[name] as (...given: unknown[]) => Promise<{ ok: boolean; value?: unknown; error?: unknown }>)(...args);
  return result.ok ? result.value : result.error;
};

/** A scenario of the library under another id. */
async function ownText(change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const text = (await answered('readScenario', 'two-evses-quick')) as string;
  return JSON.stringify({ ...(JSON.parse(text) as object), id: 'my-own', title: 'My own', ...change });
}

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'chargebench-own-')), 'scenarios');
  ordered = [];
  runs = createRuns(pool, createHostEvents(), openOwnScenarios(folder));
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

test('a saved scenario is a file as it was written, in the library and can be played', async () => {
  const text = await ownText();
  expect(await answered('saveScenario', text)).toMatchObject({ id: 'my-own', title: 'My own', isOwn: true, failure: null });
  expect(readdirSync(folder)).toEqual(['my-own.scenario.json']);
  expect(readFileSync(join(folder, 'my-own.scenario.json'), 'utf8')).toBe(text);
  expect(await answered('readScenario', 'my-own')).toBe(text);
  expect(await answered('listScenarios')).toContainEqual(expect.objectContaining({ id: 'my-own', isOwn: true }));
  await answered('playScenario', { scenarioId: 'my-own', controller: 'chargebench', mode: 'direct' });
  expect(ordered.map(({ file }) => (file as { id: string }).id)).toEqual(['my-own']);
});

test('a text with an error is refused with path and rule, and nothing is kept', async () => {
  const text = await ownText({ vehicles: [{ id: 'v', evse: 'nowhere', plugInS: 5 }] });
  const refusal = { code: 'invalid-file', context: expect.objectContaining({ path: 'vehicles/0/evse', rule: 'unknown-evse' }) as unknown };
  expect(await answered('checkScenario', text)).toMatchObject(refusal);
  expect(await answered('saveScenario', text)).toMatchObject(refusal);
  expect(await answered('checkScenario', '{"format":')).toMatchObject({ code: 'invalid-file', context: { rule: 'json' } });
  expect(await answered('checkScenario', await ownText({ controllers: { nobody: { expect: [] } } }))).toMatchObject({ code: 'invalid-file', context: { path: 'controllers/nobody', rule: 'unknown-controller' } });
  expect((await answered('listScenarios')) as readonly { isOwn: boolean }[]).not.toContainEqual(expect.objectContaining({ isOwn: true }));
});

test('the library is never written over', async () => {
  expect(await answered('saveScenario', (await answered('readScenario', 'two-evses-quick')) as string)).toMatchObject({ code: 'invalid-file', context: { path: 'id', rule: 'id-of-the-library' } });
});

test('a broken file beside good ones is listed with its failure and can be read to be mended', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'mine.scenario.json'), '{ "format": ');
  writeFileSync(join(folder, 'two-evses-quick.scenario.json'), (await answered('readScenario', 'two-evses-quick')) as string);
  await answered('saveScenario', await ownText());
  const listed = (await answered('listScenarios')) as readonly { id: string; isOwn: boolean; failure: { context: { rule: string; file: string } } | null }[];
  expect(listed.filter(({ isOwn }) => isOwn).map(({ id, failure }) => [id, failure?.context.rule ?? null])).toEqual([
    ['mine', 'json'],
    ['my-own', null],
    ['two-evses-quick.scenario.json', 'id-of-the-library'],
  ]);
  expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  expect(listed.find(({ id }) => id === 'mine')?.failure?.context.file).toBe('mine.scenario.json');
  expect(await answered('readScenario', 'mine')).toBe('{ "format": ');
  expect(await answered('readScenario', '../own/mine')).toMatchObject({ code: 'not-found' });
});

test('a controller that the file does not list plays with nothing expected of it; one that nobody knows does not', async () => {
  expect(await answered('listControllers')).toEqual(expect.arrayContaining(['chargebench', 'device', 'none', 'static-split', 'smartevse']));
  await answered('playScenario', { scenarioId: 'two-evses-quick', controller: 'static-split', mode: 'direct' });
  const { controllers } = ordered[0]?.file as { controllers: Record<string, { expect: unknown[] }> };
  expect(controllers['static-split']?.expect).toEqual([]);
  expect(await answered('playScenario', { scenarioId: 'two-evses-quick', controller: 'nobody', mode: 'direct' })).toMatchObject({ code: 'not-found' });
});

test('a deleted scenario is put aside, and comes back as it was, broken or not', async () => {
  const text = await ownText();
  await answered('saveScenario', text);
  writeFileSync(join(folder, 'broken.scenario.json'), '{ "format": ');
  for (const id of ['my-own', 'broken']) expect(await answered('deleteScenario', id)).toBe(null);
  expect(((await answered('listScenarios')) as readonly { isOwn: boolean }[]).some(({ isOwn }) => isOwn)).toBe(false);
  expect(readdirSync(join(folder, 'deleted')).sort()).toEqual(['broken.scenario.json', 'my-own.scenario.json']);
  expect(await answered('undoDeleteScenario', 'my-own')).toMatchObject({ id: 'my-own', isOwn: true, failure: null });
  expect(await answered('undoDeleteScenario', 'broken')).toMatchObject({ id: 'broken', failure: { context: { rule: 'json' } } });
  expect(readFileSync(join(folder, 'my-own.scenario.json'), 'utf8')).toBe(text);
  expect(await answered('undoDeleteScenario', 'my-own')).toMatchObject({ code: 'not-found' });
});

test('what has taken the name since is not written over by bringing back; the newest deleted one of a name is kept', async () => {
  await answered('saveScenario', await ownText({ title: 'First' }));
  await answered('deleteScenario', 'my-own');
  await answered('saveScenario', await ownText({ title: 'Second' }));
  expect(await answered('undoDeleteScenario', 'my-own')).toMatchObject({ code: 'refused', context: { scenario: 'my-own' } });
  expect(await answered('listScenarios')).toContainEqual(expect.objectContaining({ id: 'my-own', title: 'Second' }));
  await answered('deleteScenario', 'my-own');
  expect(await answered('undoDeleteScenario', 'my-own')).toMatchObject({ title: 'Second' });
});

test('the library, what is not there, and what lies elsewhere are not deleted', async () => {
  expect(await answered('deleteScenario', 'two-evses-quick')).toMatchObject({ code: 'refused' });
  expect(await answered('deleteScenario', 'nobody')).toMatchObject({ code: 'not-found' });
  writeFileSync(join(folder, '..', 'outside.scenario.json'), '{}');
  expect(await answered('deleteScenario', '../outside')).toMatchObject({ code: 'not-found' });
});
