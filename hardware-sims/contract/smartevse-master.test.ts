/** A simulated master with its nodes and a Sensorbox on one pair, and what a listener beside it hears. Rules: reference smartevse.md 3, 6.3, 6.4. */
import { describe, expect, it } from 'vitest';
import { BUNDLED_METERS } from '../../core/devices/list-meters.ts';
import { createSmartevseOverhearing, type Overheard } from '../../core/drivers/evses/smartevse-overhearing.ts';
import { createSmartevseListener } from '../../core/protocols/smartevse-listener.ts';
import { evseId, meterId } from '../../core/quantities.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import { meterSchema } from '../../core/site/schema.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createSmartevseMaster, type SimulatedSmartevseMaster } from '../evses/smartevse-master.ts';
import { createSmartevseNode, type SimulatedSmartevseNode } from '../evses/smartevse-node.ts';
import { createSensorbox } from '../meters/sensorbox.ts';
import { nodeEvse } from './testing/node-bench.ts';
import { createUnitBus, type UnitBus } from './testing/unit-bus.ts';

interface MasterRig {
  readonly master: SimulatedSmartevseMaster;
  readonly nodes: readonly SimulatedSmartevseNode[];
  readonly bus: UnitBus;
  houseA: number;
  isVehicleAt: (node: number) => boolean;
  run(seconds: number): Promise<void>;
  timeMs(): number;
}

function rigOf(nodeCount: number): MasterRig {
  const clock = createVirtualClock();
  const nodes = Array.from({ length: nodeCount }, (_, index) => createSmartevseNode({ id: evseId(`node-${index + 1}`), unitId: index + 2, serial: index, maxA: 16 }));
  const drawnA = (): number => nodes.reduce((sum, { outlet }) => sum + (outlet.isRelayClosed ? outlet.pilotA : 0), 0);
  const box = createSensorbox({
    measure: () => {
      const currentA = rig.houseA + drawnA();
      return { currentA: [currentA, currentA, currentA], voltageV: [230, 230, 230] };
    },
  });
  const bus = createUnitBus(clock, [...nodes, box]);
  const description = BUNDLED_METERS.get('sensorbox');
  if (description === undefined) throw new Error('not described');
  const master = createSmartevseMaster({ bus: bus.bus, settings: { mainsA: 25, circuitA: 25, maxA: 16 }, mainsMeter: { unitId: 10, description } });
  let second = 0;
  const pass = async (): Promise<void> => {
    clock.enter(second * 1000);
    nodes.forEach(({ outlet }, index) => {
      outlet.step(second * 1000, rig.isVehicleAt(index), true);
      outlet.measure(outlet.isRelayClosed ? outlet.pilotA : 0);
    });
    master.passSecond(false, false);
    if (second % 2 === 0) {
      const state = { isDone: false };
      void master.passCycle().then(() => void (state.isDone = true));
      for (let turn = 0; turn < 4000 && !state.isDone; turn += 1) {
        await Promise.resolve();
        clock.runNext(second * 1000 + 1900);
      }
      expect(state.isDone).toBe(true);
    }
    second += 1;
  };
  const rig: MasterRig = {
    master,
    nodes,
    bus,
    houseA: 0,
    isVehicleAt: () => false,
    async run(seconds) {
      for (let passed = 0; passed < seconds; passed += 1) await pass();
    },
    timeMs: () => clock.monotonicMs(),
  };
  return rig;
}

