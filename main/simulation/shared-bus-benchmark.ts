/** A pair of wires that many share, on virtual time: how old their values get, and whether a late answer ever goes astray. */
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import type { MeterValues } from '../../core/devices/meter-values.ts';
import { createRegisterMeterDriver } from '../../core/drivers/meters/register-meter.ts';
import { meterId } from '../../core/quantities.ts';
import type { Clock } from '../../core/time/clock.ts';
import { createVirtualClock, type VirtualClock } from '../../core/time/virtual-clock.ts';
import { createMemoryBytes } from '../../core/transport/memory-bytes.ts';
import type { ModbusBus } from '../../core/transport/modbus-bus.ts';
import type { SerialFormat } from '../../core/transport/wire-time.ts';
import type { SwitchedModbusFault } from '../../hardware-sims/faults/modbus-faults.ts';
import { createRegisterMeter } from '../../hardware-sims/meters/register-meter.ts';
import type { SimulatedUnit } from '../../hardware-sims/modbus-unit.ts';
import { createRandom } from '../../hardware-sims/plant/random.ts';
import { serveRtu } from '../../hardware-sims/servers/modbus-rtu-server.ts';
import { createModbusBus } from '../transports/modbus-bus.ts';
import { oneCircuit } from './balance-sites.ts';
import { createBenchUnit } from './bench-unit.ts';

export interface SharedBusFigures {
  /** 8 meters, read by their driver, and 7 nodes on one pair at 9600 baud, ten minutes: the oldest that any of their values got. */
  readonly sharedBusOldestCurrentMs: number;
  readonly sharedBusOldestNodeMs: number;
  readonly sharedBusBusyPercent: number;
}

export interface LateAnswerFigures {
  /** Of 10,000 requests whose answers come before and after their timeout. */
  readonly lateAnswersWrong: number;
  readonly lateAnswersTimedOut: number;
}

const FORMAT: SerialFormat = { baud: 9600 };
const SHARED_MINUTES = 10;
const METERS = 8;
const NODES = 7;
/** The master polls its nodes and tells them their currents so often (smartevse.md 6.3). */
const NODE_CYCLE_MS = 2000;
const METER_PERIOD_MS = 1000;
const METER_MODEL = 'eastron-sdm630';
const TRANSPORT = 'memory';
const NODE_TURNAROUND_MS = 10;

interface VirtualLine {
  readonly clock: VirtualClock;
  readonly bus: ModbusBus;
  readonly pass: (durationMs: number) => Promise<void>;
}

/** The same bus and the same server on a line in memory, whose time is virtual. */
function createVirtualLine(units: readonly SimulatedUnit[], timeoutMs: number, faults: readonly SwitchedModbusFault[] = []): VirtualLine {
  const clock = createVirtualClock();
  const line = createMemoryBytes(clock);
  serveRtu(line.far, { units, clock, wire: FORMAT, faults });
  const { bus } = createModbusBus({ kind: 'serial', transport: TRANSPORT, link: line.near, clock, format: FORMAT, timeoutMs });
  return {
    clock,
    bus,
    pass: async (durationMs) => {
      const untilMs = clock.monotonicMs() + durationMs;
      for (let nextMs = clock.nextCallMs(); nextMs <= untilMs; nextMs = clock.nextCallMs()) {
        clock.advanceTo(nextMs);
        for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
      }
      clock.advanceTo(untilMs);
    },
  };
}

const MEASURED: MeterValues = {
  currentA: [5, 6, 7],
  voltageV: [230, 231, 232],
  powerW: [1150, 1386, 1624],
  totalPowerW: 4160,
  energyImportWh: 1000,
  energyExportWh: 0,
};

