import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listTemplates, templateSite } from '../../core/site/list-templates.ts';
import { readProject } from '../files/project.ts';
import { openProject } from '../open-project.ts';
import { WrongUse, type Io } from './command.ts';
import { siteCommand } from './site.ts';

let folder: string;
let out: string[];
let err: string[];
const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined };
const run = (...args: string[]): Promise<number> => siteCommand.run(args, io);
const answer = (): Record<string, unknown> => JSON.parse(out.join('\n')) as Record<string, unknown>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-site-'));
  vi.stubEnv('CHARGEBENCH_DATA', join(folder, 'data'));
  out = [];
  err = [];
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const garage = (): string => join(folder, 'garage');
const projectFile = (): string => join(garage(), 'project.json');

describe('new', () => {
  test.each(listTemplates())('writes template %s as a project that opens again', async (template) => {
    expect(await run('new', '--template', template, '--out', garage())).toBe(0);
    const site = templateSite(template);
    expect(readProject(garage())).toEqual({ name: 'garage', source: 'simulated', site: site.ok ? site.value : null });
    const opened = openProject(garage(), () => undefined);
    expect(opened.current().site.name).toBe(site.ok ? site.value.name : null);
    opened.close();
  });

  test('is for real devices where that is said, and answers with what it wrote', async () => {
    expect(await run('new', '--template', 'solar', '--out', garage(), '--hardware', '--json')).toBe(0);
    expect(readProject(garage())?.source).toBe('hardware');
    expect(answer()).toEqual({ template: 'solar', source: 'hardware', file: projectFile() });
  });

  test('never writes over a project, whatever is in it', async () => {
    mkdirSync(garage());
    writeFileSync(projectFile(), 'mine');
    expect(await run('new', '--template', 'solar', '--out', garage(), '--json')).toBe(2);
    expect(readFileSync(projectFile(), 'utf8')).toBe('mine');
    expect(answer()).toMatchObject({ error: { code: 'refused', context: { file: projectFile() } } });
    expect(readdirSync(garage())).toEqual(['project.json']);
  });

  test('keeps away from a folder that another program has open', async () => {
    const opened = openProject(garage(), () => undefined);
    rmSync(projectFile());
    expect(await run('new', '--template', 'solar', '--out', garage(), '--json')).toBe(2);
    expect(answer()).toMatchObject({ error: { code: 'already-open' } });
    expect(existsSync(projectFile())).toBe(false);
    opened.close();
  });

  test('an unknown template leaves no folder behind', async () => {
    expect(await run('new', '--template', 'castle', '--out', garage())).toBe(2);
    expect(err.join()).toContain('castle');
    expect(existsSync(garage())).toBe(false);
  });

  test.each([[[]], [['--template', 'solar']], [['--out', 'x']], [['--template', 'solar', '--out', 'x', 'y']], [['--templte', 'solar']]])('called with %j is wrong use', async (args) => {
    await expect((async () => run('new', ...args))()).rejects.toBeInstanceOf(WrongUse);
  });
});

