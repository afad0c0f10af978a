/** The solar feature in a closed loop: one vehicle with dead time and ramp, a meter with latency and period, a real sun. */
import { expect, it } from 'vitest';
import { NO_SOLAR, solar } from './solar.ts';
import { charging, solarSite, viewOf, type EvseState } from './testing/solar-view.ts';

interface Loop {
  readonly periodS: number;
  readonly latencyS: number;
  /** What the site's settings say; the truth when absent. */
  readonly toldLatencyS?: number;
  readonly phases: 1 | 3;
  /** What the PV plant gives beyond the house, summed over the phases. */
  readonly sunA: (timeS: number) => number;
  readonly seconds: number;
}

interface Second {
  readonly offeredA: number;
  readonly drawnA: number;
  readonly importA: number;
}

/** 3 s dead time and 2 A/s up, as the plant of the two-EVSE traces (openevse-divert README). */
function run({ periodS, latencyS, toldLatencyS = latencyS, phases, sunA, seconds }: Loop): readonly Second[] {
  const site = solarSite({ latencyMs: toldLatencyS * 1000 });
  const history: Second[] = [{ offeredA: 6, drawnA: 6, importA: 6 * phases - sunA(0) }];
  let memory = NO_SOLAR;
  for (let timeS = 1; timeS <= seconds; timeS += 1) {
    const before = history[timeS - 1]?.offeredA ?? 6;
    const pilotA = history[Math.max(0, timeS - 3)]?.offeredA ?? 6;
    const drawnA = Math.min(pilotA, (history[timeS - 1]?.drawnA ?? 6) + 2);
    const importA = drawnA * phases - sunA(timeS);
    history.push({ offeredA: before, drawnA, importA });
    const sampleS = Math.max(latencyS, Math.floor(timeS / periodS) * periodS);
    const gridA = history[sampleS - latencyS]?.importA ?? null;
    const state: EvseState = charging(drawnA, { offeredA: before, phases: phases === 1 ? [0] : [0, 1, 2] });
    const outcome = solar(memory, viewOf(site, { timeS, gridTimeS: sampleS, gridA, evses: [state] }));
    memory = outcome.memory;
    history[timeS] = { offeredA: Math.floor(outcome.evseCeilings[0]?.ceiling.currentA ?? 0), drawnA, importA };
  }
  return history;
}

const METERS = [
  { periodS: 1, latencyS: 0 },
  { periodS: 1, latencyS: 1 },
  { periodS: 2, latencyS: 2 },
  { periodS: 10, latencyS: 1 },
  { periodS: 30, latencyS: 5 },
] as const;

it.each(METERS.flatMap((meter) => [1, 3].map((phases) => ({ ...meter, phases: phases as 1 | 3 }))))(
  'meter every $periodS s, $latencyS s late, $phases phases: a steady sun of 11.4 A per phase gives a steady 11 A, never more',
  ({ phases, ...meter }) => {
    const history = run({ ...meter, phases, sunA: () => 11.4 * phases, seconds: 200 });
    expect(Math.max(...history.map(({ offeredA }) => offeredA))).toBe(11);
    expect(new Set(history.slice(80).map(({ offeredA }) => offeredA))).toEqual(new Set([11]));
  },
);

it.each(METERS)('meter every $periodS s, $latencyS s late: a cloud is imported no longer than the meter and the vehicle take to follow', ({ periodS, latencyS }) => {
  const history = run({ periodS, latencyS, phases: 1, sunA: (timeS) => (timeS < 100 ? 14 : 8), seconds: 200 });
  expect(history[99]).toEqual({ offeredA: 14, drawnA: 14, importA: 0 });
  const imported = history.slice(100).filter(({ importA }) => importA > 0);
  expect(imported.length).toBeLessThanOrEqual(periodS + latencyS + 3);
  expect(history.at(-1)).toEqual({ offeredA: 8, drawnA: 8, importA: 0 });
});

it.each([
  { latencyS: 3, toldLatencyS: 1 },
  { latencyS: 1, toldLatencyS: 3 },
  { latencyS: 5, toldLatencyS: 0 },
  { latencyS: 8, toldLatencyS: 1 },
])('a meter $latencyS s late that is said to be $toldLatencyS s late still settles', (meter) => {
  const history = run({ periodS: 1, ...meter, phases: 3, sunA: () => 11.4 * 3, seconds: 200 });
  expect(new Set(history.slice(80).map(({ offeredA }) => offeredA))).toEqual(new Set([11]));
});
