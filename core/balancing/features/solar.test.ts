import { describe, expect, it } from 'vitest';
import type { Reason } from '../setpoint.ts';
import { NO_SOLAR, solar, type SolarMemory } from './solar.ts';
import type { FeatureOutcome } from './feature.ts';
import { ABSENT, after, ceilingsOf, charging, solarSite, viewOf, WAITING, type EvseState, type Moment, type SiteChanges } from './testing/solar-view.ts';

const ONE_PHASE = { phases: [0] } as const;

function play(changes: SiteChanges, moments: readonly [Moment, ...Moment[]]): { outcome: FeatureOutcome<SolarMemory>; ceilings: readonly (number | null)[]; reasons: readonly Reason[] } {
  const site = solarSite(changes);
  const outcome = after(solar, NO_SOLAR, site, moments);
  return { outcome, ceilings: ceilingsOf(site, outcome), reasons: outcome.evseCeilings.map(({ ceiling }) => ceiling.reason) };
}

const solarPolicy = (settings: object, more: object = {}): SiteChanges => ({ policy: { solar: settings, ...more } });

/** smartevse.md 3.8.1: "Solar: A=0 and Isum >= -START*10 -> no". The minimum of the EVSE is not asked for on top. */
describe('START: one EVSE of 6 A minimum waits', () => {
  it.each`
    startA  | exportA | phases | ceilingA | why
    ${4}    | ${3}    | ${3}   | ${0}     | ${'less than START'}
    ${4}    | ${4}    | ${3}   | ${0}     | ${'START itself is not more than START'}
    ${4}    | ${4.1}  | ${3}   | ${6}     | ${'more than START, though 3 x 6 A need 18'}
    ${4}    | ${4.1}  | ${1}   | ${6}     | ${'one phase: the same sum'}
    ${4}    | ${30}   | ${3}   | ${6}     | ${'more than START: at its minimum first'}
    ${0}    | ${0}    | ${3}   | ${0}     | ${'START 0: starts as soon as Isum < 0'}
    ${0}    | ${0.1}  | ${3}   | ${6}     | ${'START 0: starts as soon as Isum < 0'}
    ${18}   | ${18}   | ${3}   | ${0}     | ${'START at the minimum of three phases'}
    ${18}   | ${18.5} | ${3}   | ${6}     | ${'START at the minimum of three phases'}
    ${4}    | ${-20}  | ${3}   | ${0}     | ${'the house takes from the grid'}
  `('START $startA A, export $exportA A, $phases phases: $ceilingA A ($why)', ({ startA, exportA, phases, ceilingA }: { startA: number; exportA: number; phases: 1 | 3; ceilingA: number }) => {
    const state: EvseState = phases === 1 ? { ...WAITING, ...ONE_PHASE } : WAITING;
    expect(play(solarPolicy({ startA }), [{ timeS: 0, gridA: -exportA, evses: [state] }]).ceilings).toEqual([ceilingA]);
  });

  it('the sum counts: L1 imports 5 A while L2 and L3 export 5 A each', () => {
    expect(play({}, [{ timeS: 0, gridA: [5, -5, -5], evses: [WAITING] }]).ceilings).toEqual([6]);
  });

  it('IMPORT does not help a start', () => {
    expect(play(solarPolicy({ importA: 10 }), [{ timeS: 0, gridA: 0, evses: [WAITING] }]).ceilings).toEqual([0]);
  });

  it('nothing starts without a vehicle', () => {
    expect(play({}, [{ timeS: 0, gridA: -30, evses: [ABSENT] }]).ceilings).toEqual([0]);
  });

  it('says what it has and what it needs', () => {
    const { reasons } = play({}, [{ timeS: 0, gridA: -3, evses: [WAITING] }]);
    expect(reasons).toEqual([{ kind: 'solar-waits', surplusA: 3, neededA: 4, remainingMs: null }]);
  });
});

