import { failure, failureOf, success, type Failure, type Result } from '../core/errors.ts';
import type { SimulatedVehicle } from '../core/host-api/contract.ts';
import type { CircuitId } from '../core/quantities.ts';
import { scenarioSchema, type Scenario, type ScenarioVehicle } from '../core/scenarios/schema.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import type { EvseReport } from '../core/site/readings.ts';
import { setRealCurrent } from '../hardware-sims/plant/real-evses.ts';
import { plugInByHand, setLoadByHand, unplugByHand } from '../hardware-sims/plant/hands-on.ts';
import { runOnSockets, type SocketOptions } from '../hardware-sims/servers/run-on-sockets.ts';
import { wireAddresses } from '../hardware-sims/servers/site-wires.ts';
import { createSimulatedSite } from '../hardware-sims/simulated-site.ts';

/** The simulated devices of a site, alive on a broker in real time, for trying without hardware. */
export interface RunningSimulation {
  readonly mqtt: { readonly host: string; readonly port: number };
  /** Where the wires of the site are reached, by what the site calls them. */
  readonly addresses: ReadonlyMap<string, string>;
  whenConnected(): Promise<void>;
  setVehicle(vehicle: SimulatedVehicle): Result<null>;
  /** What a real EVSE of a mixed site measures flows through the simulated circuits; nothing for one that is simulated, or measures nothing. */
  takeReport(report: EvseReport): void;
  /** The other load of one circuit. */
  setLoad(load: { readonly circuitId: CircuitId; readonly powerW: number }): Result<null>;
  close(): Promise<void>;
}

/** The second vehicle comes when somebody has had time to look: only then is there something to share. */
const SECOND_ARRIVAL_S = 30;

export interface SimulationOptions extends SocketOptions {
  /** Of a mixed site: these devices alone are simulated, the others are real. All of them where absent. */
  readonly simulatedIds?: readonly string[];
}

/** Puts the devices of a site on sockets. Throws `port-in-use`. */
export async function startSimulation(site: Site, { simulatedIds, ...options }: SimulationOptions = {}): Promise<RunningSimulation> {
  const part = simulatedIds === undefined ? site : simulatedPart(site, simulatedIds);
  const real = site.evses.filter(({ id }) => !part.evses.some((evse) => evse.id === id));
  const simulated = createSimulatedSite(everydayScenario(part), part, 'chargebench');
  const running = await runOnSockets(simulated, options);
  const byHand = (change: () => boolean, what: string): Result<null> => {
    const known: boolean[] = [];
    running.atPresent(() => {
      known.push(change());
    });
    return known.includes(true) ? success(null) : failure('not-found', { what });
  };
  return {
    mqtt: running.mqtt,
    addresses: wireAddresses(running.wires),
    whenConnected: () => running.whenConnected(),
    setVehicle: ({ evseId, isPluggedIn }) =>
      byHand(() => {
        const vehicle = { ...EVERYDAY_VEHICLE, id: `vehicle-${evseId}`, evse: evseId };
        return isPluggedIn ? plugInByHand(simulated.plant, evseId, vehicle) : unplugByHand(simulated.plant, evseId);
      }, evseId),
    setLoad: ({ circuitId, powerW }) => byHand(() => setLoadByHand(simulated.plant, circuitId, powerW), circuitId),
    takeReport({ evseId, measuredCurrentA }) {
      const evse = real.find(({ id }) => id === evseId);
      if (evse === undefined || measuredCurrentA === null) return;
      running.atPresent(() => {
        setRealCurrent(simulated.plant, evse, measuredCurrentA);
      });
    },
    close: () => running.close(),
  };
}

/** The site as its simulated devices know it: all circuits, and of the devices these. */
export function simulatedPart(site: Site, ids: readonly string[]): Site {
  const isSimulated = ({ id }: Meter | Evse): boolean => ids.includes(id);
  const meters = site.meters.filter(isSimulated);
  const circuits = site.circuits.map((circuit) => (meters.some(({ id }) => id === circuit.meterId) ? circuit : { ...circuit, meterId: null }));
  return { ...site, circuits, meters, evses: site.evses.filter(isSimulated) };
}

/** Why nothing plays this device of the site; null where something does. Touches nothing outside memory. */
export function simulatorFailure(site: Site, device: Meter | Evse): Failure | null {
  const circuits = site.circuits.map((circuit) => (circuit.meterId === device.id ? circuit : { ...circuit, meterId: null }));
  const alone = { ...site, circuits, meters: site.meters.filter(({ id }) => id === device.id), evses: site.evses.filter(({ id }) => id === device.id) };
  try {
    createSimulatedSite(everydayScenario(alone), alone, 'chargebench');
    return null;
  } catch (error) {
    const { code, context } = failureOf(error);
    return { code, context };
  }
}

const EVERYDAY_VEHICLE: Omit<ScenarioVehicle, 'id' | 'evse'> = { plugInS: 0, maxCurrentA: 48, deadTimeS: 3, riseAPerS: 2 };

/** The last EVSE's vehicle is there from the start, the others follow. */
function everydayScenario(site: Site): Scenario {
  const last = site.evses.length - 1;
  return scenarioSchema.parse({
    id: 'everyday',
    title: site.name,
    group: 'Live',
    durationS: 31_536_000,
    site,
    vehicles: site.evses.map(({ id }, index) => ({ ...EVERYDAY_VEHICLE, id: `vehicle-${id}`, evse: id, plugInS: (last - index) * SECOND_ARRIVAL_S })),
    controllers: { chargebench: { expect: [] } },
  });
}
