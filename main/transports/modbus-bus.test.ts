/** The bus on a pair of wires and on a socket without either: bytes and frames are real, time is virtual. */
import { describe, expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../core/time/virtual-clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import type { ModbusBus, ModbusWords } from '../../core/transport/modbus-bus.ts';
import { createMemoryBytes, type MemoryBytes } from '../../core/transport/memory-bytes.ts';
import type { TrafficTap } from '../../core/transport/traffic.ts';
import { createModbusFault, type ModbusFaultKind, type SwitchedModbusFault } from '../../hardware-sims/faults/modbus-faults.ts';
import { createRandom } from '../../hardware-sims/plant/random.ts';
import { serveRtu } from '../../hardware-sims/servers/modbus-rtu-server.ts';
import { serveMbap } from '../../hardware-sims/servers/modbus-tcp-server.ts';
import { createRegisterUnit, type RegisterUnit } from '../../hardware-sims/testing/register-unit.ts';
import { passMs, settle } from '../../hardware-sims/testing/settle.ts';
import { createModbusBus, type ModbusBusOnLink } from './modbus-bus.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly bus: ModbusBus;
  readonly tap: TrafficTap;
  readonly line: MemoryBytes;
  readonly units: readonly RegisterUnit[];
}

interface BenchOptions extends Partial<Omit<ModbusBusOnLink, 'clock' | 'link'>> {
  readonly faults?: readonly SwitchedModbusFault[];
  readonly turnaroundMs?: number;
  readonly unitIds?: readonly number[];
  readonly valueAt?: (address: number, timeMs: number) => number | null;
}

function bench({ faults = [], turnaroundMs = 10, unitIds = [1, 2, 3], valueAt, ...options }: BenchOptions = {}): Bench {
  const clock = createVirtualClock();
  const line = createMemoryBytes(clock);
  const units = unitIds.map((unitId) => createRegisterUnit({ unitId, turnaroundMs, broadcastIds: [9], ...(valueAt === undefined ? {} : { valueAt }) }));
  const kind = options.kind ?? 'serial';
  const format = options.format ?? { baud: 9600 };
  const serve = (link: ByteLink): unknown => (kind === 'tcp' ? serveMbap(link, { units, clock, wire: null, faults }) : serveRtu(link, { units, clock, wire: format, faults }));
  serve(line.far);
  const { bus, tap } = createModbusBus({ transport: 'memory', timeoutMs: 200, ...options, format, kind, link: line.near, clock });
  return { clock, bus, tap, line, units };
}

const faultOf = (fault: ModbusFaultKind, unitId = 1): SwitchedModbusFault => ({ unitId, change: createModbusFault(fault), isOn: true });
const block = (unitId: number, address: number, count = 2) => ({ unitId, table: 'holding', address, count }) as const;
const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'answered', (error: unknown) => (error as { code: unknown }).code);

