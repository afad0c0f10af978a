/** What one played scenario comes to: the shape that `scenario run --json` prints and the screen shows. */
import type { Verdict } from '../protection/thermal-load.ts';

export type { Verdict };
export type PlayMode = 'direct' | 'loopback' | 'wire';

export interface CircuitOutcome {
  /** Per phase of the supply. */
  readonly peakCurrentA: readonly number[];
  readonly secondsAboveRating: readonly number[];
  readonly thermalLoadPeakRatio: number;
}

export interface ExpectationOutcome {
  readonly text: string;
  readonly passed: boolean;
}

export interface ScenarioOutcome {
  readonly id: string;
  readonly controller: string;
  readonly mode: PlayMode;
  /** Every expectation for this controller holds; a run expected to trip passes when it trips. */
  readonly passed: boolean;
  /** Flat figures are the worst circuit's. */
  readonly verdict: Verdict;
  readonly peakCurrentA: number;
  readonly secondsAboveContinuousLimit: number;
  readonly secondsAboveRating: number;
  readonly thermalLoadPeakRatio: number;
  readonly circuits: Readonly<Record<string, CircuitOutcome>>;
  readonly energyWh: Readonly<Record<string, number>>;
  /** How often a current began to flow. */
  readonly starts: Readonly<Record<string, number>>;
  readonly offeredA: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  readonly expectations: readonly ExpectationOutcome[];
  readonly simulatedS: number;
  readonly wallMs: number;
}
