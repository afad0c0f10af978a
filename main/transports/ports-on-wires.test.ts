/** RAPI and P1 over real sockets and pseudo-terminals, real time: the same simulators and drivers as in memory. */
import { afterEach, describe, expect, test } from 'vitest';
import { createOpenEvseRapiDriver } from '../../core/drivers/evses/openevse-rapi.ts';
import { createP1SerialDriver } from '../../core/drivers/meters/p1-serial.ts';
import { evseId, meterId } from '../../core/quantities.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { servePort, type BytePort } from '../../hardware-sims/byte-port.ts';
import { P1_PORT, p1Meter } from '../../hardware-sims/contract/testing/p1-bench.ts';
import { RAPI_PORT, rapiEvse } from '../../hardware-sims/contract/testing/rapi-bench.ts';
import { createRapiPort } from '../../hardware-sims/evses/openevse-rapi-port.ts';
import { createP1Port } from '../../hardware-sims/meters/p1-port.ts';
import { startByteServer } from '../../hardware-sims/servers/byte-server.ts';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import { createRealClock } from './real-clock.ts';
import { openSerialBytes } from './serial-bytes.ts';
import { openTcpBytes } from './tcp-bytes.ts';

const clock = createRealClock();
const time = {
  get nowMs(): number {
    return clock.monotonicMs();
  },
};
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function overTcp(port: BytePort): Promise<ByteLink> {
  const server = await startByteServer({ clock, onConnection: (link) => servePort(port, link) });
  const link = openTcpBytes({ host: server.host, port: server.port, clock });
  closers.push(() => server.close(), () => link.close());
  return link;
}

async function overPty(port: BytePort): Promise<ByteLink> {
  const pty = await openPtyLink({ clock });
  servePort(port, pty.link);
  const link = openSerialBytes({ path: pty.devicePath, format: { baud: 115_200 }, clock });
  closers.push(() => pty.close(), () => link.close());
  return link;
}

const hasSocat = findSocat() !== null;
if (!hasSocat) console.info('skipped over a pseudo-terminal: socat is not installed');

describe.each([
  ['TCP', overTcp, true],
  ['a pseudo-terminal', overPty, hasSocat],
] as const)('over %s', (_, connect, isPossible) => {
  test.skipIf(!isPossible)('an OpenEVSE controller is known, offers what it is asked for, and pauses', async () => {
    const device = createRapiPort({ id: evseId('garage'), ratingA: 48, configuredMaxA: 34, time });
    const link = await connect(device.port);
    const driver = createOpenEvseRapiDriver(rapiEvse(), [0], { links: { mqtt: null, ports: new Map([[RAPI_PORT, link]]) }, clock });
    closers.push(() => {
      driver.close();
    });
    expect(await driver.read()).toMatchObject({ state: 'idle', offeredCurrentA: 34 });
    expect(await driver.identify()).toMatchObject({ model: 'OpenEVSE controller', firmware: '7.1.3' });
    expect(await driver.offer(16)).toEqual({ ok: true, value: { requestedA: 16, readBackA: 16 } });
    expect(device.controller.pilotA).toBe(16);
    expect(await driver.offer(0)).toEqual({ ok: true, value: { requestedA: 0, readBackA: 0 } });
  });

  test.skipIf(!isPossible)('a P1 port is read', async () => {
    const channel = { powerW: 2300, reactiveVar: 0, voltageV: 230, take: () => undefined, isSteady: () => false };
    const device = createP1Port({ id: meterId('mains'), dialect: 'belgium', channels: [channel, channel, channel], time, startWallMs: clock.wallMs() });
    const link = await connect(device.port);
    const driver = createP1SerialDriver(p1Meter(), { links: { mqtt: null, ports: new Map([[P1_PORT, link]]) }, clock });
    const ticking = setInterval(() => {
      device.advanceTo(clock.monotonicMs());
    }, 50);
    closers.push(() => {
      clearInterval(ticking);
      driver.close();
    });
    expect(await driver.read()).toMatchObject({ currentA: [10, 10, 10], voltageV: [230, 230, 230] });
  });
});
