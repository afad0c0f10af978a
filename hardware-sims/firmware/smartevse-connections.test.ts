/** What is wired to SmartEVSEs and told to them: CONTACT 2, RFID, SWITCH, home battery, temperature, wishes (smartevse.md 1, 2, 3.9, 5.5). */
import { describe, expect, test } from 'vitest';
import type { ControllerEngine } from '../../core/player/controller-engine.ts';
import { evseId, type PerPhase } from '../../core/quantities.ts';
import { createHouse, house, make } from './testing/smartevse-house.ts';

const ONE = evseId('one');

interface Setup {
  readonly ids?: readonly string[];
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  readonly evse?: Readonly<Record<string, unknown>>;
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly name?: string;
}

/** A played house with all plugged in, and its engine. */
function played({ ids = ['one'], settings = {}, evse = {}, policy = {}, name = 'smartevse' }: Setup) {
  const engine = make(house(ids, evse, policy), settings, name);
  const rig = createHouse(engine, ids);
  rig.plugIn(...ids.keys());
  return { ...rig, engine };
}

type Played = ReturnType<typeof played>;

function wishMode(engine: ControllerEngine, mode: 'normal' | 'smart' | 'solar' | 'off' | 'pause' | 'boost', untilS: number | null = null): void {
  const modes = [{ evseId: null, mode, untilWallMs: untilS === null ? null : untilS * 1000 }];
  engine.setWishes?.({ pausedEvses: null, isLeaving: false, modes, limits: [] });
}

describe('CONTACT 2', () => {
  /** 8 A of surplus on L1, 9 A on the others. */
  const SUNNY_A = -8;

  test.each([
    ['not-present', 'smart', 3],
    ['not-present', 'solar', 3],
    ['always-off', 'smart', 1],
    ['always-off', 'solar', 1],
    ['solar-off', 'smart', 3],
    ['solar-off', 'solar', 1],
    ['always-on', 'smart', 3],
    ['always-on', 'solar', 3],
    ['auto', 'smart', 3],
    ['auto', 'solar', 3],
  ] as const)('%s in %s mode charges on %d', (phaseSwitching, mode, phases) => {
    const { house: site, pass, phaseCounts, offeredA, contactorsMovedUnderLoad } = played({ evse: { phaseSwitching }, settings: { mode } });
    site.otherA = SUNNY_A;
    pass(120);
    expect(offeredA[0]).toBeGreaterThanOrEqual(6);
    expect(phaseCounts).toEqual([phases]);
    expect(contactorsMovedUnderLoad).toEqual([]);
  });

  test('auto begins on one phase where the surplus does not carry three times MIN and 3 A (3.3 point 7)', () => {
    const { house: site, pass, phaseCounts, offeredA } = played({ evse: { phaseSwitching: 'auto' }, settings: { mode: 'solar' } });
    // 4 + 5 + 5 = 14 A of 21.
    site.otherA = -4;
    pass(120);
    expect(offeredA[0]).toBeGreaterThanOrEqual(6);
    expect(phaseCounts).toEqual([1]);
  });

  test('auto leaves three phases 30 s into a severe lack of sun, without load, and is back after 17 to 20 s (3.7, 5.5)', () => {
    const { house: site, pass, phaseCounts, offeredA, contactorsMovedUnderLoad, secondsUntil } = played({ evse: { phaseSwitching: 'auto' }, settings: { mode: 'solar', stopMin: 0 } });
    site.otherA = SUNNY_A;
    pass(120);
    // 3 + 4 + 4 = 11 A left for 3 x 6 A.
    site.otherA = -3;
    const stopS = secondsUntil(() => offeredA[0] === 0) ?? NaN;
    expect(stopS).toBeGreaterThanOrEqual(28);
    // The set point comes down to MIN first, half of what is missing at every measurement.
    expect(stopS).toBeLessThanOrEqual(45);
    const backS = secondsUntil(() => (offeredA[0] ?? 0) > 0) ?? NaN;
    expect(backS).toBeGreaterThanOrEqual(15);
    expect(backS).toBeLessThanOrEqual(20);
    expect(phaseCounts).toEqual([1]);
    pass(60);
    expect(phaseCounts).toEqual([1]);
    expect(contactorsMovedUnderLoad).toEqual([]);
  });

  test('auto goes up after 63 s of enough sun, and Smart mode goes back to three at once (3.9)', () => {
    const { house: site, pass, phaseCounts, offeredA, contactorsMovedUnderLoad, secondsUntil, engine } = played({ evse: { phaseSwitching: 'auto' }, settings: { mode: 'solar' } });
    site.otherA = -5;
    pass(120);
    expect(phaseCounts).toEqual([1]);
    // At MAX on one phase there must be 3 x 7 - 16 = 5 A more to spare.
    site.otherA = -15;
    const upS = secondsUntil(() => phaseCounts[0] === 3) ?? NaN;
    expect(upS).toBeGreaterThanOrEqual(60);
    expect(offeredA[0]).toBeGreaterThan(0);

    wishMode(engine, 'solar');
    site.otherA = -3;
    secondsUntil(() => phaseCounts[0] === 1);
    pass(60);
    wishMode(engine, 'smart');
    pass(1);
    expect(offeredA).toEqual([0]);
    const backS = secondsUntil(() => (offeredA[0] ?? 0) > 0) ?? NaN;
    expect(backS).toBeLessThanOrEqual(20);
    expect(phaseCounts).toEqual([3]);
    expect(contactorsMovedUnderLoad).toEqual([]);
  });

  test('solar-off changes its contactor without load when a person changes the mode', () => {
    const { house: site, pass, phaseCounts, offeredA, contactorsMovedUnderLoad, engine, secondsUntil } = played({ evse: { phaseSwitching: 'solar-off' } });
    site.otherA = SUNNY_A;
    pass(60);
    expect([offeredA, phaseCounts]).toEqual([[16], [3]]);
    wishMode(engine, 'solar');
    pass(2);
    expect(offeredA).toEqual([0]);
    const backS = secondsUntil(() => (offeredA[0] ?? 0) > 0) ?? NaN;
    expect(backS).toBeGreaterThanOrEqual(13);
    expect(backS).toBeLessThanOrEqual(20);
    expect(phaseCounts).toEqual([1]);
    expect(contactorsMovedUnderLoad).toEqual([]);
  });

  test('a node has no Auto: only the master changes', () => {
    const { house: site, pass, phaseCounts, offeredA, vehicles } = played({ ids: ['one', 'two'], evse: { phaseSwitching: 'auto' }, settings: { mode: 'solar' } });
    const [master, node] = vehicles;
    site.otherA = -4;
    Object.assign(node ?? {}, { isConnected: false });
    pass(120);
    expect([offeredA[1], phaseCounts]).toEqual([0, [1, 3]]);
    Object.assign(master ?? {}, { isConnected: false });
    Object.assign(node ?? {}, { isConnected: true });
    pass(120);
    expect([offeredA[0], offeredA[1], phaseCounts[1]]).toEqual([0, 6, 3]);
  });
});

