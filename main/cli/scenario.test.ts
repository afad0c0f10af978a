import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import { startBroker } from '../../hardware-sims/servers/broker.ts';
import { findMosquitto, freePort, startMosquitto } from '../../hardware-sims/servers/mosquitto.ts';
import { planSweep } from '../simulation/sweep-plan.ts';
import { WrongUse, type Io } from './command.ts';
import { openScenario, ownScenariosOf } from './open-scenario.ts';
import { scenarioCommand } from './scenario.ts';

let folder: string;
let out: string[];
let err: string[];
const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined };
const run = (...args: string[]): Promise<number> => scenarioCommand.run(args, io);
const results = (): readonly ScenarioOutcome[] => (JSON.parse(out.join('\n')) as { results: ScenarioOutcome[] }).results;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-cli-'));
  out = [];
  err = [];
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Ten seconds of two EVSEs that are expected to stay below a current. */
function scenarioFile(change: object = {}, peakAtMostA = 50): string {
  const file = join(folder, 'mine.scenario.json');
  const scenario = {
    format: 'chargebench-scenario',
    version: 1,
    id: 'mine',
    title: 'Mine',
    group: 'Tests',
    durationS: 10,
    site: 'two-evses-one-breaker',
    vehicles: [{ id: 'v', evse: 'primary', plugInS: 0 }],
    controllers: { chargebench: { expect: [{ kind: 'peak-current', atMost: peakAtMostA }] } },
    ...change,
  };
  writeFileSync(file, JSON.stringify(scenario));
  return file;
}

function halfOf(file: string): string {
  writeFileSync(file, '{"format":');
  return file;
}

test('lists id, title, controllers and duration, and nothing else', async () => {
  expect(await run('list', '--json', '--data', folder)).toBe(0);
  const scenarios = JSON.parse(out.join('\n')) as Record<string, unknown>[];
  expect(scenarios.map(({ id }) => id)).toContain('two-evses-quick');
  for (const scenario of scenarios) expect(Object.keys(scenario)).toEqual(['id', 'title', 'controllers', 'durationS']);
});

describe('own scenarios', () => {
  /** As the screen keeps them: in `scenarios` of the data folder, by the name of the file. */
  function keep(id: string, change: object = {}): void {
    mkdirSync(join(folder, 'scenarios'), { recursive: true });
    const { name, text } = { name: `${id}.scenario.json`, text: readFileSync(scenarioFile({ id, title: `Own ${id}`, ...change }), 'utf8') };
    writeFileSync(join(folder, 'scenarios', name), text);
  }

  test('are listed behind the library, broken ones with what is wrong', async () => {
    keep('my-evening');
    writeFileSync(join(folder, 'scenarios', 'broken.scenario.json'), '{"format":');
    expect(await run('list', '--json', '--data', folder)).toBe(0);
    const listed = JSON.parse(out.join('\n')) as readonly Record<string, unknown>[];
    expect(listed.slice(-2)).toMatchObject([
      { id: 'broken', isOwn: true, failure: { code: 'invalid-file', context: { rule: 'json' } } },
      { id: 'my-evening', title: 'Own my-evening', controllers: ['chargebench'], durationS: 10, isOwn: true },
    ]);
    out = [];
    await run('list', '--data', folder);
    expect(out.at(-2)).toMatch(/^broken .*CANNOT BE PLAYED: invalid-file.*rule json/);
    expect(out.at(-1)).toMatch(/^my-evening .*Own my-evening, own \(chargebench\)/);
  });

  test('are played, compared and swept by id', async () => {
    keep('my-evening');
    expect(await run('run', 'my-evening', '--mode', 'direct', '--json', '--data', folder)).toBe(0);
    expect(results()).toMatchObject([{ id: 'my-evening', controller: 'chargebench', passed: true }]);
    const plan = planSweep(openScenario('my-evening', ownScenariosOf(folder)), { variations: [], seedCount: 2 });
    expect([plan.scenarioId, plan.total]).toEqual(['my-evening', 2]);
  });

  test('are found where CHARGEBENCH_DATA says, which --data comes before', async () => {
    keep('my-evening');
    vi.stubEnv('CHARGEBENCH_DATA', folder);
    expect(await run('run', 'my-evening', '--mode', 'direct', '--json')).toBe(0);
    expect(await run('run', 'my-evening', '--mode', 'direct', '--json', '--data', join(folder, 'elsewhere'))).toBe(2);
    expect(err.join('\n')).toMatch(/not-found: scenario my-evening, cure chargebench scenario list/);
  });

  test('never take the place of the library, and a path is a file whatever they are called', async () => {
    keep('two-evses-quick');
    expect(await run('list', '--json', '--data', folder)).toBe(0);
    expect(JSON.parse(out.join('\n'))).toContainEqual(expect.objectContaining({ id: 'two-evses-quick.scenario.json', isOwn: true, failure: expect.objectContaining({ context: expect.objectContaining({ rule: 'id-of-the-library' }) as unknown }) as unknown }));
    expect(openScenario('two-evses-quick', ownScenariosOf(folder)).scenario.title).not.toBe('Own two-evses-quick');
    expect(openScenario(scenarioFile({ title: 'A file' }), ownScenariosOf(folder)).scenario.title).toBe('A file');
  });

  test('a broken one is refused with its file, its place and the rule', async () => {
    keep('my-evening', { durationS: -1 });
    expect(await run('run', 'my-evening', '--data', folder)).toBe(2);
    expect(err.join('\n')).toMatch(/invalid-file: file \S*my-evening\.scenario\.json, path durationS/);
  });

  test('are deleted, and where each lies then is said; the library is not', async () => {
    keep('my-evening');
    expect(await run('delete', 'my-evening', '--json', '--data', folder)).toBe(0);
    const keptAs = join(folder, 'scenarios', 'deleted', 'my-evening.scenario.json');
    expect(JSON.parse(out.join('\n'))).toEqual({ deleted: [{ id: 'my-evening', keptAs }] });
    expect(existsSync(keptAs)).toBe(true);
    expect(await run('delete', 'my-evening', '--data', folder)).toBe(2);
    expect(await run('delete', 'two-evses-quick', '--data', folder)).toBe(2);
    expect(err.join('\n')).toMatch(/not-found: scenario my-evening[^]*refused: scenario two-evses-quick, why it came with the program/);
    await expect(async () => run('delete', '--data', folder)).rejects.toThrow(WrongUse);
  });
});

