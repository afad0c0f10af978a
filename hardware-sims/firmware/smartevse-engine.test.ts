/** Master and nodes in a closed loop: rules and times of reference/smartevse.md 3 to 6, on a house of 3 x 25 A. */
import { describe, expect, test } from 'vitest';
import type { ControllerSettings } from '../../core/player/controller-engine.ts';
import { evseId } from '../../core/quantities.ts';
import { house, make, start } from './testing/smartevse-house.ts';

describe('one SmartEVSE', () => {
  test('charges at its MAX while MAINS allows it, and no more than MAINS leaves', () => {
    const { pass, plugIn, offeredA, house, reasonOf } = start(['one']);
    plugIn(0);
    pass(40);
    expect(offeredA).toEqual([16]);
    expect(reasonOf(evseId('one'))).toMatchObject({ kind: 'model-smartevse', rule: 'maximum', limitA: 25, active: 1 });
    house.otherA = 14;
    pass(10);
    // 25 - 14 = 11 on the most loaded phase.
    expect(offeredA).toEqual([11]);
    expect(reasonOf(evseId('one'))).toMatchObject({ rule: 'share', setPointA: 11, mainsA: 25 });
  });

  test('stops in the third shortage cycle, and comes back after the charge delay of 60 s', () => {
    const { pass, plugIn, offeredA, house, secondsUntil, reasonOf } = start(['one']);
    plugIn(0);
    pass(40);
    house.otherA = 22;
    const stopS = secondsUntil(() => offeredA[0] === 0) ?? 0;
    expect(stopS).toBeGreaterThanOrEqual(5);
    expect(stopS).toBeLessThanOrEqual(9);
    pass(20);
    expect(reasonOf(evseId('one'))).toMatchObject({ rule: 'no-power' });
    house.otherA = 3;
    const restartS = secondsUntil(() => (offeredA[0] ?? 0) > 0) ?? 0;
    expect(restartS).toBeGreaterThanOrEqual(60);
    expect(restartS).toBeLessThanOrEqual(66);
  });

  test('stops 11 to 13 s after the last measurement, by its own fail-safe', () => {
    const { pass, plugIn, offeredA, house, secondsUntil, reasonOf } = start(['one']);
    plugIn(0);
    pass(40);
    house.isMetered = false;
    const stopS = secondsUntil(() => offeredA[0] === 0) ?? 0;
    expect(stopS).toBeGreaterThanOrEqual(11);
    expect(stopS).toBeLessThanOrEqual(14);
    expect(reasonOf(evseId('one'))).toMatchObject({ rule: 'meter-silent' });
    house.isMetered = true;
    expect(secondsUntil(() => (offeredA[0] ?? 0) > 0)).not.toBeNull();
  });

  test('keeps its pilot on at MIN for a vehicle that has stopped by itself, and lets it in again', () => {
    const { pass, plugIn, offeredA, vehicles, reasonOf } = start(['one']);
    plugIn(0);
    pass(40);
    Object.assign(vehicles[0] ?? {}, { wantsCharge: false });
    pass(30);
    expect([offeredA[0], reasonOf(evseId('one'))]).toEqual([6, expect.objectContaining({ rule: 'not-drawing' })]);
    Object.assign(vehicles[0] ?? {}, { wantsCharge: true });
    pass(20);
    expect(offeredA).toEqual([16]);
  });

  test('access ends with the session; whether somebody grants it again is a setting', () => {
    for (const [grantsAccess, expected] of [[true, 16], [false, 0]] as const) {
      const { pass, plugIn, offeredA, vehicles } = start(['one'], { grantsAccess });
      plugIn(0);
      pass(40);
      Object.assign(vehicles[0] ?? {}, { isConnected: false });
      pass(10);
      plugIn(0);
      pass(60);
      expect(offeredA).toEqual([expected]);
    }
  });

  test('the stabilised variant reaches the same current, later', () => {
    const [classic, stabilised] = (['smartevse', 'smartevse-stabilised'] as const).map((name) => {
      const { pass, plugIn, offeredA, secondsUntil } = start(['one'], {}, name);
      plugIn(0);
      pass(4);
      return secondsUntil(() => offeredA[0] === 16);
    });
    expect(stabilised).toBeGreaterThan(classic ?? Infinity);
  });
});

