/** What a script gets from the program: documents on stdout, exit codes, readable journals. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { CHARGEBENCH, chargebench, start } from '../fixtures/process.ts';
import type { Finished } from '../fixtures/process.ts';

interface Summary {
  readonly id: string;
  readonly title: string;
  readonly controllers: readonly string[];
  readonly durationS: number;
}

interface Outcome {
  readonly id: string;
  readonly controller: string;
  readonly mode: string;
  readonly passed: boolean;
  readonly verdict: 'holds' | 'may-trip' | 'trips';
  readonly peakCurrentA: number;
  readonly secondsAboveRating: number;
  readonly expectations: readonly { readonly text: string; readonly passed: boolean }[];
}

const json = (finished: Finished): unknown => JSON.parse(finished.stdout);
const listScenarios = async (): Promise<readonly Summary[]> => json(await chargebench('scenario', 'list', '--json')) as readonly Summary[];
const outcomesOf = (finished: Finished): readonly Outcome[] => (json(finished) as { results: readonly Outcome[] }).results;
const withoutExpectations = ({ id, controller, expectations }: Outcome) => ({
  id,
  controller,
  failed: expectations.filter(({ passed }) => !passed).map(({ text }) => text),
});

test('lists the scenarios with their controllers and durations', async () => {
  const scenarios = await listScenarios();
  expect(scenarios.map(({ id }) => id)).toContain('two-evses-quick');
  for (const scenario of scenarios) {
    expect(scenario).toEqual({ id: expect.any(String), title: expect.any(String), controllers: expect.any(Array), durationS: expect.any(Number) });
    expect(scenario.controllers.length).toBeGreaterThan(0);
  }
});

test('every bundled scenario meets its expectations under every controller it lists, and holds under chargebench', async () => {
  test.setTimeout(600_000);
  const scenarios = await listScenarios();
  const finished = await chargebench('scenario', 'run', ...scenarios.map(({ id }) => id), '--json');
  const outcomes = outcomesOf(finished);
  const runs = scenarios.flatMap(({ id, controllers }) => controllers.map((controller) => `${id} ${controller}`));
  expect(outcomes.map(({ id, controller }) => `${id} ${controller}`).sort()).toEqual(runs.sort());
  expect(outcomes.filter(({ passed }) => !passed).map(withoutExpectations)).toEqual([]);
  expect(outcomes.filter(({ controller, verdict }) => controller === 'chargebench' && verdict !== 'holds')).toEqual([]);
  expect(finished.code).toBe(0);
});

test('direct and loopback agree on the quick scenario', async () => {
  const figures = async (mode: string) =>
    outcomesOf(await chargebench('scenario', 'run', 'two-evses-quick', '--mode', mode, '--json')).map(({ controller, verdict, peakCurrentA, passed }) => ({
      controller,
      verdict,
      peakCurrentA,
      passed,
    }));
  expect(await figures('loopback')).toEqual(await figures('direct'));
});

test('answers 1 when an expectation fails, and says which', async ({}, testInfo) => {
  const file = testInfo.outputPath('hopeless.scenario.json');
  const quick = (await listScenarios()).find(({ id }) => id === 'two-evses-quick');
  expect(quick).toBeDefined();
  writeFileSync(file, JSON.stringify(hopeless()));
  const finished = await chargebench('scenario', 'run', file, '--json');
  expect(finished.code).toBe(1);
  expect(outcomesOf(finished).map(({ passed, expectations }) => ({ passed, expectations: expectations.map((one) => one.passed) }))).toEqual([
    { passed: false, expectations: [false] },
  ]);
});

/** Nobody draws 400 A from two EVSEs of 48 A. */
const hopeless = () => ({
  format: 'chargebench-scenario',
  version: 1,
  id: 'hopeless',
  title: 'Expects what cannot be',
  group: 'Tests',
  durationS: 30,
  site: 'two-evses-one-breaker',
  controllers: { device: { expect: [{ kind: 'peak-current', atLeast: 400 }] } },
});

const BROKEN: readonly [title: string, content: string, where: RegExp][] = [
  ['is no JSON', '{"format": "chargebench-scenario",', /invalid-file/],
  ['comes from a newer version', JSON.stringify({ ...hopeless(), version: 99 }), /newer-version/],
  ['has an impossible value', JSON.stringify({ ...hopeless(), durationS: -1 }), /durationS/],
  ['names a site nobody has', JSON.stringify({ ...hopeless(), site: 'nowhere' }), /nowhere/],
];

for (const [title, content, where] of BROKEN) {
  test(`refuses a scenario file that ${title}, naming the place`, async ({}, testInfo) => {
    const file = testInfo.outputPath('broken.scenario.json');
    writeFileSync(file, content);
    const finished = await chargebench('scenario', 'run', file, '--json');
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('broken.scenario.json');
    expect(finished.stderr).toMatch(where);
    expect(JSON.stringify(json(finished))).toMatch(where);
  });
}

test('answers 2 to what it does not know', async () => {
  for (const args of [['no-such-command'], ['scenario', 'run', 'no-such-scenario'], ['scenario', 'run', 'two-evses-quick', '--controller', 'nobody'], ['serve', '--port', 'many']]) {
    const { code, stderr } = await chargebench(...args);
    expect([args, code]).toEqual([args, 2]);
    expect(stderr.trim()).not.toBe('');
  }
});

test('a journal holds the run, and one killed in mid-run is readable to its last whole line', async ({}, testInfo) => {
  const file = testInfo.outputPath('run.jsonl');
  const run = start(process.execPath, [CHARGEBENCH, 'scenario', 'run', 'two-evses-quick', '--controller', 'chargebench', '--mode', 'wire', '--journal', file]);
  await expect.poll(() => linesOf(file).length, { timeout: 30_000 }).toBeGreaterThan(5);
  run.child.kill('SIGKILL');
  expect(await run.ended).toBe('SIGKILL');
  const lines = linesOf(file);
  for (const line of lines.slice(0, -1)) expect(() => JSON.parse(line) as unknown).not.toThrow();
});

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

test('a port in use is a clear error and nothing else happens', async ({ app, project }) => {
  const { port } = new URL(app.url);
  const { code, stderr } = await chargebench('serve', '--port', port, '--project', join(project, 'other'));
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/port-in-use/);
  expect(stderr).toContain(port);
});

test('a second program on the same project is shown where the first one is', async ({ app, project }) => {
  const { stdout } = await chargebench('serve', '--port', '0', '--project', project);
  expect(stdout).toContain(`http://127.0.0.1:${new URL(app.url).port}`);
  expect(stdout).not.toContain('READY');
});
