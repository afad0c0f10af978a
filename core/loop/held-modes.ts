import { NO_FEATURES } from '../balancing/features/all-features.ts';
import { chargeModeOf, type ModeWish } from '../balancing/features/charge-mode.ts';
import { isBackToNormal, type DivertMemory } from '../balancing/features/divert.ts';
import { scheduleAt } from '../balancing/features/schedule.ts';
import type { BalancerState } from '../balancing/state.ts';
import type { HeldMode } from '../runs/frame.ts';
import type { Evse, Site } from '../site/site.ts';

/** What every EVSE charges by at this wall time and who says so, as the step sees it. `divert`: null while the site uses none. */
function heldModes(site: Site, wishes: readonly ModeWish[], divert: DivertMemory | null, wallMs: number): readonly HeldMode[] {
  const scheduled = site.policy.schedule.length === 0 ? null : scheduleAt(site, wallMs);
  return site.evses.map((evse, index) => {
    const byClock = scheduled?.modes[index] ?? null;
    const mode = chargeModeOf(site, evse, wishes, byClock, wallMs);
    const isOver = mode === 'solar' && site.policy.solar.variant === 'divert' && divert !== null && isBackToNormal(divert, index);
    if (isOver) return { evseId: evse.id, mode: 'normal', by: 'unplugged' };
    return { evseId: evse.id, mode, by: sourceOf(evse, wishes, byClock !== null, wallMs) };
  });
}

function sourceOf(evse: Evse, wishes: readonly ModeWish[], isScheduled: boolean, wallMs: number): HeldMode['by'] {
  const isWished = wishes.some(({ evseId, untilWallMs }) => (evseId === null || evseId === evse.id) && (untilWallMs === null || wallMs < untilWallMs));
  if (isWished) return 'person';
  if (isScheduled) return 'schedule';
  return evse.mode === undefined ? 'site' : 'evse';
}

/** Made anew only when something can have changed: played runs have many turns and few wishes. */
export function createModeWatch(site: Site): (wishes: readonly ModeWish[], state: BalancerState, wallMs: number) => readonly HeldMode[] {
  const changesByItself = site.policy.schedule.length > 0 || site.policy.solar.variant === 'divert';
  let known: { readonly wishes: readonly ModeWish[]; readonly modes: readonly HeldMode[] } | null = null;
  return (wishes, { features }, wallMs) => {
    if (known === null || changesByItself || known.wishes !== wishes) {
      known = { wishes, modes: heldModes(site, wishes, (features ?? NO_FEATURES).divert, wallMs) };
    }
    return known.modes;
  };
}
