import { describe, expect, test } from 'vitest';
import { BASE, createEvseRig } from './testing/evse-rig.ts';

/** OpenEVSE reference, sections c.2, d.2 and e; captures/openevse. */

const topicsSince = (rig: ReturnType<typeof createEvseRig>, count: number): string[] => rig.messages.slice(count).map(({ topic }) => topic.slice(BASE.length + 1));

describe('what it publishes', () => {
  test('at a connection: the retained announcement, retained documents, then every status field as a bare value', () => {
    const { messages, newest } = createEvseRig();
    expect(messages[0]).toEqual({
      topic: 'openevse/announce/7b2c',
      value: { state: 'connected', id: '020000007b2c', name: 'openevse-7b2c', mqtt: 'openevse-7b2c', http: 'http://127.0.0.1/' },
      isRetained: true,
    });
    const retained = messages.filter(({ isRetained }) => isRetained).map(({ topic }) => topic);
    expect(retained).toEqual(['openevse/announce/7b2c', ...['config', 'config_version', 'claim', 'override', 'limit', 'schedule'].map((field) => `${BASE}/${field}`)]);
    expect(newest('override')).toEqual({ state: 'null' });
    expect([newest('state'), newest('pilot'), newest('vehicle'), newest('amp'), newest('status')]).toEqual([1, 34, 0, 0, 'active']);
  });

  test('the last will has state, id and name only (captures, mqtt-announce-lwt-2026)', () => {
    expect(createEvseRig().device.mqtt.lastWill).toEqual({
      topic: 'openevse/announce/7b2c',
      value: { state: 'disconnected', id: '020000007b2c', name: 'openevse-7b2c' },
      isRetained: true,
    });
  });

  test('while charging: milliamperes and watts each second, nothing else between', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(10);
    const count = rig.messages.length;
    rig.runTo(12);
    expect(topicsSince(rig, count)).toEqual(['amp', 'power', 'amp', 'power']);
    expect([rig.newest('amp'), rig.newest('power')]).toEqual([34_000, 8160]);
  });

  test('idle: nothing for 30 s, then everything', () => {
    const rig = createEvseRig();
    rig.runTo(1);
    const count = rig.messages.length;
    rig.runTo(29);
    expect(topicsSince(rig, count)).toEqual([]);
    rig.runTo(30);
    expect(topicsSince(rig, count)).toEqual(expect.arrayContaining(['amp', 'voltage', 'power', 'pilot', 'state', 'total_energy', 'shaper_updated', 'temp']));
  });

  test('a vehicle: states 2 and 3 a second apart', () => {
    const rig = createEvseRig();
    rig.runTo(4);
    const count = rig.messages.length;
    rig.isPluggedIn = true;
    rig.runTo(8);
    const states = rig.messages.slice(count).filter(({ topic }) => topic === `${BASE}/state`);
    expect(states.map(({ value }) => value)).toEqual([2, 3]);
  });

  test('status fields are retained only when the setting says so', () => {
    const rig = createEvseRig({ mqtt_retained: true });
    expect(rig.messages.every(({ isRetained }) => isRetained)).toBe(true);
  });

  test('nothing while disconnected', () => {
    const rig = createEvseRig();
    rig.device.mqtt.disconnected();
    const count = rig.messages.length;
    rig.runTo(60);
    expect(rig.messages.length).toBe(count);
  });
});

describe('claim/set', () => {
  test('sets a current at once, and fields that are left out keep theirs', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('claim/set', '{"state":"active","charge_current":16,"auto_release":false}');
    expect([rig.offeredA(), rig.newest('pilot')]).toEqual([16, 16]);
    expect(rig.newest('claim')).toEqual({ state: 'active', charge_current: 16, auto_release: false });
    rig.send('claim/set', { state: 'disabled' });
    expect(rig.newest('claim')).toEqual({ state: 'disabled', charge_current: 16, auto_release: false });
    expect([rig.offeredA(), rig.newest('state'), rig.newest('status')]).toEqual([0, 254, 'disabled']);
    rig.send('claim/set', { state: 'active' });
    expect(rig.offeredA()).toBe(16);
    rig.send('claim/set', { charge_current: 'clear' });
    expect(rig.offeredA()).toBe(34);
  });

  test('below 6 A it offers 6 A: only `disabled` pauses', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('claim/set', { state: 'active', charge_current: 0 });
    expect(rig.offeredA()).toBe(6);
  });

  test('release gives back the stored maximum', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('claim/set', { charge_current: 10 });
    rig.send('claim/set', 'release');
    expect([rig.offeredA(), rig.newest('claim')]).toEqual([34, { state: 'null' }]);
  });

  test.each(['', 'nan', '[1]', '{"charge_current":"much"}', '{"state":"perhaps"}', '{'])('%j changes nothing', (payload) => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('claim/set', payload);
    expect([rig.offeredA(), rig.newest('claim')]).toEqual([34, { state: 'null' }]);
  });

  test('with auto_release it goes when the vehicle does, without it it stays', () => {
    for (const [isAutoReleased, pilotA] of [[true, 34], [false, 10]] as const) {
      const rig = createEvseRig();
      rig.isPluggedIn = true;
      rig.runTo(5);
      rig.send('claim/set', { charge_current: 10, auto_release: isAutoReleased });
      rig.isPluggedIn = false;
      rig.runTo(8);
      expect(rig.newest('pilot')).toBe(pilotA);
    }
  });
});