describe.each(['serial', 'rtu-over-tcp', 'tcp'] as const)('a bus over %s', (kind) => {
  test('reads both tables and writes with both functions', async () => {
    const { bus, clock, units } = bench({ kind });
    expect((await settle(clock, bus.read(block(2, 100, 3)))).words).toEqual([100, 101, 102]);
    expect((await settle(clock, bus.read({ ...block(3, 7, 1), table: 'input' }))).words).toEqual([7]);
    await settle(clock, bus.write({ unitId: 2, address: 100, values: [0xffff], functionCode: 6, answer: 'expected' }));
    await settle(clock, bus.write({ unitId: 2, address: 101, values: [1, 2], functionCode: 16, answer: 'expected' }));
    expect([...(units[1]?.registers ?? [])]).toEqual([[100, 0xffff], [101, 1], [102, 2]]);
    expect(bus.load().total).toEqual({ requests: 4, answers: 4, timeouts: 0, checksumFailures: 0, exceptions: 0, unexpected: 0 });
  });

  test('asks one after the other however many ask at once, and gives each its own answer', async () => {
    const { bus, clock } = bench({ kind });
    const answers = await settle(clock, Promise.all(Array.from({ length: 50 }, (_, at) => bus.read(block(1 + (at % 3), 10 * at)))));
    expect(answers.map(({ words }) => words)).toEqual(Array.from({ length: 50 }, (_, at) => [10 * at, 10 * at + 1]));
  });

  test('a write without answer is obeyed by all and frees the line', async () => {
    const { bus, clock, units } = bench({ kind });
    await settle(clock, bus.write({ unitId: 9, address: 0x20, values: [160, 60], functionCode: 16, answer: 'none' }));
    await settle(clock, bus.read(block(1, 0)));
    expect(units.map(({ registers }) => registers.get(0x20))).toEqual([160, 160, 160]);
    expect(bus.load().total.timeouts).toBe(0);
  });

  test('an exception is `refused` with its code', async () => {
    const { bus, clock } = bench({ kind, valueAt: (address) => (address < 10 ? address : null) });
    await expect(settle(clock, bus.read(block(1, 10)))).rejects.toMatchObject({ code: 'refused', context: { exception: 2, unitId: 1, functionCode: 3, address: 10 } });
    expect(bus.load().total.exceptions).toBe(1);
  });

  test('a lost link fails what is under way and what waits, and comes back', async () => {
    const { bus, clock, line } = bench({ kind });
    const asked = [bus.read(block(1, 0)), bus.read(block(2, 0))].map(codeOf);
    line.unplug();
    expect(await settle(clock, Promise.all(asked))).toEqual(['link-lost', 'link-lost']);
    await expect(bus.read(block(1, 0))).rejects.toMatchObject({ code: 'link-lost' });
    line.plugIn();
    expect((await settle(clock, bus.read(block(3, 4)))).words).toEqual([4, 5]);
  });

  test('a cancelled request is over at once; the next gets its own answer', async () => {
    const { bus, clock } = bench({ kind });
    const abort = new AbortController();
    const asked = codeOf(bus.read(block(1, 0), abort.signal));
    const waiting = codeOf(bus.read(block(2, 0), abort.signal));
    abort.abort();
    expect(await Promise.all([asked, waiting])).toEqual(['cancelled', 'cancelled']);
    expect((await settle(clock, bus.read(block(1, 500)))).words).toEqual([500, 501]);
    expect(bus.load().total.requests).toBe(2);
  });

  test('refuses to send what would be another request than was meant', async () => {
    const { bus } = bench({ kind });
    const write = { unitId: 1, address: 0, functionCode: 16, answer: 'expected' } as const;
    const wrong = [bus.read(block(0, 0)), bus.read(block(248, 0)), bus.read(block(1, 0, 126)), bus.read(block(1, 65_535, 2)), bus.write({ ...write, values: [65_536] }), bus.write({ ...write, values: [-1] }), bus.write({ ...write, functionCode: 6, values: [1, 2] }), bus.write({ ...write, values: [] })];
    expect(await Promise.all(wrong.map(codeOf))).toEqual(wrong.map(() => 'invalid-argument'));
  });

  test('closed, it fails what is open and listens to nothing', async () => {
    const { bus, line } = bench({ kind });
    const asked = codeOf(bus.read(block(1, 0)));
    await bus.close();
    expect(await asked).toBe('link-lost');
    expect(line.near.state().kind).toBe('closed');
    await expect(bus.read(block(1, 0))).rejects.toMatchObject({ code: 'link-lost' });
  });

  test('every byte passes the tap', async () => {
    const { bus, clock, tap } = bench({ kind });
    const seen: string[] = [];
    const stop = tap.onChunk(({ direction, bytes }) => seen.push(`${direction} ${bytes.length}`));
    await settle(clock, bus.read(block(1, 0, 2)));
    stop();
    await settle(clock, bus.read(block(1, 0, 2)));
    expect(seen).toEqual(kind === 'tcp' ? ['out 12', 'in 13'] : ['out 8', 'in 9']);
  });
});

