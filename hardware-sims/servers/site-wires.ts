/** The pairs of wires and serial lines of a simulated site, where ports, sockets and real adapters reach them. */
import type { Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { silenceMs, wireMs, type SerialFormat } from '../../core/transport/wire-time.ts';
import { servePort, type BytePort } from '../byte-port.ts';
import type { ModbusPairOptions } from '../modbus-pair.ts';
import type { SimulatedUnit } from '../modbus-unit.ts';
import type { SimulatedLine, SimulatedPair, SimulatedSite } from '../simulated-site.ts';
import { startByteServer } from './byte-server.ts';
import { serveRtu } from './modbus-rtu-server.ts';
import { startModbusTcpServer, startRtuOverTcpServer } from './modbus-servers.ts';
import { openPtyLink } from './pty-link.ts';

/** Where a line of a site can be reached. `tcp` is Modbus TCP for a pair of wires, and a port server's socket for a device alone on its line. */
export type WirePlace =
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly port?: number }
  | { readonly kind: 'pty' }
  /** A line that is open already, such as a real serial port; it stays open. */
  | { readonly kind: 'link'; readonly address: string; readonly link: ByteLink };

/** A pair of wires, or a line with one device on it. */
export type LineKind = 'pair' | 'device';

export interface WireOptions {
  readonly clock: Clock;
  readonly host: string;
  /** Runs a call into a device after everything due before this moment has run. */
  readonly atPresent: (call: () => void) => void;
  /** Site time, which stops while the machine sleeps. */
  readonly siteMs: () => number;
  /** By the transport as the site names it; more than one place where several masters are to reach the same devices. */
  readonly placesOf: (transport: string, kind: LineKind) => readonly WirePlace[];
}

export interface PlacedWire {
  /** As the site names it. */
  readonly transport: string;
  readonly kind: LineKind;
  /** What a client opens instead, written as a site would: tcp:, rtu-over-tcp: or serial:. */
  readonly address: string;
  /** Of the devices on it. */
  readonly deviceIds: readonly string[];
}

export interface SiteWires {
  readonly placed: readonly PlacedWire[];
  close(): Promise<void>;
}

/** Sockets on every system: a pseudo-terminal has to be asked for. */
export function socketPlaces(transport: string, kind: LineKind): readonly WirePlace[] {
  return [{ kind: kind === 'device' || transport.startsWith('tcp:') ? 'tcp' : 'rtu-over-tcp' }];
}

/** What a client opens for each line of the site. */
export function wireAddresses(placed: readonly PlacedWire[]): ReadonlyMap<string, string> {
  return new Map([...placed].reverse().map(({ transport, address }) => [transport, address]));
}

/** Throws `port-in-use`, `not-supported` for a pseudo-terminal without socat; what had begun is ended then. */
export async function placeWires({ buses, lines }: Pick<SimulatedSite, 'buses' | 'lines'>, options: WireOptions): Promise<SiteWires> {
  const toClose: (() => Promise<unknown> | undefined)[] = [];
  const placed: PlacedWire[] = [];
  const close = async (): Promise<void> => {
    for (const end of toClose.splice(0).reverse()) await end();
  };
  const place = async (transport: string, kind: LineKind, deviceIds: readonly string[], open: (place: WirePlace) => Promise<OpenedPlace>): Promise<void> => {
    for (const wanted of options.placesOf(transport, kind)) {
      const opened = await open(wanted);
      toClose.push(opened.close);
      placed.push({ transport, kind, address: opened.address, deviceIds });
    }
  };
  try {
    for (const [transport, pair] of buses) await place(transport, 'pair', pair.deviceIds, (wanted) => openPair(transport, pair, wanted, options));
    for (const [transport, line] of lines) await place(transport, 'device', [line.deviceId], (wanted) => openLine(line, wanted, options));
    return { placed, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface OpenedPlace {
  readonly address: string;
  readonly close: () => Promise<unknown> | undefined;
}

async function openPair(transport: string, { units, faults, format }: SimulatedPair, place: WirePlace, options: WireOptions): Promise<OpenedPlace> {
  const { clock, host } = options;
  const present = units.map((unit) => atPresentUnit(unit, place.kind === 'tcp' ? 0 : silenceMs(format), options));
  const pair = (wire: SerialFormat | null): ModbusPairOptions => ({ units: present, clock, faults, wire });
  if (place.kind === 'link') {
    // A real port gives its bytes their time itself.
    const served = serveRtu(place.link, pair(null));
    return { address: place.address, close: closing(() => { served.close(); }) };
  }
  if (place.kind !== 'pty') {
    const start = place.kind === 'tcp' ? startModbusTcpServer : startRtuOverTcpServer;
    // A device that speaks Modbus TCP itself has no pair of wires behind it.
    const server = await start({ ...pair(transport.startsWith('tcp:') ? null : format), host, port: place.port ?? 0 });
    return { address: `${place.kind}:${hostText(host)}:${server.port}`, close: () => server.close() };
  }
  const pty = await openPtyLink({ clock });
  serveRtu(pty.link, pair(format));
  return { address: `serial:${pty.devicePath}`, close: () => pty.close() };
}

async function openLine({ port, format }: SimulatedLine, place: WirePlace, { clock, host, atPresent }: WireOptions): Promise<OpenedPlace> {
  const present: BytePort = {
    attach(outlet) {
      port.attach(outlet);
    },
    receive(bytes) {
      atPresent(() => {
        port.receive(bytes);
      });
    },
  };
  const paced = pacedPort(present, clock, format);
  if (place.kind === 'link') return { address: place.address, close: closing(servePort(present, place.link)) };
  if (place.kind === 'pty') {
    const pty = await openPtyLink({ clock });
    servePort(paced, pty.link);
    return { address: `serial:${pty.devicePath}`, close: () => pty.close() };
  }
  const server = await startByteServer({ host, port: place.port ?? 0, clock, onConnection: (link) => servePort(paced, link) });
  return { address: `tcp:${hostText(host)}:${server.port}`, close: () => server.close() };
}

const closing = (letGo: () => void) => (): undefined => {
  letGo();
};

const hostText = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/**
 * What arrives between two moments of the site finds it at the present. On a pair of wires nobody answers into the silence that ends
 * a request (Modbus over Serial Line V1.02, 2.5.1.1): a master's adapter may still be sending.
 */
function atPresentUnit(unit: SimulatedUnit, shortestMs: number, { atPresent, siteMs }: WireOptions): SimulatedUnit {
  return {
    ...unit,
    turnaroundMs: Math.max(unit.turnaroundMs, shortestMs),
    get unitId() {
      return unit.unitId;
    },
    handle(pdu) {
      const answers: (Uint8Array | null)[] = [];
      atPresent(() => {
        answers.push(unit.handle(pdu, siteMs()));
      });
      return answers[0] ?? null;
    },
  };
}

/** What a device says arrives once its last byte would have left the wire. */
function pacedPort(port: BytePort, clock: Clock, format: SerialFormat): BytePort {
  let freeMs = 0;
  return {
    attach(outlet) {
      port.attach((bytes) => {
        freeMs = Math.max(freeMs, clock.monotonicMs()) + wireMs(bytes.length, format);
        clock.callAt(freeMs, () => {
          outlet(bytes);
        });
      });
    },
    receive(bytes) {
      port.receive(bytes);
    },
  };
}
