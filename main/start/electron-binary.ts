/**
 * Finds and fetches Electron's binary by looking at files. Its package must never be loaded in plain Node: it then
 * downloads without a time limit and throws.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './choose-host.ts';

const PLATFORM_PATHS: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

function writtenPath(packageFolder: string): string | null {
  try {
    return readFileSync(join(packageFolder, 'path.txt'), 'utf8');
  } catch {
    return null;
  }
}

/** Full path of the binary, or null when it is not there. `path.txt` is the last thing Electron's installer writes. */
export function findElectronBinary(packageFolder: string, platform: string, env: Environment): string | null {
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  const written = writtenPath(packageFolder);
  if (override === undefined && written === null) return null;
  const binary = join(override ?? join(packageFolder, 'dist'), written ?? PLATFORM_PATHS[platform] ?? 'electron');
  return existsSync(binary) ? binary : null;
}

export type Fetching =
  | { readonly kind: 'fetched' }
  | { readonly kind: 'failed'; readonly why: string }
  /** The limit has passed; the download goes on until it ends, is stopped, or this process ends. */
  | { readonly kind: 'going-on'; readonly stop: () => void };

/**
 * Runs the package's own installer, which has no time limit: a network that accepts and never answers would hold it
 * for ever. Answers when it ended, or at the limit.
 */
export function fetchElectron(packageFolder: string, limitMs: number): Promise<Fetching> {
  return new Promise((resolve) => {
    const installer = spawn(process.execPath, [join(packageFolder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'] });
    const stop = (): void => void installer.kill('SIGKILL');
    process.once('exit', stop);
    let complaint = '';
    installer.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const limit = setTimeout(() => {
      resolve({ kind: 'going-on', stop });
    }, limitMs);
    const end = (fetching: Fetching): void => {
      clearTimeout(limit);
      process.off('exit', stop);
      resolve(fetching);
    };
    installer.on('error', (error) => {
      end({ kind: 'failed', why: error.message });
    });
    installer.on('close', (code) => {
      const firstLine = complaint.split('\n').find((line) => line.trim() !== '');
      end(code === 0 ? { kind: 'fetched' } : { kind: 'failed', why: firstLine ?? `installer ended with ${String(code)}` });
    });
  });
}
