import { describeMeter } from '../core/devices/describe-meter.ts';
import type { MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import type { DeviceConnection } from '../core/host-api/contract.ts';
import type { Evse, Meter } from '../core/site/site.ts';
import type { OpenedSite } from './opened-site.ts';

export type DevicePlace = Pick<DeviceConnection, 'model' | 'linkId' | 'address' | 'origin' | 'isUnproven'>;

/** All devices on MQTT share one broker. */
export const MQTT_LINK_ID = 'mqtt';

/** Where a device of a site is reached, and how far what is known of it has been seen. */
export function devicePlace(device: Meter | Evse, source: OpenedSite['source'], meterModels: MeterDescriptions): DevicePlace {
  return { model: device.model, ...placeOf(device.link), origin: source, isUnproven: 'clamp' in device && isUnprovenMeter(device, meterModels) };
}

/** By which `HostState.links` knows the link of a device; null where nothing here opens such links. */
export const linkIdOf = (device: Meter | Evse): string | null => placeOf(device.link).linkId;

function placeOf(link: Meter['link'] | Evse['link']): Pick<DevicePlace, 'linkId' | 'address'> {
  switch (link.kind) {
    case 'mqtt':
      return { linkId: MQTT_LINK_ID, address: 'channel' in link && link.channel > 0 ? `${link.baseTopic} channel ${String(link.channel)}` : link.baseTopic };
    case 'modbus':
      return { linkId: link.transport, address: `unit ${String(link.unitId)}` };
    case 'serial':
      return { linkId: link.port, address: '' };
    case 'ocpp':
      return { linkId: null, address: link.chargePointId };
    case 'http':
      return { linkId: null, address: link.url };
  }
}

function isUnprovenMeter(meter: Meter, meterModels: MeterDescriptions): boolean {
  if (meter.link.kind !== 'modbus') return false;
  try {
    return describeMeter(meter, meterModels).modbus?.evidence.kind === 'register-table-only';
  } catch {
    // A model that nobody has described is named among the site's findings.
    return true;
  }
}
