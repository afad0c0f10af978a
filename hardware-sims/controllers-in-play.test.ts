/** Every controller that commands from outside, on a house of 3 x 25 A: with and without bytes it does the same. */
import { describe, expect, it } from 'vitest';
import type { PlayedRun, PlayRequest } from '../core/player/observer.ts';
import { playDirect } from '../core/player/play-direct.ts';
import { playLoopback } from '../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { threePhaseScenario, threePhaseSite } from './contract/three-phase-bench.ts';
import { FIELD_CONTROLLERS } from './firmware/controllers.ts';
import { createLoopbackWorld } from './loopback-world.ts';
import { START_WALL_MS } from './simulated-site.ts';
import { createDirectWorld } from './world.ts';

/** One EVSE on all phases, and one on L2 alone. */
const site = threePhaseSite({ evses: [{}, { phaseCount: 1, phaseMap: [1, 2, 0], ratingA: 16, configuredMaxA: 16, powerUpCurrentA: 16 }] });
const COMMANDERS = [...FIELD_CONTROLLERS].flatMap(([name, maker]) => (maker === null ? [] : [name]));

const scenario = threePhaseScenario(site, {
  durationS: 900,
  seed: 7,
  meters: { grid: { noiseW: 40 } },
  vehicles: [
    { id: 'three', evse: 'evse-1', plugInS: 30, maxCurrentA: 16 },
    { id: 'one', evse: 'evse-2', plugInS: 120, unplugS: 700, maxCurrentA: 16 },
  ],
  otherLoads: [
    { circuit: 'main', powerW: 6900 },
    { circuit: 'main', powerW: 4600, fromS: 300, untilS: 500 },
  ],
  controllers: Object.fromEntries(['device', 'chargebench', ...COMMANDERS].map((name) => [name, { expect: [] }])),
});

const requestOf = (controller: string): PlayRequest => ({ scenario, site, controller, otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS });

function direct(controller: string): PlayedRun {
  return playDirect(requestOf(controller), createDirectWorld(scenario, site, controller));
}

async function loopback(controller: string): Promise<PlayedRun> {
  const clock = createVirtualClock(START_WALL_MS);
  return playLoopback(requestOf(controller), createLoopbackWorld(scenario, site, controller, clock), clock);
}

const setpointsOf = ({ recorder }: PlayedRun): readonly string[] =>
  recorder.setpointChanges.map(({ timeS, setpoint }) => `${timeS} s ${setpoint.evseId} ${setpoint.offeredCurrentA} A ${setpoint.reason.kind}`);

describe.each(COMMANDERS)('%s', (controller) => {
  it('plays alike with and without bytes, and commands something', async () => {
    const run = direct(controller);
    const again = await loopback(controller);
    expect(setpointsOf(again)).toEqual(setpointsOf(run));
    expect({ ...again.outcome, mode: 'direct' }).toEqual(run.outcome);
    expect(new Set(run.recorder.setpointChanges.map(({ setpoint }) => setpoint.evseId)).size).toBe(2);
  });
});

describe('on that house', () => {
  const outcome = (controller: string): PlayedRun['outcome'] => direct(controller).outcome;

  it('the devices alone go far above the fuse, a fixed split of it and Chargebench do not', () => {
    // 10 A, later 16.7 A, of other load per phase, and both vehicles at 16 A on L2.
    expect(outcome('device').peakCurrentA).toBeCloseTo(48.7, 0);
    expect(outcome('chargebench').secondsAboveContinuousLimit).toBeLessThan(30);
    // 12 A each, whatever else runs: 10 + 24 A, then 16.7 + 24 A.
    expect(outcome('static-split').peakCurrentA).toBeCloseTo(40.7, 0);
  });

  it('the recipe of 2025 does not go below 6 A, whoever is overloaded', () => {
    const { offeredA, secondsAboveContinuousLimit } = outcome('ha-most-loaded-phase-v2');
    expect(offeredA['evse-1']?.min).toBe(6);
    expect(secondsAboveContinuousLimit).toBeGreaterThan(30);
  });
});
