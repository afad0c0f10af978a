import { failureOf, ChargebenchError } from '../../core/errors.ts';
import { runOnSockets, type RunningSite } from '../../hardware-sims/servers/run-on-sockets.ts';
import { createSimulatedSite, type SimulatedSite } from '../../hardware-sims/simulated-site.ts';
import type { LibraryEntry } from '../simulation/library.ts';
import type { MqttBroker } from '../transports/mqtt.ts';
import { ANSWER_IS_NO, GOOD, readArgs, readPort, textOfFailure, WrongUse, type Command, type Io } from './command.ts';
import { DATA_HELP, DATA_OPTION, openScenario, ownScenariosOf } from './open-scenario.ts';
import { readBroker } from './read-broker.ts';
import { onlyOnWires, openPlaces, takeSerial, wiredDevices } from './sims-wires.ts';

export const simsCommand: Command = {
  summary: "put a scenario's simulated devices on sockets",
  help: `chargebench sims ID|FILE [options]
    Starts the simulated devices of a scenario in real time, on an MQTT broker, with their web servers and on simulated wires, and
    prints one line: READY {"mqtt":{"host","port"},"devices":[...]}. A device on MQTT has "id","kind","host","port","topic"; one on
    wires has "id","kind","unitId","description", where it is reached ("host" and "port", "path"), and "addresses" as a site file
    writes them. Ends with Ctrl-C.
    --mqtt-port N      port of the embedded broker; a free one where absent
    --http-port N      device k's web server on port N + k; free ones where absent
    --broker URL       a broker that runs already, mqtt://host:port, instead of the embedded one
    --modbus-tcp N     Modbus units over Modbus TCP: the first pair of wires on port N, the next on N + 1; 0 takes free ports
    --serial           every serial line of the site as a pseudo-terminal (Linux and macOS, with socat)
    --serial PATH      the one serial line of the site on a real port: this computer answers as meter, Sensorbox or EVSE
    --only ID[,ID]     of the devices on wires only these; without --modbus-tcp or --serial each line has a free socket
    --controller NAME  with the device settings the scenario has for this controller; device where absent
${DATA_HELP}`,
  async run(args, io) {
    const { rest, serial } = takeSerial(args);
    const { values, positionals } = readArgs(rest, {
      'mqtt-port': { type: 'string' },
      'http-port': { type: 'string' },
      broker: { type: 'string' },
      'modbus-tcp': { type: 'string' },
      only: { type: 'string' },
      controller: { type: 'string' },
      ...DATA_OPTION,
    });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) throw new WrongUse('sims needs one id or file');
    const mqttPort = readPort('mqtt-port', values['mqtt-port']);
    const httpPort = readPort('http-port', values['http-port']);
    const modbusTcpPort = readPort('modbus-tcp', values['modbus-tcp']);
    const broker = readBroker(values.broker);
    if (broker !== null && mqttPort !== undefined) throw new WrongUse('--mqtt-port is for the embedded broker, --broker for another one');
    try {
      const entry = openScenario(name, ownScenariosOf(values.data));
      const controller = controllerOf(entry, values.controller);
      const simulated = onlyOnWires(createSimulatedSite(entry.scenario, entry.site, controller), values.only?.split(',') ?? null);
      const places = await openPlaces(simulated, { ...(modbusTcpPort === undefined ? {} : { modbusTcpPort }), ...(serial === undefined ? {} : { serial }) });
      try {
        const running = await runOnSockets(simulated, {
          placesOf: places.placesOf,
          ...(broker === null ? {} : { broker }),
          ...(mqttPort === undefined ? {} : { mqttPort }),
          ...(httpPort === undefined ? {} : { httpPort }),
        });
        return await runUntilStopped(running, readyLine(simulated, running), broker, io);
      } finally {
        await places.close();
      }
    } catch (error) {
      if (error instanceof WrongUse) throw error;
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

/** What `sims` has opened, in one line. */
export function readyLine(simulated: SimulatedSite, { mqtt, devices, wires }: Pick<RunningSite, 'mqtt' | 'devices' | 'wires'>): string {
  return `READY ${JSON.stringify({ mqtt, devices: [...devices, ...wiredDevices(simulated, wires)] })}`;
}

const CONNECT_LIMIT_MS = 10_000;

async function runUntilStopped(running: RunningSite, ready: string, broker: MqttBroker | null, io: Io): Promise<number> {
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
    io.out(ready);
    await stopped;
    return GOOD;
  } finally {
    await running.close();
  }
}
