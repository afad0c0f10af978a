/**
 * What a meter's clamp and voltage tap make of the currents of a circuit: S = U times the conjugate of the sum of the enclosed
 * conductors' currents. With both on the same line that is the line's power; with a clamp on another line than the tap it is
 * a plausible wrong one.
 */
import type { PhaseIndex } from '../../core/quantities.ts';
import type { PlantCircuit } from './circuits.ts';
import type { Plant } from './plant.ts';
import { cosineOf, nextLine, sineOf } from './supply-geometry.ts';

export interface EnclosedConductor {
  readonly line: PhaseIndex;
  /** -1 where it goes through the clamp the other way round. */
  readonly direction: 1 | -1;
}

/** How one channel is wired. */
export interface ChannelWiring {
  readonly conductors: readonly EnclosedConductor[];
  /** `line`: from this line to the neutral (on a delta to the star point); `pair`: from it to the next line. */
  readonly fedBy: 'line' | 'pair';
  readonly fedLine: PhaseIndex;
}

export interface Clamp {
  readonly circuit: PlantCircuit | null;
  readonly fedLine: PhaseIndex;
  /** The line that the voltage reaches to; null for the neutral. */
  readonly fedUpTo: PhaseIndex | null;
  /** Of the voltage it is fed with, as part of a line's own. */
  readonly voltageRatio: number;
  readonly lines: readonly PhaseIndex[];
  /** Per conductor: what each part of its current adds to the power. */
  readonly inPhaseShare: Float64Array;
  readonly aheadShare: Float64Array;
  /** False where its reactive power is 0 whatever flows. */
  readonly isReactive: boolean;
}

/** `circuit` null: a meter that measures nothing. */
export function createClamp({ geometry, isInPhase, supply }: Plant, circuit: PlantCircuit | null, wiring: ChannelWiring): Clamp {
  const { conductors, fedBy, fedLine } = wiring;
  const isPair = fedBy === 'pair';
  const voltageAngle = geometry.angles[fedLine] + (isPair ? geometry.pairAngle : 0);
  const turns = conductors.map(({ line }) => voltageAngle - geometry.angles[line]);
  const aheadShare = Float64Array.from(conductors, ({ direction }, index) => direction * sineOf(turns[index] ?? 0) + 0);
  return {
    circuit,
    fedLine,
    fedUpTo: isPair ? otherEnd(supply.kind, fedLine) : null,
    voltageRatio: isPair ? geometry.pairVoltageRatio : 1,
    lines: conductors.map(({ line }) => line),
    inPhaseShare: Float64Array.from(conductors, ({ direction }, index) => direction * cosineOf(turns[index] ?? 0)),
    aheadShare,
    isReactive: !isInPhase || aheadShare.some((share) => share !== 0),
  };
}

/** The two legs of a split phase are each other's next. */
const otherEnd = (kind: Plant['supply']['kind'], line: PhaseIndex): PhaseIndex => (kind === 'split-phase' && line === 1 ? 0 : nextLine(line));

/** V that the meter is fed with. */
export function clampVoltageV({ circuit, fedLine, fedUpTo, voltageRatio }: Clamp): number {
  const voltageV = circuit?.voltageV[fedLine] ?? 0;
  if (fedUpTo === null) return voltageV;
  return (voltageRatio * (voltageV + (circuit?.voltageV[fedUpTo] ?? 0))) / 2;
}

/** W: import positive for a clamp as it should be. */
export function clampPowerW(clamp: Clamp): number {
  const { circuit, lines, inPhaseShare, aheadShare } = clamp;
  if (circuit === null) return 0;
  let partA = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? 0;
    partA += (inPhaseShare[index] ?? 0) * (circuit.inPhaseA[line] ?? 0);
    if (clamp.isReactive) partA += (aheadShare[index] ?? 0) * (circuit.aheadA[line] ?? 0);
  }
  return clampVoltageV(clamp) * partA;
}

/** Var: positive where the current is behind the voltage (inductive). */
export function clampReactiveVar(clamp: Clamp): number {
  const { circuit, lines, inPhaseShare, aheadShare } = clamp;
  if (circuit === null || !clamp.isReactive) return 0;
  let partA = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? 0;
    partA += (aheadShare[index] ?? 0) * (circuit.inPhaseA[line] ?? 0) - (inPhaseShare[index] ?? 0) * (circuit.aheadA[line] ?? 0);
  }
  return clampVoltageV(clamp) * partA;
}
