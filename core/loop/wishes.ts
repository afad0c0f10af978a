/** What a person asked for and has not taken back: a list of wishes, in the order they were made, and how it changes. */
import type { ModeWish } from '../balancing/features/charge-mode.ts';
import type { LimitWish } from '../balancing/features/operator-limit.ts';
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import type { EvseId } from '../quantities.ts';

/** An EVSE (null: all of them) has at most one pause and one other mode by a person, an EVSE or circuit one limit. */
export function modeWishId({ evseId, mode }: Pick<ModeWish, 'evseId' | 'mode'>): string {
  return `${mode === 'pause' ? 'pause' : 'mode'}/${evseId ?? 'all'}`;
}

export function limitWishId(wish: LimitWish): string {
  return `limit/${'evseId' in wish ? wish.evseId : wish.circuitId}`;
}

/** The newest wish counts, but nothing for all lets an EVSE go on that a person paused: only a mode of its own does. */
export function withMode(wishes: Wishes, wish: ModeWish): Wishes {
  const pauseId = modeWishId({ evseId: wish.evseId, mode: 'pause' });
  const kept = wishes.modes.filter((each) => ![modeWishId(wish), pauseId].includes(modeWishId(each)));
  const modes = [...kept, wish];
  return { ...wishes, modes: [...modes.filter(({ mode }) => mode !== 'pause'), ...modes.filter(({ mode }) => mode === 'pause')] };
}

/** Back to what schedule and site say: neither a pause nor another mode by a person for this EVSE, or made for all of them. */
export function withoutModes(wishes: Wishes, evseId: EvseId | null): Wishes {
  return { ...wishes, modes: wishes.modes.filter((wish) => wish.evseId !== evseId) };
}

export function withLimit(wishes: Wishes, wish: LimitWish): Wishes {
  const id = limitWishId(wish);
  return { ...wishes, limits: [...wishes.limits.filter((each) => limitWishId(each) !== id), wish] };
}

/** Null when there is no such wish (any more). */
export function withoutWish(wishes: Wishes, id: string): Wishes | null {
  const modes = wishes.modes.filter((wish) => modeWishId(wish) !== id);
  const limits = wishes.limits.filter((wish) => limitWishId(wish) !== id);
  if (modes.length === wishes.modes.length && limits.length === wishes.limits.length) return null;
  return { ...wishes, modes, limits };
}

/** Of two with one id, as a boost of all leaves them when one vehicle goes, the later counts. */
export function withoutDoubles(modes: readonly ModeWish[]): readonly ModeWish[] {
  const ids = modes.map(modeWishId);
  return modes.filter((_, index) => !ids.includes(ids[index] ?? '', index + 1));
}

/** Pausing all and leaving change nothing in what else was asked for. Answers the one empty object when nothing is. */
export function wishesFor(asked: Pick<Wishes, 'modes' | 'limits'>, { pausedEvses, isLeaving }: Pick<Wishes, 'pausedEvses' | 'isLeaving'>): Wishes {
  const isNothing = asked.modes.length === 0 && asked.limits.length === 0 && pausedEvses === null && !isLeaving;
  return isNothing ? NO_WISHES : { pausedEvses, isLeaving, modes: asked.modes, limits: asked.limits };
}
