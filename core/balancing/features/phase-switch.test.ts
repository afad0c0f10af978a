import { describe, expect, it } from 'vitest';
import type { ChargeMode } from './feature.ts';
import { NO_PHASE_SWITCH, phaseSwitch, type PhaseSwitchOutcome } from './phase-switch.ts';
import { ABSENT, after, ceilingsOf, charging, solarSite, WAITING, type EvseState, type Moment } from './testing/solar-view.ts';
import type { Site } from '../../site/site.ts';

const contactor = (phaseSwitching: string, policy: object = {}, evse: object = {}): Site => solarSite({ evses: [{ phaseSwitching, ...evse }], policy: { solar: policy } });
const at = (timeS: number, gridA: number | null, state: EvseState): Moment => ({ timeS, gridA, evses: [state] });
const run = (site: Site, moments: readonly [Moment, ...Moment[]]): PhaseSwitchOutcome => after(phaseSwitch, NO_PHASE_SWITCH, site, moments);

/** The five settings of CONTACT 2 (seed 003; smartevse.md 3.9), without a vehicle: the count changes at once in state A. */
describe.each<[string, Partial<Record<ChargeMode, 1 | 3>>]>([
  ['not-present', { normal: 3, smart: 3, solar: 3, boost: 3 }],
  ['always-off', { normal: 1, smart: 1, solar: 1, boost: 1, off: 1, pause: 1 }],
  ['solar-off', { normal: 3, smart: 3, solar: 1, boost: 3 }],
  ['always-on', { normal: 3, smart: 3, solar: 3, boost: 3, off: 3, pause: 3 }],
  ['auto', { normal: 3, smart: 3, boost: 3 }],
])('CONTACT 2 %s', (setting, byMode) => {
  it.each(Object.entries(byMode) as [ChargeMode, 1 | 3][])('in %s: %i phases', (mode, phases) => {
    const { wantedPhases, evseCeilings } = run(contactor(setting), [at(0, 0, { ...ABSENT, mode })]);
    expect(wantedPhases).toEqual([phases]);
    expect(evseCeilings).toEqual([]);
  });

  it.each<ChargeMode>(['off', 'pause'])('a vehicle in %s moves no contactor', (mode) => {
    const site = contactor(setting);
    const before = run(site, [at(0, 0, { ...WAITING, mode: 'solar' }), at(60, 0, { ...WAITING, mode: 'solar' }), at(120, 0, { ...WAITING, mode: 'solar' })]);
    const later = run(site, [at(0, 0, { ...WAITING, mode: 'solar' }), at(60, 0, { ...WAITING, mode: 'solar' }), at(120, 0, { ...WAITING, mode })]);
    expect(later.wantedPhases).toEqual(before.wantedPhases);
  });
});

it.each([
  ['an EVSE of one phase', contactor('always-on', {}, { phaseCount: 1 }), [1]],
  ['a supply of one phase', solarSite({ supply: { kind: 'single-phase', nominalVoltageV: 230 }, evses: [{ phaseSwitching: 'auto' }] }), [1]],
  ['both legs of split phase', solarSite({ supply: { kind: 'split-phase', nominalVoltageV: 240 }, evses: [{ phaseCount: 2, phaseSwitching: 'auto' }] }), [3]],
])('nothing to change on %s', (_, site, phases) => {
  const outcome = run(site, [at(0, 20, charging(16, { phases: [0] }))]);
  expect([outcome.wantedPhases, outcome.evseCeilings]).toEqual([phases, []]);
});

