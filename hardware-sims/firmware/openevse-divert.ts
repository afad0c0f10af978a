/**
 * The OpenEVSE gateway's divert ("Eco"): charges with what the sun leaves over. Rules are numbered as in the OpenEVSE reference,
 * section b.2 (firmware states of 2025-02 and 2026-07). It has no timer of its own: everything happens when a message of
 * its feed comes, and a feed that dies leaves the last rate standing (rule 12).
 *
 * A small record changed in place, with time as an argument: nothing here waits or remembers beyond it.
 */
import { PRIORITIES } from './openevse-claims.ts';

/** What is no intention of the firmware but its behaviour all the same; each can be switched off to see what it does. */
export interface DivertQuirks {
  /**
   * Rule 10: whether it is active it knows from the end of the message before, and there only if the claims had been
   * weighed since; so the first message after a start may stop it again. Off: its claim counts at once.
   */
  readonly seesOwnClaimLate: boolean;
  /** Rule 8: between the thresholds the current stays as it was last claimed. Off: it follows while charging. */
  readonly keepsCurrentInBand: boolean;
  /** Rule 3: Δt counts from the last message in Eco, even one of an earlier time in Eco. Off: it counts from entering Eco. */
  readonly filtersSinceLastCall: boolean;
  /** Section b.1: `divert_type` -1 is never resolved, and nothing is ever available. Off: it becomes 1, grid, at boot. */
  readonly leavesTypeUnset: boolean;
}

export const DIVERT_QUIRKS: DivertQuirks = { seesOwnClaimLate: true, keepsCurrentInBand: true, filtersSinceLastCall: true, leavesTypeUnset: true };

export const DIVERT_TYPES = { unset: -1, solar: 0, grid: 1 } as const;

/** Stored settings that the divert reads (section b.1); changed in place when the gateway's configuration changes. */
export interface DivertSettings {
  /** One of DIVERT_TYPES; anything else is as good as unset. */
  type: number;
  isThreePhase: boolean;
  /** Up to 1: the share of an ampere step that must be PV. Above: 1000 W times what is above 1 stays with the grid. */
  pvRatio: number;
  attackTimeS: number;
  decayTimeS: number;
  minChargeTimeS: number;
}

export function createDivertSettings(): DivertSettings {
  return { type: DIVERT_TYPES.unset, isThreePhase: false, pvRatio: 1.1, attackTimeS: 20, decayTimeS: 600, minChargeTimeS: 600 };
}

export interface DivertClaim {
  readonly priority: number;
  readonly state: 'active' | 'disabled';
  readonly chargeCurrentA: number | null;
}

export interface Divert {
  isEco: boolean;
  /** A window of the schedule owns Eco (rule 13): claims outrank the schedule's own, and nobody may ask for Normal. */
  isInWindow: boolean;
  /** A of rule 2: what the feed leaves over, now. */
  availableA: number;
  /** S of rule 3. */
  smoothedA: number;
  /** r of rule 4, whole A. */
  rateA: number;
  /** T of rule 5. */
  triggerA: number;
  claim: DivertClaim | null;
  /** "Active" of rule 10. */
  isSeenActive: boolean;
  minChargeEndS: number;
  /** State of the EVSE when the divert was last told of a change. */
  toldStateCode: number | null;
  lastFilterMs: number | null;
  /** Newest message of the feed, in Eco or not; null before the first. */
  lastMessageMs: number | null;
}

export function createDivert(): Divert {
  return {
    isEco: false,
    isInWindow: false,
    availableA: 0,
    smoothedA: 0,
    rateA: 0,
    triggerA: 0,
    claim: null,
    isSeenActive: false,
    minChargeEndS: 0,
    toldStateCode: null,
    lastFilterMs: null,
    lastMessageMs: null,
  };
}

/** What a message finds. */
export interface DivertMoment {
  readonly timeMs: number;
  /** PV generation (type 0) or grid exchange, import positive (type 1); whole W. */
  readonly powerW: number;
  /** What the gateway takes for the line voltage, one phase. */
  readonly voltageV: number;
  /** Own measured current; 0 unless charging. */
  readonly measuredA: number;
  readonly minCurrentA: number;
  readonly isCharging: boolean;
  /** What all claims together came to when they were last weighed. */
  readonly targetState: 'active' | 'disabled';
}

const HYSTERESIS_A = 0.5;
const SHORTEST_SMOOTHING_S = 10;

/** Rule 11. Nothing happens when it is in Eco already. */
export function enterEco(divert: Divert, quirks: DivertQuirks): void {
  if (divert.isEco) return;
  divert.isEco = true;
  divert.isSeenActive = false;
  divert.minChargeEndS = 0;
  divert.availableA = 0;
  divert.smoothedA = 0;
  divert.rateA = 0;
  if (!quirks.filtersSinceLastCall) divert.lastFilterMs = null;
  claimPause(divert);
}

/** Rule 11: its claim goes, so whatever else there is decides: by default full current. */
export function leaveEco(divert: Divert): void {
  divert.isEco = false;
  divert.isSeenActive = false;
  divert.claim = null;
}

