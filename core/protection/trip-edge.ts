import type { CurvePoint } from './curve-schema.ts';

/** Trip time over current for one edge of a band. */
export interface TripEdge {
  /** The first point's current. */
  readonly firstA: number;
  /** Seconds until the trip at a current of at least `firstA`. */
  tripTimeS(currentA: number): number;
}

/**
 * Straight lines in log time over log current between the points. Beyond the last point the earliest edge goes on
 * along its last line, and the latest edge stays at its last time: both err to the side that warns.
 */
export function createTripEdge(points: readonly CurvePoint[], ratingA: number, beyond: 'goes-on' | 'stays'): TripEdge {
  const logCurrent = points.map(({ ratio }) => Math.log(ratio * ratingA));
  const logTime = points.map(({ durationS }) => Math.log(durationS));
  const last = points.length - 1;
  const lineTime = (segment: number, x: number): number => {
    const x0 = logCurrent[segment] ?? 0;
    const y0 = logTime[segment] ?? 0;
    const slope = ((logTime[segment + 1] ?? y0) - y0) / ((logCurrent[segment + 1] ?? x0 + 1) - x0);
    return Math.exp(y0 + slope * (x - x0));
  };
  return {
    firstA: (points[0]?.ratio ?? Infinity) * ratingA,
    tripTimeS(currentA) {
      const x = Math.log(currentA);
      let segment = 0;
      while (segment < last && x >= (logCurrent[segment + 1] ?? Infinity)) segment += 1;
      if (segment < last) return lineTime(segment, x);
      return beyond === 'stays' || last === 0 ? (points[last]?.durationS ?? Infinity) : lineTime(last - 1, x);
    },
  };
}
