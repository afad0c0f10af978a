/**
 * The gateway (ESP32) of a simulated OpenEVSE: feeds, shaper and claims decide, the controller is told over RAPI. It polls
 * the controller every second, runs the shaper every 2 s (reference a.1), and pulses the heartbeat (e.7). A record
 * changed in place, time as an argument; what leaves it is in `openevse-publisher.ts`.
 */
import {
  acknowledgeMiss,
  armHeartbeat,
  isAsleep,
  pulseHeartbeat,
  setCurrent,
  sleep,
  STATE,
  storeMaximum,
  wake,
  type Controller,
} from '../firmware/openevse-controller.ts';
import {
  CLIENTS,
  createClaims,
  findClaim,
  makeClaim,
  pilotOf,
  PRIORITIES,
  releaseAtSessionEnd,
  releaseClaim,
  targetOf,
  type Claims,
  type Target,
} from '../firmware/openevse-claims.ts';
import {
  createShaper,
  createShaperSettings,
  recomputeCeiling,
  releaseShaper,
  runShaperLoop,
  type Shaper,
  type ShaperQuirks,
  type ShaperSettings,
} from '../firmware/openevse-shaper.ts';
import { changeConfig, flagOf, numberOf, type Config } from './openevse-config.ts';

export const TICK_MS = 1000;
/** From power or a restart to the first turn of its loops, with WLAN and broker: an assumption, units differ by seconds. */
export const BOOT_DURATION_MS = 8000;
/** Shaper without a voltage from anywhere (reference a.1, `voltage`). */
const DEFAULT_VOLTAGE_V = 240;
const VOLTAGE_FRESH_MS = 120_000;

/** A limit on the session: minutes or Wh (reference c.3). */
export interface SessionLimit {
  readonly type: 'time' | 'energy' | 'soc' | 'range';
  readonly value: number;
  readonly isAutoReleased: boolean;
}

/** What changed since it was last told; cleared by the publisher. */
export interface News {
  isStateNew: boolean;
  isShaperNew: boolean;
  isConfigNew: boolean;
  isClaimNew: boolean;
  isOverrideNew: boolean;
  isLimitNew: boolean;
  isScheduleNew: boolean;
  isDivertNew: boolean;
}

export interface Gateway {
  readonly config: Config;
  readonly controller: Controller;
  readonly quirks: ShaperQuirks;
  readonly shaperSettings: ShaperSettings;
  readonly news: News;
  claims: Claims;
  shaper: Shaper;
  target: Target;
  /** Runs its loops; false without power and while booting. */
  isUp: boolean;
  bootMs: number;
  nextTickMs: number;
  /** Stored settings that are needed every second. */
  isRetaining: boolean;
  storedVoltageV: number | null;
  /** Shaper switched at run time; begins as stored. */
  isShaperOn: boolean;
  /** Last answer to `$GG`, whole mA. */
  measuredMa: number;
  drawnA: number;
  seenStateCode: number;
  isVehicleSeen: boolean;
  pilotA: number;
  appliedVersion: number;
  feedVoltageV: number | null;
  feedVoltageMs: number;
  gridW: number;
  divertMode: 1 | 2;
  limit: SessionLimit | null;
  schedule: readonly Readonly<Record<string, unknown>>[];
  configVersion: number;
  overrideVersion: number;
  scheduleVersion: number;
  limitVersion: number;
  rapiCount: number;
}

export function createGateway(config: Config, controller: Controller, quirks: ShaperQuirks): Gateway {
  const claims = createClaims();
  const gateway: Gateway = {
    config,
    controller,
    quirks,
    shaperSettings: createShaperSettings(),
    news: {
      isStateNew: false,
      isShaperNew: false,
      isConfigNew: false,
      isClaimNew: false,
      isOverrideNew: false,
      isLimitNew: false,
      isScheduleNew: false,
      isDivertNew: false,
    },
    claims,
    shaper: createShaper(),
    target: targetOf(claims),
    isUp: false,
    bootMs: 0,
    nextTickMs: Infinity,
    isRetaining: false,
    storedVoltageV: null,
    isShaperOn: false,
    measuredMa: 0,
    drawnA: 0,
    seenStateCode: controller.stateCode,
    isVehicleSeen: false,
    pilotA: controller.pilotA,
    appliedVersion: -1,
    feedVoltageV: null,
    feedVoltageMs: 0,
    gridW: 0,
    divertMode: 1,
    limit: null,
    schedule: [],
    configVersion: 1,
    overrideVersion: 0,
    scheduleVersion: 1,
    limitVersion: 1,
    rapiCount: 0,
  };
  return gateway;
}

