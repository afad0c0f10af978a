import { chargeModeOf, type ModeWish } from '../balancing/features/charge-mode.ts';
import { isBackToNormal, type DivertMemory } from '../balancing/features/divert.ts';
import { scheduleAt } from '../balancing/features/schedule.ts';
import type { HeldMode } from '../runs/frame.ts';
import type { Evse, Site } from '../site/site.ts';

/** What every EVSE charges by at this wall time and who says so, as the step sees it. `divert`: null while the site uses none. */
export function heldModes(site: Site, wishes: readonly ModeWish[], divert: DivertMemory | null, wallMs: number): readonly HeldMode[] {
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
