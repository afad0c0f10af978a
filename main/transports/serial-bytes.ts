import { stat } from 'node:fs/promises';
import type { SerialPort } from 'serialport';
import { ChargebenchError, type Failure } from '../../core/errors.ts';
import type { CancelSignal, Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import type { SerialFormat } from '../../core/transport/wire-time.ts';
import { openReconnectingBytes, type ByteConnection, type ConnectionEvents } from './reconnecting-bytes.ts';
import { failureOfSerialPort } from './serial-failure.ts';
import { findPortAgain, listSerialPorts, type ListedPort } from './serial-ports.ts';

export interface SerialBytesOptions {
  /** /dev/ttyUSB0, COM3; on macOS the cu. name. */
  readonly path: string;
  readonly format: SerialFormat;
  readonly clock: Clock;
  readonly signal?: CancelSignal;
  readonly shortestPauseMs?: number;
  readonly longestPauseMs?: number;
  /** Told when the adapter was found again under another name. */
  readonly onMoved?: (path: string) => void;
}

/** More than this unsent means that nobody takes what we send: a setpoint behind it would arrive late. */
const LARGEST_BACKLOG_BYTES = 1024;
const LOOK_EVERY_MS = 200;

/**
 * A serial port as a byte link. Answers at once: a port that is missing, busy or not allowed is a state of the link, which keeps
 * trying until it is closed. Only on a main thread: in a worker the port opens but never hands over what it hears (ecosystem.md 2.1).
 */
export function openSerialBytes(options: SerialBytesOptions): ByteLink {
  let { path, format } = options;
  let opened: SerialConnection | null = null;
  let known: ListedPort | null = null;
  let isListed = false;
  const remember = async (opened: string): Promise<void> => {
    known = (await listSerialPorts()).find((port) => port.path === opened) ?? null;
  };
  const connect = async (events: ConnectionEvents, signal: AbortSignal): Promise<ByteConnection> => {
    try {
      const connection = await open(events);
      if (!isListed) void remember(path);
      isListed = true;
      return connection;
    } catch (error) {
      const moved = known === null || signal.aborted ? null : await findPortAgain(known);
      if (moved === null || moved.path === path) throw error;
      path = moved.path;
      options.onMoved?.(path);
      return open(events);
    }
  };
  const open = async (events: ConnectionEvents): Promise<SerialConnection> => {
    opened = await openPort(path, format, events);
    return opened;
  };
  return {
    ...openReconnectingBytes({ ...options, connect }),
    // Parity and data bits are set at opening only: the port is opened anew.
    setFormat(next) {
      const isSame = isSameFormat(format, next);
      format = next;
      if (!isSame) opened?.end('format');
      return Promise.resolve();
    },
  };
}

function isSameFormat(a: SerialFormat, b: SerialFormat): boolean {
  const written = ({ baud, parity = 'none', dataBits = 8, stopBits = 1 }: SerialFormat): string => `${String(baud)} ${String(dataBits)} ${parity} ${String(stopBits)}`;
  return written(a) === written(b);
}

interface SerialConnection extends ByteConnection {
  /** Ends it as if it had been lost. */
  end(cause: string): void;
}

async function openPort(path: string, format: SerialFormat, events: ConnectionEvents): Promise<SerialConnection> {
  const port = await createPort(path, format);
  const opened = await new Promise<Error | null>((resolve) => {
    port.open(resolve);
  });
  if (opened !== null) {
    port.removeAllListeners();
    throw asError(await failureOfSerialPort(path, opened.message));
  }
  return connectionOf(port, path, events);
}

async function createPort(path: string, { baud, parity = 'none', dataBits = 8, stopBits = 1 }: SerialFormat): Promise<SerialPort> {
  try {
    // Loaded here, because its native part may be missing on a machine that needs no port.
    const serial = await import('serialport');
    return new serial.SerialPort({ path, baudRate: baud, parity, dataBits, stopBits, autoOpen: false });
  } catch (error) {
    throw new ChargebenchError('not-supported', { port: path, cause: error instanceof Error ? error.message : String(error) });
  }
}

function connectionOf(port: SerialPort, path: string, events: ConnectionEvents): SerialConnection {
  let cause = 'closed';
  let isOurs = false;
  // serialport reads a hung-up line again and again without a word, until somebody writes (bindings-cpp 13, unix-read); its name is gone
  // at once.
  const watch = process.platform === 'win32' ? null : setInterval(() => void stat(path).catch(() => end('unplugged')), LOOK_EVERY_MS);
  const closed = new Promise<void>((resolve) => {
    port.once('close', () => {
      if (watch !== null) clearInterval(watch);
      port.removeAllListeners();
      // A write that was still waiting fails after the close, and an error nobody hears ends the program.
      port.on('error', () => undefined);
      if (!isOurs) events.lost({ code: 'link-lost', context: { port: path, cause } });
      resolve();
    });
  });
  const close = async (): Promise<void> => {
    if (port.isOpen) port.close();
    await closed;
  };
  const end = (why: string): void => {
    cause = why;
    void close();
  };
  port.on('data', (bytes: Buffer) => {
    events.data(bytes);
  });
  // An adapter that was pulled shows itself by an error at the next write or read, sometimes without a close (ecosystem.md 2.1).
  port.on('error', (error) => {
    end(error.message);
  });
  return {
    write: (bytes) => writePort(port, bytes, path),
    end,
    async close() {
      isOurs = true;
      await close();
    },
  };
}

function writePort(port: SerialPort, bytes: Uint8Array, path: string): Promise<void> {
  const lost = (cause: string): ChargebenchError => new ChargebenchError('link-lost', { port: path, cause });
  if (!port.isOpen) return Promise.reject(lost('closed'));
  if (port.writableLength > LARGEST_BACKLOG_BYTES) return Promise.reject(lost('backlog'));
  return new Promise((resolve, reject) => {
    port.write(Buffer.from(bytes), (error) => {
      if (error) reject(lost(error.message));
      else resolve();
    });
  });
}

function asError({ code, context }: Failure): ChargebenchError {
  return new ChargebenchError(code, context);
}
