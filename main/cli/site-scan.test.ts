import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import { createRegisterMeter } from '../../hardware-sims/meters/register-meter.ts';
import type { SimulatedUnit } from '../../hardware-sims/modbus-unit.ts';
import { serveRtu } from '../../hardware-sims/servers/modbus-rtu-server.ts';
import { startModbusTcpServer } from '../../hardware-sims/servers/modbus-servers.ts';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import type { ScanEnd } from '../run-scan.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { WrongUse, type Io } from './command.ts';
import { siteCommand } from './site.ts';

const clock = createRealClock();
let folder: string;
let out: string[];
let err: string[];
const closers: (() => Promise<void>)[] = [];
const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line), progress: () => undefined };
const run = (...args: string[]): Promise<number> => siteCommand.run(['scan', ...args], io);
const answer = (): ScanEnd => JSON.parse(out.join('\n')) as ScanEnd;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chargebench-scan-'));
  vi.stubEnv('CHARGEBENCH_DATA', join(folder, 'data'));
  out = [];
  err = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

function meter(model: string, unitId: number): SimulatedUnit {
  const description = BUNDLED_METERS.get(model);
  if (description === undefined) throw new Error(model);
  const values = { currentA: [4.2, 0, 11], voltageV: [231, 229.5, 233], powerW: [960, 0, 2500], totalPowerW: 3460, energyImportWh: 12_000, energyExportWh: 0 } as const;
  return createRegisterMeter({ unitId, description, measure: () => values });
}

test('an address is looked through, and what was found is one JSON document', { timeout: 60_000 }, async () => {
  const server = await startModbusTcpServer({ units: [meter('sensorbox', 10), meter('eastron-sdm630', 42)], clock, wire: null });
  closers.push(() => server.close());
  expect(await run('--port', `tcp://127.0.0.1:${server.port}`, '--json')).toBe(0);
  expect(answer()).toMatchObject({ kind: 'ended', target: `tcp://127.0.0.1:${server.port}`, isComplete: true, failure: null });
  expect(answer().found.map(({ unitId, line, candidates }) => [unitId, line, candidates[0]?.model])).toEqual([
    [10, null, 'sensorbox'],
    [42, null, 'eastron-sdm630'],
  ]);
  expect(err.filter((line) => line.startsWith('unit 10'))).toHaveLength(1);
});

test('nobody at all is exit code 1, no server is 2 with its cause', { timeout: 60_000 }, async () => {
  const server = await startModbusTcpServer({ units: [], clock, wire: null });
  closers.push(() => server.close());
  expect(await run('--port', `tcp://127.0.0.1:${server.port}`)).toBe(1);
  expect(out).toEqual(['nobody has answered']);
  await server.close();
  out = [];
  expect(await run('--port', `tcp://127.0.0.1:${server.port}`, '--json')).toBe(2);
  expect(answer()).toMatchObject({ isComplete: false, failure: { code: 'link-lost' } });
  expect(err.at(-1)).toContain('ECONNREFUSED');
});

test('what it cannot open is wrong use, or said with the port', async () => {
  await expect(run()).rejects.toThrow(WrongUse);
  await expect(run('--port', 'tcp://nobody:99999')).rejects.toThrow(WrongUse);
  expect(await run('--port', join(folder, 'no-port'), '--json')).toBe(2);
  expect(answer().failure).toMatchObject({ code: 'not-found', context: { port: join(folder, 'no-port') } });
});

if (findSocat() === null) test.skip('a serial port is left out: socat is not installed');
else
  test('a serial port is looked through until somebody stops it, with what was found so far', { timeout: 60_000 }, async () => {
    const pty = await openPtyLink({ clock, devicePath: join(folder, 'port') });
    serveRtu(pty.link, { units: [meter('eastron-sdm630', 1)], clock, wire: null });
    closers.push(() => pty.close());
    const scanning = run('--port', join(folder, 'port'), '--json');
    await vi.waitFor(() => {
      expect(err.some((line) => line.startsWith('unit 1 at 9600 8N1: Eastron'))).toBe(true);
    }, 20_000);
    process.emit('SIGINT');
    expect(await scanning).toBe(0);
    expect(answer()).toMatchObject({ isComplete: false, found: [{ unitId: 1, line: { baud: 9600, parity: 'none', stopBits: 1 } }] });
  });
