/** Loads between the lines of a delta, from what a meter tells of the lines: 0 is l1-l2, 1 is l2-l3, 2 is l3-l1. */
import { perPhase, PHASES, type PerPhase, type PhaseIndex } from '../quantities.ts';
import { evsePhases } from '../site/circuit-tree.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Supply } from '../site/site.ts';
import { meanVoltageV } from './mean-voltage.ts';
import type { SiteBranches } from './site-branches.ts';

const SQRT3 = Math.sqrt(3);

/** Of two lines the one that the other is next to names the pair. */
const pairOf = (one: PhaseIndex, other: PhaseIndex): PhaseIndex => ((one + 1) % 3 === other ? one : other);

export function deltaBranches(supply: Supply, readings: Iterable<MeterReading>): SiteBranches {
  // A meter with a tap per line measures against the star point, one with two taps from line to line.
  const toPair = (value: number): number => (value < 0.8 * supply.nominalVoltageV ? value * SQRT3 : value);
  const voltageV = meanVoltageV(readings, toPair) ?? supply.nominalVoltageV;
  return {
    phases: PHASES,
    areConductors: false,
    voltageV,
    lineVoltageV: voltageV,
    currentsOf: (reading) => pairsFromPowers(reading.powerW, voltageV) ?? pairsFromCurrents(reading.currentA) ?? [null, null, null],
    countsOf: ({ phaseCount }) => (phaseCount === 3 ? [1, 3] : [1]),
    sharesOf(evse, count) {
      const [first = 0, second = 1] = evsePhases(evse, supply);
      const pair = pairOf(first, second);
      // Three equal currents to a star point are three equal ones between the lines, smaller by the square root of 3.
      return perPhase((phase) => (count === 3 ? 1 / SQRT3 : phase === pair ? 1 : 0));
    },
  };
}

/**
 * Loads in phase with the voltage across them: a current between l1 and l2 has half of its power told on either line, against the star
 * point (the other half of its angle is 30 degrees each way). So P1 + P2 - P3 is the power between l1 and l2. Feeding in is negative.
 */
function pairsFromPowers(powerW: PerPhase<number | null> | null, voltageV: number): PerPhase<number> | null {
  const [first, second, third] = powerW ?? [null, null, null];
  if (first === null || second === null || third === null) return null;
  return [(first + second - third) / voltageV, (second + third - first) / voltageV, (third + first - second) / voltageV];
}

/**
 * From amounts alone, for loads in phase that take and do not feed in: with a, b, c between the lines, I1² = a² + a·c + c² and so on round.
 * These are the sides of a triangle seen from the point inside it that sees all three under 120 degrees, at distances a, b and c.
 */
function pairsFromCurrents([first, second, third]: PerPhase<number | null>): PerPhase<number> | null {
  if (first === null || second === null || third === null || Math.min(first, second, third) < 0) return null;
  const squares = first * first + second * second + third * third;
  const area16 = 2 * (first * first * second * second + second * second * third * third + third * third * first * first) - (first ** 4 + second ** 4 + third ** 4);
  // Measured sides may miss a triangle by a little.
  const sum = Math.sqrt(squares / 2 + (SQRT3 / 2) * Math.sqrt(Math.max(0, area16)));
  if (sum === 0) return [0, 0, 0];
  const aLessB = (first * first - third * third) / sum;
  const bLessC = (second * second - first * first) / sum;
  const c = (sum - aLessB - 2 * bLessC) / 3;
  return [Math.max(0, c + bLessC + aLessB), Math.max(0, c + bLessC), Math.max(0, c)];
}

/** A in each line, of loads in phase between them: 120 degrees apart, they add up to a² + a·c + c². */
const lineCurrentsOf = ([a, b, c]: PerPhase<number>): PerPhase<number> => [Math.sqrt(a * a + a * c + c * c), Math.sqrt(a * a + a * b + b * b), Math.sqrt(b * b + b * c + c * c)];

/**
 * How far a meter's currents are from those of loads in phase that its powers stand for, in the mean of all lines and readings; null
 * where it tells only one of both.
 */
export function meanOffPhaseA(branches: SiteBranches, readings: readonly MeterReading[]): number | null {
  const differences = readings.flatMap((reading) => {
    const pairs = pairsFromPowers(reading.powerW, branches.voltageV);
    if (pairs === null) return [];
    const lines = lineCurrentsOf(pairs);
    return PHASES.flatMap((phase) => {
      const told = reading.currentA[phase];
      return told === null ? [] : [Math.abs(Math.abs(told) - lines[phase])];
    });
  });
  return differences.length === 0 ? null : differences.reduce((sum, value) => sum + value, 0) / differences.length;
}
