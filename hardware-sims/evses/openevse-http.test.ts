import { describe, expect, test } from 'vitest';
import { createEvseRig } from './testing/evse-rig.ts';

/** OpenEVSE reference, sections c.2, c.3 and d.1; captures/openevse and openevse-rapi. */

describe('/status', () => {
  test('has the fields and units of a real one (captures, status-v5.1.2 and ws-deltas)', () => {
    const rig = createEvseRig();
    rig.isPluggedIn = true;
    rig.runTo(20);
    const status = rig.httpJson('GET', '/status') as Record<string, unknown>;
    expect(status).toMatchObject({ amp: 34_000, voltage: 240, pilot: 34, max_current: 34, state: 3, status: 'active', vehicle: 1, temp1: false, divertmode: 1 });
    expect(status).toMatchObject({ mqtt_connected: 1, limit: false, shaper: 0, shaper_updated: false, manual_override: 0, time: '2025-01-01T00:00:20Z' });
    // 34 A from 1 s on: 19 s at 8160 W.
    expect(status['session_energy']).toBeCloseTo((19 * 8160) / 3600, 2);
    expect(status['total_energy']).toBeCloseTo(0.043, 3);
  });

  test('POST feeds the shaper (captures, http-post-status-feeds)', () => {
    const rig = createEvseRig({ current_shaper_enabled: true, current_shaper_max_pwr: 4800 });
    expect(rig.http('POST', '/status', { shaper_live_pwr: 1000 }).status).toBe(200);
    rig.runTo(2);
    expect(rig.httpJson('GET', '/status')).toMatchObject({ shaper: 1, shaper_live_pwr: 1000, shaper_updated: true, shaper_cur: 15.83333, pilot: 15 });
  });

  test.each([
    ['solar', 6000, 'solar'],
    ['grid_ie', -1000, 'grid_ie'],
  ])('POST %s', (key, value, field) => {
    const rig = createEvseRig();
    rig.http('POST', '/status', { [key]: value });
    expect(rig.httpJson('GET', '/status')).toMatchObject({ [field]: value });
  });

  test('a body that is no object is refused', () => {
    expect(createEvseRig().http('POST', '/status', 'x').status).toBe(400);
  });
});

describe('/config', () => {
  test('takes known keys, tells whether anything changed, and keeps the rest', () => {
    const rig = createEvseRig();
    expect(rig.httpJson('POST', '/config', { max_current_soft: 30 })).toEqual({ config_version: 2, msg: 'done' });
    expect(rig.httpJson('POST', '/config', { max_current_soft: 30, no_such_key: 1 })).toEqual({ config_version: 2, msg: 'no change' });
    expect(rig.httpJson('GET', '/config')).toMatchObject({ max_current_soft: 30, min_current_hard: 6, current_shaper_data_maxinterval: 120, mqtt_topic: 'openevse-7b2c' });
    expect(rig.newest('config')).toMatchObject({ max_current_soft: 30 });
    expect(rig.newest('config_version')).toBe(2);
    expect(rig.newest('pilot')).toBe(30);
  });

  test('what only the hardware says cannot be written', () => {
    const rig = createEvseRig();
    rig.http('POST', '/config', { max_current_hard: 80, firmware: '9' });
    expect(rig.httpJson('GET', '/config')).toMatchObject({ max_current_hard: 48, firmware: '7.1.3' });
  });

  test('secrets are taken and never shown; the mask is no new secret', () => {
    const rig = createEvseRig();
    rig.http('POST', '/config', { mqtt_pass: 'tulip' });
    const { body } = rig.http('GET', '/config');
    expect(body).not.toContain('tulip');
    expect(JSON.parse(body)).toMatchObject({ mqtt_pass: '_DUMMY_PASSWORD' });
    expect(rig.httpJson('POST', '/config', { mqtt_pass: '_DUMMY_PASSWORD' })).toMatchObject({ msg: 'no change' });
    expect(JSON.stringify(rig.messages)).not.toContain('tulip');
  });
});