/** Rule 13: the schedule opens or closes a window. `isEcoStored`: Eco is what the stored settings ask for outside. */
export function turnWindow(divert: Divert, quirks: DivertQuirks, isOpen: boolean, isEcoStored: boolean): void {
  divert.isInWindow = isOpen;
  if (!isOpen && !isEcoStored) leaveEco(divert);
  else if (!divert.isEco) enterEco(divert, quirks);
  else if (divert.claim?.state === 'active') claimCurrent(divert);
  else claimPause(divert);
}

/** Rules 2 to 8: one message of the feed. Answers whether its claim changed. */
export function receiveDivertPower(divert: Divert, settings: DivertSettings, quirks: DivertQuirks, moment: DivertMoment): boolean {
  divert.lastMessageMs = moment.timeMs;
  if (!divert.isEco) return false;
  const voltageV = moment.voltageV * (settings.isThreePhase ? 3 : 1);
  const wholeShare = Math.min(1, settings.pvRatio);
  divert.availableA = availableA(settings, moment, voltageV) ?? divert.availableA;
  smooth(divert, settings, moment.timeMs);
  divert.rateA = rateOf(divert.availableA, wholeShare);
  divert.triggerA = moment.minCurrentA * wholeShare;
  const hasChanged = decide(divert, quirks, moment);
  seeState(divert, quirks, moment.targetState);
  return hasChanged;
}

/** Rule 2. Null with a type that is neither. */
function availableA({ type, pvRatio }: DivertSettings, { powerW, measuredA }: DivertMoment, voltageV: number): number | null {
  if (type === DIVERT_TYPES.solar) return Math.max(0, powerW / voltageV);
  if (type !== DIVERT_TYPES.grid) return null;
  const exchangeA = powerW / voltageV - measuredA;
  const reserveA = (1000 * Math.max(0, pvRatio - 1)) / voltageV;
  return exchangeA < 0 ? Math.max(0, -exchangeA - reserveA) : 0;
}

/** Rule 3. */
function smooth(divert: Divert, { attackTimeS, decayTimeS }: DivertSettings, timeMs: number): void {
  const timeConstantS = divert.availableA > divert.smoothedA ? attackTimeS : decayTimeS;
  const elapsedS = Math.max(0, Math.floor((timeMs - (divert.lastFilterMs ?? timeMs)) / 1000));
  divert.lastFilterMs = timeMs;
  const factor = timeConstantS > 0 ? 1 - Math.exp(-elapsedS / Math.max(timeConstantS, SHORTEST_SMOOTHING_S)) : 1;
  divert.smoothedA = divert.availableA * factor + divert.smoothedA * (1 - factor);
}

/** Rule 4. */
function rateOf(available: number, wholeShare: number): number {
  const wholeA = Math.floor(available);
  return available - wholeA > wholeShare ? wholeA + 1 : wholeA;
}

/** Rules 6 to 8. */
function decide(divert: Divert, quirks: DivertQuirks, { isCharging, timeMs }: DivertMoment): boolean {
  const isActive = divert.claim?.state === 'active';
  if (divert.smoothedA >= divert.triggerA + HYSTERESIS_A) return claimCurrent(divert);
  const mayStop = divert.smoothedA <= divert.triggerA && minChargeRemainingS(divert, isCharging, timeMs) === 0;
  if (isActive && mayStop) return claimPause(divert);
  return isActive && !quirks.keepsCurrentInBand ? claimCurrent(divert) : false;
}

/** Rule 10: only a state that the claims have come to since counts as seen. */
function seeState(divert: Divert, quirks: DivertQuirks, targetState: DivertMoment['targetState']): void {
  const claimed = divert.claim?.state;
  if (!quirks.seesOwnClaimLate || claimed === targetState) divert.isSeenActive = claimed === 'active';
}

const claimCurrent = (divert: Divert): boolean =>
  replaceClaim(divert, { priority: divert.isInWindow ? PRIORITIES.feature : PRIORITIES.divert, state: 'active', chargeCurrentA: divert.rateA });

const claimPause = (divert: Divert): boolean =>
  replaceClaim(divert, { priority: divert.isInWindow ? PRIORITIES.feature : PRIORITIES.default, state: 'disabled', chargeCurrentA: null });

function replaceClaim(divert: Divert, next: DivertClaim): boolean {
  const { claim } = divert;
  if (claim?.priority === next.priority && claim.state === next.state && claim.chargeCurrentA === next.chargeCurrentA) return false;
  divert.claim = next;
  return true;
}

/** Rule 10: the EVSE's state has changed; entering charging arms the clock. A state that is no other than the one told before is none. */
export function tellEvseState(divert: Divert, settings: DivertSettings, stateCode: number, isCharging: boolean, timeMs: number): void {
  if (divert.toldStateCode === stateCode) return;
  divert.toldStateCode = stateCode;
  if (isCharging) divert.minChargeEndS = Math.floor(timeMs / 1000) + settings.minChargeTimeS;
}

/** Rule 10: whole seconds for which it may not stop. */
export function minChargeRemainingS(divert: Divert, isCharging: boolean, timeMs: number): number {
  if (!divert.isSeenActive || !isCharging) return 0;
  return Math.max(0, divert.minChargeEndS - Math.floor(timeMs / 1000));
}