describe('RFID', () => {
  const CARDS = '112233445566,AABBCCDDEEFF';
  const show = ({ engine, pass }: Played, card: string): void => {
    engine.actAtEvse?.({ kind: 'card', evseId: ONE, card });
    pass(40);
  };

  test('without a known card nobody charges', () => {
    const rig = played({ settings: { rfid: 'enable-all', cards: CARDS } });
    rig.pass(60);
    expect([rig.offeredA, rig.reasonOf(ONE)]).toEqual([[0], expect.objectContaining({ rule: 'no-access' })]);
    show(rig, '000000000000');
    expect(rig.offeredA).toEqual([0]);
    show(rig, '112233445566');
    expect(rig.offeredA).toEqual([16]);
  });

  test.each([
    ['enable-all', 0],
    ['enable-one', 16],
  ])('%s: another known card leaves %d A, the same one ends', (rfid, leftA) => {
    const rig = played({ settings: { rfid, cards: CARDS } });
    show(rig, '112233445566');
    show(rig, 'AABBCCDDEEFF');
    expect(rig.offeredA).toEqual([leftA]);
    if (leftA > 0) show(rig, '112233445566');
    expect(rig.offeredA).toEqual([0]);
  });

  test('access that nobody uses ends after a minute, and with each session', () => {
    const rig = played({ settings: { rfid: 'enable-all', cards: CARDS } });
    Object.assign(rig.vehicles[0] ?? {}, { isConnected: false });
    rig.pass(5);
    show(rig, '112233445566');
    rig.pass(25);
    rig.plugIn(0);
    rig.pass(40);
    expect(rig.offeredA).toEqual([0]);
    show(rig, '112233445566');
    expect(rig.offeredA).toEqual([16]);
    Object.assign(rig.vehicles[0] ?? {}, { isConnected: false });
    rig.pass(5);
    rig.plugIn(0);
    rig.pass(60);
    expect(rig.offeredA).toEqual([0]);
  });
});

