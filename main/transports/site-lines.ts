/** Opens what a site's devices sit on beside MQTT: a bus per pair of wires, a stream of bytes per device that has a line of its own. */
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import { ChargebenchError } from '../../core/errors.ts';
import type { Evse, Meter, Site } from '../../core/site/site.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import type { ModbusBus } from '../../core/transport/modbus-bus.ts';
import type { TrafficTap } from '../../core/transport/traffic.ts';
import { busPlaces } from '../link-places.ts';
import { parseLinkAddress } from './bus-address.ts';
import { openModbusBus } from './modbus-bus.ts';
import { openSerialBytes } from './serial-bytes.ts';
import { createSharpClock } from './sharp-clock.ts';
import { openTcpBytes } from './tcp-bytes.ts';

export interface SiteLines {
  /** By the `transport` of the site's modbus links. */
  readonly buses: ReadonlyMap<string, ModbusBus>;
  /** By the same names. */
  readonly taps: ReadonlyMap<string, TrafficTap>;
  /** By the `port` of the site's serial links. */
  readonly ports: ReadonlyMap<string, ByteLink>;
  close(): Promise<void>;
}

export interface SiteLinesOptions {
  readonly clock: Clock;
  /** What to open instead of what the site says: where simulated devices were put. */
  readonly addresses?: ReadonlyMap<string, string>;
}

/** OpenEVSE controllers and newer P1 ports; drivers set what they need. */
const LINE_BAUD = 115_200;

/** Answers at once: what cannot be reached is a state of its link. Throws `invalid-argument` for an address that is none. */
export function openSiteLines(site: Site, { clock, addresses = new Map() }: SiteLinesOptions): SiteLines {
  const buses = new Map<string, ModbusBus>();
  const taps = new Map<string, TrafficTap>();
  const ports = new Map<string, ByteLink>();
  const devices: readonly (Meter | Evse)[] = [...site.meters, ...site.evses];
  for (const { transport, line } of busPlaces(site, BUNDLED_METERS)) {
    const { bus, tap } = openModbusBus({ transport: addresses.get(transport) ?? transport, format: line, clock });
    buses.set(transport, bus);
    taps.set(transport, tap);
  }
  for (const { link } of devices) {
    if (link.kind === 'serial' && !ports.has(link.port)) {
      ports.set(link.port, openLine(addresses.get(link.port) ?? link.port, link.baud ?? LINE_BAUD, clock));
    }
  }
  return {
    buses,
    taps,
    ports,
    async close() {
      await Promise.all([...buses.values(), ...ports.values()].map((open) => open.close()));
    },
  };
}

function openLine(text: string, baud: number, clock: Clock): ByteLink {
  const address = parseLinkAddress(text);
  if (!address.ok) throw new ChargebenchError(address.error.code, address.error.context);
  const sharp = createSharpClock(clock);
  if (address.value.kind === 'serial') return openSerialBytes({ path: address.value.path, format: { baud }, clock: sharp });
  return openTcpBytes({ host: address.value.host, port: address.value.port, clock: sharp });
}