describe('a master and its nodes', () => {
  const ids = ['one', 'two', 'three'];

  test('share CIRCUIT and MAINS; the last in the order waits', () => {
    const { pass, plugIn, offeredA, sumA } = start(ids);
    plugIn(0, 1, 2);
    pass(200);
    // 20 A of the garage for three at 6 A each.
    expect(offeredA).toEqual([6, 6, 6]);
    expect(sumA()).toBeLessThanOrEqual(25);
  });

  test('a shortage pauses the node, never offers it less than 6 A, and comes back to both', () => {
    const { pass, plugIn, offeredA, house } = start(['one', 'two']);
    plugIn(0, 1);
    pass(60);
    expect(offeredA).toEqual([10, 10]);
    house.otherA = 15;
    for (let turn = 0; turn < 60; turn += 1) {
      pass(1);
      for (const currentA of offeredA) expect(currentA === 0 || currentA >= 6).toBe(true);
    }
    expect(offeredA).toEqual([10, 0]);
    house.otherA = 3;
    pass(200);
    expect(offeredA).toEqual([10, 10]);
  });

  test('a paused master still says 6 A on its pilot (D5), and so the overload lasts until the node is stopped too', () => {
    const { pass, plugIn, offeredA, house, reasonOf, secondsUntil, sumA } = start(['one', 'two'], { priority: 'last-connected' });
    plugIn(0);
    pass(30);
    plugIn(1);
    pass(60);
    house.otherA = 14;
    expect(secondsUntil(() => offeredA[0] === 6)).toBeLessThanOrEqual(3);
    expect(reasonOf(evseId('one'))).toMatchObject({ rule: 'paused-at-6a' });
    pass(1);
    expect([offeredA, sumA()]).toEqual([[6, 11], 31]);
    expect(secondsUntil(() => sumA() <= 25)).toBeLessThanOrEqual(6);
    expect(offeredA[1]).toBe(0);
  });

  test('a node that cannot be reached is unplugged for the master after five polls', () => {
    const { pass, plugIn, offeredA, house, secondsUntil } = start(['one', 'two']);
    plugIn(0, 1);
    pass(60);
    house.silent.add(1);
    // 10 s until its report is too old, 10 s of polls.
    const seconds = secondsUntil(() => (offeredA[0] ?? 0) > 10) ?? 0;
    expect(seconds).toBeGreaterThanOrEqual(18);
    expect(seconds).toBeLessThanOrEqual(26);
  });

  test('no mains data stops all of them', () => {
    const { pass, plugIn, offeredA, house } = start(ids);
    plugIn(0, 1, 2);
    pass(100);
    house.isMetered = false;
    pass(20);
    expect(offeredA).toEqual([0, 0, 0]);
  });
});

describe('what cannot be', () => {
  const thrown = (code: string, context: object): Error => expect.objectContaining({ code, context: expect.objectContaining(context) as unknown }) as Error;

  test.each<[string, ControllerSettings, string, string]>([
    ['smartevse', { MAINS: 25 }, 'controllers/smartevse/settings/MAINS', 'unknown-key'],
    ['smartevse', { mainsA: 5 }, 'controllers/smartevse/settings/mainsA', 'too-small'],
    ['smartevse', { cards: '04a1' }, 'controllers/smartevse/settings/cards', 'invalid-format'],
    ['smartevse', { evMeter: 'cellar' }, 'controllers/smartevse/settings/evMeter', 'unknown-meter'],
    ['smartevse-stabilised', { mode: 'solar' }, 'controllers/smartevse-stabilised/settings/mode', 'the stabilised variant has no Solar mode'],
  ])('%s %j', (name, settings, path, rule) => {
    expect(() => make(house(['one']), settings, name)).toThrow(thrown('invalid-file', { path, rule }));
  });

  test('more than eight', () => {
    const nine = Array.from({ length: 9 }, (_, index) => `evse-${index}`);
    expect(() => make(house(nine))).toThrow(thrown('not-supported', { evses: 9 }));
  });
});
