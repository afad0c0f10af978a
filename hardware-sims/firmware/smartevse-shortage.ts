/** The set point against what the charging EVSEs need at least (smartevse.md 3.5). */
import { ERROR, MODE, PHASE_SWITCH, SCHEDULE, SHARING, STATE } from './smartevse-codes.ts';
import { shareByPriority } from './smartevse-priority.ts';
import { timeSolarStop, timeSwitchToThree } from './smartevse-solar.ts';
import { doesCircuitApply } from './smartevse-sums.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** Answers whether priority has shared out the current already. */
export function testShortage(unit: SmartevseUnit): boolean {
  const needDa = unit.sums.active * unit.settings.minA * 10;
  if (unit.setPointDa >= needDa) {
    noteEnough(unit);
    return false;
  }
  const leftDa = Math.max(0, unit.setPointDa);
  unit.setPointDa = needDa;
  if (unit.settings.mode === MODE.solar) timeSolarStop(unit);
  const isShared = unit.settings.sharing === SHARING.master && unit.sums.active > 1;
  if (isShared) {
    if (!shareByPriority(unit, leftDa)) countShortage(unit);
  } else countAlone(unit);
  stopAfterShortages(unit);
  return isShared;
}

function countAlone(unit: SmartevseUnit): void {
  const { settings, sums } = unit;
  if (isHard(unit) && unit.phaseSwitch !== PHASE_SWITCH.toOne) countShortage(unit);
  else if (sums.isLimitedByCapacity && settings.capacityStopMin !== 0 && unit.capacityS === 0) unit.capacityS = settings.capacityStopMin * 60;
}

/** With the set point lifted to what is needed at least. */
function isHard(unit: SmartevseUnit): boolean {
  const { settings, sums, setPointDa } = unit;
  if (settings.mainsMeterType !== 0 && settings.mode !== MODE.normal && setPointDa > settings.mainsA * 10 - sums.baseDa) return true;
  if (doesCircuitApply(unit) && setPointDa > settings.circuitA * 10 - sums.baseEvDa) return true;
  return settings.capacityStopMin === 0 && sums.isLimitedByCapacity;
}

/** One byte, which the classic variant lets run over. */
function countShortage(unit: SmartevseUnit): void {
  const shortages = unit.shortages + 1;
  unit.shortages = unit.variant === 'stabilised' ? Math.min(255, shortages) : shortages & 0xff;
}

/** The stabilised variant stops EVSE 0 itself; the classic one leaves that to `trip`. */
function stopAfterShortages(unit: SmartevseUnit): void {
  if (unit.variant !== 'stabilised' || unit.settings.mode === MODE.normal) return;
  if (unit.shortages >= unit.tuning.shortagesToStop) unit.errors |= ERROR.lessThan6A;
}

function noteEnough(unit: SmartevseUnit): void {
  if (unit.settings.sharing === SHARING.master) scheduleAll(unit);
  if (timeSwitchToThree(unit)) return;
  unit.solarStopS = 0;
  unit.capacityS = 0;
  unit.shortages = unit.variant === 'stabilised' ? Math.max(0, unit.shortages - 1) : 0;
}

function scheduleAll({ evses }: SmartevseUnit): void {
  for (const evse of evses) {
    if (evse.state !== STATE.c) continue;
    evse.schedule = SCHEDULE.active;
    evse.errors &= ~(ERROR.lessThan6A | ERROR.noSun);
    evse.idleS = 0;
  }
}
