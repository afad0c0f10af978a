/** A part of a run that is shown, in seconds. */
export type TimeRange = readonly [fromS: number, untilS: number];

const NARROWEST_S = 5;

/** Keeps a range inside a run without changing its width, where it fits. */
export function within([fromS, untilS]: TimeRange, durationS: number): TimeRange {
  const width = Math.min(Math.max(untilS - fromS, Math.min(NARROWEST_S, durationS)), durationS);
  const start = Math.min(Math.max(fromS, 0), durationS - width);
  return [start, start + width];
}

export function around(centreS: number, widthS: number, durationS: number): TimeRange {
  return within([centreS - widthS / 2, centreS + widthS / 2], durationS);
}

/** Narrower with a factor below 1; `anchorS` stays where it is on the screen. */
export function zoomed([fromS, untilS]: TimeRange, factor: number, anchorS: number, durationS: number): TimeRange {
  const width = Math.min(Math.max((untilS - fromS) * factor, NARROWEST_S), durationS);
  const part = untilS > fromS ? (anchorS - fromS) / (untilS - fromS) : 0.5;
  return within([anchorS - width * part, anchorS + width * (1 - part)], durationS);
}

export function panned([fromS, untilS]: TimeRange, byS: number, durationS: number): TimeRange {
  return within([fromS + byS, untilS + byS], durationS);
}

/** Keeps a moving cursor in sight: once it passes three quarters of the range, the range moves with it. */
export function following([fromS, untilS]: TimeRange, cursorS: number, durationS: number): TimeRange {
  const width = untilS - fromS;
  if (cursorS < fromS || cursorS > untilS) return within([cursorS - width * 0.25, cursorS + width * 0.75], durationS);
  return cursorS > fromS + width * 0.75 ? within([cursorS - width * 0.75, cursorS + width * 0.25], durationS) : [fromS, untilS];
}
