/** What the stabilised variant does otherwise (smartevse.md 3.15): filter, ramps and the time a change needs to settle. */
import { clampedDa, MODE, quotient, SHARING, STATE } from './smartevse-codes.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** Most that one EVSE's current changes per calculation. */
const MOST_CHANGE_DA = 30;

export function followFiltered(unit: SmartevseUnit, isJoining: boolean): void {
  if (isJoining || unit.settleS > 0) return;
  if (unit.isFresh) {
    const { tuning, sums } = unit;
    countOscillations(unit);
    const quarters = tuning.filterQuarters;
    unit.filteredDa = quotient(unit.filteredDa * (4 - quarters) + sums.headroomDa * quarters, 4);
    const divisor = Math.max(1, tuning.rampDivisor) + unit.oscillations;
    if (Math.abs(unit.filteredDa) >= tuning.deadBandDa) unit.setPointDa += quotient(unit.filteredDa, divisor);
  }
  unit.setPointDa = clampedDa(unit.setPointDa);
}

/** A headroom of exactly 0, now or before, counts as neither a change of sign nor none. */
function countOscillations(unit: SmartevseUnit): void {
  const { headroomDa } = unit.sums;
  const product = unit.formerHeadroomDa * headroomDa;
  if (product < 0) unit.oscillations = Math.min(unit.tuning.mostOscillations, unit.oscillations + 1);
  if (product > 0) unit.oscillations = Math.max(0, unit.oscillations - (unit.settings.sharing === SHARING.standalone ? 2 : 1));
  unit.formerHeadroomDa = headroomDa;
}

/** After the guards. */
export function smoothSetPoint(unit: SmartevseUnit): void {
  if (unit.settings.mode === MODE.normal || !unit.isFresh) return;
  const percent = unit.tuning.smoothingPercent;
  unit.smoothedDa = quotient(percent * unit.setPointDa + (100 - percent) * unit.smoothedDa, 100);
  unit.setPointDa = unit.smoothedDa;
}

/** After a distribution. One that had nothing before takes its share at once, and so do all when one joins. */
export function limitChanges(unit: SmartevseUnit, isJoining: boolean): void {
  for (const evse of unit.evses) {
    if (!isJoining && evse.state === STATE.c && evse.formerDa !== 0) evse.balancedDa = within(evse.balancedDa, evse.formerDa, MOST_CHANGE_DA);
    evse.formerDa = evse.balancedDa;
  }
}

/** A standalone unit rests after every change of its current, so that slow vehicles can follow. */
export function settleOwnCurrent(unit: SmartevseUnit): void {
  const { first, tuning, settings } = unit;
  if (settings.mode === MODE.normal || settings.sharing !== SHARING.standalone || first.state !== STATE.c) return;
  if (tuning.rampDa > 0 && unit.formerOwnDa > 0) first.balancedDa = within(first.balancedDa, unit.formerOwnDa, tuning.rampDa);
  if (first.balancedDa !== unit.formerOwnDa && tuning.settleS > 0) unit.settleS = tuning.settleS;
  unit.formerOwnDa = first.balancedDa;
}

function within(currentDa: number, formerDa: number, changeDa: number): number {
  return Math.min(Math.max(currentDa, formerDa - changeDa, 0), formerDa + changeDa);
}
