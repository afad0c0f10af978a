/** Offers with a time to live (home-assistant-ocpp.md A.7 and golden check 6): refreshed at a third of it, though nothing has changed. */
import { describe, expect, it } from 'vitest';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from '../balancing/testing/two-evses.ts';
import { createLoopEngine, type LoopEngine, type Turn } from './engine.ts';

const HOUR_S = 3600;

/** Two idle EVSEs that show what they were asked for; `shownA` of the first may differ. */
function second(engine: LoopEngine, atS: number, shownA = 6): Turn {
  const timeMs = atS * 1000;
  engine.acceptReading(reading(timeMs, 0));
  engine.acceptReport(report(PRIMARY, timeMs, 'idle', shownA, 0));
  engine.acceptReport(report(SECONDARY, timeMs, 'idle', 6, 0));
  return engine.turn(timeMs, timeMs);
}

function controlling(offerTtlMs?: number): LoopEngine {
  const engine = createLoopEngine(twoEvses({ evse: offerTtlMs === undefined ? {} : { offerTtlMs } }));
  engine.setControlling(true);
  return engine;
}

const isAskedFirst = ({ offers }: Turn): boolean => offers.some(({ evseId }) => evseId === PRIMARY);

/** Seconds at which the first EVSE is asked, over an hour at a constant setpoint. */
function askedAtS(engine: LoopEngine): readonly number[] {
  const asked: number[] = [];
  for (let atS = 1; atS <= HOUR_S; atS += 1) if (isAskedFirst(second(engine, atS))) asked.push(atS);
  return asked;
}

describe('an offer that the device lets go after a time', () => {
  it.each([
    // Time to live in ms (Easee: 1 to 30 min, default 10), distance of the refreshes in s.
    [60_000, 20],
    [600_000, 200],
    [1_800_000, 600],
    // Turns come once a second: 10 s / 3 is asked at the fourth.
    [10_000, 4],
    [3000, 1],
  ])('of %d ms is refreshed every %d s for an hour, without a gap', (offerTtlMs, everyS) => {
    const asked = askedAtS(controlling(offerTtlMs));
    expect(asked[0]).toBe(1);
    const distances = asked.slice(1).map((atS, index) => atS - (asked[index] ?? 0));
    expect(new Set(distances)).toEqual(new Set([everyS]));
    expect(HOUR_S - (asked.at(-1) ?? 0)).toBeLessThan(everyS);
  });

  it('without a time to live is asked for once in the hour', () => {
    expect(askedAtS(controlling())).toEqual([1]);
  });

  it('and a refresh that did not reach the device is told in the next turn', () => {
    const engine = controlling(600_000);
    for (let atS = 1; atS <= 200; atS += 1) second(engine, atS);
    expect(isAskedFirst(second(engine, 201))).toBe(true);
    engine.offerFailed(PRIMARY, { code: 'timeout', context: {} });
    const { frame } = second(engine, 202);
    expect(frame.notices).toContainEqual({ code: 'offer-not-sent', severity: 'danger', about: 'primary', context: { requestedA: 6, error: 'timeout' } });
  });

  it('and a refresh that did not reach the device is sent again within 15 s, not after another third', () => {
    const engine = controlling(600_000);
    for (let atS = 1; atS <= 201; atS += 1) second(engine, atS);
    engine.offerFailed(PRIMARY, { code: 'timeout', context: {} });
    const again: number[] = [];
    for (let atS = 202; atS <= 240; atS += 1) if (isAskedFirst(second(engine, atS))) again.push(atS);
    expect(again).toHaveLength(1);
    expect(again[0]).toBeLessThanOrEqual(201 + 15);
  });

  it('and also after an hour of refreshes that all arrived', () => {
    const engine = controlling(600_000);
    for (let atS = 1; atS <= HOUR_S + 1; atS += 1) second(engine, atS);
    engine.offerFailed(PRIMARY, { code: 'timeout', context: {} });
    const again: number[] = [];
    for (let atS = HOUR_S + 2; atS <= HOUR_S + 16; atS += 1) if (isAskedFirst(second(engine, atS))) again.push(atS);
    expect(again.length).toBeGreaterThan(0);
  });

  it('and a refresh that was dropped on the way, so that the device has gone back to 32 A, is noticed and repaired within 15 s', () => {
    const engine = controlling(60_000);
    for (let atS = 1; atS <= 100; atS += 1) second(engine, atS);
    const codes: string[] = [];
    const asked: number[] = [];
    for (let atS = 101; atS <= 115; atS += 1) {
      const turn = second(engine, atS, 32);
      if (isAskedFirst(turn)) asked.push(atS);
      codes.push(...turn.frame.notices.filter(({ about }) => about === PRIMARY).map(({ code }) => code));
    }
    expect(asked.length).toBeGreaterThan(0);
    expect(codes).toContain('evse-ignores-setpoint');
  });
});
