/**
 * The OpenEVSE controller (AVR): J1772 state, pilot, relay, heartbeat supervision, energy. It knows nothing but RAPI; claims and
 * feeds are the gateway's (reference section e). A record changed in place, time as an argument.
 */

/** J1772 states as RAPI counts them (e.8). */
export const STATE = { starting: 0x00, notConnected: 0x01, connected: 0x02, charging: 0x03, sleeping: 0xfe, disabled: 0xff } as const;

/** From the steady pilot to an open relay, when the vehicle keeps drawing (e.8). */
const RELAY_OPENS_AFTER_MS = 3000;
/** Below this the vehicle has stopped: the relay opens at once. */
const STOPPED_BELOW_A = 1;
/** From a reset to the first state, with its self-tests. */
const START_DURATION_MS = 2000;

export interface Controller {
  stateCode: number;
  isVehicleConnected: boolean;
  wasVehicleConnected: boolean;
  isRelayClosed: boolean;
  /** Set by the last current command, or lowered by the heartbeat; what PWM there is, says this. */
  pilotA: number;
  readonly minCurrentA: number;
  hardwareMaxA: number;
  /** Stored in EEPROM: where the pilot begins after a reset. */
  configuredMaxA: number;
  heartbeatIntervalMs: number;
  heartbeatFallbackA: number;
  /** As `$SY` tells it: 0 never missed, 2 missed and limiting, 1 missed earlier. */
  heartbeatTrigger: 0 | 1 | 2;
  lastPulseMs: number;
  /** Since when the pilot has been steady while the relay is still closed. */
  sleepStartMs: number;
  startEndMs: number;
  /** True from a reset until somebody sets a current: it offers its stored maximum on its own account. */
  isAtPowerUp: boolean;
  sessionStartMs: number;
  sessionWs: number;
  totalWh: number;
  switchCount: number;
}

export function createController(configuredMaxA: number, hardwareMaxA: number): Controller {
  return {
    stateCode: STATE.notConnected,
    isVehicleConnected: false,
    wasVehicleConnected: false,
    isRelayClosed: false,
    pilotA: configuredMaxA,
    minCurrentA: 6,
    hardwareMaxA,
    configuredMaxA,
    heartbeatIntervalMs: 0,
    heartbeatFallbackA: 0,
    heartbeatTrigger: 0,
    lastPulseMs: 0,
    sleepStartMs: 0,
    startEndMs: 0,
    isAtPowerUp: false,
    sessionStartMs: 0,
    sessionWs: 0,
    totalWh: 0,
    switchCount: 0,
  };
}

export function isAsleep(controller: Controller): boolean {
  return controller.stateCode === STATE.sleeping || controller.stateCode === STATE.disabled;
}

/** What the pilot tells the vehicle: 0 without PWM (asleep, disabled, starting, nobody there). */
export function offeredA(controller: Controller): number {
  return controller.stateCode === STATE.connected || controller.stateCode === STATE.charging ? controller.pilotA : 0;
}

/**
 * One pass of its loop, a second apart in these simulations: a vehicle that asks for energy is seen one pass after it is
 * seen at all. `drawnA` is what flowed in the last second.
 */
export function stepController(controller: Controller, timeMs: number, isVehicleConnected: boolean, wantsEnergy: boolean, drawnA: number): void {
  superviseHeartbeat(controller, timeMs);
  if (isVehicleConnected && !controller.isVehicleConnected) beginSession(controller, timeMs);
  controller.isVehicleConnected = isVehicleConnected;
  switch (controller.stateCode) {
    case STATE.starting:
      if (timeMs >= controller.startEndMs) controller.stateCode = STATE.notConnected;
      break;
    case STATE.sleeping:
    case STATE.disabled:
      stepAsleep(controller, timeMs, drawnA);
      break;
    default:
      stepAwake(controller, wantsEnergy);
  }
}

/**
 * Whether its next pass does nothing, with the same vehicle, while a gateway pulses once in every `pulseMs`. What it meters goes on.
 */
export function isControllerStill(controller: Controller, isVehicleConnected: boolean, wantsEnergy: boolean, pulseMs: number): boolean {
  const { stateCode, isRelayClosed, heartbeatIntervalMs, heartbeatTrigger } = controller;
  if (controller.isVehicleConnected !== isVehicleConnected || heartbeatTrigger === 2) return false;
  if (heartbeatIntervalMs !== 0 && heartbeatIntervalMs <= pulseMs) return false;
  switch (stateCode) {
    case STATE.starting:
      return false;
    case STATE.notConnected:
      return !isVehicleConnected && !isRelayClosed;
    case STATE.connected:
      return isVehicleConnected && !wantsEnergy && !isRelayClosed;
    case STATE.charging:
      return isVehicleConnected && wantsEnergy;
    default:
      return !isRelayClosed;
  }
}

function stepAsleep(controller: Controller, timeMs: number, drawnA: number): void {
  if (!controller.isRelayClosed) return;
  const hasWaited = timeMs - controller.sleepStartMs >= RELAY_OPENS_AFTER_MS;
  if (hasWaited || drawnA < STOPPED_BELOW_A || !controller.isVehicleConnected) openRelay(controller);
}

