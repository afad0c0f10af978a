/** Drivers as masters of simulated SmartEVSE nodes on one bus in memory, a virtual clock, and hands that plug in and out. */
import type { EvseDriver } from '../../../core/drivers/driver.ts';
import { createSmartevseModbusDriver } from '../../../core/drivers/evses/smartevse-modbus.ts';
import { evseId } from '../../../core/quantities.ts';
import { evseSchema } from '../../../core/site/schema.ts';
import type { EvseReport } from '../../../core/site/readings.ts';
import type { Evse } from '../../../core/site/site.ts';
import { createVirtualClock } from '../../../core/time/virtual-clock.ts';
import type { ModbusBus } from '../../../core/transport/modbus-bus.ts';
import { createSmartevseNode, type SimulatedSmartevseNode } from '../../evses/smartevse-node.ts';
import type { SimulatedUnit } from '../../modbus-unit.ts';
import { createUnitBus, type UnitBus } from './unit-bus.ts';

export interface NodeBench {
  readonly bus: UnitBus;
  readonly nodes: readonly SimulatedSmartevseNode[];
  readonly drivers: readonly EvseDriver[];
  readonly reports: readonly EvseReport[];
  readonly rejections: readonly string[];
  readonly vehicles: { isConnected: boolean; wantsEnergy: boolean }[];
  latest(index?: number): EvseReport | undefined;
  /** Lets so much time pass, second by second. */
  run(seconds: number): Promise<void>;
  settle<T>(promise: Promise<T>): Promise<T>;
  monotonicMs(): number;
}

export function nodeEvse(unitId: number, changes: object = {}): Evse {
  return evseSchema.parse({
    id: `node-${unitId - 1}`,
    name: `Node ${unitId - 1}`,
    circuitId: 'ev',
    model: 'smartevse',
    link: { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId },
    phaseCount: 3,
    ratingA: 32,
    configuredMaxA: 16,
    stepA: 0.1,
    failSafeCurrentA: 0,
    powerUpCurrentA: 0,
    startsByItself: false,
    offerTtlMs: 11_000,
    ...changes,
  });
}

/** Nodes at 2 and on. */
export function createNodeBench(count = 1, evseChanges: object = {}, extraUnits: readonly SimulatedUnit[] = []): NodeBench {
  const clock = createVirtualClock();
  const evses = Array.from({ length: count }, (_, index) => nodeEvse(index + 2, evseChanges));
  const nodes = evses.map((evse, index) => createSmartevseNode({ id: evseId(evse.id), unitId: index + 2, serial: 1000 + index, maxA: 16 }));
  const bus = createUnitBus(clock, [...nodes, ...extraUnits]);
  const links = { mqtt: null, buses: new Map<string, ModbusBus>([['serial:/dev/ttyUSB0', bus.bus]]), taps: new Map([['serial:/dev/ttyUSB0', bus.tap]]) };
  const drivers = evses.map((evse) => createSmartevseModbusDriver(evse, { links, clock }));
  const reports: EvseReport[] = [];
  const rejections: string[] = [];
  for (const driver of drivers) {
    driver.onReport((report) => reports.push(report));
    driver.onRejection(({ failure }) => rejections.push(failure.code));
  }
  const vehicles = nodes.map(() => ({ isConnected: false, wantsEnergy: true }));
  let nextSecondMs = 0;

  const settlePromises = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  };

  const passTo = async (untilMs: number): Promise<void> => {
    for (;;) {
      const timeMs = Math.min(nextSecondMs, clock.nextCallMs());
      if (timeMs > untilMs) break;
      clock.enter(timeMs);
      if (timeMs >= nextSecondMs) {
        nextSecondMs += 1000;
        nodes.forEach(({ outlet }, index) => {
          const vehicle = vehicles[index];
          outlet.step(timeMs, vehicle?.isConnected === true, vehicle?.wantsEnergy === true);
          outlet.measure(outlet.isRelayClosed ? outlet.pilotA : 0);
        });
      }
      clock.advanceTo(timeMs);
      await settlePromises();
    }
    clock.advanceTo(untilMs);
    await settlePromises();
  };

  return {
    bus,
    nodes,
    drivers,
    reports,
    rejections,
    vehicles,
    latest: (index = 0) => reports.filter((report) => report.evseId === evses[index]?.id).at(-1),
    run: (seconds) => passTo(clock.monotonicMs() + seconds * 1000),
    async settle(promise) {
      const state = { isSettled: false };
      const mark = (): void => void (state.isSettled = true);
      promise.then(mark, mark);
      for (let turn = 0; turn < 600; turn += 1) {
        await settlePromises();
        if (state.isSettled) return promise;
        await passTo(clock.monotonicMs() + 50);
      }
      throw new Error('not settled after 30 s');
    },
    monotonicMs: () => clock.monotonicMs(),
  };
}
