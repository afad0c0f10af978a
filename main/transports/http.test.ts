import { createServer, type RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../../hardware-sims/servers/broker.ts';
import { freePort } from '../../hardware-sims/servers/mosquitto.ts';
import type { HttpLink } from '../../core/transport/http-link.ts';
import { openHttpLink } from './http.ts';
import { createRealClock } from './real-clock.ts';

const clock = createRealClock();
const toClose: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

async function deviceAt(handler: RequestListener, timeoutMs = 5000): Promise<HttpLink> {
  const server = createServer(handler);
  const port = await listen(server, '127.0.0.1', 0);
  toClose.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const link = openHttpLink({ baseUrl: `http://127.0.0.1:${port}`, clock, timeoutMs, username: 'admin', password: 'secret' });
  toClose.push(() => link.close());
  return link;
}

test('a request carries method, path, JSON body and basic authentication; the answer its status and text', async () => {
  const link = await deviceAt((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => response.writeHead(201).end(JSON.stringify([request.method, request.url, request.headers.authorization, body])));
  });
  const answer = await link.send({ method: 'POST', path: '/override?x=1', body: { charge_current: 16 } });
  expect(answer.status).toBe(201);
  // Basic authentication: RFC 7617, base64 of "admin:secret".
  expect(JSON.parse(answer.text)).toEqual(['POST', '/override?x=1', 'Basic YWRtaW46c2VjcmV0', '{"charge_current":16}']);
});

test('requests to one device are never parallel', async () => {
  let running = 0;
  let most = 0;
  const link = await deviceAt((_request, response) => {
    running += 1;
    most = Math.max(most, running);
    setImmediate(() => {
      running -= 1;
      response.end('ok');
    });
  });
  await Promise.all([1, 2, 3, 4].map(() => link.send({ method: 'GET', path: '/status' })));
  expect(most).toBe(1);
});

test('silence is a timeout, and the next request goes out all the same', async () => {
  let count = 0;
  const link = await deviceAt((_request, response) => {
    count += 1;
    if (count > 1) response.end('awake');
  }, 50);
  const first = link.send({ method: 'GET', path: '/status' });
  const second = link.send({ method: 'GET', path: '/status' });
  await expect(first).rejects.toMatchObject({ code: 'timeout' });
  expect((await second).text).toBe('awake');
});

test('nobody there is a lost link that names the cause', async () => {
  const link = openHttpLink({ baseUrl: `http://127.0.0.1:${await freePort()}`, clock });
  await expect(link.send({ method: 'GET', path: '/status' })).rejects.toMatchObject({ code: 'link-lost', context: { cause: 'ECONNREFUSED' } });
});

test('an endless answer is refused at 1 MiB', async () => {
  const link = await deviceAt((_request, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', write);
    };
    write();
  });
  await expect(link.send({ method: 'GET', path: '/status' })).rejects.toMatchObject({ code: 'unexpected-reply' });
});

test('a redirection is not followed: it could lead off the device', async () => {
  const link = await deviceAt((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end());
  await expect(link.send({ method: 'GET', path: '/status' })).rejects.toMatchObject({ code: 'link-lost' });
});

test('a cancelled request ends as cancelled, and so does a running one at close', async () => {
  const link = await deviceAt(() => undefined);
  const abort = new AbortController();
  const first = link.send({ method: 'GET', path: '/status', signal: abort.signal });
  abort.abort();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  const second = link.send({ method: 'GET', path: '/status' });
  await link.close();
  await expect(second).rejects.toMatchObject({ code: 'cancelled' });
});