function stepAwake(controller: Controller, wantsEnergy: boolean): void {
  if (!controller.isVehicleConnected) {
    controller.stateCode = STATE.notConnected;
    openRelay(controller);
  } else if (controller.stateCode === STATE.notConnected) {
    controller.stateCode = STATE.connected;
  } else if (!wantsEnergy) {
    controller.stateCode = STATE.connected;
    openRelay(controller);
  } else if (controller.stateCode === STATE.connected) {
    controller.stateCode = STATE.charging;
    controller.isRelayClosed = true;
    controller.switchCount += 1;
  }
}

function beginSession(controller: Controller, timeMs: number): void {
  controller.sessionStartMs = timeMs;
  controller.sessionWs = 0;
  controller.wasVehicleConnected = true;
}

function openRelay(controller: Controller): void {
  controller.isRelayClosed = false;
}

/** What flowed for so long at so much; the controller keeps session and total. */
export function meterEnergy(controller: Controller, energyWs: number): void {
  controller.sessionWs += energyWs;
  controller.totalWh += energyWs / 3600;
}

/** `$FE`. */
export function wake(controller: Controller): void {
  if (!isAsleep(controller)) return;
  controller.stateCode = controller.isVehicleConnected ? STATE.connected : STATE.notConnected;
  // The pilot oscillates again; a relay that had not opened yet is opened first.
  openRelay(controller);
}

/** `$FS` and `$FD`: the pilot goes to steady +12 V first; the relay follows. */
export function sleep(controller: Controller, timeMs: number, stateCode: typeof STATE.sleeping | typeof STATE.disabled = STATE.sleeping): void {
  if (controller.stateCode === STATE.starting) return;
  if (!isAsleep(controller)) controller.sleepStartMs = timeMs;
  controller.stateCode = stateCode;
}

/** `$SC A V`: answers whether it was taken as asked; else the nearest allowed value stands (`$NK a`). */
export function setCurrent(controller: Controller, currentA: number): boolean {
  const ceilingA = controller.heartbeatTrigger === 2 ? controller.heartbeatFallbackA : controller.configuredMaxA;
  const takenA = Math.max(controller.minCurrentA, Math.min(currentA, ceilingA));
  controller.pilotA = takenA;
  controller.isAtPowerUp = false;
  return takenA === currentA;
}

/** `$SC A`: stored. */
export function storeMaximum(controller: Controller, currentA: number): boolean {
  const takenA = Math.max(controller.minCurrentA, Math.min(currentA, controller.hardwareMaxA));
  controller.configuredMaxA = takenA;
  setCurrent(controller, takenA);
  return takenA === currentA;
}

/** `$SY interval amps`; 0 0 disables and restores. */
export function armHeartbeat(controller: Controller, intervalMs: number, fallbackA: number, timeMs: number): void {
  controller.heartbeatIntervalMs = intervalMs;
  controller.heartbeatFallbackA = fallbackA;
  controller.lastPulseMs = timeMs;
  if (intervalMs === 0 && controller.heartbeatTrigger === 2) acknowledgeMiss(controller, timeMs);
}

/** `$SY`: false (`$NK`) while it limits, so that nobody believes all is well. */
export function pulseHeartbeat(controller: Controller, timeMs: number): boolean {
  controller.lastPulseMs = timeMs;
  return controller.heartbeatTrigger !== 2;
}

/** `$SY 165`: restores the configured maximum, not the pilot before the miss (e.7): the caller sends its current again at once. */
export function acknowledgeMiss(controller: Controller, timeMs: number): void {
  if (controller.heartbeatTrigger === 2) {
    controller.heartbeatTrigger = 1;
    controller.pilotA = controller.configuredMaxA;
  }
  controller.lastPulseMs = timeMs;
}

function superviseHeartbeat(controller: Controller, timeMs: number): void {
  if (controller.heartbeatIntervalMs === 0 || controller.heartbeatTrigger === 2) return;
  if (timeMs - controller.lastPulseMs < controller.heartbeatIntervalMs) return;
  controller.heartbeatTrigger = 2;
  controller.pilotA = Math.min(controller.pilotA, controller.heartbeatFallbackA);
}

/** `$FR`, or power coming back: the pilot begins at the stored maximum until somebody says otherwise. */
export function resetController(controller: Controller, timeMs: number): void {
  controller.stateCode = STATE.starting;
  controller.startEndMs = timeMs + START_DURATION_MS;
  controller.pilotA = controller.configuredMaxA;
  controller.heartbeatTrigger = 0;
  controller.lastPulseMs = timeMs;
  controller.isAtPowerUp = true;
  openRelay(controller);
}

/** Without power: neither pilot nor relay; the vehicle is found anew afterwards. `resetController` starts it again. */
export function switchOffController(controller: Controller): void {
  controller.stateCode = STATE.starting;
  controller.startEndMs = Infinity;
  controller.isVehicleConnected = false;
  controller.wasVehicleConnected = false;
  openRelay(controller);
}