/** smartevse.md 3.11: the charge delay of 60 s, and its re-check in D35, are `minimumOffMs` here. */
describe('a start waits until the surplus has lasted', () => {
  const at = (timeS: number, gridA: number, state: EvseState = WAITING): Moment => ({ timeS, gridA, evses: [state] });
  const delayed = solarPolicy({}, { minimumOffMs: 60_000 });

  it.each<[string, readonly [Moment, ...Moment[]], number]>([
    ['59 s: not yet', [at(0, -10), at(59, -10)], 0],
    ['60 s: starts', [at(0, -10), at(60, -10)], 6],
    ['60 s with a cloud in between: not yet', [at(0, -10), at(30, -2), at(31, -10), at(60, -10)], 0],
    ['60 s after that cloud: starts', [at(0, -10), at(30, -2), at(31, -10), at(91, -10)], 6],
    ['it lasted before the vehicle came: starts at once', [at(0, -10, ABSENT), at(60, -10)], 6],
  ])('%s', (_, moments, ceilingA) => {
    expect(play(delayed, moments).ceilings).toEqual([ceilingA]);
  });

  it('says how long yet', () => {
    expect(play(delayed, [at(0, -10), at(45, -10)]).reasons).toEqual([{ kind: 'start-delay', remainingMs: 15_000 }]);
  });
});

/** Trace s14-solar-start and smartevse.md 0.1: MIN for 40 s of charging, whatever the sun does. */
describe('after a start', () => {
  const started: Moment = { timeS: 0, gridA: -30, evses: [WAITING] };
  const since10S = (timeS: number): Moment => ({ timeS, gridA: -12, evses: [charging(6, { chargingMs: 10_000 })] });

  it.each([
    ['not charging yet: the minimum', { ...started, timeS: 20 }, 6],
    ['charging for 39 s: the minimum', since10S(49), 6],
    ['charging for 40 s: 12 + 18 = 30 A, 10 A per phase', since10S(50), 10],
  ])('%s', (_, moment, ceilingA) => {
    expect(play({}, [started, moment]).ceilings).toEqual([ceilingA]);
  });
});

/** The vehicle's own draw is part of the surplus: export + draw x phases + IMPORT, divided by the phases it loads. */
describe('while it charges', () => {
  it.each`
    gridA   | drawnA | phases | importA | ceilingA | why
    ${0}    | ${8}   | ${3}   | ${0}    | ${8}     | ${'trace s15: 8 A per phase of sun, all used'}
    ${-12}  | ${8}   | ${3}   | ${0}    | ${12}    | ${'trace s15: the sun rises to 12 A per phase: 12 + 24 = 36'}
    ${15}   | ${12}  | ${3}   | ${0}    | ${7}     | ${'trace s15: the sun falls to 7 A per phase: -15 + 36 = 21'}
    ${-3}   | ${10}  | ${1}   | ${0}    | ${13}    | ${'one phase: 3 + 10 = 13'}
    ${0}    | ${8}   | ${3}   | ${6}    | ${10}    | ${'IMPORT 6: (24 + 6) / 3'}
    ${6}    | ${10}  | ${3}   | ${6}    | ${10}    | ${'IMPORT 6 is used: (-6 + 30 + 6) / 3'}
    ${-2}   | ${8}   | ${1}   | ${5}    | ${15}    | ${'one phase, IMPORT 5: 2 + 8 + 5'}
    ${-60}  | ${16}  | ${3}   | ${0}    | ${16}    | ${'more sun than it is rated for'}
    ${10}   | ${6}   | ${3}   | ${0}    | ${6}     | ${'8 A of sun for 18 A: its minimum, until STOP'}
    ${-1}   | ${6}   | ${3}   | ${0}    | ${19 / 3} | ${'in parts of an ampere: 19 / 3'}
  `('grid $gridA A, draws $drawnA A on $phases phases, IMPORT $importA A: $ceilingA A ($why)', (row: { gridA: number; drawnA: number; phases: 1 | 3; importA: number; ceilingA: number }) => {
    const state = charging(row.drawnA, row.phases === 1 ? ONE_PHASE : {});
    const { ceilings } = play(solarPolicy({ importA: row.importA }), [{ timeS: 0, gridA: row.gridA, evses: [state] }]);
    expect(ceilings[0]).toBeCloseTo(row.ceilingA, 9);
  });

  it('the draw of an EVSE in another mode is no surplus', () => {
    const site = { evses: [{}, { mode: 'normal' }] };
    expect(play(site, [{ timeS: 0, gridA: 0, evses: [charging(8), charging(16)] }]).ceilings).toEqual([8, null]);
  });

  it('home battery, seed 003: charging 10 A while 1 A is exported is worth 11 A to a one-phase vehicle', () => {
    const { ceilings } = play(solarPolicy({}, { batteryMaxAgeMs: 11_000 }), [
      { timeS: 50, gridA: -1, evses: [charging(0.001, ONE_PHASE)], signals: { battery: { currentA: [10, 0, 0], timeMs: 40_000 } } },
    ]);
    expect(ceilings[0]).toBeCloseTo(11.001, 9);
  });

  it('says what the surplus and the allowed import are worth', () => {
    expect(play(solarPolicy({ importA: 6 }), [{ timeS: 0, gridA: 0, evses: [charging(8)] }]).reasons).toEqual([{ kind: 'solar-surplus', surplusA: 24, importA: 6 }]);
  });
});