describe('/claims', () => {
  test('a client makes, reads, replaces and drops its own (captures, http-claim-1234)', () => {
    const rig = createEvseRig();
    expect(rig.http('GET', '/claims/1234').status).toBe(404);
    expect(rig.http('POST', '/claims/1234', { state: 'active', auto_release: true, charge_current: 20 }).status).toBe(200);
    expect(rig.httpJson('GET', '/claims/1234')).toEqual({ state: 'active', charge_current: 20, auto_release: true });
    expect(rig.httpJson('GET', '/claims')).toEqual([{ client: 1234, priority: 500, state: 'active', charge_current: 20, auto_release: true }]);
    rig.http('POST', '/claims/1234', { charge_current: 10 });
    expect(rig.httpJson('GET', '/claims/1234')).toEqual({ charge_current: 10, auto_release: true });
    expect(rig.http('DELETE', '/claims/1234').status).toBe(200);
    expect(rig.http('DELETE', '/claims/1234').status).toBe(404);
  });

  test('the target tells who wins which property', () => {
    const rig = createEvseRig();
    rig.http('POST', '/claims/1234', { state: 'active', charge_current: 20 });
    rig.send('override/set', { state: 'disabled' });
    expect(rig.httpJson('GET', '/claims/target')).toEqual({
      properties: { state: 'disabled', charge_current: 20 },
      claims: { state: 65537, charge_current: 1234 },
    });
  });

  test('ids beyond 31 bits collapse into one', () => {
    const rig = createEvseRig();
    rig.http('POST', '/claims/4294967290', { charge_current: 8 });
    expect(rig.httpJson('GET', '/claims/3000000000')).toMatchObject({ charge_current: 8 });
  });
});

describe('/override, /limit, /schedule', () => {
  test('override: none, made (201), toggled, deleted', () => {
    const rig = createEvseRig();
    expect(rig.httpJson('GET', '/override')).toEqual({});
    expect(rig.http('POST', '/override', { state: 'active', charge_current: 12 }).status).toBe(201);
    expect(rig.httpJson('GET', '/override')).toEqual({ state: 'active', charge_current: 12, auto_release: true });
    expect(rig.http('PATCH', '/override').status).toBe(200);
    expect(rig.httpJson('GET', '/override')).toEqual({});
    rig.http('POST', '/override', { charge_current: 12 });
    expect(rig.http('DELETE', '/override').status).toBe(200);
    expect(rig.httpJson('GET', '/override')).toEqual({});
  });

  test('limit', () => {
    const rig = createEvseRig();
    expect(rig.http('DELETE', '/limit').status).toBe(404);
    expect(rig.http('POST', '/limit', { type: 'time', value: 60 }).status).toBe(201);
    expect(rig.httpJson('GET', '/limit')).toEqual({ type: 'time', value: 60, auto_release: true });
    expect(rig.http('POST', '/limit', { type: 'colour', value: 60 }).status).toBe(400);
    expect(rig.http('DELETE', '/limit').status).toBe(200);
  });

  test('schedule: events by number, `disabled` and not `disable` (captures, correction 1)', () => {
    const rig = createEvseRig();
    const event = { id: 2, state: 'disabled', time: '12:00:00', days: ['sunday', 'monday'] };
    expect(rig.http('POST', '/schedule', event).status).toBe(201);
    expect(rig.http('POST', '/schedule', { ...event, state: 'disable' }).status).toBe(400);
    expect(rig.httpJson('GET', '/schedule')).toEqual([event]);
    expect(rig.newest('schedule')).toBe(JSON.stringify([event]));
    expect(rig.http('DELETE', '/schedule/2').status).toBe(200);
    expect(rig.http('GET', '/schedule/2').status).toBe(404);
  });
});

describe('/r', () => {
  test('passes RAPI through, checksum and all (captures, http-passthrough)', () => {
    const rig = createEvseRig();
    expect(JSON.parse(rig.http('GET', '/r', undefined, { json: '1', rapi: '$GV' }).body)).toEqual({ cmd: '$GV', ret: '$OK 7.1.3 5.1.3^22' });
    expect(JSON.parse(rig.http('GET', '/r', undefined, { json: '1', rapi: '$ST 22 00 07 00' }).body)).toEqual({ cmd: '$ST 22 00 07 00', error: 'RAPI_RESPONSE_BLOCKED' });
  });
});

describe('switches by form or query, text out', () => {
  test('/shaper and /divertmode', () => {
    const rig = createEvseRig();
    rig.http('POST', '/shaper', undefined, { shaper: '1' });
    rig.http('POST', '/divertmode', { divertmode: '2' });
    expect(rig.httpJson('GET', '/status')).toMatchObject({ shaper: 1, divertmode: 2 });
    expect(rig.http('POST', '/divertmode', { divertmode: '7' })).toMatchObject({ status: 400, contentType: 'text/plain' });
  });
});

test('/restart takes the gateway off the network', () => {
  const rig = createEvseRig();
  expect(rig.http('POST', '/restart', { device: 'gateway' }).status).toBe(200);
  expect(rig.device.network.isUp).toBe(false);
});

test('an unknown path is 404', () => {
  expect(createEvseRig().http('GET', '/nowhere').status).toBe(404);
});
