import { describe, expect, it } from 'vitest';
import type { Site } from '../../site/site.ts';
import { divert, enterDivert, isBackToNormal, NO_DIVERT } from './divert.ts';
import { ABSENT, after, ceilingsOf, charging, solarSite, viewOf, WAITING, type EvseState, type Moment, type SiteChanges } from './testing/solar-view.ts';

/** Expectations are the numbered rules of openevse.md b.2, at 240 V as the firmware takes it, worked out in the names. */
function site(settings: object = {}, changes: SiteChanges = {}): Site {
  return solarSite({
    supply: { kind: 'single-phase', nominalVoltageV: 240 },
    evses: [{ phaseCount: 1, ratingA: 32, configuredMaxA: 32 }],
    policy: { solar: { variant: 'divert', divert: { pvRatio: 1, ...settings } } },
    ...changes,
  });
}

/** What is available is what counts at once. */
const UNSMOOTHED = { attackS: 0, decayS: 0 };

const at = (timeS: number, gridA: number | null, state: EvseState = WAITING): Moment => ({ timeS, gridA, evses: [state] });

function told(of: Site, moments: readonly [Moment, ...Moment[]]): { readonly ceilingA: number | null | undefined; readonly availableA: number; readonly smoothedA: number } {
  const outcome = after(divert, NO_DIVERT, of, moments);
  const reason = outcome.evseCeilings[0]?.ceiling.reason;
  const { availableA, smoothedA } = reason?.kind === 'divert' ? reason : { availableA: NaN, smoothedA: NaN };
  return { ceilingA: ceilingsOf(of, outcome)[0], availableA, smoothedA };
}

describe('rule 2, what is available', () => {
  it.each`
    feed      | pvRatio | gridA  | drawnA | powerW  | availableA        | why
    ${'grid'} | ${1}    | ${-10} | ${0}   | ${null} | ${10}             | ${'2400 W exported / 240 V'}
    ${'grid'} | ${1}    | ${-2}  | ${8}   | ${null} | ${10}             | ${'grid/V - I_ev = -2 - 8'}
    ${'grid'} | ${1.1}  | ${-10} | ${0}   | ${null} | ${10 - 100 / 240} | ${'reserve of (1.1 - 1) kW = 100 W'}
    ${'grid'} | ${0.5}  | ${-10} | ${0}   | ${null} | ${10}             | ${'a ratio up to 1 keeps no reserve'}
    ${'grid'} | ${1}    | ${3}   | ${0}   | ${null} | ${0}              | ${'import: nothing, never less'}
    ${'grid'} | ${1}    | ${3}   | ${8}   | ${null} | ${5}              | ${'3 - 8'}
    ${'pv'}   | ${1.1}  | ${30}  | ${0}   | ${2400} | ${10}             | ${'2400 W produced / 240 V, whatever the house takes, no reserve'}
    ${'pv'}   | ${1.1}  | ${0}   | ${8}   | ${2400} | ${10}             | ${'its own draw is no part of it'}
    ${'pv'}   | ${1.1}  | ${0}   | ${0}   | ${-20}  | ${0}              | ${'an inverter at night'}
  `('$feed feed, ratio $pvRatio: grid $gridA A, draws $drawnA A, PV $powerW W: $availableA A ($why)', (row: { feed: string; pvRatio: number; gridA: number; drawnA: number; powerW: number | null; availableA: number }) => {
    const pv = row.powerW === null ? null : { powerW: row.powerW, timeMs: 0 };
    const moment: Moment = { timeS: 0, gridA: row.gridA, evses: [row.drawnA > 0 ? charging(row.drawnA) : WAITING], signals: { pv } };
    expect(told(site({ feed: row.feed, pvRatio: row.pvRatio }), [moment]).availableA).toBeCloseTo(row.availableA, 9);
  });

  it('on three phases V counts threefold: 30 A exported, 30 / 3 - 100 W / 690 V', () => {
    const threePhases = site({ pvRatio: 1.1 }, { supply: { kind: 'three-phase-star', nominalVoltageV: 230 }, evses: [{}] });
    expect(told(threePhases, [at(0, -30)]).availableA).toBeCloseTo(10 - 100 / 690, 9);
  });

  it('on split phase both legs of 120 V carry it: 10 A exported on each is 2400 W, 10 A at 240 V', () => {
    const splitPhase = site({ pvRatio: 1.1 }, { supply: { kind: 'split-phase', nominalVoltageV: 240 }, evses: [{ phaseCount: 2 }] });
    expect(told(splitPhase, [{ timeS: 0, gridA: [-10, -10, 0], evses: [WAITING] }]).availableA).toBeCloseTo(10 - 100 / 240, 9);
  });
});

