import { homedir, hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { failureOf, type Failure } from '../../core/errors.ts';
import { endWithProcess } from '../end-with-process.ts';
import { firstProjectFolder, userDataFolder } from '../files/user-data.ts';
import { startHost, type Host } from '../host.ts';
import { createSignalPowerEvents } from '../power-events.ts';
import { createCommandPowerSave } from '../power-save.ts';
import { builtWorker, createSimulationPool } from '../simulation/pool.ts';
import { hasScreen } from '../start/choose-host.ts';
import { REACH_IS_TOLD, tunnelLines } from '../start/reach.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { VERSION } from '../version.ts';
import { startWebHost, type WebHost } from '../web/web-host.ts';
import { ANSWER_IS_NO, GOOD, readArgs, readPort, textOfFailure, WrongUse, type Command, type Io } from './command.ts';
import { DATA_OPTION } from './open-scenario.ts';
import { readBroker } from './read-broker.ts';

/** Tried first, so that a bookmark or a tunnel fits tomorrow; any free port where it is taken. */
const USUAL_PORT = 8642;

export const serveCommand: Command = {
  summary: 'run the program for a browser on this machine',
  help: `chargebench serve [options]
    Opens a project and serves the screen on 127.0.0.1. Prints one line: READY http://127.0.0.1:N/?token=…
    On a machine without a screen, stderr says how to reach it through an SSH tunnel.
    Ends with Ctrl-C, after the EVSEs are left in order.
    --port N           port of the web server; ${USUAL_PORT}, or a free one where that is taken
    --project DIR      project folder; made where missing, then with a simulated site. One of its own where absent
    --broker URL       an MQTT broker that runs already, mqtt://user:password@host:port
    --simulated        opens the simulated two-EVSE site in this project, whatever it held
    --data DIR         where own scenarios, projects without a folder and the list of projects are kept. Else CHARGEBENCH_DATA,
                       else the usual place of this user`,
  async run(args, io) {
    const { values, positionals } = readArgs(args, {
      port: { type: 'string' },
      project: { type: 'string' },
      broker: { type: 'string' },
      simulated: { type: 'boolean' },
      ...DATA_OPTION,
    });
    if (positionals.length > 0) throw new WrongUse('serve takes options only');
    const surroundings = { platform: process.platform, env: process.env, home: homedir() };
    const folder = values.project ?? firstProjectFolder(surroundings, values.data);
    const dataFolder = userDataFolder(surroundings, values.data);
    try {
      return await serve({ port: readPort('port', values.port), folder, dataFolder, broker: readBroker(values.broker), simulated: values.simulated === true }, io);
    } catch (error) {
      if (error instanceof WrongUse) throw error;
      return refuse(failureOf(error), io);
    }
  },
};

interface ServeOptions {
  readonly port: number | undefined;
  readonly folder: string;
  readonly dataFolder: string;
  readonly broker: ReturnType<typeof readBroker>;
  readonly simulated: boolean;
}

async function serve({ port, folder, dataFolder, broker, simulated }: ServeOptions, io: Io): Promise<number> {
  let web: WebHost | null = null;
  let exit: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const host = await startHost({
    host: 'web',
    version: VERSION,
    folder,
    dataFolder,
    chooseFolder: null,
    broker,
    isSimulatedWanted: simulated,
    clock: createRealClock(),
    pool: createSimulationPool({ entry: builtWorker(import.meta.url), size: 1 }),
    power: createSignalPowerEvents(),
    powerSave: createCommandPowerSave(io.err),
    log: io.err,
    closeScreens: async () => web?.close(),
    exit,
  });
  endWithProcess(host.lifecycle);
  try {
    web = await startScreen(host, port);
  } catch (error) {
    await host.lifecycle.end('start');
    throw error;
  }
  host.setUrl(web.startUrl);
  io.out(`READY ${web.startUrl}`);
  // `npm start` shows the way to the address itself.
  if (process.env[REACH_IS_TOLD] !== '1') tellReach(web.startUrl, io);
  return ended;
}

/** By rule nothing but READY stands on stdout: how to get here from another machine is for the person who reads along. */
function tellReach(url: string, io: Io): void {
  if (hasScreen(process.platform, process.env)) return;
  for (const line of tunnelLines(url, { user: userInfo().username, hostname: hostname(), env: process.env })) io.err(line);
}

async function startScreen({ dispatch, events, state }: Host, port: number | undefined): Promise<WebHost> {
  const folder = fileURLToPath(new URL('../renderer/', import.meta.url));
  const start = (wanted: number): Promise<WebHost> => startWebHost({ host: { dispatch, events, state }, folder, port: wanted });
  if (port !== undefined) return start(port);
  return start(USUAL_PORT).catch((error: unknown) => {
    if (failureOf(error).code === 'port-in-use') return start(0);
    throw error;
  });
}

/** A second program on the same project is no error: it shows where the first one is. */
function refuse(failure: Failure, io: Io): number {
  const { code, context } = failure;
  if (code === 'already-open') {
    const { url, pid, machine, lock } = context;
    io.out(url === null ? `Already open in process ${String(pid)} on ${String(machine)}.` : `Already open: ${String(url)}`);
    io.err(`If that program is gone for good, delete ${String(lock)}.`);
    return GOOD;
  }
  io.err(`chargebench serve: ${textOfFailure(failure)}`);
  return ANSWER_IS_NO;
}
