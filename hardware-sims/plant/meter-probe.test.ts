import { describe, expect, test } from 'vitest';
import { createMeterProbe, isProbeSteady, recordStep, repeatStep, takeSample, type MeterProbe, type MeterProbeOptions } from './meter-probe.ts';
import { createRandom } from './random.ts';

function probeOf(changes: Partial<MeterProbeOptions>, powersW: readonly number[]): ReturnType<typeof createMeterProbe> {
  const probe = createMeterProbe({ latencyMs: 1000, stepMs: 1000, noiseW: 0, sign: 1, share: 1, random: createRandom(1), ...changes });
  for (const powerW of powersW) recordStep(probe, powerW);
  return probe;
}

function samplePowerW(probe: MeterProbe, timeMs: number): number {
  takeSample(probe, timeMs);
  return probe.powerW;
}

describe('a sample describes the moment a latency ago', () => {
  test.each([
    [0, 3000, 300],
    [1000, 3000, 200],
    [2000, 3000, 100],
    [500, 3000, 200],
    [60_000, 3000, 0],
  ])('latency %d ms at %d ms: %d W', (latencyMs, timeMs, powerW) => {
    expect(samplePowerW(probeOf({ latencyMs }, [0, 100, 200, 300]), timeMs)).toBe(powerW);
  });

  test('a long run keeps no more than the latency needs', () => {
    const probe = probeOf({ latencyMs: 2000 }, Array.from({ length: 10_000 }, (_, step) => step));
    expect(samplePowerW(probe, 9_999_000)).toBe(9997);
    expect(probe.powersW.length).toBe(4);
  });
});

test('a step like the last one is kept as one', () => {
  const probe = createMeterProbe({ latencyMs: 2000, stepMs: 1000, noiseW: 0, sign: 1, share: 1, random: createRandom(1), isReactive: true, voltageV: null });
  recordStep(probe, 100, 50, 230);
  for (let step = 1; step < 10; step += 1) repeatStep(probe);
  recordStep(probe, 7, 8, 9);
  takeSample(probe, 11_000);
  expect([probe.powerW, probe.reactiveVar, probe.voltageV]).toEqual([100, 50, 230]);
  takeSample(probe, 12_000);
  expect([probe.powerW, probe.reactiveVar, probe.voltageV]).toEqual([7, 8, 9]);
});

test('a reversed clamp turns the sign, noise and all', () => {
  const forward = samplePowerW(probeOf({ noiseW: 50 }, [800, 800]), 1000);
  expect(forward).not.toBe(800);
  expect(samplePowerW(probeOf({ noiseW: 50, sign: -1 }, [800, 800]), 1000)).toBe(-forward);
});

test('noise has the mean 0 and the deviation asked for', () => {
  const probe = probeOf({ noiseW: 120 }, [1000, 1000]);
  const samples = Array.from({ length: 20_000 }, () => samplePowerW(probe, 1000) - 1000);
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const deviation = Math.sqrt(samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length);
  // Five standard errors.
  expect(Math.abs(mean)).toBeLessThan((5 * 120) / Math.sqrt(samples.length));
  expect(Math.abs(deviation - 120)).toBeLessThan((5 * 120) / Math.sqrt(2 * samples.length));
});

test('its samples stay what they are once all it keeps is the same, and never with noise', () => {
  expect(isProbeSteady(probeOf({ latencyMs: 1000 }, [0, 100, 100]))).toBe(false);
  expect(isProbeSteady(probeOf({ latencyMs: 1000 }, [0, 100, 100, 100]))).toBe(true);
  expect(isProbeSteady(probeOf({ latencyMs: 1000, noiseW: 0.001 }, [100, 100, 100]))).toBe(false);
});
