import { afterEach, describe, expect, test } from 'vitest';
import { connectAsync, type MqttClient } from 'mqtt';
import { evseId } from '../../core/quantities.ts';
import type { DeviceHttpRequest, Outlet, SimulatedDevice, TopicMessage } from '../simulated-device.ts';
import { startBroker, type Broker } from './broker.ts';
import { startHttpDevice } from './http-device.ts';
import { findMosquitto, freePort, startMosquitto } from './mosquitto.ts';
import { putOnBroker } from './mqtt-device.ts';

const toClose: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const open of toClose.splice(0).reverse()) await open.close();
});

function kept<T extends { close(): Promise<unknown> }>(open: T): T {
  toClose.push(open);
  return open;
}

/** A device that writes down what it is told. Topics and announcement as an OpenEVSE's (openevse.md d.2). */
function recordingDevice(): { device: SimulatedDevice; events: unknown[]; send: Outlet; requests: DeviceHttpRequest[] } {
  const events: unknown[] = [];
  const requests: DeviceHttpRequest[] = [];
  let outlet: Outlet = () => undefined;
  const announcement = (state: string): TopicMessage => ({
    topic: 'openevse/announce/7b2c',
    value: { state, mqtt: 'openevse-7b2c' },
    isRetained: true,
  });
  const device: SimulatedDevice = {
    id: evseId('primary'),
    kind: 'openevse',
    nextEventMs: () => Infinity,
    advanceTo: () => undefined,
    mqtt: {
      subscriptions: () => ['openevse-7b2c/claim/set'],
      attach(given) {
        outlet = given;
      },
      lastWill: announcement('disconnected'),
      connected() {
        events.push('connected');
        outlet(announcement('connected'));
      },
      disconnected: () => events.push('disconnected'),
      receive: (message) => events.push(message),
    },
    http(request) {
      requests.push(request);
      return { status: 200, contentType: 'application/json', body: '{"amp":0}' };
    },
  };
  return { device, events, requests, send: (message) => { outlet(message); } };
}

const atPresent = (call: () => void): void => {
  call();
};

async function clientOf(broker: Broker): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://${broker.host}:${broker.port}`);
  kept({ close: () => client.endAsync(true) });
  return client;
}

function next(client: MqttClient, filter: string, fits = (_text: string): boolean => true): Promise<{ text: string; isRetained: boolean }> {
  return new Promise((resolve) => {
    client.on('message', (topic, payload, packet) => {
      if (topic === filter && fits(payload.toString())) resolve({ text: payload.toString(), isRetained: packet.retain });
    });
    client.subscribe(filter);
  });
}

const mosquitto = findMosquitto();
const brokers: [string, (() => Promise<Broker>) | null][] = [
  ['embedded', () => startBroker()],
  ['mosquitto', mosquitto === null ? null : () => startMosquitto(mosquitto)],
];

describe.each(brokers)('a simulated device on %s', (name, start) => {
  if (start === null) {
    test.skip(`not run: ${name} is not installed`, () => undefined);
    return;
  }

  test('announces itself, hears its topics as text, and its values leave bare or as JSON', async () => {
    const broker = kept(await start());
    const client = await clientOf(broker);
    const announced = next(client, 'openevse/announce/7b2c');
    const { device, events, send } = recordingDevice();
    const placed = kept(putOnBroker(device, { broker, atPresent }));
    await placed.whenConnected();
    expect(JSON.parse((await announced).text)).toEqual({ state: 'connected', mqtt: 'openevse-7b2c' });

    const number = next(client, 'openevse-7b2c/amp');
    const flag = next(client, 'openevse-7b2c/vehicle');
    const document = next(client, 'openevse-7b2c/claim');
    await client.publishAsync('openevse-7b2c/claim/set', '{"charge_current":16}');
    send({ topic: 'openevse-7b2c/amp', value: 15_500, isRetained: false });
    send({ topic: 'openevse-7b2c/vehicle', value: true, isRetained: false });
    send({ topic: 'openevse-7b2c/claim', value: { state: 'active' }, isRetained: true });
    expect((await number).text).toBe('15500');
    expect((await flag).text).toBe('true');
    expect((await document).text).toBe('{"state":"active"}');
    expect(await next(await clientOf(broker), 'openevse-7b2c/claim')).toMatchObject({ isRetained: true });
    expect(events).toContainEqual({ topic: 'openevse-7b2c/claim/set', value: '{"charge_current":16}', isRetained: false });
  });

  test('its last will is heard when the connection is torn, and it comes back by itself', async () => {
    const broker = kept(await start());
    const client = await clientOf(broker);
    const { device, events } = recordingDevice();
    const placed = kept(putOnBroker(device, { broker, atPresent, reconnectMs: 20 }));
    await placed.whenConnected();
    const will = next(client, 'openevse/announce/7b2c', (text) => text.includes('disconnected'));
    placed.drop();
    expect(JSON.parse((await will).text)).toMatchObject({ state: 'disconnected' });
    await placed.whenConnected();
    expect(events).toEqual(['connected', 'disconnected', 'connected']);
  });
});