describe('validate', () => {
  const begin = (template: string): Promise<number> =>
    run('new', '--template', template, '--out', garage()).then((code) => {
      out = [];
      return code;
    });

  /** Changes one place of the written project. */
  function change(edit: (site: { evses: Record<string, unknown>[]; circuits: Record<string, unknown>[] }) => void): void {
    const whole = JSON.parse(readFileSync(projectFile(), 'utf8')) as { site: { evses: Record<string, unknown>[]; circuits: Record<string, unknown>[] } };
    edit(whole.site);
    writeFileSync(projectFile(), JSON.stringify(whole));
  }

  test('shows findings with rule, source and cure, and both sums per circuit and phase', async () => {
    await begin('two-evses-one-breaker');
    expect(await run('validate', garage(), '--json')).toBe(0);
    expect(Object.keys(answer())).toEqual(['findings', 'sums']);
    expect(answer()).toMatchObject({
      findings: [{ rule: 'power-up-sum', severity: 'attention', source: 'what flows after a blackout must fit the breaker', cure: 'lower-configured-max', isAccepted: true }],
      // Seed 000: 34 A each on 40 A without end.
      sums: [{ circuitId: 'ev', limitA: 40, phases: [{ phase: 0, limitA: 40, failSafeA: 12, powerUpA: 68, evseCount: 2 }, { phase: 1 }] }],
    });
  });

  test('knows the meter models that the user has put into the data folder, and names a file of theirs that is broken', async () => {
    await begin('smartevse-power-share');
    const whole = JSON.parse(readFileSync(projectFile(), 'utf8')) as { site: { meters: Record<string, unknown>[] } };
    for (const meter of whole.site.meters) meter['model'] = 'my-meter';
    writeFileSync(projectFile(), JSON.stringify(whole));
    const rules = async (): Promise<readonly string[]> => {
      out = [];
      await run('validate', garage(), '--json');
      return (answer()['findings'] as { rule: string }[]).map(({ rule }) => rule);
    };
    expect(await rules()).toContain('meter-model-unknown');
    const meters = join(folder, 'data', 'meters');
    mkdirSync(meters, { recursive: true });
    const sdm630 = JSON.parse(readFileSync(new URL('../../core/devices/meters/eastron-sdm630.json', import.meta.url), 'utf8')) as object;
    writeFileSync(join(meters, 'mine.json'), JSON.stringify({ ...sdm630, model: 'my-meter' }));
    writeFileSync(join(meters, 'other.json'), JSON.stringify({ ...sdm630, model: 'Other Meter' }));
    expect(await rules()).not.toContain('meter-model-unknown');
    expect(answer()['findings']).toContainEqual(expect.objectContaining({ rule: 'own-file-refused', severity: 'info', context: { file: join(meters, 'other.json'), path: 'model', rule: 'invalid-format' } }));
  });

  test('answers no while an error stands', async () => {
    await begin('two-evses-one-breaker');
    change(({ evses }) => evses.forEach((evse) => Object.assign(evse, { failSafeCurrentA: 21 })));
    expect(await run('validate', garage(), '--json')).toBe(1);
    expect((answer()['findings'] as { rule: string; severity: string }[])[0]).toMatchObject({ rule: 'fail-safe-sum', severity: 'error' });
    out = [];
    expect(await run('validate', garage())).toBe(1);
    expect(out.join('\n')).toMatch(/error\s+fail-safe-sum at circuits\/0.*\nsum\s+ev l1: fail-safe 42\.0 A, power-up 68\.0 A, limit 40\.0 A/s);
  });

  test('a site that is only begun is no site to run', async () => {
    await begin('empty');
    expect(await run('validate', garage(), '--json')).toBe(1);
    expect(answer()).toMatchObject({ findings: [{ rule: 'no-circuit' }], sums: [] });
  });

  test('a breach of the file is its finding, by path and rule', async () => {
    await begin('two-evses-one-breaker');
    change(({ circuits }) => Object.assign(circuits[0] ?? {}, { meterId: 'nowhere' }));
    expect(await run('validate', garage(), '--json')).toBe(1);
    expect(answer()).toMatchObject({ findings: [{ rule: 'unknown-meter', severity: 'error', path: 'site/circuits/0/meterId', source: 'structure of a site' }], sums: [] });
  });

  test('leaves the file as it is', async () => {
    await begin('p1-easee');
    const before = readFileSync(projectFile(), 'utf8');
    await run('validate', garage(), '--json');
    expect(readFileSync(projectFile(), 'utf8')).toBe(before);
  });

  test('a folder without a project is wrong use', async () => {
    expect(await run('validate', folder, '--json')).toBe(2);
    expect(answer()).toMatchObject({ error: { code: 'not-found' } });
    await expect((async () => run('validate'))()).rejects.toBeInstanceOf(WrongUse);
  });
});

test('lists the templates', async () => {
  expect(await run('templates', '--json')).toBe(0);
  expect(answer()).toEqual(listTemplates());
});

test('anything else is wrong use', async () => {
  await expect((async () => run('paint'))()).rejects.toBeInstanceOf(WrongUse);
});
