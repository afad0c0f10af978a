/** Loads that are no EVSE: what they take, and what becomes of it in the circuits above them. */
import type { PhaseIndex } from '../../core/quantities.ts';
import type { Supply } from '../../core/site/site.ts';
import { addOtherCurrent, addPairCurrent, clearOther, type PlantCircuit } from './circuits.ts';
import type { PowerCurve } from './loads/power-curve.ts';

/** A load whose power comes from a curve, spread evenly over its phases. */
export interface CurveLoad {
  readonly circuit: PlantCircuit;
  readonly phases: readonly PhaseIndex[];
  /** Negative while it feeds in. */
  readonly curve: PowerCurve;
  readonly isPv: boolean;
  /** Var per W: positive for a current behind the voltage. */
  readonly reactiveRatio: number;
  nextMs: number;
  powerW: number;
}

export interface LoadFrame {
  readonly supply: Supply;
  /** True where voltages follow the currents, and currents the voltages. */
  readonly hasVoltageDrop: boolean;
  /** Something flows otherwise than the sums say. */
  isStale: boolean;
}

export const reactiveRatioOf = (powerFactor: number | undefined): number =>
  powerFactor === undefined || powerFactor === 1 ? 0 : Math.sqrt(1 - powerFactor * powerFactor) / powerFactor;

/** Takes up what has changed since the last step. */
export function stepCurveLoads(frame: LoadFrame, loads: readonly CurveLoad[], timeMs: number): void {
  for (const load of loads) {
    if (timeMs < load.nextMs) continue;
    const powerW = load.curve.powerAt(timeMs);
    load.nextMs = load.curve.nextMs;
    if (powerW === load.powerW) continue;
    addLoad(frame, load.circuit, load.phases, powerW - load.powerW, load.reactiveRatio);
    load.powerW = powerW;
  }
}

/** Spread evenly over `phases`; on split phase both legs together are a 240 V load, on a delta a phase is a pair of lines. */
export function addLoad(frame: LoadFrame, circuit: PlantCircuit, phases: readonly PhaseIndex[], powerW: number, reactiveRatio: number): void {
  const partW = powerW / phases.length;
  for (const phase of phases) addPower(frame, circuit, phase, partW, partW * reactiveRatio);
}

/** Adds load on one phase, on a delta between this line and the next. */
export function addPower(frame: LoadFrame, circuit: PlantCircuit, phase: PhaseIndex, powerW: number, reactiveVar: number): void {
  frame.isStale = true;
  circuit.ownW[phase] = (circuit.ownW[phase] ?? 0) + powerW;
  circuit.ownVar[phase] = (circuit.ownVar[phase] ?? 0) + reactiveVar;
  // Where voltages move, all currents are made anew at every step.
  if (!frame.hasVoltageDrop) addCurrent(frame.supply, circuit, phase, powerW, reactiveVar);
}

/** Loads of constant power take more current where the voltage is lower. */
export function renewCurrents(supply: Supply, circuits: readonly PlantCircuit[], phases: readonly PhaseIndex[]): void {
  for (const circuit of circuits) clearOther(circuit);
  for (const circuit of circuits) {
    for (const phase of phases) {
      const powerW = circuit.ownW[phase] ?? 0;
      const reactiveVar = circuit.ownVar[phase] ?? 0;
      if (powerW !== 0 || reactiveVar !== 0) addCurrent(supply, circuit, phase, powerW, reactiveVar);
    }
  }
}

function addCurrent({ kind }: Supply, circuit: PlantCircuit, phase: PhaseIndex, powerW: number, reactiveVar: number): void {
  if (kind === 'three-wire-delta') {
    const voltageV = pairVoltageV(circuit, phase);
    addPairCurrent(circuit, phase, powerW / voltageV, -reactiveVar / voltageV);
  } else {
    const voltageV = circuit.loadVoltageV[phase] ?? 0;
    addOtherCurrent(circuit, phase, powerW / voltageV, -reactiveVar / voltageV);
  }
}

/** Between a line and the next; each line's own counts from the star point. */
function pairVoltageV({ loadVoltageV }: PlantCircuit, line: PhaseIndex): number {
  return (Math.sqrt(3) * ((loadVoltageV[line] ?? 0) + (loadVoltageV[(line + 1) % 3] ?? 0))) / 2;
}
