/**
 * Modes and limits that change by themselves, through the whole step: what is offered in the end beside the circuit's own
 * limit. The rules of each stand in their own tables under features/.
 */
import { describe, expect, it } from 'vitest';
import { circuitId } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';
import { NO_SIGNALS, type Signals } from './features/feature.ts';
import { NO_WISHES, type StepInputs, type StepResult, type Wishes } from './state.ts';
import { A, house, live, offersOf, type Sizes } from './testing/house.ts';

const ONE = { a: { phases: [0] } };
const ALL = { a: { phases: [0, 1, 2] } };
const ONE_PHASE = { phaseCount: 1 };
/** PV below the meter; b stays out of it. */
const sunny = (sizes: Sizes): ReturnType<typeof house> => house({ circuit: { hasSource: true }, b: { mode: 'off' }, ...sizes });
const offered = (result: StepResult): number | undefined => offersOf(result)[0];
const signals = (told: (second: number) => Partial<Signals>) => (second: number): Partial<StepInputs> => ({ signals: { ...NO_SIGNALS, ...told(second) } });
const wishes = (wish: Partial<Wishes>) => (): Partial<StepInputs> => ({ wishes: { ...NO_WISHES, ...wish } });

/** Seed 002: 6 A floor, 1 A steps, 25 A fuse, 230 V; without smoothing and reserve the figures are round. */
describe('divert, grid feed', () => {
  const divert = (more: object = {}): object => ({ mode: 'solar', solar: { variant: 'divert', divert: { pvRatio: 1, attackS: 0, decayS: 0, ...more } } });
  const site = (more: object = {}): ReturnType<typeof house> => sunny({ a: ONE_PHASE, policy: divert(more) });

  it.each<[string, number, number]>([
    ['less than 6 A to spare: waits', -5.9, 0],
    ['6.2 A: not yet, the firmware wants 6.5', -6.2, 0],
    ['6.9 A: 6', -6.9, 6],
    ['12.4 A: 12, in whole amperes', -12.4, 12],
    ['40 A: no more than the fuse', -40, 25],
  ])('%s', (_, houseA, expectedA) => {
    expect(offered(live(site(), 300, [houseA, 0, 0], ONE))).toBe(expectedA);
  });

  it('moves in steps of 1 A while the sun changes by less', () => {
    const seen = new Set<number>();
    live(site(), 700, (second) => [second < 40 ? 0 : -8 - 4 * Math.sin(second / 60), 0, 0], ONE, undefined, (result) => seen.add(offered(result) ?? NaN));
    for (const offeredA of seen) expect(offeredA === 0 || (Number.isInteger(offeredA) && offeredA >= 6)).toBe(true);
    expect(seen.size).toBeGreaterThan(4);
  });

  it('a cloud takes it to 6 A, not to a pause: "even if generation drops below 6A, the EV will continue to charge"', () => {
    expect(offered(live(site({ minChargeS: 7200 }), 600, (second) => [second < 300 ? -10 : 2, 0, 0], ONE))).toBe(6);
  });

  it('but that floor does not stand against a fuse: 20 A of other load leave 5', () => {
    expect(offered(live(site({ minChargeS: 7200 }), 600, (second) => [second < 300 ? -10 : 20, 0, 0], ONE))).toBe(0);
  });

  const unpluggedAt = (second: number) => (reports: readonly EvseReport[]): readonly EvseReport[] =>
    reports.map((report) => (Math.abs(report.timeMs - second * 1000) <= 3000 ? { ...report, state: 'idle', isVehicleConnected: false, measuredCurrentA: [0, 0, 0] } : report));

  it.each<[string, object, number]>([
    ['the next vehicle charges as in normal mode, sun or not', {}, 20],
    ['as the firmware, by choice: the next waits for sun', { afterUnplug: 'stay' }, 0],
  ])('after the vehicle has left: %s', (_, more, expectedA) => {
    expect(offered(live(site({ minChargeS: 0, ...more }), 500, (second) => [second < 250 ? -10 : 5, 0, 0], ONE, undefined, undefined, unpluggedAt(240)))).toBe(expectedA);
  });
});

describe('divert, PV feed: all that is produced, whatever the house takes', () => {
  it.each<[string, number, number, number]>([
    // 230 V: 2300 W are 10 A; the fuse of 25 A is the other bound.
    ['2400 W: 10 A', 2400, 0, 10],
    ['2400 W beside a house of 20 A: the fuse leaves 5, so it pauses', 2400, 20, 0],
    ['1300 W: not 6 A', 1300, 0, 0],
  ])('%s', (_, powerW, houseA, expectedA) => {
    const site = sunny({ a: ONE_PHASE, policy: { mode: 'solar', solar: { variant: 'divert', divert: { feed: 'pv', pvRatio: 1, attackS: 0, decayS: 0 } } } });
    expect(offered(live(site, 300, [houseA, 0, 0], ONE, signals((second) => ({ pv: { powerW, timeMs: second * 1000 } }))))).toBe(expectedA);
  });
});

