/** From a meter's own phases to the site's. */
import type { MeterValues } from '../../devices/meter-values.ts';
import { failure, success, type Result } from '../../errors.ts';
import type { PerPhase } from '../../quantities.ts';
import type { MeterReading } from '../../site/readings.ts';
import type { Meter } from '../../site/site.ts';

const CLAMPED: Readonly<Record<Meter['clamp'], number>> = { 'one-phase': 1, 'both-legs': 2, 'each-phase': 3 };

type Triple = [number | null, number | null, number | null];

/**
 * Values by the site's phases. Fails with `unexpected-reply` where a phase that the site believes measured has no current: it would
 * count as one that carries nothing.
 */
export function registerReading(meter: Meter, values: Pick<MeterValues, 'currentA' | 'voltageV' | 'powerW'>, timeMs: number, isLive: boolean): Result<MeterReading> {
  const count = CLAMPED[meter.clamp];
  const missing = values.currentA.slice(0, count).indexOf(null);
  if (missing !== -1) return failure('unexpected-reply', { reason: 'phase-missing', phase: missing + 1 });
  const placed = (own: PerPhase<number | null>, sign: number): PerPhase<number | null> => {
    const triple: Triple = [null, null, null];
    for (const phase of [0, 1, 2] as const) {
      const value = own[phase];
      if (phase < count && value !== null) triple[meter.phaseMap[phase]] = value * sign;
    }
    return triple;
  };
  const orNull = (triple: PerPhase<number | null>): PerPhase<number | null> | null => (triple.every((value) => value === null) ? null : triple);
  return success({
    meterId: meter.id,
    timeMs,
    currentA: placed(values.currentA, meter.sign),
    voltageV: orNull(placed(values.voltageV, 1)),
    powerW: orNull(placed(values.powerW, meter.sign)),
    isLive,
  });
}
