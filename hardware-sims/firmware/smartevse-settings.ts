/** What a SmartEVSE is set to, as its menu has it (smartevse.md chapter 1), and the tuning of the stabilised variant (3.15). */
import { CONTACT_2, MODE, PRIORITY, SHARING } from './smartevse-codes.ts';

/** `classic`: regulation of the user's document. `stabilised`: filters, dead band and ramps, without Solar mode. */
export type SmartevseVariant = 'classic' | 'stabilised';

/** Writable: a person or a trace changes settings while the unit runs. */
export interface SmartevseSettings {
  mode: number;
  /** PWR SHARE. */
  sharing: number;
  /** CONFIG: a fixed cable, whose rating is not read from the plug. */
  isFixedCable: boolean;
  /** MAINS, per phase. */
  mainsA: number;
  /** MAX of EVSE 0, per phase. */
  maxA: number;
  /** MIN of every EVSE, per phase. */
  minA: number;
  /** CIRCUIT, per phase. */
  circuitA: number;
  /** Rating of the plugged cable. */
  cableA: number;
  /** CAPACITY, sum of the phases; 0 is off. */
  capacityA: number;
  /** CAP STOP; 0 is off. */
  capacityStopMin: number;
  isGridRelayOpen: boolean;
  /** 0 is none. */
  overrideDa: number;
  priority: number;
  /** ROTATION; 0 is off. */
  rotationMin: number;
  /** IDLE TMO. */
  idleTimeoutS: number;
  /** START: export, sum of the phases. */
  startA: number;
  /** STOP; 0 is never. */
  stopMin: number;
  /** IMPORT, sum of the phases. */
  importA: number;
  contact2: number;
  /** Meter type of the firmware; 0 is none. */
  mainsMeterType: number;
  evMeterType: number;
  maxTemperatureC: number;
  /** Of an OCPP back end; null without one. Acts on a standalone unit only. */
  ocppLimitA: number | null;
}

/** What the state machine starts with before any setting is loaded. */
export function firmwareSettings(): SmartevseSettings {
  return {
    mode: MODE.normal,
    sharing: SHARING.standalone,
    isFixedCable: false,
    mainsA: 25,
    maxA: 13,
    minA: 6,
    circuitA: 16,
    cableA: 13,
    capacityA: 0,
    capacityStopMin: 0,
    isGridRelayOpen: false,
    overrideDa: 0,
    priority: PRIORITY.busAddress,
    rotationMin: 0,
    idleTimeoutS: 60,
    startA: 4,
    stopMin: 10,
    importA: 0,
    contact2: CONTACT_2.notPresent,
    mainsMeterType: 0,
    evMeterType: 0,
    maxTemperatureC: 65,
    ocppLimitA: null,
  };
}

/** Of the stabilised variant. */
export interface SmartevseTuning {
  /** EmaAlpha; 100 is no smoothing of the set point. */
  readonly smoothingPercent: number;
  readonly deadBandDa: number;
  readonly rampDivisor: number;
  /** MaxRampRate of a standalone unit, per calculation. */
  readonly rampDa: number;
  readonly settleS: number;
  /** NoCurrentThreshold. */
  readonly shortagesToStop: number;
  /** OscillationBoostMax. */
  readonly mostOscillations: number;
  /** IdiffEmaWeight: of the newest sample, in quarters. */
  readonly filterQuarters: number;
}

export const DEFAULT_TUNING: SmartevseTuning = {
  smoothingPercent: 100,
  deadBandDa: 10,
  rampDivisor: 4,
  rampDa: 30,
  settleS: 5,
  shortagesToStop: 10,
  mostOscillations: 10,
  filterQuarters: 1,
};
