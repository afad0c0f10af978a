/**
 * What each EVSE charges by, and what that alone forbids: nothing in Off and in a pause, no start in smart mode before there
 * has been room for one more for a while. Normal and boost forbid nothing; solar has features of its own.
 */
import type { EvseId } from '../../quantities.ts';
import type { Evse, Site } from '../../site/site.ts';
import type { ChargeMode, EvseCeiling, Feature, FeatureOutcome, FeatureView } from './feature.ts';
import { emptyRoom } from './start-room.ts';
import { atKnownTime, hasLasted, remainingMs } from './timing.ts';

/** What a person asked for. */
export interface ModeWish {
  /** null: all EVSEs. */
  readonly evseId: EvseId | null;
  readonly mode: ChargeMode;
  /** UTC; null: until it is taken back (a boost: until its vehicle leaves). */
  readonly untilWallMs: number | null;
  /** UTC; when it was asked for. Decides nothing. */
  readonly madeWallMs?: number;
}

/**
 * A person's wish, else the schedule's mode, else the EVSE's own, else the site's. `wishes` in the order they were made: the
 * last that concerns this EVSE and has not ended counts, so that "pause all" holds after a boost and a boost after that.
 */
export function chargeModeOf(site: Site, evse: Evse, wishes: readonly ModeWish[], scheduledMode: ChargeMode | null, wallMs: number): ChargeMode {
  const wish = wishes.findLast((each) => (each.evseId === null || each.evseId === evse.id) && !hasEnded(each, wallMs));
  return wish?.mode ?? scheduledMode ?? evse.mode ?? site.policy.mode;
}

/** A wall time that is none ends nothing: a pause goes on. */
function hasEnded({ untilWallMs }: ModeWish, wallMs: number): boolean {
  return untilWallMs !== null && wallMs >= untilWallMs;
}

export interface RemainingWishes {
  readonly wishes: readonly ModeWish[];
  /** Those that are no more, as they were made: each is worth a notice. */
  readonly ended: readonly ModeWish[];
}

/** Drops wishes whose end has come, and boosts of EVSEs whose vehicle has just left; a boost of all goes on for the others. */
export function endWishes(site: Site, wishes: readonly ModeWish[], unplugged: readonly EvseId[], wallMs: number): RemainingWishes {
  const ended: ModeWish[] = [];
  const remaining = wishes.flatMap((wish) => {
    if (hasEnded(wish, wallMs)) {
      ended.push(wish);
      return [];
    }
    if (wish.mode !== 'boost' || unplugged.length === 0) return [wish];
    const boosted = wish.evseId === null ? site.evses.map(({ id }) => id) : [wish.evseId];
    const still = boosted.filter((id) => !unplugged.includes(id));
    if (still.length === boosted.length) return [wish];
    if (still.length === 0) ended.push(wish);
    return still.map((evseId) => ({ ...wish, evseId }));
  });
  return { wishes: remaining, ended };
}

export interface ChargeModeMemory {
  /** In the site's order: since when there has been room for this EVSE to start in smart mode; null while there is none. */
  readonly roomSinceMs: readonly (number | null)[];
}

export const NO_CHARGE_MODE: ChargeModeMemory = { roomSinceMs: [] };

/** `off`, `pause` and the start of smart mode. A start delay concerns EVSEs that do not charge: it never cuts one that does. */
export const chargeMode: Feature<ChargeModeMemory> = atKnownTime(decideChargeMode);

function decideChargeMode(memory: ChargeModeMemory, view: FeatureView): FeatureOutcome<ChargeModeMemory> {
  const evseCeilings: EvseCeiling[] = [];
  const roomSinceMs: (number | null)[] = view.site.evses.map(() => null);
  for (const { index, mode } of view.evses) {
    if (mode === 'off') evseCeilings.push({ index, ceiling: { currentA: 0, reason: { kind: 'mode-off' } } });
    if (mode === 'pause') evseCeilings.push({ index, ceiling: { currentA: 0, reason: { kind: 'paused-by-person' } } });
  }
  if (view.evses.some(({ mode }) => mode === 'smart')) delayStarts(memory, view, roomSinceMs, evseCeilings);
  return { memory: { roomSinceMs }, evseCeilings, circuitCeilings: [], notices: [] };
}

function delayStarts(memory: ChargeModeMemory, view: FeatureView, roomSinceMs: (number | null)[], evseCeilings: EvseCeiling[]): void {
  const { timeMs, site } = view;
  const delayMs = site.policy.minimumOffMs;
  const room = emptyRoom(view);
  for (const evse of view.evses) if (evse.isCharging) room.add(evse);
  for (const evse of view.evses) {
    if (evse.mode !== 'smart' || evse.isCharging) continue;
    const sinceMs = room.hasRoomFor(evse) ? (memory.roomSinceMs[evse.index] ?? timeMs) : null;
    roomSinceMs[evse.index] = sinceMs;
    if (!hasLasted(sinceMs, delayMs, timeMs)) {
      evseCeilings.push({ index: evse.index, ceiling: { currentA: 0, reason: { kind: 'start-delay', remainingMs: remainingMs(sinceMs, delayMs, timeMs) } } });
    } else if (evse.isConnected) room.add(evse);
  }
}
