import { ChargebenchError } from '../../core/errors.ts';
import type { PlayMode } from '../../core/scenarios/outcome.ts';
import { findBundledScenario, readScenarioFile, type LibraryEntry } from '../simulation/library.ts';
import { WrongUse } from './command.ts';

const MODES: readonly PlayMode[] = ['direct', 'loopback', 'wire'];

/** A mode from an option's text; throws WrongUse. */
export function readMode(text: string): PlayMode {
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) throw new WrongUse(`--mode takes ${MODES.join(', ')}, not "${text}"`);
  return mode;
}

/** An id of the library first; anything with a dot or a slash in it can only be a file. Throws `not-found` and what the file is refused with. */
export function findScenario(name: string): LibraryEntry {
  const bundled = findBundledScenario(name);
  if (bundled !== null) return bundled;
  if (/^[a-z0-9-]+$/.test(name)) throw new ChargebenchError('not-found', { scenario: name, cure: 'chargebench scenario list' });
  return readScenarioFile(name);
}
