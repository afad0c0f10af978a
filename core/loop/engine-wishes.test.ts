import { describe, expect, it } from 'vitest';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from '../balancing/testing/two-evses.ts';
import { NO_WISHES } from '../balancing/state.ts';
import type { EvseState } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import { createLoopEngine, type LoopEngine, type Turn } from './engine.ts';
import { withLimit, withMode } from './wishes.ts';

const START_WALL_MS = Date.UTC(2026, 10, 20, 12, 0, 0);

/** One second in which both EVSEs draw what they are offered, except where told otherwise. */
function second(engine: LoopEngine, atS: number, offers: Map<string, number>, states: Partial<Record<'primary' | 'secondary', EvseState>> = {}): Turn {
  const timeMs = atS * 1000;
  const currents = ([PRIMARY, SECONDARY] as const).map((id) => {
    const state = states[id as 'primary' | 'secondary'] ?? 'charging';
    const offeredA = offers.get(id) ?? 6;
    const drawnA = state === 'charging' ? offeredA : 0;
    engine.acceptReport(report(id, timeMs, state, offeredA, drawnA));
    return drawnA;
  });
  engine.acceptReading(reading(timeMs, currents.reduce((sum, currentA) => sum + currentA, 0)));
  const turn = engine.turn(timeMs, START_WALL_MS + timeMs);
  for (const { evseId, currentA } of turn.offers) offers.set(evseId, currentA);
  return turn;
}

interface Bench {
  readonly engine: LoopEngine;
  readonly run: (untilS: number, states?: Partial<Record<'primary' | 'secondary', EvseState>>) => readonly Turn[];
}

function bench(site: Site = twoEvses()): Bench {
  const engine = createLoopEngine(site);
  engine.setControlling(true);
  const offers = new Map<string, number>();
  let atS = 0;
  return {
    engine,
    run(untilS, states) {
      const turns: Turn[] = [];
      while (atS < untilS) turns.push(second(engine, (atS += 1), offers, states));
      return turns;
    },
  };
}

const setpointA = (turn: Turn | undefined, id: string): number | undefined => turn?.frame.setpoints.find(({ evseId }) => evseId === id)?.offeredCurrentA;
const endings = (turns: readonly Turn[]): readonly (readonly [number, unknown, unknown])[] =>
  turns.flatMap(({ frame }) => frame.notices.filter(({ code }) => code === 'override-ended').map(({ about, context }) => [frame.timeMs / 1000, about, context] as const));

describe('a wish of a person', () => {
  it('to pause goes out in the very turn, and the other EVSE goes on', () => {
    const { engine, run } = bench();
    run(90);
    engine.setWishes(withMode(NO_WISHES, { evseId: PRIMARY, mode: 'pause', untilWallMs: null }));
    const [turn] = run(91);
    expect(turn?.offers).toContainEqual({ evseId: PRIMARY, currentA: 0 });
    expect(turn?.frame.setpoints.find(({ evseId }) => evseId === PRIMARY)?.reason).toEqual({ kind: 'paused-by-person' });
    expect(setpointA(turn, SECONDARY)).toBeGreaterThanOrEqual(6);
    expect(turn?.frame.modes).toEqual([
      { evseId: PRIMARY, mode: 'pause', by: 'person' },
      { evseId: SECONDARY, mode: 'normal', by: 'site' },
    ]);
  });

  it('for a limit ends by itself at its time, with one notice, and is then no more', () => {
    const { engine, run } = bench();
    run(90);
    engine.setWishes(withLimit(NO_WISHES, { evseId: PRIMARY, currentA: 10, untilWallMs: START_WALL_MS + 120_000 }));
    expect(setpointA(run(100).at(-1), PRIMARY)).toBe(10);
    const turns = run(200);
    expect(endings(turns)).toEqual([[120, PRIMARY, { limitA: 10 }]]);
    expect(engine.wishes()).toBe(NO_WISHES);
    expect(setpointA(turns.at(-1), PRIMARY)).toBeGreaterThan(12);
  });

  it('for a limit that is taken back before its end gives no notice, not even later', () => {
    const { engine, run } = bench();
    const until = START_WALL_MS + 120_000;
    engine.setWishes(withLimit(NO_WISHES, { evseId: PRIMARY, currentA: 10, untilWallMs: until }));
    run(90);
    engine.setWishes(NO_WISHES);
    run(130);
    engine.setWishes(withLimit(NO_WISHES, { evseId: SECONDARY, currentA: 10, untilWallMs: null }));
    expect(endings(run(150))).toEqual([]);
  });

  it('for a mode ends at its time, a boost with its vehicle, each with one notice', () => {
    const { engine, run } = bench();
    run(60);
    const timed = withMode(NO_WISHES, { evseId: SECONDARY, mode: 'off', untilWallMs: START_WALL_MS + 100_000 });
    engine.setWishes(withMode(timed, { evseId: null, mode: 'boost', untilWallMs: null }));
    const charging = run(110);
    expect(endings(charging)).toEqual([[100, SECONDARY, { mode: 'off' }]]);
    // Of a boost for all, the vehicle that leaves loses its own; the other keeps it.
    const gone = run(115, { primary: 'idle' });
    expect(gone.at(-1)?.frame.modes?.map(({ mode }) => mode)).toEqual(['normal', 'boost']);
    const both = run(120, { primary: 'idle', secondary: 'idle' });
    expect(endings(both)).toEqual([[116, SECONDARY, { mode: 'boost' }]]);
    expect(engine.wishes()).toBe(NO_WISHES);
  });
});

describe('a signal', () => {
  const dimmable: Site = { ...twoEvses(), policy: { ...twoEvses().policy, dimmingW: 4200 } };

  it('of the grid operator dims from the turn it comes with, until it is taken back', () => {
    const { engine, run } = bench(dimmable);
    expect(setpointA(run(120).at(-1), PRIMARY)).toBeGreaterThan(16);
    engine.acceptSignal({ kind: 'dimming', isDimmed: true }, 120_000);
    const turn = run(121).at(-1);
    // Par. 14a: 4200 W + 0.8 × 4200 W for two, at 240 V 31 A in all.
    expect((setpointA(turn, PRIMARY) ?? NaN) + (setpointA(turn, SECONDARY) ?? NaN)).toBeLessThanOrEqual(31);
    expect(turn?.frame.notices.map(({ code }) => code)).toContain('dimmed');
    engine.acceptSignal({ kind: 'dimming', isDimmed: false }, 121_000);
    expect(run(122).at(-1)?.frame.notices.map(({ code }) => code)).not.toContain('dimmed');
  });
});

describe('what is kept over a restart', () => {
  const tariff: Site = { ...twoEvses(), policy: { ...twoEvses().policy, capacity: { kind: 'quarter-hour', floorW: 2500 } } };

  it('is the month’s peak and the running quarter-hour, also when control begins anew', () => {
    const { engine, run } = bench(tariff);
    run(30);
    const kept = engine.kept();
    expect(kept.quarter?.quarter).toBe(Math.floor(START_WALL_MS / 900_000));
    engine.setControlling(false);
    engine.setControlling(true);
    expect(engine.kept()).toEqual(kept);
    const peak = { quarter: kept.quarter === null ? null : { ...kept.quarter, peakW: 6000 } };
    const again = createLoopEngine(tariff, peak);
    again.setControlling(true);
    second(again, 31, new Map());
    expect(again.kept().quarter?.peakW).toBe(6000);
  });

  it('is nothing for a site without such a tariff', () => {
    const { engine, run } = bench();
    run(5);
    expect(engine.kept()).toEqual({ quarter: null });
  });
});
