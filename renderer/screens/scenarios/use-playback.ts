import { useEffect } from 'react';
import { following } from '../../charts/time-range.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

/** A tab that was hidden comes back with one large step; so much of it counts. */
const LONGEST_STEP_MS = 250;

/** Moves the cursor through a run while it plays, with the pictures of the display. */
export function usePlayback(durationS: number | null): void {
  const player = usePlayerHandle();
  const isPlaying = usePlayer((state) => state.isPlaying);
  useEffect(() => {
    if (!isPlaying || durationS === null) return;
    let lastMs: number | null = null;
    let request = requestAnimationFrame(function move(nowMs) {
      const stepMs = Math.min(nowMs - (lastMs ?? nowMs), LONGEST_STEP_MS);
      lastMs = nowMs;
      const { cursorS, speed, range } = player.getState();
      const next = speed === 'max' ? durationS : Math.min(durationS, cursorS + (stepMs / 1000) * speed);
      player.setState({ cursorS: next, range: following(range, next, durationS), isPlaying: next < durationS });
      if (next < durationS) request = requestAnimationFrame(move);
    });
    return () => {
      cancelAnimationFrame(request);
    };
  }, [isPlaying, durationS, player]);
}
