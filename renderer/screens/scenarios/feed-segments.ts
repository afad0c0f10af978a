import { freshnessOf, type AgeRule, type Freshness } from '../../words/ages.ts';

export type FeedState = Freshness | 'none';

export interface FeedSegment {
  readonly fromS: number;
  readonly untilS: number;
  readonly state: FeedState;
}

/** The age of a feed as stretches of one state; `none` before its first value. */
export function feedSegments(timeS: Float64Array, ageS: Float32Array, rule: AgeRule): readonly FeedSegment[] {
  const segments: { fromS: number; untilS: number; state: FeedState }[] = [];
  for (let row = 0; row < timeS.length; row += 1) {
    const age = ageS[row] ?? Number.NaN;
    const state = Number.isNaN(age) ? 'none' : freshnessOf(age * 1000, rule);
    const at = timeS[row] ?? 0;
    const last = segments.at(-1);
    if (last?.state === state) last.untilS = at;
    else {
      if (last !== undefined) last.untilS = at;
      segments.push({ fromS: at, untilS: at, state });
    }
  }
  return segments;
}

/**
 * Segments as parts of a range, from 0 to 1. Neighbours too narrow to be told apart become one, in the gravest of
 * their states, so that a slow feed over a day is a few hundred strips and not tens of thousands.
 */
export function visibleSegments(segments: readonly FeedSegment[], fromS: number, untilS: number): readonly FeedSegment[] {
  const narrowest = (untilS - fromS) / 400;
  const shown: { fromS: number; untilS: number; state: FeedState }[] = [];
  for (const segment of segments) {
    if (segment.untilS <= fromS || segment.fromS >= untilS) continue;
    const cut = { fromS: Math.max(segment.fromS, fromS), untilS: Math.min(segment.untilS, untilS), state: segment.state };
    const last = shown.at(-1);
    if (last !== undefined && (last.untilS - last.fromS < narrowest || cut.untilS - cut.fromS < narrowest)) {
      last.untilS = cut.untilS;
      last.state = graver(last.state, cut.state);
    } else shown.push(cut);
  }
  return shown;
}

const GRAVITY: Readonly<Record<FeedState, number>> = { fresh: 0, late: 1, none: 2, stale: 3 };

const graver = (a: FeedState, b: FeedState): FeedState => (GRAVITY[a] >= GRAVITY[b] ? a : b);
