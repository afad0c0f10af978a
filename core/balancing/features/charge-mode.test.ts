import { describe, expect, it } from 'vitest';
import { evseId, type PerPhase } from '../../quantities.ts';
import type { ChargeMode } from './feature.ts';
import { chargeMode, chargeModeOf, endWishes, NO_CHARGE_MODE, type ModeWish } from './charge-mode.ts';
import { ABSENT, after, ceilingsOf, charging, solarSite, WAITING, type EvseState, type Moment } from './testing/solar-view.ts';

const E0 = evseId('e0');
const E1 = evseId('e1');
const wish = (mode: ChargeMode, evse: typeof E0 | null = E0, untilWallMs: number | null = null): ModeWish => ({ evseId: evse, mode, untilWallMs });

/** Issue 3 item 5: a person's wish, then the schedule, then the EVSE's own mode, then the site's. */
describe('the mode of EVSE e0 at wall time 1000', () => {
  it.each<[string, readonly ModeWish[], ChargeMode | null, ChargeMode | undefined, ChargeMode]>([
    ['the site: smart', [], null, undefined, 'smart'],
    ['its own before the site', [], null, 'solar', 'solar'],
    ['the schedule before its own', [], 'off', 'solar', 'off'],
    ['a wish before the schedule', [wish('normal')], 'off', 'solar', 'normal'],
    ['a wish for all', [wish('pause', null)], 'off', 'solar', 'pause'],
    ['a wish for another', [wish('pause', E1)], 'off', 'solar', 'off'],
    ['a wish that ends later', [wish('boost', E0, 1001)], null, undefined, 'boost'],
    ['a wish that ends now has ended', [wish('boost', E0, 1000)], null, undefined, 'smart'],
    ['the last wish counts: pause all after a boost', [wish('boost'), wish('pause', null)], null, undefined, 'pause'],
    ['the last wish counts: boost after pause all', [wish('pause', null), wish('boost')], null, undefined, 'boost'],
    ['an ended wish uncovers the one before', [wish('pause', null), wish('boost', E0, 900)], null, undefined, 'pause'],
  ])('%s', (_, wishes, scheduled, own, mode) => {
    const site = solarSite({ policy: { mode: 'smart' }, evses: [{ ...(own === undefined ? {} : { mode: own }) }] });
    const [evse] = site.evses;
    expect(evse === undefined ? null : chargeModeOf(site, evse, wishes, scheduled, 1000)).toBe(mode);
  });

  it('a time that is none ends no pause', () => {
    const site = solarSite();
    const [evse] = site.evses;
    expect(evse === undefined ? null : chargeModeOf(site, evse, [wish('pause', E0, 5)], null, NaN)).toBe('pause');
  });
});

describe('a boost ends when its vehicle leaves', () => {
  const site = solarSite({ evses: [{}, {}, {}] });
  const E2 = evseId('e2');

  it.each<[string, readonly ModeWish[], readonly ModeWish[], readonly ModeWish[]]>([
    ['its own', [wish('boost')], [], [wish('boost')]],
    ['not that of another', [wish('boost', E1)], [wish('boost', E1)], []],
    ['a pause stays', [wish('pause')], [wish('pause')], []],
    ['a boost of all goes on for the others', [wish('boost', null, 9000)], [wish('boost', E1, 9000), wish('boost', E2, 9000)], []],
    ['an end that has come', [wish('pause', E1, 1000)], [], [wish('pause', E1, 1000)]],
  ])('%s: e0 is unplugged at 1000', (_, wishes, remaining, ended) => {
    expect(endWishes(site, wishes, [E0], 1000)).toEqual({ wishes: remaining, ended });
  });
});

