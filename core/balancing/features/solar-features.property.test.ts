import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PHASES, perPhase, type PerPhase, type PhaseIndex } from '../../quantities.ts';
import { phasesOf } from '../../site/circuit-tree.ts';
import { siteSchema } from '../../site/schema.ts';
import type { Site } from '../../site/site.ts';
import { randomSite } from '../testing/random-site.ts';
import { chargeMode, NO_CHARGE_MODE } from './charge-mode.ts';
import { divert, NO_DIVERT } from './divert.ts';
import type { ChargeMode, EvseView, FeatureOutcome, FeatureView } from './feature.ts';
import { NO_PHASE_SWITCH, phaseSwitch } from './phase-switch.ts';
import { NO_SOLAR, solar } from './solar.ts';

const RUNS = 300;
const SETTINGS = ['not-present', 'always-off', 'solar-off', 'always-on', 'auto'] as const;
const MODES: readonly ChargeMode[] = ['normal', 'smart', 'solar', 'solar', 'solar', 'off', 'boost', 'pause'];

/** Quarters of an ampere add up without a rounding error, so that a renamed phase cannot tip a comparison. */
const quarters = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least * 4, max: most * 4 }).map((count) => count / 4);

const solarSites: fc.Arbitrary<Site> = fc
  .record({
    site: randomSite(),
    variant: fc.constantFrom('surplus', 'divert'),
    startA: fc.integer({ min: 0, max: 12 }),
    stopAfterS: fc.constantFrom(0, 5, 600),
    importA: fc.integer({ min: 0, max: 12 }),
    minimumOffMs: fc.constantFrom(0, 3000),
    batteryMaxAgeMs: fc.constantFrom(null, 11_000),
    feed: fc.constantFrom('grid', 'pv'),
    pvRatio: fc.constantFrom(0.5, 1, 1.1),
    contactors: fc.array(fc.constantFrom(...SETTINGS), { minLength: 8, maxLength: 8 }),
  })
  .map(({ site, contactors, variant, startA, stopAfterS, importA, minimumOffMs, batteryMaxAgeMs, feed, pvRatio }) =>
    siteSchema.parse({
      ...site,
      // Only the views are renamed here, so circuits have to be alike on all phases.
      circuits: site.circuits.map(({ breaker: { curve, ratingA }, ...circuit }) => ({ ...circuit, breaker: { curve, ratingA }, limits: [] })),
      evses: site.evses.map((evse, index) => ({ ...evse, phaseSwitching: contactors[index] })),
      policy: { ...site.policy, minimumOffMs, batteryMaxAgeMs, solar: { variant, startA, stopAfterS, importA, divert: { feed, pvRatio, minChargeS: 3 } } },
    }),
  );

interface Values {
  readonly number: fc.Arbitrary<number>;
  readonly timeMs: (second: number) => fc.Arbitrary<number>;
}

const SENSE: Values = { number: quarters(-20, 60), timeMs: (second) => fc.constant(second * 1000) };
const NONSENSE: Values = {
  number: fc.oneof(quarters(-20, 60), fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308, -0), fc.double()),
  timeMs: (second) => fc.oneof(fc.constant(second * 1000), fc.constantFrom(NaN, Infinity, -1e18, 0), fc.integer()),
};

function evseViews(site: Site, { number }: Values): fc.Arbitrary<readonly EvseView[]> {
  const one = (index: number): fc.Arbitrary<EvseView> =>
    fc
      .record({
        mode: fc.constantFrom(...MODES),
        phases: fc.constantFrom<readonly PhaseIndex[]>(phasesOf(site.supply), [phasesOf(site.supply)[0] ?? 0]),
        isConnected: fc.boolean(),
        isCharging: fc.boolean(),
        drawnA: fc.option(number),
        offeredA: fc.option(fc.oneof(fc.constant(0), number)),
        connectedMs: fc.option(number),
        chargingMs: fc.option(number),
      })
      .map((drawn) => ({ ...drawn, index, evse: site.evses[index] as EvseView['evse'] }));
  return fc.tuple(...site.evses.map((_, index) => one(index)));
}

