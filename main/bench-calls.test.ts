/** The host of the Devices screen with units behind sockets and ports, as a screen asks it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUNDLED_METERS } from '../core/devices/list-meters.ts';
import type { MeterValues } from '../core/devices/meter-values.ts';
import type { Result } from '../core/errors.ts';
import type { DeviceLook, ScanState, SettingLook, TrafficEntry } from '../core/host-api/bench-devices.ts';
import type { CallName, EventName, HostEvents, HostState } from '../core/host-api/contract.ts';
import { evseId } from '../core/quantities.ts';
import { restoreSitePart } from '../core/site/restore-site.ts';
import { createSmartevseNode } from '../hardware-sims/evses/smartevse-node.ts';
import { createRegisterMeter } from '../hardware-sims/meters/register-meter.ts';
import type { SimulatedUnit } from '../hardware-sims/modbus-unit.ts';
import type { ByteServer } from '../hardware-sims/servers/byte-server.ts';
import { serveRtu } from '../hardware-sims/servers/modbus-rtu-server.ts';
import { startModbusTcpServer, startRtuOverTcpServer } from '../hardware-sims/servers/modbus-servers.ts';
import { findSocat, openPtyLink } from '../hardware-sims/servers/pty-link.ts';
import { makeProjectFolder, writeProject } from './files/project.ts';
import { startHost, type Host } from './host.ts';
import { createSignalPowerEvents } from './power-events.ts';
import type { SimulationPool } from './simulation/pool.ts';
import type { LoadPreviewer } from './simulation/preview-thread.ts';
import { createRealClock } from './transports/real-clock.ts';

const clock = createRealClock();
let folder: string;
let host: Host | null = null;
let exited: Promise<number>;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-bench-'));
});

afterEach(async () => {
  if (host !== null) {
    await host.lifecycle.end('end of test');
    await exited;
  }
  host = null;
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

const NO_POOL: SimulationPool & LoadPreviewer = {
  previewLoads: () => Promise.resolve({ ok: false, error: { code: 'not-supported', context: {} } }),
  play: () => {
    throw new Error('nothing is played here');
  },
  close: () => Promise.resolve(),
};

const CURRENTS_A: MeterValues['currentA'] = [9.25, 0.5, 4.75];

function eastron(unitId: number): SimulatedUnit {
  const description = BUNDLED_METERS.get('eastron-sdm630');
  if (description === undefined) throw new Error('no SDM630');
  const values: MeterValues = { currentA: CURRENTS_A, voltageV: [230, 231, 229], powerW: [2127.5, 115.5, 1087.75], totalPowerW: 3330.75, energyImportWh: 12_000, energyExportWh: 0 };
  return createRegisterMeter({ unitId, description, measure: () => values });
}

async function serve(start: typeof startModbusTcpServer, units: readonly SimulatedUnit[], port = 0): Promise<ByteServer> {
  const server = await start({ units, clock, wire: null, port });
  closers.push(() => server.close());
  return server;
}

function writeSite(transport: string): void {
  const site = restoreSitePart(
    {
      name: 'One meter',
      timeZone: 'UTC',
      supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
      circuits: [{ id: 'mains', name: 'Mains', breaker: { curve: 'iec-60898-c', ratingA: 25 }, continuousFactor: 1, meterId: 'feed' }],
      meters: [{ id: 'feed', name: 'Feed', model: 'eastron-sdm630', link: { kind: 'modbus', transport, unitId: 10 }, clamp: 'each-phase', periodMs: 500, allowedAgeMs: 5000 }],
      evses: [{ id: 'node-1', name: 'Node 1', circuitId: 'mains', model: 'smartevse', link: { kind: 'modbus', transport, unitId: 2 }, phaseCount: 3, ratingA: 32, configuredMaxA: 16, stepA: 0.1, failSafeCurrentA: 0, powerUpCurrentA: 0, responseTimeMs: 8000, startsByItself: false, busAddress: 2, offerTtlMs: 11_000 }],
      policy: {},
    },
    [],
  );
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  makeProjectFolder(folder);
  writeProject(folder, { name: 'bench', source: 'hardware', site: site.value });
}

async function start(): Promise<Host> {
  let exit: (code: number) => void = () => undefined;
  exited = new Promise((resolve) => {
    exit = resolve;
  });
  host = await startHost({
    host: 'web',
    version: '0.0.0',
    folder,
    dataFolder: join(folder, 'data'),
    chooseFolder: null,
    broker: null,
    isSimulatedWanted: false,
    clock,
    pool: NO_POOL,
    power: createSignalPowerEvents(new EventEmitter(), () => undefined),
    powerSave: { hold: () => undefined, release: () => undefined },
    log: () => undefined,
    closeScreens: () => Promise.resolve(),
    exit,
  });
  return host;
}

const call = <T>(name: CallName, ...args: readonly unknown[]): Promise<Result<T>> => {
  if (host === null) throw new Error('no host');
  return host.dispatch(name, args, { leads: true }) as Promise<Result<T>>;
};

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function until<Name extends EventName>(name: Name, fits: (event: HostEvents[Name]) => boolean): Promise<HostEvents[Name]> {
  return new Promise((resolve) => {
    const stop = host?.events.on(name, (event) => {
      if (!fits(event)) return;
      stop?.();
      resolve(event);
    });
  });
}

const scanEnded = async (): Promise<Extract<ScanState, { kind: 'ended' }>> => {
  const ended = await until('scan', ({ kind }) => kind === 'ended');
  if (ended.kind !== 'ended') throw new Error(ended.kind);
  return ended;
};
const meterAnswers = ({ devices }: HostState): boolean => devices.some(({ deviceId, answers }) => deviceId === 'feed' && answers);
const stateOf = ({ links }: HostState): string | undefined => links[0]?.state;

test('a scan of a Modbus TCP address finds the units behind it and what they are, and only reads', { timeout: 60_000 }, async () => {
  const pdus: number[] = [];
  const meter = eastron(10);
  const server = await serve(startModbusTcpServer, [{ ...meter, handle: (pdu, timeMs) => (pdus.push(pdu[0] ?? 0), meter.handle(pdu, timeMs)) }]);
  await start();
  const target = `tcp:127.0.0.1:${server.port}`;
  const ended = scanEnded();
  expect(await call('startScan', { target })).toEqual({ ok: true, value: null });
  expect(await call('startScan', { target })).toMatchObject({ ok: false, error: { code: 'refused', context: { why: 'another-scan-runs' } } });
  const end = await ended;
  expect(end).toMatchObject({ target, failure: null, isComplete: true, hearsMaster: false });
  expect(end.found.map(({ unitId, candidates }) => [unitId, candidates[0]?.model])).toEqual([[10, 'eastron-sdm630']]);
  expect(await call('getScan')).toEqual({ ok: true, value: end });
  // Function codes 3 and 4 read registers (Modbus Application Protocol V1.1b3, 6.3 and 6.4).
  expect(new Set(pdus)).toEqual(new Set([3, 4]));
  const traffic = valueOf(await call<readonly TrafficEntry[]>('watchTraffic', { linkId: target }));
  expect(traffic.some(({ unitId, direction }) => unitId === 10 && direction === 'in')).toBe(true);
});

test('a scan that is stopped tells what it has found so far; nobody there is a failure with its cause', { timeout: 60_000 }, async () => {
  const server = await serve(startRtuOverTcpServer, [eastron(1)]);
  await start();
  expect(await call('startScan', { target: 'nowhere' })).toMatchObject({ ok: false, error: { code: 'invalid-argument' } });
  const ended = scanEnded();
  valueOf(await call('startScan', { target: `rtu-over-tcp:127.0.0.1:${server.port}` }));
  await until('scan', (state) => state.kind === 'running' && state.progress.found.length > 0);
  valueOf(await call('stopScan'));
  const end = await ended;
  expect([end.isComplete, end.failure, end.found.map(({ unitId }) => unitId)]).toEqual([false, null, [1]]);
  await server.close();
  const failed = scanEnded();
  valueOf(await call('startScan', { target: `tcp:127.0.0.1:${server.port}` }));
  expect(await failed).toMatchObject({ isComplete: false, failure: { code: 'link-lost', context: { cause: 'ECONNREFUSED' } } });
});

test('a meter of the site is read by hand, its traffic carries names and values, and can be saved', { timeout: 60_000 }, async () => {
  const server = await serve(startRtuOverTcpServer, [eastron(10)]);
  const linkId = `rtu-over-tcp:127.0.0.1:${server.port}`;
  writeSite(linkId);
  await start();
  const state = await until('state', meterAnswers);
  expect(state.control).toEqual({ kind: 'watching' });
  expect(state.devices[0]).toMatchObject({ linkId, address: 'unit 10', model: 'eastron-sdm630', origin: 'hardware', isUnproven: false, unreachable: null });
  expect(state.links).toMatchObject([{ id: linkId, protocol: 'modbus-rtu', origin: 'hardware', state: 'connected', failure: null, line: { baud: 9600, parity: 'none', stopBits: 1 } }]);

  const look = valueOf(await call<DeviceLook>('readDevice', 'feed'));
  expect(look.reading?.currentA).toEqual(CURRENTS_A);
  expect(look.latencyMs).toBeGreaterThan(0);
  expect(await call('readDevice', 'nobody')).toMatchObject({ ok: false, error: { code: 'not-found' } });

  valueOf(await call<readonly TrafficEntry[]>('watchTraffic', { linkId }));
  const told = await until('traffic', ({ entries }) => entries.some(({ unitId, fields }) => unitId === 10 && fields.length > 0));
  const answer = told.entries.find(({ unitId, fields, direction }) => unitId === 10 && direction === 'in' && fields.some(({ name }) => name === 'current phase 1'));
  expect(answer).toMatchObject({ linkId, protocol: 'modbus-rtu', deviceId: 'feed', isOurs: true, fault: null });
  expect(answer?.fields.find(({ name }) => name === 'current phase 1')).toMatchObject({ value: 9.25, unit: 'A' });
  expect(Math.abs((answer?.wallMs ?? 0) - Date.now())).toBeLessThan(10_000);
  const { load } = valueOf(await call<HostState>('getState')).links[0] ?? {};
  expect(load?.units.find(({ unitId }) => unitId === 10)?.answers).toBeGreaterThan(0);

  const path = valueOf(await call<string>('saveTraffic', { linkId }));
  expect(path.startsWith(join(folder, 'traffic'))).toBe(true);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.some((line) => line.includes('\tfeed\t') && line.includes('current phase 1 9.25 A'))).toBe(true);
  expect(await call('saveTraffic', { linkId: 'tcp:192.0.2.1:502' })).toMatchObject({ ok: false, error: { code: 'not-found' } });
});

test('a link that is gone shows as lost with its cause, and comes back by itself', { timeout: 60_000 }, async () => {
  const server = await serve(startRtuOverTcpServer, [eastron(10)]);
  writeSite(`rtu-over-tcp:127.0.0.1:${server.port}`);
  await start();
  await until('state', meterAnswers);
  const lost = until('state', (state) => stateOf(state) === 'lost');
  await server.close();
  const [link] = (await lost).links;
  expect(link?.failure?.code).toBe('link-lost');
  expect(await call('readDevice', 'feed')).toMatchObject({ ok: false });
  await serve(startRtuOverTcpServer, [eastron(10)], server.port);
  await until('state', (state) => stateOf(state) === 'connected');
});

test('the port of the open site is lent to a scan, and taken back after it', { timeout: 60_000 }, async () => {
  const server = await serve(startRtuOverTcpServer, [eastron(10)]);
  const linkId = `rtu-over-tcp:127.0.0.1:${server.port}`;
  writeSite(linkId);
  await start();
  await until('state', meterAnswers);
  const ended = scanEnded();
  valueOf(await call('startScan', { target: linkId }));
  await until('state', ({ links }) => links[0]?.failure?.code === 'port-in-use' && links[0].failure.context['holder'] === 'scan');
  expect(await call('takeControl')).toMatchObject({ ok: false, error: { code: 'refused', context: { why: 'scan-runs' } } });
  valueOf(await call('stopScan'));
  expect(await ended).toMatchObject({ target: linkId, isComplete: false, failure: null });
  await until('state', (state) => stateOf(state) === 'connected');
});

test('settings of an EVSE are read, written through the record with their reason, and refused by the rules of its description', { timeout: 60_000 }, async () => {
  const node = createSmartevseNode({ id: evseId('node-1'), unitId: 2, serial: 1001, maxA: 16 });
  const living = setInterval(() => {
    node.advanceTo(clock.monotonicMs());
  }, 100);
  closers.push(() => {
    clearInterval(living);
    return Promise.resolve();
  });
  const server = await serve(startRtuOverTcpServer, [eastron(10), node]);
  writeSite(`rtu-over-tcp:127.0.0.1:${server.port}`);
  await start();
  await until('state', ({ devices }) => devices.every(({ answers }) => answers));

  expect(valueOf(await call<DeviceLook>('readDevice', 'node-1'))).toMatchObject({ reading: null, report: { evseId: 'node-1' }, identity: { model: 'SmartEVSE v3', serial: '1001' } });
  const settings = valueOf(await call<readonly SettingLook[]>('readSettings', 'node-1'));
  const look = (key: string): SettingLook | undefined => settings.find((setting) => setting.key === key);
  expect(look('max')).toMatchObject({ name: 'MAX', unit: 'A', value: 16, failure: null, lockedBecause: null });
  expect(look('rotation')).toMatchObject({ value: null, failure: null, lockedBecause: 'only at the device: menu: ROTATION' });
  expect(await call('readSettings', 'feed')).toEqual({ ok: true, value: [] });

  const written = await call<SettingLook>('writeSetting', { deviceId: 'node-1', key: 'max', value: 13, reason: 'cable of 2.5 mm2' });
  expect(written).toMatchObject({ ok: true, value: { key: 'max', value: 13 } });
  const record = readFileSync(join(folder, 'setting-writes.jsonl'), 'utf8');
  expect(record).toMatch(/"key":"max","oldValue":16,"newValue":13,"reason":"cable of 2.5 mm2"/);
  expect(await call('writeSetting', { deviceId: 'node-1', key: 'max', value: 300, reason: 'too much' })).toMatchObject({ ok: false, error: { code: 'out-of-range' } });
  expect(await call('writeSetting', { deviceId: 'node-1', key: 'rotation', value: 30, reason: 'by the display only' })).toMatchObject({ ok: false, error: { code: 'not-supported' } });
  expect(await call('writeSetting', { deviceId: 'node-1', key: 'max', value: 13, reason: '' })).toMatchObject({ ok: false, error: { code: 'invalid-argument' } });

  // Above its configured 16 A, although a 25 A breaker would carry more.
  expect(await call('offerByHand', { evseId: 'node-1', currentA: 17 })).toMatchObject({ ok: false, error: { code: 'out-of-range', context: { limitA: 16 } } });
  expect(await call('offerByHand', { evseId: 'node-2', currentA: 6 })).toMatchObject({ ok: false, error: { code: 'not-found' } });
  expect(await call('offerByHand', { evseId: 'node-1', currentA: 0 })).toMatchObject({ ok: true, value: { evseId: 'node-1', requestedA: 0, readBackA: 0 } });
});

test('a simulated site lives on simulated wires, which can be scanned beside control, and no offer by hand goes past it', { timeout: 60_000 }, async () => {
  await start();
  valueOf(await call('openSimulatedSite', 'smartevse-power-share'));
  const state = await until('state', ({ devices }) => devices.length > 2 && devices.every(({ answers }) => answers));
  const [link] = state.links;
  expect(link).toMatchObject({ id: 'serial:/dev/ttyUSB0', protocol: 'modbus-rtu', origin: 'simulated', state: 'connected' });
  expect(state.control.kind).toBe('controlling');
  expect(await call('offerByHand', { evseId: 'node-1', currentA: 6 })).toMatchObject({ ok: false, error: { code: 'refused', context: { why: 'this-program-controls' } } });
  expect(await call('startScan', { target: 'simulated:serial:/dev/ttyUSB7' })).toMatchObject({ ok: false, error: { code: 'not-found' } });
  const ended = scanEnded();
  valueOf(await call('startScan', { target: 'simulated:serial:/dev/ttyUSB0' }));
  await until('scan', (scan) => scan.kind === 'running' && scan.progress.found.some(({ unitId, candidates }) => unitId === 2 && candidates[0]?.model === 'smartevse'));
  valueOf(await call('stopScan'));
  expect(await ended).toMatchObject({ target: 'simulated:serial:/dev/ttyUSB0', failure: null });
  expect(valueOf(await call<HostState>('getState'))).toMatchObject({ control: { kind: 'controlling' }, links: [{ state: 'connected' }] });
});

if (findSocat() === null) test.skip('a serial port is left out: socat is not installed');
else
  test('a serial port of the site is scanned and taken back; pulled, it is lost with its name, and found again', { timeout: 60_000 }, async () => {
    const devicePath = join(folder, 'port');
    const plugIn = async (): Promise<() => Promise<void>> => {
      const pty = await openPtyLink({ clock, devicePath });
      const served = serveRtu(pty.link, { units: [eastron(10), eastron(1)], clock, wire: null });
      return async () => {
        served.close();
        await pty.close();
      };
    };
    let pull = await plugIn();
    closers.push(() => pull());
    writeSite(`serial:${devicePath}`);
    await start();
    await until('state', meterAnswers);
    const ended = scanEnded();
    valueOf(await call('startScan', { target: `serial:${devicePath}` }));
    await until('scan', (state) => state.kind === 'running' && state.progress.found.length > 0);
    valueOf(await call('stopScan'));
    expect((await ended).found).toMatchObject([{ unitId: 1, line: { baud: 9600, parity: 'none', stopBits: 1 } }]);
    await until('state', (state) => stateOf(state) === 'connected');
    valueOf(await call<DeviceLook>('readDevice', 'feed'));

    await pull();
    const lost = await until('state', (state) => stateOf(state) === 'lost');
    expect(lost.links[0]?.failure?.context['port']).toBe(devicePath);
    pull = await plugIn();
    await until('state', (state) => stateOf(state) === 'connected');
  });
