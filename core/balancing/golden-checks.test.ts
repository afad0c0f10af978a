/** The checks of home-assistant-ocpp.md section G ("Golden checks") that concern the balancer, by their numbers there. */
import { describe, expect, it } from 'vitest';
import { meterId, type PerPhase, type PhaseIndex } from '../quantities.ts';
import { restoreSite } from '../site/restore-site.ts';
import { siteSchema } from '../site/schema.ts';
import { siteFileOf } from '../site/write-site.ts';
import type { Site } from '../site/site.ts';
import { initialState, type BalancerState, type StepInputs } from './state.ts';
import { step } from './step.ts';
import { createBench } from './testing/closed-loop.ts';
import { house, live, offersOf } from './testing/house.ts';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from './testing/two-evses.ts';

const ORDERS: readonly PerPhase<PhaseIndex>[] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

describe('1: every phase map in every order of rows', () => {
  const idOf = (row: number): string => `e${row}`;
  // 25 A fuses and 15, 10, 5 A of other load leave 10, 15, 20 A on l1, l2, l3.
  const LEFT_A = [10, 15, 20] as const;

  function threeOnePhaseEvses(phaseMap: PerPhase<PhaseIndex>, rows: PerPhase<number>): Site {
    const base = house();
    const [model] = base.evses;
    // EVSE n is wired to the site phase that the map names in place n: its map is the rotation that begins there.
    const evses = rows.map((row) => {
      const first = phaseMap[row as PhaseIndex];
      return { ...model, id: idOf(row), link: { kind: 'mqtt', baseTopic: idOf(row) }, phaseCount: 1, phaseMap: [first, (first + 1) % 3, (first + 2) % 3] };
    });
    return siteSchema.parse({ ...base, evses });
  }

  it.each(ORDERS.flatMap((phaseMap) => ORDERS.map((rows) => [phaseMap, rows] as const)))('wired %j, rows %j', (phaseMap, rows) => {
    const site = threeOnePhaseEvses(phaseMap, rows);
    const vehicles = Object.fromEntries(rows.map((row) => [idOf(row), { phases: [phaseMap[row]] }]));
    const { setpoints } = live(site, 120, [15, 10, 5], vehicles);
    for (const row of rows) {
      const phase = phaseMap[row];
      expect(setpoints.find(({ evseId }) => evseId === idOf(row))).toMatchObject({ offeredCurrentA: LEFT_A[phase], reason: { kind: 'circuit', phase } });
    }
  });

  it('a phase named twice is refused with its place', () => {
    const site = house();
    const [a, b] = site.evses;
    const result = restoreSite({ ...siteFileOf(site), site: { ...site, evses: [a, { ...b, phaseMap: [0, 2, 2] }] } });
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { path: 'site/evses/1/phaseMap' } } });
  });
});

describe('2: no wind-up', () => {
  it('a vehicle that draws 10 A of what it may have is offered no more than a step above that, one more while it is probed', () => {
    const offers: number[] = [];
    live(house({ a: { phaseCount: 1 } }), 600, [0, 0, 0], { a: { phases: [0], maxA: 10 } }, undefined, ({ setpoints }, second) => {
      if (second > 120) offers.push(setpoints[0]?.offeredCurrentA ?? NaN);
    });
    expect(Math.min(...offers)).toBe(11);
    expect(Math.max(...offers)).toBe(12);
  });
});

describe('3: an EVSE that takes ten seconds to obey', () => {
  it('is not raised a second time before the first can have shown', () => {
    const site = twoEvses({ evse: { responseTimeMs: 12_000 } });
    const bench = createBench(site);
    bench.otherA = 25;
    bench.run(20);
    bench.plugIn(PRIMARY, { deadTimeMs: 10_000, riseAPerS: 100 });
    bench.run(60);
    bench.otherA = 0;
    const raises: number[] = [];
    let offeredA = bench.offeredA(PRIMARY);
    bench.run(300, ({ timeMs }) => {
      if (bench.offeredA(PRIMARY) > offeredA) raises.push(timeMs);
      offeredA = bench.offeredA(PRIMARY);
    });
    expect(raises.length).toBeGreaterThan(0);
    // Response time, meter period and latency.
    for (const [at, timeMs] of raises.slice(1).entries()) expect(timeMs - (raises[at] ?? 0)).toBeGreaterThanOrEqual(14_000);
  });
});

