import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { templateSite } from '../../core/site/list-templates.ts';
import { scenarioSchema } from '../../core/scenarios/schema.ts';
import { createSimulatedSite, type SimulatedSite } from '../simulated-site.ts';
import { startBroker } from './broker.ts';
import { freePort } from './mosquitto.ts';
import { runOnSockets } from './run-on-sockets.ts';

const toClose: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const open of toClose.splice(0).reverse()) await open.close();
});

function kept<T extends { close(): Promise<unknown> }>(open: T): T {
  toClose.push(open);
  return open;
}

function siteWith(change: object): SimulatedSite {
  const site = templateSite('two-evses-one-breaker');
  if (!site.ok) throw new Error(site.error.code);
  const scenario = scenarioSchema.parse({
    id: 'sockets',
    title: 'On sockets',
    group: 'Tests',
    durationS: 60,
    site: 'two-evses-one-breaker',
    controllers: { device: { expect: [] } },
    ...change,
  });
  return createSimulatedSite(scenario, site.value, 'device');
}

async function clientOf(mqtt: { readonly host: string; readonly port: number }): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://${mqtt.host}:${mqtt.port}`, { reconnectPeriod: 50 });
  client.on('error', () => undefined);
  kept({ close: () => client.endAsync(true) });
  return client;
}

function next(client: MqttClient, filter: string, fits: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    client.on('message', (topic, payload) => {
      if (topic === filter && fits(payload.toString())) resolve(payload.toString());
    });
    client.subscribe(filter);
  });
}

test('a vehicle charges, the meter publishes what flows, and HTTP and MQTT tell the same', { timeout: 30_000 }, async () => {
  const site = siteWith({ vehicles: [{ id: 'v', evse: 'primary', plugInS: 0 }] });
  const running = kept(await runOnSockets(site));
  await running.whenConnected();
  const client = await clientOf(running.mqtt);
  const power = Number(await next(client, 'shellies/shellyem-B164B8/emeter/0/power', (text) => Number(text) > 500));
  expect(power).toBeLessThan(34 * 240 + 1);
  const { host, port } = running.devices.find(({ id }) => id === 'primary') ?? { host: '', port: 0 };
  const status = (await (await fetch(`http://${host}:${port}/status`)).json()) as Record<string, unknown>;
  // OpenEVSE state 3: charging (openevse.md e.8).
  expect(status).toMatchObject({ state: 3, vehicle: 1 });
});

test('a claim from outside is taken, as text and through a real broker', { timeout: 30_000 }, async () => {
  const running = kept(await runOnSockets(siteWith({})));
  await running.whenConnected();
  const client = await clientOf(running.mqtt);
  const claimed = next(client, 'openevse-91d4/pilot', (text) => text === '10');
  await client.publishAsync('openevse-91d4/claim/set', '{"state":"active","charge_current":10}');
  await claimed;
});

test('the devices follow a broker that runs already', { timeout: 30_000 }, async () => {
  const broker = kept(await startBroker());
  const running = kept(await runOnSockets(siteWith({}), { broker }));
  await running.whenConnected();
  expect(running.mqtt).toEqual({ host: broker.host, port: broker.port });
});

test('a broker that the scenario stops is gone for everybody, and back on the same port', { timeout: 30_000 }, async () => {
  const running = kept(await runOnSockets(siteWith({ faults: [{ kind: 'broker-down', fromS: 1, untilS: 2 }] })));
  const client = await clientOf(running.mqtt);
  await new Promise<void>((resolve) => client.once('close', resolve));
  await new Promise<void>((resolve) => client.once('connect', () => {
      resolve();
    }),
  );
  expect(running.timeMs()).toBeGreaterThanOrEqual(1900);
});

test("a scenario's own feed is published to its topic", { timeout: 30_000 }, async () => {
  const running = kept(await runOnSockets(siteWith({ feeds: [{ topic: 'emon/pv/power', everyS: 1, valueW: 1500 }] })));
  const client = await clientOf(running.mqtt);
  expect(await next(client, 'emon/pv/power', () => true)).toBe('1500');
});

test('a port in use is named, and what had begun is ended', async () => {
  const mqttPort = await freePort();
  const taken = kept(await startBroker());
  await expect(runOnSockets(siteWith({}), { mqttPort, httpPort: taken.port - 1 })).rejects.toMatchObject({ code: 'port-in-use', context: { port: taken.port } });
  kept(await startBroker({ port: mqttPort }));
});

test('device k is served on the wanted port plus k', async () => {
  const httpPort = (await freePort()) & ~3;
  const running = kept(await runOnSockets(siteWith({}), { httpPort }));
  expect(running.devices.map(({ port }) => port)).toEqual([httpPort, httpPort + 1, httpPort + 2]);
});
