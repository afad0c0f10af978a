/**
 * Seconds that only repeat the one before are counted, not played: no device is given its turn and no reading is made in them,
 * but energies go on, and the record has its row of every one of them. The run is the same as if all had been played.
 */
import { TURN_PERIOD_MS } from '../loop/engine.ts';
import type { ControllerEngine } from './controller-engine.ts';
import { SAMPLE_MS, type RunObserver } from './observer.ts';
import type { World } from './world.ts';

export interface StillParts {
  readonly world: World;
  /** Null where the devices decide. */
  readonly engine: ControllerEngine | null;
  readonly observer: RunObserver;
  /** UTC at the start of the run. */
  readonly startWallMs: number;
}

/**
 * Passes the still seconds after `nowMs`, a second that has been played and sampled, and before `endMs`. Answers the time of the last
 * one; `nowMs` where there are none.
 */
export function passStillSeconds({ world, engine, observer, startWallMs }: StillParts, nowMs: number, endMs: number): number {
  const still = world.stillSeconds(nowMs + SAMPLE_MS);
  if (still === null) return nowMs;
  const standsUntilMs = engine === null ? Infinity : (engine.standsUntilMs?.(still.telling) ?? -Infinity);
  const untilMs = Math.min(still.untilMs, standsUntilMs, endMs);
  let lastMs = nowMs;
  for (let timeMs = nowMs + SAMPLE_MS; timeMs < untilMs; timeMs += SAMPLE_MS) {
    world.repeat(timeMs);
    observer.repeat(timeMs);
    lastMs = timeMs;
  }
  if (engine === null || lastMs === nowMs) return lastMs;
  const { readings, reports } = world.advanceTo(lastMs);
  for (const reading of readings) engine.acceptReading(reading);
  for (const report of reports) engine.acceptReport(report);
  engine.leaveOut?.((lastMs - nowMs) / TURN_PERIOD_MS, lastMs, startWallMs + lastMs);
  return lastMs;
}