describe('solar: START, STOP and IMPORT are sums over the phases, MIN is per phase', () => {
  it.each<[string, object, [number, number, number], typeof ONE, number]>([
    ['30 A exported over three phases are 10 A on each', {}, [-10, -10, -10], ALL, 10],
    ['unevenly: l1 imports 6, l2 and l3 export 18 each: 30 A, 10 on each', {}, [6, -18, -18], ALL, 10],
    ['for a one-phase vehicle the same sum is worth 25 A, the fuse', {}, [-10, -10, -10], ONE, 25],
    ['IMPORT 6: 2 A more on each phase', { importA: 6 }, [-10, -10, -10], ALL, 12],
    ['START 4 is enough for 3 x 6 A: 5 A exported start it, at its minimum', { startA: 4 }, [-2, -2, -1], ALL, 6],
    ['START 18: not with 15 A', { startA: 18 }, [-5, -5, -5], ALL, 0],
  ])('%s', (_, solar, houseA, vehicles, expectedA) => {
    const site = sunny({ ...(vehicles === ONE ? { a: ONE_PHASE } : {}), policy: { mode: 'solar', solar: { stopAfterS: 3600, ...solar } } });
    expect(offered(live(site, 240, houseA, vehicles))).toBe(expectedA);
  });

  it('the minimum that STOP still grants does not stand against the fuse', () => {
    const site = sunny({ a: ONE_PHASE, policy: { mode: 'solar', solar: { stopAfterS: 3600 } } });
    const houseA = (otherA: number) => (second: number): [number, number, number] => [second < 200 ? -10 : otherA, 0, 0];
    expect(offered(live(site, 300, houseA(18), ONE))).toBe(6);
    expect(offered(live(site, 300, houseA(20), ONE))).toBe(0);
  });
});

describe('boost', () => {
  const site = sunny({ a: ONE_PHASE, policy: { mode: 'solar' } });

  it.each<[string, Partial<Wishes>, number]>([
    ['without it there is no sun', {}, 0],
    ['charges with all that the fuse leaves: 25 - 9', { modes: [{ evseId: A, mode: 'boost', untilWallMs: null }] }, 16],
    ['pause is stronger when it is asked for later', { modes: [{ evseId: A, mode: 'boost', untilWallMs: null }, { evseId: null, mode: 'pause', untilWallMs: null }] }, 0],
  ])('%s', (_, wish, expectedA) => {
    expect(offered(live(site, 240, [9, 0, 0], ONE, wishes(wish)))).toBe(expectedA);
  });
});

/** Seed 003: "The battery currents are ONLY taken into account in Solar mode!" */
describe('home battery', () => {
  const discharging = signals((second) => ({ battery: { currentA: [-8, 0, 0] as const, timeMs: second * 1000 } }));
  const charging = signals((second) => ({ battery: { currentA: [10, 0, 0] as const, timeMs: second * 1000 } }));
  const old = signals(() => ({ battery: { currentA: [10, 0, 0] as const, timeMs: 1000 } }));
  const batteryMaxAgeMs = 11_000;

  it.each<[string, object, number, ReturnType<typeof signals>, number]>([
    ['solar, it charges with 10 A while 1 A is exported: 11 A', { mode: 'solar' }, -1, charging, 11],
    ['solar, it gives 8 of the 9 A exported: 1 A is no sun', { mode: 'solar' }, -9, discharging, 0],
    ['solar, a value older than 11 s counts as none: 9 A', { mode: 'solar' }, -9, old, 9],
    ['smart: what flows at the fuse counts, 25 - 10', { mode: 'smart' }, 10, charging, 15],
    ['normal: the same', { mode: 'normal' }, 10, charging, 15],
  ])('%s', (_, policy, houseA, told, expectedA) => {
    const site = sunny({ a: ONE_PHASE, policy: { batteryMaxAgeMs, ...policy } });
    expect(offered(live(site, 300, [houseA, 0, 0], ONE, told))).toBe(expectedA);
  });
});

