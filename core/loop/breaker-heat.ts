/**
 * How far the breakers of metered circuits have come towards tripping, from their readings: what a ride-through has to
 * know (rule 4). The current of a sample is held until the next, at the larger of both. What flowed before the first
 * reading, or while nothing was read, is unknown: the breaker is taken to have been on the point of tripping, and to have
 * cooled since.
 */
import type { CircuitHeat } from '../balancing/ride-through.ts';
import { createThermalLoad, THERMAL_SETTINGS, type ThermalLoad } from '../protection/thermal-load.ts';
import type { Curves } from '../protection/curve-schema.ts';
import { sizeOf } from '../protection/restore-curve.ts';
import { PHASES, type CircuitId, type PerPhase, type PhaseIndex } from '../quantities.ts';
import { phasesOf } from '../site/circuit-tree.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Circuit, Meter, Site } from '../site/site.ts';

export interface BreakerHeat {
  accept(reading: MeterReading): void;
  /** After a jump in time nothing is known of what flowed. */
  forget(): void;
  /** Of every circuit with a meter and a curve that is known, as of its last reading. */
  now(): readonly CircuitHeat[];
}

interface Pole {
  readonly load: ThermalLoad;
  readonly ratingA: number;
  /** What may be left of the unknown past. */
  remainder: number;
  currentA: number;
}

interface Breaker {
  readonly circuitId: CircuitId;
  readonly meter: Meter;
  poles: readonly (Pole | null)[];
  timeMs: number | null;
}

/** Null where the policy lets nobody ride through, so that others do not pay for it. */
export function createBreakerHeat(site: Site, curves: Curves): BreakerHeat | null {
  if (site.policy.rideThroughS === 0) return null;
  const breakers = site.circuits.flatMap((circuit) => breakerOf(site, circuit, curves) ?? []);
  return {
    accept(reading) {
      if (!reading.isLive) return;
      for (const breaker of breakers) if (breaker.meter.id === reading.meterId) heat(breaker, reading, () => polesOf(site, breaker.circuitId, curves));
    },
    forget() {
      for (const breaker of breakers) breaker.timeMs = null;
    },
    now: () => breakers.filter(({ timeMs }) => timeMs !== null).map(({ circuitId, poles }) => ({ circuitId, loadRatio: [ratioOf(poles[0]), ratioOf(poles[1]), ratioOf(poles[2])] })),
  };
}

function breakerOf(site: Site, { id, meterId }: Circuit, curves: Curves): Breaker | null {
  const meter = site.meters.find((each) => each.id === meterId);
  const poles = polesOf(site, id, curves);
  return meter === undefined || poles === null ? null : { circuitId: id, meter, poles, timeMs: null };
}

/** Null where the curve is not known or does not cover the rating. */
function polesOf(site: Site, id: CircuitId, curves: Curves): readonly (Pole | null)[] | null {
  const breaker = site.circuits.find((circuit) => circuit.id === id)?.breaker;
  const curve = curves.get(breaker?.curve ?? '');
  if (breaker === undefined || curve === undefined) return null;
  const present = phasesOf(site.supply);
  const ratings = PHASES.map((phase) => breaker.ratingsA?.[phase] ?? breaker.ratingA);
  if (present.some((phase) => !sizeOf(curve, ratings[phase] ?? 0).ok)) return null;
  // The hour before is unknown: a full one makes it a warm breaker.
  const pole = (ratingA: number): Pole => ({ load: createThermalLoad(curve, ratingA, { priorMeanA: ratingA }), ratingA, remainder: 1, currentA: 0 });
  return PHASES.map((phase) => (present.includes(phase) ? pole(ratings[phase] ?? 0) : null));
}

function heat(breaker: Breaker, { timeMs, currentA }: MeterReading, begin: () => readonly (Pole | null)[] | null): void {
  const elapsedMs = breaker.timeMs === null ? Infinity : timeMs - breaker.timeMs;
  if (elapsedMs <= 0) return;
  if (elapsedMs > breaker.meter.allowedAgeMs) breaker.poles = begin() ?? breaker.poles;
  breaker.timeMs = timeMs;
  for (const phase of PHASES) {
    const pole = breaker.poles[phase];
    if (pole !== null && pole !== undefined) heatPole(pole, currentA, phase, elapsedMs > breaker.meter.allowedAgeMs ? 0 : elapsedMs);
  }
}

function heatPole(pole: Pole, current: PerPhase<number | null>, phase: PhaseIndex, elapsedMs: number): void {
  const shownA = current[phase];
  // A phase that is not measured may carry anything.
  const nowA = shownA === null ? Infinity : Math.abs(shownA);
  const heldA = Math.max(pole.currentA, nowA);
  pole.currentA = nowA;
  if (!Number.isFinite(heldA)) {
    pole.remainder = 1;
    return;
  }
  pole.load.step(heldA, elapsedMs);
  // Nothing cools above the rated current.
  if (heldA <= pole.ratingA) pole.remainder *= Math.exp(-elapsedMs / (THERMAL_SETTINGS.coolingTimeS * 1000));
}

function ratioOf(pole: Pole | null | undefined): number | null {
  return pole === null || pole === undefined ? null : pole.load.loadRatio + pole.remainder;
}
