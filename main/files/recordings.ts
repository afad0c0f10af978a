import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { ChargebenchError } from '../../core/errors.ts';

/** A month of seconds in three columns is about half of it. */
const LARGEST_BYTES = 100_000_000;

/**
 * The scenario file, as parsed JSON, with the texts of the recordings that it names: what plays it reads no files. Left alone
 * where it is no scenario; its own gate says so. Throws `not-found` for a recording that is not there, and `invalid-file` for one that lies
 * outside the folder of the scenario file or is too large.
 */
export function withRecordings(file: unknown, path: string): unknown {
  if (!isRecord(file)) return file;
  const own = isRecord(file['recordings']) ? file['recordings'] : {};
  const missing = [...named(file, 'houseLoads'), ...named(file, 'pv')].filter(({ name }) => own[name] === undefined);
  if (missing.length === 0) return file;
  const read = new Map<string, string>();
  for (const { name, place } of missing) if (!read.has(name)) read.set(name, readBeside(path, name, place));
  return { ...file, recordings: { ...own, ...Object.fromEntries(read) } };
}

/** Recordings that a list of the scenario names, and where it does. */
function named(file: Readonly<Record<string, unknown>>, list: string): readonly { readonly name: string; readonly place: string }[] {
  return listOf(file[list]).flatMap((load, index) => (isRecord(load) && load['kind'] === 'recorded' && typeof load['file'] === 'string' ? [{ name: load['file'], place: `${list}/${index}/file` }] : []));
}

function readBeside(scenarioPath: string, name: string, place: string): string {
  try {
    const folder = realpathSync(dirname(scenarioPath));
    // Through every link: a scenario of somebody else's must not read the rest of the disk.
    const real = realpathSync(join(folder, name));
    if (!real.startsWith(folder + sep)) throw new ChargebenchError('invalid-file', { file: scenarioPath, path: place, rule: 'recording-outside-folder', value: name });
    if (statSync(real).size > LARGEST_BYTES) throw new ChargebenchError('invalid-file', { file: scenarioPath, path: place, rule: 'recording-too-large', value: name });
    return readFileSync(real, 'utf8');
  } catch (error) {
    if (error instanceof ChargebenchError) throw error;
    throw new ChargebenchError('not-found', { file: scenarioPath, path: place, rule: 'missing-recording', recording: name, value: name }, { cause: error });
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
