/** The RAPI driver on a simulated controller over a pair of byte links in memory and a virtual clock. */
import type { EvseReport } from '../../../core/site/readings.ts';
import { createOpenEvseRapiDriver, type OpenEvseRapiDriver } from '../../../core/drivers/evses/openevse-rapi.ts';
import { evseSchema } from '../../../core/site/schema.ts';
import type { Evse } from '../../../core/site/site.ts';
import { createVirtualClock, type VirtualClock } from '../../../core/time/virtual-clock.ts';
import { createMemoryBytes, type MemoryBytes } from '../../../core/transport/memory-bytes.ts';
import { servePort } from '../../byte-port.ts';
import { createRapiPort, type RapiPortOptions, type SimulatedRapiPort } from '../../evses/openevse-rapi-port.ts';
import { createFaultyPort, type FaultyPort } from '../../faults/byte-faults.ts';
import { createRandom } from '../../plant/random.ts';

export interface RapiBench {
  readonly clock: VirtualClock;
  readonly wire: MemoryBytes;
  readonly device: SimulatedRapiPort;
  readonly line: FaultyPort;
  readonly driver: OpenEvseRapiDriver;
  readonly reports: readonly EvseReport[];
  readonly rejections: readonly string[];
  isPluggedIn: boolean;
  latestReport(): EvseReport | undefined;
  run(seconds: number): Promise<void>;
  settle<T>(promise: Promise<T>): Promise<T>;
}

export const RAPI_PORT = 'serial:/dev/ttyUSB0';

export function rapiEvse(options: Partial<Evse> = {}): Evse {
  const link = { kind: 'serial', port: RAPI_PORT };
  return evseSchema.parse({
    ...{ id: 'garage', name: 'Garage', circuitId: 'main', model: 'openevse', link, phaseCount: 1 },
    ...{ ratingA: 48, configuredMaxA: 34, failSafeCurrentA: 6, powerUpCurrentA: 34 },
    ...options,
  });
}

export interface RapiBenchOptions {
  readonly evse?: Partial<Evse>;
  readonly device?: Partial<RapiPortOptions>;
  /** Before the driver begins. */
  readonly prepare?: (device: SimulatedRapiPort) => void;
}

/** The wire has the time that 115200 baud takes. */
export function createRapiBench({ evse: changes = {}, device: settings = {}, prepare = () => undefined }: RapiBenchOptions = {}): RapiBench {
  const evse = rapiEvse(changes);
  const clock = createVirtualClock();
  const wire = createMemoryBytes(clock, { baud: 115_200 });
  const time = {
    get nowMs(): number {
      return clock.monotonicMs();
    },
  };
  const device = createRapiPort({ id: evse.id, ratingA: 48, configuredMaxA: 34, time, ...settings });
  const line = createFaultyPort(device.port, clock, createRandom(7));
  servePort(line, wire.far);
  prepare(device);
  const reports: EvseReport[] = [];
  const rejections: string[] = [];
  const driver = createOpenEvseRapiDriver(evse, [0], { links: { mqtt: null, ports: new Map([[RAPI_PORT, wire.near]]) }, clock });
  driver.onReport((report) => reports.push(report));
  driver.onRejection(({ failure: { code, context } }) => rejections.push(`${code} ${String(context['reason'] ?? '')}`));

  const bench: RapiBench = {
    clock,
    wire,
    device,
    line,
    driver,
    reports,
    rejections,
    isPluggedIn: false,
    latestReport: () => reports.at(-1),
    run: (seconds) => passTo(clock.monotonicMs() + seconds * 1000),
    async settle(promise) {
      const state = { isSettled: false };
      const mark = (): void => {
        state.isSettled = true;
      };
      promise.then(mark, mark);
      const untilMs = clock.monotonicMs() + 60_000;
      await promisesSettled();
      while (!state.isSettled) {
        if (clock.monotonicMs() >= untilMs) throw new Error('not settled within a minute');
        await passTo(clock.monotonicMs() + 10);
      }
      return promise;
    },
  };

  // The vehicle takes what the pilot allows, a second behind it, as the controller's loop has it.
  const second = (): void => {
    device.outlet.step(clock.monotonicMs(), bench.isPluggedIn, bench.isPluggedIn);
    device.outlet.measure(device.outlet.isRelayClosed ? device.outlet.pilotA : 0);
    clock.callAt(clock.monotonicMs() + 1000, second);
  };
  second();

  const passTo = async (untilMs: number): Promise<void> => {
    for (;;) {
      await promisesSettled();
      const timeMs = clock.nextCallMs();
      if (timeMs > untilMs) break;
      clock.advanceTo(timeMs);
    }
    clock.advanceTo(untilMs);
    await promisesSettled();
  };
  return bench;
}

async function promisesSettled(): Promise<void> {
  // A chain of awaits needs a turn each; no driver's is longer.
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}
