/**
 * A recorded day under the divert as data/openevse-divert/README section 1 has it computed: a vehicle that always takes what the pilot
 * says, 240 V in the algorithm, 6 to 32 A, grid feed without the own draw, Eco from the first row on.
 */
import { createDivert, DIVERT_QUIRKS, DIVERT_TYPES, enterEco, receiveDivertPower, tellEvseState, type Divert, type DivertQuirks, type DivertSettings } from '../firmware/openevse-divert.ts';
import { STATE } from '../firmware/openevse-controller.ts';
import type { DaySample, RecordedDay } from './openevse-divert-day.ts';

/** What the reference's own surroundings of the divert do; numbers as in the README's list of quirks. */
export interface ReferenceQuirks extends DivertQuirks {
  /** 2: the divert is told of a change of the EVSE's state one row late, so its clock starts one row after the start. */
  readonly tellsStateLate: boolean;
  /** 3: a pilot equal to the one at the start is taken for sent already, and the one before stays. */
  readonly neverSendsStartPilot: boolean;
  /** 4: a change in the row in which an earlier one is told is not told at all: a start one row after a stop arms no clock. */
  readonly losesChangeWhileTelling: boolean;
}

export const REFERENCE_QUIRKS: ReferenceQuirks = { ...DIVERT_QUIRKS, tellsStateLate: true, neverSendsStartPilot: true, losesChangeWhileTelling: true };
export const NO_REFERENCE_QUIRKS: ReferenceQuirks = {
  seesOwnClaimLate: false,
  keepsCurrentInBand: false,
  filtersSinceLastCall: false,
  leavesTypeUnset: false,
  tellsStateLate: false,
  neverSendsStartPilot: false,
  losesChangeWhileTelling: false,
};

export type DivertProfile = Pick<DivertSettings, 'pvRatio' | 'attackTimeS' | 'decayTimeS' | 'minChargeTimeS'>;

/** README section 1, "Parameter profiles". */
export const DIVERT_PROFILES: Readonly<Record<string, DivertProfile>> = {
  default: { pvRatio: 1.1, attackTimeS: 20, decayTimeS: 600, minChargeTimeS: 600 },
  noimport: { pvRatio: 1.1, attackTimeS: 300, decayTimeS: 20, minChargeTimeS: 600 },
  nowaste: { pvRatio: 0.5, attackTimeS: 20, decayTimeS: 600, minChargeTimeS: 600 },
};

/** A row of `expected/`, or of our own run. Powers in W. */
export interface DivertRow {
  readonly timeS: number;
  readonly solarW: number;
  readonly gridW: number;
  /** 0 when not charging. */
  readonly pilotA: number;
  readonly chargePowerW: number;
  readonly minChargePowerW: number;
  readonly stateCode: number;
  readonly smoothedW: number;
}

const VOLTAGE_V = 240;
const MIN_A = 6;
const START_PILOT_A = 32;

interface Bench {
  readonly divert: Divert;
  readonly settings: DivertSettings;
  readonly quirks: ReferenceQuirks;
  stateCode: number;
  pilotA: number;
  /** What the claims have come to; nobody claimed anything before the first row. */
  targetState: 'active' | 'disabled';
  /** A change of state waits to be told. */
  isUntold: boolean;
}

export function playDay({ samples, feed }: RecordedDay, profile: DivertProfile, quirks: ReferenceQuirks): readonly DivertRow[] {
  const settings: DivertSettings = { ...profile, isThreePhase: false, type: feed === 'grid' ? DIVERT_TYPES.grid : DIVERT_TYPES.solar };
  const bench: Bench = { divert: createDivert(), settings, quirks, stateCode: STATE.connected, pilotA: START_PILOT_A, targetState: 'active', isUntold: false };
  enterEco(bench.divert, quirks);
  return samples.map((sample) => {
    receiveDivertPower(bench.divert, settings, quirks, {
      timeMs: sample.timeS * 1000,
      powerW: feed === 'grid' ? sample.gridW : sample.solarW,
      voltageV: VOLTAGE_V,
      measuredA: 0,
      minCurrentA: MIN_A,
      isCharging: bench.stateCode === STATE.charging,
      targetState: bench.targetState,
    });
    turn(bench, sample.timeS * 1000);
    return rowOf(bench, sample);
  });
}

/** What happens between two rows: claims are carried out, and changes of state are told. */
function turn(bench: Bench, timeMs: number): void {
  const { quirks } = bench;
  const wasUntold = bench.isUntold;
  bench.isUntold = false;
  if (wasUntold && !quirks.losesChangeWhileTelling) tell(bench, timeMs);
  const hasChanged = carryOut(bench);
  if (wasUntold && quirks.losesChangeWhileTelling) tell(bench, timeMs);
  else if (hasChanged && quirks.tellsStateLate) bench.isUntold = true;
  else if (hasChanged) tell(bench, timeMs);
}

function tell({ divert, settings, stateCode }: Bench, timeMs: number): void {
  tellEvseState(divert, settings, stateCode, stateCode === STATE.charging, timeMs);
}

/** Answers whether the EVSE's state changed. */
function carryOut(bench: Bench): boolean {
  const { claim } = bench.divert;
  const { stateCode } = bench;
  bench.targetState = claim?.state ?? 'active';
  bench.stateCode = bench.targetState === 'active' ? STATE.charging : STATE.sleeping;
  const wantedA = Math.max(MIN_A, Math.min(START_PILOT_A, claim?.chargeCurrentA ?? START_PILOT_A));
  if (wantedA !== START_PILOT_A || !bench.quirks.neverSendsStartPilot) bench.pilotA = wantedA;
  return bench.stateCode !== stateCode;
}

/** Powers with the recorded voltage, which the algorithm does not know. */
function rowOf({ divert, stateCode, pilotA: sentA }: Bench, { timeS, solarW, gridW, voltageV }: DaySample): DivertRow {
  const pilotA = stateCode === STATE.charging ? sentA : 0;
  return { timeS, solarW, gridW, pilotA, chargePowerW: pilotA * voltageV, minChargePowerW: MIN_A * voltageV, stateCode, smoothedW: divert.smoothedA * voltageV };
}
