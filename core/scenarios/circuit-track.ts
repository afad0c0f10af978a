import { ChargebenchError } from '../errors.ts';
import type { Curves } from '../protection/curve-schema.ts';
import { createThermalLoad, type ThermalLoad, type Verdict } from '../protection/thermal-load.ts';
import { roundTo, type PhaseIndex } from '../quantities.ts';
import { continuousLimitOn, phasesOf } from '../site/circuit-tree.ts';
import type { Circuit, Supply } from '../site/site.ts';
import type { CircuitOutcome } from './outcome.ts';
import type { RunTruth } from './run-truth.ts';

/** A vehicle that follows its pilot to the ampere still reads a little above: data/openevse-divert/README.md counts from here. */
export const CONTINUOUS_TOLERANCE_A = 0.25;
/** Below this the plant's own rounding is all there is. */
const NO_LOAD_A = 0.01;
const ROUNDING_A = 1e-6;

/** What one circuit has carried so far. All fields are of the sample last taken, or sums up to it. */
export interface CircuitTrack {
  readonly circuit: Circuit;
  readonly phases: readonly PhaseIndex[];
  /** Takes the currents that flow from now on. */
  look(truth: RunTruth): void;
  /** They flow for so long. */
  pass(durationS: number): void;
  /** Current of the phase that carries most. */
  readonly worstA: number;
  readonly isAboveContinuous: boolean;
  readonly hasOtherLoad: boolean;
  readonly isAboveRating: boolean;
  readonly secondsAboveContinuous: number;
  /** Thermal load of the worst phase. */
  readonly loadRatio: number;
  readonly verdict: Verdict;
  outcome(): CircuitOutcome;
}

/** Throws `not-found` for an unknown curve and `out-of-range` for a rating it does not cover. */
export function createCircuitTrack(circuit: Circuit, supply: Supply, curves: Curves): CircuitTrack {
  const curve = curves.get(circuit.breaker.curve);
  if (curve === undefined) throw new ChargebenchError('not-found', { curve: circuit.breaker.curve, circuitId: circuit.id });
  const phases = phasesOf(supply);
  const { breaker } = circuit;
  const ratingsA = phases.map((phase) => breaker.ratingsA?.[phase] ?? breaker.ratingA);
  const limitsA = phases.map((phase) => continuousLimitOn(circuit, phase).currentA);
  const loads: readonly ThermalLoad[] = ratingsA.map((ratingA) => createThermalLoad(curve, ratingA));
  const peakA = new Float64Array(phases.length);
  const secondsAboveRating = new Float64Array(phases.length);
  const flowingA = new Float64Array(phases.length);
  let worstA = 0;
  let isAboveContinuous = false;
  let isAboveRating = false;
  let hasOtherLoad = false;
  let secondsAboveContinuous = 0;

  const isAbove = (phaseA: number, index: number): boolean => phaseA > (ratingsA[index] ?? 0) + ROUNDING_A;

  const look = (truth: RunTruth): void => {
    const currentA = truth.circuitCurrentA(circuit.id);
    const otherA = truth.otherLoadA(circuit.id);
    worstA = 0;
    isAboveContinuous = false;
    isAboveRating = false;
    hasOtherLoad = false;
    for (let index = 0; index < phases.length; index += 1) {
      const phase = phases[index] ?? 0;
      const phaseA = Math.abs(currentA[phase]);
      flowingA[index] = phaseA;
      if (phaseA > worstA) worstA = phaseA;
      if (phaseA > (peakA[index] ?? 0)) peakA[index] = phaseA;
      if (phaseA > (limitsA[index] ?? 0) + CONTINUOUS_TOLERANCE_A) isAboveContinuous = true;
      if (isAbove(phaseA, index)) isAboveRating = true;
      if (Math.abs(otherA[phase]) > NO_LOAD_A) hasOtherLoad = true;
    }
  };

  const pass = (durationS: number): void => {
    for (let index = 0; index < loads.length; index += 1) {
      const phaseA = flowingA[index] ?? 0;
      if (isAboveRating && isAbove(phaseA, index)) secondsAboveRating[index] = (secondsAboveRating[index] ?? 0) + durationS;
      loads[index]?.step(phaseA, durationS * 1000);
    }
    if (isAboveContinuous) secondsAboveContinuous += durationS;
  };

  return {
    circuit,
    phases,
    look,
    pass,
    get worstA() {
      return worstA;
    },
    get isAboveContinuous() {
      return isAboveContinuous;
    },
    get isAboveRating() {
      return isAboveRating;
    },
    get hasOtherLoad() {
      return hasOtherLoad;
    },
    get secondsAboveContinuous() {
      return secondsAboveContinuous;
    },
    get loadRatio() {
      let highest = 0;
      for (let index = 0; index < loads.length; index += 1) highest = Math.max(highest, loads[index]?.loadRatio ?? 0);
      return highest;
    },
    get verdict() {
      return worstVerdict(loads.map((load) => load.verdict));
    },
    outcome: () => ({
      peakCurrentA: Array.from(peakA, (value) => roundTo(value, 0.001)),
      secondsAboveRating: Array.from(secondsAboveRating, (value) => roundTo(value, 0.001)),
      thermalLoadPeakRatio: roundTo(Math.max(...loads.map((load) => load.peakRatio)), 0.0001),
    }),
  };
}

const VERDICTS: readonly Verdict[] = ['holds', 'may-trip', 'trips'];

export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.findLast((verdict) => verdicts.includes(verdict)) ?? 'holds';
}
