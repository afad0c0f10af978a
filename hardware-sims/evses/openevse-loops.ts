/**
 * The loops of a simulated OpenEVSE gateway: each second it pulses the heartbeat and polls the controller, every 2 s the shaper
 * has its turn (reference a.1, e.6, e.7), and the winning claims go to the controller over RAPI.
 */
import {
  acknowledgeMiss,
  armHeartbeat,
  isAsleep,
  pulseHeartbeat,
  setCurrent,
  sleep,
  STATE,
  wake,
} from '../firmware/openevse-controller.ts';
import { CLIENTS, createClaims, findClaim, makeClaim, pilotOf, PRIORITIES, releaseAtSessionEnd, releaseClaim, targetOf } from '../firmware/openevse-claims.ts';
import { createDivert, DIVERT_TYPES } from '../firmware/openevse-divert.ts';
import { createShaper, runShaperLoop } from '../firmware/openevse-shaper.ts';
import { changeLimit, claimForShaper, enterDivertMode, noteOverride } from './openevse-claimants.ts';
import { flagOf, numberOf } from './openevse-config.ts';
import { watchController } from './openevse-divert-turn.ts';
import { isEcoStored, readSettings, wantedStateOf, type Gateway } from './openevse-gateway.ts';
import { renewPlan, turnSchedule } from './openevse-schedule-turn.ts';

export const TICK_MS = 1000;
/** From power or a restart to the first turn of its loops, with WLAN and broker: an assumption, units differ by seconds. */
export const BOOT_DURATION_MS = 8000;

/** Its loops begin: claims and run-time switches are gone, stored settings count (reference c.2: no claim survives a reboot). */
export function startGateway(gateway: Gateway, timeMs: number): void {
  gateway.claims = createClaims();
  gateway.shaper = createShaper();
  gateway.divert = createDivert();
  gateway.scheduledEvent = null;
  gateway.isShaperInWindow = false;
  gateway.isUp = true;
  gateway.bootMs = timeMs;
  gateway.nextTickMs = timeMs;
  gateway.appliedVersion = -1;
  gateway.limit = null;
  gateway.feedVoltageV = null;
  gateway.measuredMa = 0;
  gateway.seenStateCode = gateway.controller.stateCode;
  gateway.isVehicleSeen = gateway.controller.isVehicleConnected;
  gateway.isShaperOn = flagOf(gateway.config, 'current_shaper_enabled');
  if (!gateway.divertQuirks.leavesTypeUnset && gateway.config['divert_type'] === DIVERT_TYPES.unset) gateway.config['divert_type'] = DIVERT_TYPES.grid;
  readSettings(gateway);
  renewPlan(gateway);
  enterDivertMode(gateway, isEcoStored(gateway) ? 2 : 1);
  armHeartbeat(gateway.controller, numberOf(gateway.config, 'heartbeat_interval') * 1000, numberOf(gateway.config, 'heartbeat_current'), timeMs);
  keepHeartbeat(gateway, timeMs);
  applyTarget(gateway, timeMs);
}

/** Power gone or crashed: no loop, no pulse, no network. */
export function stopGateway(gateway: Gateway): void {
  gateway.isUp = false;
  gateway.nextTickMs = Infinity;
}

/** Comes up again after its boot time. */
export function bootGateway(gateway: Gateway, timeMs: number): void {
  gateway.isUp = false;
  gateway.nextTickMs = timeMs + BOOT_DURATION_MS;
}

/** One second of its loops. */
export function tickGateway(gateway: Gateway, timeMs: number): void {
  const { controller } = gateway;
  keepHeartbeat(gateway, timeMs);
  if (controller.stateCode !== gateway.seenStateCode) seeState(gateway);
  if (controller.isVehicleConnected !== gateway.isVehicleSeen) seeVehicle(gateway);
  watchController(gateway, timeMs);
  gateway.measuredMa = controller.stateCode === STATE.charging ? Math.round(gateway.drawnA * 1000) : 0;
  if (gateway.limit !== null) enforceLimit(gateway, timeMs);
  turnSchedule(gateway, timeMs);
  const isShaperTurn = (timeMs - gateway.bootMs) % (2 * TICK_MS) < TICK_MS;
  if (gateway.isShaperOn && isShaperTurn) turnShaper(gateway, timeMs);
  // A current set by somebody else through the pass-through does not last above the own one (reference e.9).
  const isRaised = controller.stateCode === STATE.charging && controller.pilotA > gateway.pilotA;
  if (isRaised || gateway.claims.version !== gateway.appliedVersion) applyTarget(gateway, timeMs);
}