describe('late answers', () => {
  /** The unit's k-th answer is late by a random part of this, beginning before the timeout and ending well after the guard time. */
  const latenessOf = (random: ReturnType<typeof createRandom>): number => Math.floor(random.next() * 900);

  test.each(['serial', 'rtu-over-tcp', 'tcp'] as const)('of 10,000 requests over %s none is given to another', async (kind) => {
    const random = createRandom(5);
    const late: SwitchedModbusFault[] = [1, 2].map((unitId) => ({ unitId, isOn: true, change: (answers) => answers.map((answer) => ({ ...answer, afterMs: latenessOf(random) })) }));
    const { bus, clock } = bench({ kind, faults: late, timeoutMs: 300, unitIds: [1, 2] });
    const counts = { right: 0, wrong: 0, timeouts: 0 };
    for (let turn = 0; turn < 10_000; turn += 1) {
      const address = Math.floor(random.next() * 60_000);
      const answer: ModbusWords | null = await settle(clock, bus.read(block(1 + (turn % 2), address)).catch(() => null));
      if (answer === null) counts.timeouts += 1;
      else if (answer.words[0] === address && answer.words[1] === address + 1) counts.right += 1;
      else counts.wrong += 1;
    }
    expect(counts.wrong).toBe(0);
    expect(counts.timeouts).toBeGreaterThan(3000);
    expect(counts.right).toBeGreaterThan(3000);
    expect(bus.load().total.timeouts).toBe(counts.timeouts);
  });

  test('other units go on while one is waited for', async () => {
    const { bus, clock } = bench({ faults: [faultOf({ kind: 'silent' })] });
    expect(await settle(clock, codeOf(bus.read(block(1, 0))))).toBe('timeout');
    const fromMs = clock.monotonicMs();
    const again = codeOf(bus.read(block(1, 5)));
    expect((await settle(clock, bus.read(block(2, 8)))).words).toEqual([8, 9]);
    expect(clock.monotonicMs() - fromMs).toBeLessThan(100);
    expect(await settle(clock, again)).toBe('timeout');
  });

  test('a setpoint to a silent unit does not wait for its late reading: the function tells them apart', async () => {
    const { bus, clock } = bench({ faults: [faultOf({ kind: 'silent' })] });
    await settle(clock, codeOf(bus.read(block(1, 0))));
    const sent = codeOf(bus.write({ unitId: 1, address: 0, values: [0], functionCode: 16, answer: 'expected', urgency: 'setpoint' }));
    await passMs(clock, 60);
    expect(bus.load().units[0]?.requests).toBe(2);
    expect(await settle(clock, sent)).toBe('timeout');
  });

  test('the line rests for the guard time after a timeout', async () => {
    const { bus, clock, tap } = bench({ faults: [faultOf({ kind: 'silent' })], guardMs: 120 });
    const sent: number[] = [];
    tap.onChunk(({ direction }) => {
      if (direction === 'out') sent.push(clock.monotonicMs());
    });
    const asked = codeOf(bus.read(block(1, 0)));
    const next = bus.read(block(2, 0));
    await settle(clock, asked);
    const timedOutMs = clock.monotonicMs();
    await settle(clock, next);
    expect(sent[1]).toBe(timedOutMs + 120);
  });
});

describe('faults between unit and wire', () => {
  const rows: readonly (readonly [ModbusFaultKind, string, Partial<Record<string, number>>])[] = [
    [{ kind: 'silent' }, 'timeout', { timeouts: 1 }],
    [{ kind: 'late', byMs: 400 }, 'timeout', { timeouts: 1 }],
    [{ kind: 'wrong-crc' }, 'checksum', { checksumFailures: 1 }],
    [{ kind: 'short-frame' }, 'unexpected-reply', { unexpected: 1 }],
    [{ kind: 'wrong-unit' }, 'unexpected-reply', { unexpected: 1 }],
    [{ kind: 'garbage' }, 'unexpected-reply', { unexpected: 1 }],
    [{ kind: 'echo' }, 'answered', { answers: 1, unexpected: 0 }],
    [{ kind: 'first-attempt-lost' }, 'timeout', { timeouts: 1 }],
    [{ kind: 'duplicated' }, 'answered', { answers: 1 }],
    [{ kind: 'exception', exception: 6 }, 'refused', { exceptions: 1 }],
  ];

  test.each(rows)('%o ends as %s', async (fault, ends, counts) => {
    const { bus, clock } = bench({ faults: [faultOf(fault)] });
    expect(await settle(clock, codeOf(bus.read(block(1, 40))))).toBe(ends);
    expect(bus.load().total).toMatchObject({ requests: 1, ...counts });
    // Whatever happened, another unit is read right afterwards.
    expect((await settle(clock, bus.read(block(2, 80)))).words).toEqual([80, 81]);
  });

  test('a retry hears what the first attempt did not', async () => {
    const { bus, clock, units } = bench({ faults: [faultOf({ kind: 'first-attempt-lost' })] });
    expect((await settle(clock, bus.read({ ...block(1, 40), retries: 1 }))).words).toEqual([40, 41]);
    expect(units[0]?.requests).toBe(2);
  });

  test('on a line that echoes, a write is only answered by the unit', async () => {
    const silent = faultOf({ kind: 'silent' });
    silent.isOn = false;
    const { bus, clock } = bench({ faults: [silent, faultOf({ kind: 'echo' })] });
    await settle(clock, bus.read(block(1, 0)));
    const write = { unitId: 1, address: 3, values: [7], functionCode: 6, answer: 'expected' } as const;
    expect(await settle(clock, codeOf(bus.write(write)))).toBe('answered');
    silent.isOn = true;
    expect(await settle(clock, codeOf(bus.write(write)))).toBe('timeout');
  });
});