describe('a master with two nodes', () => {
  it('asks meter, then all seven addresses, then tells the currents, within its 2 s', async () => {
    const rig = rigOf(2);
    await rig.run(3);
    const [first] = rig.bus.sent.map(({ timeMs }) => timeMs);
    const cycle = rig.bus.sent.filter(({ timeMs }) => timeMs < 2000);
    expect(cycle.map(({ unitId }) => unitId)).toEqual([10, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(first).toBe(0);
    // Five of seven addresses are silent for 85 ms each (6.3: "about 0.6 s" for all seven).
    expect(cycle.at(-1)?.timeMs).toBe(5 * 85);
  });

  it('grants, shares and keeps the mains below MAINS', async () => {
    const rig = rigOf(2);
    rig.houseA = 5;
    rig.isVehicleAt = () => true;
    await rig.run(60);
    const [first = 0, second = 0] = rig.nodes.map((node) => node.offeredA());
    expect(rig.nodes.every(({ outlet }) => outlet.isRelayClosed)).toBe(true);
    // 25 - 5 for two alike.
    expect(first + second).toBeGreaterThan(17);
    expect(first + second).toBeLessThanOrEqual(20);
    expect(Math.abs(first - second)).toBeLessThanOrEqual(0.1);
  });

  it('a meter that falls silent stops broadcasts and nodes', async () => {
    const rig = rigOf(1);
    rig.isVehicleAt = () => true;
    await rig.run(30);
    expect(rig.nodes[0]?.outlet.isRelayClosed).toBe(true);
    rig.bus.silent.add(10);
    await rig.run(30);
    expect(rig.nodes[0]?.outlet.isRelayClosed).toBe(false);
    const broadcasts = rig.bus.sent.filter(({ unitId }) => unitId === 9).map(({ timeMs }) => timeMs);
    expect(rig.timeMs() - Math.max(...broadcasts)).toBeGreaterThan(15_000);
  });

  it('a listener hears who commands, what each node does and may take, and the mains', async () => {
    const rig = rigOf(2);
    rig.houseA = 4;
    rig.isVehicleAt = (node) => node === 0;
    const listener = createSmartevseListener();
    const kinds = new Map<string, unknown>();
    // Beside it everything comes in.
    rig.bus.tap.onChunk((chunk) => {
      for (const event of listener.push({ ...chunk, direction: 'in' })) {
        if (event.kind === 'status') kinds.set(`status ${event.unitId}`, event.status.stateCode);
        if (event.kind === 'broadcast') kinds.set('broadcast', event.broadcast);
        if (event.kind === 'registers') kinds.set(`registers ${event.unitId}`, event.words.length);
      }
    });
    await rig.run(40);
    expect(listener.otherMaster(rig.timeMs())).toBe('smartevse');
    expect(kinds.get('status 2')).toBe(2);
    expect(kinds.get('status 3')).toBe(0);
    expect(kinds.get('registers 10')).toBe(20);
    const offeredDa = Math.round((rig.nodes[0]?.offeredA() ?? 0) * 10);
    expect(kinds.get('broadcast')).toMatchObject({ currentsDa: [0, offeredDa, 0, 0, 0, 0, 0, 0], mainsDa: [200, 200, 200] });
    expect(listener.droppedBytes()).toBe(0);
  });

  it('devices of a site are told of by it, marked as overheard', async () => {
    const rig = rigOf(2);
    rig.houseA = 4;
    rig.isVehicleAt = (node) => node === 0;
    const description = BUNDLED_METERS.get('sensorbox');
    if (description === undefined) throw new Error('not described');
    const box = meterSchema.parse({ id: 'box', name: 'Box', model: 'sensorbox', link: { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 10 }, clamp: 'each-phase', periodMs: 2000, allowedAgeMs: 10_000 });
    const mains = { ...box, id: meterId('mains') };
    const master = nodeEvse(2, { id: 'master', link: { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 1 } });
    const overhearing = createSmartevseOverhearing({
      tap: { ...rig.bus.tap, onChunk: (listener) => rig.bus.tap.onChunk((chunk) => { listener({ ...chunk, direction: 'in' }); }) },
      evses: [master, nodeEvse(2), nodeEvse(3)],
      meters: [{ meter: box, description }],
      mains,
    });
    const reports = new Map<string, Overheard<EvseReport>>();
    const readings = new Map<string, Overheard<MeterReading>>();
    overhearing.onReport((report) => reports.set(report.value.evseId, report));
    overhearing.onReading((reading) => readings.set(reading.value.meterId, reading));
    await rig.run(40);
    const offeredA = rig.nodes[0]?.offeredA() ?? NaN;
    expect(reports.get('node-1')).toMatchObject({ origin: 'overheard', value: { state: 'charging', offeredCurrentA: offeredA, otherCommander: 'SmartEVSE master' } });
    expect(reports.get('node-2')).toMatchObject({ value: { state: 'idle', isVehicleConnected: false, otherCommander: 'SmartEVSE master' } });
    expect(reports.get('master')).toMatchObject({ value: { state: null, offeredCurrentA: 0 } });
    expect(readings.get('box')?.value.currentA[0]).toBeCloseTo(4 + offeredA, 3);
    expect(readings.get('mains')).toMatchObject({ origin: 'overheard', value: { currentA: [20, 20, 20], isLive: false } });
    overhearing.close();
    const before = reports.get('node-1')?.value.timeMs;
    await rig.run(10);
    expect(reports.get('node-1')?.value.timeMs).toBe(before);
    expect(overhearing.commander(rig.timeMs() + 20_000)).toBeNull();
  });
});
