/** What an ampere of an EVSE is worth at the grid connection: in lines it adds to, and in watts. */
import { isFiniteNumber, type PhaseIndex } from '../../quantities.ts';
import type { Supply } from '../../site/site.ts';
import type { FeatureView } from './feature.ts';

/** Line currents that grow by one ampere with it. On a delta a one-phase device loads the two lines of its pair. */
export function linesLoaded(supply: Supply, phases: readonly PhaseIndex[]): number {
  if (supply.kind === 'three-wire-delta' && phases.length < 3) return 2;
  return Math.max(1, phases.length);
}

/**
 * Watts per ampere of an EVSE that loads these phases, at unity power factor; `voltageV` as an EVSE sees it
 * (leg to leg on split phase, line to line on a delta).
 */
export function wattsPerA(supply: Supply, voltageV: number, phases: readonly PhaseIndex[]): number {
  if (supply.kind === 'three-wire-delta' && phases.length < 3) return voltageV;
  return linesLoaded(supply, phases) * wattsPerLineA(supply, voltageV);
}

/** Watts per ampere of the sum of all line currents; for a one-phase load on a delta this is 15 % more than it takes. */
export function wattsPerLineA(supply: Supply, voltageV: number): number {
  if (supply.kind === 'split-phase') return voltageV / 2;
  return supply.kind === 'three-wire-delta' ? voltageV / Math.sqrt(3) : voltageV;
}

/** The measured line voltage; the nominal one where what was measured can be none. */
export function usableVoltageV({ voltageV, site }: FeatureView): number {
  const nominalV = site.supply.nominalVoltageV;
  return isFiniteNumber(voltageV) && voltageV > nominalV / 2 && voltageV < nominalV * 2 ? voltageV : nominalV;
}

/** Sum of the line currents at the grid connection, export negative; null while it is not known. */
export function gridSumA({ gridCurrentA, phases }: FeatureView): number | null {
  if (gridCurrentA === null) return null;
  const sumA = phases.reduce<number>((sum, phase) => sum + gridCurrentA[phase], 0);
  return isFiniteNumber(sumA) ? sumA : null;
}