describe('SWITCH', () => {
  const press = ({ engine, pass }: Played, seconds: number): void => {
    engine.actAtEvse?.({ kind: 'switch', evseId: ONE, isClosed: true });
    pass(seconds);
    engine.actAtEvse?.({ kind: 'switch', evseId: ONE, isClosed: false });
    pass(1);
  };
  const GRID_RELAY = { gridRelayLimitA: 18 };

  test.each([
    // 18 A over all phases: 6 A on three, 18 A on one.
    ['grid-relay', { kind: 'grid-relay', gridRelay: 'open' }, 'not-present', 6],
    ['grid-relay', { kind: 'grid-relay', gridRelay: 'open' }, 'always-off', 18],
    ['grid-relay', { kind: 'dimming', isDimmed: true }, 'not-present', 6],
    ['disabled', { kind: 'grid-relay', gridRelay: 'open' }, 'not-present', 22],
  ] as const)('%s, %j, CONTACT 2 %s: %d A', (use, signal, phaseSwitching, currentA) => {
    const { engine, pass, offeredA } = played({ settings: { switch: use, circuitA: 100 }, evse: { phaseSwitching, configuredMaxA: 32 }, policy: GRID_RELAY });
    pass(60);
    expect(offeredA).toEqual([22]);
    engine.acceptSignal?.(signal, 60_000);
    pass(10);
    expect(offeredA).toEqual([currentA]);
    engine.acceptSignal?.(signal.kind === 'dimming' ? { kind: 'dimming', isDimmed: false } : { kind: 'grid-relay', gridRelay: 'closed' }, 70_000);
    pass(30);
    expect(offeredA).toEqual([22]);
  });

  test('a site with a relay of its grid operator has it on the master', () => {
    const { engine, pass, offeredA } = played({ policy: GRID_RELAY });
    pass(60);
    engine.acceptSignal?.({ kind: 'grid-relay', gridRelay: 'open' }, 60_000);
    pass(10);
    expect(offeredA).toEqual([6]);
  });

  test('disabled: a button stops, and charging goes on by itself after 15 s', () => {
    const rig = played({});
    rig.pass(60);
    press(rig, 1);
    expect(rig.offeredA).toEqual([0]);
    const backS = rig.secondsUntil(() => (rig.offeredA[0] ?? 0) > 0) ?? NaN;
    expect(backS).toBeGreaterThanOrEqual(12);
    expect(backS).toBeLessThanOrEqual(18);
  });

  test('access by switch: open from the start, so nobody charges until it is closed', () => {
    const rig = played({ settings: { switch: 'access-switch' } });
    rig.pass(60);
    expect(rig.offeredA).toEqual([0]);
    rig.engine.actAtEvse?.({ kind: 'switch', evseId: ONE, isClosed: true });
    rig.pass(40);
    expect(rig.offeredA).toEqual([16]);
    rig.engine.actAtEvse?.({ kind: 'switch', evseId: ONE, isClosed: false });
    rig.pass(40);
    expect(rig.offeredA).toEqual([0]);
  });

  test('a short press passes from Smart to Solar and back, a long one stops', () => {
    const rig = played({ settings: { switch: 'mode-button', stopMin: 1 } });
    rig.pass(60);
    expect(rig.offeredA).toEqual([16]);
    press(rig, 1);
    // No sun: MIN at the next calculations, and nothing when STOP is over.
    rig.pass(20);
    expect(rig.offeredA).toEqual([6]);
    rig.pass(90);
    expect(rig.offeredA).toEqual([0]);
    press(rig, 1);
    rig.pass(60);
    expect(rig.offeredA).toEqual([16]);
    press(rig, 3);
    expect(rig.offeredA).toEqual([0]);
  });
});

