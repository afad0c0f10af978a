import { describe, expect, it } from 'vitest';
import { createRandom } from '../../hardware-sims/plant/random.ts';
import type { Frame } from '../runs/frame.ts';
import type { DeviceId } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import { createLoopEngine, type LoopEngine, type Turn } from './engine.ts';
import { NOTHING_KEPT } from './kept-memory.ts';
import { FEED, PRIMARY, reading, report, SECONDARY, twoEvses } from '../balancing/testing/two-evses.ts';

/** Two vehicles that obey after three seconds, the first of them up to `mostA`; other load that changes now and then. */
function playBeside(seed: number, seconds: number, engines: readonly LoopEngine[], quiet: number, after: (second: number, frames: readonly Frame[]) => void, mostA = 34): void {
  const random = createRandom(seed);
  const drawnA: [number, number] = [0, 0];
  const offeredA: [number, number] = [34, 34];
  const pending: { atS: number; index: 0 | 1; currentA: number }[] = [];
  let otherA = 0;
  for (const engine of engines) engine.setControlling(true);
  for (let second = 1; second <= seconds; second += 1) {
    if (random.next() < 1 / quiet) otherA = Math.round(random.next() * 25);
    while (pending[0] !== undefined && pending[0].atS <= second) {
      const change = pending.shift();
      if (change !== undefined) drawnA[change.index] = change.currentA;
    }
    const timeMs = second * 1000;
    const isSilent = random.next() < 0.002;
    const said = [PRIMARY, SECONDARY].map((id, index) => report(id, timeMs, 'charging', offeredA[index as 0 | 1], drawnA[index as 0 | 1]));
    // The same watts again while nothing changes: only then is there anything to rest on.
    const shown = reading(timeMs, otherA + drawnA[0] + drawnA[1], { powerW: [120 * (otherA + drawnA[0] + drawnA[1]), 0, null] });
    const turns = engines.map((engine) => {
      if (!isSilent) engine.acceptReading(shown);
      for (const each of said) engine.acceptReport(each);
      return engine.turn(timeMs, timeMs);
    });
    for (const { evseId, currentA } of turns[0]?.offers ?? []) {
      const index = evseId === PRIMARY ? 0 : 1;
      offeredA[index] = currentA;
      pending.push({ atS: second + 3, index, currentA: index === 0 ? Math.min(currentA, mostA) : currentA });
    }
    after(second, turns.map(({ frame }) => frame));
  }
}

/** Leaves out every turn that it may, of those at which everybody tells what they told at the last one. */
function leavingOut(engine: LoopEngine, everybody: ReadonlySet<DeviceId>): LoopEngine & { readonly hasLeftOut: () => boolean; readonly count: () => number } {
  let come: { readonly readings: MeterReading[]; readonly reports: EvseReport[] } = { readings: [], reports: [] };
  let newest = come;
  let told = '';
  let last: Turn | null = null;
  let isLeft = false;
  let inARow = 0;
  let count = 0;
  const said = (): string => JSON.stringify([come.readings.map(({ powerW }) => powerW), come.reports.map(({ measuredCurrentA, offeredCurrentA }) => [measuredCurrentA, offeredCurrentA])]);
  return {
    ...engine,
    hasLeftOut: () => isLeft,
    count: () => count,
    acceptReading: (reading) => void come.readings.push(reading),
    acceptReport: (report) => void come.reports.push(report),
    turn(timeMs, wallMs) {
      const before = told;
      told = said();
      const now = come;
      come = { readings: [], reports: [] };
      isLeft = last !== null && told === before && timeMs < engine.standsUntilMs(everybody);
      if (isLeft) {
        inARow += 1;
        count += 1;
        newest = now;
      } else {
        if (inARow > 0) {
          for (const reading of newest.readings) engine.acceptReading(reading);
          for (const report of newest.reports) engine.acceptReport(report);
          engine.leaveOut(inARow, timeMs - 1000, wallMs - 1000);
          inARow = 0;
        }
        for (const reading of now.readings) engine.acceptReading(reading);
        for (const report of now.reports) engine.acceptReport(report);
        last = engine.turn(timeMs, wallMs);
      }
      return last ?? engine.turn(timeMs, wallMs);
    },
  };
}

