/** Finds a Chromium for the end-to-end tests, or installs one. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const MAC = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium', 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge'];
const WINDOWS = ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];

/** @param {NodeJS.ProcessEnv} env */
function standardPlaces(env) {
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const mac = MAC.map((app) => join('/Applications', app));
  const windowsRoots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((folder) => folder !== undefined);
  const windows = windowsRoots.flatMap((folder) => WINDOWS.map((program) => join(folder, program)));
  if (process.platform === 'darwin') return mac;
  return process.platform === 'win32' ? windows : onPath;
}

/** Path of a Chromium on this machine, or null. `CHROMIUM_PATH` outranks everything. */
export async function findChromium(env = process.env) {
  const asked = env['CHROMIUM_PATH'];
  if (asked !== undefined && asked !== '') return existsSync(asked) ? asked : null;
  const { chromium } = await import('playwright');
  return [...standardPlaces(env), chromium.executablePath()].find((path) => existsSync(path)) ?? null;
}

const INSTALL_LIMIT_MS = 300_000;

/** @param {string} command @param {readonly string[]} args */
function tryRun(command, args) {
  console.log(`  ${command} ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: INSTALL_LIMIT_MS, env }).status === 0;
}

/** Tries the system's packages, then Playwright's own download; answers the path or null. */
export async function installChromium() {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked !== undefined && asked !== '') {
    console.log(`CHROMIUM_PATH names ${asked}, which is not there.`);
    return null;
  }
  console.log('No Chromium found; trying to install one.');
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    tryRun('apt-get', ['update', '-q']);
    tryRun('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium']);
    const found = await findChromium();
    if (found !== null) return found;
  }
  tryRun(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium']);
  return findChromium();
}

export const HOW_TO_MEND =
  'e2e could not run: there is no Chromium and none could be installed. Install Chromium or Google Chrome, ' +
  'or set CHROMIUM_PATH to the program, then run the command again.';
