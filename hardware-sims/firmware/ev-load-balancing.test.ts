import { describe, expect, it } from 'vitest';
import { INITIAL_COORDINATOR, pairsOf, refresh, requestRefresh, type CoordinatorSetup, type CoordinatorState, type FormPhase, type RefreshInputs, type Triple } from './ev-load-balancing.ts';

/** Expectations worked out by hand from reference/home-assistant-ocpp.md A.3 (rules by number), A.5 and A.10. */
const PERMUTATIONS: readonly Triple<FormPhase>[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];
const STRAIGHT = pairsOf(
  [
    { mains: 0, charger: 0 },
    { mains: 1, charger: 1 },
    { mains: 2, charger: 2 },
  ],
  false,
);
const SETUP: CoordinatorSetup = { pairs: STRAIGHT, mainsLimitA: 20, chargerRatedA: 16 };
const INPUTS: RefreshInputs = { timeMs: 0, charger: 'charging', mainsA: [14, 9, 4], limitA: [10, 10, 10] };
const sent = (inputs: Partial<RefreshInputs>, setup = SETUP, state: CoordinatorState = INITIAL_COORDINATOR): readonly number[] | null =>
  refresh(setup, state, { ...INPUTS, ...inputs }).limits?.map(({ newA }) => newA) ?? null;

describe('a new limit is the reported one plus what the mains phase leaves (rules 6 and 7)', () => {
  it.each<[string, Partial<RefreshInputs>, readonly number[]]>([
    ['10 + (20 - 14), 10 + (20 - 9), 10 + (20 - 4), cut to the rated 16', {}, [16, 16, 16]],
    ['8 + (20 - 14) stays below both ceilings', { limitA: [8, 3, 0] }, [14, 14, 16]],
    ['an overload lowers: 10 + (20 - 25)', { mainsA: [25, 20, 15] }, [5, 10, 15]],
    ['between 0 and 6 A and below 0 as they come (no lower clamp)', { mainsA: [29, 33, 26.5] }, [1, -3, 3.5]],
    ['unrounded', { mainsA: [21.37, 20.5, 20] }, [8.63, 9.5, 10]],
    ['while pending as while charging (rule 3), and so winds up while nothing is drawn (A.4)', { charger: 'pending', mainsA: [1, 1, 1] }, [16, 16, 16]],
  ])('%s', (_what, inputs, expected) => {
    const limits = sent(inputs);
    expect(limits).toHaveLength(3);
    limits?.forEach((limit, index) => {
      expect(limit).toBeCloseTo(expected[index] ?? NaN, 9);
    });
  });

  it('is never above the mains rating, whatever the charger is rated (rule 7)', () => {
    expect(sent({ limitA: [32, 32, 32], mainsA: [1, 1, 1] }, { ...SETUP, chargerRatedA: 32 })).toEqual([20, 20, 20]);
  });
});

describe('nothing is sent for any phase', () => {
  it.each<[string, Partial<RefreshInputs>]>([
    ['while the charger is off (rule 3)', { charger: 'off' }],
    ['while one mains current is missing (rule 8)', { mainsA: [14, null, 4] }],
    ['while one limit is missing (rule 8)', { limitA: [10, 10, null] }],
    ['while a phase carries exactly 0 A (A.10)', { mainsA: [14, 0, 4] }],
  ])('%s', (_what, inputs) => {
    expect(sent(inputs)).toBeNull();
  });
});

/** One refresh per second with these currents on L1, the others at 9 and 4 A. */
function after(currentsA: readonly number[], stepMs = 1000): CoordinatorState {
  return currentsA.reduce<CoordinatorState>((state, currentA, index) => refresh(SETUP, state, { ...INPUTS, timeMs: index * stepMs, mainsA: [currentA, 9, 4] }).state, INITIAL_COORDINATOR);
}

describe('the deviation of the stored currents is taken off (rules 4 and 5)', () => {
  it.each<[string, readonly number[], number, number]>([
    ['five stored values have none', [10, 20, 10, 20], 10, 0],
    ['six have the population deviation: three of 10 and three of 20 A give 5', [10, 20, 10, 20, 10], 20, 5],
    ['a step that the balancer made itself counts too: ten values of 16 and six of 6 A over two minutes', [...Array<number>(10).fill(16), ...Array<number>(5).fill(6)], 6, 4.8412],
  ])('%s', (_what, before, currentA, deviationA) => {
    const timeMs = before.length * 1000;
    const { limits } = refresh(SETUP, after(before), { ...INPUTS, timeMs, mainsA: [currentA, 9, 4] });
    expect(limits?.[0].deviationA).toBeCloseTo(deviationA, 4);
    // Phases that did not move have none.
    expect(limits?.[1].deviationA).toBe(0);
  });

  it('keeps the newest ten however old, and all that are younger than two minutes', () => {
    expect(after(Array<number>(30).fill(9), 60_000).histories[0]).toHaveLength(10);
    // At second 179 those of the seconds 60 to 179 are younger than 120 s.
    expect(after(Array<number>(180).fill(9)).histories[0]).toHaveLength(120);
  });
});

describe('requests to refresh', () => {
  it('are merged for 1 s and run at its end (rule 1)', () => {
    const first = requestRefresh(INITIAL_COORDINATOR, 5000);
    expect(first.refreshDueMs).toBe(6000);
    expect(requestRefresh(first, 5900).refreshDueMs).toBe(6000);
    expect(refresh(SETUP, first, INPUTS).state.refreshDueMs).toBeNull();
  });
});

describe('the phase map (A.5)', () => {
  /** All 36 forms a person may submit: the wiring `charger c is on mains truth[c]`, its rows in any order. */
  const forms = PERMUTATIONS.flatMap((truth) => PERMUTATIONS.map((order) => ({ truth, order })));
  const mainsA: Triple<number> = [14, 9, 4];
  /** Output c must be that of charger phase c, from the mains phase that feeds it: 3 + (20 - I). */
  const limitA: Triple<number> = [3, 2, 1];
  const setup = (pairs: CoordinatorSetup['pairs']): CoordinatorSetup => ({ pairs, mainsLimitA: 20, chargerRatedA: 32 });
  const isRight = ({ truth, order }: (typeof forms)[number], isMapCorrected: boolean): boolean => {
    const rows = order.map((charger) => ({ charger, mains: truth[charger] })) as unknown as Parameters<typeof pairsOf>[0];
    const expected = [0, 1, 2].map((charger) => (limitA[charger] ?? 0) + 20 - (mainsA[truth[charger as FormPhase]]));
    return JSON.stringify(sent({ mainsA, limitA }, setup(pairsOf(rows, isMapCorrected)))) === JSON.stringify(expected);
  };

  it('as shipped gives the right limits for 4 of the 36 forms: mains column in order, charger column straight or one swap', () => {
    const right = forms.filter((form) => isRight(form, false));
    expect(right).toHaveLength(4);
    for (const { truth, order } of right) {
      expect(order.map((charger) => truth[charger])).toEqual([0, 1, 2]);
      expect(order.filter((charger, row) => charger !== row).length).toBeLessThan(3);
    }
  });

  it('corrected gives the right limits for all 36', () => {
    expect(forms.filter((form) => isRight(form, true))).toHaveLength(36);
  });
});
