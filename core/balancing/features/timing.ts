/** What the features have in common where time is concerned: monotonic times that may be null, or nonsense. */
import { isFiniteNumber } from '../../quantities.ts';
import type { FeatureOutcome, FeatureView } from './feature.ts';

/** 0 while it has not begun, and where a clock went back. */
export function elapsedMs(sinceMs: number | null, nowMs: number): number {
  return sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs);
}

/** True once something that began at `sinceMs` has lasted; never before it began. */
export function hasLasted(sinceMs: number | null, durationMs: number, nowMs: number): boolean {
  return sinceMs !== null && elapsedMs(sinceMs, nowMs) >= durationMs;
}

export function remainingMs(sinceMs: number | null, durationMs: number, nowMs: number): number {
  return Math.max(0, durationMs - elapsedMs(sinceMs, nowMs));
}

/** A time that is none is not known, and so fit to be remembered. */
export function knownMs(timeMs: number | null): number | null {
  return isFiniteNumber(timeMs) ? timeMs : null;
}

/** Without a time no timer can run: ceilings hold as if no time had passed, and nothing is remembered of that step. */
export function atKnownTime<Memory, Outcome extends FeatureOutcome<Memory>>(
  feature: (memory: Memory, view: FeatureView) => Outcome,
): (memory: Memory, view: FeatureView) => Outcome {
  return (memory, view) => {
    if (isFiniteNumber(view.timeMs)) return feature(memory, view);
    return { ...feature(memory, { ...view, timeMs: 0 }), memory };
  };
}
