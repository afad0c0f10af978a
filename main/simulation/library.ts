import { ChargebenchError, failureOf, type Result } from '../../core/errors.ts';
import type { ScenarioSummary } from '../../core/host-api/contract.ts';
import { makeController } from '../../core/player/controller-engine.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario, type RestoredScenario } from '../../core/scenarios/restore-scenario.ts';
import type { Site } from '../../core/site/site.ts';
import { FIELD_CONTROLLERS } from '../../hardware-sims/firmware/controllers.ts';
import { parseJson, parseJsonText } from '../files/project.ts';
import { withRecordings } from '../files/recordings.ts';

/** Compiled in: the program needs no folder of its own beside it. */
const BUNDLED = import.meta.glob<unknown>('../../hardware-sims/scenarios/*.scenario.json', { eager: true, import: 'default' });

export interface LibraryEntry extends RestoredScenario {
  /** As it stands in the file, with its recordings: what a worker is given. */
  readonly file: unknown;
}

let bundled: readonly LibraryEntry[] | null = null;

/** Headings of the bundled library in the order of its shelves; others stand behind them. */
const SHELVES: readonly string[] = ['One breaker, two EVSEs', 'What users wish for', 'Kinds of sites', 'Set-ups of the guides', 'Modes and tariffs', 'Vehicles with habits', 'Wrong wiring', 'Faults'];

function placeOf(group: string): number {
  const place = SHELVES.indexOf(group);
  return place < 0 ? SHELVES.length : place;
}

/** Alike on machines of every language. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The scenarios that come with the program, by group and place. Throws when one of them is broken. */
export function listBundledScenarios(): readonly LibraryEntry[] {
  bundled ??= Object.entries(BUNDLED)
    .map(([path, file]) => entryOf(file, path.split('/').at(-1) ?? path))
    .sort(({ scenario: a }, { scenario: b }) => placeOf(a.group) - placeOf(b.group) || compare(a.group, b.group) || a.position - b.position || compare(a.id, b.id));
  return bundled;
}

export function findBundledScenario(id: string): LibraryEntry | null {
  return listBundledScenarios().find(({ scenario }) => scenario.id === id) ?? null;
}

/** A scenario of the user's. Throws `not-found`, `invalid-file` or `newer-version`, naming file, path and rule. */
export function readScenarioFile(path: string): LibraryEntry {
  return checkedEntry(parseJson(path), path);
}

/** A text that is not on the disk yet, as if it lay at this path. Throws as `readScenarioFile` does. */
export function readScenarioText(text: string, path: string): LibraryEntry {
  return checkedEntry(parseJsonText(text, path), path);
}

function checkedEntry(json: unknown, path: string): LibraryEntry {
  const entry = entryOf(withRecordings(json, path), path);
  checkControllers(entry, path);
  return entry;
}

/** Makes every controller that the file lists once, so that one nobody knows is named with its file before anything is played. */
function checkControllers({ scenario, site }: LibraryEntry, file: string): void {
  for (const name of Object.keys(scenario.controllers)) {
    try {
      makeController(scenario, site, name, FIELD_CONTROLLERS);
    } catch (error) {
      const { code, context } = failureOf(error);
      throw new ChargebenchError(code, { file, ...(code === 'invalid-file' ? {} : { path: `controllers/${name}` }), ...context });
    }
  }
}

function entryOf(file: unknown, name: string): LibraryEntry {
  const restored: Result<RestoredScenario> = restoreScenario(file);
  if (!restored.ok) throw new ChargebenchError(restored.error.code, { file: name, ...restored.error.context });
  return { ...restored.value, file };
}

export function summaryOf({ scenario, site }: RestoredScenario): ScenarioSummary {
  const { id, title, about, group, tags, durationS, controllers } = scenario;
  return { id, title, about, group, tags, durationS, controllers: Object.keys(controllers), setup: setupOf(site, scenario.lineVoltageV), isOwn: false, failure: null };
}

/** "50 A UL 489 molded-case breaker, 240 V, meter every 1 s" */
function setupOf(site: Site, lineVoltageV = site.supply.nominalVoltageV): string {
  const breakers = site.circuits.map(({ breaker }) => `${breaker.ratingA} A ${BUNDLED_CURVES.get(breaker.curve)?.name ?? breaker.curve}`);
  const meters = site.meters.map(({ periodMs }) => `meter every ${periodMs / 1000} s`);
  return [...new Set([...breakers, `${lineVoltageV} V`, ...meters])].join(', ');
}
