import { describe, expect, test } from 'vitest';
import { createEvseRig, type EvseRig } from './testing/evse-rig.ts';

/** OpenEVSE reference, sections b.1 to b.3 and c.1: Eco among the other claims of the unit. */

const ECO = { divert_enabled: true, charge_mode: 'eco' } as const;
const SOLAR = { ...ECO, divert_type: 0, mqtt_solar: 'pv' } as const;
const GRID = { ...ECO, divert_type: 1, mqtt_grid_ie: 'grid', divert_PV_ratio: 1 } as const;

/** A message every 10 s from one time on, up to and with another. */
function feed(rig: EvseRig, topic: string, watts: number, fromS: number, untilS: number): void {
  for (let timeS = fromS; timeS <= untilS; timeS += 10) {
    rig.runTo(timeS);
    rig.device.mqtt.receive({ topic, value: String(watts), isRetained: false });
  }
}

function pluggedIn(settings: Parameters<typeof createEvseRig>[0], quirks: Parameters<typeof createEvseRig>[1] = {}): EvseRig {
  const rig = createEvseRig(settings, quirks);
  rig.isPluggedIn = true;
  rig.runTo(5);
  return rig;
}

describe('entering', () => {
  test('at boot, when both settings ask for it: paused until the sun says otherwise (b.3: no need to pause first)', () => {
    const rig = pluggedIn(SOLAR);
    expect([rig.newest('divertmode'), rig.newest('state'), rig.offeredA()]).toEqual([2, 254, 0]);
    expect(rig.httpJson('GET', '/claims')).toEqual([{ client: 65538, priority: 10, state: 'disabled', auto_release: false }]);
  });

  test.each([
    ['not enabled', { divert_enabled: false }],
    ['enabled, but fast', { charge_mode: 'fast' }],
  ])('%s: full current', (_what, changes) => {
    const rig = pluggedIn({ ...SOLAR, ...changes });
    expect([rig.newest('divertmode'), rig.offeredA()]).toEqual([1, 34]);
  });

  test('a change of the settings switches it; leaving gives full current (b.2 rule 11)', () => {
    const rig = pluggedIn({ ...SOLAR, charge_mode: 'fast' });
    rig.send('config/set', '{"charge_mode":"eco"}');
    expect([rig.newest('divertmode'), rig.offeredA()]).toEqual([2, 0]);
    rig.send('config/set', '{"charge_mode":"fast"}');
    expect([rig.newest('divertmode'), rig.newest('divert_active')]).toEqual([1, false]);
    rig.runTo(8);
    expect(rig.offeredA()).toBe(34);
  });

  test.each(['mqtt', 'http'])('by %s at run time, which no restart survives', (way) => {
    const rig = pluggedIn({ ...SOLAR, divert_enabled: false });
    if (way === 'mqtt') rig.send('divertmode/set', '2');
    else expect(rig.http('POST', '/divertmode', undefined, { divertmode: '2' })).toMatchObject({ status: 200 });
    expect([rig.newest('divertmode'), rig.offeredA()]).toEqual([2, 0]);
    rig.send('restart', '{"device":"gateway"}');
    rig.runTo(20);
    expect(rig.httpJson('GET', '/status')).toMatchObject({ divertmode: 1, status: 'active' });
  });
});

