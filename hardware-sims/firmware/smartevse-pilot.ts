/** The pilot state machine of EVSE 0, every 10 ms (smartevse.md 5.4). A change of state is seen by what follows in the same tick. */
import { ACCESS, ERROR, PILOT, SHARING, STATE } from './smartevse-codes.ts';
import { calculate } from './smartevse-calculation.ts';
import { hasRoomForOneMore } from './smartevse-room.ts';
import { enterState } from './smartevse-states.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

/** More ticks than these with the same pilot make it true: 500 ms. */
const HELD_TICKS = 50;
const ACTIVATION_S = 30;
const ACTIVATION_PULSE_S = 3;

/** `reading` is one of PILOT. */
export function tickPilot(unit: SmartevseUnit, reading: number): void {
  const { first } = unit;
  if (first.state === STATE.a || first.state === STATE.asksB || first.state === STATE.b1) whileWaiting(unit, reading);
  if (first.state === STATE.grantedB) beginOffer(unit);
  if (first.state === STATE.b || first.state === STATE.asksC) whileConnected(unit, reading);
  if (first.state === STATE.c1) {
    if (reading === PILOT.volts12) enterState(unit, STATE.a);
    else if (reading === PILOT.volts9) enterState(unit, STATE.b1);
  }
  if (first.state === STATE.activation && unit.activationPulseS === 0) {
    enterState(unit, STATE.b);
    unit.activationS = null;
  }
  if (first.state === STATE.grantedC) {
    unit.isDiodeSeen = false;
    enterState(unit, STATE.c);
  }
  if (first.state === STATE.c) whileCharging(unit, reading);
}

function isReady(unit: SmartevseUnit): boolean {
  return unit.errors === 0 && unit.delayS === 0 && unit.access === ACCESS.on;
}

/** A, B1 and a node's request for B. */
function whileWaiting(unit: SmartevseUnit, reading: number): void {
  const { state } = unit.first;
  if (!unit.isPilotOn) {
    // It floats: what it shows means nothing.
    if (unit.pilotOffS === 0) unit.isPilotOn = true;
  } else if (reading === PILOT.volts12) {
    if (state !== STATE.a) enterState(unit, STATE.a);
    unit.delayS = 0;
  } else if (reading === PILOT.volts9 && state !== STATE.asksB) {
    if (isReady(unit)) connect(unit);
    else if (state !== STATE.b1 && unit.access === ACCESS.on) enterState(unit, STATE.b1);
  }
}

function connect(unit: SmartevseUnit): void {
  const { settings, first } = unit;
  unit.isDiodeSeen = false;
  unit.ownDa = (settings.maxA > settings.cableA && settings.cableA !== 0 ? settings.cableA : settings.minA) * 10;
  if (settings.sharing > SHARING.master) enterState(unit, STATE.asksB);
  else if (hasRoomForOneMore(unit)) {
    first.mostDa = settings.cableA * 10;
    first.balancedDa = unit.ownDa;
    beginOffer(unit);
  } else unit.errors |= ERROR.lessThan6A;
}

function beginOffer(unit: SmartevseUnit): void {
  enterState(unit, STATE.b);
  unit.activationS = ACTIVATION_S;
}

/** B and a node's request for C. */
function whileConnected(unit: SmartevseUnit, reading: number): void {
  switch (reading) {
    case PILOT.volts12:
      enterState(unit, STATE.a);
      break;
    case PILOT.volts6:
      // One byte: whoever waits longer than 2.5 s begins to count anew.
      unit.heldTicks = (unit.heldTicks + 1) & 0xff;
      if (unit.heldTicks > HELD_TICKS && unit.isDiodeSeen && isReady(unit)) askToCharge(unit);
      break;
    case PILOT.volts9:
      unit.heldTicks = 0;
      if (unit.activationS === 0) {
        enterState(unit, STATE.activation);
        unit.activationPulseS = ACTIVATION_PULSE_S;
      }
      break;
    case PILOT.diode:
      unit.isDiodeSeen = true;
      break;
  }
}

function askToCharge(unit: SmartevseUnit): void {
  const { settings, first } = unit;
  if (settings.sharing > SHARING.master) {
    if (first.state !== STATE.asksC) enterState(unit, STATE.asksC);
    return;
  }
  first.mostDa = unit.ownDa;
  if (hasRoomForOneMore(unit)) {
    first.balancedDa = settings.minA * 10;
    calculate(unit, true);
    unit.isDiodeSeen = false;
    enterState(unit, STATE.c);
  } else unit.errors |= ERROR.lessThan6A;
}

function whileCharging(unit: SmartevseUnit, reading: number): void {
  if (reading === PILOT.volts12) enterState(unit, STATE.a);
  else if (reading === PILOT.volts9) stopByVehicle(unit);
  else if (reading === PILOT.short) {
    unit.heldTicks += 1;
    if (unit.heldTicks <= HELD_TICKS) return;
    unit.heldTicks = 0;
    stopByVehicle(unit);
  } else unit.heldTicks = 0;
}

function stopByVehicle(unit: SmartevseUnit): void {
  enterState(unit, STATE.b);
  unit.isDiodeSeen = false;
}
