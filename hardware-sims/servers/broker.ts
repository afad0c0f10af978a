import { createServer, isIP, type Server, type Socket } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import { Aedes } from 'aedes';
import { ChargebenchError } from '../../core/errors.ts';

export interface BrokerOptions {
  /** An address of this machine; loopback when absent. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Demanded for every address that is not loopback. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  /** Drops every client, so that last wills are not sent politely but as after a power cut, and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts an MQTT 3.1.1 broker in this process. Throws `port-in-use`, `invalid-argument` (an address that is not
 * ours) or `unauthorized` (an address other machines reach, without credentials).
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host) && options.credentials === undefined) {
    throw new ChargebenchError('unauthorized', { host, message: 'a broker that other machines reach needs a user name and a password' });
  }
  const aedes = await Aedes.createBroker({ ...authentication(options.credentials) });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    // Without this, small messages wait 40 ms for the acknowledgement of the one before (ecosystem.md 3).
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const port = await listen(server, host, options.port ?? 0).catch(async (error: unknown) => {
    await closeAedes(aedes);
    throw error;
  });
  return {
    host,
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      await closeAedes(aedes);
    },
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Begins to listen and answers with the port. Throws `port-in-use`, or `invalid-argument` for a foreign address. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const code = error.code === 'EADDRINUSE' ? 'port-in-use' : 'invalid-argument';
      reject(new ChargebenchError(code, { host, port, cause: error.code ?? error.message }, { cause: error }));
    };
    server.once('error', refuse);
    server.listen({ host, port, exclusive: true }, () => {
      server.removeListener('error', refuse);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function authentication(credentials: BrokerOptions['credentials']): Pick<NonNullable<ConstructorParameters<typeof Aedes>[0]>, 'authenticate'> {
  if (credentials === undefined) return {};
  return {
    authenticate(_client, username, password, done) {
      const fits = areEqual(username ?? '', credentials.username) && areEqual(password?.toString('utf8') ?? '', credentials.password);
      // Without an error of its own the broker answers 5, not authorized (MQTT 3.1.1 table 3.1).
      done(null, fits);
    },
  };
}

/** Takes as long for a near miss as for a far one. */
function areEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => {
    aedes.close(() => {
      resolve();
    });
  });
}
