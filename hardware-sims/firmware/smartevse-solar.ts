/** When Solar mode stops, and when contact 2 changes the number of phases (smartevse.md 3.7, 3.9). */
import { CONTACT_2, MODE, PHASE_SWITCH, STATE } from './smartevse-codes.ts';
import { enterState } from './smartevse-states.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** Without STOP, the time that three phases are kept with too little sun. */
const LEAST_SWITCH_S = 30;
const TO_THREE_S = 63;
/** `Iset` hovers below MAX by this much although nothing more is to be had on one phase. */
const REGULATION_DA = 8;

/** In a shortage: stop, or go to one phase, after STOP. */
export function timeSolarStop(unit: SmartevseUnit): void {
  const { settings, sums, phases, first } = unit;
  const isAuto = phases > 1 && settings.contact2 === CONTACT_2.auto;
  const wouldRestartDa = (sums.active * settings.minA * phases - settings.startA) * 10;
  if (sums.importDa <= 0 || !(unit.sumDa > wouldRestartDa || isAuto)) {
    unit.solarStopS = 0;
    return;
  }
  if (isAuto && first.state === STATE.c) timeSwitchToOne(unit);
  else if (unit.solarStopS === 0) unit.solarStopS = settings.stopMin * 60;
}

function timeSwitchToOne(unit: SmartevseUnit): void {
  const { settings, sums } = unit;
  if (unit.solarStopS === 0) {
    const stopS = sums.importDa < settings.minA * 10 ? settings.stopMin * 60 : 0;
    unit.solarStopS = stopS === 0 ? LEAST_SWITCH_S : stopS;
  }
  if (unit.solarStopS <= 2) switchPhases(unit, PHASE_SWITCH.toOne);
}

/** Without a shortage: whether the stop timer now counts toward three phases, and so must not be cleared. */
export function timeSwitchToThree(unit: SmartevseUnit): boolean {
  const { settings, first } = unit;
  const isAtMost = unit.setPointDa + REGULATION_DA >= settings.maxA * 10;
  if (settings.mode !== MODE.solar || unit.phases !== 1 || settings.contact2 !== CONTACT_2.auto || !isAtMost || first.state !== STATE.c) return false;
  const gapA = 3 * (settings.minA + 1) - settings.maxA;
  if (-unit.sumDa > 10 * (gapA < 0 ? 3 : gapA)) {
    if (unit.solarStopS === 0) unit.solarStopS = TO_THREE_S;
    if (unit.solarStopS <= 3) switchPhases(unit, PHASE_SWITCH.toThree);
  } else unit.solarStopS = 0;
  return true;
}

function switchPhases(unit: SmartevseUnit, phaseSwitch: number): void {
  unit.phaseSwitch = phaseSwitch;
  enterState(unit, STATE.c1);
  unit.solarStopS = 0;
}
