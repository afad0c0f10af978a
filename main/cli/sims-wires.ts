/** Where `sims` puts the wires of a scenario's site, and what it says of them. */
import { ChargebenchError } from '../../core/errors.ts';
import type { Evse, Meter } from '../../core/site/site.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import type { SerialFormat } from '../../core/transport/wire-time.ts';
import { findSocat } from '../../hardware-sims/servers/pty-link.ts';
import { socketPlaces, type PlacedWire, type WireOptions, type WirePlace } from '../../hardware-sims/servers/site-wires.ts';
import type { SimulatedSite } from '../../hardware-sims/simulated-site.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { openSerialBytes } from '../transports/serial-bytes.ts';
import { WrongUse } from './command.ts';

export interface WireWishes {
  /** Pairs of wires over Modbus TCP, the k-th on this port + k; 0 takes free ones. */
  readonly modbusTcpPort?: number;
  /** Null: a pseudo-terminal per line; a path: that real port for the one line there is. */
  readonly serial?: string | null;
}

/** What follows `--serial` is its path where it looks like a port; the option may stand alone. */
export function takeSerial(args: readonly string[]): { readonly rest: readonly string[]; readonly serial?: string | null } {
  const at = args.findIndex((text) => text === '--serial' || text.startsWith('--serial='));
  const option = args[at];
  if (option === undefined) return { rest: args };
  const next = args[at + 1];
  const isPath = next !== undefined && /^(\/(?!.*\.json$)|COM\d+$|\\\\\.\\)/i.test(next);
  if (option !== '--serial') return { rest: args.toSpliced(at, 1), serial: portPath(option.slice('--serial='.length)) };
  return isPath ? { rest: args.toSpliced(at, 2), serial: portPath(next) } : { rest: args.toSpliced(at, 1), serial: null };
}

function portPath(text: string): string {
  if (text === '') throw new WrongUse('--serial= takes the path of a port');
  return text.replace(/^serial:/, '');
}

/** The site with these devices on its wires and no others. Throws WrongUse for one that is on none. */
export function onlyOnWires(simulated: SimulatedSite, ids: readonly string[] | null): SimulatedSite {
  if (ids === null) return simulated;
  const known = [...[...simulated.buses.values()].flatMap(({ deviceIds }) => deviceIds), ...[...simulated.lines.values()].map(({ deviceId }) => deviceId)];
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new WrongUse(`--only names "${unknown}"; on wires are: ${known.join(', ')}`);
  const buses = [...simulated.buses].flatMap(([transport, pair]) => {
    const units = pair.units.filter((_, index) => ids.includes(pair.deviceIds[index] ?? ''));
    return units.length === 0 ? [] : [[transport, { ...pair, units, deviceIds: pair.deviceIds.filter((id) => ids.includes(id)) }] as const];
  });
  return { ...simulated, buses: new Map(buses), lines: new Map([...simulated.lines].filter(([, { deviceId }]) => ids.includes(deviceId))) };
}

export interface OpenedPlaces {
  readonly placesOf: WireOptions['placesOf'];
  close(): Promise<void>;
}

/** Throws what a real port fails with, `not-supported` for pseudo-terminals without socat, and WrongUse where one port is to carry several lines. */
export async function openPlaces({ buses, lines }: SimulatedSite, { modbusTcpPort, serial }: WireWishes): Promise<OpenedPlaces> {
  const transports = [...buses.keys(), ...lines.keys()];
  if (typeof serial === 'string' && transports.length !== 1) {
    throw new WrongUse(`--serial ${serial} carries one line, and the site has ${transports.length === 0 ? 'none' : `${transports.join(', ')}: choose devices of one with --only`}`);
  }
  if (serial === null && findSocat() === null) throw new ChargebenchError('not-supported', { what: 'pseudo-terminals', cause: 'socat is not installed', cure: 'install socat, or leave --serial out' });
  const [transport = ''] = transports;
  const format = buses.get(transport)?.format ?? lines.get(transport)?.format ?? { baud: 9600 };
  const link = typeof serial === 'string' ? await openRealPort(serial, format) : null;
  const pairs = [...buses.keys()];
  return {
    placesOf(name, kind): readonly WirePlace[] {
      const places: WirePlace[] = [];
      if (modbusTcpPort !== undefined && kind === 'pair') places.push({ kind: 'tcp', port: modbusTcpPort === 0 ? 0 : modbusTcpPort + pairs.indexOf(name) });
      if (link !== null) places.push({ kind: 'link', address: `serial:${serial ?? ''}`, link });
      else if (serial === null) places.push({ kind: 'pty' });
      return places.length === 0 ? socketPlaces(name, kind) : places;
    },
    close: () => link?.close() ?? Promise.resolve(),
  };
}

/** A port that cannot be opened is told at once, instead of being tried for ever. */
async function openRealPort(path: string, format: SerialFormat): Promise<ByteLink> {
  const link = openSerialBytes({ path, format, clock: createRealClock() });
  const state = await new Promise<ReturnType<ByteLink['state']>>((resolve) => {
    const now = link.state();
    if (now.kind === 'connected' || now.kind === 'lost') resolve(now);
    else {
      const stop = link.onState((next) => {
        if (next.kind !== 'connected' && next.kind !== 'lost') return;
        stop();
        resolve(next);
      });
    }
  });
  if (state.kind !== 'lost') return link;
  await link.close();
  throw new ChargebenchError(state.error.code, { port: path, ...state.error.context });
}

/** A device on a wire as the READY line lists it. */
export interface WiredDevice {
  readonly id: string;
  readonly kind: string;
  /** Absent for a device alone on its line. */
  readonly unitId?: number;
  /** Name of the description that says how it is read. */
  readonly description: string;
  /** Of Modbus TCP, of RTU frames over TCP, or of a port server's socket. */
  readonly host?: string;
  readonly port?: number;
  /** Of a serial port or pseudo-terminal. */
  readonly path?: string;
  /** As a site file names the places: tcp:, rtu-over-tcp:, serial:. */
  readonly addresses: readonly string[];
}

export function wiredDevices({ evses, meters }: SimulatedSite, wires: readonly PlacedWire[]): readonly WiredDevice[] {
  const all = [...evses.map(({ evse, device }) => ({ about: evse, kind: device.kind })), ...meters.map(({ meter, device }) => ({ about: meter, kind: device.kind }))];
  return all.flatMap(({ about, kind }) => {
    const addresses = wires.filter(({ deviceIds }) => deviceIds.includes(about.id)).map(({ address }) => address);
    return addresses.length === 0 ? [] : [{ id: about.id, kind, ...unitOf(about), description: about.model, ...placeOf(addresses), addresses }];
  });
}

const unitOf = ({ link }: Meter | Evse): Pick<WiredDevice, 'unitId'> => (link.kind === 'modbus' ? { unitId: link.unitId } : {});

function placeOf(addresses: readonly string[]): Pick<WiredDevice, 'host' | 'port' | 'path'> {
  const socket = addresses.map((address) => /^(?:tcp|rtu-over-tcp):(.+):(\d+)$/.exec(address)).find((found) => found !== null);
  const path = addresses.find((address) => address.startsWith('serial:'))?.slice('serial:'.length);
  return { ...(socket === undefined ? {} : { host: socket[1] ?? '', port: Number(socket[2]) }), ...(path === undefined ? {} : { path }) };
}
