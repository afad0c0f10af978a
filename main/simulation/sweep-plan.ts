/** Which runs a sweep consists of: every combination of what varies, every seed, every controller, in a fixed order. */
import { createHash } from 'node:crypto';
import { ChargebenchError } from '../../core/errors.ts';
import { restoreScenario, type RestoredScenario } from '../../core/scenarios/restore-scenario.ts';
import { siteFileOf } from '../../core/site/write-site.ts';
import { VERSION } from '../version.ts';
import { missingPlace, valueAt, withValues, type VariedValue } from './vary-file.ts';

/** One place in the scenario file and the values it takes. */
export interface Variation {
  /** Dotted: `vehicles.0.maxCurrentA`. */
  readonly path: string;
  readonly values: readonly VariedValue[];
}

export interface SweepRun {
  /** Names the run whatever else the sweep holds. */
  readonly key: string;
  readonly values: Readonly<Record<string, VariedValue>>;
  readonly seed: number;
  readonly controller: string;
}

/** Every n-th run, beginning with this one. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const WHOLE: Shard = { index: 0, count: 1 };

export interface SweepPlan {
  readonly scenarioId: string;
  /** The scenario file that the values are put into. */
  readonly file: unknown;
  /** Of file and program: runs of another one are no part of this sweep. */
  readonly fingerprint: string;
  readonly controllers: readonly string[];
  /** Runs of all shards. */
  readonly total: number;
  runAt(index: number): SweepRun;
  /** Of a run given by its line; null when it is none of this plan. */
  indexOf(run: Pick<SweepRun, 'values' | 'seed' | 'controller'>): number | null;
}

export interface PlanOptions {
  readonly variations: readonly Variation[];
  readonly seedCount: number;
  /** All that the scenario lists where absent. */
  readonly controllers?: readonly string[];
}

const MOST_RUNS = 100_000_000;
/** Values of a range are rounded to so many decimals: steps of 0.1 do not become 0.30000000000000004. */
const RANGE_DECIMALS = 9;

/** `path=a..b`, `path=a..b:step` or `path=a,b,c`. Throws `invalid-argument` naming the place in the text. */
export function parseVariation(text: string): Variation {
  const refuse = (rule: string): never => {
    throw new ChargebenchError('invalid-argument', { vary: text, rule, cure: 'path=a..b, path=a..b:step or path=a,b,c' });
  };
  const [, path = '', list = ''] = /^([^=\s]+)=(.+)$/.exec(text) ?? refuse('no-values');
  const range = /^(-?[\d.]+?)\.\.(-?[\d.]+)(?::([\d.]+))?$/.exec(list);
  if (range === null) {
    if (list.includes('..')) refuse('no-range');
    const values = list.split(',').map((value) => valueOf(value.trim()));
    return values.includes('') ? refuse('empty-value') : { path, values: [...new Set(values)] };
  }
  const [from, until, step] = [Number(range[1]), Number(range[2]), Number(range[3] ?? 1)];
  if (![from, until, step].every(Number.isFinite)) refuse('no-number');
  if (until < from) refuse('range-order');
  if (step <= 0) refuse('step-not-positive');
  const count = Math.floor((until - from) / step + 1e-9) + 1;
  if (count > MOST_RUNS) refuse('too-many-values');
  return { path, values: Array.from({ length: count }, (_, index) => Number((from + index * step).toFixed(RANGE_DECIMALS))) };
}

function valueOf(text: string): VariedValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/**
 * Throws `invalid-argument` for a path that the scenario does not have or a value that does not fit there, `not-found` for a
 * controller it does not list; each names the place.
 */
