/** Who charges with how much when there is too little (rules 3 and 4; smartevse.md 3.5, 3.6 and 4.2): rows as a field engineer would check them. */
import { describe, expect, it } from 'vitest';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import { createBench } from './testing/closed-loop.ts';
import { A, house, live, offersOf } from './testing/house.ts';
import { PRIMARY, SECONDARY, twoEvses } from './testing/two-evses.ts';

const ALL = { phases: [0, 1, 2] };
const onAll = (currentA: number): [number, number, number] => [currentA, currentA, currentA];

describe('throttle before stop: two vehicles on a 25 A fuse', () => {
  it.each([
    // Other load comes at 40 s; what it leaves, shared; one minimum is 6 A.
    [0, 'the odd ampere goes to the first', [13, 12]],
    [1, '24 A: half each', [12, 12]],
    [11, '14 A: both slower, none stopped', [7, 7]],
    [12, '13 A: the odd ampere again', [7, 6]],
    [13, '12 A: both at their minimum', [6, 6]],
    [13.5, '11.5 A are no two minimums: one charges with all of it', [11, 0]],
    [14, '11 A: one keeps charging, not two that flap', [11, 0]],
    [19, '6 A: one at its minimum', [6, 0]],
    [19.5, '5.5 A: below the minimum nobody charges', [0, 0]],
    [30, 'the house alone is above the fuse', [0, 0]],
  ] as const)('%d A of other load: %s', (otherA, _, expected) => {
    expect(offersOf(live(house(), 160, onAll(otherA), { a: ALL, b: ALL }))).toEqual(expected);
  });

  it('at 11 A the same one charges for an hour: nobody is stopped or started', () => {
    const served = new Set<string>();
    live(house(), 3600, onAll(14), { a: ALL, b: ALL }, undefined, (result, second) => {
      if (second > 120) served.add(offersOf(result).join('/'));
    });
    expect([...served]).toEqual(['11/0']);
  });

  it('at 11 A it is nobody but the one that charged, though the other is plugged in later', () => {
    const bench = createBench(twoEvses({ circuit: { breaker: { curve: 'ul-489', ratingA: 15 } }, meter: { uncertainty: { ratio: 0, currentA: 0 } }, evse: { startsByItself: false, failSafeCurrentA: 0, powerUpCurrentA: 6 } }));
    // 15 A x 0.8 = 12 A, 1 A of other load: 11 A.
    bench.otherA = 1;
    bench.run(20);
    bench.plugIn(SECONDARY);
    bench.run(120);
    expect(bench.offeredA(SECONDARY)).toBeGreaterThanOrEqual(10);
    bench.plugIn(PRIMARY);
    bench.run(1200, (each) => {
      expect(each.offeredA(SECONDARY)).toBeGreaterThanOrEqual(6);
      expect(each.offeredA(PRIMARY)).toBe(0);
    });
  });

  it('who waits is told where current is missing and how much there is', () => {
    const [, second] = live(house(), 160, onAll(14), { a: ALL, b: ALL }).setpoints;
    expect(second?.limits.map(({ reason }) => reason)).toContainEqual({ kind: 'shortage', circuitId: 'main', phase: 0, leftA: 5, minCurrentA: 6 });
  });
});

/** Priorities and weights: three vehicles of three phases on 25 A. */
describe('priority and weight', () => {
  const three = (a: object, b: object, c: object, policy: object = {}): Site => {
    const base = house({ policy });
    const [model] = base.evses;
    return siteSchema.parse({ ...base, evses: [{ ...model, ...a }, { ...model, ...b, id: 'b' }, { ...model, ...c, id: 'c' }] });
  };
  const vehicles = { a: ALL, b: ALL, c: ALL };

  it.each<[string, Site, readonly number[]]>([
    ['equals: 25 A as 9, 8 and 8', three({}, {}, {}), [9, 8, 8]],
    ['a priority gives no more than its equal share while all minimums fit', three({}, {}, { priority: 1 }), [9, 8, 8]],
    ['weights 2, 1 and 1: 18 A for minimums, 7 A as 3.5 : 1.75 : 1.75; the odd ampere by order', three({ weight: 2 }, {}, {}), [10, 8, 7]],
    ['ceilings first: 6 A and 8 A leave 11', three({ configuredMaxA: 6 }, { configuredMaxA: 8 }, {}), [6, 8, 11]],
    ['minimum of 10 A: 22 A for minimums, 3 A more', three({ minCurrentA: 10 }, {}, {}), [11, 7, 7]],
    ['minimums of 10, 10 and 6 do not fit 25 A: the last of equals waits', three({ minCurrentA: 10 }, { minCurrentA: 10 }, {}), [13, 12, 0]],
    ['the same, but the last has priority: 16 A for minimums, 9 A as 4.5 each, the odd half to who has priority', three({ minCurrentA: 10, priority: 2 }, { minCurrentA: 10, priority: 2 }, {}), [14, 0, 11]],
  ])('%s', (_, site, expected) => {
    expect(offersOf(live(site, 200, [0, 0, 0], vehicles))).toEqual(expected);
  });
});

/**
 * `admission`: an EVSE lower in the order starts only in what the higher ones leave; or as many vehicles as possible charge.
 * Fuses of 10 A: one minimum per phase. A has three phases and comes first in the order, B and C have one each.
 */
describe('admission', () => {
  const site = (admission: string): Site => {
    const base = house({ ratingA: 10, policy: { admission, queue: { strategy: 'weight' } } });
    const [model] = base.evses;
    const evse = (id: string, more: object): object => ({ ...model, id, link: { kind: 'mqtt', baseTopic: id }, ...more });
    return siteSchema.parse({
      ...base,
      evses: [evse('a', { priority: 1 }), evse('b', { priority: 2, phaseCount: 1, phaseMap: [0, 1, 2] }), evse('c', { priority: 2, phaseCount: 1, phaseMap: [1, 2, 0] })],
    });
  };
  const here = { a: ALL, b: { phases: [0] }, c: { phases: [1] } };

  it.each<[string, Parameters<typeof live>[3], [number, number, number], readonly number[]]>([
    ['priority', here, [0, 0, 0], [10, 0, 0]],
    ['most-vehicles', here, [0, 0, 0], [0, 10, 10]],
    // 5 A on l3 leave no minimum for A there: what A cannot use is left to the others.
    ['priority', here, [0, 0, 5], [0, 10, 10]],
    ['most-vehicles', here, [0, 0, 5], [0, 10, 10]],
    // Of the small ones only C has room on its phase; A has none on l1 either way.
    ['priority', here, [5, 0, 0], [0, 0, 10]],
    ['most-vehicles', here, [5, 0, 0], [0, 0, 10]],
    // Nobody but A is there.
    ['most-vehicles', { a: ALL }, [0, 0, 0], [10, 0, 0]],
  ])('%s with %j beside %j A', (admission, vehicles, otherA, expected) => {
    expect(offersOf(live(site(admission), 200, otherA, vehicles))).toEqual(expected);
  });

  it('priority: one that comes later and is higher takes its minimum at once from those that charge', () => {
    const ARRIVES_MS = 120_000;
    const before: (readonly number[])[] = [];
    const result = live(site('priority'), 260, [0, 0, 0], here, undefined, (each, second) => {
      if (second === 119) before.push(offersOf(each));
    }, (reports) => reports.map((report) => (report.evseId === A && report.timeMs < ARRIVES_MS ? { ...report, state: 'idle', isVehicleConnected: false } : report)));
    expect(before).toEqual([[0, 10, 10]]);
    expect(offersOf(result)).toEqual([10, 0, 0]);
  });
});
