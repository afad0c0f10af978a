/** SmartEVSEs in a played site: in our plant, over OpenEVSEs, with and without bytes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { PlayedRun } from '../../core/player/observer.ts';
import { playDirect } from '../../core/player/play-direct.ts';
import { playLoopback } from '../../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { createDirectWorld } from '../world.ts';
import { FIELD_CONTROLLERS } from './controllers.ts';

const setpointsOf = ({ recorder }: PlayedRun): readonly string[] =>
  recorder.setpointChanges.map(({ timeS, setpoint }) => `${timeS} s ${setpoint.evseId} ${setpoint.offeredCurrentA} A ${setpoint.reason.kind}`);

/** A scenario of the library with the shapers of its EVSEs off: they would decide too. */
function requestOf(name: string, controller: string) {
  const file = JSON.parse(readFileSync(new URL(`../scenarios/${name}.scenario.json`, import.meta.url), 'utf8')) as Record<string, unknown>;
  const restored = restoreScenario({ ...file, devices: {}, controllers: { [controller]: { settings: { rotationMin: 30 }, expect: [] } } });
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  const { scenario, site } = restored.value;
  return { scenario, site, controller, otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
}

type Request = ReturnType<typeof requestOf>;

const direct = (request: Request): PlayedRun => playDirect(request, createDirectWorld(request.scenario, request.site, request.controller));

function loopback(request: Request): Promise<PlayedRun> {
  const clock = createVirtualClock(START_WALL_MS);
  return playLoopback(request, createLoopbackWorld(request.scenario, request.site, request.controller, clock), clock);
}

describe.each(['smartevse', 'smartevse-stabilised'])('%s', (controller) => {
  test.each(['two-evses-other-load', 'two-evses-feed-dies-charging'])('plays %s alike with and without bytes', async (name) => {
    const request = requestOf(name, controller);
    expect(setpointsOf(await loopback(request))).toEqual(setpointsOf(direct(request)));
  });

  test('two EVSEs share a 50 A breaker that may carry 40 A for long', () => {
    const { outcome, recorder } = direct(requestOf('two-evses-other-load', controller));
    expect(outcome.verdict).toBe('holds');
    // Both charge: 20 A each, the whole of the continuous limit.
    const before = recorder.setpointChanges.filter(({ timeS }) => timeS <= 890);
    expect(['primary', 'secondary'].map((id) => before.findLast(({ setpoint }) => setpoint.evseId === id)?.setpoint.offeredCurrentA)).toEqual([20, 20]);
  });

  test('a dead feed stops both by their own fail-safe, 11 s after the last value', () => {
    const { scenario, ...request } = requestOf('two-evses-feed-dies-charging', controller);
    const deadS = scenario.faults[0]?.fromS ?? NaN;
    const { recorder } = direct({ scenario, ...request });
    const stops = recorder.setpointChanges.filter(({ timeS, setpoint }) => timeS > deadS && setpoint.offeredCurrentA === 0);
    for (const id of ['primary', 'secondary']) {
      const stopS = (stops.find(({ setpoint }) => setpoint.evseId === id)?.timeS ?? Infinity) - deadS;
      expect(stopS).toBeGreaterThanOrEqual(11);
      expect(stopS).toBeLessThanOrEqual(15);
    }
  });
});
