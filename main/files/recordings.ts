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
  const named = [...listOf(file['houseLoads']), ...listOf(file['pv'])].flatMap((load) => (isRecord(load) && load['kind'] === 'recorded' && typeof load['file'] === 'string' ? [load['file']] : []));
  const own = isRecord(file['recordings']) ? file['recordings'] : {};
  const missing = [...new Set(named)].filter((name) => own[name] === undefined);
  if (missing.length === 0) return file;
  return { ...file, recordings: { ...own, ...Object.fromEntries(missing.map((name) => [name, readBeside(path, name)])) } };
}

function readBeside(scenarioPath: string, name: string): string {
  try {
    const folder = realpathSync(dirname(scenarioPath));
    // Through every link: a scenario of somebody else's must not read the rest of the disk.
    const real = realpathSync(join(folder, name));
    if (!real.startsWith(folder + sep)) throw new ChargebenchError('invalid-file', { file: scenarioPath, path: name, rule: 'recording-outside-folder' });
    if (statSync(real).size > LARGEST_BYTES) throw new ChargebenchError('invalid-file', { file: scenarioPath, path: name, rule: 'recording-too-large' });
    return readFileSync(real, 'utf8');
  } catch (error) {
    if (error instanceof ChargebenchError) throw error;
    throw new ChargebenchError('not-found', { file: scenarioPath, recording: name }, { cause: error });
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