/** A pulse; after a miss it is acknowledged and the pilot sent again, because acknowledging restores the stored maximum. */
function keepHeartbeat(gateway: Gateway, timeMs: number): void {
  if (pulseHeartbeat(gateway.controller, timeMs)) return;
  acknowledgeMiss(gateway.controller, timeMs);
  gateway.appliedVersion = -1;
}

function seeState(gateway: Gateway): void {
  // A controller that comes back from a reset has forgotten its pilot (`$AB`).
  if (gateway.controller.isAtPowerUp) gateway.appliedVersion = -1;
  gateway.seenStateCode = gateway.controller.stateCode;
  gateway.news.isStateNew = true;
}

function seeVehicle(gateway: Gateway): void {
  gateway.isVehicleSeen = gateway.controller.isVehicleConnected;
  gateway.news.isStateNew = true;
  if (gateway.isVehicleSeen) return;
  const gone = releaseAtSessionEnd(gateway.claims);
  if (gone.includes(CLIENTS.mqtt)) gateway.news.isClaimNew = true;
  if (gone.includes(CLIENTS.manual)) noteOverride(gateway);
  if (gateway.limit !== null) {
    releaseClaim(gateway.claims, CLIENTS.limit);
    if (gateway.limit.isAutoReleased) changeLimit(gateway, null);
  }
}

function turnShaper(gateway: Gateway, timeMs: number): void {
  const { shaper, shaperSettings, quirks, controller } = gateway;
  const wasUpdated = shaper.isUpdated;
  const hasChanged = runShaperLoop(shaper, shaperSettings, quirks, timeMs, controller.minCurrentA);
  if (hasChanged || wasUpdated !== shaper.isUpdated) gateway.news.isShaperNew = true;
  if (hasChanged) claimForShaper(gateway);
}

/** The winning claims go to the controller. */
export function applyTarget(gateway: Gateway, timeMs: number): void {
  const { controller, config } = gateway;
  // A controller in its self-tests takes nothing; it is told when it has come up.
  if (controller.stateCode === STATE.starting) return;
  gateway.appliedVersion = gateway.claims.version;
  gateway.target = targetOf(gateway.claims);
  const wantedState = wantedStateOf(gateway);
  const pilotA = pilotOf(gateway.target, controller.configuredMaxA, controller.minCurrentA);
  if (wantedState === 'disabled' && !isAsleep(controller)) {
    sleep(controller, timeMs, flagOf(config, 'pause_uses_disabled') ? STATE.disabled : STATE.sleeping);
  } else if (wantedState === 'active') wake(controller);
  if (pilotA !== controller.pilotA || controller.isAtPowerUp) setCurrent(controller, pilotA);
  if (pilotA !== gateway.pilotA || controller.stateCode !== gateway.seenStateCode) gateway.news.isStateNew = true;
  gateway.pilotA = pilotA;
  gateway.seenStateCode = controller.stateCode;
}

/** Time in minutes, energy in Wh of the session (reference c.3); what the vehicle would have to tell is never reached. */
function enforceLimit(gateway: Gateway, timeMs: number): void {
  const { limit, controller, claims } = gateway;
  if (limit === null || findClaim(claims, CLIENTS.limit) !== null || !controller.isVehicleConnected) return;
  const isReached =
    (limit.type === 'time' && timeMs - controller.sessionStartMs >= limit.value * 60_000) ||
    (limit.type === 'energy' && controller.sessionWs >= limit.value * 3600);
  if (!isReached) return;
  makeClaim(claims, { client: CLIENTS.limit, priority: PRIORITIES.limit, state: 'disabled', chargeCurrentA: null, maxCurrentA: null, isAutoReleased: false });
}
