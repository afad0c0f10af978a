/**
 * A three-wire delta as electricity has it (electrical.md, "Sizing rules": currents per line that are not per load): what is
 * connected between two lines loads both, and two pairs meet in a line 60 degrees apart. Unity power factor throughout.
 */
import { describe, expect, it } from 'vitest';
import { meterId, type PerPhase, type PhaseIndex } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import { initialState } from './state.ts';
import { step } from './step.ts';
import { house } from './testing/house.ts';

/** Line d carries what is on the pairs d (lines d and d + 1) and d - 1. */
function linesOf([a, b, c]: PerPhase<number>): PerPhase<number> {
  const met = (one: number, other: number): number => Math.sqrt(one * one + other * other + one * other);
  return [met(a, c), met(b, a), met(c, b)];
}

interface Outlet {
  /** The pairs its vehicle is connected to, and how much of its line current each carries. */
  readonly pairs: PerPhase<number>;
}

/** A one-phase vehicle is on one pair; one of three phases is a third of its line current, times the root of 3, on each. */
const onPair = (pair: PhaseIndex): Outlet => ({ pairs: [Number(pair === 0), Number(pair === 1), Number(pair === 2)] });
const ON_ALL: Outlet = { pairs: [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)] };

interface Lived {
  readonly offersA: readonly number[];
  readonly linesA: PerPhase<number>;
}

/** Vehicles take what they are offered at once; the meter tells the lines a second late, the EVSE its own current. */
function live(site: Site, outlets: readonly Outlet[], pairsAt: (second: number) => PerPhase<number>, seconds: number, after: (lived: Lived, second: number) => void = () => undefined): Lived {
  let state = initialState(site);
  let offersA: readonly number[] = outlets.map(() => 0);
  let shown: PerPhase<number> = [0, 0, 0];
  let lived: Lived = { offersA, linesA: shown };
  for (let second = 1; second <= seconds; second += 1) {
    const timeMs = second * 1000;
    const house = pairsAt(second);
    const pairA = (pair: PhaseIndex): number => house[pair] + outlets.reduce((sum, { pairs }, index) => sum + pairs[pair] * (offersA[index] ?? 0), 0);
    const linesA = linesOf([pairA(0), pairA(1), pairA(2)]);
    const reading: MeterReading = { meterId: meterId('m'), timeMs, currentA: shown, voltageV: null, powerW: [second, 0, 0], isLive: true };
    const reports = outlets.map(({ pairs }, index): EvseReport => {
      const offeredCurrentA = offersA[index] ?? 0;
      const own = linesOf([pairs[0] * offeredCurrentA, pairs[1] * offeredCurrentA, pairs[2] * offeredCurrentA]);
      return { evseId: (site.evses[index] as Site['evses'][number]).id, timeMs, state: offeredCurrentA > 0 ? 'charging' : 'paused', isVehicleConnected: true, offeredCurrentA, measuredCurrentA: own, measuredTimeMs: timeMs, voltageV: 230, energyWh: null, restartCount: 0, otherCommander: null };
    });
    shown = linesA;
    const result = step(site, state, { timeMs, wallMs: timeMs, readings: [reading], reports });
    state = result.state;
    offersA = result.setpoints.map(({ offeredCurrentA }) => offeredCurrentA);
    lived = { offersA, linesA };
    after(lived, second);
  }
  return lived;
}

const PAIRS: readonly (readonly [string, PhaseIndex])[] = [
  ['l1-l2', 0],
  ['l2-l3', 1],
  ['l3-l1', 2],
];

/** Row n turned round: what stands for l1-l2 stands for the pair. */
function turned([a, b, c]: PerPhase<number>, by: PhaseIndex): PerPhase<number> {
  if (by === 0) return [a, b, c];
  return by === 1 ? [c, a, b] : [b, c, a];
}

const phaseMapOf = (pair: PhaseIndex): readonly number[] => [pair, (pair + 1) % 3, (pair + 2) % 3];

/** One EVSE of one phase on a pair, 25 A fuses; b has no vehicle and stays out of it. */
function site(pair: PhaseIndex, more: object = {}): Site {
  const made = house({ supply: 'three-wire-delta', a: { phaseCount: 1, phaseMap: phaseMapOf(pair), ...more } });
  return { ...made, evses: made.evses.slice(0, 1) };
}

