import { createServer, Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LONGEST_PAYLOAD_BYTES, type LinkState, type MqttLink, type MqttMessage } from '../../core/transport/mqtt-link.ts';
import { listen, startBroker, type Broker, type BrokerOptions } from '../../hardware-sims/servers/broker.ts';
import { findMosquitto, freePort, startMosquitto } from '../../hardware-sims/servers/mosquitto.ts';
import { openMqttLink, type MqttBroker } from './mqtt.ts';
import { createRealClock } from './real-clock.ts';

const clock = createRealClock();
const toClose: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const open of toClose.splice(0).reverse()) await open.close();
});

function kept<T extends { close(): Promise<void> }>(open: T): T {
  toClose.push(open);
  return open;
}

const open = (broker: MqttBroker): MqttLink =>
  kept(openMqttLink({ broker, clock, shortestPauseMs: 20, longestPauseMs: 100 }));

function reaches(link: MqttLink, kind: LinkState['kind']): Promise<LinkState> {
  return new Promise((resolve) => {
    if (link.state().kind === kind) resolve(link.state());
    const stop = link.onState((state) => {
      if (state.kind !== kind) return;
      stop();
      resolve(state);
    });
  });
}

function next(link: MqttLink, filter: string): Promise<MqttMessage> {
  return new Promise((resolve) => {
    const stop = link.subscribe(filter, (message) => {
      stop();
      resolve(message);
    });
  });
}

/** Resolves once the broker has handled everything this link sent before. */
async function settled(link: MqttLink): Promise<void> {
  const echo = next(link, 'test/echo');
  await link.publish('test/echo', 'x');
  await echo;
}

type Start = (options?: Pick<BrokerOptions, 'port' | 'credentials'>) => Promise<Broker>;
const mosquitto = findMosquitto();
const brokers: [string, Start | null][] = [
  ['embedded', (options = {}) => startBroker(options)],
  ['mosquitto', mosquitto === null ? null : (options = {}) => startMosquitto(mosquitto, options)],
];

describe.each(brokers)('on %s', (name, start) => {
  if (start === null) {
    test.skip(`not run: ${name} is not installed`, () => undefined);
    return;
  }

  test('what is published arrives with its text, live and stamped at arrival', async () => {
    const broker = kept(await start());
    const link = open(broker);
    await reaches(link, 'connected');
    const arrival = next(link, 'shellies/+/emeter/0/power');
    const beforeMs = clock.monotonicMs();
    await link.publish('shellies/shellyem-B164B8/emeter/0/power', '1234.56');
    const message = await arrival;
    expect(message).toMatchObject({ topic: 'shellies/shellyem-B164B8/emeter/0/power', payload: '1234.56', isCut: false, isRetained: false });
    expect(message.timeMs).toBeGreaterThanOrEqual(beforeMs);
  });

  test('a value the broker kept is marked as retained, also for a listener that comes later', async () => {
    const broker = kept(await start());
    const link = open(broker);
    await reaches(link, 'connected');
    await link.publish('openevse/config', '{}', { isRetained: true });
    await settled(link);
    expect(await next(link, 'openevse/config')).toMatchObject({ isRetained: true });
    expect(await next(link, 'openevse/config')).toMatchObject({ isRetained: true });
  });

  test('ten megabytes are cut and marked, and the link lives on', async () => {
    const broker = kept(await start());
    const link = open(broker);
    await reaches(link, 'connected');
    const arrival = next(link, 'a/huge');
    await link.publish('a/huge', 'ü'.repeat(5_000_000));
    const message = await arrival;
    expect(message.isCut).toBe(true);
    expect(Buffer.byteLength(message.payload)).toBeLessThanOrEqual(LONGEST_PAYLOAD_BYTES + 2);
    const after = next(link, 'a/small');
    await settled(link);
    await link.publish('a/small', '1');
    expect(await after).toMatchObject({ payload: '1', isCut: false });
  });

  test('a broker that is down is a state; publishing is refused and nothing is sent later; subscriptions are renewed', async () => {
    const port = await freePort();
    const link = open({ host: '127.0.0.1', port });
    expect(await reaches(link, 'lost')).toMatchObject({ error: { code: 'link-lost', context: { cause: 'ECONNREFUSED' } } });
    const arrived: string[] = [];
    link.subscribe('evse/#', ({ payload }) => arrived.push(payload));
    await expect(link.publish('evse/claim/set', '32')).rejects.toMatchObject({ code: 'link-lost' });

    const first = await start({ port });
    await reaches(link, 'connected');
    await settled(link);
    await link.publish('evse/claim/set', '6');
    await settled(link);
    expect(arrived).toEqual(['6']);

    await first.close();
    await reaches(link, 'lost');
    await expect(link.publish('evse/claim/set', '40')).rejects.toMatchObject({ code: 'link-lost' });
    kept(await start({ port }));
    await reaches(link, 'connected');
    await settled(link);
    await link.publish('evse/claim/set', '10');
    await settled(link);
    expect(arrived).toEqual(['6', '10']);
  });

  test('wrong credentials are named as such, the password is not; right ones are let in', async () => {
    const broker = kept(await start({ credentials: { username: 'bench', password: 'right-1' } }));
    const link = open({ ...broker, username: 'bench', password: 'wrong-2' });
    const state = await reaches(link, 'lost');
    expect(state).toMatchObject({ error: { code: 'unauthorized' } });
    expect(JSON.stringify(state)).not.toContain('wrong-2');
    await reaches(open({ ...broker, username: 'bench', password: 'right-1' }), 'connected');
  });

  test('every connection sends small messages at once, instead of 40 ms later with the next acknowledgement', async () => {
    const broker = await start();
    const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    // The embedded broker sets it on its own end too: only what was called on sockets to the broker's port counts.
    const ours = (): number => setNoDelay.mock.contexts.filter((socket, index) => (socket as Socket).remotePort === broker.port && setNoDelay.mock.calls[index]?.[0] === true).length;
    const link = open(broker);
    await reaches(link, 'connected');
    expect(ours()).toBe(1);
    await broker.close();
    await reaches(link, 'lost');
    setNoDelay.mockClear();
    kept(await start({ port: broker.port }));
    await reaches(link, 'connected');
    expect(ours()).toBe(1);
    setNoDelay.mockRestore();
  });
});

if (mosquitto !== null) {
  test('speaks MQTT 5 where the broker does', async () => {
    const broker = kept(await startMosquitto(mosquitto));
    const link = open({ ...broker, protocolVersion: 5 });
    await reaches(link, 'connected');
    await settled(link);
  });
}

test('the embedded broker refuses MQTT 5, and the link says that it is not supported', async () => {
  const broker = kept(await startBroker());
  expect(await reaches(open({ ...broker, protocolVersion: 5 }), 'lost')).toMatchObject({ error: { code: 'not-supported' } });
});

test('a machine that takes the connection and never answers is a lost link, not a hanging one', async () => {
  const server = createServer();
  const port = await listen(server, '127.0.0.1', 0);
  const link = kept(openMqttLink({ broker: { host: '127.0.0.1', port }, clock, connectTimeoutMs: 50 }));
  expect(await reaches(link, 'lost')).toMatchObject({ error: { code: 'link-lost' } });
  await link.close();
  server.close();
});

test('cancelled while connecting, it is closed and stays so', async () => {
  const abort = new AbortController();
  const link = kept(openMqttLink({ broker: { host: '127.0.0.1', port: await freePort() }, clock, signal: abort.signal }));
  abort.abort();
  expect(link.state()).toEqual({ kind: 'closed' });
});
