/** What `npm start` starts, decided from what stands around it: pure, so that every machine can be tried in a test. */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Surroundings {
  readonly platform: string;
  readonly env: Environment;
  /** Path of Electron's binary; null when it is not on this disk. */
  readonly electronBinary: string | null;
  /** The user asked for the web host (`npm start -- --web`). */
  readonly isWebAskedFor: boolean;
}

export type HostChoice =
  | { readonly kind: 'electron'; readonly binary: string }
  | { readonly kind: 'fetch-electron' }
  | { readonly kind: 'web'; readonly why: 'no-screen' | 'asked' };

const isGiven = (value: string | undefined): boolean => value !== undefined && value !== '';

/** True where a window or a browser can be shown to whoever typed the command. */
export function hasScreen(platform: string, env: Environment): boolean {
  if (isGiven(env['DISPLAY']) || isGiven(env['WAYLAND_DISPLAY'])) return true;
  // macOS and Windows have a screen unless one is logged in from elsewhere.
  return (platform === 'darwin' || platform === 'win32') && !isGiven(env['SSH_CONNECTION']);
}

export function chooseHost({ platform, env, electronBinary, isWebAskedFor }: Surroundings): HostChoice {
  if (isWebAskedFor) return { kind: 'web', why: 'asked' };
  if (!hasScreen(platform, env)) return { kind: 'web', why: 'no-screen' };
  if (electronBinary === null) return { kind: 'fetch-electron' };
  return { kind: 'electron', binary: electronBinary };
}
