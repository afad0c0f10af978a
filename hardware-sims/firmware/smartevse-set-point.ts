/** How the set point follows the measurements (smartevse.md 3.3, 3.4). */
import { clampedDa, CONTACT_2, GRID_RELAY_DA, MODE, PHASE_SWITCH, quotient, SHARING, STATE } from './smartevse-codes.ts';
import { followFiltered } from './smartevse-filter.ts';
import { doesCircuitApply, isForcedToOnePhase } from './smartevse-sums.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

export function moveSetPoint(unit: SmartevseUnit, isJoining: boolean): void {
  const { settings, sums } = unit;
  sums.importDa = 0;
  sums.isLimitedByCapacity = false;
  if (settings.mode === MODE.normal) {
    setNormal(unit);
    return;
  }
  if (settings.mode === MODE.solar && unit.first.state === STATE.b) chooseStartPhases(unit);
  measureHeadroom(unit);
  if (unit.variant === 'stabilised') followFiltered(unit, isJoining);
  else if (!isJoining) followHeadroom(unit);
  if (settings.mode === MODE.solar) followSurplus(unit);
  else if (isJoining && sums.active > 0) unit.setPointDa = joiningSetPointDa(unit);
}

function setNormal(unit: SmartevseUnit): void {
  const { settings } = unit;
  unit.setPointDa = settings.sharing === SHARING.master ? settings.circuitA * 10 - unit.sums.baseEvDa : unit.ownDa;
  if (unit.phases !== 3) unit.phaseSwitch = PHASE_SWITCH.toThree;
}

/** 3.3 point 7: three phases when the surplus carries MIN and 1 A more in all. */
function chooseStartPhases(unit: SmartevseUnit): void {
  const { settings } = unit;
  if (settings.contact2 !== CONTACT_2.auto) return;
  const isEnoughForThree = -unit.sumDa >= 30 * settings.minA + 30;
  if (isEnoughForThree && unit.phases !== 3) unit.phaseSwitch = PHASE_SWITCH.toThree;
  if (!isEnoughForThree && unit.phases !== 1) unit.phaseSwitch = PHASE_SWITCH.toOne;
}

/** The classic variant lets CAPACITY, a sum of phases, take the place of MAINS and CIRCUIT, which are per phase (3.13). */
function measureHeadroom(unit: SmartevseUnit): void {
  const { settings, sums } = unit;
  let headroomDa = settings.mainsA * 10 - unit.mainsDa;
  if (settings.evMeterType !== 0 && settings.sharing <= SHARING.master) headroomDa = Math.min(headroomDa, settings.circuitA * 10 - unit.evDa);
  if (settings.capacityA !== 0) {
    const excessDa = settings.capacityA * 10 - unit.sumDa;
    headroomDa = unit.variant === 'stabilised' ? Math.min(headroomDa, quotient(excessDa, 3)) : excessDa;
    sums.isLimitedByCapacity = excessDa < 0;
    if (excessDa >= 0) unit.capacityS = 0;
  }
  sums.headroomDa = headroomDa;
}

/** Down by the whole step, up by a quarter and only in Smart mode. The clamp acts without a fresh measurement too. */
function followHeadroom(unit: SmartevseUnit): void {
  const { headroomDa } = unit.sums;
  let setPointDa = unit.setPointDa;
  if (unit.isFresh) {
    if (headroomDa <= 0) setPointDa += headroomDa;
    else if (unit.settings.mode === MODE.smart) setPointDa += quotient(headroomDa, 4);
  }
  unit.setPointDa = clampedDa(setPointDa);
}

function followSurplus(unit: SmartevseUnit): void {
  const { sums } = unit;
  sums.importDa = unit.sumDa - unit.settings.importA * 10;
  if (sums.active > 0 && sums.headroomDa > 0 && unit.isFresh) unit.setPointDa += fineStepDa(sums.importDa, sums.headroomDa);
}

/** 3.3 point 5. */
function fineStepDa(importDa: number, headroomDa: number): number {
  if (importDa < 0) return importDa < -10 && headroomDa > 10 ? 5 : 1;
  if (importDa > 20) return -quotient(importDa, 2);
  if (importDa > 10) return -5;
  return importDa > 3 ? -1 : 0;
}

/** 3.3 point 6: what may flow at once, as one more begins to charge. */
function joiningSetPointDa({ settings, sums, sumDa }: SmartevseUnit): number {
  const leftDa = Math.min(settings.mainsA * 10 - sums.baseDa, settings.circuitA * 10 - sums.baseEvDa);
  return settings.capacityA === 0 ? leftDa : Math.min(leftDa, quotient(settings.capacityA * 10 - sumDa, 3));
}

/** 3.4, after every move. */
export function guardSetPoint(unit: SmartevseUnit): void {
  const { settings, sums } = unit;
  let setPointDa = unit.setPointDa;
  if (settings.mainsMeterType !== 0 && settings.mode !== MODE.normal) setPointDa = Math.min(setPointDa, settings.mainsA * 10 - sums.baseDa);
  if (doesCircuitApply(unit)) setPointDa = Math.min(setPointDa, settings.circuitA * 10 - sums.baseEvDa);
  if (settings.isGridRelayOpen) setPointDa = Math.min(setPointDa, quotient(GRID_RELAY_DA, isForcedToOnePhase(unit) ? 1 : 3));
  unit.setPointDa = setPointDa;
}
