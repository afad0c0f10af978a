/** Losing sight (rules 6, 11 and 12), row by row: what goes wrong, the notice with its code, and what is safe meanwhile. */
import { describe, expect, it } from 'vitest';
import { evseId, meterId } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Notice } from './setpoint.ts';
import { createBench, type Bench } from './testing/closed-loop.ts';
import { house, live, offersOf } from './testing/house.ts';
import { PRIMARY, reading, SECONDARY, twoEvses } from './testing/two-evses.ts';

const B = evseId('b');
const ALL = { phases: [0, 1, 2] };

function bothCharging(): Bench {
  const bench = createBench(twoEvses());
  bench.run(20);
  bench.plugIn(PRIMARY);
  bench.plugIn(SECONDARY);
  bench.run(120);
  return bench;
}

/** 40 A for two: 20 and 19 A. Fail-safe 6 A each, power-up 34 A. */
describe('two EVSEs that charge with 39 A of 40 A, and then', () => {
  const freeze = (bench: Bench): void => {
    const frozenA = bench.totalA();
    bench.meterShows = () => reading(bench.timeMs, frozenA, { powerW: [frozenA * 120, frozenA * 120, null] });
  };
  const says = (bench: Bench, spoil: (said: EvseReport) => EvseReport | null): void => {
    bench.evseSays = (said) => (said.evseId === SECONDARY ? spoil(said) : said);
  };

  it.each<[string, (bench: Bench) => void, Notice['code'], Notice['severity'], string, number]>([
    ['the meter says nothing more: fail-safe sum', (bench) => { bench.meterShows = () => null; }, 'meter-stale', 'danger', 'feed', 12],
    ['the meter is frozen, and the vehicles end: nobody is given what it hides', (bench) => { freeze(bench); bench.unplug(SECONDARY); }, 'meter-frozen', 'danger', 'feed', 12],
    ['its clamp is turned round', (bench) => { bench.meterShows = (totalA) => reading(bench.timeMs, -totalA); }, 'meter-reversed', 'danger', 'feed', 12],
    ['it shows one leg of two', (bench) => { bench.meterShows = (totalA) => reading(bench.timeMs, totalA / 2); }, 'meter-too-low', 'danger', 'feed', 12],
    ['an EVSE says nothing more: 34 A are kept free for it, 6 A are left', (bench) => { says(bench, () => null); }, 'evse-silent', 'danger', 'secondary', 6],
    ['somebody commands it by hand', (bench) => { says(bench, (said) => ({ ...said, otherCommander: 'manual override' })); }, 'evse-other-commander', 'attention', 'secondary', 40],
  ])('%s', (_, happen, code, severity, about, mostOfferedA) => {
    const bench = bothCharging();
    happen(bench);
    const found: Notice[] = [];
    bench.run(60, ({ result }) => found.push(...result.notices.filter((notice) => notice.code === code)));
    expect(found[0]).toMatchObject({ code, severity, about });
    const offered = bench.result.setpoints.filter(({ evseId: id }) => about !== 'secondary' || id === PRIMARY);
    expect(offered.reduce((sum, { offeredCurrentA }) => sum + offeredCurrentA, 0)).toBeLessThanOrEqual(mostOfferedA);
    expect(bench.totalA()).toBeLessThanOrEqual(40);
  });
});

/** A three-phase meter whose clamps of l1 and l2 are exchanged: the EVSE on l1 draws, the meter shows it on l2. */
describe('a meter with two clamps on the wrong phases', () => {
  const exchanged = (shown: readonly MeterReading[]): readonly MeterReading[] => shown.map((each) => ({ ...each, currentA: [each.currentA[1], each.currentA[0], each.currentA[2]] }));

  it('is found by a one-phase vehicle, and nothing is offered above the fail-safe current from then on', () => {
    const site = house({ a: { phaseCount: 1, failSafeCurrentA: 6 } });
    const codes = new Map<string, number>();
    let trueL1A = 0;
    const result = live(site, 200, [0, 0, 0], { a: { phases: [0] } }, (second) => ({ readings: exchanged([{ meterId: meterId('m'), timeMs: second * 1000, currentA: [trueL1A, 0, 0], voltageV: null, powerW: [second, 0, 0], isLive: true }]) }), ({ notices, setpoints }, second) => {
      trueL1A = setpoints[0]?.offeredCurrentA ?? 0;
      for (const { code } of notices) if (!codes.has(code)) codes.set(code, second);
    });
    expect([...codes.keys()]).toContain('meter-too-low');
    expect(codes.get('meter-too-low')).toBeLessThanOrEqual(40);
    expect(offersOf(result)[0]).toBe(6);
    expect(result.setpoints[0]?.reason).toEqual({ kind: 'meter-contradicts', meterId: 'm', how: 'too-low' });
  });
});

