import { ChargebenchError } from '../errors.ts';
import type { Curves } from '../protection/curve-schema.ts';
import { createThermalLoad, type ThermalLoad, type Verdict } from '../protection/thermal-load.ts';
import { roundTo, type PhaseIndex } from '../quantities.ts';
import { continuousLimitA, phasesOf } from '../site/circuit-tree.ts';
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
  readonly limitA: number;
  readonly phases: readonly PhaseIndex[];
  sample(durationS: number, truth: RunTruth): void;
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
  const { ratingA } = circuit.breaker;
  const limitA = continuousLimitA(circuit);
  const loads: readonly ThermalLoad[] = phases.map(() => createThermalLoad(curve, ratingA));
  const peakA = new Float64Array(phases.length);
  const secondsAboveRating = new Float64Array(phases.length);
  let worstA = 0;
  let hasOtherLoad = false;
  let secondsAboveContinuous = 0;

  const sample = (durationS: number, truth: RunTruth): void => {
    const currentA = truth.circuitCurrentA(circuit.id);
    const otherA = truth.otherLoadA(circuit.id);
    worstA = 0;
    hasOtherLoad = false;
    for (let index = 0; index < phases.length; index += 1) {
      const phase = phases[index] ?? 0;
      const phaseA = Math.abs(currentA[phase]);
      if (phaseA > worstA) worstA = phaseA;
      if (phaseA > (peakA[index] ?? 0)) peakA[index] = phaseA;
      if (phaseA > ratingA + ROUNDING_A) secondsAboveRating[index] = (secondsAboveRating[index] ?? 0) + durationS;
      if (Math.abs(otherA[phase]) > NO_LOAD_A) hasOtherLoad = true;
      loads[index]?.step(phaseA, durationS * 1000);
    }
    if (worstA > limitA + CONTINUOUS_TOLERANCE_A) secondsAboveContinuous += durationS;
  };

  return {
    circuit,
    limitA,
    phases,
    sample,
    get worstA() {
      return worstA;
    },
    get isAboveContinuous() {
      return worstA > limitA + CONTINUOUS_TOLERANCE_A;
    },
    get isAboveRating() {
      return worstA > ratingA + ROUNDING_A;
    },
    get hasOtherLoad() {
      return hasOtherLoad;
    },
    get secondsAboveContinuous() {
      return secondsAboveContinuous;
    },
    get loadRatio() {
      let highest = 0;
      for (const load of loads) highest = Math.max(highest, load.loadRatio);
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
