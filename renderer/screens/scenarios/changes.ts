import type { Notice, Setpoint } from '../../../core/balancing/setpoint.ts';
import type { RunResult } from '../../../core/host-api/contract.ts';

const TOLERANCE_S = 1e-6;

/** The setpoint of every EVSE that held at a moment, in the site's order; EVSEs without one yet are left out. */
export function setpointsAt(result: RunResult, timeS: number): readonly Setpoint[] {
  const held = new Map<string, Setpoint>();
  for (const change of result.setpointChanges) {
    if (change.timeS > timeS + TOLERANCE_S) break;
    held.set(change.setpoint.evseId, change.setpoint);
  }
  return result.site.evses.flatMap((evse) => held.get(evse.id) ?? []);
}

/** Notices that are on at a moment, gravest first. */
export function noticesAt(result: RunResult, timeS: number): readonly Notice[] {
  const held = new Map<string, Notice>();
  for (const change of result.noticeChanges) {
    if (change.timeS > timeS + TOLERANCE_S) break;
    const key = `${change.notice.code} ${change.notice.about ?? ''}`;
    if (change.isOn) held.set(key, change.notice);
    else held.delete(key);
  }
  return [...held.values()].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}

const GRAVITY: Readonly<Record<Notice['severity'], number>> = { danger: 0, attention: 1, info: 2 };

/** The next moment after, or the last one before, among times in any order; null at the end. */
export function nextMoment(timesS: readonly number[], fromS: number, direction: 1 | -1): number | null {
  const beyond = timesS.filter((timeS) => (direction === 1 ? timeS > fromS + TOLERANCE_S : timeS < fromS - TOLERANCE_S));
  if (beyond.length === 0) return null;
  return direction === 1 ? Math.min(...beyond) : Math.max(...beyond);
}