describe('4: export', () => {
  it('on l1 raises what l1 leaves, up to the credit of its conductor, and leaves l2 and l3 alone', () => {
    const site = (credit: number): Site => house({ circuit: { hasSource: true, sourceCreditA: credit }, a: { phaseCount: 1 }, b: { phaseCount: 1, phaseMap: [1, 2, 0] } });
    const vehicles = { a: { phases: [0] }, b: { phases: [1] } };
    expect(offersOf(live(site(3), 120, [0, 10, 0], vehicles))).toEqual([25, 15]);
    expect(offersOf(live(site(3), 120, [-9, 10, 0], vehicles))).toEqual([28, 15]);
  });
});

describe('5: meter silence', () => {
  it('leads to the fail-safe current within the allowed age, the grace and one period; back only after three live readings', () => {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(PRIMARY);
    bench.run(60);
    expect(bench.offeredA(PRIMARY)).toBeGreaterThan(6);
    bench.meterShows = () => null;
    bench.run(5 + 3 + 1);
    expect([bench.offeredA(PRIMARY), bench.offeredA(SECONDARY)]).toEqual([6, 6]);
    let readings = 0;
    bench.meterShows = (totalA) => {
      readings += 1;
      return reading(bench.timeMs, totalA);
    };
    bench.run(60, () => {
      if (readings < 3) expect(bench.offeredA(PRIMARY)).toBe(6);
    });
    expect(bench.offeredA(PRIMARY)).toBeGreaterThan(6);
  });
});

describe('7: nothing between 0 and the minimum', () => {
  it.each([0, 0.4, 5.6, 5.999, 6, 6.4])('%d A left: paused or at least 6 A', (leftA) => {
    const result = live(house({ ratingA: 25, a: { phaseCount: 1 } }), 120, [25 - leftA, 0, 0], { a: { phases: [0] } });
    expect(offersOf(result)[0]).toBe(leftA >= 6 ? 6 : 0);
  });

  it('a pause lasts its time, though there is room again', () => {
    const site = house({ a: { phaseCount: 1 }, policy: { minimumOffMs: 60_000 } });
    const bench = { pausedAt: 0, resumedAt: 0 };
    live(site, 300, [0, 0, 0], { a: { phases: [0] } }, (second) => (second < 100 || second > 105 ? {} : { readings: [{ meterId: meterId('m'), timeMs: second * 1000, currentA: [60, 0, 0], voltageV: null, powerW: [second, 1, 0], isLive: true }] }), ({ setpoints }, second) => {
      const offeredA = setpoints[0]?.offeredCurrentA ?? 0;
      if (second > 95 && offeredA === 0 && bench.pausedAt === 0) bench.pausedAt = second;
      if (bench.pausedAt > 0 && offeredA > 0 && bench.resumedAt === 0) bench.resumedAt = second;
    });
    expect(bench.pausedAt).toBeGreaterThanOrEqual(100);
    expect(bench.resumedAt - bench.pausedAt).toBeGreaterThanOrEqual(60);
  });
});