describe('limits that change by themselves', () => {
  const relay = signals(() => ({ gridRelay: 'open' }));
  const at = (wallMs: number) => (second: number): Partial<StepInputs> => ({ wallMs: wallMs + second * 1000 });

  it.each<[string, Sizes, typeof ONE, [number, number, number], (second: number) => Partial<StepInputs>, number, string]>([
    ['capacity 60 A as a sum: (60 - 12) / 3', { policy: { capacity: { kind: 'instant-sum', limitA: 60 } } }, ALL, [4, 4, 4], () => ({}), 16, 'capacity'],
    ['capacity 24 A as a sum, one phase: 24 - 12', { a: ONE_PHASE, policy: { capacity: { kind: 'instant-sum', limitA: 24 } } }, ONE, [4, 4, 4], () => ({}), 12, 'capacity'],
    ['capacity is an extra limit: the fuse is tighter', { policy: { capacity: { kind: 'instant-sum', limitA: 600 } } }, ALL, [4, 4, 4], () => ({}), 21, 'circuit'],
    ['grid relay open: 18 A in sum, 6 A on three phases', { policy: { gridRelayLimitA: 18 } }, ALL, [0, 0, 0], relay, 6, 'grid-operator'],
    ['grid relay open: 18 A on one', { a: ONE_PHASE, policy: { gridRelayLimitA: 18 } }, ONE, [0, 0, 0], relay, 18, 'grid-operator'],
    ['grid relay open in normal mode too, never above the fuse: 25 - 15', { a: ONE_PHASE, policy: { gridRelayLimitA: 18 } }, ONE, [15, 0, 0], relay, 10, 'circuit'],
    // Wednesday 2026-06-17, 18:30 in UTC, the zone of this site.
    ['schedule: 8 A from 17:00 to 21:00', { policy: { schedule: [{ from: '17:00', to: '21:00', days: ['wed'], limitA: 8 }] } }, ALL, [0, 0, 0], at(Date.UTC(2026, 5, 17, 18, 30)), 8, 'schedule'],
    ['schedule: not on Wednesday', { policy: { schedule: [{ from: '17:00', to: '21:00', days: ['thu'], limitA: 8 }] } }, ALL, [0, 0, 0], at(Date.UTC(2026, 5, 17, 18, 30)), 25, 'circuit'],
    ['a person’s limit on the circuit: 16 - 4', {}, ALL, [4, 4, 4], wishes({ limits: [{ circuitId: circuitId('main'), currentA: 16, untilWallMs: null }] }), 12, 'circuit'],
  ])('%s', (_, sizes, vehicles, houseA, more, expectedA, kind) => {
    const result = live(house({ b: { mode: 'off' }, ...sizes }), 240, houseA, vehicles, more);
    expect(offered(result)).toBe(expectedA);
    expect(result.setpoints[0]?.reason.kind).toBe(kind);
  });
});

/** Rule 9 and habit 3: every limit names who imposed it, also those that do not bind just now. */
describe('a setpoint carries everything that was considered', () => {
  const site = house({
    ratingA: 40,
    circuit: { limits: [{ source: 'contract', currentA: 35 }], unbalanceLimitA: 20 },
    a: { ...ONE_PHASE, ratingA: 32, configuredMaxA: 30 },
    b: { mode: 'off' },
    policy: { capacity: { kind: 'instant-sum', limitA: 100 }, gridRelayLimitA: 18, dimmingW: 4200, schedule: [{ from: '00:00', to: '23:59', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], limitA: 28 }] },
  });
  const told = (second: number): Partial<StepInputs> => ({
    wallMs: Date.UTC(2026, 5, 17, 12) + second * 1000,
    signals: { ...NO_SIGNALS, gridRelay: 'open', isDimmed: true },
    wishes: { ...NO_WISHES, limits: [{ evseId: A, currentA: 14, untilWallMs: null }] },
  });
  const setpoint = live(site, 200, [3, 3, 3], ONE, told).setpoints[0];

  it('lowest first, the lowest binds, and what is offered is no more', () => {
    const currents = setpoint?.limits.map(({ currentA }) => currentA) ?? [];
    expect(currents).toEqual([...currents].sort((a, b) => a - b));
    expect(setpoint?.reason).toEqual({ kind: 'operator-limit', limitA: 14, untilWallMs: null });
    expect(setpoint?.offeredCurrentA).toBe(14);
  });

  it.each<[string, object]>([
    ['its rating', { currentA: 32, reason: { kind: 'evse-rating' } }],
    ['its own stored ceiling', { currentA: 30, reason: { kind: 'configured-max' } }],
    ['the contract of the circuit: 35 - 3', { currentA: 32, reason: { kind: 'circuit', limitSource: 'contract', otherA: 3 } }],
    ['the difference between phases', { currentA: 20, reason: { kind: 'unbalance', limitA: 20 } }],
    ['the capacity tariff', { reason: { kind: 'capacity' } }],
    ['the grid relay: 18 A in sum', { currentA: 18, reason: { kind: 'grid-operator' } }],
    ['par. 14a: 4.2 kW at 230 V and its part for the second device', { reason: { kind: 'grid-operator', devices: 2 } }],
    ['the schedule', { currentA: 28, reason: { kind: 'schedule' } }],
    ['the person', { currentA: 14, reason: { kind: 'operator-limit' } }],
  ])('%s', (_, ceiling) => {
    expect(setpoint?.limits).toContainEqual(expect.objectContaining({ ...ceiling, reason: expect.objectContaining((ceiling as { reason: object }).reason) as object }));
  });
});
