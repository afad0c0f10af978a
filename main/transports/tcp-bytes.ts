import { Socket } from 'node:net';
import { ChargebenchError } from '../../core/errors.ts';
import type { CancelSignal, Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { openReconnectingBytes, type ByteConnection, type ConnectionEvents } from './reconnecting-bytes.ts';

export interface TcpBytesOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly signal?: CancelSignal;
  readonly connectTimeoutMs?: number;
  readonly shortestPauseMs?: number;
  readonly longestPauseMs?: number;
}

/** Finds a gateway that vanished without a word, on a link that is only listened to. */
const KEEP_ALIVE_MS = 10_000;

/** A socket as a byte link. Answers at once: a server that is down is a state of the link, which keeps trying until it is closed. */
export function openTcpBytes(options: TcpBytesOptions): ByteLink {
  return openReconnectingBytes({ ...options, connect: (events, signal) => connectSocket(options, events, signal) });
}

function connectSocket({ host, port, connectTimeoutMs = 5000 }: TcpBytesOptions, events: ConnectionEvents, signal: AbortSignal): Promise<ByteConnection> {
  const server = `${host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = new Socket();
    let cause = 'ended';
    let isOpen = false;
    const giveUp = setTimeout(() => {
      cause = 'ETIMEDOUT';
      socket.destroy();
    }, connectTimeoutMs);
    const cancel = (): void => void socket.destroy();
    signal.addEventListener('abort', cancel);
    const closed = new Promise<void>((settle) => socket.once('close', () => {
      settle();
    }));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (bytes) => {
      events.data(bytes);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      cause = error.code ?? error.message;
    });
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(giveUp);
      signal.removeEventListener('abort', cancel);
      socket.removeAllListeners();
      const context = { server, cause };
      if (isOpen) events.lost({ code: 'link-lost', context });
      else reject(new ChargebenchError('link-lost', context));
    });
    socket.connect({ host, port }, () => {
      isOpen = true;
      clearTimeout(giveUp);
      resolve({
        write: (bytes) => writeSocket(socket, bytes, server),
        async close() {
          isOpen = false;
          socket.destroy();
          await closed;
        },
      });
    });
    if (signal.aborted) cancel();
  });
}

/** More than this unsent means that nobody takes what we send: a setpoint behind it would arrive late. */
const LARGEST_BACKLOG_BYTES = 4096;

function writeSocket(socket: Socket, bytes: Uint8Array, server: string): Promise<void> {
  if (socket.writableLength > LARGEST_BACKLOG_BYTES) return Promise.reject(new ChargebenchError('link-lost', { server, cause: 'backlog' }));
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(new ChargebenchError('link-lost', { server, cause: (error as NodeJS.ErrnoException).code ?? error.message }));
      else resolve();
    });
  });
}