/** "C2 closes only together with a new C entry"; contactors open and CP disconnected for 5 s in between (3.9). */
describe('never under load: Solar Off, charging on three phases when the mode becomes solar', () => {
  const normal = at(0, 0, charging(10, { mode: 'normal' }));
  const stillDraws = (timeS: number): Moment => at(timeS, 0, charging(10, { offeredA: 0 }));
  const paused = (timeS: number, more: EvseState = {}): Moment => at(timeS, 0, { ...WAITING, connectedMs: -1_000_000, ...more });
  const begun: readonly [Moment, ...Moment[]] = [normal, at(1, 0, charging(10)), stillDraws(2), paused(5)];

  it.each<[string, readonly [Moment, ...Moment[]], 1 | 3, number | null]>([
    ['before: three phases, no ceiling', [normal], 3, null],
    ['paused, the contactor waits', [normal, at(1, 0, charging(10))], 3, 0],
    ['as long as it draws', [normal, at(1, 0, charging(10)), stillDraws(100)], 3, 0],
    ['nothing flows: 3 s more', begun, 3, 0],
    ['2.9 s: not yet', [...begun, paused(7.9)], 3, 0],
    ['it draws again: the 3 s begin anew', [...begun, stillDraws(7), paused(8), paused(9)], 3, 0],
    ['not told what it draws, but not charging: as nothing', [...begun, paused(8, { drawnA: null })], 1, 0],
    ['3 s: the contactor moves', [...begun, paused(8)], 1, 0],
    ['4.9 s after: still paused', [...begun, paused(8), paused(12.9)], 1, 0],
    ['5 s after: done', [...begun, paused(8), paused(13)], 1, null],
    ['an offer that stands could start it at any moment: not yet', [...begun, paused(8, { offeredA: 6 })], 3, 0],
    ['unplugged meanwhile: done at once', [...begun, at(6, 0, ABSENT)], 1, null],
    ['back to normal before it moved: dropped', [...begun, paused(6, { mode: 'normal' })], 3, null],
    ['back to normal after it moved: its 5 s first', [...begun, paused(8), paused(9, { mode: 'normal' })], 1, 0],
    ['and then back', [...begun, paused(8), paused(13, { mode: 'normal' }), paused(14, { mode: 'normal' }), paused(17, { mode: 'normal' })], 3, 0],
  ])('%s', (_, moments, phases, ceilingA) => {
    const site = contactor('solar-off');
    const outcome = run(site, moments);
    expect(outcome.wantedPhases).toEqual([phases]);
    expect(ceilingsOf(site, outcome)).toEqual([ceilingA]);
  });

  it('says to how many phases and how long yet', () => {
    const reasons = [begun, [...begun, paused(6)], [...begun, paused(8)], [...begun, paused(8), paused(12)]] as const;
    expect(reasons.map((moments) => run(contactor('solar-off'), moments).evseCeilings[0]?.ceiling.reason)).toEqual([
      { kind: 'phase-switch', toPhases: 1, remainingMs: 8000 },
      { kind: 'phase-switch', toPhases: 1, remainingMs: 7000 },
      { kind: 'phase-switch', toPhases: 1, remainingMs: 5000 },
      { kind: 'phase-switch', toPhases: 1, remainingMs: 1000 },
    ]);
  });
});

/** 3.7 with MIN 6 A: at 18 A drawn, what is imported is the shortage. Imp below MIN: STOP; from MIN on, or STOP 0: 30 s. */
describe('Auto, solar, from three phases to one', () => {
  const drawing = (timeS: number, gridA: number | null): Moment => at(timeS, gridA, charging(6));

  it.each`
    settings                            | gridA   | afterS | isChanging | why
    ${{}}                               | ${0}    | ${1e6} | ${false}   | ${'18 A of sun are enough'}
    ${{}}                               | ${1}    | ${599} | ${false}   | ${'1 A short: STOP 10 min not over'}
    ${{}}                               | ${1}    | ${600} | ${true}    | ${'1 A short for STOP'}
    ${{}}                               | ${5.9}  | ${599} | ${false}   | ${'less than MIN short'}
    ${{}}                               | ${6}    | ${29}  | ${false}   | ${'MIN short: 30 s not over'}
    ${{}}                               | ${6}    | ${30}  | ${true}    | ${'MIN short for 30 s'}
    ${{ importA: 2 }}                   | ${7.9}  | ${599} | ${false}   | ${'IMPORT 2: 5.9 A short'}
    ${{ importA: 2 }}                   | ${2}    | ${1e6} | ${false}   | ${'IMPORT 2: not short'}
    ${{ stopAfterS: 0 }}                | ${1}    | ${30}  | ${true}    | ${'STOP 0 never stops, but goes to one phase after 30 s'}
    ${{ stopAfterS: 0 }}                | ${6}    | ${30}  | ${true}    | ${'trace s18: 12 A of sun, STOP 0'}
    ${{ stopAfterS: 0 }}                | ${6}    | ${29}  | ${false}   | ${'trace s18: 12 A of sun, STOP 0'}
    ${{}}                               | ${null} | ${1e6} | ${false}   | ${'unknown: nothing moves'}
  `('$settings, grid $gridA A for $afterS s: $isChanging ($why)', ({ settings, gridA, afterS, isChanging }: { settings: object; gridA: number | null; afterS: number; isChanging: boolean }) => {
    const { evseCeilings } = run(contactor('auto', settings), [drawing(0, gridA), drawing(afterS, gridA)]);
    expect(evseCeilings).toHaveLength(isChanging ? 1 : 0);
  });

  it('enough for a moment begins the time anew', () => {
    expect(run(contactor('auto'), [drawing(0, 6), drawing(20, 0), drawing(21, 6), drawing(50, 6)]).evseCeilings).toEqual([]);
  });

  it('a vehicle of one phase has nothing to gain', () => {
    const one = (timeS: number): Moment => at(timeS, 6, charging(6, { phases: [0] }));
    const three = at(0, 0, charging(6));
    expect(run(contactor('auto'), [three, one(1), one(1e6)]).evseCeilings).toEqual([]);
  });

  it('goes through with it although the pause lets the surplus jump', () => {
    const outcome = run(contactor('auto'), [drawing(0, 6), drawing(30, 6), at(31, -60, { ...WAITING, connectedMs: -1_000_000 }), at(34, -60, { ...WAITING, connectedMs: -1_000_000 })]);
    expect(outcome.wantedPhases).toEqual([1]);
  });

  it('an earlier EVSE comes first: 30 A of sun leave 12 beside its 18 A, 6 A short for the second', () => {
    const site = solarSite({ evses: [{ phaseSwitching: 'auto' }, { phaseSwitching: 'auto' }] });
    const moment = (timeS: number): Moment => ({ timeS, gridA: 6, evses: [charging(6), charging(6)] });
    expect(ceilingsOf(site, run(site, [moment(0), moment(30)]))).toEqual([null, 0]);
  });
});

