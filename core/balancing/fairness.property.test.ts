/** What holds between two answers for random sites (design chapter 6, last paragraph): names, equals, more headroom, repetition. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { evseId, perPhase, type PhaseIndex } from '../quantities.ts';
import { phasesOf } from '../site/circuit-tree.ts';
import type { EvseReport } from '../site/readings.ts';
import type { Site } from '../site/site.ts';
import type { ReasonKind, Setpoint } from './setpoint.ts';
import type { BalancerState, StepInputs } from './state.ts';
import { step } from './step.ts';
import { branchesOf } from './testing/branches.ts';
import { playOut, type Scene } from './testing/play-out.ts';
import { printed, randomPlay, type Happening, type Play } from './testing/random-play.ts';

/** Seeded random sites per property; the soak run asks for ten times as many. */
const RUNS = Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000);
const SEED = 20_261_121;
const TIME_LIMIT_MS = 3_600_000;
const TOLERANCE_A = 1e-6;

const offersOf = ({ setpoints }: { readonly setpoints: readonly Setpoint[] }): readonly number[] => setpoints.map(({ offeredCurrentA }) => offeredCurrentA);

describe('renaming phases renames the answer', () => {
  type Renaming = readonly [PhaseIndex, PhaseIndex, PhaseIndex];
  const ALL: readonly Renaming[] = [
    [1, 2, 0],
    [2, 0, 1],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
  ];
  /** On a delta a pair is a line and the next one: only turning all of them keeps pairs. A single phase has no other name. */
  const RENAMINGS: Readonly<Record<Site['supply']['kind'], readonly Renaming[]>> = { 'three-phase-star': ALL, 'three-wire-delta': ALL.slice(0, 2), 'split-phase': [[1, 0, 2]], 'single-phase': [[0, 1, 2]] };

  function rename({ site, loadsA, moments, habits }: Play, to: Renaming): Play {
    const move = <T>(values: readonly [T, T, T]): [T, T, T] => {
      const moved: [T, T, T] = [...values];
      for (const phase of [0, 1, 2] as const) moved[to[phase]] = values[phase];
      return moved;
    };
    const named = (phases: readonly PhaseIndex[]): PhaseIndex[] => phases.map((phase) => to[phase]);
    return {
      habits,
      site: {
        ...site,
        circuits: site.circuits.map((circuit) => ({
          ...circuit,
          breaker: { ...circuit.breaker, ...(circuit.breaker.ratingsA === undefined ? {} : { ratingsA: move(circuit.breaker.ratingsA) }) },
          limits: circuit.limits.map((limit) => ({ ...limit, ...(limit.phases === undefined ? {} : { phases: named(limit.phases) }) })),
        })),
        evses: site.evses.map((evse) => ({ ...evse, phaseMap: [to[evse.phaseMap[0]], to[evse.phaseMap[1]], to[evse.phaseMap[2]]] })),
      },
      loadsA: loadsA.map(move),
      moments: moments.map((moment) => ({ ...moment, happenings: moment.happenings.map((each) => (each.kind === 'load' ? { ...each, currentA: move([...each.currentA]) } : each)) })),
    };
  }

  it('for all that may happen', () => {
    fc.assert(
      fc.property(randomPlay('lively', 12), fc.nat(), (play, draw) => {
        const renamings = RENAMINGS[play.site.supply.kind];
        const to = renamings[draw % renamings.length] ?? [0, 1, 2];
        const plain: (readonly Setpoint[])[] = [];
        playOut(play, ({ result }) => plain.push(result.setpoints));
        let at = 0;
        playOut(rename(play, to), ({ result, timeMs }) => {
          for (const [index, setpoint] of (plain[at] ?? []).entries()) {
            const renamed = result.setpoints[index];
            const phases = setpoint.phases.map((phase) => to[phase]).sort();
            if (renamed?.offeredCurrentA === setpoint.offeredCurrentA && String([...renamed.phases].sort()) === String(phases)) continue;
            throw new Error(`at ${timeMs / 1000} s ${setpoint.evseId} has ${setpoint.offeredCurrentA} A, and ${renamed?.offeredCurrentA ?? NaN} A with l1 l2 l3 called ${to.map((phase) => `l${phase + 1}`).join(' ')}`);
          }
          at += 1;
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);
});

describe('two EVSEs equal in everything including state', () => {
  /** Who is served first decides who may charge where not both may; that is no matter of a step. */
  const ONE_OF_BOTH: readonly ReasonKind[] = ['shortage', 'queue', 'start-delay', 'solar-waits', 'divert', 'capacity', 'grid-operator'];
  /** The first to start has its minimum; the second waits for its own to become free. */
  const UNTIL_THERE_IS_ROOM: readonly ReasonKind[] = ['awaits-decrease', 'headroom-hold'];

  function withTwin(play: Play, original: number): Play {
    const { site, habits, moments, loadsA } = play;
    const count = site.evses.length;
    const of = <T>(items: readonly T[]): readonly T[] => [...items, ...items.slice(original, original + 1)];
    const toBoth = (happening: Happening): readonly Happening[] => {
      if (!('evse' in happening)) return [happening];
      const evse = happening.evse % count;
      return evse === original ? [{ ...happening, evse }, { ...happening, evse: count }] : [{ ...happening, evse }];
    };
    const evses = of(site.evses).map((evse, index) => ({ ...evse, busAddress: index === count ? original : index, ...(index === count ? { id: evseId('twin'), name: 'twin' } : {}) }));
    return printed({ site: { ...site, evses }, loadsA, habits: of(habits), moments: moments.map((moment) => ({ ...moment, happenings: moment.happenings.flatMap(toBoth) })) });
  }

  /** Every list with an entry per EVSE has the same for both, wherever in the memory it stands. */
  function equal<T>(memory: T, count: number, original: number): T {
    if (Array.isArray(memory)) {
      const items = memory.map((item: unknown) => equal(item, count, original));
      return (memory.length === count ? [...items.slice(0, -1), items[original]] : items) as T;
    }
    if (typeof memory !== 'object' || memory === null) return memory;
    return Object.fromEntries(Object.entries(memory).map(([key, value]: [string, unknown]) => [key, equal(value, count, original)])) as T;
  }

  it('differ by at most one step', () => {
    fc.assert(
      fc.property(
        randomPlay('lively', 16, { circuits: 8, evses: 63 }).chain((play) => fc.nat({ max: play.site.evses.length - 1 }).map((original) => ({ play: withTwin(play, original), original }))),
        ({ play, original }) => {
          const twin = play.site.evses.length - 1;
          const stepA = play.site.evses[original]?.stepA ?? 0;
          const settle = (state: BalancerState): BalancerState => ({ ...state, evses: [...state.evses.slice(0, twin), ...state.evses.slice(original, original + 1)], features: equal(state.features, twin + 1, original) });
          const given = (setpoints: readonly Setpoint[]): readonly Setpoint[] => [...setpoints.slice(0, twin), ...setpoints.slice(original, original + 1)];
          playOut(
            play,
            ({ result, timeMs }) => {
              const both = [result.setpoints[original], result.setpoints[twin]].filter((setpoint) => setpoint !== undefined);
              const [lower, higher] = both.sort((a, b) => a.offeredCurrentA - b.offeredCurrentA);
              if (lower === undefined || higher === undefined) throw new Error('both have setpoints');
              if (higher.offeredCurrentA - lower.offeredCurrentA <= stepA + TOLERANCE_A) return;
              const isStarting = higher.offeredCurrentA === play.site.evses[original]?.minCurrentA;
              const waits = isStarting ? [...ONE_OF_BOTH, ...UNTIL_THERE_IS_ROOM] : ONE_OF_BOTH;
              if (lower.offeredCurrentA === 0 && lower.limits.some(({ reason }) => waits.includes(reason.kind))) return;
              throw new Error(`at ${timeMs / 1000} s ${higher.evseId} has ${higher.offeredCurrentA} A and ${lower.evseId} ${lower.offeredCurrentA} A (${lower.reason.kind}); offers ${offersOf(result).join(' ')}`);
            },
            { settle, given },
          );
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);
});

describe('more headroom, with the same EVSEs charging and nothing held back for a time', () => {
  const HOLDS: readonly ReasonKind[] = ['settling', 'awaits-decrease', 'headroom-hold', 'starting', 'meter-stale', 'meter-contradicts', 'start-delay'];

  const LONG_MS = 1e6;

  const isHeld = ({ setpoints }: { readonly setpoints: readonly Setpoint[] }): boolean => setpoints.some(({ limits }) => limits.some(({ reason }) => HOLDS.includes(reason.kind)));
  const isSameSet = (a: readonly number[], b: readonly number[]): boolean => a.every((currentA, index) => currentA > 0 === (b[index] ?? 0) > 0);

  function withMore(site: Site, circuit: number, moreA: number): Site {
    const raise = (each: Site['circuits'][number]): Site['circuits'][number] => ({
      ...each,
      breaker: { ...each.breaker, ratingA: each.breaker.ratingA + moreA, ...(each.breaker.ratingsA === undefined ? {} : { ratingsA: [each.breaker.ratingsA[0] + moreA, each.breaker.ratingsA[1] + moreA, each.breaker.ratingsA[2] + moreA] }) },
      limits: each.limits.map((limit) => ({ ...limit, currentA: limit.currentA + moreA })),
    });
    return { ...site, circuits: site.circuits.map((each, index) => (index === circuit ? raise(each) : each)) };
  }

  /** Every vehicle draws all it could be offered, and has long: both answers are cuts, which nothing holds back for a time. */
  function drawingAll({ site, result, inputs, plant, timeMs }: Scene): { readonly state: BalancerState; readonly inputs: StepInputs } {
    const evses = result.state.evses.map((memory, index) => ({ ...memory, offerA: site.evses[index]?.configuredMaxA ?? 0, offerMs: timeMs - LONG_MS, drawsLess: null }));
    const reports = inputs.reports.map((report): EvseReport => {
      const index = site.evses.findIndex(({ id }) => id === report.evseId);
      const phases = plant.phasesOf(index, timeMs);
      if (phases.length === 0) return report;
      const currentA = site.evses[index]?.configuredMaxA ?? 0;
      return { ...report, state: 'charging', offeredCurrentA: currentA, measuredCurrentA: perPhase((phase) => (phases.includes(phase) ? currentA : 0)), measuredTimeMs: timeMs };
    });
    return { state: { ...result.state, evses }, inputs: { ...inputs, readings: [], reports } };
  }

  /** Both answers from the same state, wherever nothing is held back in either. */
  function compare(play: Play, circuit: number, moreA: number, look: (scene: Scene, lessA: readonly number[], moreOffersA: readonly number[]) => void): void {
    const wide = withMore(play.site, circuit % play.site.circuits.length, moreA);
    playOut(play, (scene) => {
      const { state, inputs } = drawingAll(scene);
      const less = step(play.site, state, inputs);
      const more = step(wide, state, inputs);
      if (isHeld(less) || isHeld(more) || !isSameSet(offersOf(less), offersOf(more))) return;
      look(scene, offersOf(less), offersOf(more));
    });
  }

  /** Only what loads the same phases competes for them alone, so that nobody can gain in one place what another has in a second. */
  function onAllPhases({ site, habits, moments, loadsA }: Play): Play {
    const evses = site.evses.map((evse) => ({ ...evse, phaseCount: phasesOf(site.supply).length as 1 | 2 | 3, phaseSwitching: 'not-present' as const, weight: 1, stepA: 1 }));
    const whole = (vehicle: Play['habits'][number]['vehicle']) => (vehicle === null ? null : { ...vehicle, phaseCount: 3 });
    return printed({
      site: { ...site, evses },
      loadsA,
      habits: habits.map((each) => ({ ...each, vehicle: whole(each.vehicle) })),
      moments: moments.map((moment) => ({ ...moment, happenings: moment.happenings.map((each) => (each.kind === 'vehicle' ? { ...each, vehicle: whole(each.vehicle) } : each)) })),
    });
  }

  const amount = fc.constantFrom(1, 2.5, 7, 20);

  it('at the grid connection lowers no offer, where all EVSEs load the same phases', () => {
    fc.assert(
      fc.property(randomPlay('calm', 8).map(onAllPhases), amount, (play, moreA) => {
        compare(play, 0, moreA, ({ timeMs }, lessA, moreOffersA) => {
          for (const [index, currentA] of moreOffersA.entries()) {
            if (currentA < (lessA[index] ?? 0) - TOLERANCE_A) throw new Error(`at ${timeMs / 1000} s e${index} has ${lessA[index] ?? 0} A, and ${currentA} A with ${moreA} A more: ${lessA.join(' ')} and ${moreOffersA.join(' ')}`);
          }
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);

  it('anywhere takes only from those who have more, for others at the same place who have less', () => {
    fc.assert(
      fc.property(randomPlay('calm', 8), fc.nat(), amount, (play, circuit, moreA) => {
        const { evses } = play.site;
        const branches = branchesOf(play.site);
        const shared = (a: number, b: number): boolean => branches.some((branch) => branch.evses.includes(a) && branch.evses.includes(b));
        const levelOf = (index: number, currentA: number): number => (currentA - (evses[index]?.minCurrentA ?? 0)) / (evses[index]?.weight ?? 1);
        const steps = Math.max(...evses.map(({ stepA, weight }) => stepA / weight));
        compare(play, circuit, moreA, ({ timeMs }, lessA, moreOffersA) => {
          for (const [loser, currentA] of moreOffersA.entries()) {
            if (currentA >= (lessA[loser] ?? 0) - (evses[loser]?.stepA ?? 0) - TOLERANCE_A) continue;
            const hasGivenToLess = moreOffersA.some((gainedA, gainer) => gainedA > (lessA[gainer] ?? 0) && shared(gainer, loser) && levelOf(gainer, gainedA) <= levelOf(loser, currentA) + steps + TOLERANCE_A);
            if (!hasGivenToLess) throw new Error(`at ${timeMs / 1000} s e${loser} has ${lessA[loser] ?? 0} A, and ${currentA} A with ${moreA} A more on c${circuit % play.site.circuits.length}: ${lessA.join(' ')} and ${moreOffersA.join(' ')}`);
          }
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);
});

describe('the same state, also through a file, and the same input', () => {
  it('give the same answer', () => {
    fc.assert(
      fc.property(randomPlay('lively', 12), (play) => {
        let at = 0;
        playOut(play, ({ site, before, inputs, result, timeMs }) => {
          at += 1;
          // Writing states out takes most of the time: every third, which differs from play to play.
          if (at % 3 !== play.moments.length % 3) return;
          const again = step(site, JSON.parse(JSON.stringify(before)) as BalancerState, inputs);
          if (JSON.stringify(again) !== JSON.stringify(result)) throw new Error(`at ${timeMs / 1000} s another answer: ${offersOf(again).join(' ')} instead of ${offersOf(result).join(' ')}`);
        });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, TIME_LIMIT_MS);
});
