import { expect, test } from 'vitest';
import { failureOf, type Failure } from '../errors.ts';
import { templateSite } from '../site/list-templates.ts';
import type { Site } from '../site/site.ts';
import { createMemoryBroker } from '../transport/memory-mqtt.ts';
import { createVirtualClock } from '../time/virtual-clock.ts';
import type { DriverPorts } from './driver.ts';
import { createEvseDriver, createMeterDriver } from './list.ts';

function siteOf(template: string): Site {
  const site = templateSite(template);
  if (!site.ok) throw new Error(site.error.code);
  return site.value;
}

function ports(): DriverPorts {
  const clock = createVirtualClock();
  return { clock, links: { mqtt: createMemoryBroker(clock).connect() } };
}

function failureIn(make: () => unknown): Failure | null {
  try {
    make();
    return null;
  } catch (thrown) {
    return failureOf(thrown);
  }
}

test.each(['two-evses-one-breaker', 'house-one-evse', 'solar'])('every device of template %s has its driver', (template) => {
  const { meters, evses, supply } = siteOf(template);
  for (const meter of meters) expect(createMeterDriver(meter, ports()).meterId).toBe(meter.id);
  for (const evse of evses) expect(createEvseDriver(evse, supply, ports()).evseId).toBe(evse.id);
});

/** Rows: a device that no driver reaches is refused by its model and link, never driven by the next best one. */
test('a model or link without a driver is refused, naming both', () => {
  const { meters, evses, supply } = siteOf('two-evses-one-breaker');
  const [meter] = meters;
  const [evse] = evses;
  if (meter === undefined || evse === undefined) throw new Error('the template has lost its devices');
  const p1 = { ...meter, model: 'p1' } as const;
  const overHttp = { ...evse, link: { kind: 'http', url: 'http://openevse.local' } } as const;
  expect(failureIn(() => createMeterDriver(p1, ports()))).toEqual({ code: 'not-supported', context: { device: 'feed', model: 'p1', link: 'mqtt' } });
  const onBus = { ...meter, model: 'my-meter', link: { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 1 } } as const;
  expect(failureIn(() => createMeterDriver(onBus, ports()))).toEqual({ code: 'not-found', context: { what: 'description', device: 'feed', model: 'my-meter' } });
  expect(failureIn(() => createMeterDriver({ ...onBus, model: 'shelly-em' }, ports()))).toEqual({ code: 'not-supported', context: { device: 'feed', model: 'shelly-em', link: 'modbus' } });
  expect(failureIn(() => createEvseDriver(overHttp, supply, ports()))).toEqual({ code: 'not-supported', context: { device: 'primary', model: 'openevse', link: 'http' } });
});
