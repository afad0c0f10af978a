/**
 * A device may take its whole response time before it obeys (rule 5), one offer after the other. Raised and lowered again within that
 * time it shows an old, lower offer: that confirms nothing, because the raise is still on its way (rule 10).
 */
import { expect, it } from 'vitest';
import { siteSchema } from '../site/schema.ts';
import { playOut } from './testing/play-out.ts';

const LIMIT_A = 32;
const ASSUMED_A = 7;

const evse = (id: string, changes: object) => ({ id, name: id, circuitId: 'c', model: 'openevse', link: { kind: 'mqtt', baseTopic: id }, phaseCount: 1, ratingA: 32, configuredMaxA: 32, powerUpCurrentA: 0, responseTimeMs: 30_000, ...changes });

const SITE = siteSchema.parse({
  name: 'a slow and a quick EVSE',
  supply: { kind: 'single-phase', nominalVoltageV: 230 },
  circuits: [{ id: 'c', name: 'C', breaker: { curve: 'iec-60898-b', ratingA: LIMIT_A }, continuousFactor: 1, assumedLoadA: ASSUMED_A }],
  meters: [],
  evses: [evse('slow', { minCurrentA: 8, failSafeCurrentA: 8, priority: 2 }), evse('quick', { configuredMaxA: 10, failSafeCurrentA: 0, responseTimeMs: 1000 })],
  policy: { raiseHoldMs: 0, raiseHysteresisA: 0, minimumOffMs: 0, mode: 'normal' },
});

const vehicle = { maxA: 48, phaseCount: 1 } as const;

interface Second {
  readonly second: number;
  readonly slowA: number;
  readonly sumA: number;
}

function charge(obeyS: number, otherComesS: number): readonly Second[] {
  const offered: Second[] = [];
  playOut(
    {
      site: SITE,
      habits: [
        { vehicle, obeyMs: obeyS * 1000, followMs: 0, offeredA: 0, tellsCurrent: true },
        { vehicle: null, obeyMs: 0, followMs: 0, offeredA: 0, tellsCurrent: true },
      ],
      loadsA: [[0, 0, 0]],
      moments: Array.from({ length: 200 }, (_, second) => ({ afterMs: 1000, happenings: second === otherComesS ? [{ kind: 'vehicle' as const, evse: 1, vehicle }] : [] })),
    },
    ({ plant, timeMs }) => {
      offered.push({ second: timeMs / 1000, slowA: plant.offeredA(0, timeMs), sumA: plant.offeredA(0, timeMs) + plant.offeredA(1, timeMs) });
    },
  );
  return offered;
}

it.each([2, 5, 10, 15, 20, 29])('a raise that comes into effect after %i s is not given away when it is taken back before', (obeyS) => {
  for (let otherComesS = 20; otherComesS < 120; otherComesS += 1) {
    const seconds = charge(obeyS, otherComesS);
    expect(Math.max(...seconds.map(({ slowA }) => slowA))).toBeGreaterThan(8);
    expect(seconds.filter(({ sumA }) => sumA > LIMIT_A - ASSUMED_A + 1e-6), `the other comes after ${String(otherComesS)} s`).toEqual([]);
  }
});
