import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import type { MeterDescriptions } from '../../core/devices/meter-description-schema.ts';
import { restoreMeterDescription } from '../../core/devices/restore-meter-description.ts';
import { siteKnowledgeOf } from '../../core/devices/site-knowledge.ts';
import { failureOf, type Failure, type Result } from '../../core/errors.ts';
import type { Curves } from '../../core/protection/curve-schema.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreCurve } from '../../core/protection/restore-curve.ts';
import type { SiteKnowledge } from '../../core/site/site-knowledge.ts';
import { parseJson } from './project.ts';

/** Below the data folder: one JSON file per meter model, one per breaker. */
export const METERS_FOLDER = 'meters';
export const CURVES_FOLDER = 'curves';

/** What this program knows of devices: what came with it, and in its place what the user has put into the data folder. */
export interface OwnDescriptions {
  readonly meterModels: MeterDescriptions;
  readonly curves: Curves;
  /** The same as far as a site is judged by it. */
  readonly site: SiteKnowledge;
  /** Files that are not used, each with file, path and rule. */
  readonly failures: readonly Failure[];
}

/** Never throws. A file of the user's takes the place of a bundled one with the same name; of two own ones the first by file name. */
export function readOwnDescriptions(dataFolder: string): OwnDescriptions {
  const failures: Failure[] = [];
  const ownMeters = readFolder(join(dataFolder, METERS_FOLDER), restoreMeterDescription, ({ model }) => model, failures);
  const ownCurves = readFolder(join(dataFolder, CURVES_FOLDER), restoreCurve, ({ id }) => id, failures);
  const meterModels = new Map([...BUNDLED_METERS, ...ownMeters]);
  const refused = failures.map(({ context: { file, path, rule } }) => ({ file: String(file), path: String(path ?? ''), rule: String(rule ?? '') }));
  return { meterModels, curves: new Map([...BUNDLED_CURVES, ...ownCurves]), site: { ...siteKnowledgeOf(meterModels), refused }, failures };
}

/** Those that come with the program alone. */
export function bundledDescriptions(): OwnDescriptions {
  return { meterModels: BUNDLED_METERS, curves: BUNDLED_CURVES, site: siteKnowledgeOf(BUNDLED_METERS), failures: [] };
}

function readFolder<T>(folder: string, restore: (file: unknown) => Result<T>, nameOf: (value: T) => string, failures: Failure[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const restored = readOne(file, restore);
    if (!restored.ok) failures.push({ code: restored.error.code, context: { file, ...restored.error.context } });
    else if (found.has(nameOf(restored.value))) failures.push({ code: 'invalid-file', context: { file, path: '', rule: 'name-is-taken', name: nameOf(restored.value) } });
    else found.set(nameOf(restored.value), restored.value);
  }
  return found;
}

function readOne<T>(file: string, restore: (file: unknown) => Result<T>): Result<T> {
  try {
    return restore(parseJson(file));
  } catch (error) {
    return { ok: false, error: failureOf(error) };
  }
}

/** Empty where there is no such folder. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  } catch {
    return [];
  }
}
