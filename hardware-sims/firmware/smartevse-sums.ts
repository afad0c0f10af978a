/** What a calculation starts from: the unit's own maximum and the sums over EVSEs in state C (smartevse.md 3.1, 3.2, 2). */
import { CONTACT_2, MODE, SHARING, STATE } from './smartevse-codes.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** EVSE 0 charges on one phase, now or as soon as its contactors close (2, "1/3-phase knowledge"). */
export function isForcedToOnePhase({ settings, phases }: SmartevseUnit): boolean {
  switch (settings.contact2) {
    case CONTACT_2.alwaysOff:
      return true;
    case CONTACT_2.solarOff:
      return settings.mode === MODE.solar;
    case CONTACT_2.auto:
      return phases === 1;
    default:
      return false;
  }
}

/** CIRCUIT limits: always on a master, standalone with an EV meter outside Normal mode (3.2). */
export function doesCircuitApply({ settings }: SmartevseUnit): boolean {
  if (settings.sharing === SHARING.master) return true;
  return settings.sharing === SHARING.standalone && settings.evMeterType !== 0 && settings.mode !== MODE.normal;
}

export function setOwnMaximum(unit: SmartevseUnit): void {
  const { settings, first } = unit;
  const isCableSmaller = first.state === STATE.c && !settings.isFixedCable && settings.maxA > settings.cableA;
  let ownDa = (isCableSmaller ? settings.cableA : settings.maxA) * 10;
  const { ocppLimitA } = settings;
  if (ocppLimitA !== null && ocppLimitA >= 0 && settings.sharing === SHARING.standalone) {
    ownDa = ocppLimitA < settings.minA ? 0 : Math.min(ownDa, Math.trunc(ocppLimitA * 10));
  }
  if (settings.overrideDa !== 0) ownDa = settings.overrideDa;
  unit.ownDa = ownDa;
  first.mostDa = ownDa;
}

/** Counts what is given, not what flows. */
export function sumActive(unit: SmartevseUnit): void {
  const { sums } = unit;
  let [active, activeMostDa, totalDa] = [0, 0, 0];
  for (const evse of unit.evses) {
    if (evse.state !== STATE.c) continue;
    active += 1;
    activeMostDa += evse.mostDa;
    totalDa += evse.balancedDa;
  }
  sums.active = active;
  sums.activeMostDa = activeMostDa;
  sums.totalDa = totalDa;
  sums.baseDa = unit.mainsDa - totalDa;
  sums.baseEvDa = Math.max(0, unit.evDa - totalDa);
}
