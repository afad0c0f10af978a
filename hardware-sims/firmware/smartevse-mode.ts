/** What setting a mode does besides (smartevse.md 1.3). */
import { ACCESS, CONTACT_2, ERROR, MODE, STATE } from './smartevse-codes.ts';
import { enterState, requestPhases, setAccess } from './smartevse-states.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** By menu, MQTT or button: also grants access. The stabilised variant has no Solar mode and ignores it. */
export function setMode(unit: SmartevseUnit, mode: number): void {
  const { settings } = unit;
  if (mode === MODE.solar && unit.variant === 'stabilised') return;
  setAccess(unit, ACCESS.on);
  if (mode === settings.mode) return;
  const before = settings.mode;
  settings.mode = mode;
  unit.delayS = 0;
  if (mode === MODE.solar) settings.overrideDa = 0;
  if (mode === MODE.smart) forgetShortage(unit);
  if (movesContactor(unit, before)) stopForContactor(unit);
  requestPhases(unit);
}

export function forgetShortage(unit: SmartevseUnit): void {
  unit.errors &= ~ERROR.lessThan6A;
  unit.solarStopS = 0;
  unit.capacityS = 0;
}

function movesContactor({ settings, phases, first }: SmartevseUnit, before: number): boolean {
  const crossesSolar = (before === MODE.solar) !== (settings.mode === MODE.solar);
  if (settings.contact2 === CONTACT_2.solarOff) return crossesSolar;
  return settings.contact2 === CONTACT_2.auto && before === MODE.solar && phases === 1 && first.state === STATE.c;
}

/** Contact 2 changes without load. */
function stopForContactor(unit: SmartevseUnit): void {
  if (unit.first.state === STATE.c) enterState(unit, STATE.c1);
  else if (unit.first.state === STATE.b) enterState(unit, STATE.b1);
}