/** 3.9: spare = 3 x (MIN + 1) - MAX beside MAX, or 3 A where that is negative; for 60 s. c9844a6: 300 s on one phase first. */
describe('Auto, solar, from one phase back to three', () => {
  const one = (timeS: number, drawnA: number, gridA: number): Moment => at(timeS, gridA, charging(drawnA, { phases: [0] }));

  it.each`
    maxA  | drawnA | exportA | afterS | isChanging | why
    ${16} | ${16}  | ${5}    | ${1e6} | ${false}   | ${'21 A is not more than 3 x 7'}
    ${16} | ${16}  | ${5.1}  | ${59}  | ${false}   | ${'60 s not over'}
    ${16} | ${16}  | ${5.1}  | ${60}  | ${true}    | ${'21.1 A for 60 s'}
    ${32} | ${32}  | ${3}    | ${1e6} | ${false}   | ${'35 A is not more than MAX + 3'}
    ${32} | ${32}  | ${3.1}  | ${60}  | ${true}    | ${'35.1 A'}
  `('MAX $maxA A, exports $exportA A beside $drawnA A for $afterS s: $isChanging ($why)', (row: { maxA: number; drawnA: number; exportA: number; afterS: number; isChanging: boolean }) => {
    const site = contactor('auto', {}, { ratingA: row.maxA, configuredMaxA: row.maxA });
    const { evseCeilings } = run(site, [one(0, row.drawnA, -row.exportA), one(row.afterS, row.drawnA, -row.exportA)]);
    expect(evseCeilings).toHaveLength(row.isChanging ? 1 : 0);
  });

  describe('after it went to one phase at 33 s', () => {
    const paused = (timeS: number): Moment => at(timeS, -12, { ...WAITING, connectedMs: -1_000_000 });
    const went: readonly [Moment, ...Moment[]] = [at(0, 6, charging(6)), at(30, 6, charging(6)), paused(30), paused(33), paused(38)];

    it.each<[string, readonly [Moment, ...Moment[]], boolean]>([
      ['299 s on one phase: not yet', [...went, one(40, 16, -6), one(55, 16, -6), one(332, 16, -6)], false],
      ['300 s on one phase, enough for 60 s', [...went, one(40, 16, -6), one(55, 16, -6), one(333, 16, -6)], true],
      ['300 s on one phase, enough for 50 s', [...went, one(270, 16, -6), one(283, 16, -6), one(333, 16, -6)], false],
    ])('%s', (_, moments, isChanging) => {
      expect(run(contactor('auto'), moments).evseCeilings).toHaveLength(isChanging ? 1 : 0);
    });
  });

  it('what other EVSEs draw is not there for it', () => {
    const site = solarSite({ evses: [{ phaseSwitching: 'auto' }, {}] });
    const moment = (timeS: number): Moment => ({ timeS, gridA: -5, evses: [charging(16, { phases: [0] }), charging(10)] });
    expect(ceilingsOf(site, run(site, [moment(0), moment(1000)]))).toEqual([null, null]);
  });
});

/** 3.3.7: "-Isum >= 30*MIN+30 -> request 3P, else request 1P". */
describe('Auto, solar, a vehicle comes', () => {
  const comes: EvseState = { ...WAITING, connectedMs: 10_000 };
  it.each([
    ['21 A exported: three phases', 21, 3],
    ['20.9 A: one phase', 20.9, 1],
    ['none: one phase', -5, 1],
  ])('%s', (_, exportA, phases) => {
    const moments = [at(0, 0, ABSENT), ...[10, 13, 18].map((timeS) => at(timeS, -exportA, comes))] as const;
    expect(run(contactor('auto'), [at(-1, 0, ABSENT), ...moments]).wantedPhases).toEqual([phases]);
  });

  it('the one before went to one phase a minute ago, 30 A exported: three phases, without a hold-down', () => {
    const moments: readonly [Moment, ...Moment[]] = [at(0, 0, WAITING), at(3, 0, WAITING), at(8, 0, WAITING), at(9, 0, ABSENT)];
    const later = [10, 13, 18].map((timeS) => at(timeS, -30, comes));
    expect(run(contactor('auto'), moments).wantedPhases).toEqual([1]);
    expect(run(contactor('auto'), [...moments, ...later]).wantedPhases).toEqual([3]);
  });

  it('in smart mode it goes back to three phases, since there is no sun to wait for', () => {
    const moments: readonly [Moment, ...Moment[]] = [at(0, 0, WAITING), at(3, 0, WAITING), at(8, 0, WAITING)];
    const smart = [9, 12].map((timeS) => at(timeS, 0, { ...WAITING, mode: 'smart' }));
    expect(run(contactor('auto'), moments).wantedPhases).toEqual([1]);
    expect(run(contactor('auto'), [...moments, ...smart]).wantedPhases).toEqual([3]);
  });
});
