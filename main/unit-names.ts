import { registerFields } from '../core/commissioning/traffic/register-fields.ts';
import type { UnitNames } from '../core/commissioning/traffic/traffic-frame.ts';
import { describeMeter } from '../core/devices/describe-meter.ts';
import type { MeterDescription, MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { linkIdOf } from './device-place.ts';

/** What a site says of the units on one of its links. A unit that is nobody's keeps its register numbers. */
export function unitNames(site: Pick<Site, 'meters' | 'evses'> | null, linkId: string, models: MeterDescriptions): UnitNames {
  const devices: readonly (Meter | Evse)[] = site === null ? [] : [...site.meters, ...site.evses].filter((device) => linkIdOf(device) === linkId);
  const described = new Map(models);
  // Two meters of the same model may be read by registers of their own: each then has a model of its own here.
  const modelOf = (device: Meter | Evse): string => ('custom' in device && device.custom !== undefined ? `${device.model} ${device.id}` : device.model);
  for (const device of devices) if ('clamp' in device) put(described, modelOf(device), device, models);
  return {
    deviceOf(unitId) {
      const device = unitId === null ? devices[0] : devices.find(({ link }) => link.kind === 'modbus' && link.unitId === unitId);
      return device === undefined ? null : { deviceId: device.id, model: modelOf(device) };
    },
    fieldsOf: (model, block) => registerFields(described, model, block),
  };
}

function put(described: Map<string, MeterDescription>, name: string, meter: Meter, models: MeterDescriptions): void {
  try {
    if (meter.link.kind === 'modbus') described.set(name, describeMeter(meter, models));
  } catch {
    // Its registers stay numbers; why stands beside the device.
  }
}
