/** The shared contract of EVSEs, for a SmartEVSE in node role with the program as its master. Times and rules: reference smartevse.md. */
import { describe, expect, it } from 'vitest';
import { readAnswerPdu, readRequestPdu, rtuFrame } from '../../core/protocols/modbus.ts';
import { ACCESS, STATE } from '../firmware/smartevse-codes.ts';
import { createNodeBench, type NodeBench } from './testing/node-bench.ts';

const offer = (bench: NodeBench, currentA: number, index = 0) => bench.settle(bench.drivers[index]?.offer(currentA) ?? Promise.reject(new Error('no driver')));

/** Keeps the offer alive as the loop does, which repeats it at a third of its time to live. */
async function runOffering(bench: NodeBench, seconds: number, currentA: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 3) {
    await offer(bench, currentA);
    await bench.run(3);
  }
}

async function charging(bench: NodeBench, currentA = 16): Promise<void> {
  const [vehicle] = bench.vehicles;
  await bench.run(5);
  await offer(bench, currentA);
  if (vehicle !== undefined) vehicle.isConnected = true;
  await runOffering(bench, 12, currentA);
}

describe('identify and read', () => {
  it('says who it is', async () => {
    const bench = createNodeBench();
    expect(await bench.settle(bench.drivers[0]?.identify() ?? Promise.reject(new Error()))).toEqual({ model: 'SmartEVSE v3', firmware: null, serial: '1000' });
  });

  it('listens before it speaks, then asks every 2 s', async () => {
    const bench = createNodeBench();
    await bench.run(9);
    const polls = bench.bus.sent.filter(({ pdu }) => pdu[0] === 4).map(({ timeMs }) => timeMs);
    expect(polls).toEqual([2500, 4500, 6500, 8500]);
    expect(bench.latest()).toMatchObject({ state: 'idle', isVehicleConnected: false, offeredCurrentA: 0, otherCommander: null });
  });

  it('sends no currents before anybody has offered any', async () => {
    const bench = createNodeBench();
    await bench.run(20);
    expect(bench.bus.sent.filter(({ unitId }) => unitId === 9)).toEqual([]);
  });
});

describe('offer and read back', () => {
  it('reaches the node at once, and stands in its status', async () => {
    const bench = createNodeBench();
    await bench.run(5);
    const asked = bench.monotonicMs();
    expect(await offer(bench, 12.34)).toEqual({ ok: true, value: { requestedA: 12.3, readBackA: 12.3 } });
    expect(bench.bus.sent.filter(({ unitId }) => unitId === 9).map(({ timeMs }) => timeMs)).toEqual([asked]);
  });

  it.each([
    [5.9, 'below the minimum'],
    [16.1, 'above the configured maximum'],
    [NaN, 'no number'],
  ])('%d A is refused: %s', async (currentA) => {
    const bench = createNodeBench();
    await bench.run(5);
    expect(await offer(bench, currentA)).toMatchObject({ ok: false, error: { code: 'out-of-range' } });
    expect(bench.bus.sent.some(({ unitId }) => unitId === 9)).toBe(false);
  });

  it('never gives more than the plugged cable carries', async () => {
    const bench = createNodeBench(1, { configuredMaxA: 32 });
    const [node] = bench.nodes;
    Object.assign(node?.unit.settings ?? {}, { isFixedCable: false, maxA: 32 });
    node?.inputs.plugCable(13);
    await charging(bench, 32);
    expect(bench.latest()?.offeredCurrentA).toBe(13);
    expect(node?.offeredA()).toBe(13);
  });

  it('all offers of one moment are one broadcast', async () => {
    const bench = createNodeBench(2);
    await bench.run(5);
    await bench.settle(Promise.all([bench.drivers[0]?.offer(10), bench.drivers[1]?.offer(8)]));
    expect(bench.bus.sent.filter(({ unitId }) => unitId === 9)).toHaveLength(1);
    expect([bench.latest(0)?.offeredCurrentA, bench.latest(1)?.offeredCurrentA]).toEqual([10, 8]);
  });
});

