/**
 * Work grows no faster than n log n (design chapter 6). Counted, not timed: V8's exact coverage says how often every block of
 * core/balancing ran. Native searches and copies of lists, which no block shows, count by the length of the list.
 */
import { Session, type Profiler } from 'node:inspector';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { circuitId, evseId, meterId } from '../quantities.ts';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import { describeSite } from './testing/describe-play.ts';
import type { playOut as PlayOut } from './testing/play-out.ts';
import { randomPlay, type Happening, type Play } from './testing/random-play.ts';

/** Exact counts take a hundred times as long as steps: fewer sites, each copied until it is large. */
const RUNS = Math.ceil(Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000) / 100);
const SEED = 20_261_123;
const TIME_LIMIT_MS = 3_600_000;
const COPIES = [16, 128] as const;
/** Rounding and what a larger site has to settle that a smaller has not; a square would take five times as much. */
const TOLERANCE = 1.4;

/**
 * The same site with everything below the grid connection so many times, each copy with other currents, so that no two EVSEs
 * stop growing at once: the sharing then has as many events as EVSEs.
 */
function copied({ site, habits, loadsA, moments }: Play, copies: number): Play {
  const all = Array.from({ length: copies }, (_, copy) => copy);
  const [root, ...below] = site.circuits;
  if (root === undefined) throw new RangeError('a site has a circuit');
  const times = (currentA: number): number => currentA * copies;
  const atGrid = new Set<string | null>([root.id, root.meterId]);
  const named = <Id extends string>(make: (text: string) => Id, id: Id, copy: number): Id => (atGrid.has(id) ? id : make(`${id}-${copy}`));
  const { ratingsA } = root.breaker;
  const grid: Site['circuits'][number] = {
    ...root,
    breaker: { ...root.breaker, ratingA: times(root.breaker.ratingA), ...(ratingsA === undefined ? {} : { ratingsA: [times(ratingsA[0]), times(ratingsA[1]), times(ratingsA[2])] }) },
    limits: root.limits.map((limit) => ({ ...limit, currentA: times(limit.currentA) })),
  };
  const circuits = all.flatMap((copy) =>
    below.map((circuit) => ({
      ...circuit,
      id: named(circuitId, circuit.id, copy),
      parentId: circuit.parentId === null ? null : named(circuitId, circuit.parentId, copy),
      meterId: circuit.meterId === null ? null : named(meterId, circuit.meterId, copy),
      breaker: { ...circuit.breaker, ratingA: circuit.breaker.ratingA + copy / 16 },
    })),
  );
  const meters = [...site.meters.filter(({ id }) => id === root.meterId), ...all.flatMap((copy) => site.meters.filter(({ id }) => id !== root.meterId).map((meter) => ({ ...meter, id: named(meterId, meter.id, copy) })))];
  const evses = all.flatMap((copy) => site.evses.map((evse) => ({ ...evse, id: evseId(`${evse.id}-${copy}`), circuitId: named(circuitId, evse.circuitId, copy), stepA: 0.1, configuredMaxA: evse.configuredMaxA - copy / 16 })));
  return {
    site: { ...site, circuits: [grid, ...circuits], meters, evses },
    habits: all.flatMap(() => habits),
    loadsA: [...loadsA.slice(0, 1), ...all.flatMap(() => loadsA.slice(1))],
    moments: moments.map((moment) => ({ ...moment, happenings: moment.happenings.flatMap((each): readonly Happening[] => ('evse' in each ? all.map((copy) => ({ ...each, evse: (each.evse % habits.length) + copy * habits.length })) : [each])) })),
  };
}

const session = new Session();
let playOut: typeof PlayOut;

/** What ran since the last time. */
function takeCount(): number {
  let count = 0;
  session.post('Profiler.takePreciseCoverage', (_, { result }: Profiler.TakePreciseCoverageReturnType) => {
    for (const { url, functions } of result) {
      if (!url.includes('/core/balancing/') || url.includes('/testing/') || url.includes('.test.')) continue;
      for (const { ranges } of functions) for (const range of ranges) count += range.count;
    }
  });
  return count;
}

