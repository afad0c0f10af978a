import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { success } from '../../core/errors.ts';
import type { HostApi, HostState } from '../../core/host-api/contract.ts';
import { decodeRunColumns } from '../../core/host-api/wire.ts';
import { circuitId } from '../../core/quantities.ts';
import { createDispatcher } from '../dispatch.ts';
import { createHostEvents, type HostEventSink } from '../host-events.ts';
import { startWebHost, type WebHost } from './web-host.ts';

const STATE: HostState = {
  version: '0.1.0',
  host: 'web',
  startedWallMs: 0,
  project: null,
  site: null,
  source: 'simulated',
  control: { kind: 'none' },
  link: { text: '', state: 'closed', sinceMs: 0, failure: null },
  links: [],
  devices: [],
  eventLoopDelayMs: 0,
  residentBytes: 0,
  recording: null,
  findings: [],
  wishes: [],
  endedWishes: [],
  signals: [],
  canChooseFolder: false,
  leads: true,
};

let folder: string;
let web: WebHost;
let events: HostEventSink;
let called: unknown[];
const sockets: WebSocket[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-screen-'));
  mkdirSync(join(folder, 'screen/assets'), { recursive: true });
  writeFileSync(join(folder, 'screen/index.html'), '<script nonce="__CSP_NONCE__" src="./assets/index-1.js"></script>');
  writeFileSync(join(folder, 'screen/assets/index-1.js'), 'run()');
  writeFileSync(join(folder, 'secret.txt'), 'not for you');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  called = [];
  events = createHostEvents();
  const answered = (...args: readonly unknown[]): Promise<never> => {
    called.push(args);
    return Promise.resolve(success(null) as never);
  };
  const api = { setSimulatedLoad: answered, pauseAll: answered, getState: () => Promise.resolve(success(STATE)) } as unknown as HostApi;
  web = await startWebHost({ host: { dispatch: createDispatcher(api), events, state: () => STATE }, folder: join(folder, 'screen'), port: 0 });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await web.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By hand, because fetch neither sends a foreign Host nor keeps dots in a path. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: web.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    })
      .on('error', reject)
      .end();
  });
}

const startPath = (): string => web.startUrl.slice(web.startUrl.indexOf('/', 8));

async function cookieOf(): Promise<string> {
  const { headers } = await get(startPath());
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

interface Screen {
  readonly socket: WebSocket;
  readonly ask: (message: unknown) => Promise<unknown>;
  readonly next: (fits: (message: Record<string, unknown>) => boolean) => Promise<Record<string, unknown>>;
}

async function screen(): Promise<Screen> {
  const socket = new WebSocket(`ws://127.0.0.1:${web.port}/ws`, { headers: { cookie: await cookieOf() }, origin: `http://127.0.0.1:${web.port}` });
  sockets.push(socket);
  const seen: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    seen.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>);
    for (const look of [...waiting]) look();
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const next: Screen['next'] = (fits) =>
    new Promise((resolve) => {
      const look = (): void => {
        const index = seen.findIndex(fits);
        if (index < 0) return;
        waiting.delete(look);
        resolve(seen.splice(index, 1)[0] ?? {});
      };
      waiting.add(look);
      look();
    });
  return {
    socket,
    next,
    async ask(message) {
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      const { id } = message as { id?: number };
      return (await next((answer) => answer['id'] === (id ?? -1)))['result'];
    },
  };
}