describe('a sample describes a moment that has passed', () => {
  const onePhase = (currentA: number): EvseState => charging(currentA, ONE_PHASE);

  it('between two samples the surplus stays: 10 A exported beside 6 A drawn, while the vehicle already takes 16 A', () => {
    const { ceilings } = play({}, [
      { timeS: 0, gridTimeS: 0, gridA: -6, evses: [onePhase(6)] },
      { timeS: 5, gridTimeS: 0, gridA: -6, evses: [onePhase(12)] },
    ]);
    expect(ceilings).toEqual([12]);
  });

  it('a meter 2 s late: what arrives at 3 s is added to what was drawn at 1 s', () => {
    const { ceilings } = play({ latencyMs: 2000 }, [
      { timeS: 0, gridA: -6, evses: [onePhase(6)] },
      { timeS: 1, gridA: -6, evses: [onePhase(6)] },
      { timeS: 2, gridA: -6, evses: [onePhase(8)] },
      { timeS: 3, gridA: -6, evses: [onePhase(12)] },
    ]);
    expect(ceilings).toEqual([12]);
  });
});

/**
 * smartevse.md 3.7: "Imp > 0 and Isum > (Active*MIN*Phases - START)*10", with the threshold of a single EVSE (chapter 10).
 * At 6 A on three phases 18 A are drawn, so Isum is 18 A less the surplus.
 */
