import { describe, expect, test } from 'vitest';
import type { PlayedRun, PlayRequest } from '../core/player/observer.ts';
import { playDirect } from '../core/player/play-direct.ts';
import { playLoopback } from '../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { threePhaseScenario, threePhaseSite, type ThreePhaseOptions } from './contract/three-phase-bench.ts';
import { FIELD_CONTROLLERS } from './firmware/controllers.ts';
import { createLoopbackWorld } from './loopback-world.ts';
import { START_WALL_MS } from './simulated-site.ts';
import { createDirectWorld } from './world.ts';

/** Everything that a plant can do, on one site: direct and loopback give the same setpoints (design.md section 5), and the breaker holds. */

const setpointsOf = ({ recorder }: PlayedRun): readonly string[] =>
  recorder.setpointChanges.map(({ timeS, setpoint }) => `${timeS} s ${setpoint.evseId} ${setpoint.offeredCurrentA} A ${setpoint.reason.kind}`);

const vehicles = [
  { id: 'three', evse: 'evse-1', plugInS: 20, startPhaseCount: 1, morePhasesAfterS: 60, offerOffsetA: -0.5 },
  { id: 'one', evse: 'evse-2', plugInS: 40, maxCurrentA: 16, battery: { capacityWh: 60_000, socRatio: 0.955 } },
];
const evses = [{}, { phaseCount: 1, phaseMap: [1, 2, 0] }];

const CASES: readonly (readonly [string, ThreePhaseOptions, Readonly<Record<string, unknown>>])[] = [
  ['star, a household and the sun', { evses }, { houseLoads: [{ kind: 'household', circuit: 'main' }, { kind: 'oven', circuit: 'main', phases: [1], fromS: 100 }], pv: [{ kind: 'cloudy', circuit: 'main', peakW: 6000 }], startHour: 17 }],
  ['star, voltage drop and reactive load', { evses }, { impedance: { source: { resistanceOhm: 0.2, reactanceOhm: 0.1 } }, houseLoads: [{ kind: 'heat-pump', circuit: 'main', powerFactor: 0.8, onS: 120, offS: 60, startRatio: 3 }] }],
  ['star, a home battery and a noisy meter', { evses }, { homeBatteries: [{ id: 'b', circuit: 'main', capacityWh: 5000, maxChargeW: 3000, maxDischargeW: 3000 }], houseLoads: [{ kind: 'kettle', circuit: 'main', phases: [0], timesS: [100, 400] }], meters: { grid: { noiseW: 30 } } }],
  ['delta', { kind: 'three-wire-delta', evses }, { houseLoads: [{ kind: 'oven', circuit: 'main', phases: [2], fromS: 60 }] }],
];

async function playBoth(options: ThreePhaseOptions, conditions: Readonly<Record<string, unknown>>): Promise<readonly [PlayedRun, PlayedRun]> {
  const site = threePhaseSite(options);
  const scenario = threePhaseScenario(site, { vehicles, ...conditions });
  const request: PlayRequest = { scenario, site, controller: 'chargebench', otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
  const direct = playDirect(request, createDirectWorld(scenario, site, 'chargebench'));
  const clock = createVirtualClock(START_WALL_MS);
  return [direct, await playLoopback(request, createLoopbackWorld(scenario, site, 'chargebench', clock), clock)];
}

describe.each(CASES)('%s', (_what, options, conditions) => {
  test('plays alike with and without bytes, and holds', async () => {
    const [direct, loopback] = await playBoth(options, conditions);
    expect(setpointsOf(loopback)).toEqual(setpointsOf(direct));
    expect({ ...loopback.outcome, mode: 'direct' }).toEqual(direct.outcome);
    expect(direct.outcome.verdict).toBe('holds');
    // Something was charged, on both.
    expect(Math.min(...Object.values(direct.outcome.energyWh))).toBeGreaterThan(40);
  });

  test('the same seed gives the same run', async () => {
    const [first] = await playBoth(options, conditions);
    const [second] = await playBoth(options, conditions);
    expect(second.outcome).toEqual(first.outcome);
    expect(second.recorder.slice()).toEqual(first.recorder.slice());
  });
});