describe('override/set', () => {
  test('wins over the claim, is released at unplugging unless told otherwise, and `clear` ends it', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('claim/set', { charge_current: 10, auto_release: false });
    rig.send('override/set', { state: 'active', charge_current: 20 });
    expect([rig.offeredA(), rig.newest('manual_override')]).toEqual([20, 1]);
    expect(rig.newest('override')).toEqual({ state: 'active', charge_current: 20, auto_release: true });
    rig.send('override/set', 'clear');
    expect([rig.offeredA(), rig.newest('override'), rig.newest('manual_override')]).toEqual([10, { state: 'null' }, 0]);
    rig.send('override/set', { charge_current: 20 });
    rig.isPluggedIn = false;
    rig.runTo(8);
    expect(rig.newest('override')).toEqual({ state: 'null' });
  });

  test('toggle pauses what charges and takes that away again', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('override/set', 'toggle');
    expect(rig.newest('state')).toBe(254);
    rig.send('override/set', 'toggle');
    expect(rig.offeredA()).toBe(34);
  });
});

describe('the shaper', () => {
  const SHAPED = { current_shaper_enabled: true, current_shaper_max_pwr: 9600, mqtt_live_pwr: 'meter/power' } as const;
  const feed = (rig: ReturnType<typeof createEvseRig>, value: string): void => {
    rig.device.mqtt.receive({ topic: 'meter/power', value, isRetained: false });
  };

  test('follows its feed, and a payload of JSON is no load at all', () => {
    const rig = createEvseRig(SHAPED);
    rig.isPluggedIn = true;
    rig.runTo(1);
    expect([rig.newest('state'), rig.newest('shaper_updated')]).toEqual([254, false]);
    feed(rig, '7200');
    rig.runTo(2);
    expect([rig.newest('pilot'), rig.newest('shaper_cur'), rig.newest('shaper_updated')]).toEqual([10, 10, true]);
    rig.runTo(9);
    feed(rig, '{"power":9000}');
    rig.runTo(10);
    expect([rig.newest('shaper_live_pwr'), rig.newest('pilot')]).toEqual([0, 34]);
  });

  test('the stored limit can be changed, and that counts as a sample (rule 12)', () => {
    const rig = createEvseRig(SHAPED);
    feed(rig, '2400');
    rig.runTo(100);
    rig.send('config/set', '{"current_shaper_max_pwr":4800}');
    rig.runTo(190);
    expect([rig.newest('shaper_max_pwr'), rig.newest('shaper_updated'), rig.newest('pilot')]).toEqual([4800, true, 10]);
  });

  test('switched off at run time it lets go', () => {
    const rig = createEvseRig(SHAPED);
    feed(rig, '12000');
    rig.runTo(2);
    expect(rig.newest('state')).toBe(254);
    rig.send('shaper/set', '0');
    expect([rig.newest('shaper'), rig.newest('state')]).toEqual([0, 1]);
  });

  test.each([
    ['its own topic', {}, true],
    ['the grid topic, divert unset', { mqtt_grid_ie: 'meter/power' }, false],
    ['the grid topic with type 0', { mqtt_grid_ie: 'meter/power', divert_type: 0 }, false],
    ['the grid topic with type 1', { mqtt_grid_ie: 'meter/power', divert_type: 1 }, true],
  ])('rule 16: live feed on %s', (_name, settings, isFed) => {
    const rig = createEvseRig({ ...SHAPED, ...settings });
    expect(rig.device.mqtt.subscriptions().includes('meter/power')).toBe(isFed);
    feed(rig, '4800');
    rig.runTo(2);
    expect(rig.newest('shaper_updated')).toBe(isFed);
  });

  test('a new feed topic asks for a new session, because feeds are subscribed at connections only', () => {
    const rig = createEvseRig(SHAPED);
    const { sessionCount } = rig.device.network;
    rig.send('config/set', { mqtt_live_pwr: 'other/power' });
    expect(rig.device.network.sessionCount).toBe(sessionCount + 1);
    expect(rig.device.mqtt.subscriptions()).toContain('other/power');
  });

  test('a line voltage from 60 to 300 V is used, others are not', () => {
    const rig = createEvseRig({ ...SHAPED, mqtt_vrms: 'line/volts' });
    for (const volts of ['20', '400', 'x', '228']) rig.device.mqtt.receive({ topic: 'line/volts', value: volts, isRetained: false });
    feed(rig, '0');
    rig.runTo(2);
    expect(rig.newest('shaper_cur')).toBeCloseTo(9600 / 228, 3);
  });
});

