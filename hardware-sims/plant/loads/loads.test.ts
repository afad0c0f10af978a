import { describe, expect, test } from 'vitest';
import { heatPumpCurve, kettleCurve, ovenCurve } from './appliances.ts';
import { householdCurves, type HouseholdOptions } from './household.ts';
import { constantCurve, windowedCurve, type PowerCurve } from './power-curve.ts';
import { clearSkyCurve, cloudySkyCurve } from './sun.ts';

/** W of each second; asked only when the curve says that it may have changed, as the plant does. */
function secondsOf(curve: PowerCurve, count: number, fromS = 0): number[] {
  let powerW = 0;
  let nextMs = 0;
  const seconds = Array.from({ length: fromS + count }, (_, second) => {
    if (second * 1000 >= nextMs) {
      powerW = curve.powerAt(second * 1000);
      nextMs = curve.nextMs;
    }
    return powerW;
  });
  return seconds.slice(fromS);
}

const kWh = (seconds: readonly number[]): number => seconds.reduce((sum, powerW) => sum + powerW, 0) / 3_600_000;

describe('appliances', () => {
  test('an oven heats up, then its thermostat switches it', () => {
    expect(secondsOf(ovenCurve({ powerW: 2500, heatUpS: 4, onS: 1, offS: 2 }), 11)).toEqual([2500, 2500, 2500, 2500, 0, 0, 2500, 0, 0, 2500, 0]);
  });

  test('a heat pump starts with a multiple of its power, runs and rests', () => {
    expect(secondsOf(heatPumpCurve({ powerW: 2000, onS: 3, offS: 2, startRatio: 4, startS: 1 }), 7)).toEqual([8000, 2000, 2000, 0, 0, 8000, 2000]);
  });

  test('a kettle boils at its times; put on again before it has finished, it boils on', () => {
    expect(secondsOf(kettleCurve({ powerW: 2200, onS: 3, timesS: [6, 1, 8] }), 13)).toEqual([0, 2200, 2200, 2200, 0, 0, 2200, 2200, 2200, 2200, 2200, 0, 0]);
  });

  test('a window puts the beginning there and ends it', () => {
    expect(secondsOf(windowedCurve(ovenCurve({ powerW: 100, heatUpS: 2, onS: 1, offS: 1 }), 3000, 8000), 10)).toEqual([0, 0, 0, 100, 100, 0, 100, 0, 0, 0]);
    expect(secondsOf(windowedCurve(constantCurve(5), 0, 2000), 3)).toEqual([5, 5, 0]);
  });
});

describe('a household', () => {
  const usual: HouseholdOptions = { basePowerW: 250, activityRatio: 1, startHour: 0, durationMs: 30 * 86_400_000, phaseCount: 3, seed: 5 };

  test('a seed repeats it exactly, another brings another', () => {
    const play = (seed: number): number[][] => householdCurves({ ...usual, seed, durationMs: 86_400_000 }).map((curve) => secondsOf(curve, 86_400));
    expect(play(5)).toEqual(play(5));
    expect(play(5)).not.toEqual(play(6));
  });

  // 6 kWh of base load, and what powers, lengths and numbers of use in household.ts come to.
  test('takes about 9.7 kWh a day, most of it by day, never less than its base load', () => {
    const phases = householdCurves(usual).map((curve) => secondsOf(curve, 30 * 86_400));
    const total = phases[0]?.map((_, second) => phases.reduce((sum, phase) => sum + (phase[second] ?? 0), 0)) ?? [];
    const perDay = kWh(total) / 30;
    expect(perDay).toBeGreaterThan(8.5);
    expect(perDay).toBeLessThan(11);
    expect(total.reduce((lowest, powerW) => Math.min(lowest, powerW), Infinity)).toBeCloseTo(250, 6);
    const night = total.filter((_, second) => second % 86_400 < 5 * 3600);
    expect(kWh(night) / 30).toBeLessThan(perDay / 4);
  });

  test('the hour at which the run begins moves its habits', () => {
    const evening = householdCurves({ ...usual, startHour: 17 }).map((curve) => kWh(secondsOf(curve, 3 * 3600)));
    const night = householdCurves({ ...usual, startHour: 1 }).map((curve) => kWh(secondsOf(curve, 3 * 3600)));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    expect(sum(evening)).toBeGreaterThan(sum(night));
    expect(sum(night)).toBeCloseTo(0.75, 6);
  });
});

describe('the sun', () => {
  const daylight = { peakW: 5000, sunriseHour: 6, sunsetHour: 20 };

  test('a clear day: nothing at night, its peak at noon, the energy of half a sine', () => {
    const seconds = secondsOf(clearSkyCurve(daylight, 0), 86_400);
    expect(seconds[5 * 3600]).toBe(0);
    expect(seconds[13 * 3600]).toBeCloseTo(5000, 3);
    expect(seconds[21 * 3600]).toBe(0);
    // 2/pi of the peak over 14 hours.
    expect(kWh(seconds)).toBeCloseTo((5 * 14 * 2) / Math.PI, 2);
    expect(secondsOf(clearSkyCurve(daylight, 13), 1)[0]).toBeCloseTo(5000, 3);
  });

  test('the second day is like the first', () => {
    const curve = clearSkyCurve(daylight, 12);
    expect(secondsOf(curve, 1, 86_400)[0]).toBeCloseTo(secondsOf(clearSkyCurve(daylight, 12), 1)[0] ?? NaN, 6);
  });

  test('clouds take energy by how much they cover, never bring any, and the seed repeats them', () => {
    const clear = secondsOf(clearSkyCurve(daylight, 0), 86_400);
    const under = (coverRatio: number, seed: number): number[] => secondsOf(cloudySkyCurve(daylight, 0, { coverRatio, meanCloudS: 240, seed }), 86_400);
    const half = under(0.5, 3);
    expect(half).toEqual(under(0.5, 3));
    expect(half).not.toEqual(under(0.5, 4));
    expect(half.every((powerW, second) => powerW >= 0 && powerW <= (clear[second] ?? 0) + 1e-9)).toBe(true);
    // Thick and thin clouds let 15 to 60 % through.
    expect(kWh(half) / kWh(clear)).toBeGreaterThan(0.5);
    expect(kWh(half) / kWh(clear)).toBeLessThan(0.8);
    expect(kWh(under(0, 3))).toBeCloseTo(kWh(clear), 6);
    expect(kWh(under(1, 3)) / kWh(clear)).toBeLessThan(0.5);
  });
});
