/**
 * A household's appliances, drawn from a seed: each comes on now and then by the hour of the day. Powers, lengths and habits are round
 * figures of a European household, together about 3500 kWh a year with 250 W of base load; they describe nobody in particular.
 */
import { createRandom, type Random } from '../random.ts';
import { stairCurve, type PowerCurve } from './power-curve.ts';

interface Appliance {
  readonly powerW: number;
  readonly durationS: number;
  readonly timesPerDay: number;
  /** Hours of the day at which it is used: from, until. */
  readonly hours: readonly (readonly [number, number])[];
}

const APPLIANCES: readonly Appliance[] = [
  { powerW: 2200, durationS: 150, timesPerDay: 4, hours: [[6, 9], [15, 22]] },
  { powerW: 1500, durationS: 1500, timesPerDay: 1.2, hours: [[11, 13], [17, 20]] },
  { powerW: 2300, durationS: 1800, timesPerDay: 0.4, hours: [[17, 20]] },
  { powerW: 1200, durationS: 180, timesPerDay: 1.5, hours: [[6, 9], [11, 14], [17, 22]] },
  { powerW: 1900, durationS: 1200, timesPerDay: 0.6, hours: [[19, 23]] },
  { powerW: 2000, durationS: 900, timesPerDay: 0.6, hours: [[8, 20]] },
  { powerW: 2500, durationS: 3000, timesPerDay: 0.2, hours: [[9, 20]] },
  { powerW: 1800, durationS: 300, timesPerDay: 0.7, hours: [[6, 8], [19, 22]] },
  { powerW: 800, durationS: 900, timesPerDay: 0.3, hours: [[9, 19]] },
  { powerW: 200, durationS: 14_400, timesPerDay: 1, hours: [[16, 20]] },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface HouseholdOptions {
  readonly basePowerW: number;
  /** Times the usual number of uses. */
  readonly activityRatio: number;
  readonly startHour: number;
  readonly durationMs: number;
  readonly phaseCount: number;
  readonly seed: number;
}

/** One curve per phase; the base load is spread over all of them, an appliance stays on its own. */
export function householdCurves({ basePowerW, activityRatio, startHour, durationMs, phaseCount, seed }: HouseholdOptions): readonly PowerCurve[] {
  const random = createRandom(seed);
  const changes: { readonly phase: number; readonly timeMs: number; readonly powerW: number }[] = [];
  for (const appliance of APPLIANCES) {
    const phase = Math.floor(random.next() * phaseCount);
    for (const startMs of usesOf(appliance, activityRatio, startHour * HOUR_MS, durationMs, random)) {
      const lengthMs = appliance.durationS * 1000 * (0.7 + 0.6 * random.next());
      changes.push({ phase, timeMs: wholeSeconds(startMs), powerW: appliance.powerW });
      changes.push({ phase, timeMs: wholeSeconds(startMs + lengthMs), powerW: -appliance.powerW });
    }
  }
  changes.sort((a, b) => a.timeMs - b.timeMs || a.powerW - b.powerW);
  return Array.from({ length: phaseCount }, (_, phase) => {
    let powerW = basePowerW / phaseCount;
    const timesMs = [0];
    const powersW = [powerW];
    for (const change of changes) {
      if (change.phase !== phase) continue;
      powerW += change.powerW;
      timesMs.push(change.timeMs);
      powersW.push(powerW);
    }
    return stairCurve(timesMs, powersW);
  });
}

const wholeSeconds = (timeMs: number): number => Math.round(timeMs / 1000) * 1000;

/** Moments of use: a Poisson process within the hours of use, in time since the start of the run. */
function usesOf({ timesPerDay, hours }: Appliance, activityRatio: number, startMs: number, durationMs: number, random: Random): readonly number[] {
  const usableMs = hours.reduce((sum, [from, until]) => sum + (until - from) * HOUR_MS, 0);
  const meanGapMs = usableMs / (timesPerDay * activityRatio);
  const uses: number[] = [];
  let usedMs = 0;
  for (;;) {
    usedMs += -Math.log(1 - random.next()) * meanGapMs;
    const day = Math.floor(usedMs / usableMs);
    const timeMs = day * DAY_MS + momentOf(hours, usedMs - day * usableMs) - startMs;
    if (timeMs >= durationMs) return uses;
    if (timeMs >= 0) uses.push(timeMs);
  }
}

/** Time of day of a moment that is counted in hours of use only. */
function momentOf(hours: Appliance['hours'], usedMs: number): number {
  let leftMs = usedMs;
  for (const [from, until] of hours) {
    const lengthMs = (until - from) * HOUR_MS;
    if (leftMs < lengthMs) return from * HOUR_MS + leftMs;
    leftMs -= lengthMs;
  }
  return (hours.at(-1)?.[1] ?? 24) * HOUR_MS;
}
