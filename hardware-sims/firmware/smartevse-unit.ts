/** All that a SmartEVSE remembers: one record, changed in place by the functions beside it and owned by whoever made it. */
import { ACCESS, EV_METER_TIMEOUT_S, MAINS_TIMEOUT_S, MOST_EVSES, PHASE_SWITCH, SCHEDULE, STATE } from './smartevse-codes.ts';
import { DEFAULT_TUNING, firmwareSettings, type SmartevseSettings, type SmartevseTuning, type SmartevseVariant } from './smartevse-settings.ts';

/** One EVSE as the master sees it; the first is the unit itself. */
export interface SmartevseOutlet {
  readonly index: number;
  state: number;
  /** Most it may be given. */
  mostDa: number;
  /** What it was given; has no meaning outside state C. A 16-bit register: see `givenDa`. */
  balancedDa: number;
  /** Bits sent to a node; for the unit itself only what the schedule thinks of it. */
  errors: number;
  schedule: number;
  /** Second of the schedule's clock at which it entered C; 0 is unknown. */
  connectedS: number;
  idleS: number;
  /** Uninterrupted time in C. */
  chargingS: number;
  /** Stabilised: what it was given by the last distribution. */
  formerDa: number;
  /** Of the distribution under way. */
  isSet: boolean;
  isFull: boolean;
}

/** Intermediate values of one calculation, kept in place so that a calculation makes no garbage. */
export interface SmartevseSums {
  active: number;
  activeMostDa: number;
  totalDa: number;
  /** Mains without the EVSEs' given currents; may be negative. */
  baseDa: number;
  baseEvDa: number;
  /** Idifference: below 0 when the limit is passed. */
  headroomDa: number;
  /** Solar: sum of the phases above IMPORT. */
  importDa: number;
  isLimitedByCapacity: boolean;
}

export interface SmartevseUnit {
  readonly variant: SmartevseVariant;
  readonly settings: SmartevseSettings;
  readonly tuning: SmartevseTuning;
  readonly evses: readonly SmartevseOutlet[];
  readonly first: SmartevseOutlet;
  /** By priority, sorted anew at every use. */
  readonly order: SmartevseOutlet[];
  readonly sums: SmartevseSums;

  access: number;
  errors: number;
  temperatureC: number;
  phases: number;
  phaseSwitch: number;
  isContactor1Closed: boolean;
  isContactor2Closed: boolean;
  isPilotOn: boolean;
  pilotOffS: number;
  isDiodeSeen: boolean;
  /** 10-ms ticks that the pilot has held what it shows: one byte. */
  heldTicks: number;
  /** Until the activation pulse; null when none is due. */
  activationS: number | null;
  activationPulseS: number;

  /** ChargeCurrent: what the unit itself may take. */
  ownDa: number;
  setPointDa: number;

  /** Highest phase, and sum of the phases. Import positive. */
  mainsDa: number;
  sumDa: number;
  evDa: number;
  batteryDa: number;
  /** A mains measurement came since the last calculation. */
  isFresh: boolean;
  mainsTimeoutS: number;
  evTimeoutS: number;
  /** Stabilised, mains values by API: time without any. */
  apiSilentS: number;

  /** NoCurrent: one byte. */
  shortages: number;
  solarStopS: number;
  capacityS: number;
  delayS: number;
  c1S: number;
  rotationS: number;
  uptimeS: number;

  /** Stabilised. */
  settleS: number;
  filteredDa: number;
  formerHeadroomDa: number;
  oscillations: number;
  smoothedDa: number;
  formerOwnDa: number;
}

function createOutlet(index: number): SmartevseOutlet {
  return {
    index,
    state: STATE.a,
    mostDa: 0,
    balancedDa: 0,
    errors: 0,
    schedule: SCHEDULE.inactive,
    connectedS: 0,
    idleS: 0,
    chargingS: 0,
    formerDa: 0,
    isSet: false,
    isFull: false,
  };
}

const emptySums = (): SmartevseSums => ({ active: 0, activeMostDa: 0, totalDa: 0, baseDa: 0, baseEvDa: 0, headroomDa: 0, importDa: 0, isLimitedByCapacity: false });

/** As after power-up: nobody connected, no access granted. `evseCount` from 1 to 8, the unit itself included. */
export function createSmartevse(variant: SmartevseVariant, evseCount: number, tuning: SmartevseTuning = DEFAULT_TUNING): SmartevseUnit {
  const first = createOutlet(0);
  const nodes = Array.from({ length: Math.min(evseCount, MOST_EVSES) - 1 }, (_, index) => createOutlet(index + 1));
  return {
    variant,
    settings: firmwareSettings(),
    tuning,
    evses: [first, ...nodes],
    first,
    order: [first, ...nodes],
    sums: emptySums(),
    access: ACCESS.off,
    errors: 0,
    temperatureC: 25,
    phases: 3,
    phaseSwitch: PHASE_SWITCH.none,
    isContactor1Closed: false,
    isContactor2Closed: false,
    isPilotOn: true,
    pilotOffS: 0,
    isDiodeSeen: false,
    heldTicks: 0,
    activationS: null,
    activationPulseS: 0,
    ownDa: 0,
    setPointDa: 0,
    mainsDa: 0,
    sumDa: 0,
    evDa: 0,
    batteryDa: 0,
    isFresh: true,
    mainsTimeoutS: MAINS_TIMEOUT_S,
    evTimeoutS: EV_METER_TIMEOUT_S,
    apiSilentS: 0,
    shortages: 0,
    solarStopS: 0,
    capacityS: 0,
    delayS: 0,
    c1S: 0,
    rotationS: 0,
    uptimeS: 0,
    settleS: 0,
    filteredDa: 0,
    formerHeadroomDa: 0,
    oscillations: 0,
    smoothedDa: 0,
    formerOwnDa: 0,
  };
}
