import { MODE } from './smartevse-codes.ts';
import { distribute } from './smartevse-distribution.ts';
import { limitChanges, settleOwnCurrent, smoothSetPoint } from './smartevse-filter.ts';
import { guardSetPoint, moveSetPoint } from './smartevse-set-point.ts';
import { testShortage } from './smartevse-shortage.ts';
import { setOwnMaximum, sumActive } from './smartevse-sums.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/**
 * One calculation of a master or standalone unit (smartevse.md chapter 3): every 2 s, and with `isJoining` at the moment
 * an EVSE is granted state C. Uses up the fresh measurement.
 */
export function calculate(unit: SmartevseUnit, isJoining = false): void {
  const { sums } = unit;
  const isStabilised = unit.variant === 'stabilised';
  setOwnMaximum(unit);
  sumActive(unit);
  moveSetPoint(unit, isJoining);
  guardSetPoint(unit);
  if (isStabilised) smoothSetPoint(unit);
  if (sums.active > 0 && (unit.isFresh || unit.settings.mode === MODE.normal)) {
    if (!testShortage(unit)) distribute(unit);
    if (isStabilised) limitChanges(unit, isJoining);
  }
  if (isStabilised) settleOwnCurrent(unit);
  if (sums.active === 0) {
    unit.solarStopS = 0;
    unit.capacityS = 0;
    unit.shortages = 0;
  }
  unit.isFresh = false;
}
