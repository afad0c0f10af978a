/** Frames from smartevse.md 6.4 (taken from the firmware's traffic) against units on a line in memory. */
import { expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../core/time/virtual-clock.ts';
import { createMemoryBytes } from '../../core/transport/memory-bytes.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { createRegisterUnit, type RegisterUnit } from '../testing/register-unit.ts';
import { passMs } from '../testing/settle.ts';
import { serveRtu, type RtuServer } from './modbus-rtu-server.ts';

const POLL_NODE_2 = '03 04 00 00 00 08 F0 2E';
const GRANT_NODE_2 = '03 10 00 00 00 02 04 00 07 00 00 49 D6';
const BROADCAST = '09 10 00 20 00 0B 16 00 A0 00 3C 00 00 00 00 00 00 00 00 00 00 00 00 00 64 FF F6 00 05 CE 0F';
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

interface Line {
  readonly clock: VirtualClock;
  readonly near: ByteLink;
  readonly server: RtuServer;
  readonly unit: RegisterUnit;
  readonly answers: { readonly hex: string; readonly timeMs: number }[];
}

function line({ baud }: { readonly baud?: number } = {}): Line {
  const clock = createVirtualClock();
  const { near, far } = createMemoryBytes(clock);
  const unit = createRegisterUnit({ unitId: 3, turnaroundMs: 20, broadcastIds: [9], valueAt: (address) => (address < 0x100 ? address : null) });
  const server = serveRtu(far, { units: [unit], clock, wire: baud === undefined ? null : { baud } });
  const answers: { hex: string; timeMs: number }[] = [];
  near.onData(({ bytes, timeMs }) => answers.push({ hex: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '), timeMs }));
  return { clock, near, server, unit, answers };
}

test('a poll is answered after the wire time of both frames and the turnaround', async () => {
  const { clock, near, answers } = line({ baud: 9600 });
  await near.write(bytesOf(POLL_NODE_2));
  await passMs(clock, 100);
  expect(answers[0]?.hex).toMatch(/^03 04 10 00 00 00 01 00 02 00 03 00 04 00 05 00 06 00 07 /);
  expect(answers[0]?.timeMs).toBeCloseTo((8 + 21) * (10 / 9.6) + 20, 6);
});

test('a write is obeyed and its address and count come back', async () => {
  const { clock, near, answers, unit } = line();
  await near.write(bytesOf(GRANT_NODE_2));
  await passMs(clock, 100);
  expect(unit.registers.get(0)).toBe(7);
  expect(answers.map(({ hex }) => hex.slice(0, 17))).toEqual(['03 10 00 00 00 02']);
});

test('a broadcast is obeyed without an answer', async () => {
  const { clock, near, answers, unit } = line();
  await near.write(bytesOf(BROADCAST));
  await passMs(clock, 100);
  expect([0x20, 0x21, 0x28, 0x29].map((address) => unit.registers.get(address))).toEqual([160, 60, 100, 0xfff6]);
  expect(answers).toEqual([]);
});

test('a request is heard behind noise and half a frame, and in any pieces', async () => {
  const { clock, near, answers } = line();
  await near.write(bytesOf('00 FF 03 10 00 00'));
  for (const byte of bytesOf(POLL_NODE_2)) await near.write(Uint8Array.of(byte));
  await passMs(clock, 100);
  expect(answers).toHaveLength(1);
});

test('a frame with a wrong CRC is not obeyed and not answered', async () => {
  const { clock, near, answers, unit, server } = line();
  await near.write(bytesOf(GRANT_NODE_2.replace('D6', 'D7')));
  await passMs(clock, 200);
  expect([answers, unit.requests]).toEqual([[], 0]);
  expect(server.passedOverBytes()).toBe(13);
});

test('other units are left alone', async () => {
  const { clock, near, answers, unit } = line();
  await near.write(bytesOf('04 04 00 00 00 08 F1 99'));
  await passMs(clock, 200);
  expect([answers, unit.requests]).toEqual([[], 0]);
});

test('a function whose length nobody knows ends with silence and reaches the unit', async () => {
  const { clock, near, answers } = line();
  // Function 17 (report server id); CRC by the polynomial of the standard.
  await near.write(bytesOf('03 11 C1 4C'));
  await passMs(clock, 200);
  expect(answers.map(({ hex }) => hex.slice(0, 8))).toEqual(['03 91 01']);
});

test('let go of, it hears nothing more', async () => {
  const { clock, near, server, unit } = line();
  server.close();
  await near.write(bytesOf(POLL_NODE_2));
  await passMs(clock, 100);
  expect(unit.requests).toBe(0);
});
