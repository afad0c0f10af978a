import { posix, win32 } from 'node:path';

export interface Surroundings {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The project of a newcomer, who has named none. */
export function firstProjectFolder(surroundings: Surroundings, chosen?: string): string {
  const paths = surroundings.platform === 'win32' ? win32 : posix;
  return paths.join(userDataFolder(surroundings, chosen), 'projects', 'first');
}

/**
 * Where this program keeps what belongs to the user: the folder that Electron would choose by itself, so that both
 * hosts share it. `chosen` on the command line comes before `CHARGEBENCH_DATA`, and that before the usual place.
 */
export function userDataFolder({ platform, env, home }: Surroundings, chosen?: string): string {
  if (chosen !== undefined) return chosen;
  const paths = platform === 'win32' ? win32 : posix;
  const given = (name: string): string | null => env[name]?.trim() || null;
  const ofEnvironment = given('CHARGEBENCH_DATA');
  if (ofEnvironment !== null) return ofEnvironment;
  if (platform === 'win32') return paths.join(given('APPDATA') ?? paths.join(home, 'AppData', 'Roaming'), 'chargebench');
  if (platform === 'darwin') return paths.join(home, 'Library', 'Application Support', 'chargebench');
  // XDG base directory specification: relative paths in the variable are to be ignored.
  const config = given('XDG_CONFIG_HOME');
  return paths.join(config?.startsWith('/') === true ? config : paths.join(home, '.config'), 'chargebench');
}
