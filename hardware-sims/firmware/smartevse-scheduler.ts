/**
 * The master's schedule, every second (smartevse.md chapter 4, a to e), with the reference's own weaknesses: D2 the search
 * for the next one begins at the head of the order when one is idle, D3 the master's EV meter speaks for every EVSE.
 */
import { SCHEDULE, SHARING, STATE } from './smartevse-codes.ts';
import { sortByPriority } from './smartevse-priority.ts';
import type { SmartevseOutlet, SmartevseUnit } from './smartevse-unit.ts';

/** 1.0 A on the master's EV meter: somebody draws. */
const DRAWING_DA = 10;

export function tickSchedule(unit: SmartevseUnit): void {
  if (unit.settings.sharing !== SHARING.master) return;
  unit.uptimeS += 1;
  noteConnections(unit);
  const { evses } = unit;
  if (!evses.some(isPaused) || !evses.some(isActive)) return;
  for (const evse of evses) if (isActive(evse)) evse.idleS = (evse.idleS + 1) & 0xffff;
  if (!passTurnOfIdle(unit)) countRotation(unit);
}

const isActive = ({ schedule }: SmartevseOutlet): boolean => schedule === SCHEDULE.active;
const isPaused = ({ schedule }: SmartevseOutlet): boolean => schedule === SCHEDULE.paused;
const waits = (evse: SmartevseOutlet): boolean => evse.state === STATE.c && isPaused(evse);

function noteConnections({ evses, uptimeS }: SmartevseUnit): void {
  for (const evse of evses) {
    if (evse.state !== STATE.c) {
      evse.connectedS = 0;
      evse.schedule = SCHEDULE.inactive;
    } else if (evse.connectedS === 0) evse.connectedS = uptimeS;
  }
}

/** One change in a second at most. */
function passTurnOfIdle(unit: SmartevseUnit): boolean {
  const { settings, evses } = unit;
  for (const evse of evses) {
    if (!isActive(evse) || evse.idleS < settings.idleTimeoutS) continue;
    if (evse.balancedDa > 0 && unit.evDa >= DRAWING_DA) {
      if (settings.rotationMin > 0 && unit.rotationS === 0) restartRotation(unit);
      continue;
    }
    endTurn(evse);
    const order = sortByPriority(unit);
    const next = order.find((other) => other !== evse && waits(other)) ?? order.find(waits);
    if (next === undefined) return false;
    beginTurn(unit, next);
    return true;
  }
  return false;
}

function countRotation(unit: SmartevseUnit): void {
  if (unit.settings.rotationMin === 0 || unit.rotationS === 0) return;
  unit.rotationS -= 1;
  if (unit.rotationS > 0) return;
  const order = sortByPriority(unit);
  const current = unit.evses.find(isActive);
  if (current === undefined) return;
  endTurn(current);
  const next = order.slice(order.indexOf(current) + 1).find(waits) ?? order.find(waits);
  if (next !== undefined) beginTurn(unit, next);
}

function endTurn(evse: SmartevseOutlet): void {
  evse.schedule = SCHEDULE.paused;
  evse.balancedDa = 0;
}

/** D4: it has no current until the next calculation. */
function beginTurn(unit: SmartevseUnit, evse: SmartevseOutlet): void {
  evse.schedule = SCHEDULE.active;
  evse.idleS = 0;
  restartRotation(unit);
}

/** 16 bits: from 1093 min on it runs over. */
function restartRotation(unit: SmartevseUnit): void {
  unit.rotationS = (unit.settings.rotationMin * 60) & 0xffff;
}
