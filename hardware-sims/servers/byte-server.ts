import { createServer, type Socket } from 'node:net';
import { ChargebenchError } from '../../core/errors.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteChunk, ByteLink } from '../../core/transport/byte-link.ts';
import type { LinkState } from '../../core/transport/mqtt-link.ts';
import { listen } from './broker.ts';

export interface ByteServerOptions {
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly clock: Clock;
  /** Somebody has connected. What it returns is called when that connection ends. */
  readonly onConnection: (link: ByteLink) => () => void;
}

export interface ByteServer {
  readonly host: string;
  readonly port: number;
  /** Ends every connection at once and goes on listening: a gateway that restarts. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** A TCP server whose connections are byte links: a port server, a gateway, a Modbus TCP device. Throws `port-in-use`. */
export async function startByteServer({ host = '127.0.0.1', port = 0, clock, onConnection }: ByteServerOptions): Promise<ByteServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    const end = onConnection(linkOf(socket, clock));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      end();
    });
  });
  const listeningPort = await listen(server, host, port);
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host,
    port: listeningPort,
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        dropConnections();
      }),
  };
}

function linkOf(socket: Socket, clock: Clock): ByteLink {
  const lost = (): LinkState => ({ kind: 'lost', sinceMs: clock.monotonicMs(), error: { code: 'link-lost', context: {} } });
  const openedMs = clock.monotonicMs();
  return {
    state: () => (socket.writable ? { kind: 'connected', sinceMs: openedMs } : lost()),
    onState(listener) {
      const tell = (): void => {
        listener(lost());
      };
      socket.once('close', tell);
      return () => socket.off('close', tell);
    },
    onData(listener) {
      const tell = (bytes: Uint8Array): void => {
        const chunk: ByteChunk = { bytes, timeMs: clock.monotonicMs() };
        listener(chunk);
      };
      socket.on('data', tell);
      return () => socket.off('data', tell);
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (!socket.writable) {
          reject(new ChargebenchError('link-lost'));
          return;
        }
        socket.write(bytes, (error) => {
          if (error) reject(new ChargebenchError('link-lost'));
          else resolve();
        });
      }),
    close() {
      socket.destroy();
      return Promise.resolve();
    },
  };
}
