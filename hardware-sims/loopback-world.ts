import type { LoopbackWorld } from '../core/player/world.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import type { Site } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';
import { createMemoryBytes } from '../core/transport/memory-bytes.ts';
import { advancingPort, servePort } from './byte-port.ts';
import { createLoopbackSite } from './loopback-site.ts';
import { createMemoryBus } from './memory-bus.ts';
import type { SimulatedUnit } from './modbus-unit.ts';
import { createSiteWires } from './site-wires.ts';
import type { SiteOptions } from './simulated-site.ts';

/** A simulated site on a broker in memory, moved by the player. */
export function createLoopbackWorld(scenario: Scenario, site: Site, controllerName: string, clock: Clock, options: SiteOptions = {}): LoopbackWorld {
  const { simulated, broker, truth, advance } = createLoopbackSite(scenario, site, controllerName, clock, options);
  return {
    truth,
    wires: createSiteWires(simulated),
    nextEventMs: () => simulated.nextEventMs(),
    advanceTo: advance,
    markers: () => simulated.markers(),
    connect: () => broker.connect(),
    openPorts: () =>
      new Map(
        [...simulated.lines].map(([port, line]) => {
          const { near, far } = createMemoryBytes(clock, line.format);
          servePort(advancingPort(advance, line.port), far);
          return [port, near];
        }),
      ),
    openBuses: () => new Map([...simulated.buses].map(([transport, { units, faults }]) => [transport, createMemoryBus({ units: units.map(advancing(advance)), faults, clock, wire: null })])),
  };
}

/** What arrives between two moments of the site finds it at the present. Played, units answer within the moment. */
const advancing =
  (advance: () => void) =>
  (unit: SimulatedUnit): SimulatedUnit => ({
    ...unit,
    turnaroundMs: 0,
    get unitId() {
      return unit.unitId;
    },
    handle(pdu, timeMs) {
      advance();
      return unit.handle(pdu, timeMs);
    },
  });
