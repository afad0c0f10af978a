/** Which wires and ports the devices of a site are on, and how bytes go over them. */
import type { LineSettings } from '../core/commissioning/scan-plan.ts';
import { describeMeter } from '../core/devices/describe-meter.ts';
import type { MeterDescriptions } from '../core/devices/meter-description-schema.ts';
import { P1_FORMATS } from '../core/protocols/p1-format.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import type { SerialFormat } from '../core/transport/wire-time.ts';

/** A pair of wires or a socket with Modbus units. */
export interface BusPlace {
  readonly transport: string;
  readonly line: LineSettings;
}

/** A line with one device on it. */
export interface PortPlace {
  readonly port: string;
  readonly protocol: 'rapi' | 'p1';
  readonly format: SerialFormat;
}

/** SmartEVSE's bus (reference smartevse.md 6.1). */
const USUAL_LINE: LineSettings = { baud: 9600, parity: 'none', stopBits: 1 };
/** OpenEVSE's serial port (reference openevse.md e). */
const RAPI_FORMAT: SerialFormat = { baud: 115_200 };

const devicesOf = (site: Site): readonly (Meter | Evse)[] => [...site.meters, ...site.evses];

/** One pair of wires has one speed: what the site says of it, else what its meters leave the factory with. */
export function busPlaces(site: Site, models: MeterDescriptions): readonly BusPlace[] {
  const transports = new Set(devicesOf(site).flatMap(({ link }) => (link.kind === 'modbus' ? [link.transport] : [])));
  return [...transports].map((transport) => {
    const on = devicesOf(site).filter(({ link }) => link.kind === 'modbus' && link.transport === transport);
    const said = on.flatMap(({ link }) => (link.kind === 'modbus' && link.line !== undefined ? [link.line] : []));
    const usual = on.flatMap((device) => ('clamp' in device ? factoryLine(device, models) : []));
    return { transport, line: said[0] ?? usual[0] ?? USUAL_LINE };
  });
}

function factoryLine(meter: Meter, models: MeterDescriptions): readonly LineSettings[] {
  try {
    const bus = describeMeter(meter, models).modbus?.bus;
    return bus === undefined ? [] : [{ baud: bus.baud, parity: bus.parity, stopBits: bus.stopBits }];
  } catch {
    // Such a meter is not opened; why stands beside it.
    return [];
  }
}

export function portPlaces(site: Site): readonly PortPlace[] {
  return devicesOf(site).flatMap((device): readonly PortPlace[] => {
    if (device.link.kind !== 'serial') return [];
    const { port, baud } = device.link;
    const isMeter = 'clamp' in device;
    const usual: SerialFormat = isMeter ? P1_FORMATS.new : RAPI_FORMAT;
    return [{ port, protocol: isMeter ? 'p1' : 'rapi', format: baud === undefined ? usual : { ...usual, baud } }];
  });
}

export const usesMqtt = (site: Site): boolean => devicesOf(site).some(({ link }) => link.kind === 'mqtt');
