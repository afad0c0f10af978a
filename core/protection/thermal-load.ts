import { ChargebenchError } from '../errors.ts';
import type { Curve } from './curve-schema.ts';
import { createHourMean } from './hour-mean.ts';
import { sizeOf } from './restore-curve.ts';
import { createTripEdge, type TripEdge } from './trip-edge.ts';

/** What a run comes to: `may-trip` begins at the earliest the standard allows, `trips` at the latest. */
export type Verdict = 'holds' | 'may-trip' | 'trips';

/** Figures of electrical.md, "Overcurrent devices"; none of them stands in a standard. */
export interface ThermalSettings {
  /** Time constant with which both sums fall while the current is below the edge's holding current. */
  readonly coolingTimeS: number;
  /** On the rated current: warm surroundings and breakers side by side lower it. */
  readonly ambientFactor: number;
  /** A warm breaker starts from here … */
  readonly warmStartRatio: number;
  /** … when the mean of the last hour was above this part of the rated current. */
  readonly warmAboveRatio: number;
  /** Mean current of the hour before the first step. */
  readonly priorMeanA: number;
}

export const THERMAL_SETTINGS: ThermalSettings = {
  coolingTimeS: 300,
  ambientFactor: 1,
  warmStartRatio: 0.2,
  warmAboveRatio: 0.8,
  priorMeanA: 0,
};

/** How far one pole of a breaker or fuse has come towards tripping. */
export interface ThermalLoad {
  /** The current that flowed (either sign) and for how long. Between two steps nothing is assumed. */
  step(currentA: number, durationMs: number): void;
  /** Part of the earliest trip, now. Above 1 it goes on growing. */
  readonly loadRatio: number;
  /** Part of the latest trip, now. */
  readonly mustTripRatio: number;
  /** Highest `loadRatio` so far. */
  readonly peakRatio: number;
  /** The worst so far; it does not recover. */
  readonly verdict: Verdict;
}

/** Decimal ratios times ratings, and sums of dt / t, miss exact figures by binary fractions. */
const TOLERANCE = 1e-9;
/** A sum cooled below this is cold: the common case then costs no multiplication. */
const COLD_RATIO = 1e-6;

/** Throws `out-of-range` for a rating the curve does not cover. */
export function createThermalLoad(curve: Curve, ratingA: number, settings: Partial<ThermalSettings> = {}): ThermalLoad {
  const { coolingTimeS, ambientFactor, warmStartRatio, warmAboveRatio, priorMeanA } = { ...THERMAL_SETTINGS, ...settings };
  const size = sizeOf(curve, ratingA);
  if (!size.ok) throw new ChargebenchError(size.error.code, size.error.context);
  const effectiveA = ratingA * ambientFactor;
  const hour = createHourMean(priorMeanA);
  const earliest = createEdgeSum(createTripEdge(size.value.mayTrip, effectiveA, 'goes-on'), coolingTimeS);
  const latest = createEdgeSum(createTripEdge(size.value.mustTrip, effectiveA, 'stays'), coolingTimeS);
  // A device holds exactly its holding current, and must trip at exactly the lowest current at which it must.
  const holdsUpToA = earliest.firstA * (1 + TOLERANCE);
  const mustFromA = latest.firstA * (1 - TOLERANCE);
  const magneticHoldsUpToA = (curve.magnetic?.mayTripRatio ?? Infinity) * effectiveA * (1 + TOLERANCE);
  const magneticMustFromA = (curve.magnetic?.mustTripRatio ?? Infinity) * effectiveA * (1 - TOLERANCE);
  let peakRatio = 0;
  let verdict: Verdict = 'holds';

  const heat = (currentA: number, durationMs: number): void => {
    if (hour.meanA() > warmAboveRatio * effectiveA) earliest.raiseTo(warmStartRatio);
    earliest.heat(currentA, durationMs);
    if (currentA >= mustFromA) latest.heat(currentA, durationMs);
    else latest.cool(durationMs);
    if (currentA > magneticHoldsUpToA) earliest.raiseTo(1);
    if (currentA >= magneticMustFromA) latest.raiseTo(1);
    peakRatio = Math.max(peakRatio, earliest.ratio);
    if (latest.ratio >= 1 - TOLERANCE) verdict = 'trips';
    else if (verdict === 'holds' && earliest.ratio >= 1 - TOLERANCE) verdict = 'may-trip';
  };

  return {
    step(currentA, durationMs) {
      const magnitudeA = Math.abs(currentA);
      if (magnitudeA > holdsUpToA) {
        heat(magnitudeA, durationMs);
      } else {
        earliest.cool(durationMs);
        latest.cool(durationMs);
      }
      hour.add(magnitudeA, durationMs);
    },
    get loadRatio() {
      return earliest.ratio;
    },
    get mustTripRatio() {
      return latest.ratio;
    },
    get peakRatio() {
      return peakRatio;
    },
    get verdict() {
      return verdict;
    },
  };
}

interface EdgeSum {
  readonly firstA: number;
  readonly ratio: number;
  heat(currentA: number, durationMs: number): void;
  cool(durationMs: number): void;
  raiseTo(ratio: number): void;
}

/** Sum of dt / t over one edge. Logarithms and exponentials are taken only when current or duration change. */
function createEdgeSum(edge: TripEdge, coolingTimeS: number): EdgeSum {
  let ratio = 0;
  let heatedA = NaN;
  let perMs = 0;
  let cooledMs = NaN;
  let kept = 1;
  return {
    firstA: edge.firstA,
    get ratio() {
      return ratio;
    },
    heat(currentA, durationMs) {
      if (currentA !== heatedA) {
        heatedA = currentA;
        perMs = 1 / (edge.tripTimeS(currentA) * 1000);
      }
      ratio += durationMs * perMs;
    },
    cool(durationMs) {
      if (ratio === 0) return;
      if (durationMs !== cooledMs) {
        cooledMs = durationMs;
        kept = Math.exp(-durationMs / (coolingTimeS * 1000));
      }
      ratio = ratio * kept < COLD_RATIO ? 0 : ratio * kept;
    },
    raiseTo(lowest) {
      if (ratio < lowest) ratio = lowest;
    },
  };
}
