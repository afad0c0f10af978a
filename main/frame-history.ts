import type { Frame } from '../core/runs/frame.ts';

const LONGEST_MS = 15 * 60_000;
const PERIOD_MS = 1000;

/** The recent past of a live run, for a screen that opens late: at most 15 min, one frame a second. */
export interface FrameHistory {
  add(frame: Frame): void;
  /** Oldest first. */
  frames(): readonly Frame[];
}

export function createFrameHistory(): FrameHistory {
  const kept: Frame[] = [];
  return {
    add(frame) {
      const newest = kept.at(-1);
      const before = kept.at(-2);
      // The newest frame is always kept; it gives way to the next one unless a whole second lies behind it.
      if (newest !== undefined && before !== undefined && newest.timeMs - before.timeMs < PERIOD_MS) kept.pop();
      kept.push(frame);
      while ((kept[0]?.timeMs ?? 0) < frame.timeMs - LONGEST_MS) kept.shift();
    },
    frames: () => [...kept],
  };
}
