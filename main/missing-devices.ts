import { failureOf, type Failure } from '../core/errors.ts';
import type { DriverPorts } from '../core/drivers/driver.ts';
import { createEvseDriver, createMeterDriver } from '../core/drivers/list.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { createMemoryBroker } from '../core/transport/memory-mqtt.ts';
import type { OwnDescriptions } from './files/own-descriptions.ts';
import { simulatorFailure } from './simulated-site.ts';

/**
 * Why devices of a site cannot be reached at all: no driver speaks with the model over its link or, on a simulated site,
 * nothing plays it. By device id; empty where the site can be brought to life. Nothing outside memory is touched.
 */
export function missingDevices(site: Site, source: 'simulated' | 'hardware', { meterModels }: Pick<OwnDescriptions, 'meterModels'>): ReadonlyMap<string, Failure> {
  const clock = createVirtualClock(0);
  const ports: DriverPorts = { links: { mqtt: createMemoryBroker(clock).connect() }, clock, meterModels };
  const missing = new Map<string, Failure>();
  const look = (device: Meter | Evse, make: () => { close(): void }): void => {
    const failure = failureOfMaking(make) ?? (source === 'simulated' ? simulatorFailure(site, device) : null);
    if (failure !== null) missing.set(device.id, failure);
  };
  for (const meter of site.meters) look(meter, () => createMeterDriver(meter, ports));
  for (const evse of site.evses) look(evse, () => createEvseDriver(evse, site.supply, ports));
  return missing;
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