/** Its loops begin: claims and run-time switches are gone, stored settings count (reference c.2: no claim survives a reboot). */
export function startGateway(gateway: Gateway, timeMs: number): void {
  gateway.claims = createClaims();
  gateway.shaper = createShaper();
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
  readSettings(gateway);
  enterDivertMode(gateway, flagOf(gateway.config, 'divert_enabled') && gateway.config['charge_mode'] === 'eco' ? 2 : 1);
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

function readSettings(gateway: Gateway): void {
  const { config, shaperSettings } = gateway;
  const centivolts = numberOf(config, 'voltage');
  gateway.storedVoltageV = centivolts === 0 ? null : centivolts / 100;
  gateway.isRetaining = flagOf(config, 'mqtt_retained');
  shaperSettings.isEnabled = gateway.isShaperOn;
  shaperSettings.maxPowerW = numberOf(config, 'current_shaper_max_pwr');
  shaperSettings.smoothingTimeS = numberOf(config, 'current_shaper_smoothing_time');
  shaperSettings.minPauseTimeS = numberOf(config, 'current_shaper_min_pause_time');
  shaperSettings.maxIntervalS = numberOf(config, 'current_shaper_data_maxinterval');
  shaperSettings.isThreePhase = flagOf(config, 'is_threephase');
  shaperSettings.addsSolar = flagOf(config, 'divert_enabled') && numberOf(config, 'divert_type') === 0;
}

/** One second of its loops. */
export function tickGateway(gateway: Gateway, timeMs: number): void {
  const { controller } = gateway;
  keepHeartbeat(gateway, timeMs);
  if (controller.stateCode !== gateway.seenStateCode) seeState(gateway);
  if (controller.isVehicleConnected !== gateway.isVehicleSeen) seeVehicle(gateway);
  gateway.measuredMa = controller.stateCode === STATE.charging ? Math.round(gateway.drawnA * 1000) : 0;
  if (gateway.limit !== null) enforceLimit(gateway, timeMs);
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

function claimForShaper(gateway: Gateway): void {
  const { claim } = gateway.shaper;
  if (claim === null) {
    releaseClaim(gateway.claims, CLIENTS.shaper);
    return;
  }
  makeClaim(gateway.claims, {
    client: CLIENTS.shaper,
    priority: claim.priority,
    state: claim.isDisabled ? 'disabled' : null,
    chargeCurrentA: null,
    maxCurrentA: claim.maxCurrentA,
    isAutoReleased: false,
  });
}

/** What the gateway takes for the line voltage (rule 4). */
export function shaperVoltageV(gateway: Gateway, timeMs: number): number {
  if (gateway.feedVoltageV !== null && timeMs - gateway.feedVoltageMs <= VOLTAGE_FRESH_MS) return gateway.feedVoltageV;
  return gateway.storedVoltageV ?? DEFAULT_VOLTAGE_V;
}

/** Own measured current: 0 unless charging (rule 4). */
export function ownCurrentA(gateway: Gateway): number {
  return gateway.controller.stateCode === STATE.charging ? gateway.measuredMa / 1000 : 0;
}

/** The winning claims go to the controller. */
export function applyTarget(gateway: Gateway, timeMs: number): void {
  const { controller, config } = gateway;
  // A controller in its self-tests takes nothing; it is told when it has come up.
  if (controller.stateCode === STATE.starting) return;
  gateway.appliedVersion = gateway.claims.version;
  gateway.target = targetOf(gateway.claims);
  const wantedState = gateway.target.state?.state ?? (flagOf(config, 'default_state') ? 'active' : 'disabled');
  const pilotA = pilotOf(gateway.target, controller.configuredMaxA, controller.minCurrentA);
  if (wantedState === 'disabled' && !isAsleep(controller)) {
    sleep(controller, timeMs, flagOf(config, 'pause_uses_disabled') ? STATE.disabled : STATE.sleeping);
  } else if (wantedState === 'active') wake(controller);
  if (pilotA !== controller.pilotA || controller.isAtPowerUp) setCurrent(controller, pilotA);
  if (pilotA !== gateway.pilotA || controller.stateCode !== gateway.seenStateCode) gateway.news.isStateNew = true;
  gateway.pilotA = pilotA;
  gateway.seenStateCode = controller.stateCode;
}

/** `shaper/set`: at run time only. */
export function switchShaper(gateway: Gateway, isOn: boolean): void {
  if (isOn === gateway.isShaperOn) return;
  gateway.isShaperOn = isOn;
  gateway.shaperSettings.isEnabled = isOn;
  gateway.news.isShaperNew = true;
  if (isOn) return;
  releaseShaper(gateway.shaper);
  releaseClaim(gateway.claims, CLIENTS.shaper);
}

/** Partial settings; answers whether anything changed. */
export function configure(gateway: Gateway, changes: Readonly<Record<string, unknown>>, timeMs: number): boolean {
  const changed = changeConfig(gateway.config, changes);
  if (changed.length === 0) return false;
  gateway.configVersion += 1;
  gateway.news.isConfigNew = true;
  if (changed.includes('max_current_soft')) storeMaximum(gateway.controller, numberOf(gateway.config, 'max_current_soft'));
  if (changed.includes('current_shaper_enabled')) switchShaper(gateway, flagOf(gateway.config, 'current_shaper_enabled'));
  const limitW = gateway.shaperSettings.maxPowerW;
  readSettings(gateway);
  if (gateway.shaperSettings.maxPowerW !== limitW) {
    // Rule 12: this too counts as an event of the feed.
    recomputeCeiling(gateway.shaper, gateway.shaperSettings, gateway.quirks, null, timeMs, shaperVoltageV(gateway, timeMs), ownCurrentA(gateway));
  }
  applyTarget(gateway, timeMs);
  return true;
}

/** Entering Eco claims `disabled` at the lowest priority, leaving releases it (reference b.2 rule 11). */
export function enterDivertMode(gateway: Gateway, mode: 1 | 2): void {
  gateway.news.isDivertNew = true;
  gateway.divertMode = mode;
  if (mode === 1) releaseClaim(gateway.claims, CLIENTS.divert);
  else {
    makeClaim(gateway.claims, {
      client: CLIENTS.divert,
      priority: PRIORITIES.default,
      state: 'disabled',
      chargeCurrentA: null,
      maxCurrentA: null,
      isAutoReleased: false,
    });
  }
}

export function changeLimit(gateway: Gateway, limit: SessionLimit | null): void {
  gateway.limit = limit;
  gateway.limitVersion += 1;
  gateway.news.isLimitNew = true;
  if (limit === null) releaseClaim(gateway.claims, CLIENTS.limit);
}

export function noteOverride(gateway: Gateway): void {
  gateway.overrideVersion += 1;
  gateway.news.isOverrideNew = true;
  gateway.news.isStateNew = true;
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
