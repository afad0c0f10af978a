/**
 * What loads sit on, and what a meter's readings say of it: the phases of a star, the legs of a split phase, the pairs of lines of a
 * delta (0 is l1-l2, 1 is l2-l3, 2 is l3-l1).
 */
import { perPhase, type PerPhase, type PhaseIndex } from '../quantities.ts';
import { evsePhases, phasesOf } from '../site/circuit-tree.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Evse, Meter, Supply } from '../site/site.ts';
import { deltaBranches } from './delta-branches.ts';
import { meanVoltageV } from './mean-voltage.ts';

export interface SiteBranches {
  readonly phases: readonly PhaseIndex[];
  /** They are the EVSEs' conductors themselves, so that what an EVSE tells of one is its current there. */
  readonly areConductors: boolean;
  /** Across one of them: what turns its A into W. */
  readonly voltageV: number;
  /** As a scenario states it. */
  readonly lineVoltageV: number;
  /** A, in phase with the branch's voltage; null where the reading does not tell. */
  currentsOf(reading: MeterReading): PerPhase<number | null>;
  /** How many of an EVSE's conductors a vehicle may use, the fewest first. */
  countsOf(evse: Evse): readonly number[];
  /** What one ampere of its ammeter is on each branch, where a vehicle uses so many of its conductors. */
  sharesOf(evse: Evse, count: number): PerPhase<number>;
}

/** `readings`: all of them, for the voltage that the meters told; the supply's own where they told none. */
export function siteBranches(supply: Supply, readings: Iterable<MeterReading>): SiteBranches {
  return supply.kind === 'three-wire-delta' ? deltaBranches(supply, readings) : starBranches(supply, readings);
}

function starBranches(supply: Supply, readings: Iterable<MeterReading>): SiteBranches {
  // The nominal voltage of a split phase is that of both legs together.
  const perNominal = supply.kind === 'split-phase' ? 2 : 1;
  const voltageV = meanVoltageV(readings) ?? supply.nominalVoltageV / perNominal;
  return {
    phases: phasesOf(supply),
    areConductors: true,
    voltageV,
    lineVoltageV: voltageV * perNominal,
    currentsOf: ({ currentA }) => currentA,
    countsOf(evse) {
      const all = evsePhases(evse, supply).length;
      // What goes out by one leg comes back by the other.
      return supply.kind === 'split-phase' ? [all] : Array.from({ length: all }, (_, index) => index + 1);
    },
    sharesOf(evse, count) {
      const used = evsePhases(evse, supply).slice(0, count);
      return perPhase((phase) => (used.includes(phase) ? 1 : 0));
    },
  };
}

/** What a meter told of a moment. */
export interface BranchSample {
  readonly timeMs: number;
  readonly currentA: PerPhase<number | null>;
}

/** At the times that the readings describe, not at those they arrived at; in their order. */
export function branchSamples(branches: SiteBranches, meter: Pick<Meter, 'latencyMs'>, readings: readonly MeterReading[]): readonly BranchSample[] {
  const samples: BranchSample[] = [];
  for (const reading of readings) {
    const timeMs = Math.max(0, reading.timeMs - meter.latencyMs);
    if (samples.at(-1)?.timeMs === timeMs) samples.pop();
    samples.push({ timeMs, currentA: branches.currentsOf(reading) });
  }
  return samples;
}
