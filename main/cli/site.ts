import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import { fallBackSums, type FallBackSums } from '../../core/site/fall-back-sums.ts';
import { RULE_SOURCES } from '../../core/site/finding-sources.ts';
import type { SiteFinding, SiteRule } from '../../core/site/finding.ts';
import { listTemplates } from '../../core/site/list-templates.ts';
import { validateSite } from '../../core/site/validate-site.ts';
import { readOwnDescriptions } from '../files/own-descriptions.ts';
import { userDataFolder } from '../files/user-data.ts';
import { lockProject } from '../files/project-lock.ts';
import { makeProjectFolder, PROJECT_FILE, projectNameOf, readProject, writeProject } from '../files/project.ts';
import { siteOfTemplate } from '../open-project.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Command, type Io } from './command.ts';
import { scan, SITE_SCAN_HELP } from './site-scan.ts';

export const siteCommand: Command = {
  summary: 'begin a site from a template, judge one, and look for devices',
  help: `chargebench site templates [--json]
    The sites that can be begun with.

chargebench site new --template NAME --out DIR [--hardware] [--json]
    Writes a project with this site. Refuses a folder that holds one already.
    --hardware   for real devices; simulated ones where absent

chargebench site validate DIR [--json]
    All that a person should know before anything runs, and per circuit and phase the two sums of what flows without
    control: all EVSEs at their fail-safe current, and at their power-up current. Exit code 1 while an error stands.

${SITE_SCAN_HELP}`,
  run(args, io) {
    const [action, ...rest] = args;
    if (action === 'templates') return Promise.resolve(templates(rest, io));
    if (action === 'new') return Promise.resolve(makeNew(rest, io));
    if (action === 'validate') return Promise.resolve(validate(rest, io));
    if (action === 'scan') return scan(rest, io);
    throw new WrongUse(action === undefined ? 'site needs templates, new, validate or scan' : `site does not know "${action}"`);
  },
};

function templates(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new WrongUse('site templates takes no names');
  if (values.json === true) io.out(JSON.stringify(listTemplates(), null, 2));
  else for (const name of listTemplates()) io.out(name);
  return GOOD;
}

function makeNew(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, {
    template: { type: 'string' },
    out: { type: 'string' },
    hardware: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length > 0) throw new WrongUse('site new takes options only');
  const { template, out } = values;
  if (template === undefined || template === '') throw new WrongUse(`site new needs --template, one of ${listTemplates().join(', ')}`);
  if (out === undefined || out === '') throw new WrongUse('site new needs --out');
  const source = values.hardware === true ? 'hardware' : 'simulated';
  try {
    const file = writeNew(template, out, source);
    io.out(values.json === true ? JSON.stringify({ template, source, file }, null, 2) : file);
    return GOOD;
  } catch (error) {
    return refuse('new', failureOf(error), values.json === true, io);
  }
}

/** The template is read before anything is made, so that a misspelt one leaves no folder behind. */
function writeNew(template: string, out: string, source: 'hardware' | 'simulated'): string {
  const site = siteOfTemplate(template);
  refuseProject(resolve(out));
  const folder = makeProjectFolder(out);
  const lock = lockProject(folder);
  try {
    refuseProject(folder);
    writeProject(folder, { name: projectNameOf(folder), source, site });
  } finally {
    lock.release();
  }
  return join(folder, PROJECT_FILE);
}

function refuseProject(folder: string): void {
  const file = join(folder, PROJECT_FILE);
  if (existsSync(file)) throw new ChargebenchError('refused', { file, why: 'a project is there already', cure: 'choose another folder' });
}

/** What a judgement shows; `source` is where the rule comes from. */
interface Judgement {
  readonly findings: readonly (SiteFinding & { readonly source: string })[];
  readonly sums: readonly FallBackSums[];
}

function validate(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new WrongUse('site validate needs one project folder');
  try {
    const judgement = judge(folder);
    if (values.json === true) io.out(JSON.stringify(judgement, null, 2));
    else print(judgement, io);
    return judgement.findings.some(({ severity }) => severity === 'error') ? ANSWER_IS_NO : GOOD;
  } catch (error) {
    return refuse('validate', failureOf(error), values.json === true, io);
  }
}

/** A file that breaks a rule of its shape has that breach as its only finding: nothing else in it has a meaning. */
function judge(folder: string): Judgement {
  try {
    const project = readProject(folder);
    if (project === null) throw new ChargebenchError('not-found', { file: join(folder, PROJECT_FILE) });
    const { site: knowledge } = readOwnDescriptions(userDataFolder({ platform: process.platform, env: process.env, home: homedir() }));
    const findings = validateSite(project.site, knowledge).map((finding) => ({ ...finding, source: RULE_SOURCES[finding.rule] }));
    return { findings, sums: fallBackSums(project.site) };
  } catch (error) {
    const { code, context } = failureOf(error);
    if (code !== 'invalid-file') throw error;
    const { path, rule, ...rest } = context;
    // Rules of a file's shape are no site rules; they stand in the same place of the answer all the same.
    const broken = { rule: String(rule) as SiteRule, severity: 'error', path: String(path), about: null, context: rest, cure: null, isAccepted: false } as const;
    return { findings: [{ ...broken, source: sourceOf(broken.rule) }], sums: [] };
  }
}

const sourceOf = (rule: string): string => (RULE_SOURCES as Readonly<Record<string, string | undefined>>)[rule] ?? 'shape of a project file';

function print({ findings, sums }: Judgement, io: Io): void {
  for (const { severity, rule, path, context, source, isAccepted } of findings) {
    const figures = Object.entries(context).map(([key, value]) => `${key} ${String(value)}`);
    io.out(`${(isAccepted ? 'accepted' : severity).padEnd(10)} ${rule} at ${path}${figures.length === 0 ? '' : `: ${figures.join(', ')}`} (${source})`);
  }
  for (const { circuitId, phases } of sums) {
    for (const { phase, limitA, failSafeA, powerUpA } of phases) {
      io.out(`sum        ${circuitId} l${String(phase + 1)}: fail-safe ${failSafeA.toFixed(1)} A, power-up ${powerUpA.toFixed(1)} A, limit ${limitA.toFixed(1)} A`);
    }
  }
}

function refuse(action: string, failure: Failure, isJson: boolean, io: Io): number {
  io.err(`chargebench site ${action}: ${textOfFailure(failure)}`);
  if (isJson) io.out(JSON.stringify({ error: failure }, null, 2));
  return WRONG_USE;
}
