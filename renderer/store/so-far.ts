import type { RunFigures } from '../words/verdicts.ts';
import type { Verdict } from '../../core/scenarios/outcome.ts';

/** A measured current this little above a limit is noise of the last digit (the expectations count the same way). */
const CONTINUOUS_TOLERANCE_A = 0.25;

/** Running figures of one circuit, one entry per row. */
export interface RunningFigures {
  readonly peakA: Float32Array;
  readonly aboveContinuousS: Float64Array;
  readonly aboveRatingS: Float64Array;
  readonly thermalPeak: Float32Array;
}

/** What is known after each row: a value holds until the next row. */
export function runningFigures(
  timeS: Float64Array,
  currentA: Float32Array,
  thermalRatio: Float32Array | undefined,
  limits: { readonly continuousA: number; readonly ratingA: number },
): RunningFigures {
  const rows = timeS.length;
  const figures = { peakA: new Float32Array(rows), aboveContinuousS: new Float64Array(rows), aboveRatingS: new Float64Array(rows), thermalPeak: new Float32Array(rows) };
  let peakA = 0;
  let aboveContinuousS = 0;
  let aboveRatingS = 0;
  let thermalPeak = 0;
  for (let row = 0; row < rows; row += 1) {
    const before = row > 0 ? (currentA[row - 1] ?? Number.NaN) : Number.NaN;
    const lasted = row > 0 ? (timeS[row] ?? 0) - (timeS[row - 1] ?? 0) : 0;
    if (before > limits.continuousA + CONTINUOUS_TOLERANCE_A) aboveContinuousS += lasted;
    if (before > limits.ratingA + 1e-3) aboveRatingS += lasted;
    const now = currentA[row] ?? Number.NaN;
    if (now > peakA) peakA = now;
    const heat = thermalRatio?.[row] ?? 0;
    if (heat > thermalPeak) thermalPeak = heat;
    figures.peakA[row] = peakA;
    figures.aboveContinuousS[row] = aboveContinuousS;
    figures.aboveRatingS[row] = aboveRatingS;
    figures.thermalPeak[row] = thermalPeak;
  }
  return figures;
}

/**
 * Figures up to a row. Below the earliest trip a breaker holds; beyond it only the whole run tells whether it must
 * trip, so until its end the verdict is "may trip".
 */
export function figuresSoFar(running: RunningFigures, row: number, whole: Verdict): RunFigures {
  const thermalLoadPeakRatio = running.thermalPeak[row] ?? 0;
  const beyond: Verdict = whole === 'holds' ? 'holds' : 'may-trip';
  return {
    verdict: thermalLoadPeakRatio < 1 ? 'holds' : beyond,
    peakCurrentA: running.peakA[row] ?? 0,
    secondsAboveContinuousLimit: running.aboveContinuousS[row] ?? 0,
    secondsAboveRating: running.aboveRatingS[row] ?? 0,
    thermalLoadPeakRatio,
  };
}