/** Blocks run by all steps of a play but the first, which makes the plan of the site. */
function workOf(play: Play): number {
  let isPlanned = false;
  let listed = 0;
  const restore = (['includes', 'indexOf', 'slice'] as const).map((name) => {
    const native = Object.getOwnPropertyDescriptor(Array.prototype, name);
    const search = native?.value as (...args: unknown[]) => unknown;
    Object.defineProperty(Array.prototype, name, {
      ...native,
      value(this: readonly unknown[], ...args: unknown[]) {
        listed += this.length;
        return search.apply(this, args);
      },
    });
    return () => {
      Object.defineProperty(Array.prototype, name, native ?? {});
    };
  });
  try {
    playOut(play, () => {
      if (isPlanned) return;
      isPlanned = true;
      takeCount();
      listed = 0;
    });
  } finally {
    for (const each of restore) each();
  }
  return takeCount() + listed;
}

/** How many times more work a play is when it is so many times larger, and how many times n log n allows. */
function growth(play: Play): { readonly ratio: number; readonly allowed: number; readonly text: string } {
  const [few, many] = COPIES.map((copies) => {
    const large = copied(play, copies);
    return { size: large.site.evses.length + large.site.circuits.length, work: workOf(large) };
  });
  if (few === undefined || many === undefined) throw new RangeError('two sizes');
  const allowed = (many.size * Math.log2(many.size)) / (few.size * Math.log2(few.size));
  const ratio = many.work / few.work;
  return { ratio, allowed, text: `${few.work} for ${few.size} EVSEs and circuits, ${many.work} for ${many.size}: ${ratio.toFixed(1)} times, n log n allows ${allowed.toFixed(1)}` };
}

describe('work', () => {
  beforeAll(async () => {
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    // Blocks are counted in what is compiled from now on.
    vi.resetModules();
    ({ playOut } = await import('./testing/play-out.ts'));
  });

  afterAll(() => {
    session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
  });

  it('grows no faster than n log n with the number of EVSEs and circuits', () => {
    fc.assert(
      fc.property(randomPlay('calm', 6, { circuits: 4, evses: 4 }), (play) => {
        const { ratio, allowed, text } = growth(play);
        if (ratio > TOLERANCE * allowed) throw new Error(`${text}; copies of\n${describeSite(play.site)}`);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('nor where every circuit is full at a level of its own, so that the sharing stops once for each', () => {
    const evse = { circuitId: 'c1', model: 'openevse', phaseCount: 3, ratingA: 32, configuredMaxA: 32, failSafeCurrentA: 0, powerUpCurrentA: 6 };
    const site = siteSchema.parse({
      name: 'levels',
      supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
      circuits: [
        { id: 'c0', name: 'c0', breaker: { curve: 'iec-60898-b', ratingA: 100 }, continuousFactor: 1 },
        { id: 'c1', name: 'c1', parentId: 'c0', breaker: { curve: 'iec-60898-b', ratingA: 25 }, continuousFactor: 1 },
      ],
      meters: [],
      evses: ['e0', 'e1'].map((id) => ({ ...evse, id, name: id, link: { kind: 'mqtt', baseTopic: id } })),
    });
    const habits = site.evses.map(() => ({ vehicle: { maxA: 32, phaseCount: 3 }, obeyMs: 0, followMs: 0, offeredA: 6, tellsCurrent: true }));
    const moments = Array.from({ length: 4 }, () => ({ afterMs: 10_000, happenings: [] }));
    const { ratio, allowed, text } = growth({ site, habits, loadsA: [], moments });
    expect(ratio, text).toBeLessThanOrEqual(TOLERANCE * allowed);
  }, TIME_LIMIT_MS);
});