describe('STOP', () => {
  const atMinimum = (timeS: number, gridA: number | null, state: EvseState = {}): Moment => ({ timeS, gridA, evses: [charging(6, state)] });

  it.each`
    settings                                       | gridA   | afterS   | ceilingA | why
    ${{}}                                          | ${14}   | ${1e6}   | ${6}     | ${'Isum 14 is not above 18 - START 4'}
    ${{}}                                          | ${14.1} | ${599}   | ${6}     | ${'above, 10 min not over'}
    ${{}}                                          | ${14.1} | ${600}   | ${0}     | ${'above for 10 min'}
    ${{ stopAfterS: 60 }}                          | ${27}   | ${60}    | ${0}     | ${'trace s16: STOP 1 min, 9 A per phase imported'}
    ${{ stopAfterS: 0 }}                           | ${27}   | ${1e6}   | ${6}     | ${'STOP 0 never stops'}
    ${{ startA: 20 }}                              | ${0}    | ${1e6}   | ${6}     | ${'START 20: below it, but nothing is imported'}
    ${{ startA: 20 }}                              | ${1}    | ${600}   | ${0}     | ${'START 20: below it, and 1 A imported'}
    ${{ startA: 20, importA: 2 }}                  | ${2}    | ${1e6}   | ${6}     | ${'START 20: what is imported is allowed'}
    ${{ startA: 0 }}                               | ${18}   | ${1e6}   | ${6}     | ${'START 0: without the vehicle Isum would be 0'}
    ${{ startA: 0 }}                               | ${18.1} | ${600}   | ${0}     | ${'START 0: the house alone imports'}
  `('$settings, Isum $gridA A for $afterS s: $ceilingA A ($why)', ({ settings, gridA, afterS, ceilingA }: { settings: object; gridA: number; afterS: number; ceilingA: number }) => {
    expect(play(solarPolicy(settings), [atMinimum(0, gridA), atMinimum(afterS, gridA)]).ceilings).toEqual([ceilingA]);
  });

  it('one sample with enough begins the time anew', () => {
    expect(play({}, [atMinimum(0, 20), atMinimum(500, 10), atMinimum(501, 20), atMinimum(1000, 20)]).ceilings).toEqual([6]);
  });

  it('one phase: 6 A drawn, Isum 2.1 A is above 6 - START 4', () => {
    expect(play({}, [atMinimum(0, 2.1, ONE_PHASE), atMinimum(600, 2.1, ONE_PHASE)]).ceilings).toEqual([0]);
  });

  it('does not take a vehicle that has not yet obeyed for a new one', () => {
    expect(play({}, [atMinimum(0, 20), atMinimum(600, 20), atMinimum(601, 20), atMinimum(605, 20)]).ceilings).toEqual([0]);
  });

  it('a full vehicle has nothing to wait for: after 60 s without charging and without sun it may not start again, STOP 0 or not', () => {
    const full = (timeS: number): Moment => ({ timeS, gridA: 5, evses: [{ ...WAITING, offeredA: 6 }] });
    expect(play(solarPolicy({ stopAfterS: 0 }), [atMinimum(0, 0), full(1), full(60)]).ceilings).toEqual([6]);
    expect(play(solarPolicy({ stopAfterS: 0 }), [atMinimum(0, 0), full(1), full(61)]).ceilings).toEqual([0]);
  });

  it('says how long yet', () => {
    expect(play({}, [atMinimum(0, 16), atMinimum(400, 16)]).reasons).toEqual([{ kind: 'solar-waits', surplusA: 2, neededA: 4, remainingMs: 200_000 }]);
  });

  it('a vehicle of three phases that can change to one does that instead, however long (CONTACT 2 Auto)', () => {
    expect(play({ evses: [{ phaseSwitching: 'auto' }] }, [atMinimum(0, 20), atMinimum(1e6, 20)]).ceilings).toEqual([6]);
  });

  it('on one phase it stops like any other', () => {
    expect(play({ evses: [{ phaseSwitching: 'auto' }] }, [atMinimum(0, 6, ONE_PHASE), atMinimum(600, 6, ONE_PHASE)]).ceilings).toEqual([0]);
  });
});

/** The vendor stops 11 s after the last data (3.12); here a short gap of a meter is no reason to open a contactor. */
describe('without a meter', () => {
  const at = (timeS: number, gridA: number | null, state: EvseState): Moment => ({ timeS, gridA, evses: [state] });

  it.each<[string, object, readonly [Moment, ...Moment[]], number]>([
    ['nothing starts', {}, [at(0, null, WAITING)], 0],
    ['the sun of before starts nothing', {}, [at(0, -2, WAITING), at(1, null, WAITING)], 0],
    ['what charges goes to its minimum', {}, [at(0, 0, charging(16)), at(1, null, charging(16))], 6],
    ['and stays there for STOP', {}, [at(0, null, charging(6)), at(599, null, charging(6))], 6],
    ['and then stops', {}, [at(0, null, charging(6)), at(600, null, charging(6))], 0],
    ['also with STOP 0, after the 10 min that STOP has by itself', { stopAfterS: 0 }, [at(0, null, charging(6)), at(600, null, charging(6))], 0],
    ['the meter is back before that: as before', {}, [at(0, null, charging(6)), at(599, 0, charging(6)), at(601, 0, charging(6))], 6],
  ])('%s', (_, settings, moments, ceilingA) => {
    expect(play(solarPolicy(settings), moments).ceilings).toEqual([ceilingA]);
  });
});

