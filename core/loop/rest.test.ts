import { describe, expect, it } from 'vitest';
import { createRandom } from '../../hardware-sims/plant/random.ts';
import type { Frame } from '../runs/frame.ts';
import { createLoopEngine, type LoopEngine } from './engine.ts';
import { NOTHING_KEPT } from './kept-memory.ts';
import { PRIMARY, reading, report, SECONDARY, twoEvses } from '../balancing/testing/two-evses.ts';

/** Two vehicles that obey after three seconds; other load that changes now and then. */
function playBeside(seed: number, seconds: number, engines: readonly LoopEngine[], quiet: number, after: (second: number, frames: readonly Frame[]) => void): void {
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
      pending.push({ atS: second + 3, index, currentA });
    }
    after(second, turns.map(({ frame }) => frame));
  }
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