export async function watchSharedBus(): Promise<SharedBusFigures> {
  const description = BUNDLED_METERS.get(METER_MODEL);
  const [like] = oneCircuit(2).meters;
  if (description === undefined || like === undefined) throw new Error(`no meter to measure with: ${METER_MODEL}`);
  const meters = Array.from({ length: METERS }, (_, at) => createRegisterMeter({ unitId: 11 + at, description, measure: () => MEASURED }));
  const nodes = Array.from({ length: NODES }, (_, at) => createBenchUnit(2 + at, NODE_TURNAROUND_MS));
  const { clock, bus, pass } = createVirtualLine([...meters, ...nodes], 120);
  const meterAge = createAgeWatch();
  const nodeAge = createAgeWatch();
  const links = { mqtt: null, buses: new Map([[TRANSPORT, bus]]) };
  for (const { unitId } of meters) {
    const meter = { ...like, id: meterId(`meter-${unitId}`), model: METER_MODEL, link: { kind: 'modbus', transport: TRANSPORT, unitId } as const, periodMs: METER_PERIOD_MS };
    createRegisterMeterDriver(meter, { links, clock }, description).onReading(({ timeMs }) => {
      meterAge.told(unitId, timeMs);
    });
  }
  for (const { unitId } of nodes) every(clock, NODE_CYCLE_MS, async () => {
      nodeAge.told(unitId, (await bus.read({ unitId, table: 'input', address: 0, count: 8 })).timeMs);
    });
  every(clock, NODE_CYCLE_MS, () => bus.write({ unitId: 9, address: 0x20, values: Array.from({ length: 11 }, () => 100), functionCode: 16, answer: 'none', urgency: 'setpoint' }));
  await pass(SHARED_MINUTES * 60_000);
  const { busyRatio } = bus.load();
  await bus.close();
  return { sharedBusOldestCurrentMs: meterAge.oldestMs(clock), sharedBusOldestNodeMs: nodeAge.oldestMs(clock), sharedBusBusyPercent: 100 * busyRatio };
}

/** Again as soon as the period is over and the last one has ended. */
function every(clock: Clock, periodMs: number, act: () => Promise<unknown>): void {
  const turn = async (): Promise<void> => {
    const startMs = clock.monotonicMs();
    await act().catch(() => undefined);
    clock.callAt(Math.max(clock.monotonicMs(), startMs + periodMs), () => void turn());
  };
  clock.callAt(clock.monotonicMs(), () => void turn());
}

interface AgeWatch {
  told(unitId: number, timeMs: number): void;
  /** The oldest that a value got before the next one came, or is now. */
  oldestMs(clock: Clock): number;
}

function createAgeWatch(): AgeWatch {
  const latestMs = new Map<number, number>();
  let oldestMs = 0;
  return {
    told(unitId, timeMs) {
      oldestMs = Math.max(oldestMs, timeMs - (latestMs.get(unitId) ?? 0));
      latestMs.set(unitId, timeMs);
    },
    oldestMs: (clock) => Math.max(oldestMs, ...[...latestMs.values()].map((timeMs) => clock.monotonicMs() - timeMs)),
  };
}

const LATE_REQUESTS = 10_000;
const LATE_TIMEOUT_MS = 300;
const LATEST_ANSWER_MS = 900;

export async function countLateAnswers(): Promise<LateAnswerFigures> {
  const random = createRandom(10);
  const late: SwitchedModbusFault = { unitId: 1, isOn: true, change: (answers) => answers.map((answer) => ({ ...answer, afterMs: random.next() * LATEST_ANSWER_MS })) };
  const { bus, pass } = createVirtualLine([createBenchUnit(1, NODE_TURNAROUND_MS)], LATE_TIMEOUT_MS, [late]);
  const figures = { lateAnswersWrong: 0, lateAnswersTimedOut: 0 };
  let isOver = false;
  const askAll = async (): Promise<void> => {
    for (let turn = 0; turn < LATE_REQUESTS; turn += 1) {
      const address = Math.floor(random.next() * 60_000);
      const answer = await bus.read({ unitId: 1, table: 'holding', address, count: 2 }).catch(() => null);
      if (answer === null) figures.lateAnswersTimedOut += 1;
      else if (answer.words[0] !== address || answer.words[1] !== address + 1) figures.lateAnswersWrong += 1;
    }
    isOver = true;
  };
  const asked = askAll();
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set by the requests
  while (!isOver) await pass(60_000);
  await asked;
  await bus.close();
  return figures;
}