describe('what a mode forbids', () => {
  it.each<[ChargeMode, number | null, string | undefined]>([
    ['normal', null, undefined],
    ['boost', null, undefined],
    ['solar', null, undefined],
    ['off', 0, 'mode-off'],
    ['pause', 0, 'paused-by-person'],
  ])('%s: ceiling %s', (mode, ceilingA, kind) => {
    const site = solarSite();
    const outcome = after(chargeMode, NO_CHARGE_MODE, site, [{ timeS: 0, gridA: 99, evses: [charging(16, { mode })] }]);
    expect(ceilingsOf(site, outcome)).toEqual([ceilingA]);
    expect(outcome.evseCeilings[0]?.ceiling.reason.kind).toBe(kind);
  });
});

/** smartevse.md 3.8 with MAINS 25 A, MIN 6 A: (A + 1) x MIN + Base must fit; 3.11: and that for 60 s. */
describe('smart mode starts an EVSE once there has been room for 60 s', () => {
  const site = solarSite({ policy: { mode: 'smart', minimumOffMs: 60_000 }, evses: [{}, {}] });
  const at = (timeS: number, gridA: PerPhase<number> | null, first: EvseState = WAITING, second: EvseState = ABSENT): Moment => ({ timeS, gridA, evses: [first, second] });
  const all = (currentA: number): PerPhase<number> => [currentA, currentA, currentA];
  const OPEN = null;

  it.each<[string, readonly [Moment, ...Moment[]], number | null, number | null]>([
    ['59 s: not yet', [at(0, all(19)), at(59, all(19))], 0, 0],
    ['60 s: 6 + 19 = 25', [at(0, all(19)), at(60, all(19))], OPEN, 0],
    ['19.1 A of other load leave no room', [at(0, all(19.1)), at(60, all(19.1))], 0, 0],
    ['one phase without room is enough', [at(0, [0, 0, 20]), at(60, [0, 0, 20])], 0, 0],
    ['of a one-phase vehicle only its own phase counts', [at(0, [0, 0, 20], { ...WAITING, phases: [0] }), at(60, [0, 0, 20], { ...WAITING, phases: [0] })], OPEN, 0],
    ['a load in between begins the time anew', [at(0, all(0)), at(30, all(20)), at(31, all(0)), at(60, all(0))], 0, 0],
    ['room before the vehicle came counts', [at(0, all(0), ABSENT), at(60, all(0))], OPEN, OPEN],
    ['without a meter no room is to be seen', [at(0, all(0)), at(30, null), at(31, all(0)), at(60, all(0))], 0, 0],
    ['never a ceiling for one that charges', [at(0, all(40), charging(16))], OPEN, 0],
    ['nor without a meter', [at(0, null, charging(16))], OPEN, 0],
    ['the first at 16 A counts with its minimum: Base 29 - 16 = 13, 6 + 6 + 13 = 25', [at(0, all(29), charging(16), WAITING), at(60, all(29), charging(16), WAITING)], OPEN, OPEN],
    ['Base 13.1: no', [at(0, all(29.1), charging(16), WAITING), at(60, all(29.1), charging(16), WAITING)], OPEN, 0],
    ['room for one is not room for two: 15 + 6 fit, 15 + 6 + 6 do not', [at(0, all(15), WAITING, WAITING), at(60, all(15), WAITING, WAITING)], OPEN, 0],
  ])('%s', (_, moments, first, second) => {
    expect(ceilingsOf(site, after(chargeMode, NO_CHARGE_MODE, site, moments))).toEqual([first, second]);
  });

  it('says how long yet', () => {
    const outcome = after(chargeMode, NO_CHARGE_MODE, site, [at(0, all(0)), at(45, all(0))]);
    expect(outcome.evseCeilings[0]?.ceiling.reason).toEqual({ kind: 'start-delay', remainingMs: 15_000 });
  });

  it('a grid connection that nothing measures has its assumed load', () => {
    const unmeasured = solarSite({ meterId: null, policy: { mode: 'smart', minimumOffMs: 0 } });
    expect(ceilingsOf(unmeasured, after(chargeMode, NO_CHARGE_MODE, unmeasured, [at(0, null)]))).toEqual([null]);
  });
});
