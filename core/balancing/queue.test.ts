import { describe, expect, it } from 'vitest';
import { evseId, type EvseId } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import { createBench, type Bench } from './testing/closed-loop.ts';

const A = evseId('a');
const B = evseId('b');
const C = evseId('c');

/** Three EVSEs on 10 A: one minimum of 6 A fits, not two. */
function site(queue: object, evses: Partial<Record<'a' | 'b' | 'c', object>> = {}, policy: object = {}): Site {
  const evse = (id: 'a' | 'b' | 'c') => ({
    id,
    name: id,
    circuitId: 'ev',
    model: 'openevse',
    link: { kind: 'mqtt', baseTopic: id },
    phaseCount: 2,
    ratingA: 32,
    configuredMaxA: 32,
    failSafeCurrentA: 0,
    powerUpCurrentA: 6,
    startsByItself: false,
    ...evses[id],
  });
  return siteSchema.parse({
    name: 'test',
    supply: { kind: 'split-phase', nominalVoltageV: 240 },
    circuits: [{ id: 'ev', name: 'EV', breaker: { curve: 'ul-489', ratingA: 10 }, continuousFactor: 1, meterId: 'feed' }],
    meters: [{ id: 'feed', name: 'Feed', model: 'shelly-em', link: { kind: 'mqtt', baseTopic: 'x' }, clamp: 'both-legs', periodMs: 1000, latencyMs: 1000, allowedAgeMs: 5000 }],
    evses: [evse('a'), evse('b'), evse('c')],
    policy: { queue, minimumOffMs: 0, ...policy },
  });
}

const served = (bench: Bench): string => [A, B, C].filter((id) => bench.offeredA(id) > 0).join('');

/** Who is served, written once per change. */
function story(bench: Bench, seconds: number): readonly string[] {
  const seen: string[] = [];
  bench.run(seconds, (each) => {
    const now = served(each);
    if (now !== '' && seen.at(-1) !== now) seen.push(now);
  });
  return seen;
}

function withVehicles(bench: Bench, ids: readonly EvseId[]): Bench {
  bench.run(10);
  for (const id of ids) {
    bench.plugIn(id, { riseAPerS: 10 });
    bench.run(5);
  }
  return bench;
}

describe('who charges when only one can', () => {
  it.each([
    ['weight: the lower priority number', { strategy: 'weight' }, { a: { priority: 3 }, b: { priority: 1 }, c: { priority: 2 } }, 'b'],
    ['weight: of equals, the first in the site', { strategy: 'weight' }, {}, 'a'],
    ['address: the lower bus address', { strategy: 'address' }, { a: { busAddress: 5 }, b: { busAddress: 4 }, c: { busAddress: 2 } }, 'c'],
    ['first connected', { strategy: 'first-connected' }, {}, 'c'],
    ['last connected', { strategy: 'last-connected' }, {}, 'b'],
  ])('%s', (_, queue, evses, expected) => {
    const bench = withVehicles(createBench(site(queue, evses)), [C, A, B]);
    bench.run(60);
    if (expected === 'a') expect(['a', 'c']).toContain(served(bench));
    else expect(served(bench)).toBe(expected);
  });

  it('a vehicle that charges is not pushed out by its equal', () => {
    const bench = withVehicles(createBench(site({ strategy: 'weight' })), [C]);
    bench.run(30);
    bench.plugIn(A);
    bench.run(120);
    expect(served(bench)).toBe('c');
  });

  it('one keeps charging instead of all flapping', () => {
    const bench = withVehicles(createBench(site({ strategy: 'weight' })), [A, B, C]);
    bench.run(60);
    expect(story(bench, 1800)).toHaveLength(1);
  });

  it('turns go round: each gets one before anybody gets a second', () => {
    const bench = withVehicles(createBench(site({ strategy: 'weight', rotationS: 300 })), [A, B, C]);
    bench.run(30);
    const seen = story(bench, 7 * 330).filter((each) => each.length === 1);
    expect(seen.slice(0, 6).join('')).toMatch(/^(abcabc|bcabca|cabcab)/);
  });

  it('a turn is no shorter than the rotation says', () => {
    const bench = withVehicles(createBench(site({ strategy: 'weight', rotationS: 300 })), [A, B, C]);
    bench.run(30);
    const changes: number[] = [];
    let last = '';
    bench.run(2000, (each) => {
      const now = served(each);
      if (now !== last && now.length === 1) changes.push(each.timeMs);
      if (now !== '') last = now;
    });
    // The first turn had begun before anybody looked.
    const turns = changes.slice(2).map((timeMs, index) => timeMs - (changes[index + 1] ?? 0));
    expect(Math.min(...turns)).toBeGreaterThanOrEqual(300_000);
  });

  it('gives the turn of a vehicle that draws nothing to the next, after the idle time, without starving the third', () => {
    const bench = withVehicles(createBench(site({ strategy: 'weight', idleAfterS: 60 })), [A, B, C]);
    bench.unplug(A);
    bench.plugIn(A, { maxA: 0 });
    bench.run(30);
    bench.unplug(B);
    bench.plugIn(B, { maxA: 0 });
    const seen = story(bench, 400);
    expect(seen.at(-1)).toBe('c');
  });

  it('does not rotate while everybody has enough', () => {
    const wide = site({ strategy: 'weight', rotationS: 300 });
    const roomy: Site = { ...wide, circuits: wide.circuits.map((circuit) => ({ ...circuit, breaker: { ...circuit.breaker, ratingA: 63 } })) };
    const bench = withVehicles(createBench(roomy), [A, B, C]);
    bench.run(60);
    const before = [A, B, C].map((id) => bench.offeredA(id));
    bench.run(1200, (each) => {
      expect([A, B, C].map((id) => each.offeredA(id))).toEqual(before);
    });
  });

  it('never lets the sum pass the limit while a turn changes', () => {
    const bench = withVehicles(createBench(site({ strategy: 'weight', rotationS: 300 })), [A, B, C]);
    bench.run(2000, (each) => {
      expect(each.totalA()).toBeLessThanOrEqual(10);
    });
  });
});

