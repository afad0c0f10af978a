/** Scenarios by the name a person types: those of the library, the user's own, and files. */
import { homedir } from 'node:os';
import { ChargebenchError } from '../../core/errors.ts';
import { userDataFolder } from '../files/user-data.ts';
import { openOwnScenarios, ownScenariosFolder, type OwnScenarios } from '../own-scenarios.ts';
import { findBundledScenario, readScenarioFile, type LibraryEntry } from '../simulation/library.ts';

export const DATA_OPTION = { data: { type: 'string' } } as const;

export const DATA_HELP = `    --data DIR         where own scenarios are kept, as serve does: DIR/scenarios. Else CHARGEBENCH_DATA, else the usual
                       place of this user`;

/** The user's own, where the screens keep them. `data`: of the option. */
export function ownScenariosOf(data: string | undefined): OwnScenarios {
  return openOwnScenarios(ownScenariosFolder(userDataFolder({ platform: process.platform, env: process.env, home: homedir() }, data)));
}

/**
 * By id in the library, then among the user's own; anything with a dot, a slash or a drive in it can only be a file. Throws `not-found`,
 * and for one that is broken `invalid-file` or `newer-version`, naming file, path and rule.
 */
export function openScenario(name: string, own: OwnScenarios): LibraryEntry {
  const known = findBundledScenario(name);
  if (known !== null) return known;
  if (/[./\\:]/.test(name)) return readScenarioFile(name);
  const ofUser = own.find(name);
  if (ofUser !== null) return ofUser;
  throw new ChargebenchError('not-found', { scenario: name, cure: 'chargebench scenario list' });
}
