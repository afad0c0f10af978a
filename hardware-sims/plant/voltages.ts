/**
 * Voltage drop: what flows lowers the voltage of all that hangs on the same conductors. One step behind the currents: cables are short,
 * so that loads of constant power settle within a few steps.
 */
import type { Impedance } from '../../core/scenarios/plant-schema.ts';
import type { PlantCircuit } from './circuits.ts';
import type { SupplyGeometry } from './supply-geometry.ts';
import { cosineOf, sineOf } from './supply-geometry.ts';

type Conductor = Impedance['source'];

/** A circuit's voltages as in-phase and ahead parts in the frames of its lines: at its breaker, and at its loads. */
interface CircuitVoltages {
  readonly circuit: PlantCircuit;
  readonly above: CircuitVoltages | null;
  readonly conductor: Conductor;
  readonly headParts: Float64Array;
  readonly loadParts: Float64Array;
}

export interface VoltageDrop {
  readonly source: Conductor;
  readonly sourceV: number;
  readonly lineCount: number;
  /** Null on a delta, which has no neutral to lead back through. */
  readonly angles: readonly number[] | null;
  /** Parents before children. */
  readonly circuits: readonly CircuitVoltages[];
}

/** Below this nothing measures a difference. */
const UNMOVED_V = 1e-9;

const NONE: Conductor = { resistanceOhm: 0, reactanceOhm: 0 };

export function createVoltageDrop(circuits: readonly PlantCircuit[], impedance: Impedance, geometry: SupplyGeometry, hasNeutral: boolean, lineCount: number, sourceV: number): VoltageDrop {
  const made: CircuitVoltages[] = [];
  for (const circuit of circuits) {
    const above = made.find((candidate) => candidate.circuit === circuit.parent) ?? null;
    made.push({ circuit, above, conductor: impedance.circuits[circuit.id] ?? NONE, headParts: new Float64Array(6), loadParts: new Float64Array(6) });
  }
  return { source: impedance.source, sourceV, lineCount, angles: hasNeutral ? geometry.angles : null, circuits: made };
}

/** Kirchhoff's voltage law down the tree, from the currents of this step. Answers whether a voltage has moved. */
export function stepVoltages(drop: VoltageDrop): boolean {
  let hasMoved = false;
  for (const { circuit, above, conductor, headParts, loadParts } of drop.circuits) {
    for (let line = 0; line < drop.lineCount; line += 1) {
      headParts[2 * line] = above === null ? drop.sourceV : (above.loadParts[2 * line] ?? 0);
      headParts[2 * line + 1] = above === null ? 0 : (above.loadParts[2 * line + 1] ?? 0);
    }
    if (above === null) lower(drop, circuit, drop.source, headParts, headParts);
    lower(drop, circuit, conductor, headParts, loadParts);
    for (let line = 0; line < drop.lineCount; line += 1) {
      const voltageV = amount(loadParts, line);
      if (Math.abs(voltageV - (circuit.loadVoltageV[line] ?? 0)) > UNMOVED_V) hasMoved = true;
      circuit.voltageV[line] = amount(headParts, line);
      circuit.loadVoltageV[line] = voltageV;
    }
  }
  return hasMoved;
}

const amount = (parts: Float64Array, line: number): number => Math.sqrt((parts[2 * line] ?? 0) ** 2 + (parts[2 * line + 1] ?? 0) ** 2);

/** What is left behind the conductors of each line and of the neutral, through which the sum of all comes back. */
function lower({ angles, lineCount }: VoltageDrop, { inPhaseA, aheadA }: PlantCircuit, { resistanceOhm, reactanceOhm }: Conductor, from: Float64Array, to: Float64Array): void {
  for (let line = 0; line < lineCount; line += 1) {
    let inPhase = inPhaseA[line] ?? 0;
    let ahead = aheadA[line] ?? 0;
    for (let other = 0; angles !== null && other < lineCount; other += 1) {
      // Another line's current in this line's frame.
      const turn = (angles[other] ?? 0) - (angles[line] ?? 0);
      inPhase += cosineOf(turn) * (inPhaseA[other] ?? 0) - sineOf(turn) * (aheadA[other] ?? 0);
      ahead += sineOf(turn) * (inPhaseA[other] ?? 0) + cosineOf(turn) * (aheadA[other] ?? 0);
    }
    to[2 * line] = (from[2 * line] ?? 0) - resistanceOhm * inPhase + reactanceOhm * ahead;
    to[2 * line + 1] = (from[2 * line + 1] ?? 0) - resistanceOhm * ahead - reactanceOhm * inPhase;
  }
}
