/** Lines that are pulled in the middle of an answer, again and again. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { startByteServer } from '../../hardware-sims/servers/byte-server.ts';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import { connected, openTestBus, realClock as clock } from './testing/test-bus.ts';

const TIMES = 100;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Begins to answer and is gone: five bytes of nine. */
function breakOff(link: ByteLink, andThen: () => void): () => void {
  return link.onData(({ bytes }) => {
    void link.write(Uint8Array.of(bytes[0] ?? 0, 3, 4, 0, 0)).then(andThen, andThen);
  });
}

async function brokenSocket(): Promise<{ readonly transport: string; mend(): Promise<void> }> {
  const server = await startByteServer({
    clock,
    onConnection: (link) => breakOff(link, () => void setTimeout(() => void link.close(), 1)),
  });
  closers.push(() => server.close());
  return { transport: `rtu-over-tcp:127.0.0.1:${server.port}`, mend: () => Promise.resolve() };
}

async function brokenPty(): Promise<{ readonly transport: string; mend(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'chargebench-wires-'));
  const devicePath = join(folder, 'port');
  let closed: Promise<void> = Promise.resolve();
  const plugIn = async (): Promise<void> => {
    await closed;
    const pty = await openPtyLink({ clock, devicePath });
    closed = new Promise((resolve) => {
      breakOff(pty.link, () => void setTimeout(() => void pty.close().then(resolve), 5));
    });
  };
  await plugIn();
  closers.push(() => {
    rmSync(folder, { recursive: true });
    return Promise.resolve();
  });
  return { transport: `serial:${devicePath}`, mend: plugIn };
}

/** Handles of this process: what Node has open, and on Linux what the system says. */
function countHandles(): number {
  const descriptors = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return descriptors + process.getActiveResourcesInfo().filter((name) => /wrap/i.test(name)).length;
}

const socat = findSocat();
if (socat === null) test.skip('serial ports are left out: socat is not installed');

describe.each([['RTU over TCP', brokenSocket, TIMES], ...(socat === null ? [] : [['a serial port (pty)', brokenPty, TIMES] as const])] as const)('pulled in mid-frame, over %s', (_, wire, times) => {
  test(`${times} times: every request ends, no handle and no listener is left`, { timeout: 60_000 }, async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warn);
    const broken = await wire();
    const { bus } = openTestBus({ transport: broken.transport });
    const codes = new Set<unknown>();
    let handles = 0;
    let losses = 0;
    bus.onState(({ kind }) => {
      if (kind === 'lost') losses += 1;
    });
    for (let turn = 0; turn < times; turn += 1) {
      await connected(bus);
      if (turn === 1) handles = countHandles();
      const lossesBefore = losses;
      const answer = await bus.read({ unitId: turn + 1, table: 'holding', address: 0, count: 2 }).then(() => 'answered', (error: unknown) => (error as { code: unknown }).code);
      codes.add(answer);
      while (losses === lossesBefore) await new Promise((resolve) => setTimeout(resolve, 1));
      if (turn < times - 1) await broken.mend();
    }
    await bus.close();
    // Half an answer may be judged before the end of the line is noticed.
    for (const code of codes) expect(['link-lost', 'unexpected-reply', 'timeout']).toContain(code);
    expect(countHandles()).toBeLessThanOrEqual(handles);
    expect(warnings).toEqual([]);
    process.off('warning', warn);
  });
});
