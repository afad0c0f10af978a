/**
 * The gateway (ESP32) of a simulated OpenEVSE as a record: stored settings, claims, shaper, what it knows of its controller and
 * what it has not yet told. Changed in place by its loops (`openevse-loops.ts`) and by what clients ask for
 * (`openevse-changes.ts`), time as an argument.
 */
import { STATE, type Controller } from '../firmware/openevse-controller.ts';
import { createClaims, targetOf, type Claims, type Target } from '../firmware/openevse-claims.ts';
import { createDivert, createDivertSettings, type Divert, type DivertQuirks, type DivertSettings } from '../firmware/openevse-divert.ts';
import { createShaper, createShaperSettings, type Shaper, type ShaperQuirks, type ShaperSettings } from '../firmware/openevse-shaper.ts';
import { flagOf, numberOf, type Config } from './openevse-config.ts';
import type { PlannedEvent } from './openevse-schedule.ts';

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
  readonly divertQuirks: DivertQuirks;
  readonly divertSettings: DivertSettings;
  /** What its clock says at the start of the run, UTC. */
  readonly startWallMs: number;
  readonly news: News;
  claims: Claims;
  shaper: Shaper;
  divert: Divert;
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
  /** Only a window of the schedule has it on. */
  isShaperInWindow: boolean;
  /** Last answer to `$GG`, whole mA. */
  measuredMa: number;
  drawnA: number;
  /** What was measured when it was published last, the audience's count then (NaN before), and whether that was a mere repetition. */
  readonly told: { measuredMa: number; powerW: number; changeCount: number; isRepetition: boolean };
  seenStateCode: number;
  isVehicleSeen: boolean;
  pilotA: number;
  appliedVersion: number;
  feedVoltageV: number | null;
  feedVoltageMs: number;
  gridW: number;
  limit: SessionLimit | null;
  schedule: readonly Readonly<Record<string, unknown>>[];
  plan: readonly PlannedEvent[];
  /** What holds now, and has been carried out; null before the first look and without a schedule. */
  scheduledEvent: PlannedEvent | null;
  configVersion: number;
  overrideVersion: number;
  scheduleVersion: number;
  limitVersion: number;
  rapiCount: number;
}

export interface GatewayFrame {
  readonly config: Config;
  readonly controller: Controller;
  readonly quirks: ShaperQuirks;
  readonly divertQuirks: DivertQuirks;
  readonly startWallMs: number;
}

export function createGateway({ config, controller, quirks, divertQuirks, startWallMs }: GatewayFrame): Gateway {
  const claims = createClaims();
  const gateway: Gateway = {
    config,
    controller,
    quirks,
    shaperSettings: createShaperSettings(),
    divertQuirks,
    divertSettings: createDivertSettings(),
    startWallMs,
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
    divert: createDivert(),
    target: targetOf(claims),
    isUp: false,
    bootMs: 0,
    nextTickMs: Infinity,
    isRetaining: false,
    storedVoltageV: null,
    isShaperOn: false,
    isShaperInWindow: false,
    measuredMa: 0,
    drawnA: 0,
    told: { measuredMa: NaN, powerW: NaN, changeCount: NaN, isRepetition: false },
    seenStateCode: controller.stateCode,
    isVehicleSeen: false,
    pilotA: controller.pilotA,
    appliedVersion: -1,
    feedVoltageV: null,
    feedVoltageMs: 0,
    gridW: 0,
    limit: null,
    schedule: [],
    plan: [],
    scheduledEvent: null,
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

export const isCharging = ({ controller }: Gateway): boolean => controller.stateCode === STATE.charging;

/** Own measured current: 0 unless charging (rule 4). */
export function ownCurrentA(gateway: Gateway): number {
  return isCharging(gateway) ? gateway.measuredMa / 1000 : 0;
}

/** What the claims last came to; without any of them the stored default decides. */
export function wantedStateOf({ target, config }: Gateway): 'active' | 'disabled' {
  return target.state?.state ?? (flagOf(config, 'default_state') ? 'active' : 'disabled');
}

/** Eco at boot and after a change of the settings: only if both ask for it (reference b.1). */
export const isEcoStored = ({ config }: Gateway): boolean => flagOf(config, 'divert_enabled') && config['charge_mode'] === 'eco';

/** What of the stored settings is needed every second. */
export function readSettings(gateway: Gateway): void {
  const { config, shaperSettings, divertSettings } = gateway;
  const centivolts = numberOf(config, 'voltage');
  gateway.storedVoltageV = centivolts === 0 ? null : centivolts / 100;
  gateway.isRetaining = flagOf(config, 'mqtt_retained');
  shaperSettings.isEnabled = gateway.isShaperOn;
  shaperSettings.maxPowerW = numberOf(config, 'current_shaper_max_pwr');
  shaperSettings.smoothingTimeS = numberOf(config, 'current_shaper_smoothing_time');
  shaperSettings.minPauseTimeS = numberOf(config, 'current_shaper_min_pause_time');
  shaperSettings.maxIntervalS = numberOf(config, 'current_shaper_data_maxinterval');
  shaperSettings.isThreePhase = flagOf(config, 'is_threephase');
  divertSettings.type = numberOf(config, 'divert_type');
  divertSettings.isThreePhase = shaperSettings.isThreePhase;
  divertSettings.pvRatio = numberOf(config, 'divert_PV_ratio');
  divertSettings.attackTimeS = numberOf(config, 'divert_attack_smoothing_time');
  divertSettings.decayTimeS = numberOf(config, 'divert_decay_smoothing_time');
  divertSettings.minChargeTimeS = numberOf(config, 'divert_min_charge_time');
  shaperSettings.addsSolar = flagOf(config, 'divert_enabled') && numberOf(config, 'divert_type') === 0;
}
