import { describe, expect, it } from 'vitest';
import type { PerPhase } from '../quantities.ts';
import { A, house, live, offersOf, type Vehicle } from './testing/house.ts';
import { createBench, type Bench } from './testing/closed-loop.ts';
import { SECONDARY, twoEvses } from './testing/two-evses.ts';
import { NO_WISHES, type StepResult } from './state.ts';

const WAITS_TO_BE_STARTED = { startsByItself: false, failSafeCurrentA: 0 };

/** One vehicle charges; other load of 38 A on 40 A then pauses it for five seconds. */
function pausedByLoad(minimumOffMs: number): Bench {
  const bench = createBench(twoEvses({ evse: WAITS_TO_BE_STARTED, policy: { minimumOffMs } }));
  bench.run(20);
  bench.plugIn(SECONDARY);
  bench.run(60);
  bench.otherA = 38;
  bench.run(5);
  bench.otherA = 0;
  return bench;
}

function secondsUntil(bench: Bench, isSo: () => boolean): number {
  for (let second = 1; second <= 400; second += 1) {
    bench.run(1);
    if (isSo()) return second;
  }
  return Infinity;
}

describe('the shortest pause', () => {
  it.each([
    ['none', 0, 0, 40],
    // SmartEVSE: 60 s after a shortage (smartevse.md 3.11); C.5 rule 8: 60 to 300 s.
    ['60 s', 60_000, 52, 75],
    ['300 s', 300_000, 290, 315],
  ])('of %s', (_, minimumOffMs, earliestS, latestS) => {
    const bench = pausedByLoad(minimumOffMs);
    expect(bench.offeredA(SECONDARY)).toBe(0);
    const tookS = secondsUntil(bench, () => bench.offeredA(SECONDARY) > 0);
    expect(tookS).toBeGreaterThanOrEqual(earliestS);
    expect(tookS).toBeLessThanOrEqual(latestS);
  });

  it('says how long it still holds', () => {
    const bench = pausedByLoad(300_000);
    bench.run(100);
    const { reason } = bench.result.setpoints.find(({ evseId }) => evseId === SECONDARY) ?? {};
    expect(reason).toMatchObject({ kind: 'minimum-off' });
  });

  it('does not concern a vehicle that has come since', () => {
    const bench = pausedByLoad(300_000);
    bench.unplug(SECONDARY);
    bench.run(5);
    bench.plugIn(SECONDARY);
    expect(secondsUntil(bench, () => bench.offeredA(SECONDARY) > 0)).toBeLessThan(40);
  });

  it('does not make a vehicle that is found at the start of control wait', () => {
    const bench = createBench(twoEvses({ evse: { ...WAITS_TO_BE_STARTED, powerUpCurrentA: 0 }, policy: { minimumOffMs: 300_000 } }));
    bench.plugIn(SECONDARY);
    expect(secondsUntil(bench, () => bench.offeredA(SECONDARY) > 0)).toBeLessThan(40);
  });
});

describe('a cut', () => {
  it.each([
    ['other load', (bench: Bench) => void (bench.otherA = 38)],
    ['a person who pauses', (bench: Bench) => void (bench.wishes = { ...NO_WISHES, pausedEvses: 'all' })],
    ['leaving', (bench: Bench) => void (bench.wishes = { ...NO_WISHES, isLeaving: true })],
  ])('by %s is delayed by no minimum time', (_, happen) => {
    const bench = createBench(twoEvses({ evse: WAITS_TO_BE_STARTED, policy: { minimumOnMs: 3_600_000 } }));
    bench.run(20);
    bench.plugIn(SECONDARY);
    bench.run(30);
    expect(bench.offeredA(SECONDARY)).toBeGreaterThan(0);
    happen(bench);
    // A meter that tells what was a second ago, once a second.
    bench.run(3);
    expect(bench.offeredA(SECONDARY)).toBe(0);
  });
});

const VEHICLE: Readonly<Record<string, Vehicle>> = { a: { phases: [0, 1, 2] } };

const sunUntil120 = (afterA: number) => (second: number): PerPhase<number> => (second < 120 ? [-15, -15, -15] : [afterA, afterA, afterA]);

/** Sun of 15 A per phase until the 120th second, then none: with STOP after 1 s the charge would end at once. */
function solar(minimumOnMs: number): readonly { readonly second: number; readonly offeredA: number; readonly kind: string }[] {
  const site = house({ circuit: { hasSource: true }, b: { mode: 'off' }, policy: { mode: 'solar', minimumOnMs, solar: { startA: 4, stopAfterS: 1, importA: 0 } } });
  const story: { readonly second: number; readonly offeredA: number; readonly kind: string }[] = [];
  const note = (result: StepResult, second: number): void => {
    const setpoint = result.setpoints.find(({ evseId }) => evseId === A);
    story.push({ second, offeredA: setpoint?.offeredCurrentA ?? NaN, kind: setpoint?.reason.kind ?? '' });
  };
  live(site, 700, sunUntil120(0), VEHICLE, () => ({}), note);
  return story;
}

describe('the shortest charge', () => {
  it.each([
    ['none: the sun is gone and so is the charge', 0, 160],
    ['5 min: it goes on at its minimum until they are over', 300_000, 345],
  ])('of %s', (_, minimumOnMs, latestS) => {
    const story = solar(minimumOnMs);
    const startS = story.find(({ offeredA }) => offeredA > 0)?.second ?? NaN;
    const endS = story.find(({ second, offeredA }) => second > startS && offeredA === 0)?.second ?? NaN;
    expect(endS - startS).toBeGreaterThanOrEqual(minimumOnMs / 1000);
    expect(endS).toBeLessThanOrEqual(latestS);
  });

  it('says why it goes on', () => {
    const held = solar(300_000).find(({ second }) => second === 200);
    expect(held).toMatchObject({ offeredA: 6, kind: 'minimum-on' });
  });

  it('does not stand against a circuit: nothing is offered that does not fit', () => {
    const site = house({ ratingA: 25, circuit: { hasSource: true }, b: { mode: 'off' }, policy: { mode: 'solar', minimumOnMs: 3_600_000, solar: { startA: 4, stopAfterS: 1 } } });
    const result = live(site, 200, sunUntil120(22), VEHICLE);
    expect(offersOf(result)).toEqual([0, 0]);
  });
});
