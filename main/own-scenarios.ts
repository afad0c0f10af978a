import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ChargebenchError, failureOf, type Failure } from '../core/errors.ts';
import type { ScenarioSummary } from '../core/host-api/contract.ts';
import { replaceFile } from './files/replace-file.ts';
import { findBundledScenario, readScenarioFile, readScenarioText, summaryOf, type LibraryEntry } from './simulation/library.ts';

const ENDING = '.scenario.json';
/** Below the folder: what was deleted, the newest of each name, so that it can be brought back. */
const DELETED = 'deleted';

/** Scenario files of the user, in a folder of their own. Each is read anew when it is asked for: an editor may have changed it. */
export interface OwnScenarios {
  /** A broken one with the failure that keeps it from being played. Never throws. */
  list(): readonly ScenarioSummary[];
  /** Null where there is none of this id; throws as `readScenarioFile` for a broken one. */
  find(id: string): LibraryEntry | null;
  /** Null where there is none of this id. */
  textOf(id: string): string | null;
  /** Throws `invalid-file` or `newer-version`. */
  check(text: string): LibraryEntry;
  /** Throws as `check`; `invalid-file` for an id of the library, `not-writable`. */
  save(text: string): LibraryEntry;
  /** Puts it aside, broken or not; answers where it lies then, or null where there is none of this id. Throws `not-writable`. */
  delete(id: string): string | null;
  /** Brings back what was deleted last under this id; null where nothing was. Throws `refused` where another has taken its name since, `not-writable`. */
  undoDelete(id: string): ScenarioSummary | null;
}

export const ownScenariosFolder = (dataFolder: string): string => join(dataFolder, 'scenarios');

export function openOwnScenarios(folder: string): OwnScenarios {
  const files = (): ReadonlyMap<string, string> => new Map(namesIn(folder).map((name) => [idOf(name), join(folder, name)]));
  const check = (text: string): LibraryEntry => readScenarioText(text, join(folder, 'text'));
  return {
    list: () => [...files()].map(([id, path]) => summaryAt(path, id)),
    // Looked for in the list, so that an id can never be a path.
    find(id) {
      const path = files().get(id);
      return path === undefined ? null : readOwn(path);
    },
    textOf(id) {
      const path = files().get(id);
      return path === undefined ? null : readFileSync(path, 'utf8');
    },
    check,
    save(text) {
      const entry = check(text);
      refuseIdOfLibrary(entry.scenario.id);
      write(folder, join(folder, `${entry.scenario.id}${ENDING}`), text);
      return entry;
    },
    delete(id) {
      const path = files().get(id);
      if (path === undefined) return null;
      const aside = join(folder, DELETED, basename(path));
      move(path, aside);
      return aside;
    },
    undoDelete(id) {
      const name = namesIn(join(folder, DELETED)).find((each) => idOf(each) === id);
      if (name === undefined) return null;
      const path = join(folder, name);
      if (existsSync(path)) throw new ChargebenchError('refused', { scenario: id, why: 'another scenario has this name now' });
      move(join(folder, DELETED, name), path);
      return summaryAt(path, id);
    },
  };
}

/** By the name of its file, which is how it is found again; where the library has that id, by the whole of it. */
function idOf(name: string): string {
  const id = name.slice(0, -ENDING.length);
  return findBundledScenario(id) === null ? id : name;
}

function readOwn(path: string): LibraryEntry {
  const entry = readScenarioFile(path);
  refuseIdOfLibrary(entry.scenario.id);
  return entry;
}

function refuseIdOfLibrary(id: string): void {
  if (findBundledScenario(id) === null) return;
  throw new ChargebenchError('invalid-file', { path: 'id', rule: 'id-of-the-library', message: 'a scenario that came with the program has this id' });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ENDING)).sort();
  } catch {
    // Nothing was saved yet.
    return [];
  }
}

function summaryAt(path: string, id: string): ScenarioSummary {
  try {
    return { ...summaryOf(readOwn(path)), id, isOwn: true };
  } catch (error) {
    const { code, context } = failureOf(error);
    return brokenSummary(id, { code, context: { ...context, file: basename(path) } });
  }
}

function brokenSummary(id: string, failure: Failure): ScenarioSummary {
  return { id, title: id, about: '', group: 'Own scenarios', tags: [], controllers: [], durationS: 0, setup: '', isOwn: true, failure };
}

/** Within the folder, so that it is one step. */
function move(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  } catch (error) {
    throw notWritable(to, error);
  }
}

function write(folder: string, path: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    replaceFile(path, text);
  } catch (error) {
    throw notWritable(path, error);
  }
}

const notWritable = (path: string, error: unknown): ChargebenchError => new ChargebenchError('not-writable', { file: path, cause: String((error as NodeJS.ErrnoException).code) }, { cause: error });
