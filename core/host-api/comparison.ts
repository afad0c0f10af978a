import type { ScenarioOutcome, Verdict } from '../scenarios/outcome.ts';

/** One controller's line where several are compared on a scenario. Currents and times are those of the worst circuit. */
export interface ComparisonFigures {
  readonly controller: string;
  readonly verdict: Verdict;
  readonly peakCurrentA: number;
  readonly secondsAboveContinuousLimit: number;
  readonly secondsAboveRating: number;
  /** Of the earliest trip. */
  readonly thermalLoadPeakRatio: number;
  /** Delivered by all EVSEs together. */
  readonly energyWh: number;
  /** How often a current began to flow, in all EVSEs together. */
  readonly starts: number;
  readonly expectationsPassed: number;
  readonly expectations: number;
}

/** The same figures for the command line and for the screen. */
export function comparisonOf(outcome: ScenarioOutcome): ComparisonFigures {
  const { controller, verdict, peakCurrentA, secondsAboveContinuousLimit, secondsAboveRating, thermalLoadPeakRatio, expectations } = outcome;
  return {
    controller,
    verdict,
    peakCurrentA,
    secondsAboveContinuousLimit,
    secondsAboveRating,
    thermalLoadPeakRatio,
    energyWh: sumOf(outcome.energyWh),
    starts: sumOf(outcome.starts),
    expectationsPassed: expectations.filter(({ passed }) => passed).length,
    expectations: expectations.length,
  };
}

const sumOf = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((sum, value) => sum + value, 0);