export function planSweep(source: RestoredScenario & { readonly file: unknown }, options: PlanOptions): SweepPlan {
  const { scenario } = source;
  const { variations, seedCount } = options;
  const file = fileToVary(source, variations);
  const controllers = options.controllers ?? Object.keys(scenario.controllers);
  for (const controller of controllers) {
    if (!(controller in scenario.controllers)) throw new ChargebenchError('not-found', { scenario: scenario.id, controller, listed: Object.keys(scenario.controllers).join(' ') });
  }
  for (const variation of variations) checkVariation(file, scenario, variation, variations);
  const sizes = [controllers.length, ...variations.map(({ values }) => values.length), seedCount];
  const total = sizes.reduce((product, size) => product * size, 1);
  if (total > MOST_RUNS) throw new ChargebenchError('invalid-argument', { runs: total, atMost: MOST_RUNS });

  const runOf = (values: SweepRun['values'], seed: number, controller: string): SweepRun => ({ key: keyOf(values, seed, controller), values, seed, controller });
  return {
    scenarioId: scenario.id,
    file,
    fingerprint: createHash('sha256').update(JSON.stringify([VERSION, file])).digest('hex').slice(0, 16),
    controllers,
    total,
    runAt(index) {
      // Controllers change fastest and seeds slowest: the first runs already compare, and more seeds add to the end.
      const digits = digitsOf(index, sizes);
      const values = Object.fromEntries(variations.map(({ path, values: all }, place) => [path, all[digits[place + 1] ?? 0] ?? 0]));
      return runOf(values, seedAt(scenario.seed, digits.at(-1) ?? 0), controllers[digits[0] ?? 0] ?? '');
    },
    indexOf(run) {
      const digits = [
        controllers.indexOf(run.controller),
        ...variations.map(({ path, values }) => values.indexOf(run.values[path] ?? '')),
        seedPlace(scenario.seed, run.seed),
      ];
      const isOurs = digits.every((digit, place) => digit >= 0 && digit < (sizes[place] ?? 0));
      if (!isOurs || Object.keys(run.values).length !== variations.length) return null;
      return digits.reduceRight((index, digit, place) => index * (sizes[place] ?? 1) + digit, 0);
    },
  };
}

const SEEDS = 2 ** 32;
const seedAt = (first: number, place: number): number => (first + place) % SEEDS;
const seedPlace = (first: number, seed: number): number => (seed - first + SEEDS) % SEEDS;

function digitsOf(index: number, sizes: readonly number[]): readonly number[] {
  let rest = index;
  return sizes.map((size) => {
    const digit = rest % size;
    rest = Math.floor(rest / size);
    return digit;
  });
}

function keyOf(values: SweepRun['values'], seed: number, controller: string): string {
  return [controller, ...Object.entries(values).map(([path, value]) => `${path}=${String(value)}`), `seed=${seed}`].join(' ');
}

/** A scenario that names a template gets its site written out where something of the site varies. */
function fileToVary({ file, site }: { readonly file: unknown; readonly site: RestoredScenario['site'] }, variations: readonly Variation[]): unknown {
  const variesSite = variations.some(({ path }) => path.startsWith('site.'));
  if (!variesSite) return file;
  const { siteChanges: _applied, ...rest } = file as Readonly<Record<string, unknown>>;
  return { ...rest, site: siteFileOf(site).site };
}

/** The path leads to a value of the file, or to one that the file may have and leaves out; each value fits there by itself. */
function checkVariation(file: unknown, scenario: RestoredScenario['scenario'], { path, values }: Variation, all: readonly Variation[]): void {
  const refuse = (context: Readonly<Record<string, string | number>>): never => {
    throw new ChargebenchError('invalid-argument', { vary: path, ...context });
  };
  if (path === 'seed') refuse({ rule: 'seeds-vary-by-option', cure: '--seeds N' });
  if (all.filter((other) => other.path === path).length > 1) refuse({ rule: 'varied-twice' });
  const missing = missingPlaceIn(file, scenario, path);
  if (missing !== null && (missing !== path || !hasParent(file, scenario, path) || takesAnyKey(file, path))) refuse({ rule: 'unknown-path', place: missing });
  if (typeof (valueAt(file, path) ?? valueAt(scenario, path)) === 'object') refuse({ rule: 'not-a-value', place: path });
  for (const value of values) {
    const restored = restoreScenario(withValues(file, { [path]: value }));
    if (!restored.ok) refuse({ ...(restored.error.context as Record<string, string>), rule: String(restored.error.context['rule'] ?? restored.error.code), value: String(value) });
  }
}

function hasParent(file: unknown, scenario: RestoredScenario['scenario'], path: string): boolean {
  const parent = path.split('.').slice(0, -1).join('.');
  return parent === '' || typeof (valueAt(file, parent) ?? valueAt(scenario, parent)) === 'object';
}

/** In the file as it is written, or with its defaults. */
function missingPlaceIn(file: unknown, scenario: RestoredScenario['scenario'], path: string): string | null {
  const written = missingPlace(file, path);
  const understood = missingPlace(scenario, path);
  if (written === null || understood === null) return null;
  return understood.length > written.length ? understood : written;
}

/** Device settings take what keys they are given: one that is not there yet may be misspelt. */
function takesAnyKey(file: unknown, path: string): boolean {
  const parent = path.split('.').slice(0, -1);
  return restoreScenario(withValues(file, { [[...parent, 'no-such-key'].join('.')]: 1 })).ok;
}
