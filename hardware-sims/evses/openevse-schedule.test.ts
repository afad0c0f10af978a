import { describe, expect, test } from 'vitest';
import { eventAt, planWeek, secondOfWeek } from './openevse-schedule.ts';
import { createEvseRig, type EvseRig } from './testing/evse-rig.ts';

/** OpenEVSE reference, sections c.3, a.2 rule 15 and b.2 rule 13. The rig's clock begins on Wednesday 2025-01-01, 0:00 UTC. */

const EVERY_DAY = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const event = (id: number, state: string, time: string, more: object = {}): object => ({ id, state, time, days: EVERY_DAY, ...more });

function pluggedIn(events: readonly object[], settings: Parameters<typeof createEvseRig>[0] = {}): EvseRig {
  const rig = createEvseRig({ scheduler_start_window: 0, ...settings, schedule: JSON.stringify(events) });
  rig.isPluggedIn = true;
  rig.runTo(10);
  return rig;
}

describe('the week', () => {
  const week = planWeek([event(1, 'active', '22:00'), event(2, 'disabled', '06:30:30', { days: ['monday'] })] as never, 0, 0);

  test('events in order, one for each of their days', () => {
    expect(week.map(({ id, startS }) => [id, startS / 3600])).toEqual([
      [1, 22],
      [2, 24 + 6.5 + 30 / 3600],
      [1, 46],
      [1, 70],
      [1, 94],
      [1, 118],
      [1, 142],
      [1, 166],
    ]);
  });

  test('each holds until the next, the last one over the end of the week', () => {
    expect([eventAt(week, 0)?.startS, eventAt(week, 22 * 3600)?.startS, eventAt(week, 31 * 3600)?.id, eventAt([], 0)]).toEqual([166 * 3600, 22 * 3600, 2, null]);
  });

  test('the second of the week is that of the unit’s own zone', () => {
    const wednesday = Date.UTC(2025, 0, 1);
    expect(secondOfWeek('Etc/UTC|UTC0', wednesday)).toBe(3 * 86_400);
    expect(secondOfWeek('Europe/Amsterdam|CET-1CEST', wednesday)).toBe(3 * 86_400 + 3600);
    expect(secondOfWeek('America/New_York|EST5EDT', Date.UTC(2025, 0, 5))).toBe(7 * 86_400 - 5 * 3600);
  });

  test('plain starts come up to the window late, the same at every boot; ends and windows of a feature are on time', () => {
    const events = [event(1, 'active', '12:00'), event(2, 'disabled', '13:00'), event(3, 'active', '14:00', { feature: 'divert' })] as never;
    const [first, again, other] = [planWeek(events, 600, 7), planWeek(events, 600, 7), planWeek(events, 600, 8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const delays = first.map(({ id, startS, timeS }) => [id, (startS % 86_400) - timeS]);
    expect(delays.filter(([id]) => id !== 1).every(([, delay]) => delay === 0)).toBe(true);
    expect(delays.every(([, delay]) => delay !== undefined && delay >= 0 && delay < 600)).toBe(true);
    expect(new Set(delays.filter(([id]) => id === 1).map(([, delay]) => delay)).size).toBeGreaterThan(1);
  });
});

describe('carried out', () => {
  test('a pause and a start at their times, and what held before the boot holds after it', () => {
    const rig = pluggedIn([event(2, 'disabled', '00:01'), event(1, 'active', '00:02')]);
    expect(rig.offeredA()).toBe(34);
    rig.runTo(59);
    expect(rig.newest('state')).toBe(3);
    rig.runTo(60);
    expect(rig.newest('state')).toBe(254);
    expect(rig.httpJson('GET', '/claims')).toEqual([{ client: 65540, priority: 10, state: 'disabled', auto_release: false }]);
    rig.runTo(123);
    expect(rig.newest('state')).toBe(3);
    expect(rig.httpJson('GET', '/claims')).toEqual([{ client: 65540, priority: 100, state: 'active', charge_current: 48, auto_release: false }]);
  });

  test('by the unit’s own clock', () => {
    const rig = pluggedIn([event(1, 'active', '00:00'), event(2, 'disabled', '01:01')], { time_zone: 'Europe/Amsterdam|CET-1CEST' });
    rig.runTo(59);
    expect(rig.newest('state')).toBe(3);
    rig.runTo(61);
    expect(rig.newest('state')).toBe(254);
  });

  test('set and cleared while it runs', () => {
    const rig = pluggedIn([]);
    expect(rig.offeredA()).toBe(34);
    rig.send('schedule/set', JSON.stringify(event(1, 'disabled', '00:00')));
    rig.runTo(12);
    expect(rig.newest('state')).toBe(254);
    rig.send('schedule/clear', '1');
    rig.runTo(15);
    expect(rig.newest('state')).toBe(3);
  });

  test('a manual override outranks it; a restart keeps it', () => {
    const rig = pluggedIn([event(1, 'disabled', '00:00')]);
    rig.send('override/set', '{"state":"active"}');
    rig.runTo(13);
    expect(rig.newest('state')).toBe(3);
    rig.send('restart', '{"device":"gateway"}');
    rig.runTo(30);
    expect(rig.httpJson('GET', '/status')).toMatchObject({ state: 254 });
  });

  test('a window with a current, and one with a limit of energy', () => {
    const rig = pluggedIn([event(1, 'active', '00:00', { feature: 'current', feature_value: 12, limit: 'energy', limit_value: 40 })]);
    expect(rig.offeredA()).toBe(12);
    // 2880 W: 40 Wh in 50 s.
    rig.runTo(60);
    expect(rig.newest('state')).toBe(254);
  });

  test('a divert window brings Eco at 900, keeps Normal out, and ends with what is stored', () => {
    const rig = pluggedIn([event(1, 'active', '00:00', { feature: 'divert' }), event(2, 'disabled', '00:02'), event(3, 'active', '00:03')], {
      divert_type: 0,
      mqtt_solar: 'pv',
      divert_attack_smoothing_time: 0,
    });
    expect([rig.newest('divertmode'), rig.offeredA()]).toEqual([2, 0]);
    rig.device.mqtt.receive({ topic: 'pv', value: '2400', isRetained: false });
    rig.runTo(15);
    expect(rig.offeredA()).toBe(10);
    rig.send('divertmode/set', '1');
    rig.runTo(20);
    expect([rig.newest('divertmode'), rig.offeredA()]).toEqual([2, 10]);
    rig.send('override/set', '{"state":"disabled"}');
    expect(rig.offeredA()).toBe(0);
    rig.send('override/set', 'clear');
    rig.runTo(121);
    expect([rig.newest('divertmode'), rig.newest('state')]).toEqual([1, 254]);
    rig.runTo(185);
    expect(rig.offeredA()).toBe(34);
  });

  test('a shaper window turns the shaper on at 900, and off again', () => {
    const rig = pluggedIn([event(1, 'active', '00:00', { feature: 'shaper' }), event(2, 'active', '00:02')], { current_shaper_max_pwr: 4800, mqtt_live_pwr: 'load' });
    expect([rig.newest('shaper'), rig.offeredA()]).toEqual([1, 0]);
    expect(rig.httpJson('GET', '/claims')).toContainEqual({ client: 65548, priority: 900, state: 'disabled', auto_release: false });
    rig.runTo(125);
    expect([rig.newest('shaper'), rig.offeredA()]).toEqual([0, 34]);
  });

  test('the plan says what holds and what comes next', () => {
    const rig = pluggedIn([event(1, 'active', '00:00'), event(2, 'disabled', '06:00')]);
    expect(rig.httpJson('GET', '/schedule/plan')).toEqual({
      current_day: 'wednesday',
      current_offset: 10,
      next_event_delay: 6 * 3600 - 10,
      current_event: { id: 1, state: 'active', time: '00:00:00', day: 'wednesday', offset: 0 },
      next_event: { id: 2, state: 'disabled', time: '06:00:00', day: 'wednesday', offset: 21_600 },
    });
    expect(pluggedIn([]).httpJson('GET', '/schedule/plan')).toMatchObject({ next_event_delay: false, current_event: false, next_event: false });
  });
});
