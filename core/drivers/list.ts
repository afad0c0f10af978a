/** The only place that names every driver. */
import type { Evse, Meter, Supply } from '../site/site.ts';
import { evsePhases } from '../site/circuit-tree.ts';
import type { DriverPorts, EvseDriver, MeterDriver } from './driver.ts';
import { createOpenEvseMqttDriver } from './evses/openevse-mqtt.ts';
import { createShellyEmMqttDriver } from './meters/shelly-em-mqtt.ts';

const METER_DRIVERS: Readonly<Record<Meter['model'], (meter: Meter, ports: DriverPorts) => MeterDriver>> = {
  'shelly-em': createShellyEmMqttDriver,
};

const EVSE_DRIVERS: Readonly<Record<Evse['model'], (evse: Evse, supply: Supply, ports: DriverPorts) => EvseDriver>> = {
  openevse: (evse, supply, ports) => createOpenEvseMqttDriver(evse, evsePhases(evse, supply), ports),
};

export function createMeterDriver(meter: Meter, ports: DriverPorts): MeterDriver {
  return METER_DRIVERS[meter.model](meter, ports);
}

export function createEvseDriver(evse: Evse, supply: Supply, ports: DriverPorts): EvseDriver {
  return EVSE_DRIVERS[evse.model](evse, supply, ports);
}
