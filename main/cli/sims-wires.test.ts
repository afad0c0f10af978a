/** What `sims` puts on wires, and mbpoll (libmodbus), which knows nothing of us, reading it. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { findSocat } from '../../hardware-sims/servers/pty-link.ts';
import { runOnSockets } from '../../hardware-sims/servers/run-on-sockets.ts';
import { createSimulatedSite, type SimulatedSite } from '../../hardware-sims/simulated-site.ts';
import { findBundledScenario } from '../simulation/library.ts';
import { WrongUse } from './command.ts';
import { readyLine } from './sims.ts';
import { onlyOnWires, openPlaces, takeSerial, type WiredDevice, type WireWishes } from './sims-wires.ts';

const run = promisify(execFile);
const hasMbpoll = spawnSync('mbpoll', ['-V']).error === undefined;
const hasSocat = findSocat() !== null;
if (!hasMbpoll) test.skip('left out: mbpoll is not installed');
if (!hasSocat) test.skip('serial lines are left out: socat is not installed');

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The bundled scenario with a load of 2300 W and its vehicles from the start. */
function siteOf(id: string): SimulatedSite {
  const entry = findBundledScenario(id);
  if (entry === null) throw new Error(id);
  const { scenario, site } = entry;
  const [circuit] = site.circuits;
  const vehicles = scenario.vehicles.map((vehicle) => ({ ...vehicle, plugInS: 0, unplugS: undefined }));
  const otherLoads = [{ circuit: circuit?.id ?? '', powerW: 2300, fromS: 0 }];
  const restored = restoreScenario({ format: 'chargebench-scenario', version: 1, id, title: id, group: 'Tests', durationS: 600, site, vehicles, otherLoads, devices: {}, controllers: { chargebench: { expect: [] } } });
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return createSimulatedSite(restored.value.scenario, restored.value.site, 'chargebench');
}

async function open(simulated: SimulatedSite, wishes: WireWishes): Promise<readonly WiredDevice[]> {
  const places = await openPlaces(simulated, wishes);
  const running = await runOnSockets(simulated, { placesOf: places.placesOf });
  closers.push(() => places.close(), () => running.close());
  const ready = readyLine(simulated, running);
  expect(ready).toMatch(/^READY \{/);
  return (JSON.parse(ready.slice('READY '.length)) as { readonly devices: readonly WiredDevice[] }).devices;
}

/** `[12]: 	2300` */
const valuesOf = (output: string): number[] => [...output.matchAll(/^\[\d+\]:\s+(-?[\d.]+)/gm)].map(([, value]) => Number(value));

const overTcp = ({ host = '', port = 0, unitId = 0 }: WiredDevice): readonly string[] => ['-m', 'tcp', '-p', String(port), '-a', String(unitId), host];
const overSerial = ({ path = '', unitId = 0 }: WiredDevice): readonly string[] => ['-m', 'rtu', '-b', '9600', '-P', 'none', '-a', String(unitId), path];

async function mbpoll(line: readonly string[], ...args: readonly string[]): Promise<number[]> {
  return valuesOf((await run('mbpoll', ['-0', '-1', '-o', '3', ...args, ...line])).stdout);
}

const found = (devices: readonly WiredDevice[], id: string): WiredDevice => {
  const device = devices.find((each) => each.id === id);
  if (device === undefined) throw new Error(`${id} is not listed`);
  return device;
};

describe.runIf(hasMbpoll)('mbpoll', () => {
  test('reads an Eastron SDM120 over Modbus TCP: volts at 0x0000, amperes at 0x0006, watts at 0x000C (its register list)', { timeout: 30_000 }, async () => {
    const devices = await open(siteOf('bus-openevse-rapi'), { modbusTcpPort: 0 });
    const meter = found(devices, 'mains');
    expect(meter).toMatchObject({ kind: 'bus-meter', unitId: 1, description: 'eastron-sdm120', host: '127.0.0.1' });
    // The load is there from the first second on, and the meter tells it half a second later.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const read = async (address: number): Promise<number> => (await mbpoll(overTcp(meter), '-t', '3:float', '-B', '-r', String(address), '-c', '1'))[0] ?? NaN;
    expect(await read(0)).toBeCloseTo(230, 3);
    expect(await read(6)).toBeCloseTo(10, 3);
    expect(await read(12)).toBeCloseTo(2300, 2);
  });

  test.runIf(hasSocat)('reads a SmartEVSE node on a serial port: with a vehicle it asks its master for state B (4), and says its highest current', { timeout: 30_000 }, async () => {
    const devices = await open(siteOf('bus-smartevse-two-nodes'), { serial: null });
    const node = found(devices, 'node-1');
    expect(node).toMatchObject({ kind: 'smartevse-node', unitId: 2, description: 'smartevse' });
    expect(found(devices, 'sensorbox')).toMatchObject({ unitId: 10, description: 'sensorbox', path: node.path ?? '' });
    await new Promise((resolve) => setTimeout(resolve, 3500));
    const words = await mbpoll(overSerial(node), '-t', '3', '-r', '0', '-c', '8');
    expect([words[0], words[7]]).toEqual([4, 16]);
  });

  test.runIf(hasSocat)('finds nobody where a device was left out', { timeout: 30_000 }, async () => {
    const devices = await open(onlyOnWires(siteOf('bus-smartevse-two-nodes'), ['sensorbox']), { serial: null });
    expect(devices.map(({ id }) => id)).toEqual(['sensorbox']);
    const asked = mbpoll(overSerial({ ...found(devices, 'sensorbox'), unitId: 2 }), '-t', '3', '-r', '0', '-c', '8', '-o', '0.3');
    await expect(asked).rejects.toMatchObject({ code: 1 });
  });
});

test('a line with one device is listed without a unit id', { timeout: 20_000 }, async () => {
  const devices = await open(siteOf('bus-p1-three-phases'), {});
  expect(found(devices, 'p1')).toMatchObject({ kind: 'p1-meter', description: 'p1', host: '127.0.0.1' });
  expect(found(devices, 'p1')).not.toHaveProperty('unitId');
});

describe('--serial', () => {
  test.each([
    [['x', '--serial'], { rest: ['x'], serial: null }],
    [['--serial', 'x'], { rest: ['x'], serial: null }],
    [['x', '--serial', '--modbus-tcp', '0'], { rest: ['x', '--modbus-tcp', '0'], serial: null }],
    [['x', '--serial', '/dev/ttyUSB0'], { rest: ['x'], serial: '/dev/ttyUSB0' }],
    [['--serial', '/tmp/own.scenario.json'], { rest: ['/tmp/own.scenario.json'], serial: null }],
    [['x', '--serial=COM3'], { rest: ['x'], serial: 'COM3' }],
    [['x'], { rest: ['x'] }],
  ])('%j', (args, taken) => {
    expect(takeSerial(args)).toEqual(taken);
  });

  test('one port does not carry several lines', async () => {
    await expect(openPlaces(siteOf('bus-openevse-rapi'), { serial: '/dev/null' })).rejects.toThrow(WrongUse);
  });

  test('a port that cannot be opened is told at once', { timeout: 20_000 }, async () => {
    await expect(openPlaces(siteOf('bus-p1-three-phases'), { serial: '/dev/no-such-port' })).rejects.toMatchObject({ context: { port: '/dev/no-such-port' } });
  });
});
