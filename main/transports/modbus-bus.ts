import { ChargebenchError } from '../../core/errors.ts';
import type { CancelSignal, Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import type { ModbusBus } from '../../core/transport/modbus-bus.ts';
import { createQueuedBus, type UnitTiming } from '../../core/transport/queued-bus.ts';
import { tapBytes } from '../../core/transport/tap-bytes.ts';
import type { TrafficTap } from '../../core/transport/traffic.ts';
import { wireMs, type SerialFormat } from '../../core/transport/wire-time.ts';
import { parseLinkAddress, type LinkAddress } from './bus-address.ts';
import { createRtuLine } from './modbus-rtu-line.ts';
import { createTcpLine } from './modbus-tcp-line.ts';
import { openSerialBytes } from './serial-bytes.ts';
import { createSharpClock } from './sharp-clock.ts';
import { openTcpBytes } from './tcp-bytes.ts';

export interface ModbusBusOptions {
  /** serial:/dev/ttyUSB0, tcp:host:502, rtu-over-tcp:host:4001. */
  readonly transport: string;
  /** Of the pair of wires, here or behind an RTU gateway; 9600 8N1 when absent. */
  readonly format?: SerialFormat;
  readonly clock: Clock;
  readonly signal?: CancelSignal;
  /** From the last byte of a request to the first of its answer. */
  readonly timeoutMs?: number;
  readonly units?: ReadonlyMap<number, UnitTiming>;
  readonly guardMs?: number;
  readonly lateAnswerMs?: number;
  /** Between two attempts to connect. */
  readonly shortestPauseMs?: number;
  readonly longestPauseMs?: number;
}

export interface OpenedModbusBus {
  readonly bus: ModbusBus;
  /** Every byte in both directions. */
  readonly tap: TrafficTap;
}

const SERIAL_FORMAT: SerialFormat = { baud: 9600 };
const SERIAL_TIMEOUT_MS = 500;
/** A gateway has a queue and a network before it. */
const SOCKET_TIMEOUT_MS = 1000;
/** FTDI hands on what it has every 16 ms. */
const SERIAL_QUIET_MS = 40;
const SOCKET_QUIET_MS = 200;

/** Opens a bus. Answers at once: what cannot be reached is a state of the bus. Throws `invalid-argument` for an address that is none. */
export function openModbusBus(options: ModbusBusOptions): OpenedModbusBus {
  const address = parseLinkAddress(options.transport);
  if (!address.ok) throw new ChargebenchError(address.error.code, address.error.context);
  return createModbusBus({ ...options, kind: address.value.kind, link: openLink(address.value, options), clock: createSharpClock(options.clock) });
}

export interface ModbusBusOnLink extends ModbusBusOptions {
  readonly kind: LinkAddress['kind'];
  /** Closed with the bus. */
  readonly link: ByteLink;
}

/** A bus on a link that is there already. */
export function createModbusBus({ kind, link, ...options }: ModbusBusOnLink): OpenedModbusBus {
  const { clock, format = SERIAL_FORMAT } = options;
  const isTcp = kind === 'tcp';
  const tapped = tapBytes(link, { clock, linkText: options.transport, protocol: isTcp ? 'modbus-tcp' : 'modbus-rtu', ...(isTcp ? {} : { wireMs: (bytes: number) => wireMs(bytes, format) }) });
  const line = isTcp ? createTcpLine({ link: tapped.link, clock }) : createRtuLine({ link: tapped.link, clock, format, quietMs: kind === 'serial' ? SERIAL_QUIET_MS : SOCKET_QUIET_MS });
  const timeoutMs = options.timeoutMs ?? (kind === 'serial' ? SERIAL_TIMEOUT_MS : SOCKET_TIMEOUT_MS);
  return { bus: createQueuedBus({ ...options, line, timeoutMs }), tap: tapped.tap };
}

function openLink(address: LinkAddress, { format = SERIAL_FORMAT, clock, signal, shortestPauseMs, longestPauseMs }: ModbusBusOptions): ByteLink {
  const common = {
    clock,
    ...(signal === undefined ? {} : { signal }),
    ...(shortestPauseMs === undefined ? {} : { shortestPauseMs }),
    ...(longestPauseMs === undefined ? {} : { longestPauseMs }),
  };
  return address.kind === 'serial' ? openSerialBytes({ ...common, path: address.path, format }) : openTcpBytes({ ...common, host: address.host, port: address.port });
}
