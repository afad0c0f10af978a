/** `npm start`: Electron where its binary is or can be fetched in time, else the web host. */
import { spawn } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseHost, hasScreen } from './choose-host.ts';
import { fetchElectron, findElectronBinary } from './electron-binary.ts';
import { openCommand, reachLines } from './reach.ts';
import { runElectron, runWebHost } from './run-host.ts';

/** Since this process began, a build included: leaves time for the web host to be up within 20 s of the command. */
const FETCH_UNTIL_MS = 13_000;
/** An Electron that ends with an error this soon could not start: libraries, sandbox or display are missing. */
const START_LIMIT_MS = 8_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const electronFolder = join(root, 'node_modules/electron');
const { platform, env } = process;
const args = process.argv.slice(2);
const hostArgs = args.filter((arg) => arg !== '--web' && arg !== '--no-open');

const findBinary = (): string | null => findElectronBinary(electronFolder, platform, env);

/** The binary after trying to fetch it, or null with one line that says why not. */
async function fetchBinary(): Promise<string | null> {
  const limitMs = Math.max(3_000, FETCH_UNTIL_MS - performance.now());
  console.log(`Electron is not here yet: fetching it, for at most ${Math.round(limitMs / 1000)} s…`);
  const fetching = await fetchElectron(electronFolder, limitMs);
  if (fetching.kind === 'fetched') return findBinary();
  if (fetching.kind === 'failed') {
    console.log(`Electron could not be fetched (${fetching.why}); starting the web host instead.`);
    return null;
  }
  console.log('Electron is not here in time; starting the web host instead. The download goes on for the next start.');
  return null;
}

function openBrowser(url: string): void {
  const { file, args: openArgs } = openCommand(platform, url);
  const opener = spawn(file, openArgs, { stdio: 'ignore', detached: true });
  opener.on('error', () => {
    console.log('No browser could be opened; open the address by hand.');
  });
  opener.unref();
}

function runWeb(): Promise<number> {
  const isScreenHere = hasScreen(platform, env);
  return runWebHost(join(root, 'dist/cli/index.js'), hostArgs, (url) => {
    for (const line of reachLines(url, isScreenHere, { user: userInfo().username, hostname: hostname(), env })) console.log(line);
    if (isScreenHere && !args.includes('--no-open')) openBrowser(url);
  });
}

async function runWindow(binary: string): Promise<number> {
  const startedMs = performance.now();
  const code = await runElectron(binary, [root, ...hostArgs]);
  if (code === 0 || performance.now() - startedMs > START_LIMIT_MS) return code;
  console.log(`Electron ended at once (code ${code}); starting the web host instead.`);
  return runWeb();
}

async function start(): Promise<number> {
  const choice = chooseHost({ platform, env, electronBinary: findBinary(), isWebAskedFor: args.includes('--web') });
  if (choice.kind === 'web') return runWeb();
  const binary = choice.kind === 'electron' ? choice.binary : await fetchBinary();
  return binary === null ? runWeb() : runWindow(binary);
}

// The host goes on when nobody reads its lines any more, so the launcher has to.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.exitCode = await start();
// A download that goes on would keep this process alive.
process.exit();
