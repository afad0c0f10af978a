import { describe, expect, it } from 'vitest';
import { initialState, NO_WISHES } from './state.ts';
import { step } from './step.ts';
import { createBench, type Bench } from './testing/closed-loop.ts';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from './testing/two-evses.ts';

const LIMIT_A = 40;

function charging(site = twoEvses()): Bench {
  const bench = createBench(site);
  bench.run(20);
  bench.plugIn(SECONDARY);
  bench.run(60);
  bench.plugIn(PRIMARY);
  bench.run(90);
  return bench;
}

const codes = (bench: Bench): readonly string[] => bench.result.notices.map(({ code }) => code);

describe('two EVSEs on a 50 A breaker at a continuous limit of 40 A', () => {
  it('keeps EVSEs without a vehicle at their minimum, because they start by themselves', () => {
    const bench = createBench(twoEvses());
    bench.run(30);
    expect([bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)]).toEqual([6, 6]);
  });

  it('gives one vehicle all but the reserve of the other and the uncertainty of the meter', () => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(SECONDARY);
    bench.run(60);
    // 40 A - 0.5 A uncertainty (1 % of 40 A + 0.1 A) - 6 A reserve = 33.5 A.
    expect(bench.currentA(SECONDARY)).toBe(33);
  });

  it('shares equally, a step apart at most, and never draws more than the limit on the way', () => {
    const bench = createBench(twoEvses());
    let peakA = 0;
    const watch = (b: Bench): void => {
      peakA = Math.max(peakA, b.totalA());
    };
    bench.run(20, watch);
    bench.plugIn(SECONDARY, { riseAPerS: 100 });
    bench.run(60, watch);
    bench.plugIn(PRIMARY, { riseAPerS: 100 });
    bench.run(120, watch);
    expect(Math.abs(bench.currentA(PRIMARY) - bench.currentA(SECONDARY))).toBeLessThanOrEqual(1);
    expect(bench.totalA()).toBeGreaterThanOrEqual(38);
    expect(peakA).toBeLessThanOrEqual(LIMIT_A);
  });

  it('keeps its offers still in steady load', () => {
    const bench = charging();
    const before = [bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)];
    bench.run(600, (b) => {
      expect([b.offeredA(PRIMARY), b.offeredA(SECONDARY)]).toEqual(before);
    });
  });

  it('is below the limit again within meter period, delay, 2 s and the dead time of the vehicles after other load starts', () => {
    const bench = charging();
    bench.otherA = 10;
    bench.run(1 + 1 + 2 + 3);
    expect(bench.totalA()).toBeLessThanOrEqual(LIMIT_A);
    bench.run(120, (b) => {
      expect(b.totalA()).toBeLessThanOrEqual(LIMIT_A);
    });
    bench.otherA = 0;
    bench.run(120);
    expect(bench.totalA()).toBeGreaterThanOrEqual(38);
  });

  it('pauses one before it pauses all when the minimums no longer fit', () => {
    const bench = charging();
    bench.otherA = 31;
    bench.run(30);
    const offers = [bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)];
    expect(offers.filter((currentA) => currentA === 0)).toHaveLength(1);
    expect(bench.totalA()).toBeLessThanOrEqual(LIMIT_A);
    const paused = bench.result.setpoints.find(({ offeredCurrentA }) => offeredCurrentA === 0);
    expect(paused?.reason.kind).toBe('shortage');
  });

  it('lowers nobody for a vehicle that draws less unless another wants the difference', () => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(SECONDARY, { maxA: 12 });
    bench.plugIn(PRIMARY);
    bench.run(200);
    expect(bench.currentA(SECONDARY)).toBeCloseTo(12, 5);
    expect(bench.currentA(PRIMARY)).toBeGreaterThanOrEqual(25);
  });
});

