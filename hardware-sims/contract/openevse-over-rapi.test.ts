import { describe, expect, it } from 'vitest';
import { bytesOf } from '../byte-port.ts';
import { armHeartbeat, setCurrent } from '../firmware/openevse-controller.ts';
import { createRapiBench, type RapiBench } from './testing/rapi-bench.ts';

async function chargingBench(options: Parameters<typeof createRapiBench>[0] = {}): Promise<RapiBench> {
  const bench = createRapiBench(options);
  bench.isPluggedIn = true;
  await bench.run(10);
  return bench;
}

/** Armed as the gateway arms it at every boot (reference openevse e.7). */
const armed = {
  prepare(device: RapiBench['device']): void {
    armHeartbeat(device.controller, 5000, 6, 0);
  },
};

describe('an OpenEVSE controller driven over RAPI', () => {
  it('says who it is', async () => {
    const bench = createRapiBench({ device: { firmware: '7.1.3.EU' } });
    await bench.run(1);
    expect(await bench.settle(bench.driver.identify())).toEqual({ model: 'OpenEVSE controller', firmware: '7.1.3.EU', serial: 'SIM001FF00CAFE' });
  });

  it('is known within half a second of the connection: state, vehicle and present offer', async () => {
    const bench = createRapiBench();
    await bench.run(0.5);
    expect(bench.latestReport()).toMatchObject({ state: 'idle', isVehicleConnected: false, offeredCurrentA: 34, otherCommander: null, restartCount: 0 });
  });

  it.each(['5.1.3', '4.0.1', '2.0.4'])('offers what it is asked for and reads it back, with protocol %s', async (protocol) => {
    const bench = await chargingBench({ device: { protocol } });
    expect(await bench.settle(bench.driver.offer(16))).toEqual({ ok: true, value: { requestedA: 16, readBackA: 16 } });
    await bench.run(4);
    expect(bench.device.outlet.pilotA).toBe(16);
    expect(bench.latestReport()).toMatchObject({ state: 'charging', isVehicleConnected: true, offeredCurrentA: 16, measuredCurrentA: [16, null, null], voltageV: null });
    expect(bench.driver.details().version?.protocol).toBe(protocol);
    expect(bench.rejections).toEqual([]);
  });

  it('never stores a current, and never burns the hardware maximum in', async () => {
    const bench = await chargingBench(armed);
    for (const currentA of [16, 0, 20, 6]) await bench.settle(bench.driver.offer(currentA));
    await bench.run(60);
    await bench.settle(bench.driver.release());
    const set = bench.device.heard.filter((command) => command.startsWith('$SC'));
    expect(set.length).toBeGreaterThan(3);
    expect(set.every((command) => /^\$SC \d+ V$/.test(command))).toBe(true);
    expect(bench.device.controller.configuredMaxA).toBe(34);
  });

  it('rounds down to whole amperes', async () => {
    const bench = await chargingBench();
    expect(await bench.settle(bench.driver.offer(16.9))).toMatchObject({ ok: true, value: { requestedA: 16, readBackA: 16 } });
  });

  it.each([5.9, 1, -6, 35, NaN])('refuses %d A, which it cannot offer', async (currentA) => {
    const bench = await chargingBench();
    expect(await bench.settle(bench.driver.offer(currentA))).toMatchObject({ ok: false, error: { code: 'out-of-range' } });
    expect(bench.device.heard.some((command) => command.startsWith('$SC'))).toBe(false);
  });

  it('pauses and charges again, never with more than is asked for in between', async () => {
    const bench = await chargingBench();
    expect(await bench.settle(bench.driver.offer(0))).toEqual({ ok: true, value: { requestedA: 0, readBackA: 0 } });
    await bench.run(5);
    expect(bench.device.outlet.isRelayClosed).toBe(false);
    expect(bench.latestReport()).toMatchObject({ state: 'paused', offeredCurrentA: 0, isVehicleConnected: true });
    const before = bench.device.heard.length;
    expect(await bench.settle(bench.driver.offer(10))).toMatchObject({ ok: true, value: { readBackA: 10 } });
    // The pilot is set before it wakes.
    expect(bench.device.heard.slice(before).filter((command) => /^\$(SC|FE)/.test(command))).toEqual(['$SC 10 V', '$FE']);
    await bench.run(5);
    expect(bench.latestReport()).toMatchObject({ state: 'charging', offeredCurrentA: 10, measuredCurrentA: [10, null, null] });
  });

  it('does again what its own settings say once it is released', async () => {
    const bench = await chargingBench();
    await bench.settle(bench.driver.offer(0));
    expect(await bench.settle(bench.driver.release())).toEqual({ ok: true, value: null });
    await bench.run(5);
    expect(bench.latestReport()).toMatchObject({ state: 'charging', offeredCurrentA: 34 });
  });

  it('tells a change of state by its event, before any poll', async () => {
    const bench = createRapiBench();
    await bench.run(2.9);
    bench.isPluggedIn = true;
    await bench.run(0.15);
    expect(bench.latestReport()).toMatchObject({ state: 'connected', isVehicleConnected: true });
  });

  it('takes the answer behind events that come between command and answer', async () => {
    const bench = await chargingBench();
    bench.line.fault = { kind: 'garbage-before', bytes: bytesOf('$AT 03 03 34 0540^2E\r$AN 0^50\r$WF 2^5A\r') };
    expect(await bench.settle(bench.driver.offer(12))).toMatchObject({ ok: true, value: { readBackA: 12 } });
  });

  it('knows its temperatures, its faults and its energy', async () => {
    const bench = await chargingBench();
    await bench.run(40);
    // $GP 280 285 -2560 as in captures/openevse-rapi/console-2021-06-sleeping; 34 A at 240 V for the time since the last $GU.
    expect(bench.driver.details()).toMatchObject({ temperaturesC: [28, 28.5, null], faultCounts: { groundFaults: 0, lostGrounds: 0, stuckRelays: 0 } });
    expect(bench.latestReport()?.energyWh).toBeGreaterThan(50);
    expect(bench.latestReport()?.energyWh).toBeLessThan((34 * 240 * 50) / 3600);
  });

  it('says what throttles it: the pilot, not what was asked for (capture openevse-rapi/gc-temperature-throttle)', async () => {
    const bench = await chargingBench();
    await bench.settle(bench.driver.offer(11));
    setCurrent(bench.device.controller, 6);
    await bench.run(3);
    expect(bench.latestReport()).toMatchObject({ offeredCurrentA: 6, otherCommander: null });
    expect(bench.device.heard.filter((command) => command.startsWith('$SC'))).toEqual(['$SC 11 V']);
  });
});

