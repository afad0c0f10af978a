import { failureOf, type Failure } from '../core/errors.ts';
import type { DriverPorts } from '../core/drivers/driver.ts';
import { createEvseDriver, createMeterDriver } from '../core/drivers/list.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import type { ByteLink } from '../core/transport/byte-link.ts';
import { createMemoryBytes } from '../core/transport/memory-bytes.ts';
import { createMemoryBroker } from '../core/transport/memory-mqtt.ts';
import type { OwnDescriptions } from './files/own-descriptions.ts';
import { busPlaces, portPlaces } from './link-places.ts';
import { parseLinkAddress } from './transports/bus-address.ts';
import { createModbusBus } from './transports/modbus-bus.ts';
import { simulatorFailure } from './simulated-site.ts';

/**
 * Why devices of a site cannot be reached at all: no driver speaks with the model over its link or, on a simulated site,
 * nothing plays it. By device id; empty where the site can be brought to life. Nothing outside memory is touched.
 */
export function missingDevices(site: Site, source: 'simulated' | 'hardware', { meterModels }: Pick<OwnDescriptions, 'meterModels'>): ReadonlyMap<string, Failure> {
  const clock = createVirtualClock(0);
  const bytes = (): ByteLink => createMemoryBytes(clock).near;
  const buses = new Map(busPlaces(site, meterModels).map(({ transport }) => [transport, createModbusBus({ kind: 'tcp', link: bytes(), transport, clock }).bus]));
  const lines = new Map(portPlaces(site).map(({ port }) => [port, bytes()]));
  const ports: DriverPorts = { links: { mqtt: createMemoryBroker(clock).connect(), buses, ports: lines }, clock, meterModels };
  const missing = new Map<string, Failure>();
  const look = (device: Meter | Evse, make: () => { close(): void }): void => {
    const failure = wrongAddress(device) ?? failureOfMaking(make) ?? (source === 'simulated' ? simulatorFailure(site, device) : null);
    if (failure !== null) missing.set(device.id, failure);
  };
  for (const meter of site.meters) look(meter, () => createMeterDriver(meter, ports));
  for (const evse of site.evses) look(evse, () => createEvseDriver(evse, site.supply, ports));
  return missing;
}

/** A transport that is written in no way that can be opened. */
function wrongAddress({ link }: Meter | Evse): Failure | null {
  const text = link.kind === 'modbus' ? link.transport : link.kind === 'serial' ? link.port : null;
  const address = text === null ? null : parseLinkAddress(text);
  return address === null || address.ok ? null : address.error;
}

function failureOfMaking(make: () => { close(): void }): Failure | null {
  try {
    make().close();
    return null;
  } catch (error) {
    const failure = failureOf(error);
    return { code: failure.code, context: failure.context };
  }
}
