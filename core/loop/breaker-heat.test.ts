import { describe, expect, it } from 'vitest';
import { house } from '../balancing/testing/house.ts';
import { BUNDLED_CURVES } from '../protection/list-curves.ts';
import { createThermalLoad } from '../protection/thermal-load.ts';
import { meterId, type PerPhase } from '../quantities.ts';
import type { MeterReading } from '../site/readings.ts';
import { createBreakerHeat, type BreakerHeat } from './breaker-heat.ts';

const site = (rideThroughS = 60, curve = 'iec-60898-b') => house({ circuit: { breaker: { curve, ratingA: 25 } }, policy: { rideThroughS } });

const reading = (timeS: number, currentA: PerPhase<number | null>, isLive = true): MeterReading => ({ meterId: meterId('m'), timeMs: timeS * 1000, currentA, voltageV: null, powerW: null, isLive });

function created(given = site()): BreakerHeat {
  const heat = createBreakerHeat(given, BUNDLED_CURVES);
  if (heat === null) throw new Error('nothing');
  return heat;
}

const l1 = (heat: BreakerHeat): number | null | undefined => heat.now()[0]?.loadRatio[0];

describe('the heat of a breaker', () => {
  it('is looked at by nobody where nobody may ride through', () => {
    expect(createBreakerHeat(site(0), BUNDLED_CURVES)).toBeNull();
  });

  it('is not known of a curve that nobody has', () => {
    const heat = created(site(60, 'somebody-elses'));
    heat.accept(reading(1, [0, 0, 0]));
    expect(heat.now()).toEqual([]);
  });

  it.each([
    // What was before the first reading is unknown: cooling with 300 s from the point of tripping (electrical.md).
    [0, 1],
    [208, 0.5],
    [300, Math.exp(-1)],
    [900, Math.exp(-3)],
  ])('after %d s without load comes to %d', (seconds, expected) => {
    const heat = created();
    for (let second = 0; second <= seconds; second += 1) heat.accept(reading(second, [0, 0, 0]));
    expect(l1(heat)).toBeCloseTo(expected, 2);
  });

  it('does not forget what was unknown while the breaker is above its rating', () => {
    const heat = created();
    for (let second = 0; second <= 600; second += 1) heat.accept(reading(second, [26, 0, 0]));
    expect(l1(heat)).toBeGreaterThanOrEqual(1);
    expect(heat.now()[0]?.loadRatio[1]).toBeLessThan(0.2);
  });

  it('is never less than that of a breaker which was cold and saw the same', () => {
    const curve = BUNDLED_CURVES.get('iec-60898-b');
    if (curve === undefined) throw new Error('curve');
    const heat = created();
    const cold = createThermalLoad(curve, 25);
    for (let second = 0; second <= 1200; second += 1) {
      const currentA = second % 200 < 40 ? 34 : 12;
      heat.accept(reading(second, [currentA, 0, 0]));
      if (second > 0) cold.step(currentA, 1000);
      expect(l1(heat)).toBeGreaterThanOrEqual(cold.loadRatio);
    }
  });

  it('is unknown again after a time without readings, and on a phase that shows nothing', () => {
    const heat = created();
    for (let second = 0; second <= 900; second += 1) heat.accept(reading(second, [0, 0, 0]));
    heat.accept(reading(920, [0, null, 0]));
    expect(heat.now()[0]?.loadRatio[0]).toBe(1);
    expect(heat.now()[0]?.loadRatio[1]).toBeGreaterThanOrEqual(1);
    heat.forget();
    expect(heat.now()).toEqual([]);
  });

  it('learns nothing from a value that the broker kept', () => {
    const heat = created();
    heat.accept(reading(1, [0, 0, 0], false));
    expect(heat.now()).toEqual([]);
  });
});