describe('rule 3, smoothing: S += (1 - exp(-dt / max(tau, 10))) x (A - S), dt in whole seconds, 0 at the first message', () => {
  it.each<[string, object, readonly [Moment, ...Moment[]], number]>([
    ['first message: 0', {}, [at(0, -10)], 0],
    ['attack 20 s, 10 s later: 10 x (1 - e^-0.5)', {}, [at(0, -10), at(10, -10)], 3.93469],
    ['attack 20 s, 20 s later: 10 x (1 - e^-1)', {}, [at(0, -10), at(10, -10), at(20, -10)], 6.32121],
    ['dt is cut to whole seconds: 10.9 s count as 10', {}, [at(0, -10), at(10.9, -10)], 3.93469],
    ['decay 600 s: 6.32121 x e^-0.1 after 60 s', {}, [at(0, -10), at(20, -10), at(80, 0)], 5.71967],
    ['attack 1 s acts as 10: 10 x (1 - e^-1) after 10 s', { attackS: 1 }, [at(0, -10), at(10, -10)], 6.32121],
    ['attack 0 does not smooth', { attackS: 0 }, [at(0, -10)], 10],
    ['the same message twice counts once', {}, [at(0, -10), at(10, -10), { ...at(15, -10), gridTimeS: 10 }], 3.93469],
  ])('%s', (_, settings, moments, smoothedA) => {
    expect(told(site(settings), moments).smoothedA).toBeCloseTo(smoothedA, 4);
  });
});

describe('rules 4 to 6 and 9, once S is above the trigger: whole amperes of what is available, at least 6', () => {
  it.each`
    pvRatio | availableA | ceilingA | why
    ${1}    | ${6.4}     | ${0}     | ${'T = 6, needs 6.5'}
    ${1}    | ${6.5}     | ${6}     | ${'T + 0.5'}
    ${1}    | ${7.99}    | ${7}     | ${'floor; a rest up to 1 never adds one'}
    ${1}    | ${20.5}    | ${20}    | ${'floor'}
    ${0.5}  | ${3.4}     | ${0}     | ${'T = 6 x 0.5 = 3, needs 3.5'}
    ${0.5}  | ${3.5}     | ${6}     | ${'T + 0.5; 3 A become the 6 A floor'}
    ${0.5}  | ${9.5}     | ${9}     | ${'a rest of 0.5 is not above 0.5'}
    ${0.5}  | ${9.6}     | ${10}    | ${'a rest of 0.6 is: imports 0.4 A'}
    ${0}    | ${0.4}     | ${0}     | ${'T = 0, needs 0.5'}
  `('ratio $pvRatio, $availableA A available: $ceilingA A ($why)', ({ pvRatio, availableA, ceilingA }: { pvRatio: number; availableA: number; ceilingA: number }) => {
    expect(told(site({ ...UNSMOOTHED, pvRatio }), [at(0, -availableA)]).ceilingA).toBe(ceilingA);
  });

  it('starts by the smoothed value, 30 s after 10 A have come: 10 x (1 - e^-1.5) = 7.77; 20 s were 6.32', () => {
    expect(told(site(), [at(0, -10), at(10, -10), at(20, -10)]).ceilingA).toBe(0);
    expect(told(site(), [at(0, -10), at(10, -10), at(20, -10), at(30, -10)]).ceilingA).toBe(10);
  });

  it('the rate is the unsmoothed value: a cloud takes it from 10 A to the floor at once', () => {
    expect(told(site({ attackS: 0 }), [at(0, -10), at(10, -1)]).ceilingA).toBe(6);
  });
});

describe('rules 7, 8 and 10, an EVSE that charges', () => {
  const since = (chargingS: number): EvseState => charging(6, { chargingMs: chargingS * 1000 });
  /** Started with 10 A at 0 s; draws 6 A since 5 s; then so much is exported beside it at `timeS`. */
  const later = (timeS: number, gridA: number): readonly [Moment, Moment] => [at(0, -10), at(timeS, gridA, since(5))];

  it.each<[string, readonly [Moment, Moment], number]>([
    ['600 s not over, no sun: the 6 A floor', later(604, 6), 6],
    ['600 s over, 6.0 A: stops', later(605, 0), 0],
    ['600 s over, 6.1 A: stays', later(605, -0.1), 6],
    ['600 s over, 8.3 A: 8', later(605, -2.3), 8],
  ])('%s', (_, moments, ceilingA) => {
    expect(told(site(UNSMOOTHED), moments).ceilingA).toBe(ceilingA);
  });

  it('a vehicle that stops by itself is not protected', () => {
    expect(told(site(UNSMOOTHED), [at(0, -10), at(10, -10, since(5)), at(20, 0)]).ceilingA).toBe(0);
  });

  it('the decay time carries it through a cloud: 10 x e^-(300/600) = 6.07 A after 5 min', () => {
    expect(told(site({ attackS: 0, minChargeS: 0 }), [at(0, -10), at(300, 6, since(5))]).ceilingA).toBe(6);
  });

  it('but not through a longer one: 10 x e^-(310/600) = 5.97 A', () => {
    expect(told(site({ attackS: 0, minChargeS: 0 }), [at(0, -10), at(310, 6, since(5))]).ceilingA).toBe(0);
  });
});

