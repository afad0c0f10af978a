/** The product: a host with a window. Everything it shares with the web host lies outside this folder. */
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { app, dialog, type BrowserWindow } from 'electron';
import { failureOf } from '../../core/errors.ts';
import { readBroker } from '../cli/read-broker.ts';
import { textOfFailure } from '../cli/command.ts';
import { endWithProcess } from '../end-with-process.ts';
import { firstProjectFolder, userDataFolder } from '../files/user-data.ts';
import { startHost, type Host } from '../host.ts';
import { builtWorker, createSimulationPool } from '../simulation/pool.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { VERSION } from '../version.ts';
import { mayQuit } from './ask-before-quit.ts';
import { answerCalls, tellEvents } from './ipc.ts';
import { createElectronPowerEvents, createElectronPowerSave } from './power.ts';
import { registerScreenScheme, serveScreen } from './screen-protocol.ts';
import { openWindow } from './window.ts';

const surroundings = { platform: process.platform, env: process.env, home: homedir() };
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const fileBeside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
let window: BrowserWindow | null = null;

// Switches of Chromium stand among the arguments too.
const { values } = parseArgs({
  args: process.argv.slice(app.isPackaged ? 1 : 2),
  options: { project: { type: 'string' }, broker: { type: 'string' }, simulated: { type: 'boolean' } },
  strict: false,
});
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

async function chooseFolder(): Promise<string | null> {
  if (window === null) return null;
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { title: 'Open a project', properties: ['openDirectory'] });
  return canceled ? null : (filePaths[0] ?? null);
}

function start(): Promise<Host> {
  return startHost({
    host: 'electron',
    version: VERSION,
    folder: text(values.project) ?? firstProjectFolder(surroundings),
    dataFolder: userDataFolder(surroundings),
    chooseFolder,
    broker: readBroker(text(values.broker)),
    isSimulatedWanted: values.simulated === true,
    clock: createRealClock(),
    pool: createSimulationPool({ entry: builtWorker(import.meta.url), size: 1 }),
    power: createElectronPowerEvents(),
    powerSave: createElectronPowerSave(),
    log,
    closeScreens() {
      window?.destroy();
      return Promise.resolve();
    },
    exit(code) {
      app.exit(code);
    },
  });
}

async function run(): Promise<void> {
  await app.whenReady();
  serveScreen(fileBeside('../renderer/'));
  const host = await start();
  endWithProcess(host.lifecycle);
  const quit = async (): Promise<void> => {
    if (window === null || (await mayQuit(window, host.dispatch))) await host.lifecycle.quit();
  };
  const opened = openWindow({ preload: fileBeside('preload.cjs'), onClose: () => void quit(), log });
  window = opened;
  answerCalls(host, (sender) => sender === opened.webContents);
  tellEvents(host, opened.webContents);
  app.on('second-instance', () => {
    if (opened.isMinimized()) opened.restore();
    opened.focus();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    void quit();
  });
  // The session of the user ends: there is nobody to ask any more.
  opened.on('session-end', () => void host.lifecycle.end('end of session'));
}

app.setPath('userData', userDataFolder(surroundings));
registerScreenScheme();
if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => {
    const message = textOfFailure(failureOf(error));
    log(`Chargebench could not start: ${message}`);
    dialog.showErrorBox('Chargebench could not start', message);
    app.exit(1);
  });
} else {
  log('Chargebench runs already: its window is shown.');
  app.exit(0);
}
