import { describe, expect, it } from 'vitest';
import { playDirect } from '../../core/player/play-direct.ts';
import { playLoopback } from '../../core/player/play-loopback.ts';
import type { PlayedRun } from '../../core/player/observer.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { createDirectWorld } from '../world.ts';

const FILE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'bus-faults',
  title: 'bus faults',
  group: 'test',
  durationS: 240,
  site: 'smartevse-power-share',
  vehicles: [{ id: 'vehicle', evse: 'node-1', plugInS: 10 }],
  controllers: { chargebench: { expect: [{ kind: 'never-trips' }] } },
};

async function playBoth(fault: object): Promise<readonly [PlayedRun, PlayedRun]> {
  const restored = restoreScenario({ ...FILE, faults: [fault] });
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  const { scenario, site } = restored.value;
  const request = { scenario, site, controller: 'chargebench', otherControllers: new Map(), curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
  const clock = createVirtualClock(START_WALL_MS);
  const direct = playDirect(request, createDirectWorld(scenario, site, 'chargebench'));
  return [direct, await playLoopback(request, createLoopbackWorld(scenario, site, 'chargebench', clock), clock)];
}

const lastOfferA = ({ recorder }: PlayedRun): number | undefined => recorder.setpointChanges.filter(({ setpoint }) => setpoint.evseId === 'node-1').at(-1)?.setpoint.offeredCurrentA;

/** The breaker holds whatever happens on the wires, and with bytes it comes to the same as without. */
describe('on a pair of wires', () => {
  it.each([
    [{ kind: 'meter-silent', device: 'sensorbox', fromS: 100 }, 0],
    [{ kind: 'corrupt', device: 'sensorbox', fromS: 100 }, 0],
    [{ kind: 'late', device: 'sensorbox', byS: 3, fromS: 100 }, 0],
    [{ kind: 'lost-share', device: 'sensorbox', share: 0.3, fromS: 100 }, 16],
    [{ kind: 'duplicated', device: 'sensorbox', fromS: 100 }, 16],
    [{ kind: 'silent', device: 'node-1', fromS: 100, untilS: 130 }, 16],
  ])('%j: %d A at the end', async (fault, endA) => {
    const runs = await playBoth(fault);
    for (const run of runs) {
      expect(run.outcome.verdict).toBe('holds');
      expect(lastOfferA(run)).toBe(endA);
    }
  });

  it('a fault that registers cannot have is refused', () => {
    const restored = restoreScenario({ ...FILE, faults: [{ kind: 'wrong-unit', device: 'sensorbox', quantity: 'power', fromS: 10 }] });
    expect(restored).toMatchObject({ ok: false, error: { context: { rule: 'fault-does-not-fit' } } });
  });
});