describe('charging with the sun', () => {
  test('starts when the smoothed surplus reaches 6.5 A, at the rate of the present one', () => {
    const rig = pluggedIn(SOLAR);
    feed(rig, 'pv', 2400, 10, 30);
    rig.runTo(33);
    expect(rig.offeredA()).toBe(0);
    feed(rig, 'pv', 2400, 40, 40);
    rig.runTo(43);
    expect([rig.offeredA(), rig.newest('state'), rig.newest('pilot')]).toEqual([10, 3, 10]);
  });

  test('publishes what it reckons with every message', () => {
    const rig = pluggedIn(SOLAR);
    feed(rig, 'pv', 2400, 10, 60);
    const { newest } = rig;
    expect([newest('solar'), newest('available_current'), newest('charge_rate'), newest('trigger_current'), newest('divert_update')]).toEqual([2400, 10, 10, 6, 0]);
    // 50 s after the first message: 10 A x (1 - e^(-50/20)).
    expect(newest('smoothed_available_current')).toBeCloseTo(9.17915, 4);
    expect(newest('divert_active')).toBe(true);
    // The message at 40 s started it, the vehicle a second later; 600 s from there, at 60 s.
    expect(newest('min_charge_end')).toBe(581);
  });

  test('rates below 6 A give 6 A (b.2 rule 9)', () => {
    const rig = pluggedIn({ ...SOLAR, divert_PV_ratio: 0.5, divert_attack_smoothing_time: 0 });
    feed(rig, 'pv', 960, 10, 30);
    rig.runTo(33);
    expect([rig.newest('charge_rate'), rig.offeredA()]).toEqual([4, 6]);
  });

  test('grid mode: the own draw is part of the exchange, so a steady surplus gives a steady rate', () => {
    const rig = pluggedIn({ ...GRID, divert_attack_smoothing_time: 0 });
    feed(rig, 'grid', -2400, 10, 10);
    rig.runTo(15);
    expect(rig.offeredA()).toBe(10);
    feed(rig, 'grid', 0, 20, 60);
    rig.runTo(63);
    expect([rig.newest('grid_ie'), rig.newest('available_current'), rig.offeredA()]).toEqual([0, 10, 10]);
  });

  test('stops only after the minimum charge time', () => {
    const rig = pluggedIn({ ...SOLAR, divert_attack_smoothing_time: 0, divert_decay_smoothing_time: 0 });
    feed(rig, 'pv', 2400, 10, 20);
    feed(rig, 'pv', 0, 30, 600);
    rig.runTo(605);
    expect(rig.newest('state')).toBe(3);
    feed(rig, 'pv', 0, 610, 620);
    rig.runTo(625);
    expect([rig.newest('state'), rig.offeredA()]).toEqual([254, 0]);
  });

  test('a feed that dies leaves the last rate standing, and only its age tells (b.2 rule 12)', () => {
    const rig = pluggedIn({ ...SOLAR, divert_attack_smoothing_time: 0 });
    feed(rig, 'pv', 2400, 10, 30);
    rig.runTo(3630);
    expect([rig.offeredA(), rig.newest('state')]).toEqual([10, 3]);
    expect(rig.httpJson('GET', '/status')).toMatchObject({ divert_update: 3600, solar: 2400, charge_rate: 10 });
  });

  test('over HTTP as over MQTT (captures, http-post-status-feeds)', () => {
    const rig = pluggedIn({ ...ECO, divert_type: 0, divert_attack_smoothing_time: 0 });
    rig.http('POST', '/status', { solar: 6000 });
    rig.runTo(8);
    expect([rig.newest('solar'), rig.offeredA()]).toEqual([6000, 25]);
  });

  test('a restart of the gateway begins anew, paused', () => {
    const rig = pluggedIn({ ...SOLAR, divert_attack_smoothing_time: 0 });
    feed(rig, 'pv', 2400, 10, 30);
    rig.send('restart', '{"device":"gateway"}');
    rig.runTo(60);
    expect(rig.httpJson('GET', '/status')).toMatchObject({ divertmode: 2, state: 254, charge_rate: 0, divert_active: false });
  });
});

describe('a type that was never set (b.1)', () => {
  test('nothing is ever available, and the grid is not even listened to', () => {
    const rig = pluggedIn({ ...GRID, divert_type: -1 });
    expect(rig.device.mqtt.subscriptions()).not.toContain('grid');
    rig.http('POST', '/status', { grid_ie: -9000 });
    rig.runTo(20);
    expect(rig.offeredA()).toBe(0);
  });

  test('without the quirk it becomes grid at boot', () => {
    const rig = pluggedIn({ ...GRID, divert_type: -1 }, { leavesTypeUnset: false });
    expect(rig.device.mqtt.subscriptions()).toContain('grid');
  });
});

describe('among other claims (c.1)', () => {
  function charging(settings: Parameters<typeof createEvseRig>[0] = {}): EvseRig {
    const rig = pluggedIn({ ...SOLAR, divert_attack_smoothing_time: 0, ...settings });
    feed(rig, 'pv', 4800, 10, 30);
    rig.runTo(33);
    return rig;
  }

  test('a manual override wins over its pause and over its rate', () => {
    const rig = charging();
    expect(rig.offeredA()).toBe(20);
    rig.send('override/set', '{"state":"active","charge_current":8}');
    expect(rig.offeredA()).toBe(8);
    rig.send('override/set', 'clear');
    expect(rig.offeredA()).toBe(20);
    const paused = pluggedIn(SOLAR);
    paused.send('override/set', '{"state":"active"}');
    paused.runTo(9);
    expect(paused.offeredA()).toBe(34);
  });

  test('the shaper caps its rate, and pauses it when too little is left', () => {
    const rig = pluggedIn({ ...GRID, divert_attack_smoothing_time: 0, current_shaper_enabled: true, current_shaper_max_pwr: 3000, mqtt_live_pwr: 'load' });
    // The shaper has no feed yet: paused, whatever the sun does. A grid message over MQTT is none (a.2 rule 12).
    feed(rig, 'grid', -4800, 10, 30);
    rig.runTo(38);
    expect(rig.offeredA()).toBe(0);
    rig.device.mqtt.receive({ topic: 'load', value: '120', isRetained: false });
    rig.runTo(43);
    // (3000 - 120) W at 240 V.
    expect([rig.newest('charge_rate'), rig.offeredA()]).toEqual([20, 12]);
    expect(rig.device.reason()).toMatchObject({ kind: 'device-shaper' });
  });

  test('what it says as the reason', () => {
    expect(charging().device.reason()).toMatchObject({ kind: 'divert', availableA: 20 });
    expect(pluggedIn(SOLAR).device.reason()).toEqual({ kind: 'divert', availableA: 0, smoothedA: 0 });
  });
});
