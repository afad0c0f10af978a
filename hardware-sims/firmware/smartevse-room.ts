import { MODE, MOST_EVSES, SHARING } from './smartevse-codes.ts';
import { doesCircuitApply, isForcedToOnePhase, sumActive } from './smartevse-sums.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** Whether one more EVSE may charge (smartevse.md 3.8); asked before each start and every second to end LESS_6A. */
export function hasRoomForOneMore(unit: SmartevseUnit): boolean {
  const { settings, sums } = unit;
  sumActive(unit);
  if (settings.mode === MODE.solar && !hasSunForOneMore(unit)) return false;
  const leastDa = Math.min(MOST_EVSES, sums.active + 1) * settings.minA * 10;
  const isNormal = settings.mode === MODE.normal;
  if (!isNormal && leastDa + sums.baseDa > settings.mainsA * 10) return false;
  if (doesCircuitApply(unit) && leastDa + sums.baseEvDa > settings.circuitA * 10) return false;
  if (!isNormal && settings.capacityA !== 0 && phasesOfOneMore(unit) * leastDa + unit.sumDa > settings.capacityA * 10) return false;
  const { ocppLimitA } = settings;
  return !(ocppLimitA !== null && settings.sharing === SHARING.standalone && ocppLimitA >= 0 && ocppLimitA < settings.minA);
}

function hasSunForOneMore({ settings, sums, sumDa }: SmartevseUnit): boolean {
  const leastDa = sums.active * settings.minA * 10;
  if (sums.active === 0) return sumDa < -10 * settings.startA;
  if (leastDa > sums.totalDa) return false;
  return sumDa <= settings.importA * 10 + sums.totalDa - leastDa;
}

/** A master counts each EVSE with one phase against CAPACITY, a standalone unit with those it has. */
function phasesOfOneMore(unit: SmartevseUnit): 1 | 3 {
  if (unit.settings.sharing !== SHARING.standalone) return 1;
  return isForcedToOnePhase(unit) ? 1 : 3;
}