describe('home battery (chapter 2, and the example of the document)', () => {
  /** P1 exports about 1 A; the battery takes 10 A. */
  const battery = (currentA: PerPhase<number> | null) => ({ kind: 'battery', currentA }) as const;

  test.each([
    ['solar', 6],
    ['smart', 16],
  ])('what it takes counts as surplus in Solar mode only: %s', (mode, offered) => {
    const { house: site, engine, pass, offeredA } = played({ settings: { mode } });
    site.otherA = 1 / 3;
    pass(30);
    expect(offeredA).toEqual([mode === 'solar' ? 0 : 16]);
    // LESS_6A, once set, holds the start back for 60 s (3.11).
    for (let second = 30; second < 120; second += 5) {
      engine.acceptSignal?.(battery([10 / 3, 10 / 3, 10 / 3]), second * 1000);
      pass(5);
    }
    expect(offeredA).toEqual([offered]);
  });

  test('with a value older than 11 s it is nothing', () => {
    const { house: site, engine, pass, offeredA } = played({ settings: { mode: 'solar', stopMin: 1 } });
    site.otherA = -5;
    for (let second = 0; second < 120; second += 5) {
      // It gives 20 A: what the meter shows is not the sun.
      engine.acceptSignal?.(battery([-20 / 3, -20 / 3, -20 / 3]), second * 1000);
      pass(5);
    }
    expect(offeredA).toEqual([0]);
    pass(11);
    expect(offeredA).toEqual([0]);
    pass(60 + 10);
    expect(offeredA[0]).toBeGreaterThanOrEqual(6);
  });
});

test('MAX TEMP is the site\'s: stops above it, goes on 10 degrees lower (3.11)', () => {
  const { engine, pass, offeredA, secondsUntil } = played({ evse: { temperature: { stopC: 70, resumeC: 60 } } });
  const heat = (temperatureC: number): void => {
    engine.acceptSignal?.({ kind: 'temperature', evseId: ONE, temperatureC }, 0);
  };
  heat(70);
  pass(60);
  expect(offeredA).toEqual([16]);
  heat(71);
  pass(3);
  expect(offeredA).toEqual([0]);
  heat(60);
  pass(60);
  expect(offeredA).toEqual([0]);
  heat(59);
  expect(secondsUntil(() => (offeredA[0] ?? 0) > 0)).not.toBeNull();
});

test('CAPACITY and CAP STOP are the site\'s: 6 A until the time is over, then nothing (3.5)', () => {
  const { house: site, pass, offeredA, secondsUntil } = played({ policy: { capacity: { kind: 'instant-sum', limitA: 30, stopAfterS: 120 } } });
  site.otherA = 1;
  pass(60);
  expect(offeredA[0]).toBeGreaterThanOrEqual(6);
  site.otherA = 9;
  pass(10);
  expect(offeredA).toEqual([6]);
  const stopS = secondsUntil(() => offeredA[0] === 0) ?? NaN;
  expect(stopS).toBeGreaterThanOrEqual(108);
  expect(stopS).toBeLessThanOrEqual(122);
});

describe('wishes of a person', () => {
  const limits = (currentA: number, evse = 'one') => [{ evseId: evseId(evse), currentA, untilWallMs: 100_000 }];

  test.each(['off', 'pause'] as const)('%s ends charging until the wish is over', (mode) => {
    const { engine, pass, offeredA } = played({});
    pass(60);
    wishMode(engine, mode, 120);
    pass(60);
    expect(offeredA).toEqual([0]);
    pass(40);
    expect(offeredA).toEqual([16]);
  });

  test('a limit is the override of the master, ignored below MIN and on nodes (chapter 1)', () => {
    for (const [currentA, evse, expected] of [[8, 'one', [8, 12]], [4, 'one', [10, 10]], [8, 'two', [10, 10]]] as const) {
      const { engine, pass, offeredA } = played({ ids: ['one', 'two'] });
      pass(60);
      expect(offeredA).toEqual([10, 10]);
      engine.setWishes?.({ pausedEvses: null, isLeaving: false, modes: [], limits: limits(currentA, evse) });
      pass(20);
      expect(offeredA).toEqual(expected);
      pass(40);
      expect(offeredA).toEqual([10, 10]);
    }
  });

  test('the stabilised variant has no Solar mode and ignores it', () => {
    const { engine, pass, offeredA } = played({ name: 'smartevse-stabilised' });
    pass(120);
    wishMode(engine, 'solar');
    pass(60);
    expect(offeredA).toEqual([16]);
  });
});

test('ROTATION finds nobody to turn to: a paused node leaves the pool and asks anew (chapter 4, D5)', () => {
  const { house: site, pass, offeredA } = played({ ids: ['one', 'two'], settings: { rotationMin: 30 } });
  pass(60);
  site.otherA = 14;
  pass(30);
  const seen = new Set<string>();
  for (let minute = 0; minute < 120; minute += 1) {
    pass(60);
    seen.add(JSON.stringify(offeredA));
  }
  expect([...seen]).toEqual(['[11,0]']);
});
