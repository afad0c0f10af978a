/** The only place that names every driver. */
import { BUNDLED_EVSES } from '../devices/list-evses.ts';
import { describeMeter } from '../devices/describe-meter.ts';
import { BUNDLED_METERS } from '../devices/list-meters.ts';
import { ChargebenchError } from '../errors.ts';
import { ammeterPhases } from '../site/circuit-tree.ts';
import type { Evse, Meter, Supply } from '../site/site.ts';
import type { DriverPorts, EvseDriver, MeterDriver } from './driver.ts';
import { createOpenEvseMqttDriver } from './evses/openevse-mqtt.ts';
import { createOpenEvseRapiDriver } from './evses/openevse-rapi.ts';
import { createSmartevseModbusDriver } from './evses/smartevse-modbus.ts';
import { createP1SerialDriver } from './meters/p1-serial.ts';
import { createRegisterMeterDriver } from './meters/register-meter.ts';
import { createShelly3emMqttDriver } from './meters/shelly-3em-mqtt.ts';
import { createShellyEmMqttDriver } from './meters/shelly-em-mqtt.ts';
import { withSettingRecord } from './recorded-settings.ts';
import { createMemorySettingRecord } from './setting-record.ts';

type MakeMeterDriver = (meter: Meter, ports: DriverPorts) => MeterDriver;
type MakeEvseDriver = (evse: Evse, supply: Supply, ports: DriverPorts) => EvseDriver;

/** By model and link. */
const METER_DRIVERS: ReadonlyMap<string, MakeMeterDriver> = new Map<string, MakeMeterDriver>([
  ['p1 serial', createP1SerialDriver],
  ['shelly-em mqtt', createShellyEmMqttDriver],
  ['shelly-3em mqtt', createShelly3emMqttDriver],
]);

const EVSE_DRIVERS: ReadonlyMap<string, MakeEvseDriver> = new Map<string, MakeEvseDriver>([
  ['smartevse modbus', (evse, _supply, ports) => createSmartevseModbusDriver(evse, ports)],
  ['openevse serial', (evse, supply, ports) => createOpenEvseRapiDriver(evse, ammeterPhases(evse, supply), ports)],
  ['openevse mqtt', (evse, supply, ports) => createOpenEvseMqttDriver(evse, ammeterPhases(evse, supply), ports)],
]);

/** Whatever is on a Modbus is read by its description. Throws `not-supported`, naming model and link, where there is no driver yet. */
export function createMeterDriver(meter: Meter, ports: DriverPorts): MeterDriver {
  if (meter.link.kind === 'modbus') return createRegisterMeterDriver(meter, ports, describeMeter(meter, ports.meterModels ?? BUNDLED_METERS));
  return driverOf(METER_DRIVERS, meter)(meter, ports);
}

/** Throws `not-supported`, naming model and link, where there is no driver yet. */
export function createEvseDriver(evse: Evse, supply: Supply, ports: DriverPorts): EvseDriver {
  const driver = driverOf(EVSE_DRIVERS, evse)(evse, supply, ports);
  const { clock, settingRecord: record = createMemorySettingRecord(() => clock.wallMs()) } = ports;
  return withSettingRecord({ driver, description: BUNDLED_EVSES.get(evse.model), role: evse.link.kind === 'modbus' ? 'node' : null, record, clock });
}

function driverOf<Make>(drivers: ReadonlyMap<string, Make>, { id, model, link }: Meter | Evse): Make {
  const make = drivers.get(`${model} ${link.kind}`);
  if (make === undefined) throw new ChargebenchError('not-supported', { device: id, model, link: link.kind });
  return make;
}
