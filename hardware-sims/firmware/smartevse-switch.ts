/** The input SWITCH of one unit (smartevse.md 1.4); the grid relay on it is a setting of the master. */
import { ACCESS, MODE, STATE } from './smartevse-codes.ts';
import { forgetShortage } from './smartevse-mode.ts';
import { enterState, setAccess } from './smartevse-states.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

export const SWITCH_FUNCTIONS = ['disabled', 'access-button', 'access-switch', 'mode-button', 'mode-switch', 'grid-relay'] as const;
export type SwitchFunction = (typeof SWITCH_FUNCTIONS)[number];

export interface SwitchInput {
  isClosed: boolean;
  closedMs: number;
}

export const createSwitchInput = (): SwitchInput => ({ isClosed: false, closedMs: 0 });

/** A longer press of the mode button stops instead. */
const LONG_PRESS_MS = 1500;

/** `setModeOfAll`: a mode set at one unit is that of all. Telling what is so already does nothing. */
export function moveSwitch(input: SwitchInput, unit: SmartevseUnit, use: SwitchFunction, isClosed: boolean, timeMs: number, setModeOfAll: (mode: number) => void): void {
  if (input.isClosed === isClosed) return;
  const heldMs = timeMs - input.closedMs;
  input.isClosed = isClosed;
  if (isClosed) input.closedMs = timeMs;
  switch (use) {
    case 'disabled':
      if (isClosed) stopCharging(unit);
      break;
    case 'access-button':
      if (isClosed) setAccess(unit, unit.access === ACCESS.on ? ACCESS.off : ACCESS.on);
      break;
    case 'access-switch':
      setAccess(unit, isClosed ? ACCESS.on : ACCESS.off);
      break;
    case 'mode-button':
      if (isClosed) break;
      if (heldMs > LONG_PRESS_MS) stopCharging(unit);
      else passBetweenSmartAndSolar(unit, unit.settings.mode === MODE.smart ? MODE.solar : MODE.smart, setModeOfAll);
      break;
    case 'mode-switch':
      passBetweenSmartAndSolar(unit, isClosed ? MODE.smart : MODE.solar, setModeOfAll);
      break;
    case 'grid-relay':
      unit.settings.isGridRelayOpen = !isClosed;
      break;
  }
}

function stopCharging(unit: SmartevseUnit): void {
  if (unit.first.state === STATE.c) enterState(unit, STATE.c1);
}

/** From Normal it leads nowhere. */
function passBetweenSmartAndSolar(unit: SmartevseUnit, mode: number, setModeOfAll: (mode: number) => void): void {
  const { settings } = unit;
  if (settings.mode === mode || settings.mode === MODE.normal) return;
  setModeOfAll(mode);
  forgetShortage(unit);
  if (unit.first.state !== STATE.c1) unit.delayS = 0;
}
