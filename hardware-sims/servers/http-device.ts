import { createServer, type IncomingMessage } from 'node:http';
import type { SimulatedDevice } from '../simulated-device.ts';
import { listen } from './broker.ts';

/** The largest request the devices' own web servers would take; more is answered with 413. */
const LARGEST_REQUEST_BYTES = 65_536;

export interface HttpDeviceOptions {
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Runs a call into the device after everything due before this moment has run. */
  readonly atPresent: (call: () => void) => void;
}

export interface HttpDevice {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the web server of a simulated device. Throws `port-in-use`. */
export async function startHttpDevice(device: SimulatedDevice, options: HttpDeviceOptions): Promise<HttpDevice> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const text = await readBody(request);
      if (text === null) {
        response.writeHead(413).end();
        return;
      }
      const url = new URL(request.url ?? '/', 'http://device');
      let body: unknown;
      try {
        body = parseBody(text, request.headers['content-type'] ?? '');
      } catch {
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"msg":"Could not parse JSON"}');
        return;
      }
      options.atPresent(() => {
        const query = Object.fromEntries(url.searchParams);
        const reply = device.http({ method: request.method ?? 'GET', path: url.pathname, query, body });
        response.writeHead(reply.status, { 'content-type': reply.contentType, 'cache-control': 'no-cache' }).end(reply.body);
      });
    };
    answer().catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  const port = await listen(server, host, options.port ?? 0);
  return {
    host,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LARGEST_REQUEST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * JSON whenever the text looks like it, whatever its type says: `curl -d '{…}'` calls it a form, and the real
 * firmware parses it all the same.
 */
function parseBody(text: string, contentType: string): unknown {
  if (text.trim() === '') return undefined;
  const isForm = contentType.startsWith('application/x-www-form-urlencoded') && !/^\s*[{["]/.test(text);
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : (JSON.parse(text) as unknown);
}
