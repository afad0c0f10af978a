import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { ChargebenchError } from '../../core/errors.ts';
import { createAccess, isOurHost, isOurOrigin, type Access } from './access.ts';
import { createScreens, type Screens, type ScreenSocket, type ScreensHost } from './screens.ts';
import { answerFor, COMMON_HEADERS, readScreenFiles } from './static-files.ts';

export const SOCKET_PATH = '/ws';

/** No call of the contract is anywhere near as long. */
const LONGEST_MESSAGE_BYTES = 262_144;
/** A window whose machine went to sleep keeps its connection; it must not keep the lead. */
const HEARTBEAT_MS = 10_000;

export interface WebHostOptions {
  readonly host: ScreensHost;
  /** The built screen. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface WebHost {
  readonly port: number;
  /** With the token: it is printed once and stands nowhere else. */
  readonly startUrl: string;
  close(): Promise<void>;
}

/** Serves the screen on 127.0.0.1 and only there. Throws `port-in-use`, or `not-found` where nothing is built. */
export async function startWebHost({ host, folder, port: wanted }: WebHostOptions): Promise<WebHost> {
  const files = readScreenFiles(folder);
  const screens = createScreens(host);
  const server = createServer();
  const port = await listenOnLoopback(server, wanted);
  const access = createAccess(port);
  server.on('request', (request, response) => {
    answer({ access, files }, request, response);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE_BYTES, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refusalOfUpgrade(access, request);
    if (refusal !== null) refuseUpgrade(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, (opened) => {
      connectScreen(screens, opened);
    });
  });
  return {
    port,
    startUrl: `http://127.0.0.1:${port}/?token=${access.token}`,
    async close() {
      screens.close();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'port-in-use' : 'invalid-argument';
      reject(new ChargebenchError(code, { host: '127.0.0.1', port, cause: error.code ?? error.message }, { cause: error }));
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

interface Pages {
  readonly access: Access;
  readonly files: ReadonlyMap<string, Buffer>;
}

function answer({ access, files }: Pages, request: IncomingMessage, response: ServerResponse): void {
  const { headers } = request;
  if (!isOurHost(headers)) {
    refuse(response, 403, 'This address is not served here.');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'Only GET is served here.');
    return;
  }
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const token = new URLSearchParams(query).get('token');
  if (token !== null) {
    const cookie = access.cookieFor(token);
    if (cookie === null) refuse(response, 403, NO_ENTRY);
    else response.writeHead(303, { ...COMMON_HEADERS, location: path, 'set-cookie': cookie }).end();
    return;
  }
  if (!access.hasCookie(headers)) {
    refuse(response, 403, NO_ENTRY);
    return;
  }
  const file = answerFor(files, path, `'self' ws://${headers.host ?? ''}`);
  if (file === null) refuse(response, 404, 'There is no such page.');
  else response.writeHead(200, { ...file.headers, 'content-length': file.body.length }).end(request.method === 'HEAD' ? undefined : file.body);
}

const NO_ENTRY = 'Open the whole address that Chargebench printed when it started (it ends in ?token=…).';

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...COMMON_HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function refusalOfUpgrade(access: Access, { headers, url }: IncomingMessage): 403 | 404 | null {
  if (!isOurHost(headers) || !isOurOrigin(headers) || !access.hasCookie(headers)) return 403;
  return url === SOCKET_PATH ? null : 404;
}

function refuseUpgrade(socket: Duplex, status: 403 | 404): void {
  socket.end(`HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Not Found'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function connectScreen(screens: Screens, socket: WebSocket): void {
  const screen: ScreenSocket = {
    send(data) {
      if (socket.readyState === socket.OPEN) socket.send(data);
    },
    unsentBytes: () => socket.bufferedAmount,
    close(code, reason) {
      socket.close(code, reason);
    },
  };
  let isAlive = true;
  const heartbeat = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, HEARTBEAT_MS);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003, 'calls are text');
    else void screens.receive(screen, (data as Buffer).toString('utf8'));
  });
  // An oversize or broken message is reported here, and `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(heartbeat);
    screens.remove(screen);
  });
  screens.add(screen);
}