describe('supervision', () => {
  it('is fed while the driver lives, and falls back by itself when it does not', async () => {
    const bench = await chargingBench(armed);
    await bench.settle(bench.driver.offer(20));
    await bench.run(30);
    expect([bench.device.controller.heartbeatTrigger, bench.device.outlet.pilotA]).toEqual([0, 20]);
    expect(bench.driver.capabilities().offersExpire).toBe(true);
    bench.driver.close();
    await bench.run(7);
    expect([bench.device.controller.heartbeatTrigger, bench.device.outlet.pilotA]).toEqual([2, 6]);
  });

  it('is acknowledged after a miss with the current sent again right behind it, so that the stored maximum lasts no longer than the wire', async () => {
    const bench = await chargingBench(armed);
    await bench.settle(bench.driver.offer(20));
    bench.wire.unplug();
    await bench.run(8);
    expect(bench.device.outlet.pilotA).toBe(6);
    const before = bench.device.heard.length;
    bench.wire.plugIn();
    await bench.run(3);
    const heard = bench.device.heard.slice(before);
    const at = heard.indexOf('$SY 165');
    expect(at).toBeGreaterThan(0);
    expect(heard[at + 1]).toBe('$SC 20 V');
    expect([bench.device.outlet.pilotA, bench.device.controller.heartbeatTrigger]).toEqual([20, 1]);
    expect(bench.latestReport()).toMatchObject({ offeredCurrentA: 20, restartCount: 1, otherCommander: null });
  });

  it('is not acknowledged while nobody has offered anything: the fall-back is the safest there is', async () => {
    const bench = createRapiBench({
      prepare(device) {
        armHeartbeat(device.controller, 5000, 6, -10_000);
      },
    });
    bench.isPluggedIn = true;
    await bench.run(20);
    expect(bench.device.heard).not.toContain('$SY 165');
    expect(bench.latestReport()?.offeredCurrentA).toBe(6);
    expect(await bench.settle(bench.driver.offer(16))).toMatchObject({ ok: true, value: { readBackA: 16 } });
  });

  it('ends with an offer that is not repeated within its time to live', async () => {
    const bench = await chargingBench({ ...armed, evse: { offerTtlMs: 6000 } });
    await bench.settle(bench.driver.offer(20));
    await bench.run(5);
    await bench.settle(bench.driver.offer(20));
    await bench.run(5);
    expect(bench.device.outlet.pilotA).toBe(20);
    await bench.run(8);
    expect(bench.device.outlet.pilotA).toBe(6);
    expect(bench.latestReport()?.offeredCurrentA).toBe(6);
    expect(await bench.settle(bench.driver.offer(18))).toMatchObject({ ok: true, value: { readBackA: 18 } });
    await bench.run(4);
    expect(bench.device.outlet.pilotA).toBe(18);
  });

  it('does not exist in old controllers, whose offers stand for ever', async () => {
    const bench = await chargingBench();
    expect(bench.driver.capabilities().offersExpire).toBe(false);
    await bench.settle(bench.driver.offer(20));
    bench.driver.close();
    await bench.run(600);
    expect(bench.device.outlet.pilotA).toBe(20);
  });
});

