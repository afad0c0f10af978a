/** Who charges when not all can (smartevse.md chapter 4, points 1 to 3): a master with more than one EVSE in state C. */
import { ERROR, MODE, PRIORITY, quotient, SCHEDULE, STATE } from './smartevse-codes.ts';
import type { SmartevseOutlet, SmartevseUnit } from './smartevse-unit.ts';

/** Puts `unit.order` in order: charging ones first, then by strategy, equals by address. */
export function sortByPriority(unit: SmartevseUnit): readonly SmartevseOutlet[] {
  const { order, evses, settings } = unit;
  let length = 0;
  for (const evse of evses) {
    let place = length;
    for (; place > 0; place -= 1) {
      const before = order[place - 1];
      if (before === undefined || !goesBefore(evse, before, settings.priority)) break;
      order[place] = before;
    }
    order[place] = evse;
    length += 1;
  }
  return order;
}

function goesBefore(a: SmartevseOutlet, b: SmartevseOutlet, strategy: number): boolean {
  const isActive = a.state === STATE.c;
  if (isActive !== (b.state === STATE.c)) return isActive;
  switch (strategy) {
    case PRIORITY.firstConnected:
      return a.connectedS !== 0 && (b.connectedS === 0 || a.connectedS < b.connectedS);
    case PRIORITY.lastConnected:
      return a.connectedS > b.connectedS;
    default:
      return a.index < b.index;
  }
}

/** Gives MIN in order of priority, then what is left; answers whether anybody charges. */
export function shareByPriority(unit: SmartevseUnit, sharedDa: number): boolean {
  const leastDa = unit.settings.minA * 10;
  let leftDa = sharedDa;
  for (const evse of sortByPriority(unit)) {
    if (evse.state !== STATE.c) continue;
    if (leftDa >= leastDa) {
      admit(evse, leastDa);
      leftDa -= leastDa;
    } else pause(unit, evse);
  }
  shareRest(unit, leftDa);
  return unit.evses.some(({ schedule }) => schedule === SCHEDULE.active);
}

function admit(evse: SmartevseOutlet, leastDa: number): void {
  evse.balancedDa = leastDa;
  evse.schedule = SCHEDULE.active;
  evse.errors &= ~(ERROR.lessThan6A | ERROR.noSun);
}

function pause({ settings }: SmartevseUnit, evse: SmartevseOutlet): void {
  evse.balancedDa = 0;
  evse.schedule = SCHEDULE.paused;
  evse.errors |= settings.mode === MODE.solar ? ERROR.noSun : ERROR.lessThan6A;
}

/**
 * Equal shares until nothing is left or all are full. Goes by the schedule alone: an EVSE that has just left C still
 * counts, until the next second takes it from the schedule.
 */
function shareRest({ evses }: SmartevseUnit, restDa: number): void {
  for (const evse of evses) evse.isFull = false;
  let leftDa = restDa;
  while (leftDa > 0) {
    let takers = 0;
    for (const evse of evses) if (takes(evse)) takers += 1;
    if (takers === 0) return;
    const shareDa = Math.max(1, quotient(leftDa, takers));
    for (const evse of evses) {
      if (!takes(evse)) continue;
      const addedDa = Math.min(shareDa, Math.max(0, evse.mostDa - evse.balancedDa), leftDa);
      evse.balancedDa += addedDa;
      leftDa -= addedDa;
      evse.isFull = evse.balancedDa >= evse.mostDa;
    }
  }
}

const takes = ({ schedule, isFull }: SmartevseOutlet): boolean => schedule === SCHEDULE.active && !isFull;