/** The firmware has no such rule (b.2 rule 12): a dead feed freezes its rate. */
describe('a dead feed counts as no sun', () => {
  const pv = (timeS: number, pvTimeS: number, state: EvseState): Moment => ({ timeS, gridA: 0, evses: [state], signals: { pv: { powerW: 4800, timeMs: pvTimeS * 1000 } } });

  it.each<[string, object, readonly [Moment, ...Moment[]], number]>([
    ['grid meter lost before a start', {}, [at(0, -10), at(1, null)], 0],
    ['grid meter lost in the minimum time: the floor', {}, [at(0, -10), at(10, null, charging(6, { chargingMs: 0 }))], 6],
    ['grid meter lost after it: stops', { minChargeS: 5 }, [at(0, -10), at(10, null, charging(6, { chargingMs: 0 }))], 0],
    ['PV value of 5 min ago: still', { feed: 'pv' }, [pv(0, 0, WAITING), pv(300, 0, WAITING)], 20],
    ['PV value older than that', { feed: 'pv' }, [pv(0, 0, WAITING), pv(301, 0, WAITING)], 0],
  ])('%s', (_, settings, moments, ceilingA) => {
    expect(told(site({ ...UNSMOOTHED, ...settings }), moments).ceilingA).toBe(ceilingA);
  });
});

/** Seed 002: "After an 'Eco mode' charge the OpenEVSE will revert to 'Normal' when EV is disconnected". */
describe('at unplugging', () => {
  const charge: readonly [Moment, Moment] = [at(0, -10), at(10, -4, charging(6, { chargingMs: 5000 }))];

  it.each<[string, object, readonly [Moment, ...Moment[]], number | null]>([
    ['normal after a charge: no ceiling any more', {}, [...charge, at(20, 0, ABSENT), at(30, 5)], null],
    ['normal only after a charge', {}, [at(0, 0), at(20, 0, ABSENT), at(30, 5)], 0],
    ['stay, as the firmware: the next vehicle waits for sun', { afterUnplug: 'stay' }, [...charge, at(20, 0, ABSENT), at(30, 5)], 0],
  ])('%s', (_, settings, moments, ceilingA) => {
    expect(told(site({ ...UNSMOOTHED, ...settings }), moments).ceilingA).toBe(ceilingA);
  });

  it('begins again when solar mode is asked for anew', () => {
    const here = site(UNSMOOTHED);
    const { memory } = after(divert, NO_DIVERT, here, [...charge, at(20, 0, ABSENT)]);
    expect(isBackToNormal(memory, 0)).toBe(true);
    const anew = enterDivert(memory, 0);
    expect(isBackToNormal(anew, 0)).toBe(false);
    expect(ceilingsOf(here, divert(anew, viewOf(here, at(30, 5))))).toEqual([0]);
  });
});

describe('several EVSEs take the same sun once', () => {
  const two = (settings: object): Site => site({ ...UNSMOOTHED, ...settings }, { evses: [{ phaseCount: 1, ratingA: 32, configuredMaxA: 32 }, { phaseCount: 1, ratingA: 32, configuredMaxA: 32 }] });

  it('grid feed: the first may have what the second takes, the second what is left: 2 + 6 + 8 = 16 and 2 + 8 = 10', () => {
    const here = two({});
    expect(ceilingsOf(here, after(divert, NO_DIVERT, here, [{ timeS: 0, gridA: -2, evses: [charging(6), charging(8)] }]))).toEqual([16, 10]);
  });

  it('PV feed: 4800 W are 20 A for the first; it takes 12, which leaves 8', () => {
    const here = two({ feed: 'pv' });
    const moment: Moment = { timeS: 0, gridA: 0, evses: [charging(12), charging(6)], signals: { pv: { powerW: 4800, timeMs: 0 } } };
    expect(ceilingsOf(here, after(divert, NO_DIVERT, here, [moment]))).toEqual([20, 8]);
  });
});

it('does nothing where surplus is the variant', () => {
  const here = solarSite();
  expect(after(divert, NO_DIVERT, here, [at(0, -30)]).evseCeilings).toEqual([]);
});
