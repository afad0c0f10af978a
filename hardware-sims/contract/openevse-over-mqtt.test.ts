import { describe, expect, it } from 'vitest';
import { createContractBench } from './contract-bench.ts';

const car = { id: 'car', evse: 'primary', plugInS: 20 };
const base = 'openevse-7b2c';

describe('an OpenEVSE driven over MQTT', () => {
  it('says who it is', async () => {
    const bench = createContractBench();
    await bench.run(1);
    const identity = await bench.settle(bench.evse.identify());
    expect(identity).toMatchObject({ model: 'OpenEVSE' });
    expect(identity.firmware).toMatch(/^v?\d+\.\d+/);
  });

  it('is known within two seconds of the connection: state, vehicle and present offer', async () => {
    const bench = createContractBench();
    await bench.run(2);
    expect(bench.latestReport()).toMatchObject({ state: 'idle', isVehicleConnected: false, offeredCurrentA: 34, otherCommander: null });
  });

  it('offers what it is asked for and reads it back', async () => {
    const bench = createContractBench({ vehicles: [car] });
    await bench.run(40);
    expect(await bench.settle(bench.evse.offer(16))).toEqual({ ok: true, value: { requestedA: 16, readBackA: 16 } });
    await bench.run(6);
    expect(bench.evseCurrentA()).toBe(16);
    expect(bench.latestReport()).toMatchObject({ state: 'charging', offeredCurrentA: 16 });
    expect(bench.latestReport()?.measuredCurrentA).toEqual([16, 16, null]);
  });

  it('tells what it is set to at once, and again when that changes, without its secrets', async () => {
    const shaper = { current_shaper_enabled: true, current_shaper_max_pwr: 9600, mqtt_live_pwr: 'shellies/em/emeter/0/power' };
    const bench = createContractBench({ devices: { primary: { ...shaper, heartbeat_current: 8, mqtt_pass: 'secret', www_password: 'secret' } } });
    const told: Readonly<Record<string, unknown>>[] = [];
    bench.evse.onSettings((settings) => told.push(settings));
    await bench.run(2);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ ...shaper, heartbeat_current: 8, max_current_soft: 34, service: 2, divert_enabled: false, schedule: '[]' });
    expect(JSON.stringify(told)).not.toMatch(/secret|pass|DUMMY/i);
    await bench.settle(bench.evse.writeSetting('max_current_soft', 20));
    await bench.run(1);
    expect(told.slice(1)).toMatchObject([{ ...shaper, max_current_soft: 20 }]);
    // Whoever asks later is told what is known.
    const later: unknown[] = [];
    bench.evse.onSettings((settings) => later.push(settings));
    expect(later).toEqual(told.slice(1));
  });

  it('rounds down to whole amperes', async () => {
    const bench = createContractBench({ vehicles: [car] });
    await bench.run(40);
    expect(await bench.settle(bench.evse.offer(16.9))).toMatchObject({ ok: true, value: { requestedA: 16 } });
  });

  it.each([5.9, 1, -6, 34.5 + 1, NaN])('refuses %d A, which it cannot offer', async (currentA) => {
    const bench = createContractBench();
    await bench.run(2);
    expect(await bench.settle(bench.evse.offer(currentA))).toMatchObject({ ok: false, error: { code: 'out-of-range' } });
  });

  it('pauses and charges again', async () => {
    const bench = createContractBench({ vehicles: [car] });
    await bench.run(40);
    expect(await bench.settle(bench.evse.offer(0))).toEqual({ ok: true, value: { requestedA: 0, readBackA: 0 } });
    await bench.run(5);
    expect(bench.evseCurrentA()).toBe(0);
    expect(bench.latestReport()).toMatchObject({ state: 'paused', offeredCurrentA: 0 });
    expect(await bench.settle(bench.evse.offer(10))).toMatchObject({ ok: true });
    await bench.run(10);
    expect(bench.evseCurrentA()).toBe(10);
  });

  it('does again what its own settings say once it is released', async () => {
    const bench = createContractBench({ vehicles: [car] });
    await bench.run(40);
    await bench.settle(bench.evse.offer(10));
    expect(await bench.settle(bench.evse.release())).toMatchObject({ ok: true });
    await bench.run(20);
    expect(bench.latestReport()?.offeredCurrentA).toBe(34);
  });

  it('forgets its claim when the gateway restarts, and the report tells of the restart', async () => {
    const bench = createContractBench({ faults: [{ kind: 'gateway-reboot', device: 'primary', fromS: 60 }] });
    await bench.run(10);
    await bench.settle(bench.evse.offer(10));
    const before = bench.latestReport()?.restartCount ?? 0;
    await bench.run(100);
    expect(bench.latestReport()?.restartCount).toBeGreaterThan(before);
    expect(bench.latestReport()?.offeredCurrentA).toBe(34);
  });

  it('falls to 6 A by itself within seconds when its gateway dies, and reports nothing any more', async () => {
    const bench = createContractBench({ vehicles: [car], faults: [{ kind: 'gateway-down', device: 'primary', fromS: 60 }] });
    await bench.run(60);
    expect(bench.evseCurrentA()).toBe(34);
    const said = bench.reports.length;
    await bench.run(15);
    expect(bench.evseCurrentA()).toBe(6);
    await bench.run(60);
    expect(bench.reports.length).toBeLessThanOrEqual(said + 1);
  });

  it('names a manual override that commands it, and its end', async () => {
    const bench = createContractBench();
    await bench.run(5);
    await bench.link.publish(`${base}/override/set`, '{"state":"active","charge_current":20}');
    await bench.run(5);
    expect(bench.latestReport()?.otherCommander).toBe('manual override');
    await bench.link.publish(`${base}/override/set`, 'clear');
    await bench.run(5);
    expect(bench.latestReport()?.otherCommander).toBeNull();
  });

  it('says link-lost for an offer while the broker is away, and does not send it later', async () => {
    const bench = createContractBench({ faults: [{ kind: 'broker-down', fromS: 10, untilS: 20 }] });
    await bench.run(12);
    expect(await bench.settle(bench.evse.offer(10))).toMatchObject({ ok: false, error: { code: 'link-lost' } });
    await bench.run(60);
    expect(bench.latestReport()?.offeredCurrentA).toBe(34);
  });

  it('answers timeout for an offer that a device under an override does not take', async () => {
    const bench = createContractBench();
    await bench.run(5);
    await bench.link.publish(`${base}/override/set`, '{"state":"active","charge_current":20}');
    await bench.run(5);
    expect(await bench.settle(bench.evse.offer(10))).toMatchObject({ ok: false, error: { code: 'timeout', context: { requestedA: 10, readBackA: 20 } } });
  });

  it('reads and writes a stored setting and answers with the value read back', async () => {
    const bench = createContractBench();
    await bench.run(5);
    expect(await bench.settle(bench.evse.readSetting('max_current_soft'))).toEqual({ ok: true, value: 34 });
    expect(await bench.settle(bench.evse.writeSetting('max_current_soft', 30))).toEqual({ ok: true, value: 30 });
    expect(await bench.settle(bench.evse.readSetting('max_current_soft'))).toEqual({ ok: true, value: 30 });
    expect(await bench.settle(bench.evse.readSetting('no_such_setting'))).toMatchObject({ ok: false, error: { code: 'not-supported' } });
  });

  // Payloads that the gateway's own parser takes for 0 (reference a.2 rule 1), or that no parser should be fed.
  it.each(['', 'nan', '{"amp":5}', '12 A', '-5', 'x'.repeat(10_000_000)])('refuses a payload that is no current and keeps what it knew', async (payload) => {
    const bench = createContractBench({ vehicles: [car] });
    await bench.run(60);
    const before = bench.latestReport()?.measuredCurrentA;
    await bench.link.publish(`${base}/amp`, payload);
    await bench.run(0.01);
    expect(bench.rejections).toContain('unexpected-reply amp');
    expect(bench.latestReport()?.measuredCurrentA).toEqual(before);
  });

  it('gives up waiting when asked to', async () => {
    const bench = createContractBench();
    const waiting = bench.evse.read(AbortSignal.abort());
    await expect(bench.settle(waiting)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
