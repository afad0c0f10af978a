/** The bus over real sockets and pseudo-terminals, real time: what a virtual clock cannot show. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ModbusBus } from '../../core/transport/modbus-bus.ts';
import { startModbusTcpServer, startRtuOverTcpServer } from '../../hardware-sims/servers/modbus-servers.ts';
import { serveRtu } from '../../hardware-sims/servers/modbus-rtu-server.ts';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import { createRegisterUnit } from '../../hardware-sims/testing/register-unit.ts';
import { connected, openTestBus, realClock as clock } from './testing/test-bus.ts';

const units = [1, 2].map((unitId) => createRegisterUnit({ unitId }));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Wired {
  readonly transport: string;
  /** Takes the line away and gives it back under the same name. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
}

async function onTcp(start: typeof startModbusTcpServer, kind: string): Promise<Wired> {
  let server = await start({ units, clock, wire: null });
  closers.push(() => server.close());
  return {
    transport: `${kind}:127.0.0.1:${server.port}`,
    unplug: () => server.close(),
    async plugIn() {
      server = await start({ units, clock, wire: null, port: server.port });
    },
  };
}

async function onPty(): Promise<Wired> {
  const folder = mkdtempSync(join(tmpdir(), 'chargebench-wires-'));
  const devicePath = join(folder, 'port');
  let pty = await openPtyLink({ clock, devicePath });
  let served = serveRtu(pty.link, { units, clock, wire: null });
  const unplug = async (): Promise<void> => {
    served.close();
    await pty.close();
  };
  closers.push(async () => {
    await unplug();
    rmSync(folder, { recursive: true });
  });
  return {
    transport: `serial:${devicePath}`,
    unplug,
    async plugIn() {
      pty = await openPtyLink({ clock, devicePath });
      served = serveRtu(pty.link, { units, clock, wire: null });
    },
  };
}

const socat = findSocat();
const KINDS: readonly (readonly [string, () => Promise<Wired>])[] = [
  ['Modbus TCP', () => onTcp(startModbusTcpServer, 'tcp')],
  ['RTU over TCP', () => onTcp(startRtuOverTcpServer, 'rtu-over-tcp')],
  ...(socat === null ? [] : [['a serial port (pty)', onPty] as const]),
];
if (socat === null) test.skip('serial ports are left out: socat is not installed');

function open(transport: string): ModbusBus {
  const { bus } = openTestBus({ transport });
  closers.push(() => bus.close());
  return bus;
}

describe.each(KINDS)('over %s', (_, wire) => {
  test('reads and writes', async () => {
    const bus = open((await wire()).transport);
    await connected(bus);
    await bus.write({ unitId: 2, address: 300, values: [11, 12], functionCode: 16, answer: 'expected' });
    expect((await bus.read({ unitId: 2, table: 'holding', address: 299, count: 4 })).words).toEqual([299, 11, 12, 302]);
  });

  test('comes back by itself after the line was gone', async () => {
    const wired = await wire();
    const bus = open(wired.transport);
    await connected(bus);
    const lost = new Promise<void>((resolve) => {
      bus.onState(({ kind }) => {
        if (kind === 'lost') resolve();
      });
    });
    await wired.unplug();
    await lost;
    await wired.plugIn();
    await connected(bus);
    expect((await bus.read({ unitId: 1, table: 'input', address: 5, count: 1 })).words).toEqual([5]);
  });
});
