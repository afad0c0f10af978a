/**
 * Builds everything that runs into `dist/`, next to the old one, and swaps it in when it is complete.
 *
 * Each host is one file in a folder of its own (`dist/cli/index.js`, `dist/simulation/worker.js`, …), so whatever a
 * host loads at run time lies at a fixed place beside it: `new URL('../simulation/worker.js', import.meta.url)`,
 * `new URL('../renderer/', import.meta.url)`. Data files (templates, curves, descriptions, scenarios) are compiled in
 * by `import.meta.glob` or JSON imports. Packages stay outside and come from `node_modules`.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Hosts by output name: built for plain Node (Electron's main process included), from `main/<name>.ts`. */
export const HOSTS = ['cli/index', 'start/index', 'simulation/worker', 'electron/index'];
/** A sandboxed preload script has to be one CommonJS file. */
export const PRELOAD = 'electron/preload';
/** The screen, and the page that e2e/bench measures. */
const PAGES = ['index.html', 'bench.html'];

/** @param {string} outDir */
function common(outDir) {
  return /** @type {const} */ ({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: { outDir, emptyOutDir: false, target: 'node20' },
  });
}

/**
 * @param {import('vite')} vite
 * @param {string} outDir
 * @param {string} name
 */
async function buildHost({ build }, outDir, name) {
  const base = common(outDir);
  await build({
    ...base,
    build: {
      ...base.build,
      ssr: true,
      minify: false,
      rolldownOptions: {
        input: { [name]: join(root, `main/${name}.ts`) },
        output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
      },
    },
  });
}

/**
 * @param {import('vite')} vite
 * @param {string} outDir
 */
async function buildPreload({ build }, outDir) {
  const base = common(outDir);
  await build({
    ...base,
    ssr: { noExternal: true },
    build: {
      ...base.build,
      ssr: true,
      minify: false,
      rolldownOptions: {
        input: { [PRELOAD]: join(root, `main/${PRELOAD}.ts`) },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
}

/**
 * @param {import('vite')} vite
 * @param {string} outDir
 */
async function buildRenderer({ build }, outDir) {
  const { default: react } = await import('@vitejs/plugin-react');
  await build({
    root: join(root, 'renderer'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    // Relative addresses serve a web host and a window that loads files alike.
    base: './',
    plugins: [react()],
    build: {
      outDir: join(outDir, 'renderer'),
      emptyOutDir: false,
      target: 'chrome128',
      // The content security policy allows no data: addresses.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: PAGES.map((page) => join(root, 'renderer', page)) },
    },
  });
}

/** Replaces `dist/` in two renames, so that nobody meets a half-written one. @param {string} fresh */
function swapIn(fresh) {
  const dist = join(root, 'dist');
  const old = `${fresh}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

export async function buildAll() {
  const startedMs = Date.now();
  const vite = await import('vite');
  const fresh = join(root, '.cache', `build-${String(process.pid)}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    for (const name of HOSTS) await buildHost(vite, fresh, name);
    await buildPreload(vite, fresh);
    await buildRenderer(vite, fresh);
    // The time the build began: what is edited meanwhile counts as newer.
    writeFileSync(join(fresh, 'built.json'), `${JSON.stringify({ startedMs })}\n`);
    swapIn(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return Date.now() - startedMs;
}

/** `npm ci` calls this; it builds where it can and otherwise says what is missing, without failing the install. */
async function prepare() {
  if (!existsSync(join(root, 'node_modules', 'vite'))) {
    console.error('chargebench: not built, because the development packages are not installed (npm ci without --omit=dev).');
    return;
  }
  try {
    console.error(`chargebench: built in ${String(await buildAll())} ms`);
  } catch (thrown) {
    console.error(`chargebench: not built: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    console.error('chargebench: the packages are installed; `npm run build` shows the whole error.');
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--prepare')) await prepare();
  else console.error(`built in ${String(await buildAll())} ms`);
}