describe('a session (6.4)', () => {
  it('asks for B and C, is granted both, and charges at what is offered', async () => {
    const bench = createNodeBench();
    await charging(bench, 10);
    expect(bench.latest()).toMatchObject({ state: 'charging', isVehicleConnected: true, offeredCurrentA: 10 });
    expect(bench.nodes[0]?.outlet).toMatchObject({ isRelayClosed: true, pilotA: 10 });
  });

  it('is not granted while it is offered nothing, and told so with error bit 1 after it has waited', async () => {
    const bench = createNodeBench();
    await bench.run(5);
    await offer(bench, 0);
    const [vehicle] = bench.vehicles;
    if (vehicle !== undefined) vehicle.isConnected = true;
    await runOffering(bench, 6, 0);
    expect(bench.nodes[0]?.unit).toMatchObject({ errors: 0, first: { state: STATE.asksB } });
    await runOffering(bench, 6, 0);
    expect(bench.nodes[0]?.unit).toMatchObject({ errors: 1, first: { state: STATE.b1 } });
    expect(bench.nodes[0]?.outlet.isRelayClosed).toBe(false);
  });

  it('an offer clears the bit; the node waits its 60 s and then charges', async () => {
    const bench = createNodeBench();
    await bench.run(5);
    const [vehicle] = bench.vehicles;
    if (vehicle !== undefined) vehicle.isConnected = true;
    await runOffering(bench, 15, 0);
    await runOffering(bench, 54, 8);
    expect(bench.latest()?.state).toBe('connected');
    await runOffering(bench, 24, 8);
    expect(bench.latest()).toMatchObject({ state: 'charging', offeredCurrentA: 8 });
  });

  it('pauses within the moment, and the contactor opens', async () => {
    const bench = createNodeBench();
    await charging(bench);
    expect(await offer(bench, 0)).toEqual({ ok: true, value: { requestedA: 0, readBackA: 0 } });
    expect(bench.nodes[0]?.offeredA()).toBe(0);
    await bench.run(7);
    expect(bench.nodes[0]?.outlet.isRelayClosed).toBe(false);
  });

  it('a vehicle that is unplugged is gone at the next poll', async () => {
    const bench = createNodeBench();
    await charging(bench);
    const [vehicle] = bench.vehicles;
    if (vehicle !== undefined) vehicle.isConnected = false;
    await runOffering(bench, 3, 16);
    expect(bench.latest()).toMatchObject({ state: 'idle', isVehicleConnected: false });
  });
});

describe('a gap', () => {
  it('an offer that nobody renews ends before the node would give up by itself, and broadcasts end with it', async () => {
    const bench = createNodeBench();
    await charging(bench);
    const lastMs = bench.monotonicMs() - 3000;
    await bench.run(40);
    const broadcasts = bench.bus.sent.filter(({ unitId, timeMs }) => unitId === 9 && timeMs > lastMs).map(({ timeMs }) => timeMs);
    expect(Math.max(...broadcasts) - lastMs).toBeLessThan(11_000);
    expect(bench.nodes[0]?.outlet.isRelayClosed).toBe(false);
    expect((bench.nodes[0]?.unit.errors ?? 0) & 2).toBe(2);
  });

  it('between broadcasts is never near 11 s while offers are renewed', async () => {
    const bench = createNodeBench(2);
    await charging(bench);
    await runOffering(bench, 60, 9);
    const times = bench.bus.sent.filter(({ unitId }) => unitId === 9).map(({ timeMs }) => timeMs);
    const gaps = times.slice(1).map((timeMs, index) => timeMs - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2000);
  });

  it("two nodes: what nobody has decided about keeps what it has, and one whose offer has run out is stopped", async () => {
    const bench = createNodeBench(2);
    await charging(bench, 10);
    await offer(bench, 8, 1);
    await bench.run(2);
    expect(bench.nodes[0]?.offeredA()).toBe(10);
    for (let turn = 0; turn < 5; turn += 1) {
      await offer(bench, 8, 1);
      await bench.run(3);
    }
    expect(bench.nodes[0]?.offeredA()).toBe(0);
    expect(bench.latest(1)?.offeredCurrentA).toBe(8);
  });
});

describe('silence, and wrong answers', () => {
  it('an offer that is not confirmed says so', async () => {
    const bench = createNodeBench();
    await bench.run(5);
    bench.bus.silent.add(2);
    expect(await offer(bench, 10)).toMatchObject({ ok: false, error: { code: 'timeout', context: { requestedA: 10, readBackA: 0 } } });
  });

  it('a node that comes back after five missed polls counts as restarted', async () => {
    const bench = createNodeBench();
    await bench.run(5);
    bench.bus.silent.add(2);
    await bench.run(12);
    bench.bus.silent.delete(2);
    await bench.run(3);
    expect(bench.latest()?.restartCount).toBe(1);
    expect(bench.rejections).toEqual([]);
  });

  it('registers that no SmartEVSE has are refused and counted, and the report before stands', async () => {
    const bench = createNodeBench();
    await bench.run(3);
    const before = bench.reports.length;
    const [node] = bench.nodes;
    if (node !== undefined) node.unit.access = 7;
    await bench.run(2);
    expect(bench.rejections).toEqual(['unexpected-reply']);
    expect(bench.reports).toHaveLength(before);
  });

  it('power that goes and comes leaves it without vehicle state, with its settings', async () => {
    const bench = createNodeBench();
    await charging(bench);
    bench.nodes[0]?.cutPower();
    await bench.run(2);
    expect(bench.nodes[0]?.outlet).toMatchObject({ isRelayClosed: false, pilotA: 0 });
    bench.nodes[0]?.restorePower();
    await runOffering(bench, 15, 10);
    expect(bench.latest()).toMatchObject({ state: 'charging', offeredCurrentA: 10 });
  });
});

