import type { Frame } from '../../../core/runs/frame.ts';

/** For how long the newest frames have carried a grave notice without a break, in seconds; null when the newest has none. */
export function graveNoticeS(history: readonly Frame[]): number | null {
  const newest = history.at(-1);
  const code = newest?.notices.find((notice) => notice.code === 'above-rating' || notice.code === 'above-continuous-limit')?.code;
  if (newest === undefined || code === undefined) return null;
  let sinceMs = newest.timeMs;
  for (let index = history.length - 1; index >= 0; index -= 1) {
    const frame = history[index];
    if (frame?.notices.some((notice) => notice.code === code) !== true) break;
    sinceMs = frame.timeMs;
  }
  return (newest.timeMs - sinceMs) / 1000;
}