test('a device that loses the network falls silent: the broker takes it for dead, and it stays away until it is back', async () => {
  const broker = kept(await startBroker());
  const client = await clientOf(broker);
  const { device, events, send } = recordingDevice();
  const placed = kept(putOnBroker(device, { broker, atPresent, reconnectMs: 20, keepAliveS: 1 }));
  await placed.whenConnected();
  const will = next(client, 'openevse/announce/7b2c', (text) => text.includes('disconnected'));
  const leftMs = performance.now();
  placed.follow({ isUp: false, sessionCount: 1 });
  const heard: string[] = [];
  client.on('message', (topic) => heard.push(topic));
  await client.subscribeAsync('openevse-7b2c/#');
  send({ topic: 'openevse-7b2c/amp', value: 1, isRetained: false });
  await client.publishAsync('openevse-7b2c/claim/set', 'release');
  await will;
  // MQTT 3.1.1, 3.1.2.10: one and a half times the keep-alive of 1 s; not at once, as after a torn connection.
  expect(performance.now() - leftMs).toBeGreaterThan(900);
  expect(events).toEqual(['connected', 'disconnected']);
  expect(heard).not.toContain('openevse-7b2c/amp');
  placed.follow({ isUp: true, sessionCount: 2 });
  await placed.whenConnected();
  expect(events).toEqual(['connected', 'disconnected', 'connected']);
});

test('a restart of the gateway ends the old session and begins a new one at once', async () => {
  const broker = kept(await startBroker());
  const client = await clientOf(broker);
  const { device, events } = recordingDevice();
  const placed = kept(putOnBroker(device, { broker, atPresent, reconnectMs: 60_000 }));
  await placed.whenConnected();
  const will = next(client, 'openevse/announce/7b2c', (text) => text.includes('disconnected'));
  placed.follow({ isUp: true, sessionCount: 2 });
  await will;
  await placed.whenConnected();
  expect(events).toEqual(['connected', 'disconnected', 'connected']);
});

test('a device waits for a broker that comes later', async () => {
  const port = await freePort();
  const { device } = recordingDevice();
  const placed = kept(putOnBroker(device, { broker: { host: '127.0.0.1', port }, atPresent, reconnectMs: 20 }));
  kept(await startBroker({ port }));
  await placed.whenConnected();
  expect(placed.isConnected()).toBe(true);
});

test('two brokers on one port: the second is refused and the first lives on', async () => {
  const broker = kept(await startBroker());
  await expect(startBroker({ port: broker.port })).rejects.toMatchObject({ code: 'port-in-use', context: { port: broker.port } });
  await clientOf(broker);
});

test('a broker that other machines reach is not started without credentials', async () => {
  await expect(startBroker({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'unauthorized' });
});

test('the web server of a device gives path, query and body to it, whatever type curl claims', async () => {
  const { device, requests } = recordingDevice();
  const server = kept(await startHttpDevice(device, { atPresent }));
  const base = `http://${server.host}:${server.port}`;
  expect(await (await fetch(`${base}/status?verbose=1`)).json()).toEqual({ amp: 0 });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await fetch(`${base}/status`, { method: 'POST', headers: form, body: '{"shaper_live_pwr":1200}' });
  await fetch(`${base}/shaper`, { method: 'POST', headers: form, body: 'shaper=1' });
  expect(requests).toEqual([
    { method: 'GET', path: '/status', query: { verbose: '1' }, body: undefined },
    { method: 'POST', path: '/status', query: {}, body: { shaper_live_pwr: 1200 } },
    { method: 'POST', path: '/shaper', query: {}, body: { shaper: '1' } },
  ]);
});

test('broken JSON and oversize bodies reach no device', async () => {
  const { device, requests } = recordingDevice();
  const server = kept(await startHttpDevice(device, { atPresent }));
  const post = (body: string): Promise<Response> =>
    fetch(`http://${server.host}:${server.port}/config`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect((await post('{"max_current_soft":')).status).toBe(400);
  expect((await post(`{"x":"${'y'.repeat(70_000)}"}`)).status).toBe(413);
  expect(requests).toEqual([]);
});
