import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playDirect } from '../../core/player/play-direct.ts';
import { playLoopback } from '../../core/player/play-loopback.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario, type RestoredScenario } from '../../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { createDirectWorld } from '../world.ts';

function restoredWith(id: string, fault: object): ReturnType<typeof restoreScenario> {
  const file = JSON.parse(readFileSync(new URL(`../scenarios/${id}.scenario.json`, import.meta.url), 'utf8')) as object;
  return restoreScenario({ ...file, durationS: 240, otherLoads: [], faults: [fault], controllers: { chargebench: { expect: [] } } });
}

function good(restored: ReturnType<typeof restoreScenario>): RestoredScenario {
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return restored.value;
}

/** The breaker holds whatever happens on the line, and through the loopback's links it comes to the same as played at once. */
describe('on a line with one device', () => {
  it.each([
    ['bus-openevse-rapi', { kind: 'silent', device: 'carport', fromS: 120, untilS: 150 }],
    ['bus-openevse-rapi', { kind: 'late', device: 'carport', byS: 2, fromS: 120, untilS: 150 }],
    ['bus-openevse-rapi', { kind: 'corrupt', device: 'carport', fromS: 120, untilS: 150 }],
    ['bus-openevse-rapi', { kind: 'first-attempt-lost', device: 'carport', fromS: 120 }],
    ['bus-openevse-rapi', { kind: 'reboot', device: 'carport', fromS: 120, untilS: 130 }],
    ['bus-openevse-rapi', { kind: 'controller-killed', fromS: 120, untilS: 140 }],
    ['bus-p1-three-phases', { kind: 'meter-silent', device: 'p1', fromS: 120, untilS: 150 }],
    ['bus-p1-three-phases', { kind: 'late', device: 'p1', byS: 3, fromS: 120, untilS: 150 }],
    ['bus-p1-three-phases', { kind: 'corrupt', device: 'p1', fromS: 120, untilS: 150 }],
  ])('%s: %j', async (id, fault) => {
    const { scenario, site } = good(restoredWith(id, fault));
    const request = { scenario, site, controller: 'chargebench', otherControllers: new Map(), curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
    const clock = createVirtualClock(START_WALL_MS);
    const direct = playDirect(request, createDirectWorld(scenario, site, 'chargebench'));
    const loopback = await playLoopback(request, createLoopbackWorld(scenario, site, 'chargebench', clock), clock);
    expect(direct.outcome.verdict).toBe('holds');
    expect({ ...loopback.outcome, mode: 'direct' }).toEqual(direct.outcome);
  });

  it.each(['lost-share', 'duplicated', 'frozen'])('%s, which bytes that come as they come cannot have, is refused', (kind) => {
    const share = kind === 'lost-share' ? { share: 0.1 } : {};
    expect(restoredWith('bus-openevse-rapi', { kind, device: 'carport', ...share })).toMatchObject({ ok: false, error: { context: { rule: 'fault-does-not-fit' } } });
  });
});
