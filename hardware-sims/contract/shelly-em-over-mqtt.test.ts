import { describe, expect, it } from 'vitest';
import { createContractBench } from './contract-bench.ts';

const car = { id: 'car', evse: 'primary', plugInS: 10 };
const topic = 'shellies/shellyem-B164B8/emeter/0';

describe('a Shelly EM read over MQTT', () => {
  it('gives a reading every period, live, with the current of each leg', async () => {
    const bench = createContractBench({ vehicles: [car] });
    await bench.run(60);
    const before = bench.readings.length;
    await bench.run(10);
    expect(bench.readings.length - before).toBe(10);
    const reading = bench.readings.at(-1);
    // 34 A at 240 V: both legs through one clamp, the meter fed by one leg of 120 V (reference f.2).
    expect(reading?.currentA[0]).toBeCloseTo(34, 1);
    expect(reading?.currentA[1]).toBeCloseTo(34, 1);
    expect(reading).toMatchObject({ isLive: true, meterId: 'feed' });
    expect(reading?.currentA[2]).toBeNull();
    expect((reading?.powerW?.[0] ?? 0) + (reading?.powerW?.[1] ?? 0)).toBeCloseTo(34 * 240, 0);
  });

  it('tells export when the clamp is reversed', async () => {
    const bench = createContractBench({ vehicles: [car], meters: { feed: { clampSign: -1 } } });
    await bench.run(60);
    expect(bench.readings.at(-1)?.currentA[0]).toBeCloseTo(-34, 1);
  });

  it('says nothing while it is silent', async () => {
    const bench = createContractBench({ faults: [{ kind: 'meter-silent', device: 'feed', fromS: 20, untilS: 40 }] });
    await bench.run(22);
    const before = bench.readings.length;
    await bench.run(15);
    expect(bench.readings.length).toBe(before);
    await bench.run(10);
    expect(bench.readings.length).toBeGreaterThan(before);
  });

  it.each(['', 'nan', '{"power":5}', '1e9', 'x'.repeat(10_000_000)])('refuses a power that is none and keeps its reading', async (payload) => {
    const bench = createContractBench();
    await bench.run(10.5);
    const before = bench.readings.length;
    await bench.link.publish(`${topic}/power`, payload);
    await bench.run(0.01);
    expect(bench.rejections).toContain('unexpected-reply power');
    expect(bench.readings.length).toBe(before);
  });

  it('refuses 0 V instead of making an endless current of it', async () => {
    const bench = createContractBench();
    await bench.run(10.5);
    await bench.link.publish(`${topic}/voltage`, '0.00');
    await bench.run(0.01);
    expect(bench.rejections).toContain('unexpected-reply voltage');
  });

  // captures/shelly-em/status-v1.12.1-exporting (evcc, MIT) and emeter0-importing-capacitive: power, reactive power,
  // voltage, and the current they give.
  it.each([
    [-620.34, 714.48, 235.68, -4.015],
    [2724.16, -1050.38, 221.42, 13.186],
    [20.64, 87.65, 231.02, 0.39],
  ])('makes of %d W and %d var at %d V a current of %d A through the clamp', async (powerW, reactiveVar, voltageV, currentA) => {
    const bench = createContractBench({ faults: [{ kind: 'meter-silent', device: 'feed', fromS: 5 }] });
    await bench.run(10);
    await bench.link.publish(`${topic}/voltage`, String(voltageV));
    await bench.link.publish(`${topic}/reactive_power`, String(reactiveVar));
    await bench.link.publish(`${topic}/power`, String(powerW));
    await bench.run(0.01);
    expect((bench.readings.at(-1)?.currentA[0] ?? 0) * 2).toBeCloseTo(currentA, 2);
  });

  it('does not count a value the broker kept as live', async () => {
    const bench = createContractBench({ faults: [{ kind: 'meter-silent', device: 'feed', fromS: 0 }] });
    await bench.link.publish(`${topic}/voltage`, '120', { isRetained: true });
    await bench.link.publish(`${topic}/power`, '1200', { isRetained: true });
    const seen = bench.openMeter();
    await bench.run(0.01);
    expect(seen.map(({ isLive }) => isLive)).toEqual([false]);
  });
});
