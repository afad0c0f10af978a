/** The P1 driver on a simulated port over a pair of byte links in memory and a virtual clock. */
import { createP1SerialDriver, type P1SerialDriver } from '../../../core/drivers/meters/p1-serial.ts';
import type { P1Decrypt } from '../../../core/protocols/p1-encrypted.ts';
import { meterId } from '../../../core/quantities.ts';
import { meterSchema } from '../../../core/site/schema.ts';
import type { MeterReading } from '../../../core/site/readings.ts';
import type { Meter } from '../../../core/site/site.ts';
import { createVirtualClock, type VirtualClock } from '../../../core/time/virtual-clock.ts';
import type { ByteLink } from '../../../core/transport/byte-link.ts';
import { createMemoryBytes, type MemoryBytes } from '../../../core/transport/memory-bytes.ts';
import type { SerialFormat } from '../../../core/transport/wire-time.ts';
import { servePort } from '../../byte-port.ts';
import { createFaultyPort, type FaultyPort } from '../../faults/byte-faults.ts';
import type { P1DialectName } from '../../meters/p1-dialects.ts';
import { createP1Port, type P1Seal, type SimulatedP1Port } from '../../meters/p1-port.ts';
import { createRandom } from '../../plant/random.ts';
import { passMs, settle } from '../../testing/settle.ts';

/** What the phases of the house carry; changed while it runs. */
export interface PhaseLoad {
  powerW: number;
  reactiveVar: number;
  voltageV: number;
}

export interface P1Bench {
  readonly clock: VirtualClock;
  readonly wire: MemoryBytes;
  readonly device: SimulatedP1Port;
  readonly line: FaultyPort;
  readonly driver: P1SerialDriver;
  readonly loads: readonly PhaseLoad[];
  readonly readings: readonly MeterReading[];
  readonly rejections: readonly string[];
  /** Formats that the driver has set, in order. */
  readonly formats: readonly SerialFormat[];
  latest(): MeterReading;
  run(seconds: number): Promise<void>;
  settle<T>(promise: Promise<T>): Promise<T>;
}

export interface P1BenchOptions {
  readonly dialect?: P1DialectName;
  readonly meter?: Partial<Meter>;
  readonly phaseCount?: 1 | 3;
  readonly seal?: P1Seal;
  readonly decrypt?: P1Decrypt;
  /** Where the link can set its format: what bytes become that are sent in one and heard in the other. */
  readonly isSettable?: boolean;
}

export const P1_PORT = 'serial:/dev/ttyUSB1';

export function p1Meter(changes: Partial<Meter> = {}): Meter {
  return meterSchema.parse({
    ...{ id: 'mains', name: 'Mains', model: 'p1', link: { kind: 'serial', port: P1_PORT }, clamp: 'each-phase' },
    ...{ periodMs: 1000, allowedAgeMs: 30_000, ...changes },
  });
}

export function createP1Bench({ dialect = 'dsmr-5', meter: changes = {}, phaseCount = 3, seal, decrypt, isSettable = false }: P1BenchOptions = {}): P1Bench {
  const meter = p1Meter(changes);
  const clock = createVirtualClock(1_735_689_600_000);
  const wire = createMemoryBytes(clock);
  const time = {
    get nowMs(): number {
      return clock.monotonicMs();
    },
  };
  const loads: PhaseLoad[] = Array.from({ length: phaseCount }, () => ({ powerW: 2300, reactiveVar: 0, voltageV: 230 }));
  const device = createP1Port({
    id: meterId('mains'),
    dialect,
    channels: loads.map((load) => Object.assign(load, { take: () => undefined, isSteady: () => false })),
    time,
    startWallMs: clock.wallMs(),
    ...(seal === undefined ? {} : { seal }),
  });
  const line = createFaultyPort(device.port, clock, createRandom(11));
  servePort(line, wire.far);
  const formats: SerialFormat[] = [];
  const link = isSettable ? settableLink(wire.near, formats, device.dialect.format) : wire.near;
  const readings: MeterReading[] = [];
  const rejections: string[] = [];
  const driver = createP1SerialDriver(meter, {
    links: { mqtt: null, ports: new Map([[P1_PORT, link]]) },
    ...(decrypt === undefined ? {} : { p1Keys: new Map([[P1_PORT, decrypt]]) }),
    clock,
  });
  driver.onReading((reading) => readings.push(reading));
  driver.onRejection(({ failure: { context } }) => rejections.push(String(context['reason'])));

  const tick = (): void => {
    device.advanceTo(clock.monotonicMs());
    clock.callAt(device.nextEventMs(), tick);
  };
  clock.callAt(device.nextEventMs(), tick);

  return {
    clock,
    wire,
    device,
    line,
    driver,
    loads,
    readings,
    rejections,
    formats,
    latest() {
      const reading = readings.at(-1);
      if (reading === undefined) throw new Error('no reading yet');
      return reading;
    },
    run: (seconds) => passMs(clock, seconds * 1000),
    settle: (promise) => settle(clock, promise),
  };
}

/** A serial port: bytes heard in another format than they were sent in are none of those sent. */
function settableLink(link: ByteLink, formats: SerialFormat[], sentIn: 'old' | 'new'): ByteLink {
  const sentBaud = sentIn === 'old' ? 9600 : 115_200;
  return {
    ...link,
    onData: (listener) =>
      link.onData(({ bytes, timeMs }) => {
        const isRight = formats.at(-1)?.baud === sentBaud;
        listener({ bytes: isRight ? bytes : bytes.map((byte) => (byte * 37) | 0x80), timeMs });
      }),
    setFormat(format) {
      formats.push(format);
      return Promise.resolve();
    },
  };
}