/**
 * smartevse.md chapter 4, D5: there a paused node leaves the pool, loses its connection time and comes back as a new
 * request, and a paused master keeps a pilot of 6 A. Rows: what a paused EVSE says of itself.
 */
describe('a vehicle that is paused keeps its place', () => {
  const paused: readonly (readonly [string, Partial<EvseReport>])[] = [
    ['paused', {}],
    ['connected, as after B1', { state: 'connected' }],
    ['nothing about its vehicle', { isVehicleConnected: null }],
    ['no state at all', { state: null, isVehicleConnected: null }],
    ['its own start', { state: 'starting', isVehicleConnected: null }],
  ];

  it.each(paused)('saying %s: the first connected is served again, not the next', (_, said) => {
    const bench = createBench(site({ strategy: 'first-connected' }));
    bench.evseSays = (report) => (report.state === 'paused' ? { ...report, ...said } : report);
    withVehicles(bench, [B, C, A]);
    bench.run(60);
    expect(served(bench)).toBe('b');
    // Nobody has room for a while: all are paused.
    bench.otherA = 8;
    bench.run(90);
    expect(served(bench)).toBe('');
    bench.otherA = 0;
    bench.run(60);
    expect(served(bench)).toBe('b');
  });

  it.each(paused)('saying %s: turns go round as before', (_, said) => {
    const bench = createBench(site({ strategy: 'first-connected', rotationS: 120 }));
    bench.evseSays = (report) => (report.state === 'paused' ? { ...report, ...said } : report);
    withVehicles(bench, [B, C, A]);
    bench.run(30);
    const seen = story(bench, 7 * 150).filter((each) => each.length === 1);
    expect(seen.slice(0, 6).join('')).toMatch(/^(bcabca|cabcab|abcabc)/);
  });

  it('is offered nothing at all, never a pilot below its minimum', () => {
    const bench = withVehicles(createBench(site({ strategy: 'address', rotationS: 60 })), [A, B, C]);
    bench.run(600, (each) => {
      for (const id of [A, B, C]) expect(each.offeredA(id) === 0 || each.offeredA(id) >= 6).toBe(true);
    });
  });
});

it('a turn that has only begun is not ended by rotation before the shortest charge is over', () => {
  const bench = withVehicles(createBench(site({ strategy: 'weight', rotationS: 60 }, {}, { minimumOnMs: 300_000 })), [A, B, C]);
  bench.run(30);
  const changes: number[] = [];
  let last = served(bench);
  bench.run(1500, (each) => {
    const now = served(each);
    if (now !== last && now.length === 1) changes.push(each.timeMs);
    if (now !== '') last = now;
  });
  const turns = changes.slice(1).map((timeMs, index) => timeMs - (changes[index] ?? 0));
  expect(turns.length).toBeGreaterThanOrEqual(2);
  expect(Math.min(...turns)).toBeGreaterThanOrEqual(300_000);
});
