/**
 * How the lines of a supply stand to each other. Every line has a frame of its own, turned with its voltage to the point that
 * the frame counts from: the neutral, on a three-wire delta the star point that no wire is on. A current is two parts in the
 * frame of its line, in phase with that voltage and a quarter turn ahead of it; where all loads are in phase, currents of one
 * line simply add up. On split phase the frames are those of the legs, half a turn apart.
 */
import type { PhaseIndex } from '../../core/quantities.ts';
import type { Supply } from '../../core/site/site.ts';

export interface SupplyGeometry {
  /** Of each line's frame, in twelfths of a turn (30 degrees). */
  readonly angles: readonly [number, number, number];
  /** A line's own voltage, as part of the supply's nominal one. */
  readonly lineVoltageRatio: number;
  /** The voltage between a line and the next, as part of a line's own. */
  readonly pairVoltageRatio: number;
  /** Of that voltage, seen from the frame of the first of both, in twelfths of a turn. */
  readonly pairAngle: number;
}

const SQRT3 = Math.sqrt(3);

const GEOMETRIES: Readonly<Record<Supply['kind'], SupplyGeometry>> = {
  'single-phase': { angles: [0, 0, 0], lineVoltageRatio: 1, pairVoltageRatio: 1, pairAngle: 0 },
  'split-phase': { angles: [0, 6, 0], lineVoltageRatio: 0.5, pairVoltageRatio: 2, pairAngle: 0 },
  'three-phase-star': { angles: [0, -4, 4], lineVoltageRatio: 1, pairVoltageRatio: SQRT3, pairAngle: 1 },
  'three-wire-delta': { angles: [0, -4, 4], lineVoltageRatio: 1 / SQRT3, pairVoltageRatio: SQRT3, pairAngle: 1 },
};

export const geometryOf = (supply: Supply): SupplyGeometry => GEOMETRIES[supply.kind];

/** The line that a one-phase load between two lines goes on to. */
export const nextLine = (line: PhaseIndex): PhaseIndex => ((line + 1) % 3) as PhaseIndex;

/** Exact where a library's sine is not: a quarter turn leaves nothing behind. */
const COSINES = [1, SQRT3 / 2, 0.5, 0, -0.5, -SQRT3 / 2, -1, -SQRT3 / 2, -0.5, 0, 0.5, SQRT3 / 2] as const;

/** `twelfths` of a turn, a whole number of either sign. */
export const cosineOf = (twelfths: number): number => COSINES[((twelfths % 12) + 12) % 12] ?? 0;
export const sineOf = (twelfths: number): number => cosineOf(twelfths - 3);
