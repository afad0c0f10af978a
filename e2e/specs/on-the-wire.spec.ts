/** Simulated devices on real sockets, met by programs that know nothing of this one. */
import { expect, test } from '../fixtures/app.ts';
import { MOSQUITTO_MISSING, areClientsHere, isMosquittoHere, startMosquitto } from '../fixtures/mosquitto.ts';
import { CHARGEBENCH, chargebench, runToEnd, start } from '../fixtures/process.ts';
import type { Finished } from '../fixtures/process.ts';

interface Ready {
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly devices: readonly { readonly id: string; readonly kind: string; readonly host: string; readonly port: number; readonly topic?: string }[];
}

const startSims = async () => {
  const sims = start(process.execPath, [CHARGEBENCH, 'sims', 'two-evses-quick']);
  const [, text = ''] = await sims.waitFor(/^READY (\{.*\})$/);
  return { sims, ready: JSON.parse(text) as Ready };
};

test('every simulated OpenEVSE answers GET /status over HTTP as a real one does', async () => {
  const { sims, ready } = await startSims();
  const evses = ready.devices.filter(({ kind }) => kind === 'openevse');
  expect(evses).toHaveLength(2);
  for (const { host, port } of evses) {
    const answer = await fetch(`http://${host}:${port}/status`);
    expect(answer.status).toBe(200);
    // Field names and kinds of the status document captured from a v5.1.2 gateway.
    expect(await answer.json()).toMatchObject({ amp: expect.any(Number), pilot: expect.any(Number), state: expect.any(Number), vehicle: expect.any(Number) });
  }
  await sims.stop();
});

test('mosquitto_sub sees the meter’s power and an EVSE’s announcement; mosquitto_pub sets a claim', async () => {
  test.skip(!areClientsHere, 'mosquitto_sub and mosquitto_pub are not installed');
  const { sims, ready } = await startSims();
  const { host, port } = ready.mqtt;
  const at = ['-h', host, '-p', String(port)];
  const power = await runToEnd('mosquitto_sub', [...at, '-t', 'shellies/+/emeter/0/power', '-C', '1', '-W', '10']);
  expect(Number(power.stdout.trim())).not.toBeNaN();
  expect(power.stdout.trim()).not.toBe('');
  const evse = ready.devices.find(({ kind, topic }) => kind === 'openevse' && topic !== undefined);
  const topic = evse?.topic ?? '';
  const announcement = await runToEnd('mosquitto_sub', [...at, '-t', 'openevse/announce/#', '-C', '1', '-W', '10']);
  expect(announcement.stdout).toContain(topic);
  const claimed = runToEnd('mosquitto_sub', [...at, '-t', `${topic}/claim`, '-C', '2', '-W', '15']);
  await runToEnd('mosquitto_pub', [...at, '-t', `${topic}/claim/set`, '-m', '{"state":"active","charge_current":10}']);
  expect((await claimed).stdout).toContain('10');
  await sims.stop();
});

function expectHeld({ code, stdout, stderr }: Finished): void {
  expect(code, stderr + stdout).toBe(0);
  const { results } = JSON.parse(stdout) as { results: unknown };
  expect(results).toMatchObject([{ mode: 'wire', passed: true, verdict: 'holds' }]);
}

test('the quick scenario passes on the wire with the embedded broker', async () => {
  test.setTimeout(300_000);
  expectHeld(await chargebench('scenario', 'run', 'two-evses-quick', '--controller', 'chargebench', '--mode', 'wire', '--json'));
});

test('the quick scenario passes on the wire with mosquitto', async ({ project }) => {
  test.skip(!isMosquittoHere, MOSQUITTO_MISSING);
  test.setTimeout(300_000);
  const { port, broker } = await startMosquitto(project);
  const at = `mqtt://127.0.0.1:${port}`;
  expectHeld(await chargebench('scenario', 'run', 'two-evses-quick', '--controller', 'chargebench', '--mode', 'wire', '--broker', at, '--json'));
  await broker.stop();
});
