import { describe, expect, it } from 'vitest';
import { chargeModeOf, type ModeWish } from '../balancing/features/charge-mode.ts';
import type { ChargeMode } from '../balancing/features/feature.ts';
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import { PRIMARY, SECONDARY, twoEvses } from '../balancing/testing/two-evses.ts';
import type { EvseId } from '../quantities.ts';
import { limitWishId, modeWishId, wishesFor, withLimit, withMode, withoutDoubles, withoutModes, withoutWish } from './wishes.ts';

const site = twoEvses();
const wish = (mode: ChargeMode, evseId: EvseId | null = PRIMARY): ModeWish => ({ evseId, mode, untilWallMs: null });
const asked = (...wishes: readonly ModeWish[]): Wishes => wishes.reduce<Wishes>((all, each) => withMode(all, each), NO_WISHES);

function modesOf({ modes }: Wishes): readonly string[] {
  return site.evses.map((evse) => chargeModeOf(site, evse, modes, null, 0));
}

describe('what a person asked for', () => {
  it.each<readonly [string, readonly ModeWish[], readonly string[]]>([
    ['nothing: the site decides', [], ['normal', 'normal']],
    ['one EVSE', [wish('boost')], ['boost', 'normal']],
    ['the last of two for one EVSE', [wish('solar'), wish('smart')], ['smart', 'normal']],
    ['all, after one', [wish('boost'), wish('solar', null)], ['solar', 'solar']],
    ['one, after all', [wish('solar', null), wish('boost')], ['boost', 'solar']],
    ['a pause stays when all get a mode', [wish('pause'), wish('smart', null)], ['pause', 'smart']],
    ['a mode of its own ends its pause', [wish('pause'), wish('boost')], ['boost', 'normal']],
  ])('%s', (_name, wishes, modes) => {
    expect(modesOf(asked(...wishes))).toEqual(modes);
  });

  it('that is taken back gives way to what was asked before: a pause to the mode it interrupted', () => {
    const paused = asked(wish('boost'), wish('pause'));
    expect(modesOf(paused)).toEqual(['pause', 'normal']);
    const resumed = withoutWish(paused, modeWishId(wish('pause')));
    expect(resumed === null ? null : modesOf(resumed)).toEqual(['boost', 'normal']);
  });

  it('goes back to the site for one EVSE, and for all, without touching the others', () => {
    const wishes = asked(wish('solar', null), wish('boost'), wish('pause', SECONDARY));
    expect(modesOf(withoutModes(wishes, PRIMARY))).toEqual(['solar', 'pause']);
    expect(modesOf(withoutModes(wishes, null))).toEqual(['boost', 'pause']);
  });

  it('has one limit for one thing, and says so when there is nothing to take back', () => {
    const limited = withLimit(withLimit(NO_WISHES, { evseId: PRIMARY, currentA: 10, untilWallMs: null }), { evseId: PRIMARY, currentA: 8, untilWallMs: 9 });
    expect(limited.limits).toEqual([{ evseId: PRIMARY, currentA: 8, untilWallMs: 9 }]);
    const [limit] = limited.limits;
    expect(limit === undefined ? null : withoutWish(limited, limitWishId(limit))?.limits).toEqual([]);
    expect(withoutWish(limited, 'limit/third')).toBeNull();
  });

  it('of two boosts for one EVSE keeps the later', () => {
    const [first, second] = [{ ...wish('boost'), madeWallMs: 1 }, { ...wish('boost'), madeWallMs: 2 }];
    expect(withoutDoubles([first, wish('smart', SECONDARY), second])).toEqual([wish('smart', SECONDARY), second]);
  });

  it('outlasts a pause of all and the way out', () => {
    const wishes = asked(wish('boost'));
    expect(wishesFor(wishes, { pausedEvses: 'all', isLeaving: true })).toEqual({ ...wishes, pausedEvses: 'all', isLeaving: true });
    expect(wishesFor(NO_WISHES, { pausedEvses: null, isLeaving: false })).toBe(NO_WISHES);
  });
});
