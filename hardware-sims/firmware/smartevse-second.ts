/** What happens every second, in the firmware's order (smartevse.md 3.11, 3.12). */
import { EV_METER_TIMEOUT_S, ERROR, MAINS_TIMEOUT_S, MODE, SHARING, STATE } from './smartevse-codes.ts';
import { assumeFullMains } from './smartevse-measurement.ts';
import { hasRoomForOneMore } from './smartevse-room.ts';
import { tickSchedule } from './smartevse-scheduler.ts';
import { enterState, makePowerUnavailable } from './smartevse-states.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';

const NO_POWER_DELAY_S = 60;
const COOLED_BY_C = 10;
/** MAINS MET = API, which the stabilised variant lets be silent for longer. */
const API_METER = 9;
const API_SILENCE_S = 120;

export function tickSecond(unit: SmartevseUnit): void {
  countDown(unit);
  if (unit.temperatureC < unit.settings.maxTemperatureC - COOLED_BY_C) unit.errors &= ~ERROR.temperatureHigh;
  if ((unit.errors & ERROR.lessThan6A) !== 0 && unit.settings.sharing <= SHARING.master && hasRoomForOneMore(unit)) unit.errors &= ~ERROR.lessThan6A;
  watchMains(unit);
  watchEvMeter(unit);
  if (unit.mainsTimeoutS > 0) unit.errors &= ~ERROR.mainsSilent;
  if (unit.evTimeoutS > 0) unit.errors &= ~ERROR.evMeterSilent;
  watchApi(unit);
  if (unit.temperatureC > unit.settings.maxTemperatureC) raise(unit, ERROR.temperatureHigh);
  if ((unit.errors & ERROR.lessThan6A) !== 0) {
    makePowerUnavailable(unit);
    // Set every second: the delay runs only once there is power again.
    unit.delayS = NO_POWER_DELAY_S;
  }
  tickSchedule(unit);
}

function countDown(unit: SmartevseUnit): void {
  if (unit.activationS !== null && unit.activationS > 0) unit.activationS -= 1;
  if (unit.activationPulseS > 0) unit.activationPulseS -= 1;
  if (unit.first.state === STATE.c1) {
    if (unit.c1S > 0) unit.c1S -= 1;
    else enterState(unit, STATE.b1);
  }
  if (unit.settleS > 0) unit.settleS -= 1;
  if (unit.solarStopS > 0) {
    unit.solarStopS -= 1;
    if (unit.solarStopS === 0) stopForLackOfPower(unit);
  }
  if (unit.pilotOffS > 0) unit.pilotOffS -= 1;
  for (const evse of unit.evses) evse.chargingS = evse.state === STATE.c ? evse.chargingS + 1 : 0;
  if (unit.capacityS > 0) {
    unit.capacityS -= 1;
    if (unit.capacityS === 0) stopForLackOfPower(unit);
  }
  if (unit.delayS > 0) unit.delayS -= 1;
}

function stopForLackOfPower(unit: SmartevseUnit): void {
  if (unit.first.state === STATE.c) enterState(unit, STATE.c1);
  unit.errors |= ERROR.lessThan6A;
}

/** Once per error, so that a stop happens once. */
function raise(unit: SmartevseUnit, error: number): void {
  if ((unit.errors & error) !== 0) return;
  unit.errors |= error;
  makePowerUnavailable(unit);
}

/** A master needs its meter outside Normal mode, a node its master in every mode. */
function watchMains(unit: SmartevseUnit): void {
  const { settings } = unit;
  const isNode = settings.sharing > SHARING.master;
  if (settings.mainsMeterType === 0 && !isNode) unit.mainsTimeoutS = MAINS_TIMEOUT_S;
  else if (unit.mainsTimeoutS > 0) unit.mainsTimeoutS -= 1;
  else if (isNode || (settings.mode !== MODE.normal && !isApiFed(unit))) raise(unit, ERROR.mainsSilent);
}

function watchEvMeter(unit: SmartevseUnit): void {
  if (unit.settings.evMeterType === 0) unit.evTimeoutS = EV_METER_TIMEOUT_S;
  else if (unit.evTimeoutS > 0) unit.evTimeoutS -= 1;
  else if (unit.settings.mode !== MODE.normal) raise(unit, ERROR.evMeterSilent);
}

function isApiFed(unit: SmartevseUnit): boolean {
  return unit.variant === 'stabilised' && unit.settings.mainsMeterType === API_METER && unit.settings.sharing <= SHARING.master;
}

/** Charging goes on at what a full MAINS leaves. */
function watchApi(unit: SmartevseUnit): void {
  if (!isApiFed(unit) || unit.apiSilentS >= API_SILENCE_S) return;
  unit.apiSilentS += 1;
  if (unit.apiSilentS === API_SILENCE_S) assumeFullMains(unit);
}
