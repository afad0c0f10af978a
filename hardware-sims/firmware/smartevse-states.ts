/** The states of EVSE 0 and what entering them does (smartevse.md 5.4, "Entry actions"). */
import { ACCESS, CONTACT_2, ERROR, MODE, PHASE_SWITCH, STATE } from './smartevse-codes.ts';
import { isForcedToOnePhase } from './smartevse-sums.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

const PILOT_OFF_S = 5;
const B1_DELAY_S = 3;
const C1_DELAY_S = 15;
const C1_TIMEOUT_S = 6;

export function enterState(unit: SmartevseUnit, next: number): void {
  switch (next) {
    case STATE.a:
      openContactors(unit);
      endSession(unit);
      break;
    case STATE.b:
      requestPhases(unit);
      openContactors(unit);
      break;
    case STATE.c:
      closeContactors(unit);
      break;
    case STATE.b1:
      withdrawOffer(unit);
      openContactors(unit);
      break;
    case STATE.c1:
      unit.c1S = C1_TIMEOUT_S;
      unit.delayS = C1_DELAY_S;
      break;
  }
  unit.first.state = next;
}

function openContactors(unit: SmartevseUnit): void {
  unit.isContactor1Closed = false;
  unit.isContactor2Closed = false;
}

/** Access ends with a session, so that the next vehicle needs it granted again; even without RFID. */
function endSession(unit: SmartevseUnit): void {
  const { state } = unit.first;
  unit.errors &= ~ERROR.lessThan6A;
  unit.delayS = 0;
  unit.first.chargingS = 0;
  const wasConnected = unit.variant === 'stabilised' && (state === STATE.b || state === STATE.b1);
  if (state === STATE.c || state === STATE.c1 || wasConnected) unit.access = ACCESS.off;
}

/** The control pilot is opened, so that the vehicle sees a new connection afterwards. */
function withdrawOffer(unit: SmartevseUnit): void {
  if (unit.delayS === 0) unit.delayS = B1_DELAY_S;
  if (unit.first.state === STATE.b1 || !unit.isPilotOn || unit.access !== ACCESS.on) return;
  unit.isPilotOn = false;
  unit.pilotOffS = PILOT_OFF_S;
}

/** The only place where contact 2 moves: without load, together with contact 1. */
function closeContactors(unit: SmartevseUnit): void {
  unit.activationS = null;
  if (unit.phaseSwitch !== PHASE_SWITCH.none) unit.phases = unit.phaseSwitch === PHASE_SWITCH.toOne ? 1 : 3;
  unit.isContactor1Closed = true;
  unit.isContactor2Closed = !isForcedToOnePhase(unit);
  unit.phases = unit.isContactor2Closed ? 3 : 1;
  unit.solarStopS = 0;
  unit.capacityS = 0;
  unit.phaseSwitch = PHASE_SWITCH.none;
}

/** 3.9: what contact 2 is set to, against the phases there are. */
export function requestPhases(unit: SmartevseUnit): void {
  const { settings } = unit;
  const isAuto = settings.contact2 === CONTACT_2.auto && settings.mode !== MODE.solar;
  if (isAuto && settings.mode !== MODE.smart) return;
  const wanted = !isAuto && isForcedToOnePhase(unit) ? 1 : 3;
  if (unit.phases === wanted) unit.phaseSwitch = PHASE_SWITCH.none;
  else if (unit.first.state === STATE.a && !isAuto) unit.phases = wanted;
  else unit.phaseSwitch = wanted === 1 ? PHASE_SWITCH.toOne : PHASE_SWITCH.toThree;
}

/** 3.11: whoever charges is asked to stop first; what merely waits loses its offer. */
export function makePowerUnavailable(unit: SmartevseUnit): void {
  const { state } = unit.first;
  if (state === STATE.c) enterState(unit, STATE.c1);
  else if (state !== STATE.a && state !== STATE.c1 && state !== STATE.b1) enterState(unit, STATE.b1);
}

export function setAccess(unit: SmartevseUnit, access: number): void {
  unit.access = access;
  if (access === ACCESS.on) return;
  if (unit.first.state === STATE.c) enterState(unit, STATE.c1);
  else if (unit.first.state === STATE.b) enterState(unit, STATE.b1);
}