describe('a turn that stands for the next ones', () => {
  it.each([
    [1, 20],
    [2, 60],
    [3, 300],
    [4, 1000],
  ])('seed %d, a change about every %d s: the same in every second as without rest: setpoints and reasons, sums, notices, confirmations', (seed, quiet) => {
    const site = twoEvses();
    const engines = [createLoopEngine(site), createLoopEngine(site, NOTHING_KEPT, { mayRest: true })];
    playBeside(seed, 3600, engines, quiet, (second, [all, rested]) => {
      expect([second, rested]).toEqual([second, all]);
    });
  });

  it.each([
    [6, 60],
    [7, 300],
  ])('seed %d: turns may be left out while everybody only repeats: those after them are the same as if none had been', (seed, quiet) => {
    const site = twoEvses();
    const sparing = leavingOut(createLoopEngine(site, NOTHING_KEPT, { mayRest: true }), new Set([...site.meters, ...site.evses].map(({ id }) => id)));
    playBeside(seed, 3600, [createLoopEngine(site), sparing], quiet, (second, [all, some]) => {
      if (!sparing.hasLeftOut()) expect([second, some]).toEqual([second, all]);
    });
    expect(sparing.count()).toBeGreaterThan(1000);
  });

  it.each([
    [8, 60, 10],
    [9, 120, 17],
  ])('seed %d, a change about every %d s, a vehicle that takes %d A at most: found to take less than it may in the same second', (seed, quiet, mostA) => {
    const site = twoEvses();
    const engines = [createLoopEngine(site), createLoopEngine(site, NOTHING_KEPT, { mayRest: true })];
    playBeside(seed, 3600, engines, quiet, (second, [all, rested]) => {
      expect([second, rested]).toEqual([second, all]);
    }, mostA);
  });

  it('stands for others until something known grows older than usual, for a minute at most, and for none after a disturbance', () => {
    const site = twoEvses();
    const engine = createLoopEngine(site, NOTHING_KEPT, { mayRest: true });
    playBeside(5, 600, [engine], 1e9, () => undefined);
    const all = new Set<DeviceId>([...site.meters, ...site.evses].map(({ id }) => id));
    const but = (id: DeviceId): ReadonlySet<DeviceId> => new Set([...all].filter((each) => each !== id));
    expect(engine.standsUntilMs(all)).toBeGreaterThan(600_000);
    expect(engine.standsUntilMs(all)).toBeLessThanOrEqual(660_000);
    // One and a half periods of a second, and the latency of one.
    expect(engine.standsUntilMs(but(FEED))).toBe(602_500);
    expect(engine.standsUntilMs(but(PRIMARY))).toBe(600_000 + (site.evses[0]?.allowedAgeMs.charging ?? 0) / 3);
    engine.linkRestored();
    expect(engine.standsUntilMs(all)).toBeLessThan(600_000);
  });

  it('is told apart from one that was decided by its setpoints being the very same', () => {
    const engine = createLoopEngine(twoEvses(), NOTHING_KEPT, { mayRest: true });
    let standing = 0;
    let before: unknown = null;
    const watched: LoopEngine = {
      ...engine,
      turn(timeMs, wallMs) {
        const turn = engine.turn(timeMs, wallMs);
        if (turn.frame.setpoints === before) standing += 1;
        before = turn.frame.setpoints;
        return turn;
      },
    };
    playBeside(5, 600, [watched], 1e9, () => undefined);
    expect(standing).toBeGreaterThan(300);
  });

  it.each([
    ['a meter that falls silent is stale in the same second', 'readings'],
    ['an EVSE that falls silent is so in the same second', 'reports'],
  ] as const)('%s', (_, what) => {
    const run = (mayRest: boolean): readonly string[] => {
      const engine = createLoopEngine(twoEvses(), NOTHING_KEPT, { mayRest });
      engine.setControlling(true);
      const lines: string[] = [];
      for (let second = 1; second <= 300; second += 1) {
        const isSilent = second > 200;
        if (!isSilent || what !== 'readings') engine.acceptReading(reading(second * 1000, 24, { powerW: [2880, 0, null] }));
        if (!isSilent || what !== 'reports') engine.acceptReport(report(PRIMARY, second * 1000, 'charging', 12, 12));
        engine.acceptReport(report(SECONDARY, second * 1000, 'charging', 12, 12));
        const { frame } = engine.turn(second * 1000, second * 1000);
        lines.push(`${second} ${frame.setpoints.map(({ offeredCurrentA }) => offeredCurrentA).join(' ')} ${frame.notices.map(({ code }) => code).join(' ')}`);
      }
      return lines;
    };
    expect(run(true)).toEqual(run(false));
  });
});