describe('9: a fault at one EVSE', () => {
  function bothCharging(): ReturnType<typeof createBench> {
    const bench = createBench(twoEvses());
    bench.run(20);
    bench.plugIn(PRIMARY);
    bench.plugIn(SECONDARY);
    bench.run(120);
    return bench;
  }

  it.each([
    ['it falls silent', () => null],
    ['it forgets its offer', (said: ReturnType<typeof report>) => ({ ...said, offeredCurrentA: null })],
  ])('%s: what it may draw is kept free, the other is not raised', (_, spoil) => {
    const bench = bothCharging();
    const before = bench.offeredA(PRIMARY);
    bench.evseSays = (said) => (said.evseId === SECONDARY ? spoil(said) : said);
    bench.run(120, () => {
      expect(bench.offeredA(PRIMARY)).toBeLessThanOrEqual(before);
    });
  });

  it.each([
    // To everybody but its meter these look like a vehicle that has ended: its share goes to the other, but never all of it.
    ['its ammeter shows nothing', (said: ReturnType<typeof report>) => ({ ...said, measuredCurrentA: [0, 0, 0] as const })],
    ['it claims a fault and goes on', (said: ReturnType<typeof report>) => ({ ...said, state: 'fault' as const })],
  ])('%s: what truly flows stays within the limit', (_, spoil) => {
    const bench = bothCharging();
    bench.evseSays = (said) => (said.evseId === SECONDARY ? spoil(said) : said);
    bench.run(300, () => {
      expect(bench.totalA()).toBeLessThanOrEqual(40);
    });
  });
});

describe('10: every change has a reason with a name', () => {
  it('which names the circuit and phase where a circuit binds', () => {
    const seen: string[] = [];
    let before: readonly number[] = [];
    live(house(), 200, [14, 9, 4], { a: { phases: [0, 1, 2] }, b: { phases: [1] } }, undefined, (result) => {
      for (const [at, { offeredCurrentA, reason, limits }] of result.setpoints.entries()) {
        expect(limits[0]?.reason).toEqual(reason);
        if (before[at] === offeredCurrentA) continue;
        seen.push(reason.kind);
        if (reason.kind === 'circuit') expect(reason).toMatchObject({ circuitId: 'main', limitSource: 'continuous', limitA: 25 });
      }
      before = offersOf(result);
    });
    expect(seen.length).toBeGreaterThan(2);
  });
});

describe('11: 0.0 A is a value', () => {
  it('a meter that shows 0 A is not a silent one', () => {
    const result = live(house({ a: { phaseCount: 1 } }), 120, [0, 0, 0], {});
    expect(result.notices).toEqual([]);
    expect(result.circuits[0]?.phases.map((phase) => phase?.totalA)).toEqual([0, 0, 0]);
  });

  it('an offer of 0 A is one that has been read', () => {
    const site = house();
    const reports = site.evses.map(({ id }) => report(id, 1000, 'paused', 0, 0));
    expect(step(site, initialState(site), { timeMs: 1000, wallMs: 1000, readings: [], reports }).setpoints.flatMap(({ reason }) => (reason.kind === 'starting' ? reason.awaited : []))).toEqual(['m', 'm']);
  });
});

describe('12: two sites in one process', () => {
  it('share nothing, and neither do two runs of one site', () => {
    const runs = [twoEvses(), twoEvses({ circuit: { breaker: { curve: 'ul-489', ratingA: 30 } } })];
    const inputs = (run: number, second: number): StepInputs => ({
      timeMs: second * 1000,
      wallMs: second * 1000,
      readings: [reading(second * 1000, 10 + run)],
      reports: [report(PRIMARY, second * 1000, 'charging', 6 + run, 6 + run), report(SECONDARY, second * 1000, 'idle', 6, 0)],
    });
    const runAlone = (site: Site, run: number): readonly number[][] => {
      let state: BalancerState = initialState(site);
      return Array.from({ length: 60 }, (_, second) => {
        const result = step(site, state, inputs(run, second + 1));
        state = result.state;
        return [...offersOf(result)];
      });
    };
    // Both sites in turn, the first of them with two states.
    const lanes = [...runs, ...runs.slice(0, 1)].map((site, run) => ({ site, run, state: initialState(site), offers: [] as number[][] }));
    for (let second = 1; second <= 60; second += 1) {
      for (const lane of lanes) {
        const result = step(lane.site, lane.state, inputs(lane.run, second));
        lane.state = result.state;
        lane.offers.push([...offersOf(result)]);
      }
    }
    for (const { site, run, offers } of lanes) expect(offers).toEqual(runAlone(site, run));
  });
});