describe('run', () => {
  test('without --controller plays every controller the scenario lists, in the shape of the contract', async () => {
    expect(await run('run', 'two-evses-quick', '--json', '--mode', 'direct')).toBe(0);
    expect(results().map(({ controller }) => controller).sort()).toEqual(['chargebench', 'device']);
    expect(Object.keys(results()[0] ?? {}).sort()).toEqual(
      [
        ...['id', 'controller', 'mode', 'passed', 'verdict', 'peakCurrentA', 'secondsAboveContinuousLimit', 'secondsAboveRating', 'thermalLoadPeakRatio'],
        ...['circuits', 'energyWh', 'starts', 'offeredA', 'expectations', 'simulatedS', 'wallMs'],
      ].sort(),
    );
    expect(err).toEqual([]);
  });

  test('answers 1 when an expectation does not hold, and names it', async () => {
    expect(await run('run', scenarioFile({}, 1), '--json')).toBe(1);
    expect(results()).toMatchObject([{ id: 'mine', passed: false, expectations: [{ passed: false }] }]);
  });

  test.each<[string, () => string, string, RegExp]>([
    ['is not there', () => join(folder, 'none.json'), 'not-found', /none\.json/],
    ['is broken', () => halfOf(scenarioFile()), 'invalid-file', /mine\.scenario\.json.*rule json/],
    ['comes from a newer program', () => scenarioFile({ version: 99 }), 'newer-version', /fileVersion 99/],
    ['contradicts itself', () => scenarioFile({ vehicles: [{ id: 'v', evse: 'third', plugInS: 0 }] }), 'invalid-file', /path vehicles\/0\/evse/],
  ])('a file that %s is named with path and rule; one JSON document says so too', async (_what, make, code, said) => {
    expect(await run('run', make(), '--json')).toBe(2);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ error: { code } });
    expect(err.join('\n')).toMatch(said);
  });

  test('writes a journal, replaces it on the next run, and the same run gives the same bytes', async () => {
    const journal = join(folder, 'run.jsonl');
    await run('run', 'two-evses-quick', '--controller', 'chargebench', '--journal', journal);
    const first = readFileSync(journal, 'utf8');
    await run('run', 'two-evses-quick', '--controller', 'chargebench', '--journal', journal);
    expect(readFileSync(journal, 'utf8')).toBe(first);
    expect(first.split('\n').length).toBeGreaterThan(90);
  });

  test('writes the journals of several runs into a folder', async () => {
    await run('run', 'two-evses-quick', '--mode', 'direct', '--journal', join(folder, 'all'));
    expect(readdirSync(join(folder, 'all')).sort()).toEqual(['two-evses-quick.chargebench.jsonl', 'two-evses-quick.device.jsonl']);
  });

  test('a journal that cannot be written is named, and nothing is played', async () => {
    expect(await run('run', 'two-evses-quick', '--controller', 'device', '--journal', join(folder, 'no/such/run.jsonl'))).toBe(2);
    expect(err.join('\n')).toMatch(/not-writable: path .*ENOENT/);
  });

  test.each([
    [['run']],
    [['run', 'two-evses-quick', '--mode', 'slow']],
    [['run', 'two-evses-quick', '--broker', 'mqtt://127.0.0.1']],
    [['run', 'two-evses-quick', '--mode', 'wire', '--broker', 'http://127.0.0.1']],
    [['run', 'two-evses-quick', '--frob']],
    [['list', 'more']],
    [['schema', 'more']],
    [['compare']],
    [['frob']],
    [[]],
  ])('%j is wrong use', async (args) => {
    await expect(Promise.resolve().then(() => run(...args))).rejects.toBeInstanceOf(WrongUse);
    expect(out).toEqual([]);
  });
});