function views(site: Site, count: number, values: Values): fc.Arbitrary<readonly FeatureView[]> {
  const currents = fc.tuple(values.number, values.number, values.number);
  const second = (at: number): fc.Arbitrary<FeatureView> =>
    fc
      .record({
        timeMs: values.timeMs(at),
        wallMs: values.timeMs(at),
        gridCurrentA: fc.option(currents, { freq: 8 }),
        gridTimeMs: values.timeMs(at),
        voltageV: values.number.map((number) => number + site.supply.nominalVoltageV),
        battery: fc.option(fc.record({ currentA: currents, timeMs: values.timeMs(at) })),
        pv: fc.option(fc.record({ powerW: values.number.map((number) => number * 100), timeMs: values.timeMs(at) })),
        evses: evseViews(site, values),
      })
      .map(({ battery, pv, ...drawn }) => ({ ...drawn, site, phases: phasesOf(site.supply), signals: { gridRelay: null, isDimmed: null, temperatures: [], battery, pv } }));
  return fc.tuple(...Array.from({ length: count }, (_, at) => second(at)));
}

const seen = (count: number, values: Values): fc.Arbitrary<readonly FeatureView[]> => solarSites.chain((site) => views(site, count, values));

/** A feature with a memory of its own that goes from view to view. */
type Player = (views: readonly FeatureView[]) => readonly FeatureOutcome<unknown>[];

function playerOf<Memory>(feature: (memory: Memory, view: FeatureView) => FeatureOutcome<Memory>, initial: Memory): Player {
  return (given) => {
    let memory = initial;
    return given.map((view) => {
      const outcome = feature(memory, view);
      memory = outcome.memory;
      return outcome;
    });
  };
}

const PLAYERS: readonly (readonly [string, Player])[] = [
  ['solar', playerOf(solar, NO_SOLAR)],
  ['divert', playerOf(divert, NO_DIVERT)],
  ['charge mode', playerOf(chargeMode, NO_CHARGE_MODE)],
  ['phase switch', playerOf(phaseSwitch, NO_PHASE_SWITCH)],
];

/** Null, text, yes or no, or a number that a file can hold; nothing else at any depth. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value !== null && typeof value === 'object') return Object.values(value).every(isPlain);
  return value === null || typeof value === 'boolean' || typeof value === 'string';
}

describe.each(PLAYERS)('%s', (_, player) => {
  it('makes of any nonsense a pause or a current from the minimum on, with plain memory and reasons', () => {
    fc.assert(
      fc.property(seen(6, NONSENSE), (given) => {
        for (const { memory, evseCeilings, circuitCeilings, notices } of player(given)) {
          for (const { index, ceiling } of evseCeilings) {
            const minA = given[0]?.site.evses[index]?.minCurrentA ?? NaN;
            expect(ceiling.currentA === 0 || ceiling.currentA >= minA).toBe(true);
            expect(isPlain(ceiling)).toBe(true);
          }
          expect(circuitCeilings).toEqual([]);
          expect([isPlain(memory), notices.every(({ code }) => code === 'battery-value-old')]).toEqual([true, true]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('answers the same to the same', () => {
    fc.assert(
      fc.property(seen(4, SENSE), (given) => {
        expect(player(given)).toEqual(player(given));
      }),
      { numRuns: RUNS },
    );
  });

  it('renaming phases changes nothing for any EVSE', () => {
    const named = seen(5, SENSE).filter(([view]) => view?.site.supply.kind === 'three-phase-star');
    const names = fc.constantFrom<PerPhase<PhaseIndex>>([0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]);
    fc.assert(
      fc.property(named, names, (given, name) => {
        const renamed = player(given.map((view) => rename(view, name)));
        expect(renamed.map(({ evseCeilings }) => evseCeilings)).toEqual(player(given).map(({ evseCeilings }) => evseCeilings));
      }),
      { numRuns: RUNS },
    );
  });
});

/** What was on phase p is on phase `name[p]`. */
function rename(view: FeatureView, name: PerPhase<PhaseIndex>): FeatureView {
  const moved = (values: PerPhase<number>): PerPhase<number> => perPhase((phase) => values[PHASES.find((old) => name[old] === phase) ?? 0]);
  const { battery } = view.signals;
  return {
    ...view,
    gridCurrentA: view.gridCurrentA === null ? null : moved(view.gridCurrentA),
    evses: view.evses.map((evse) => ({ ...evse, phases: evse.phases.map((phase) => name[phase]) })),
    signals: { ...view.signals, battery: battery === null ? null : { ...battery, currentA: moved(battery.currentA) } },
  };
}