/** House of 25 A, two EVSEs that share it: 13 and 12 A, and then B does as it likes. */
describe('an EVSE that ignores its setpoint', () => {
  interface Deaf {
    readonly offeredA: number;
    readonly drawnA: number;
  }
  const deaf = ({ offeredA, drawnA }: Deaf) => (reports: readonly EvseReport[]): readonly EvseReport[] =>
    reports.map((report) => (report.evseId === B ? { ...report, state: 'charging', offeredCurrentA: offeredA, measuredCurrentA: [drawnA, drawnA, drawnA] } : report));

  it.each<[string, Deaf, number]>([
    // B is given 12 A or less and takes 16: 25 - 16 = 9 A are left for A.
    ['offers 16 A and draws them', { offeredA: 16, drawnA: 16 }, 9],
    ['says it offers what was asked, and draws 16 A', { offeredA: 6, drawnA: 16 }, 9],
    ['offers 32 A, of which its vehicle takes 16: it may take the rest at any moment', { offeredA: 32, drawnA: 16 }, 0],
    ['takes the whole circuit', { offeredA: 32, drawnA: 25 }, 0],
  ])('%s: a notice, and the other gives way', (_, behaviour, mostOfAA) => {
    let ofBA = 0;
    const codes = new Set<string>();
    const result = live(
      house(),
      240,
      // What B truly draws, beyond what `live` lets it draw, is told to the meter here.
      [0, 0, 0],
      { a: ALL },
      (second) => (second < 40 ? {} : { readings: [{ meterId: meterId('m'), timeMs: second * 1000, currentA: [ofBA, ofBA, ofBA], voltageV: null, powerW: [second, 0, 0], isLive: true }] }),
      ({ setpoints, notices }, second) => {
        ofBA = behaviour.drawnA + (setpoints[0]?.offeredCurrentA ?? 0);
        if (second > 60) for (const { code, about } of notices) codes.add(`${code} ${about ?? ''}`);
      },
      (reports) => ((reports[0]?.timeMs ?? 0) < 40_000 ? reports : deaf(behaviour)(reports)),
    );
    expect([...codes]).toContain('evse-ignores-setpoint b');
    expect(offersOf(result)[0]).toBeLessThanOrEqual(mostOfAA);
  });
});

/**
 * Rule 6: the largest of last offer, fail-safe and power-up current is kept free for one that is silent, wherever it stands in
 * the order, and kept free once: A comes later and has what is left of 40 A.
 */
describe('beside an EVSE that has fallen silent', () => {
  it.each<[string, object, object, number]>([
    ['16 A after power-up: 40 - 16', { powerUpCurrentA: 16 }, {}, 24],
    ['16 A fail-safe: the same, and no part of it is shared', { powerUpCurrentA: 6, failSafeCurrentA: 16 }, {}, 24],
    ['6 A fail-safe, 32 A after power-up: 40 - 32', { powerUpCurrentA: 32, failSafeCurrentA: 6 }, {}, 8],
    ['the same when the silent one comes last in the order', { powerUpCurrentA: 32, failSafeCurrentA: 6, priority: 9 }, { minCurrentA: 8 }, 8],
    ['35 A after power-up leave no minimum', { powerUpCurrentA: 35, failSafeCurrentA: 6, priority: 9 }, {}, 0],
  ])('%s', (_, b, a, expectedA) => {
    const isSilent = (report: EvseReport): boolean => report.evseId === B && report.timeMs > 60_000;
    const arrives = (report: EvseReport): EvseReport => (report.evseId !== B && report.timeMs < 200_000 ? { ...report, state: 'idle', isVehicleConnected: false } : report);
    const result = live(house({ ratingA: 40, a, b }), 320, [0, 0, 0], { a: ALL }, undefined, undefined, (reports) => reports.filter((report) => !isSilent(report)).map(arrives));
    expect(offersOf(result)[0]).toBe(expectedA);
    expect(result.notices.map(({ code, about }) => `${code} ${about ?? ''}`)).toContain('evse-silent b');
  });
});

describe('beside PV a meter that shows less proves nothing, but one that stands still does', () => {
  const site = house({ ratingA: 25, circuit: { hasSource: true }, a: { failSafeCurrentA: 6 }, b: { failSafeCurrentA: 6 } });
  const shows = (currentA: number, powerW: number | null) => (second: number): { readings: readonly MeterReading[] } => ({
    readings: [{ meterId: meterId('m'), timeMs: second * 1000, currentA: [currentA, currentA, currentA], voltageV: null, powerW: powerW === null ? null : [powerW, powerW, powerW], isLive: true }],
  });

  it.each<[string, number | null, boolean]>([
    ['the very same watts while a vehicle comes: frozen', -2300, true],
    ['the same amperes, no watts: solar charging may keep them so', null, false],
  ])('%s', (_, powerW, isFound) => {
    const codes = new Set<string>();
    // From the 60th second on the meter repeats 10 A of export; A begins to charge at the 70th.
    live(site, 160, [-10, -10, -10], { a: ALL }, (second) => (second < 60 ? {} : shows(-10, powerW)(second)), ({ notices }) => {
      for (const { code } of notices) codes.add(code);
    }, (reports) => reports.map((report) => (report.timeMs < 70_000 ? { ...report, state: 'connected', measuredCurrentA: [0, 0, 0] } : report)));
    expect(codes.has('meter-frozen')).toBe(isFound);
    expect(codes).not.toContain('meter-reversed');
    expect(codes).not.toContain('meter-too-low');
  });
});