describe('several EVSEs', () => {
  const two = { evses: [{}, {}] };
  const one = (currentA: number, more: EvseState = {}): EvseState => charging(currentA, { ...ONE_PHASE, ...more });
  const waiting: EvseState = { ...WAITING, ...ONE_PHASE };

  it.each<[string, number, readonly EvseState[], readonly number[]]>([
    ['start in the site order, one at a time', -30, [waiting, waiting], [6, 0]],
    ['two of one phase: 2 + 12 = 14 A, 6 each and 1 more', -2, [one(6), one(6)], [7, 7]],
    ['one of one phase, one of three: 8 + 24 = 32, 24 for the minimums, 8 on four phases', -8, [one(6), charging(6)], [8, 8]],
    ['the second starts by START too: 10.5 - 6 = 4.5 A beside the minimum of the first, which makes room for it', 0, [one(10.5), waiting], [6, 6]],
    ['10 - 6 is not more than START 4', 0, [one(10), waiting], [10, 0]],
    ['nobody is stopped so that an earlier one may start', 0, [waiting, one(10)], [0, 10]],
    ['6 A of sun for two: both at their minimum', 6, [one(6), one(6)], [6, 6]],
  ])('%s', (_, gridA, evses, ceilings) => {
    expect(play(two, [{ timeS: 0, gridA, evses: [...evses] }]).ceilings).toEqual(ceilings);
  });

  it('8 A of sun for two: the later one stops, the earlier one keeps charging', () => {
    const moment = (timeS: number): Moment => ({ timeS, gridA: 4, evses: [one(6), one(6)] });
    expect(play(two, [moment(0), moment(600)]).ceilings).toEqual([8, 0]);
  });

  it('no sun at all: both stop', () => {
    const moment = (timeS: number): Moment => ({ timeS, gridA: 12, evses: [one(6), one(6)] });
    expect(play(two, [moment(0), moment(600)]).ceilings).toEqual([0, 0]);
  });

  it('what a vehicle has not taken for 60 s goes to the other: 20 A, it takes 6 and keeps 1 to grow by', () => {
    const moment = (timeS: number): Moment => ({ timeS, gridA: -4, evses: [one(6), one(10)] });
    expect(play(two, [moment(0), moment(1), moment(60)]).ceilings).toEqual([10, 10]);
    expect(play(two, [moment(0), moment(1), moment(61)]).ceilings).toEqual([10, 13]);
  });

  it('a full vehicle keeps nothing for itself after 60 s', () => {
    const charge: Moment = { timeS: 0, gridA: -4, evses: [one(6), one(6)] };
    const full = (timeS: number): Moment => ({ timeS, gridA: -6, evses: [{ ...waiting, offeredA: 8 }, one(10)] });
    expect(play(two, [charge, full(1), full(61)]).ceilings).toEqual([6, 16]);
  });
});

describe('an EVSE that is not in solar mode', () => {
  it('has no ceiling', () => {
    expect(play({ policy: { mode: 'smart' } }, [{ timeS: 0, gridA: 30, evses: [charging(16)] }]).ceilings).toEqual([null]);
  });

  it('leaves no memory behind', () => {
    const site = solarSite();
    const { memory } = after(solar, NO_SOLAR, site, [{ timeS: 0, gridA: 0, evses: [charging(8)] }]);
    expect(solar(memory, viewOf(site, { timeS: 1, gridA: 0, evses: [charging(8, { mode: 'normal' })] })).memory).toEqual(NO_SOLAR);
  });

  it('charges on when its mode becomes solar, at once by the surplus', () => {
    const moments: readonly [Moment, Moment] = [
      { timeS: 0, gridA: 18, evses: [charging(16, { mode: 'normal' })] },
      { timeS: 1, gridA: 18, evses: [charging(16)] },
    ];
    expect(play({}, moments).ceilings).toEqual([10]);
  });
});
