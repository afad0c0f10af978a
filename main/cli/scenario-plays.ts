import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { makeController } from '../../core/player/controller-engine.ts';
import type { PlayMode } from '../../core/scenarios/outcome.ts';
import { FIELD_CONTROLLERS } from '../../hardware-sims/firmware/controllers.ts';
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
  const entry = readScenarioFile(name);
  checkControllers(entry, name);
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