describe('a larger surplus lowers no ceiling', () => {
  const more = (view: FeatureView, moreA: number): FeatureView => ({
    ...view,
    gridCurrentA: view.gridCurrentA === null ? null : perPhase((phase) => (view.gridCurrentA?.[phase] ?? 0) - moreA),
    signals: { ...view.signals, pv: view.signals.pv === null ? null : { ...view.signals.pv, powerW: view.signals.pv.powerW + moreA * 1000 } },
  });
  const lowered = ([before, after]: readonly [FeatureOutcome<unknown> | undefined, FeatureOutcome<unknown> | undefined]): readonly unknown[] =>
    before?.evseCeilings.filter(({ index, ceiling }) => {
      const other = after?.evseCeilings.find((each) => each.index === index);
      return other !== undefined && other.ceiling.currentA < ceiling.currentA - 1e-9;
    }) ?? ['nothing was decided'];

  it('solar: whoever charges, when nobody waits', () => {
    const allCharge = solarSites.chain((site) => views(site, 1, SENSE)).map(([view]) => ({ ...view, evses: view?.evses.map((evse) => ({ ...evse, isConnected: true, isCharging: true })) }) as FeatureView);
    fc.assert(
      fc.property(allCharge, quarters(0, 30), (view, moreA) => {
        const [play] = [playerOf(solar, NO_SOLAR)];
        expect(lowered([play([view]).at(-1), play([more(view, moreA)]).at(-1)])).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('divert: whatever came before', () => {
    fc.assert(
      fc.property(seen(5, SENSE), quarters(0, 30), (given, moreA) => {
        const play = playerOf(divert, NO_DIVERT);
        const last = given.slice(-1).map((view) => more(view, moreA));
        expect(lowered([play(given).at(-1), play([...given.slice(0, -1), ...last]).at(-1)])).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

it('the contactor moves only where nothing has flowed for 3 s, or no vehicle is there', () => {
  const isUnloaded = (view: FeatureView, index: number): boolean => {
    const evse = view.evses[index];
    return evse !== undefined && !evse.isCharging && (evse.drawnA ?? 0) < 0.5 && (!evse.isConnected || evse.offeredA === 0);
  };
  // Mostly idle, so that changes do happen.
  const calm = seen(12, SENSE).map((given) =>
    given.map((view, at) => ({ ...view, evses: view.evses.map((evse, index) => ((at + index) % 6 === 0 ? evse : { ...evse, isCharging: false, drawnA: 0, offeredA: 0 })) })),
  );
  let changes = 0;
  fc.assert(
    fc.property(calm, (given) => {
      let memory = NO_PHASE_SWITCH;
      let before: readonly (1 | 3)[] | null = null;
      for (const [at, view] of given.entries()) {
        const { memory: next, wantedPhases } = phaseSwitch(memory, view);
        memory = next;
        for (const [index, phases] of wantedPhases.entries()) {
          if (before === null || phases === before[index]) continue;
          changes += 1;
          const needed = view.evses[index]?.isConnected === true ? given.slice(at - 3, at + 1) : [view];
          expect(needed.every((each) => isUnloaded(each, index))).toBe(true);
        }
        before = wantedPhases;
      }
    }),
    { numRuns: RUNS },
  );
  expect(changes).toBeGreaterThan(20);
});
