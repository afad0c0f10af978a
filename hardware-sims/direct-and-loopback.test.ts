import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlayedRun } from '../core/player/observer.ts';
import { playDirect } from '../core/player/play-direct.ts';
import { playLoopback } from '../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import { restoreScenario } from '../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { FIELD_CONTROLLERS } from './firmware/controllers.ts';
import { createLoopbackWorld } from './loopback-world.ts';
import { START_WALL_MS } from './simulated-site.ts';
import { createDirectWorld } from './world.ts';

const FOLDER = new URL('scenarios/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario.json'));

/** Every setpoint with its time; figures inside reasons may differ where text rounds them. */
const setpointsOf = ({ recorder }: PlayedRun): readonly string[] =>
  recorder.setpointChanges.map(({ timeS, setpoint }) => `${timeS} s ${setpoint.evseId} ${setpoint.offeredCurrentA} A ${setpoint.reason.kind}`);

describe.each(files)('%s', (name) => {
  const restored = restoreScenario(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
  if (!restored.ok) throw new Error(`${name}: ${JSON.stringify(restored.error)}`);
  const { scenario, site } = restored.value;

  it.each(Object.keys(scenario.controllers))('plays alike with and without bytes under %s', async (controller) => {
    const request = { scenario, site, controller, otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
    const direct = playDirect(request, createDirectWorld(scenario, site, controller));
    const clock = createVirtualClock(START_WALL_MS);
    const loopback = await playLoopback(request, createLoopbackWorld(scenario, site, controller, clock), clock);
    expect(setpointsOf(loopback)).toEqual(setpointsOf(direct));
    expect({ ...loopback.outcome, mode: 'direct' }).toEqual(direct.outcome);
  });
});