describe('heartbeat and restarts', () => {
  test('without its gateway it falls to 6 A after 5 s; with it again it offers the stored maximum, the claim forgotten', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(10);
    rig.send('claim/set', { charge_current: 20, auto_release: false });
    rig.device.stopGateway();
    rig.runTo(14);
    expect(rig.offeredA()).toBe(20);
    rig.runTo(15);
    expect(rig.offeredA()).toBe(6);
    rig.device.bootGateway();
    rig.runTo(40);
    expect(rig.offeredA()).toBe(34);
    expect(rig.device.network).toEqual({ isUp: true, sessionCount: 2 });
  });

  test('`restart` of the gateway takes it off the network for its boot time', () => {
    const rig = createEvseRig();
    rig.runTo(10);
    rig.send('restart', '{"device":"gateway"}');
    expect(rig.device.network.isUp).toBe(false);
    rig.runTo(20);
    expect(rig.device.network).toEqual({ isUp: true, sessionCount: 2 });
  });

  test('`restart` of the controller: state 0, then the gateway sends its current again', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(10);
    rig.send('claim/set', { charge_current: 20 });
    rig.send('restart', { device: 'evse' });
    rig.runTo(11);
    expect(rig.newest('state')).toBe(0);
    rig.runTo(16);
    expect([rig.newest('state'), rig.offeredA()]).toEqual([3, 20]);
  });
});

describe('RAPI by topic', () => {
  test('answers are those of the captures, checksum included (captures/openevse-rapi)', () => {
    const rig = createEvseRig({ max_current_hard: 32, max_current_soft: 13 });
    rig.send('rapi/in/$SC', '11 V');
    rig.send('rapi/in/$GC', '');
    expect(rig.newest('rapi/out')).toBe('$OK 6 32 11 13^15');
    rig.send('rapi/in/$GV', '');
    expect(rig.newest('rapi/out')).toBe('$OK 7.1.3 5.1.3^22');
    rig.send('rapi/in/$FS', '');
    expect(rig.newest('rapi/out')).toBe('$OK^20');
    rig.send('rapi/in/$GS', '');
    expect(rig.newest('rapi/out')).toMatch(/^\$OK fe 0 01 0200\^[0-9A-F]{2}$/);
  });

  test('what is above the stored maximum is refused with what was taken', () => {
    const rig = createEvseRig();
    rig.send('rapi/in/$SC', '40 V');
    expect(rig.newest('rapi/out')).toMatch(/^\$NK 34\^/);
  });

  test('M burns no hardware maximum', () => {
    const rig = createEvseRig();
    rig.send('rapi/in/$SC', '20 M');
    expect(rig.newest('rapi/out')).toBe('$NK^21');
    expect(rig.device.gateway.controller.hardwareMaxA).toBe(48);
  });

  test('a current from there does not last above the own one while charging', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(5);
    rig.send('claim/set', { charge_current: 10 });
    rig.send('rapi/in/$SC', '20 V');
    expect(rig.offeredA()).toBe(20);
    rig.runTo(6);
    expect(rig.offeredA()).toBe(10);
  });
});

test('a limit on the energy of the session pauses until the session ends', () => {
  const rig = createEvseRig();
  rig.isPluggedIn = true;
  rig.runTo(5);
  // 8160 W: 100 Wh in 44.2 s.
  rig.send('limit/set', '{"type":"energy","value":100}');
  rig.runTo(40);
  expect(rig.newest('state')).toBe(3);
  rig.runTo(52);
  expect([rig.newest('state'), rig.newest('limit')]).toEqual([254, { type: 'energy', value: 100, auto_release: true }]);
  rig.isPluggedIn = false;
  rig.runTo(55);
  expect([rig.newest('state'), rig.newest('limit')]).toEqual([1, { type: 'none', value: 0, auto_release: true }]);
});
