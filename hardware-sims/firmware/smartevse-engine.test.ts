/** Master and nodes in a closed loop: rules and times of reference/smartevse.md 3 to 6, on a house of 3 x 25 A. */
import { describe, expect, test } from 'vitest';
import type { ControllerEngine, ControllerMaker, ControllerSettings } from '../../core/player/controller-engine.ts';
import { evseId, meterId, type EvseId } from '../../core/quantities.ts';
import { restoreSitePart } from '../../core/site/restore-site.ts';
import type { EvseReport } from '../../core/site/readings.ts';
import type { Site } from '../../core/site/site.ts';
import { FIELD_CONTROLLERS } from './controllers.ts';

function house(evseIds: readonly string[], change: Readonly<Record<string, unknown>> = {}): Site {
  const site = restoreSitePart(
    {
      name: 'House',
      supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
      circuits: [
        { id: 'main', name: 'Main', breaker: { curve: 'iec-60898-c', ratingA: 25 }, continuousFactor: 1, meterId: 'mains' },
        { id: 'garage', name: 'Garage', parentId: 'main', breaker: { curve: 'iec-60898-c', ratingA: 20 }, continuousFactor: 1 },
      ],
      meters: [{ id: 'mains', name: 'Mains', model: 'shelly-3em', link: { kind: 'mqtt', baseTopic: 'shellies/mains' }, clamp: 'each-phase', periodMs: 1000, allowedAgeMs: 15_000 }],
      evses: evseIds.map((id) => ({
        ...{ id, name: id, circuitId: 'garage', model: 'openevse', link: { kind: 'mqtt', baseTopic: `openevse-${id}` } },
        ...{ phaseCount: 3, ratingA: 32, configuredMaxA: 16, failSafeCurrentA: 6, powerUpCurrentA: 16, ...change },
      })),
    },
    ['site'],
  );
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

function make(site: Site, settings: ControllerSettings = {}, name = 'smartevse'): ControllerEngine {
  const maker: ControllerMaker | null | undefined = FIELD_CONTROLLERS.get(name);
  if (maker === null || maker === undefined) throw new Error(`no maker for ${name}`);
  const engine = maker({ site, settings, path: ['controllers', name, 'settings'] });
  engine.setControlling(true);
  return engine;
}

interface Vehicle {
  isConnected: boolean;
  /** False: full, or asleep. */
  wantsCharge: boolean;
}

/** A house whose EVSEs obey at once and whose vehicles take all they are offered one second later. */
function createHouse(engine: ControllerEngine, ids: readonly string[]) {
  const vehicles = ids.map((): Vehicle => ({ isConnected: false, wantsCharge: true }));
  const offeredA = ids.map(() => 0);
  const drawnA = ids.map(() => 0);
  const house = { otherA: 3, isMetered: true, silent: new Set<number>(), timeS: 0 };
  const reportOf = (index: number): EvseReport => {
    const { isConnected } = vehicles[index] ?? { isConnected: false };
    const isCharging = (drawnA[index] ?? 0) > 0;
    const offered = offeredA[index] ?? 0;
    return {
      ...{ evseId: evseId(ids[index] ?? ''), timeMs: house.timeS * 1000, isVehicleConnected: isConnected, offeredCurrentA: offered },
      state: !isConnected ? 'idle' : isCharging ? 'charging' : offered > 0 ? 'connected' : 'paused',
      ...{ measuredCurrentA: null, measuredTimeMs: null, voltageV: 230, energyWh: 0, restartCount: 0, otherCommander: null },
    };
  };
  const sumA = (): number => house.otherA + drawnA.reduce((sum, currentA) => sum + currentA, 0);
  const second = (): void => {
    for (const [index, vehicle] of vehicles.entries()) drawnA[index] = vehicle.isConnected && vehicle.wantsCharge ? (offeredA[index] ?? 0) : 0;
    if (house.isMetered) engine.acceptReading({ meterId: meterId('mains'), timeMs: house.timeS * 1000, currentA: [sumA(), sumA() - 1, sumA() - 1], voltageV: null, powerW: null, isLive: true });
    for (const index of ids.keys()) if (!house.silent.has(index)) engine.acceptReport(reportOf(index));
    for (const offer of engine.turn(house.timeS * 1000, house.timeS * 1000).offers) offeredA[ids.indexOf(offer.evseId)] = offer.currentA;
    house.timeS += 1;
  };
  return {
    house,
    vehicles,
    offeredA,
    sumA,
    pass: (seconds: number): void => {
      for (let turn = 0; turn < seconds; turn += 1) second();
    },
    /** Seconds until it is so; null after ten minutes. */
    secondsUntil: (isSo: () => boolean): number | null => {
      for (let turn = 1; turn <= 600; turn += 1) {
        second();
        if (isSo()) return turn;
      }
      return null;
    },
    plugIn: (...indices: readonly number[]): void => {
      for (const index of indices) Object.assign(vehicles[index] ?? {}, { isConnected: true });
    },
    reasonOf: (id: EvseId): unknown => engine.turn((house.timeS - 1) * 1000, 0).frame.setpoints.find((setpoint) => setpoint.evseId === id)?.reason,
  };
}

const start = (ids: readonly string[], settings: ControllerSettings = {}, name = 'smartevse') => createHouse(make(house(ids), settings, name), ids);

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
    ['smartevse', { evMeter: 'cellar' }, 'controllers/smartevse/settings/evMeter', 'unknown-meter'],
    ['smartevse-stabilised', { mode: 'solar' }, 'controllers/smartevse-stabilised/settings/mode', 'the stabilised variant has no Solar mode'],
  ])('%s %j', (name, settings, path, rule) => {
    expect(() => make(house(['one']), settings, name)).toThrow(thrown('invalid-file', { path, rule }));
  });

  test('more than eight, and phases that nothing below can change', () => {
    const nine = Array.from({ length: 9 }, (_, index) => `evse-${index}`);
    expect(() => make(house(nine))).toThrow(thrown('not-supported', { evses: 9 }));
    expect(() => make(house(['one'], { phaseSwitching: 'auto' }), { mode: 'solar' })).toThrow(thrown('not-supported', { evse: 'one' }));
  });
});