describe('losing sight', () => {
  it('raises nothing on a stale meter and goes to the fail-safe sum after its grace', () => {
    const bench = charging();
    bench.meterShows = () => null;
    // 5 s allowed, 3 s grace, 3 s dead time, one step.
    bench.run(12);
    expect([bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)]).toEqual([6, 6]);
    expect(bench.totalA()).toBeLessThanOrEqual(12);
    expect(codes(bench)).toContain('meter-stale');
  });

  const contradictions: readonly (readonly [string, string, (total: number, frozenA: number) => number])[] = [
    ['frozen', 'meter-frozen', (_, frozenA) => frozenA],
    ['reversed', 'meter-reversed', (totalA) => -totalA],
    ['at half its value', 'meter-too-low', (totalA) => totalA / 2],
  ];
  it.each(contradictions)('finds a meter that is %s within 30 s and stays at the fail-safe sum', (_, code, shown) => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(SECONDARY);
    bench.run(60);
    const frozenA = bench.totalA();
    bench.meterShows = (totalA) => reading(bench.timeMs, shown(totalA, frozenA), { powerW: [shown(totalA, frozenA) * 120, shown(totalA, frozenA) * 120, null] });
    bench.plugIn(PRIMARY);
    bench.run(3 + 30);
    expect(codes(bench)).toContain(code);
    expect(bench.totalA()).toBeLessThanOrEqual(12);
    bench.run(300, (b) => {
      expect(b.totalA()).toBeLessThanOrEqual(12);
      expect(codes(b)).toContain(code);
    });
  });

  it('believes the meter again once it follows the EVSEs', () => {
    const bench = charging();
    bench.meterShows = (totalA) => reading(bench.timeMs, -totalA);
    bench.run(30);
    expect(bench.totalA()).toBeLessThanOrEqual(12);
    bench.meterShows = (totalA) => reading(bench.timeMs, totalA);
    bench.run(90);
    expect(bench.totalA()).toBeGreaterThanOrEqual(38);
  });

  it('reserves the power-up current of an EVSE that falls silent', () => {
    const bench = charging();
    bench.evseSays = (said) => (said.evseId === PRIMARY ? null : said);
    bench.run(30);
    expect(bench.offeredA(SECONDARY)).toBe(0);
    expect(codes(bench)).toContain('evse-silent');
    expect(bench.result.setpoints.find(({ evseId }) => evseId === SECONDARY)?.reason.kind).toBe('shortage');
  });
});

describe('starting', () => {
  it('raises nothing before three live readings, and retained ones do not count', () => {
    const site = twoEvses();
    let state = initialState(site);
    const offers: (number | undefined)[] = [];
    for (let second = 1; second <= 12; second += 1) {
      const timeMs = second * 1000;
      const result = step(site, state, {
        timeMs,
        wallMs: timeMs,
        readings: [reading(timeMs, 6, { isLive: second > 9 })],
        reports: [report(PRIMARY, timeMs, 'idle', 6, 0), report(SECONDARY, timeMs, 'charging', 6, 6)],
      });
      state = result.state;
      offers.push(result.setpoints[1]?.offeredCurrentA);
    }
    expect(offers.slice(0, 11).every((currentA) => currentA === 6)).toBe(true);
    expect(offers[11]).toBeGreaterThan(6);
  });

  it('takes over vehicles at what they draw', () => {
    const site = twoEvses();
    const timeMs = 1000;
    const result = step(site, initialState(site), {
      timeMs,
      wallMs: timeMs,
      readings: [reading(timeMs, 30)],
      reports: [report(PRIMARY, timeMs, 'charging', 20, 14.6), report(SECONDARY, timeMs, 'charging', 34, 15.2)],
    });
    expect(result.setpoints.map(({ offeredCurrentA }) => offeredCurrentA)).toEqual([15, 16]);
  });

  it('cuts what it takes over where that does not fit', () => {
    const site = twoEvses();
    const timeMs = 1000;
    const result = step(site, initialState(site), {
      timeMs,
      wallMs: timeMs,
      readings: [reading(timeMs, 68)],
      reports: [report(PRIMARY, timeMs, 'charging', 34, 34), report(SECONDARY, timeMs, 'charging', 34, 34)],
    });
    const sumA = result.setpoints.reduce((sum, { offeredCurrentA }) => sum + offeredCurrentA, 0);
    expect(sumA).toBeLessThanOrEqual(LIMIT_A);
    expect(sumA).toBeGreaterThanOrEqual(38);
  });

  it('learns everything anew after a jump in time', () => {
    const site = twoEvses();
    const bench = charging(site);
    const result = step(site, bench.state, { timeMs: bench.timeMs + 60_000, wallMs: bench.timeMs + 60_000, readings: [], reports: [], isDiscontinuous: true });
    expect(result.state.meters[0]?.liveCount).toBe(0);
    expect(result.setpoints.every(({ limits }) => limits.some(({ reason }) => reason.kind === 'starting'))).toBe(true);
  });
});

describe('wishes', () => {
  it('pauses all at once', () => {
    const bench = charging();
    bench.wishes = { ...NO_WISHES, pausedEvses: 'all' };
    bench.run(1);
    expect([bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)]).toEqual([0, 0]);
  });

  it('leaves every EVSE at its fail-safe current', () => {
    const bench = charging();
    bench.wishes = { ...NO_WISHES, isLeaving: true };
    bench.run(1);
    expect([bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)]).toEqual([6, 6]);
  });

  it('leaves every EVSE paused where the fail-safe currents do not fit', () => {
    const bench = charging(twoEvses({ evse: { failSafeCurrentA: 24 } }));
    bench.wishes = { ...NO_WISHES, isLeaving: true };
    bench.run(1);
    expect([bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)]).toEqual([0, 0]);
  });
});
