/** What the Modbus bus promises, in real time: how much of the wire it uses, what it adds, and how soon a setpoint follows a reading. */
import { performance } from 'node:perf_hooks';
import { step } from '../../core/balancing/step.ts';
import { initialState } from '../../core/balancing/state.ts';
import { meterId } from '../../core/quantities.ts';
import type { ModbusBus, ModbusRead } from '../../core/transport/modbus-bus.ts';
import { silenceMs, wireMs, type SerialFormat } from '../../core/transport/wire-time.ts';
import type { SimulatedUnit } from '../../hardware-sims/modbus-unit.ts';
import { startRtuOverTcpServer } from '../../hardware-sims/servers/modbus-servers.ts';
import { serveRtu } from '../../hardware-sims/servers/modbus-rtu-server.ts';
import { findSocat, openPtyLink } from '../../hardware-sims/servers/pty-link.ts';
import { openModbusBus, type OpenedModbusBus } from '../transports/modbus-bus.ts';
import { createRealClock } from '../transports/real-clock.ts';
import { createSharpClock } from '../transports/sharp-clock.ts';
import { createBenchUnit } from './bench-unit.ts';
import { oneCircuit, VOLTAGE_V } from './balance-sites.ts';
import { createQuantiles } from './quantiles.ts';
import { countLateAnswers, watchSharedBus, type LateAnswerFigures, type SharedBusFigures } from './shared-bus-benchmark.ts';

export interface BusFigures extends SharedBusFigures, LateAnswerFigures {
  /** One meter's block of 20 registers, asked again and again at 9600 baud, over what wire, silence and turnaround allow. */
  readonly busRequestsPerSecond9600: number;
  readonly busWireRequestsPerSecond9600: number;
  readonly busWireShare9600: number;
  /** Median of what a request of the same block takes longer than its wire time, silence and turnaround at 115200 baud. */
  readonly busAddedMs115200: number;
  /** Last byte of a reading to first byte of the setpoint that follows, 9600 baud, the step in between. */
  readonly busReadingToSetpointP50Ms: number;
  readonly busReadingToSetpointP99Ms: number;
}

const SLOW: SerialFormat = { baud: 9600 };
const QUICK: SerialFormat = { baud: 115_200 };
const BLOCK: ModbusRead = { unitId: 1, table: 'input', address: 0, count: 20 };
const TURNAROUND_MS = 5;
const MEASURE_MS = 5000;

export async function measureBus(note: (text: string) => void): Promise<BusFigures> {
  note('bus at 9600 baud');
  const slowMs = await timeRequests(SLOW);
  note('bus at 115200 baud');
  const quickMs = await timeRequests(QUICK);
  note('reading to setpoint on a free line');
  const reaction = await timeReactions();
  note('8 meters and 7 nodes on one pair');
  const shared = await watchSharedBus();
  note('late answers');
  const late = await countLateAnswers();
  const rate = slowMs.count / (slowMs.sumMs / 1000);
  const wireRate = 1000 / leastMs(SLOW);
  return {
    busRequestsPerSecond9600: rate,
    busWireRequestsPerSecond9600: wireRate,
    busWireShare9600: rate / wireRate,
    busAddedMs115200: quickMs.medianMs - leastMs(QUICK),
    ...shared,
    busReadingToSetpointP50Ms: reaction.p50Ms,
    busReadingToSetpointP99Ms: reaction.p99Ms,
    ...late,
  };
}

/** Bytes of request and answer, one silence and the unit's turnaround. */
function leastMs(format: SerialFormat): number {
  return wireMs(8 + 5 + 2 * BLOCK.count, format) + silenceMs(format) + TURNAROUND_MS;
}

interface OpenedLine extends OpenedModbusBus {
  close(): Promise<void>;
}

/** On a pseudo-terminal where there is socat, else on a socket; the units' side keeps to the wire time itself. */
async function openLine(format: SerialFormat, units: readonly SimulatedUnit[]): Promise<OpenedLine> {
  const clock = createRealClock();
  const wired = { units, clock: createSharpClock(clock), wire: format };
  const isPty = findSocat() !== null;
  const pty = isPty ? await openPtyLink({ clock }) : null;
  if (pty !== null) serveRtu(pty.link, wired);
  const server = pty === null ? await startRtuOverTcpServer(wired) : null;
  const opened = openModbusBus({ transport: pty === null ? `rtu-over-tcp:127.0.0.1:${server?.port ?? 0}` : `serial:${pty.devicePath}`, format, clock });
  await connected(opened.bus);
  return {
    ...opened,
    async close() {
      await opened.bus.close();
      await pty?.close();
      await server?.close();
    },
  };
}

function connected(bus: ModbusBus): Promise<void> {
  return new Promise((resolve) => {
    const stop = bus.onState(({ kind }) => {
      if (kind !== 'connected') return;
      stop();
      resolve();
    });
  });
}

async function timeRequests(format: SerialFormat): Promise<{ readonly count: number; readonly sumMs: number; readonly medianMs: number }> {
  const line = await openLine(format, [createBenchUnit(1, TURNAROUND_MS)]);
  const quantiles = createQuantiles();
  const startMs = performance.now();
  let beforeMs = startMs;
  while (performance.now() - startMs < MEASURE_MS) {
    await line.bus.read(BLOCK);
    const nowMs = performance.now();
    quantiles.add(nowMs - beforeMs);
    beforeMs = nowMs;
  }
  await line.close();
  return { count: quantiles.count, sumMs: beforeMs - startMs, medianMs: quantiles.at(0.5) };
}

/** A reading of the only meter, the step, and its setpoint to an EVSE on the same pair: nobody else wants the line. */
async function timeReactions(): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> {
  const line = await openLine(SLOW, [createBenchUnit(1, TURNAROUND_MS), createBenchUnit(2, TURNAROUND_MS)]);
  const site = oneCircuit(2);
  const quantiles = createQuantiles();
  let state = initialState(site);
  let readMs = 0;
  line.tap.onChunk(({ direction, bytes }) => {
    if (direction === 'out' && bytes[1] === 16) quantiles.add(performance.now() - readMs);
  });
  const startMs = performance.now();
  while (performance.now() - startMs < 2 * MEASURE_MS) {
    const { words, timeMs } = await line.bus.read(BLOCK);
    readMs = timeMs;
    const currentA = [(words[0] ?? 0) / 10, (words[1] ?? 0) / 10, (words[2] ?? 0) / 10] as const;
    const powerW = [currentA[0] * VOLTAGE_V, currentA[1] * VOLTAGE_V, currentA[2] * VOLTAGE_V] as const;
    const reading = { meterId: site.meters[0]?.id ?? meterId('meter'), timeMs, currentA, voltageV: [VOLTAGE_V, VOLTAGE_V, VOLTAGE_V] as const, powerW, isLive: true };
    const result = step(site, state, { timeMs, wallMs: timeMs, readings: [reading], reports: [] });
    state = result.state;
    const offeredA = result.setpoints[0]?.offeredCurrentA ?? 0;
    await line.bus.write({ unitId: 2, address: 0x20, values: [Math.round(offeredA * 10)], functionCode: 16, answer: 'expected', urgency: 'setpoint' });
  }
  await line.close();
  return { p50Ms: quantiles.at(0.5), p99Ms: quantiles.at(0.99) };
}
