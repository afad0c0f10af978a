/**
 * The gateway (ESP32) of a simulated OpenEVSE as a record: stored settings, claims, shaper, what it knows of its controller and
 * what it has not yet told. Changed in place by its loops (`openevse-loops.ts`) and by what clients ask for
 * (`openevse-changes.ts`), time as an argument.
 */
import { STATE, type Controller } from '../firmware/openevse-controller.ts';
import { createClaims, targetOf, type Claims, type Target } from '../firmware/openevse-claims.ts';
import { createShaper, createShaperSettings, type Shaper, type ShaperQuirks, type ShaperSettings } from '../firmware/openevse-shaper.ts';
import { flagOf, numberOf, type Config } from './openevse-config.ts';

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

/** What the gateway takes for the line voltage (rule 4). */
export function shaperVoltageV(gateway: Gateway, timeMs: number): number {
  if (gateway.feedVoltageV !== null && timeMs - gateway.feedVoltageMs <= VOLTAGE_FRESH_MS) return gateway.feedVoltageV;
  return gateway.storedVoltageV ?? DEFAULT_VOLTAGE_V;
}

/** Own measured current: 0 unless charging (rule 4). */
export function ownCurrentA(gateway: Gateway): number {
  return gateway.controller.stateCode === STATE.charging ? gateway.measuredMa / 1000 : 0;
}

/** What of the stored settings is needed every second. */
export function readSettings(gateway: Gateway): void {
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
