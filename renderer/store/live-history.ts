import type { Frame } from '../../core/runs/frame.ts';

/** What the screen remembers of the live run: 15 min at one frame a second. */
export const HISTORY_MS = 15 * 60_000;
const SPACING_MS = 1000;

/**
 * The newest frame always stands last; older ones are at least a second apart and no older than 15 min. A frame
 * whose clock is behind the newest one belongs to another run: history starts again with it.
 */
export function withFrame(history: readonly Frame[], frame: Frame): readonly Frame[] {
  const newest = history.at(-1);
  if (newest !== undefined && frame.timeMs < newest.timeMs) return [frame];
  const before = history.at(-2);
  const kept = newest !== undefined && before !== undefined && newest.timeMs - before.timeMs < SPACING_MS ? history.slice(0, -1) : history;
  const oldestMs = frame.timeMs - HISTORY_MS;
  const first = kept.findIndex(({ timeMs }) => timeMs >= oldestMs);
  return [...(first < 0 ? [] : kept.slice(first)), frame];
}
