import { describe, expect, test } from 'vitest';
import { FIELD_CONTROLLERS } from '../firmware/controllers.ts';
import { playDirect } from '../../core/player/play-direct.ts';
import { playLoopback } from '../../core/player/play-loopback.ts';
import type { PlayedRun } from '../../core/player/observer.ts';
import { BUNDLED_CURVES } from '../../core/protection/list-curves.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { createDirectWorld } from '../world.ts';
import { settingsUnder } from './openevse-under-controller.ts';

/** Reference b.1 (Eco only if enabled and chosen; always write the type) and the names of controllers that live in devices. */
describe('settings', () => {
  const stored = { current_shaper_enabled: true, max_current_soft: 34, mqtt_solar: 'pv' };

  test.each([
    ['device', { ...stored }],
    ['openevse-divert', { ...stored, divert_enabled: true, charge_mode: 'eco', divert_type: 0 }],
    ['none', { ...stored, current_shaper_enabled: false, divert_enabled: false, charge_mode: 'fast', schedule: '[]' }],
  ])('under %s', (controller, expected) => {
    expect(settingsUnder(controller, stored, {})).toEqual(expected);
  });

  test('the feed that is named decides the type, unless the file does', () => {
    expect(settingsUnder('openevse-divert', { mqtt_grid_ie: 'grid' }, {})).toMatchObject({ divert_type: 1 });
    expect(settingsUnder('openevse-divert', { mqtt_grid_ie: 'grid' }, { divert_type: 0 })).toMatchObject({ divert_type: 0 });
  });

  test('what stands under the controller wins, but nothing brings a feature back under none', () => {
    expect(settingsUnder('openevse-divert', {}, { divert_enabled: false })).toMatchObject({ divert_enabled: false });
    expect(settingsUnder('none', {}, { current_shaper_enabled: true })).toMatchObject({ current_shaper_enabled: false });
  });
});

/** 2400 W of PV are 10 A at 240 V; the shaper would allow 9600 W less what is metered. */
const FILE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'sun',
  title: 'A steady sun',
  group: 'Test',
  durationS: 900,
  site: 'two-evses-one-breaker',
  devices: { primary: { max_current_soft: 34, mqtt_solar: 'emon/emonpi/pv' }, secondary: { max_current_soft: 30, current_shaper_enabled: true, current_shaper_max_pwr: 1000 } },
  vehicles: [
    { id: 'first', evse: 'primary', plugInS: 5 },
    { id: 'second', evse: 'secondary', plugInS: 5 },
  ],
  feeds: [{ topic: 'emon/emonpi/pv', everyS: 10, valueW: 2400, untilS: 600 }],
  controllers: { 'openevse-divert': { devices: { secondary: { charge_mode: 'fast' } }, expect: [] }, none: { expect: [] } },
};

async function play(controller: string, mode: 'direct' | 'loopback'): Promise<PlayedRun> {
  const restored = restoreScenario(FILE);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  const { scenario, site } = restored.value;
  const request = { scenario, site, controller, otherControllers: FIELD_CONTROLLERS, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS };
  if (mode === 'direct') return playDirect(request, createDirectWorld(scenario, site, controller));
  const clock = createVirtualClock(START_WALL_MS);
  return playLoopback(request, createLoopbackWorld(scenario, site, controller, clock), clock);
}

const offersOf = ({ recorder }: PlayedRun, evse: string): readonly unknown[] =>
  recorder.setpointChanges.filter(({ setpoint }) => setpoint.evseId === evse).map(({ timeS, setpoint }) => [timeS, setpoint.offeredCurrentA, setpoint.reason.kind]);

describe('a scenario', () => {
  test('openevse-divert: Eco follows the sun, and a feed that dies leaves the rate standing (b.2 rules 6 and 12)', async () => {
    const run = await play('openevse-divert', 'direct');
    const offers = offersOf(run, 'primary');
    // S reaches 6.5 A of 10 A in 20 s x ln(10 / 3.5) = 21 s: the message at 30 s starts it.
    const [first, second, ...later] = offers;
    expect([first, second]).toEqual([
      [0, 0, 'divert'],
      [30, 10, 'divert'],
    ]);
    expect(later.every((offer) => (offer as readonly unknown[])[1] === 10)).toBe(true);
    // The secondary is left out of Eco, and its shaper has no feed: paused from its first look on.
    expect(offersOf(run, 'secondary').every((offer) => (offer as readonly unknown[])[1] === 0)).toBe(true);
  });

  test('none: both offer what they are configured to, whatever the circuit carries', async () => {
    const run = await play('none', 'direct');
    expect(offersOf(run, 'primary').at(-1)).toEqual([expect.any(Number) as unknown, 34, 'device-configured-max']);
    expect(offersOf(run, 'secondary').at(-1)).toEqual([expect.any(Number) as unknown, 30, 'device-configured-max']);
  });

  test.each(['openevse-divert', 'none'])('%s plays alike with and without bytes', async (controller) => {
    const [direct, loopback] = [await play(controller, 'direct'), await play(controller, 'loopback')];
    for (const evse of ['primary', 'secondary']) expect(offersOf(loopback, evse)).toEqual(offersOf(direct, evse));
    expect({ ...loopback.outcome, mode: 'direct' }).toEqual(direct.outcome);
  });
});
