import { failureOf, ChargebenchError } from '../../core/errors.ts';
import { runOnSockets, type RunningSite } from '../../hardware-sims/servers/run-on-sockets.ts';
import { createSimulatedSite } from '../../hardware-sims/simulated-site.ts';
import type { LibraryEntry } from '../simulation/library.ts';
import type { MqttBroker } from '../transports/mqtt.ts';
import { ANSWER_IS_NO, GOOD, readArgs, readPort, textOfFailure, WrongUse, type Command, type Io } from './command.ts';
import { DATA_HELP, DATA_OPTION, openScenario, ownScenariosOf } from './open-scenario.ts';
import { readBroker } from './read-broker.ts';

export const simsCommand: Command = {
  summary: "put a scenario's simulated devices on sockets",
  help: `chargebench sims ID|FILE [options]
    Starts the simulated devices of a scenario in real time, on an MQTT broker and with their web servers, and prints one
    line: READY {"mqtt":{"host","port"},"devices":[{"id","kind","host","port","topic"}]}. Ends with Ctrl-C.
    --mqtt-port N      port of the embedded broker; a free one where absent
    --http-port N      device k's web server on port N + k; free ones where absent
    --broker URL       a broker that runs already, mqtt://host:port, instead of the embedded one
    --controller NAME  with the device settings the scenario has for this controller; device where absent
${DATA_HELP}`,
  async run(args, io) {
    const { values, positionals } = readArgs(args, {
      'mqtt-port': { type: 'string' },
      'http-port': { type: 'string' },
      broker: { type: 'string' },
      controller: { type: 'string' },
      ...DATA_OPTION,
    });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) throw new WrongUse('sims needs one id or file');
    const mqttPort = readPort('mqtt-port', values['mqtt-port']);
    const httpPort = readPort('http-port', values['http-port']);
    const broker = readBroker(values.broker);
    if (broker !== null && mqttPort !== undefined) throw new WrongUse('--mqtt-port is for the embedded broker, --broker for another one');
    try {
      const entry = openScenario(name, ownScenariosOf(values.data));
      const controller = controllerOf(entry, values.controller);
      const running = await runOnSockets(createSimulatedSite(entry.scenario, entry.site, controller), {
        ...(broker === null ? {} : { broker }),
        ...(mqttPort === undefined ? {} : { mqttPort }),
        ...(httpPort === undefined ? {} : { httpPort }),
      });
      return await runUntilStopped(running, broker, io);
    } catch (error) {
      io.err(`chargebench sims: ${textOfFailure(failureOf(error))}`);
      return ANSWER_IS_NO;
    }
  },
};

function controllerOf({ scenario }: LibraryEntry, given: string | undefined): string {
  const known = Object.keys(scenario.controllers);
  if (given !== undefined && !known.includes(given)) throw new ChargebenchError('not-found', { scenario: scenario.id, controller: given, listed: known.join(' ') });
  return given ?? (known.includes('device') ? 'device' : (known[0] ?? 'device'));
}

const CONNECT_LIMIT_MS = 10_000;

async function runUntilStopped(running: RunningSite, broker: MqttBroker | null, io: Io): Promise<number> {
  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve('stopped');
      });
    }
  });
  const limit = new Promise<'late'>((resolve) => {
    setTimeout(resolve, CONNECT_LIMIT_MS, 'late').unref();
  });
  try {
    const first = await Promise.race([running.whenConnected(), limit, stopped]);
    if (first === 'late') throw new ChargebenchError('link-lost', { broker: `${running.mqtt.host}:${running.mqtt.port}`, isOurs: broker === null });
    if (first === 'stopped') return GOOD;
    io.out(`READY ${JSON.stringify({ mqtt: running.mqtt, devices: running.devices })}`);
    await stopped;
    return GOOD;
  } finally {
    await running.close();
  }
}
