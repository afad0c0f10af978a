/** The circuits of a plant and the currents in them, line by line (supply-geometry.ts: what the two parts of a current are). */
import type { CircuitId, PhaseIndex } from '../../core/quantities.ts';
import type { Site } from '../../core/site/site.ts';
import { cosineOf, nextLine, sineOf } from './supply-geometry.ts';

export interface PlantCircuit {
  readonly id: CircuitId;
  readonly parent: PlantCircuit | null;
  /** A per line, in phase: loads that are no EVSE, on this circuit and below it; negative where they feed in. */
  readonly otherA: Float64Array;
  /** Their other part: a quarter turn ahead. */
  readonly otherAheadA: Float64Array;
  /** All, in phase and a quarter turn ahead. */
  readonly inPhaseA: Float64Array;
  readonly aheadA: Float64Array;
  /** RMS per line: all. */
  readonly totalA: Float64Array;
  /** W of its own load, without circuits below: per line, on a delta between a line and the next. */
  readonly ownW: Float64Array;
  /** Its reactive power: positive for a current behind the voltage. */
  readonly ownVar: Float64Array;
  /** A line's own voltage: at the breaker, where meters are, and at the loads. */
  readonly voltageV: Float64Array;
  readonly loadVoltageV: Float64Array;
}

/** Parents before children. */
export function createCircuits(site: Site, lineVoltageV: number): readonly PlantCircuit[] {
  const made: PlantCircuit[] = [];
  const add = (parent: PlantCircuit | null): void => {
    for (const circuit of site.circuits) {
      if ((circuit.parentId ?? null) !== (parent?.id ?? null)) continue;
      const child = createCircuit(circuit.id, parent, lineVoltageV);
      made.push(child);
      add(child);
    }
  };
  add(null);
  return made;
}

function createCircuit(id: CircuitId, parent: PlantCircuit | null, lineVoltageV: number): PlantCircuit {
  return {
    id,
    parent,
    otherA: new Float64Array(3),
    otherAheadA: new Float64Array(3),
    inPhaseA: new Float64Array(3),
    aheadA: new Float64Array(3),
    totalA: new Float64Array(3),
    ownW: new Float64Array(3),
    ownVar: new Float64Array(3),
    voltageV: new Float64Array(3).fill(lineVoltageV),
    loadVoltageV: new Float64Array(3).fill(lineVoltageV),
  };
}

/** To a billionth: what is switched on and off again must leave nothing behind, and 10 A be 10 A. */
const settled = (currentA: number): number => Math.round(currentA * 1e9) / 1e9;

export function clearOther({ otherA, otherAheadA }: PlantCircuit): void {
  otherA.fill(0);
  otherAheadA.fill(0);
}

/** Adds a load's current on one line, here and in all circuits above. */
export function addOtherCurrent(at: PlantCircuit, line: PhaseIndex, inPhaseA: number, aheadA: number): void {
  for (let circuit: PlantCircuit | null = at; circuit !== null; circuit = circuit.parent) {
    circuit.otherA[line] = settled((circuit.otherA[line] ?? 0) + inPhaseA);
    if (aheadA !== 0) circuit.otherAheadA[line] = settled((circuit.otherAheadA[line] ?? 0) + aheadA);
  }
}

/** Parts of a unit current in phase with the voltage between a line and the next, in both lines' frames (Kirchhoff: out by one, back by the other). */
export const PAIR_IN_PHASE = cosineOf(1);
export const PAIR_AHEAD = sineOf(1);

/**
 * Adds a load between `line` and the next. `inPhaseA` and `aheadA` against the voltage between the two, which stands 30 degrees
 * ahead of the first line's frame and, as the current comes back, 30 degrees behind that of the second.
 */
export function addPairCurrent(at: PlantCircuit, line: PhaseIndex, inPhaseA: number, aheadA: number): void {
  addOtherCurrent(at, line, PAIR_IN_PHASE * inPhaseA - PAIR_AHEAD * aheadA, PAIR_AHEAD * inPhaseA + PAIR_IN_PHASE * aheadA);
  addOtherCurrent(at, nextLine(line), PAIR_IN_PHASE * inPhaseA + PAIR_AHEAD * aheadA, PAIR_IN_PHASE * aheadA - PAIR_AHEAD * inPhaseA);
}

/** Adds what an EVSE draws from so many lines, in phase with each, here and above. */
export function addLineCurrents(at: PlantCircuit, lines: readonly PhaseIndex[], currentA: number): void {
  for (let circuit: PlantCircuit | null = at; circuit !== null; circuit = circuit.parent) {
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index] ?? 0;
      circuit.inPhaseA[line] = (circuit.inPhaseA[line] ?? 0) + currentA;
    }
  }
}

/** Adds what an EVSE draws between `line` and the next, in phase with the voltage between them, here and above. */
export function addLinePairCurrent(at: PlantCircuit, line: PhaseIndex, currentA: number): void {
  const next = nextLine(line);
  for (let circuit: PlantCircuit | null = at; circuit !== null; circuit = circuit.parent) {
    circuit.inPhaseA[line] = (circuit.inPhaseA[line] ?? 0) + PAIR_IN_PHASE * currentA;
    circuit.aheadA[line] = (circuit.aheadA[line] ?? 0) + PAIR_AHEAD * currentA;
    circuit.inPhaseA[next] = (circuit.inPhaseA[next] ?? 0) + PAIR_IN_PHASE * currentA;
    circuit.aheadA[next] = (circuit.aheadA[next] ?? 0) - PAIR_AHEAD * currentA;
  }
}

/** Begins a step's sums with the other loads. */
export function beginSums(circuits: readonly PlantCircuit[], isInPhase: boolean): void {
  for (const { otherA, otherAheadA, inPhaseA, aheadA } of circuits) {
    copy(otherA, inPhaseA);
    if (!isInPhase) copy(otherAheadA, aheadA);
  }
}

/** RMS of the sums. Where all is in phase it is the sum's amount. */
export function endSums(circuits: readonly PlantCircuit[], isInPhase: boolean): void {
  for (const { inPhaseA, aheadA, totalA } of circuits) {
    for (let line = 0; line < 3; line += 1) {
      const inPhase = inPhaseA[line] ?? 0;
      const ahead = isInPhase ? 0 : (aheadA[line] ?? 0);
      totalA[line] = ahead === 0 ? Math.abs(inPhase) : Math.sqrt(inPhase * inPhase + ahead * ahead);
    }
  }
}

function copy(from: Float64Array, to: Float64Array): void {
  to[0] = from[0] ?? 0;
  to[1] = from[1] ?? 0;
  to[2] = from[2] ?? 0;
}
