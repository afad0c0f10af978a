import { describe, expect, it } from 'vitest';
import { meterId } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import { judgeAgreement } from './contradiction.ts';
import { planOf } from './plan.ts';
import { initialState } from './state.ts';
import { createBench } from './testing/closed-loop.ts';
import { house, live, offersOf } from './testing/house.ts';
import { PRIMARY, reading, SECONDARY, twoEvses } from './testing/two-evses.ts';

const codesOf = (bench: ReturnType<typeof createBench>): readonly string[] => bench.result.notices.map(({ code }) => code);

describe('what an EVSE says is held against a meter only as far as it is proven', () => {
  it('an EVSE that loses its power in the middle of charging does not make the meter a liar', () => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(PRIMARY);
    bench.plugIn(SECONDARY);
    bench.run(60);
    const codes = new Set<string>();
    // Power gone: it draws nothing and says nothing more, so its last word stands until it is silent.
    bench.unplug(PRIMARY);
    bench.evseSays = (said) => (said.evseId === PRIMARY ? null : said);
    bench.run(60, (each) => {
      for (const code of codesOf(each)) codes.add(code);
    });
    expect([...codes].sort()).toEqual(['evse-silent']);
  });

  it('an EVSE with one ammeter and a one-phase vehicle does not make the meter of the other phases a liar', () => {
    const tellsFirstPhaseOnly = (said: readonly EvseReport[]): readonly EvseReport[] => said.map((report) => ({ ...report, measuredCurrentA: report.measuredCurrentA === null ? null : [report.measuredCurrentA[0], null, null] }));
    const codes = new Set<string>();
    const result = live(house(), 120, [0, 4, 0], { a: { phases: [0] } }, undefined, ({ notices }) => {
      for (const { code } of notices) codes.add(code);
    }, tellsFirstPhaseOnly);
    expect([...codes]).toEqual(['starting']);
    // Were it on l2 as well, that phase would show 29 A.
    expect(offersOf(result)[0]).toBe(25);
  });
});

describe('a meter that was wrong', () => {
  it('is believed again once it follows the EVSEs, also when all of them had been paused meanwhile', () => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(PRIMARY);
    bench.run(60);
    bench.meterShows = (totalA) => reading(bench.timeMs, -totalA);
    bench.run(30);
    expect(codesOf(bench)).toContain('meter-reversed');
    bench.wishes = { ...bench.wishes, pausedEvses: 'all' };
    bench.run(20);
    expect(bench.offeredA(PRIMARY)).toBe(0);
    bench.meterShows = (totalA) => reading(bench.timeMs, totalA);
    bench.wishes = { ...bench.wishes, pausedEvses: null };
    bench.run(120);
    expect(codesOf(bench)).not.toContain('meter-reversed');
    expect(bench.offeredA(PRIMARY)).toBeGreaterThan(20);
  });

  it('raises nothing above the fail-safe current before that', () => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(PRIMARY);
    bench.run(60);
    bench.meterShows = (totalA) => reading(bench.timeMs, -totalA);
    bench.run(30);
    bench.run(600, () => {
      expect(bench.offeredA(PRIMARY)).toBeLessThanOrEqual(6);
      expect(bench.offeredA(SECONDARY)).toBeLessThanOrEqual(6);
    });
  });
});

describe('export where nothing feeds in', () => {
  /** A clamp mounted backwards on l2, where no EVSE has its ammeter. */
  const firstPhaseOnly = (said: readonly EvseReport[]): readonly EvseReport[] => said.map((report) => ({ ...report, measuredCurrentA: report.measuredCurrentA === null ? null : [report.measuredCurrentA[0], null, null] }));
  const codesWith = (circuit: object): readonly string[] => {
    const codes = new Set<string>();
    live(house({ circuit }), 60, [0, -60, 0], { a: { phases: [0, 1, 2] } }, undefined, ({ notices }) => {
      for (const { code } of notices) codes.add(code);
    }, firstPhaseOnly);
    return [...codes];
  };

  it('is a clamp the wrong way round, on whichever phase', () => {
    expect(codesWith({})).toContain('meter-reversed');
  });

  it('is the sun where there is one', () => {
    expect(codesWith({ hasSource: true })).toEqual(['starting']);
  });
});

describe('two one-phase EVSEs on pairs of a three-wire delta that share a line', () => {
  /** 20 A on l1-l2 and 20 A on l2-l3 are 20 A times the root of 3 on l2 (electrical.md: currents per line are not per load). */
  const drawnA = [20, 40, 20] as const;
  const shownA = [20, 20 * Math.sqrt(3), 20] as const;

  it.each([
    ['three-wire-delta', shownA, null],
    ['three-wire-delta', [20, 25, 20], 'too-low'],
    ['three-phase-star', shownA, 'too-low'],
  ] as const)('on a %s a meter that shows %j', (supply, currentA, how) => {
    const site = house({ supply, ratingA: 63 });
    const plan = planOf(site);
    const [meterPlan] = plan.meters;
    let [memory] = initialState(site).meters;
    if (meterPlan === undefined || memory === undefined) throw new Error('no meter');
    for (let second = 1; second <= 10; second += 1) {
      const sample: MeterReading = { meterId: meterId('m'), timeMs: second * 1000, currentA, voltageV: null, powerW: [second, 0, 0], isLive: true };
      memory = { ...memory, ...judgeAgreement(plan, meterPlan, memory, sample, { lowestA: drawnA, highestA: drawnA, provenA: drawnA }), reading: sample };
    }
    expect(memory.contradiction?.how ?? null).toBe(how);
  });
});
