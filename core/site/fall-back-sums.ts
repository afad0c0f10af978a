import type { CircuitId, PhaseIndex } from '../quantities.ts';
import { continuousLimitOn, evsePhases, evsesBelow, phasesOf } from './circuit-tree.ts';
import type { Circuit, Site } from './site.ts';

/** What one phase of a circuit may carry when nobody controls it, beside what it may carry without end. */
export interface PhaseSums {
  readonly phase: PhaseIndex;
  /** Of this phase: its own fuse where they differ. */
  readonly limitA: number;
  /** All EVSEs at their fail-safe current, with the assumed load. */
  readonly failSafeA: number;
  /** All EVSEs at their power-up current, with the assumed load: the moment after a blackout. */
  readonly powerUpA: number;
  /** EVSEs below the circuit that load this phase. */
  readonly evseCount: number;
}

export interface FallBackSums {
  readonly circuitId: CircuitId;
  /** The lowest of its phases. */
  readonly limitA: number;
  readonly assumedLoadA: number;
  readonly phases: readonly PhaseSums[];
}

/** The two sums per circuit that a person sees before anything runs. */
export function fallBackSums(site: Site): readonly FallBackSums[] {
  return site.circuits.map((circuit) => ({
    circuitId: circuit.id,
    limitA: Math.min(...phasesOf(site.supply).map((phase) => continuousLimitOn(circuit, phase).currentA)),
    assumedLoadA: circuit.assumedLoadA,
    phases: phasesOf(site.supply).map((phase) => sumsOfPhase(site, circuit, phase)),
  }));
}

function sumsOfPhase(site: Site, circuit: Circuit, phase: PhaseIndex): PhaseSums {
  const evses = evsesBelow(site, circuit.id).filter((evse) => evsePhases(evse, site.supply).includes(phase));
  return {
    phase,
    limitA: continuousLimitOn(circuit, phase).currentA,
    failSafeA: evses.reduce((sum, evse) => sum + evse.failSafeCurrentA, circuit.assumedLoadA),
    powerUpA: evses.reduce((sum, evse) => sum + evse.powerUpCurrentA, circuit.assumedLoadA),
    evseCount: evses.length,
  };
}
