/** The bus without bytes on a line ends every fault as the one with bytes does (main/transports/modbus-bus.test.ts has the same rows). */
import { expect, test } from 'vitest';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { createModbusFault, type ModbusFaultKind, type SwitchedModbusFault } from './faults/modbus-faults.ts';
import { createMemoryBus } from './memory-bus.ts';
import { createRegisterUnit } from './testing/register-unit.ts';
import { settle } from './testing/settle.ts';

const block = (unitId: number, address: number) => ({ unitId, table: 'holding', address, count: 2 }) as const;
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'answered', (error: unknown) => (error as { code: unknown }).code);

test.each<[ModbusFaultKind, string]>([
  [{ kind: 'silent' }, 'timeout'],
  [{ kind: 'late', byMs: 400 }, 'timeout'],
  [{ kind: 'wrong-crc' }, 'checksum'],
  [{ kind: 'short-frame' }, 'unexpected-reply'],
  [{ kind: 'wrong-unit' }, 'unexpected-reply'],
  [{ kind: 'garbage' }, 'unexpected-reply'],
  [{ kind: 'echo' }, 'answered'],
  [{ kind: 'first-attempt-lost' }, 'timeout'],
  [{ kind: 'duplicated' }, 'answered'],
  [{ kind: 'exception', exception: 6 }, 'refused'],
])('%o ends as %s', async (kind, ends) => {
  const clock = createVirtualClock();
  const faults: SwitchedModbusFault[] = [{ unitId: 1, change: createModbusFault(kind), isOn: true }];
  const bus = createMemoryBus({ units: [1, 2].map((unitId) => createRegisterUnit({ unitId, turnaroundMs: 10 })), clock, wire: { baud: 9600 }, faults, timeoutMs: 200 });
  expect(await settle(clock, codeOf(bus.read(block(1, 40))))).toBe(ends);
  expect((await settle(clock, bus.read(block(2, 80)))).words).toEqual([80, 81]);
});

test('a request takes the wire time of both frames, the turnaround and one silence', async () => {
  const clock = createVirtualClock();
  const bus = createMemoryBus({ units: [createRegisterUnit({ unitId: 1, turnaroundMs: 20 })], clock, wire: { baud: 9600 } });
  await settle(clock, bus.read(block(1, 0)));
  const fromMs = clock.monotonicMs();
  await settle(clock, bus.read(block(1, 0)));
  // 8 + 9 bytes and 3.5 characters of 10 bits at 9600 baud.
  expect(clock.monotonicMs() - fromMs).toBeCloseTo((17 + 3.5) * (10 / 9.6) + 20, 6);
});

test('a broadcast id is obeyed by all who listen to it and answered by none', async () => {
  const clock = createVirtualClock();
  const units = [1, 2].map((unitId) => createRegisterUnit({ unitId, broadcastIds: [9] }));
  const bus = createMemoryBus({ units, clock, wire: null });
  await settle(clock, bus.write({ unitId: 9, address: 0x20, values: [160], functionCode: 16, answer: 'none' }));
  expect(units.map(({ registers }) => registers.get(0x20))).toEqual([160, 160]);
  expect(await settle(clock, codeOf(bus.read(block(9, 0))))).toBe('timeout');
});