function upgradeStatus(headers: Record<string, string>, origin: string | undefined, path = '/ws'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${web.port}${path}`, { headers, ...(origin === undefined ? {} : { origin }) });
    sockets.push(socket);
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
    socket.on('open', () => {
      resolve(101);
    });
    socket.on('error', () => undefined);
  });
}

describe('the start address', () => {
  test('is exchanged for a cookie at once and leads to an address without token', async () => {
    const { status, headers } = await get(startPath());
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict; Path=\/$/);
    expect(JSON.stringify(headers)).not.toContain(startPath().split('=')[1]);
  });

  test.each(['/?token=wrong', '/?token=', '/', '/assets/index-1.js'])('without the right token or cookie, %s is refused', async (path) => {
    const { status, headers, text } = await get(path);
    expect(status).toBe(403);
    expect(headers['set-cookie']).toBeUndefined();
    expect(text).not.toContain('run()');
  });

  test('listens on loopback only', async () => {
    // Any address of 127.0.0.0/8 reaches a server that listens on all of them.
    const refused = await new Promise((resolve) => {
      createConnection({ host: '127.0.0.2', port: web.port }, () => {
        resolve(false);
      }).on('error', () => {
        resolve(true);
      });
    });
    expect(refused).toBe(true);
  });
});

describe('pages', () => {
  test('the page has a strict policy whose nonce stands in it and changes every time', async () => {
    const cookie = await cookieOf();
    const [first, second] = [await get('/', { cookie }), await get('/', { cookie })];
    const nonce = /nonce="([^"]+)"/.exec(first.text)?.[1] ?? '';
    expect(nonce).toMatch(/^[\w+/]{22}==$/);
    expect(first.headers['content-security-policy']).toContain(`script-src 'self' 'nonce-${nonce}'`);
    expect(first.headers['content-security-policy']).toContain("default-src 'none'");
    expect(first.headers['content-security-policy']).not.toMatch(/unsafe|\*/);
    expect(second.text).not.toContain(nonce);
  });

  test('assets come with their type', async () => {
    const answer = await get('/assets/index-1.js', { cookie: await cookieOf() });
    expect(answer).toMatchObject({ status: 200, text: 'run()', headers: { 'content-type': 'text/javascript; charset=utf-8' } });
  });

  test.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/../../secret.txt', '//etc/passwd', '/assets/', '/%00', '/%'])(
    'nothing outside the built screen: %s',
    async (path) => {
      const { status, text } = await get(path, { cookie: await cookieOf() });
      expect(status).toBe(404);
      expect(text).not.toContain('not for you');
    },
  );

  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example'])('a Host that is not this machine (%s) is refused', async (host) => {
    expect((await get('/', { cookie: await cookieOf(), host })).status).toBe(403);
  });

  test('a tunnel may begin at another port', async () => {
    expect((await get('/', { cookie: await cookieOf(), host: 'localhost:9999' })).status).toBe(200);
  });

  test('nothing but GET', async () => {
    expect((await get('/', { cookie: await cookieOf() }, 'POST')).status).toBe(405);
  });
});

describe('the web socket', () => {
  test('opens for our own page with the cookie and for nobody else', async () => {
    const cookie = await cookieOf();
    const own = `http://127.0.0.1:${web.port}`;
    expect(await upgradeStatus({ cookie }, own)).toBe(101);
    expect(await upgradeStatus({}, own)).toBe(403);
    expect(await upgradeStatus({ cookie: 'chargebench=x' }, own)).toBe(403);
    expect(await upgradeStatus({ cookie }, 'http://evil.example')).toBe(403);
    expect(await upgradeStatus({ cookie }, `http://localhost:${web.port}`)).toBe(403);
    expect(await upgradeStatus({ cookie }, undefined)).toBe(403);
    expect(await upgradeStatus({ cookie, host: 'evil.example' }, 'http://evil.example')).toBe(403);
    expect(await upgradeStatus({ cookie }, own, '/other')).toBe(404);
  });

  test('the state comes first, then answers to calls with checked arguments', async () => {
    const { ask, next } = await screen();
    await next(({ event }) => event === 'state');
    expect(await ask({ id: 7, call: 'setSimulatedLoad', args: [{ circuitId: 'main', powerW: 4800 }] })).toEqual({ ok: true, value: null });
    expect(called).toEqual([[{ circuitId: 'main', powerW: 4800 }]]);
  });

  test.each([
    [{ id: 1, call: 'setSimulatedLoad', args: [{ circuitId: 'main', powerW: -1 }] }, 'invalid-argument', { path: '0/powerW' }],
    [{ id: 1, call: 'setSimulatedLoad', args: [{ circuitId: 'main', powerW: 1, more: 1 }] }, 'invalid-argument', { path: '0' }],
    [{ id: 1, call: 'setSimulatedLoad', args: [] }, 'invalid-argument', {}],
    [{ id: 1, call: 'setSimulatedLoad', args: 'main' }, 'unexpected-reply', {}],
    [{ id: 1, call: 'removeEverything', args: [] }, 'not-supported', { call: 'removeEverything' }],
    [{ id: 1, call: 'constructor', args: [] }, 'not-supported', {}],
    ['no json', 'unexpected-reply', {}],
    ['[]', 'unexpected-reply', {}],
  ])('%j is answered with a failure and reaches nothing', async (message, code, context) => {
    const { ask } = await screen();
    expect(await ask(message)).toMatchObject({ ok: false, error: { code, context } });
    expect(called).toEqual([]);
  });

  test('an oversize message closes that connection (RFC 6455: 1009) and no other', async () => {
    const [first, second] = [await screen(), await screen()];
    const closed = new Promise((resolve) => {
      second.socket.once('close', resolve);
    });
    second.socket.send('x'.repeat(300_000));
    expect(await closed).toBe(1009);
    expect(await first.ask({ id: 1, call: 'pauseAll', args: [] })).toMatchObject({ ok: true });
  });

  test('a second window sees and does not change; it leads once the first has gone', async () => {
    const [first, second] = [await screen(), await screen()];
    expect(await second.next(({ event }) => event === 'state')).toMatchObject({ data: { leads: false } });
    expect(await first.ask({ id: 1, call: 'getState', args: [] })).toMatchObject({ value: { leads: true } });
    expect(await second.ask({ id: 1, call: 'getState', args: [] })).toMatchObject({ value: { leads: false } });
    expect(await second.ask({ id: 2, call: 'pauseAll', args: [] })).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(called).toEqual([]);
    first.socket.close();
    expect(await second.next(({ event }) => event === 'state')).toMatchObject({ data: { leads: true } });
    expect(await second.ask({ id: 3, call: 'pauseAll', args: [] })).toMatchObject({ ok: true });
  });

  test('columns of a run arrive as one binary message with the values they had', async () => {
    const { socket } = await screen();
    const arrival = new Promise<Buffer>((resolve) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary) resolve(data as Buffer);
      });
    });
    const column = { kind: 'circuit-current', circuitId: circuitId('main'), phase: 0 } as const;
    events.emit('runColumns', { runId: 'run-1', columns: { timeS: Float64Array.of(0, 1), columns: [{ column, values: Float32Array.of(10, 50.5) }] } });
    const { runId, columns } = decodeRunColumns(Uint8Array.from(await arrival));
    expect([runId, [...columns.timeS], [...(columns.columns[0]?.values ?? [])]]).toEqual(['run-1', [0, 1], [10, 50.5]]);
  });

  test('a window that takes nothing gets no more frames, and the others all of them', async () => {
    const [slow, quick] = [await screen(), await screen()];
    slow.socket.pause();
    const frame = { notices: ['x'.repeat(1_000_000)] } as never;
    let count = 0;
    const all = new Promise<void>((resolve) => {
      quick.socket.on('message', (data) => {
        if ((data as Buffer).length > 1_000_000) count += 1;
        if (count === 40) resolve();
      });
    });
    for (let index = 0; index < 40; index += 1) {
      events.emit('frame', frame);
      // One round through the quick window, so that only the slow one falls behind.
      await quick.ask({ id: index, call: 'getState', args: [] });
    }
    await all;
    let slowCount = 0;
    slow.socket.on('message', (data) => {
      if ((data as Buffer).length > 1_000_000) slowCount += 1;
    });
    slow.socket.resume();
    await slow.ask({ id: 1, call: 'getState', args: [] });
    expect(slowCount).toBeLessThan(40);
  });
});

test('a port in use is named', async () => {
  const host = { dispatch: createDispatcher({} as HostApi), events, state: () => STATE };
  await expect(startWebHost({ host, folder: join(folder, 'screen'), port: web.port })).rejects.toMatchObject({ code: 'port-in-use', context: { port: web.port } });
});

test('a screen that is not built is named with the cure', async () => {
  const host = { dispatch: createDispatcher({} as HostApi), events, state: () => STATE };
  await expect(startWebHost({ host, folder: join(folder, 'none'), port: 0 })).rejects.toMatchObject({ code: 'not-found', context: { cure: 'npm run build' } });
});
