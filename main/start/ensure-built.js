/**
 * Plain JavaScript, because it runs before anything is built: makes sure that `dist/` is there and not older than
 * the sources. In a packaged program there are no sources, and nothing is checked.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const SOURCES = ['core', 'main', 'renderer', 'hardware-sims', '.config/build.mjs', 'package-lock.json'];

/**
 * Newest change below a path in ms since 1970; a folder counts too, so that a removed file is noticed.
 * @param {string} path
 * @returns {number}
 */
function newestChangeMs(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stat.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChangeMs(join(path, name))), stat.mtimeMs);
}

/** When the build in `dist/` began, in ms since 1970; 0 when there is none. @param {string} folder */
function builtMs(folder) {
  try {
    /** @type {unknown} */
    const built = JSON.parse(readFileSync(join(folder, 'dist/built.json'), 'utf8'));
    const { startedMs } = /** @type {{ startedMs?: unknown }} */ (built);
    return typeof startedMs === 'number' ? startedMs : 0;
  } catch {
    return 0;
  }
}

/** True when `dist/` is missing or older than a source. A packaged program has no sources and is never stale. */
export function isStale(folder = root) {
  if (!existsSync(join(folder, '.config/build.mjs'))) return false;
  return SOURCES.some((source) => newestChangeMs(join(folder, source)) > builtMs(folder));
}

/** @param {string} lock */
function holderIsAlive(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch (thrown) {
    // A lock without its number is being made this moment; one of a dead process is left over.
    return /** @type {NodeJS.ErrnoException} */ (thrown).code !== 'ESRCH';
  }
}

/**
 * Runs alone among all processes of this checkout: two commands started together build once.
 * @param {() => Promise<void>} action
 */
async function alone(action) {
  const lock = join(root, '.cache/build.lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (let turns = 0; ; turns += 1) {
    try {
      mkdirSync(lock);
      break;
    } catch (thrown) {
      if (/** @type {NodeJS.ErrnoException} */ (thrown).code !== 'EEXIST') throw thrown;
      if (!holderIsAlive(lock) || turns > 600) rmSync(lock, { recursive: true, force: true });
      else await sleep(100);
    }
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid));
    await action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Builds if need be; says so on stderr, because stdout belongs to the command that runs next. */
export async function ensureBuilt() {
  if (!isStale()) return;
  if (!existsSync(join(root, 'node_modules/vite'))) {
    console.error('chargebench: this checkout is not built, and the packages that build it are not installed. Run npm ci.');
    process.exit(1);
  }
  await alone(async () => {
    if (!isStale()) return;
    const { buildAll } = await import('../../.config/build.mjs');
    console.error(`chargebench: built in ${String(await buildAll())} ms`);
  });
}