describe('another master', () => {
  const pollOfOther = rtuFrame(3, readRequestPdu('input', 0, 8));

  it('is named, and nothing is sent any more', async () => {
    const bench = createNodeBench();
    await bench.run(1);
    for (const node of [4, 5]) bench.bus.overhear(rtuFrame(node, readRequestPdu('input', 0, 8)));
    await bench.run(8);
    expect(bench.bus.sent).toEqual([]);
    expect(await offer(bench, 10)).toMatchObject({ ok: false, error: { code: 'refused', context: { otherMaster: 'another Modbus master' } } });
  });

  it('what it is told is told to us, and that somebody else commands', async () => {
    const bench = createNodeBench(2);
    await bench.run(1);
    for (let turn = 0; turn < 3; turn += 1) {
      bench.bus.overhear(rtuFrame(2, readRequestPdu('input', 0, 8)));
      bench.bus.overhear(rtuFrame(2, readAnswerPdu('input', [2, 0, 130, 1, 0, 1, 0, 16])));
      bench.bus.overhear(pollOfOther);
    }
    expect(bench.latest()).toMatchObject({ state: 'charging', offeredCurrentA: 13, otherCommander: 'another Modbus master' });
  });

  it('that falls silent gives the bus back', async () => {
    const bench = createNodeBench();
    await bench.run(1);
    bench.bus.overhear(pollOfOther);
    bench.bus.overhear(pollOfOther);
    await bench.run(20);
    expect(bench.latest()).toMatchObject({ state: 'idle', otherCommander: null });
  });
});

describe('settings', () => {
  const write = (bench: NodeBench, key: string, value: number) => bench.settle(bench.drivers[0]?.writeSetting(key, value) ?? Promise.reject(new Error()));
  const read = (bench: NodeBench, key: string) => bench.settle(bench.drivers[0]?.readSetting(key) ?? Promise.reject(new Error()));

  it('are read and written, and answer with what was read back', async () => {
    const bench = createNodeBench();
    expect(await read(bench, 'max')).toEqual({ ok: true, value: 16 });
    expect(await write(bench, 'max', 20)).toEqual({ ok: true, value: 20 });
    expect(bench.nodes[0]?.unit.settings.maxA).toBe(20);
  });

  it('beyond what the unit takes are refused by it', async () => {
    const bench = createNodeBench();
    expect(await write(bench, 'max', 81)).toMatchObject({ ok: false, error: { code: 'refused', context: { exception: 3 } } });
  });

  it('that only the display can change say where', async () => {
    const bench = createNodeBench();
    expect(await write(bench, 'capacity', 50)).toMatchObject({ ok: false, error: { code: 'not-supported', context: { display: 'menu: CAPACITY' } } });
    expect(await read(bench, 'max-temp')).toMatchObject({ ok: false, error: { code: 'not-supported', context: { display: 'menu: MAX TEMP' } } });
  });

  it('of the custom meter stand elsewhere in the D35 firmware, which shows it', async () => {
    const bench = createNodeBench();
    expect(await write(bench, 'byte-ord', 2)).toEqual({ ok: true, value: 2 });
    expect(bench.nodes[0]?.registers.kept.get(0x020a)).toBe(2);
    const other = createNodeBench();
    // CIRCT ADR where the others have FUNCTION.
    other.nodes[0]?.registers.kept.set(0x020c, 13).set(0x020e, 3);
    expect(await read(other, 'byte-ord')).toEqual({ ok: true, value: 3 });
    expect(await read(other, 'ene-divi')).toMatchObject({ ok: false, error: { code: 'not-supported', context: { display: 'menu: ENE DIVI' } } });
  });

  it('a new node number answers under the new address', async () => {
    const bench = createNodeBench();
    expect(await write(bench, 'pwr-share', 2)).toEqual({ ok: true, value: 2 });
  });
});

describe('leaving', () => {
  it('the last driver that goes takes polls and broadcasts with it', async () => {
    const bench = createNodeBench();
    await charging(bench);
    bench.drivers[0]?.close();
    const before = bench.bus.sent.length;
    await bench.run(15);
    expect(bench.bus.sent).toHaveLength(before);
    expect(bench.nodes[0]?.outlet.isRelayClosed).toBe(false);
  });

  it('a node that is given back is told nothing and stops by itself', async () => {
    const bench = createNodeBench();
    await charging(bench);
    expect(await bench.settle(bench.drivers[0]?.release() ?? Promise.reject(new Error()))).toEqual({ ok: true, value: null });
    await bench.run(20);
    expect(bench.nodes[0]?.outlet.isRelayClosed).toBe(false);
  });
});

describe('access', () => {
  it('that nobody grants keeps a vehicle waiting', async () => {
    const bench = createNodeBench();
    const [node] = bench.nodes;
    if (node !== undefined) node.unit.access = ACCESS.pause;
    await charging(bench);
    expect(bench.latest()).toMatchObject({ state: 'idle' });
    expect(node?.outlet.isRelayClosed).toBe(false);
  });
});
