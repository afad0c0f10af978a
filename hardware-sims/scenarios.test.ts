import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playDirect } from '../core/player/play-direct.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import { restoreScenario } from '../core/scenarios/restore-scenario.ts';
import { FIELD_CONTROLLERS } from './firmware/controllers.ts';
import { START_WALL_MS } from './simulated-site.ts';
import { createDirectWorld } from './world.ts';

const FOLDER = new URL('scenarios/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.scenario.json'));

describe.each(files)('%s', (name) => {
  const restored = restoreScenario(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
  if (!restored.ok) throw new Error(`${name}: ${JSON.stringify(restored.error)}`);
  const { scenario, site } = restored.value;

  it('lies in a file of its own name', () => {
    expect(name).toBe(`${scenario.id}.scenario.json`);
  });

  it.each(Object.keys(scenario.controllers))('comes out as expected under %s', (controller) => {
    const { outcome } = playDirect({ scenario, site, controller, otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS }, createDirectWorld(scenario, site, controller));
    expect(outcome.expectations.filter(({ passed }) => !passed)).toEqual([]);
  });
});
