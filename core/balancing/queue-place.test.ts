import { describe, expect, it } from 'vitest';
import type { EvseId } from '../quantities.ts';
import { evseId } from '../quantities.ts';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import type { Reason } from './setpoint.ts';
import { createBench, type Bench } from './testing/closed-loop.ts';

const IDS = [evseId('a'), evseId('b'), evseId('c'), evseId('d')] as const;
const [A, B, C, D] = IDS;

/** EVSEs on a limit that bears so many minimums of 6 A. */
function site(limitA: number, queue: object): Site {
  return siteSchema.parse({
    name: 'test',
    supply: { kind: 'split-phase', nominalVoltageV: 240 },
    circuits: [{ id: 'ev', name: 'EV', breaker: { curve: 'ul-489', ratingA: limitA }, continuousFactor: 1, meterId: 'feed' }],
    meters: [{ id: 'feed', name: 'Feed', model: 'shelly-em', link: { kind: 'mqtt', baseTopic: 'x' }, clamp: 'both-legs', periodMs: 1000, latencyMs: 1000, allowedAgeMs: 5000 }],
    evses: IDS.map((id) => ({
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
    })),
    policy: { queue, minimumOffMs: 0 },
  });
}

function charging(limitA: number, queue: object, ids: readonly EvseId[] = IDS): Bench {
  const bench = createBench(site(limitA, queue));
  bench.run(10);
  for (const id of ids) {
    bench.plugIn(id, { riseAPerS: 10 });
    bench.run(5);
  }
  bench.run(60);
  return bench;
}

type QueueReason = Extract<Reason, { readonly kind: 'queue' }>;

function placeOf(bench: Bench, id: EvseId): QueueReason | undefined {
  const limits = bench.result.setpoints.find(({ evseId: each }) => each === id)?.limits ?? [];
  return limits.map(({ reason }) => reason).find((reason): reason is QueueReason => reason.kind === 'queue');
}

const waiting = (bench: Bench): readonly EvseId[] => IDS.filter((id) => placeOf(bench, id) !== undefined);

describe('the place in the queue', () => {
  it.each([
    ['one of four charges', 10, 1, [1, 2, 3]],
    ['two of four charge', 16, 2, [1, 2]],
    ['three of four charge', 22, 3, [1]],
    ['all four charge', 32, 4, []],
  ])('%s: the others wait one behind the other', (_, limitA, served, places) => {
    const bench = charging(limitA, {});
    expect(IDS.filter((id) => bench.offeredA(id) > 0)).toHaveLength(served);
    expect(waiting(bench).map((id) => placeOf(bench, id)?.place).sort()).toEqual(places);
  });

  it('stands beside the shortage that causes it, which says where current is missing', () => {
    const bench = charging(10, {});
    const [first] = waiting(bench);
    const setpoint = bench.result.setpoints.find(({ evseId: id }) => id === first);
    expect(setpoint?.reason.kind).toBe('shortage');
    expect(setpoint?.limits.map(({ reason }) => reason.kind)).toContain('queue');
    expect(setpoint?.offeredCurrentA).toBe(0);
  });

  it('is given to nobody without a vehicle', () => {
    const bench = charging(10, {}, [A, B]);
    expect([C, D].map((id) => placeOf(bench, id))).toEqual([undefined, undefined]);
    expect(waiting(bench)).toHaveLength(1);
  });

  it('has no expected time where no turn ends', () => {
    const bench = charging(10, { rotationS: 0 });
    for (const id of waiting(bench)) expect(placeOf(bench, id)?.expectedMs).toBeNull();
  });

  it('of a rotation of 600 s: the first waits for the rest of this turn, each further one for a whole turn more', () => {
    const bench = charging(10, { rotationS: 600 });
    const expected = waiting(bench)
      .map((id) => placeOf(bench, id))
      .sort((a, b) => (a?.place ?? 0) - (b?.place ?? 0))
      .map((reason) => reason?.expectedMs ?? NaN);
    const [first = NaN, second = NaN, third = NaN] = expected;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(600_000);
    expect([second - first, third - second]).toEqual([600_000, 600_000]);
  });

  it('comes true: whoever is first in the queue is served when its time has come', () => {
    const bench = charging(10, { rotationS: 300 });
    const first = waiting(bench).find((id) => placeOf(bench, id)?.place === 1);
    if (first === undefined) throw new Error('nobody waits');
    const expectedMs = placeOf(bench, first)?.expectedMs ?? NaN;
    bench.run(Math.floor(expectedMs / 1000) - 1);
    expect(bench.offeredA(first)).toBe(0);
    // The decrease has to be confirmed before, and the headroom has to last.
    bench.run(40);
    expect(bench.offeredA(first)).toBeGreaterThan(0);
  });
});