describe('what a controller forgets', () => {
  it.each([10, 0])('is said again at once when it has started anew: %d A', async (currentA) => {
    const bench = await chargingBench();
    await bench.settle(bench.driver.offer(currentA));
    bench.device.cutPower();
    await bench.run(2);
    bench.device.restorePower();
    await bench.run(8);
    expect(bench.device.outlet.pilotA).toBe(currentA);
    expect(bench.latestReport()).toMatchObject({ offeredCurrentA: currentA, otherCommander: null });
    expect(bench.latestReport()?.restartCount).toBeGreaterThan(0);
  });

  it('a pilot that somebody else raises is lowered again, and named when it happens twice', async () => {
    const bench = await chargingBench();
    await bench.settle(bench.driver.offer(10));
    for (let round = 0; round < 2; round += 1) {
      setCurrent(bench.device.controller, 30);
      await bench.run(4);
      expect(bench.device.controller.pilotA).toBe(10);
    }
    expect(bench.latestReport()?.otherCommander).toBe('another RAPI master');
    await bench.run(70);
    expect(bench.latestReport()?.otherCommander).toBeNull();
  });
});

describe('a line that is not sound', () => {
  it('silence: the offer fails with timeout, reports stop, and the decrease is made up for when the line is sound again', async () => {
    const bench = await chargingBench();
    bench.line.fault = { kind: 'silent' };
    const said = bench.reports.length;
    expect(await bench.settle(bench.driver.offer(10))).toMatchObject({ ok: false, error: { code: 'timeout', context: { requestedA: 10 } } });
    await bench.run(5);
    expect(bench.reports.length).toBeLessThanOrEqual(said + 1);
    bench.line.fault = null;
    await bench.run(8);
    expect(bench.latestReport()).toMatchObject({ offeredCurrentA: 10 });
  });

  it('a rise that failed is not made up for later', async () => {
    const bench = await chargingBench();
    await bench.settle(bench.driver.offer(10));
    bench.wire.unplug();
    expect(await bench.settle(bench.driver.offer(20))).toMatchObject({ ok: false, error: { code: 'link-lost' } });
    bench.wire.plugIn();
    await bench.run(60);
    expect(bench.device.controller.pilotA).toBe(10);
    expect(bench.latestReport()).toMatchObject({ offeredCurrentA: 10, restartCount: 1 });
  });

  it('only first attempts get lost: what is asked for is done', async () => {
    const bench = await chargingBench();
    bench.line.fault = { kind: 'first-attempt-only' };
    expect(await bench.settle(bench.driver.offer(12))).toMatchObject({ ok: true, value: { readBackA: 12 } });
  });

  it.each([
    ['cut short', { kind: 'cut-short', byteCount: 4 } as const],
    ['corrupt', { kind: 'corrupt' } as const],
    ['too late', { kind: 'late', delayMs: 700 } as const],
  ])('answers that are %s are taken for none, and every one is counted', async (_, fault) => {
    const bench = await chargingBench();
    const before = bench.latestReport();
    bench.line.fault = fault;
    const answer = await bench.settle(bench.driver.offer(12));
    expect(answer).toMatchObject({ ok: false, error: { code: 'timeout' } });
    expect(bench.rejections.length).toBeGreaterThan(0);
    expect(bench.latestReport()?.measuredCurrentA).toEqual(before?.measuredCurrentA);
    bench.line.fault = null;
    await bench.run(8);
    expect(bench.latestReport()).toMatchObject({ offeredCurrentA: 12 });
  });

  it('an adapter that echoes is read past', async () => {
    const bench = await chargingBench();
    bench.line.fault = { kind: 'echo' };
    expect(await bench.settle(bench.driver.offer(12))).toMatchObject({ ok: true, value: { readBackA: 12 } });
    expect(bench.driver.details().rejections.get('unexpected-reply')).toBeGreaterThan(0);
  });

  it('gives up waiting when asked to', async () => {
    const bench = createRapiBench();
    await expect(bench.settle(bench.driver.read(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('stored settings', () => {
  it('are read, and written with the value read back', async () => {
    const bench = await chargingBench();
    expect(await bench.settle(bench.driver.readSetting('max_current_soft'))).toEqual({ ok: true, value: 34 });
    expect(await bench.settle(bench.driver.readSetting('scale'))).toEqual({ ok: true, value: 220 });
    expect(await bench.settle(bench.driver.writeSetting('heartbeat_current', 8))).toEqual({ ok: true, value: 8 });
    expect(await bench.settle(bench.driver.writeSetting('heartbeat_interval', 10))).toEqual({ ok: true, value: 10 });
    expect(bench.device.controller).toMatchObject({ heartbeatIntervalMs: 10_000, heartbeatFallbackA: 8 });
    expect(await bench.settle(bench.driver.readSetting('no_such_setting'))).toMatchObject({ ok: false, error: { code: 'not-supported' } });
  });

  it('a stored maximum moves the pilot too: what stands is sent again at once', async () => {
    const bench = await chargingBench();
    await bench.settle(bench.driver.offer(10));
    expect(await bench.settle(bench.driver.writeSetting('max_current_soft', 30))).toEqual({ ok: true, value: 30 });
    expect(bench.device.controller.pilotA).toBe(10);
  });

  it('the hardware maximum is none of them', async () => {
    const bench = await chargingBench();
    expect(await bench.settle(bench.driver.writeSetting('max_current_hard', 40))).toMatchObject({ ok: false, error: { code: 'not-supported' } });
    expect(bench.device.heard.some((command) => command.includes('M'))).toBe(false);
  });
});
