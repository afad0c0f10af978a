/**
 * The signed current of each phase of a P1 telegram, where it comes from, and what it may be wrong by: both follow from the text of each
 * telegram, so they are live values (captures, corrections 17 to 21).
 */
import { perPhase, PHASES, type PerPhase, type PhaseIndex } from '../quantities.ts';
import type { P1Phase, P1Values } from './p1-values.ts';

/**
 * In order of preference: printed by the meter; from active and reactive power of the phase over its voltage; from active power alone,
 * which misses the reactive part; the whole of the total on this phase, where the telegram tells nothing of phases.
 */
export type P1CurrentSource = 'printed' | 'apparent-power' | 'active-power' | 'total-power';

export interface P1Current {
  /** Negative where it feeds in. */
  readonly currentA: number;
  readonly source: P1CurrentSource;
  /** What its direction comes from; a meter prints magnitudes. With `total-power` one phase may run against the others. */
  readonly signedBy: 'phase-power' | 'total-power' | 'nothing';
  /** The telegram has no voltage here: the nominal one was taken. */
  readonly isVoltageAssumed: boolean;
  /** The last digit of what it comes from. */
  readonly resolutionA: number;
  /** How far the true current may be above or below it by resolution, missing reactive power and assumed voltage; the meter's class comes on top. */
  readonly uncertaintyA: number;
}

export interface P1Currents {
  /** By the meter's own phases; null where nothing is told of one. */
  readonly phases: PerPhase<P1Current | null>;
  /** L2 of a grid without neutral: its voltage is printed as 000.0 (captures, correction 18). */
  readonly isThreeWire: boolean;
}

/** EN 60038; EN 50160 lets it move by a tenth. Every country that has P1 ports has it. */
const NOMINAL_V = 230;
const VOLTAGE_DRIFT = 0.1;
/** Reference home-assistant-ocpp D.1: current from active power misses 1 / power factor, 0.9 is to be expected. */
const LOWEST_POWER_FACTOR = 0.9;
/** Nothing that stands can be divided by it: an unsupplied phase, or the common conductor of a three-wire grid. */
const LOWEST_V = 60;

const signOf = (powerW: number): 1 | -1 => (powerW < 0 ? -1 : 1);
const usableV = (voltageV: number | null): number | null => (voltageV !== null && voltageV >= LOWEST_V ? voltageV : null);

type Direction = Pick<P1Current, 'signedBy'> & { readonly sign: 1 | -1 };

function directionOf(phaseW: number | null, totalW: number | null): Direction {
  if (phaseW !== null) return { sign: signOf(phaseW), signedBy: 'phase-power' };
  if (totalW !== null) return { sign: signOf(totalW), signedBy: 'total-power' };
  return { sign: 1, signedBy: 'nothing' };
}

function printedCurrent({ powerW, printed, voltageV }: P1Phase, totalW: number | null): P1Current | null {
  if (printed === null) return null;
  const { sign, signedBy } = directionOf(powerW, totalW);
  const resolutionA = 10 ** -printed.decimals;
  // Cut or rounded, nobody says which: a whole last digit either way.
  return { currentA: signed(sign, printed.currentA), source: 'printed', signedBy, isVoltageAssumed: false, resolutionA, uncertaintyA: resolutionA + missedA(powerW, printed.currentA + resolutionA, voltageV) };
}

/** Where the power alone needs more current than the text can hold, the text is too low by the rest. */
function missedA(powerW: number | null, heldA: number, voltageV: number | null): number {
  const volts = usableV(voltageV);
  return powerW === null || volts === null ? 0 : Math.max(0, Math.abs(powerW) / volts - heldA);
}

function currentFromPower({ powerW, reactiveVar, voltageV }: P1Phase): P1Current | null {
  if (powerW === null) return null;
  const isVoltageAssumed = voltageV === null;
  const volts = isVoltageAssumed ? NOMINAL_V : usableV(voltageV);
  if (volts === null) return null;
  const hasReactive = reactiveVar !== null;
  const currentA = Math.hypot(powerW, reactiveVar ?? 0) / volts;
  const missedRatio = (hasReactive ? 0 : 1 / LOWEST_POWER_FACTOR - 1) + (isVoltageAssumed ? VOLTAGE_DRIFT : 0);
  return {
    currentA: signed(signOf(powerW), currentA),
    source: hasReactive ? 'apparent-power' : 'active-power',
    signedBy: 'phase-power',
    isVoltageAssumed,
    resolutionA: 1 / volts,
    uncertaintyA: 1 / volts + currentA * missedRatio,
  };
}

/** Minus nothing is nothing. */
const signed = (sign: 1 | -1, currentA: number): number => (currentA === 0 ? 0 : sign * currentA);

const tellsOfPhases = ({ powerW, printed }: P1Phase): boolean => powerW !== null || printed !== null;

/**
 * The whole total on one phase: certain on a one-phase connection, and on three phases the most that any of them can carry where
 * nothing feeds in. Where something does, one phase may carry more than the total, and nothing can be said: null.
 */
function currentFromTotal({ powerW, exportWh, phases }: P1Values, phase: PhaseIndex, phaseCount: 1 | 3): P1Current | null {
  const mayFeedIn = powerW !== null && (powerW < 0 || (exportWh ?? 0) > 0);
  if (powerW === null || (phaseCount === 3 && mayFeedIn)) return null;
  const whole = currentFromPower({ powerW, reactiveVar: null, voltageV: phases[phase].voltageV, printed: null });
  if (whole === null) return null;
  return { ...whole, source: 'total-power', signedBy: 'total-power', uncertaintyA: whole.uncertaintyA + (phaseCount === 3 ? Math.abs(whole.currentA) : 0) };
}

/** `phaseCount`: how many the meter is asked about; 1 for a one-phase connection. */
export function p1Currents(values: P1Values, phaseCount: 1 | 3): P1Currents {
  const { phases, powerW } = values;
  const [l1, l2, l3] = phases;
  const isThreeWire = l2.voltageV === 0 && usableV(l1.voltageV) !== null && usableV(l3.voltageV) !== null;
  if (!PHASES.some((phase) => tellsOfPhases(phases[phase]))) {
    return { phases: perPhase((phase) => (phase < phaseCount ? currentFromTotal(values, phase, phaseCount) : null)), isThreeWire };
  }
  return { phases: perPhase((phase) => printedCurrent(phases[phase], powerW) ?? currentFromPower(phases[phase])), isThreeWire };
}
