/**
 * Units, signs and the per-phase triple. Every number that has a unit carries it as a suffix of its
 * name (`currentA`, `powerW`, `energyWh`, `voltageV`, `timeMs`, `durationMs`, `ratio`).
 * Import and consumption are positive everywhere; drivers turn their device's sign around.
 */

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type CircuitId = Id<'circuit'>;
export type MeterId = Id<'meter'>;
export type EvseId = Id<'evse'>;
export type DeviceId = MeterId | EvseId;

export const circuitId = (text: string): CircuitId => text as CircuitId;
export const meterId = (text: string): MeterId => text as MeterId;
export const evseId = (text: string): EvseId => text as EvseId;

/** One value for each of the site's phases l1, l2, l3, in this order. A phase the supply lacks holds null. */
export type PerPhase<T> = readonly [T, T, T];
export type PhaseIndex = 0 | 1 | 2;
export type PhaseName = 'l1' | 'l2' | 'l3';

export const PHASES: readonly PhaseIndex[] = [0, 1, 2];
export const PHASE_NAMES: PerPhase<PhaseName> = ['l1', 'l2', 'l3'];

export function perPhase<T>(make: (phase: PhaseIndex) => T): PerPhase<T> {
  return [make(0), make(1), make(2)];
}

/**
 * Rounds down to a multiple of `step`. A value within a billionth of the next multiple counts as that
 * multiple, so that 0.1 A steps do not lose one to binary fractions.
 */
export function floorToStep(value: number, step: number): number {
  const steps = Math.floor(value / step + 1e-9);
  return step === 1 ? steps : roundTo(steps * step, 1e-6);
}

/** Rounds to the nearest multiple of `resolution`; halves go away from zero. */
export function roundTo(value: number, resolution: number): number {
  const inverse = 1 / resolution;
  const scaled = Math.round(Math.abs(value) * inverse) / inverse;
  return value < 0 ? -scaled : scaled;
}

export function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
