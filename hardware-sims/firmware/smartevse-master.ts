/** What a master does for its nodes, and after each calculation (smartevse.md 3.8, 3.10, 6.4). */
import { ERROR, MODE, STATE } from './smartevse-codes.ts';
import { calculate } from './smartevse-calculation.ts';
import { hasRoomForOneMore } from './smartevse-room.ts';
import type { SmartevseOutlet, SmartevseUnit } from './smartevse-unit.ts';

/** Calculations in a row without MIN for anybody before everybody is stopped. */
const SHORTAGES_TO_TRIP = 2;

/** A node's vehicle is ready to charge: granted, or told that there is no power. */
export function answerRequest(unit: SmartevseUnit, node: SmartevseOutlet): boolean {
  node.state = STATE.asksC;
  const isGranted = hasRoomForOneMore(unit);
  node.balancedDa = 0;
  if (!isGranted) {
    node.errors |= ERROR.lessThan6A;
    return false;
  }
  node.errors &= ~ERROR.lessThan6A;
  node.state = STATE.c;
  calculate(unit, true);
  return true;
}

/** A node says what it does. */
export function noteNodeState(node: SmartevseOutlet, state: number): void {
  node.state = state;
  if (state === STATE.a) node.chargingS = 0;
}

/** After each calculation of a master or standalone unit: stops all where nothing else helps. Answers whether it did. */
export function trip(unit: SmartevseUnit): boolean {
  const { settings, first } = unit;
  if (settings.mode === MODE.normal) return false;
  const isShort = unit.variant === 'classic' && unit.shortages > SHORTAGES_TO_TRIP;
  if (!isShort && unit.mainsDa <= 20 * settings.mainsA) return false;
  unit.errors |= ERROR.lessThan6A;
  unit.shortages = 0;
  for (const evse of unit.evses) {
    if (evse === first || evse.state !== STATE.c) continue;
    evse.state = STATE.c1;
    evse.errors |= ERROR.lessThan6A;
  }
  return true;
}