describe('in wire mode', () => {
  const mosquitto = findMosquitto();

  test('plays in real time on an embedded broker', { timeout: 30_000 }, async () => {
    expect(await run('run', scenarioFile({ durationS: 6 }), '--mode', 'wire', '--json')).toBe(0);
    const [outcome] = results();
    expect(outcome).toMatchObject({ mode: 'wire', simulatedS: 6, passed: true });
    expect(outcome?.wallMs).toBeGreaterThan(5900);
    // The drivers had something to say: the vehicle was given its fail-safe current and then more (rule 12).
    expect(outcome?.offeredA['primary']?.max).toBeGreaterThan(6);
  });

  test('puts a model of another controller behind the same drivers', { timeout: 30_000 }, async () => {
    expect(await run('run', scenarioFile({ durationS: 6, controllers: { 'static-split': { expect: [] } } }), '--mode', 'wire', '--json')).toBe(0);
    // Half of the 40 A that a 50 A breaker carries without end (0.8): 20 A.
    expect(results()[0]?.offeredA['primary']?.min).toBe(20);
  });

  test.skipIf(mosquitto === null)('plays on a mosquitto that runs already (skipped where it is not installed)', { timeout: 30_000 }, async () => {
    const broker = await startMosquitto(mosquitto ?? '');
    expect(await run('run', scenarioFile({ durationS: 6 }), '--mode', 'wire', '--broker', `mqtt://127.0.0.1:${broker.port}`, '--json')).toBe(0);
    expect(results()[0]?.offeredA['primary']?.max).toBeGreaterThan(6);
    await broker.close();
  });

  test('a broker that is not there, or that the scenario would have to stop, is named before anything is played', async () => {
    const port = await freePort();
    expect(await run('run', scenarioFile(), '--mode', 'wire', '--broker', `mqtt://127.0.0.1:${port}`)).toBe(2);
    expect(err.join('\n')).toMatch(new RegExp(`link-lost.*127.0.0.1:${port}`));
    const broker = await startBroker();
    expect(await run('run', scenarioFile({ faults: [{ kind: 'broker-down', fromS: 1 }] }), '--mode', 'wire', '--broker', `mqtt://127.0.0.1:${broker.port}`)).toBe(2);
    expect(err.join('\n')).toMatch(/not-supported.*broker-down/);
    await broker.close();
  });
});

test('schema prints the JSON Schema of scenario files, or of site files, with a description of what can be expected', async () => {
  expect(await run('schema')).toBe(0);
  const schema = JSON.parse(out.join('\n')) as { properties: Record<string, { description?: string }> };
  expect(schema.properties['controllers']?.description).toMatch(/each controller/);
  expect(out.join('\n')).toContain('How often charging begins');
  out = [];
  expect(await run('schema', '--site')).toBe(0);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ properties: { format: { const: 'chargebench-site' } } });
});

test('help names every action and option', () => {
  for (const word of ['list', 'run', 'compare', '--controllers', 'schema', '--site', '--controller', '--mode', 'direct', 'loopback', 'wire', '--json', '--journal', '--broker']) {
    expect(scenarioCommand.help).toContain(word);
  }
});
