import type { CircuitId, EvseId, PerPhase } from '../quantities.ts';

/** What truly flows, as far as a judgement needs it; the player's `WorldTruth` fits as it is. */
export interface RunTruth {
  /** While this is the same number, currents and offers are what they were; without it they are looked at in every sample. */
  changes?(): number;
  /** RMS current per site phase; 0 on phases the supply lacks. */
  circuitCurrentA(circuitId: CircuitId): PerPhase<number>;
  /** That part of it that is no EVSE. */
  otherLoadA(circuitId: CircuitId): PerPhase<number>;
  evseCurrentA(evseId: EvseId): number;
  /** Phases its contactors let a vehicle load. */
  evsePhaseCount(evseId: EvseId): number;
  /** 0 while it offers nothing. */
  evseOfferedA(evseId: EvseId): number;
  /** Since the start. */
  evseEnergyWh(evseId: EvseId): number;
}