describe('what pairs of lines carry, in amperes', () => {
  it.each<[string, PerPhase<number>, PerPhase<number>]>([
    ['10 A between l1 and l2', [10, 0, 0], [10, 10, 0]],
    ['10 A between l2 and l3', [0, 10, 0], [0, 10, 10]],
    ['10 A between l3 and l1', [0, 0, 10], [10, 0, 10]],
    ['10 A on two pairs that meet in l2: 17.3 A there', [10, 10, 0], [10, 17.3205, 10]],
    ['10 A on all three: 17.3 A everywhere', [10, 10, 10], [17.3205, 17.3205, 17.3205]],
  ])('%s', (_, pairs, lines) => {
    linesOf(pairs).forEach((currentA, line) => {
      expect(currentA).toBeCloseTo(lines[line] ?? NaN, 4);
    });
  });
});

/**
 * Rows for an EVSE between l1 and l2, then the same turned to the other two pairs: other load on the pairs l1-l2, l2-l3,
 * l3-l1, and the most whole amperes that keep the fullest line at or below 25 A by the law of cosines.
 */
describe.each(PAIRS)('an EVSE on %s of a delta with 25 A fuses', (_, pair) => {
  it.each<[string, PerPhase<number>, number]>([
    ['nothing else: 25', [0, 0, 0], 25],
    ['10 A on its own pair: 25 - 10', [10, 0, 0], 15],
    ['10 A on the next pair: sqrt(18² + 10² + 18 x 10) = 24.6', [0, 10, 0], 18],
    ['10 A on the pair before: the same on its other line', [0, 0, 10], 18],
    ['10 A on both others: 24.6 on both lines', [0, 10, 10], 18],
    ['10 A everywhere: (8 + 10) and 10 give 24.6', [10, 10, 10], 8],
  ])('beside %s', (__, others, mostA) => {
    const { offersA, linesA } = live(site(pair), [onPair(pair)], () => turned(others, pair), 180);
    expect(offersA).toEqual([mostA]);
    expect(Math.max(...linesA)).toBeLessThanOrEqual(25);
  });

  it('one step more would be above the fuse in every row', () => {
    const rows: readonly (readonly [PerPhase<number>, number])[] = [[[0, 0, 0], 25], [[10, 0, 0], 15], [[0, 10, 0], 18], [[0, 10, 10], 18], [[10, 10, 10], 8]];
    for (const [[a, b, c], mostA] of rows) {
      expect(Math.max(...linesOf([a + mostA, b, c]))).toBeLessThanOrEqual(25);
      expect(Math.max(...linesOf([a + mostA + 1, b, c]))).toBeGreaterThan(25);
    }
  });

  it.each<[string, PerPhase<number>]>([
    ['its own pair', [14, 0, 0]],
    ['the next pair', [0, 14, 0]],
    ['the pair before', [0, 0, 14]],
    ['both others', [0, 14, 14]],
  ])('14 A that come on %s are answered in one cut: below the fuse two seconds later, and from then on', (__, others) => {
    live(site(pair), [onPair(pair)], (second) => (second < 90 ? [0, 0, 0] : turned(others, pair)), 200, ({ linesA }, second) => {
      // At 90 s it flows, at 91 s the meter tells of it, what is asked then flows at 92 s.
      if (second >= 92) expect(Math.max(...linesA)).toBeLessThanOrEqual(25 + 1e-9);
    });
  });
});

describe('EVSEs that meet in one line of a delta', () => {
  it('two of one phase on neighbouring pairs share the line they meet in: never above it, and at least half of it each', () => {
    const made = house({ supply: 'three-wire-delta', a: { phaseCount: 1 }, b: { phaseCount: 1, phaseMap: [1, 2, 0] } });
    const { offersA, linesA } = live(made, [onPair(0), onPair(1)], () => [0, 0, 0], 200);
    // 12 + 12 or 12 + 13 if they added up; 14 + 14 give 24.2 on l2.
    for (const offeredA of offersA) {
      expect(offeredA).toBeGreaterThanOrEqual(12);
      expect(offeredA).toBeLessThanOrEqual(14);
    }
    expect(linesA[1]).toBeLessThanOrEqual(25);
  });

  it('one of three phases draws its current from every line: 25 A, and 15 A beside a load of 10 A on each line', () => {
    const made = house({ supply: 'three-wire-delta', a: { phaseCount: 3 } });
    const alone: Site = { ...made, evses: made.evses.slice(0, 1) };
    expect(live(alone, [ON_ALL], () => [0, 0, 0], 120).offersA).toEqual([25]);
    const each = 10 / Math.sqrt(3);
    expect(live(alone, [ON_ALL], () => [each, each, each], 180).offersA).toEqual([15]);
  });
});
