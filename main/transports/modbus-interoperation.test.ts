/** Programs of others against our simulated units and our bus: mbpoll (libmodbus) and pymodbus, where they are installed. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { startModbusTcpServer } from '../../hardware-sims/servers/modbus-servers.ts';
import { serveRtu } from '../../hardware-sims/servers/modbus-rtu-server.ts';
import { freePort } from '../../hardware-sims/servers/mosquitto.ts';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import { createRegisterUnit, type RegisterUnit } from '../../hardware-sims/testing/register-unit.ts';
import { connected, openTestBus, realClock as clock } from './testing/test-bus.ts';

const run = promisify(execFile);
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const hasMbpoll = spawnSync('mbpoll', ['-V']).error === undefined;
const pythons = ['/usr/bin/python3', 'python3'];
const python = pythons.find((each) => spawnSync(each, ['-c', 'import pymodbus.server']).status === 0) ?? null;
const socat = findSocat();
if (!hasMbpoll) test.skip('left out: mbpoll is not installed');
if (python === null) test.skip('left out: python3-pymodbus is not installed');
if (socat === null) test.skip('serial lines are left out: socat is not installed');

/** How mbpoll reaches the units. */
async function onTcp(units: readonly RegisterUnit[]): Promise<readonly string[]> {
  const server = await startModbusTcpServer({ units, clock, wire: null });
  closers.push(() => server.close());
  return ['-m', 'tcp', '-p', String(server.port), '127.0.0.1'];
}

async function onPty(units: readonly RegisterUnit[]): Promise<readonly string[]> {
  const pty = await openPtyLink({ clock });
  serveRtu(pty.link, { units, clock, wire: { baud: 9600 } });
  closers.push(() => pty.close());
  return ['-m', 'rtu', '-b', '9600', '-P', 'none', pty.devicePath];
}

/** `[100]: 	258` and, beyond 32767, `[100]: 	65535 (-1)`. */
function valuesOf(output: string): number[] {
  return [...output.matchAll(/^\[\d+\]:\s+(-?[\d.]+)/gm)].map(([, value]) => Number(value));
}

const LINES = [['Modbus TCP', onTcp], ...(socat === null ? [] : [['RTU on a serial port', onPty] as const])] as const;

describe.runIf(hasMbpoll).each(LINES)('mbpoll over %s', (_, reach) => {
  const mbpoll = async (line: readonly string[], ...args: readonly string[]): Promise<string> => (await run('mbpoll', ['-0', '-1', '-o', '2', ...args.slice(0, -1), ...line, ...(args.at(-1) === '' ? [] : [args.at(-1) ?? ''])])).stdout;

  test('reads holding and input registers of the unit it names', async () => {
    const units = [createRegisterUnit({ unitId: 5, turnaroundMs: 5, valueAt: (address) => address + 1000 }), createRegisterUnit({ unitId: 6 })];
    const line = await reach(units);
    expect(valuesOf(await mbpoll(line, '-a', '5', '-t', '4', '-r', '40', '-c', '3', ''))).toEqual([1040, 1041, 1042]);
    expect(valuesOf(await mbpoll(line, '-a', '6', '-t', '3', '-r', '7', '-c', '1', ''))).toEqual([7]);
  });

  test('reads a float as its two words', async () => {
    // IEEE 754 single of 230.5: 0x43668000, high word first.
    const line = await reach([createRegisterUnit({ unitId: 5, valueAt: (address) => (address === 0 ? 0x4366 : 0x8000) })]);
    expect(valuesOf(await mbpoll(line, '-a', '5', '-t', '3:float', '-B', '-r', '0', '-c', '1', ''))).toEqual([230.5]);
  });

  test('writes one register (function 6) and several (function 16), and reads them back', async () => {
    const unit = createRegisterUnit({ unitId: 3 });
    const line = await reach([unit]);
    await mbpoll(line, '-a', '3', '-t', '4', '-r', '10', '1234');
    await run('mbpoll', ['-0', '-1', '-a', '3', '-t', '4', '-r', '20', ...line, '11', '12', '13']);
    expect([10, 20, 21, 22].map((address) => unit.registers.get(address))).toEqual([1234, 11, 12, 13]);
    expect(valuesOf(await mbpoll(line, '-a', '3', '-t', '4', '-r', '20', '-c', '3', ''))).toEqual([11, 12, 13]);
  });

  test('is told an exception', async () => {
    const line = await reach([createRegisterUnit({ unitId: 3, valueAt: () => null })]);
    const failed = await mbpoll(line, '-a', '3', '-t', '4', '-r', '0', '-c', '1', '').catch((error: unknown) => String((error as { stderr: unknown }).stderr));
    expect(failed).toMatch(/Illegal data address/i);
  });
});

const SERVER = fileURLToPath(new URL('testing/pymodbus-server.py', import.meta.url));

describe.runIf(python !== null).each(LINES.map(([name]) => name))('a pymodbus server over %s', (name) => {
  test('is read and written by our bus', { timeout: 30_000 }, async () => {
    const transport = await startServer(name === 'Modbus TCP');
    const { bus } = openTestBus({ transport, timeoutMs: 2000 });
    closers.push(() => bus.close());
    await connected(bus);
    expect((await bus.read({ unitId: 1, table: 'holding', address: 100, count: 3, retries: 2 })).words).toEqual([703, 710, 717]);
    expect((await bus.read({ unitId: 5, table: 'input', address: 999, count: 1, retries: 2 })).words).toEqual([6996]);
    await bus.write({ unitId: 5, address: 20, values: [9], functionCode: 6, answer: 'expected' });
    await bus.write({ unitId: 5, address: 21, values: [0xffff, 1], functionCode: 16, answer: 'expected' });
    expect((await bus.read({ unitId: 5, table: 'holding', address: 20, count: 3 })).words).toEqual([9, 0xffff, 1]);
    await expect(bus.read({ unitId: 1, table: 'holding', address: 1000, count: 1 })).rejects.toMatchObject({ code: 'refused', context: { exception: 2 } });
  });
});

/** Starts it and waits until it listens: on TCP by its port, on a serial line by an answer to the bus. */
async function startServer(isTcp: boolean): Promise<string> {
  if (isTcp) {
    const port = await freePort();
    serve('tcp', String(port));
    return `tcp:127.0.0.1:${port}`;
  }
  // Two ports, connected: the server opens one, our bus the other.
  const [ours, theirs] = [await openPtyLink({ clock }), await openPtyLink({ clock })];
  closers.push(() => ours.close(), () => theirs.close());
  ours.link.onData(({ bytes }) => void theirs.link.write(bytes));
  theirs.link.onData(({ bytes }) => void ours.link.write(bytes));
  const up = new Promise<void>((resolve) => {
    const stop = theirs.link.onData(() => {
      stop();
      resolve();
    });
  });
  serve('serial', theirs.devicePath);
  const { bus } = openTestBus({ transport: `serial:${ours.devicePath}`, timeoutMs: 200 });
  await connected(bus);
  const ask = setInterval(() => void bus.read({ unitId: 1, table: 'holding', address: 0, count: 1 }).catch(() => undefined), 250);
  await up;
  clearInterval(ask);
  await bus.close();
  // What it was asked while nobody listened it answers first.
  await new Promise((resolve) => setTimeout(resolve, 500));
  return `serial:${ours.devicePath}`;
}

function serve(...args: readonly string[]): void {
  const child = spawn(python ?? '', [SERVER, ...args], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  closers.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
}
