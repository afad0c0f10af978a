/** Shares the set point among the EVSEs in state C (smartevse.md 3.6). */
import { MODE, quotient, SOLAR_START_S, STATE } from './smartevse-codes.ts';
import type { SmartevseOutlet, SmartevseUnit } from './smartevse-unit.ts';

export function distribute(unit: SmartevseUnit): void {
  const { sums } = unit;
  unit.setPointDa = Math.min(unit.setPointDa, sums.activeMostDa);
  for (const evse of unit.evses) evse.isSet = false;
  const rest: Rest = { leftDa: unit.setPointDa, sharers: sums.active };
  // Every EVSE that takes less than the average raises it for the others, so the scan begins again.
  while (rest.sharers > 0 && setOne(unit, rest));
  for (const evse of unit.evses) {
    if (rest.sharers > 0 && isOpen(evse)) give(evse, quotient(rest.leftDa, rest.sharers), rest);
  }
}

interface Rest {
  leftDa: number;
  /** One more than there are, when EVSE 0 has just been stopped to change its phases. */
  sharers: number;
}

const isOpen = ({ state, isSet }: SmartevseOutlet): boolean => state === STATE.c && !isSet;

/** The first that starts in Solar mode, which begins at MIN, or whose maximum lies below the average. */
function setOne(unit: SmartevseUnit, rest: Rest): boolean {
  const averageDa = quotient(rest.leftDa, rest.sharers);
  const isSolar = unit.settings.mode === MODE.solar;
  for (const evse of unit.evses) {
    if (!isOpen(evse)) continue;
    if (isSolar && evse.chargingS < SOLAR_START_S) {
      give(evse, unit.settings.minA * 10, rest);
      unit.setPointDa = unit.sums.totalDa;
      return true;
    }
    if (averageDa >= evse.mostDa) {
      give(evse, evse.mostDa, rest);
      return true;
    }
  }
  return false;
}

/** The register has 16 bits without a sign: less than nothing, where maxima are below MIN, becomes a large current. */
function give(evse: SmartevseOutlet, currentDa: number, rest: Rest): void {
  evse.balancedDa = currentDa & 0xffff;
  evse.isSet = true;
  rest.leftDa -= evse.balancedDa;
  rest.sharers -= 1;
}
