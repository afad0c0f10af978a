/** What every circuit leaves to its EVSEs, per phase: for cutting and, more careful, for raising (rule 2). */
import { PHASES, perPhase, type PhaseIndex } from '../quantities.ts';
import { measuredA } from './evse-memory.ts';
import { otherForRaisingA } from './meter-memory.ts';
import type { CircuitPlan, SitePlan } from './plan.ts';
import type { CircuitBalance, PhaseBalance } from './setpoint.ts';
import type { Headroom } from './share.ts';
import type { BalancerState, EvseMemory } from './state.ts';

/** The ammeter of an EVSE may be this far off without its vehicle taking too much. */
const AMMETER_TOLERANCE_A = 0.25;

export interface HeadroomPair {
  readonly cutA: Headroom;
  readonly raiseA: Headroom;
}

/** Other load of a circuit's phase: by its meter, or what the site assumes where none measures it. */
export function otherA(circuit: CircuitPlan, state: BalancerState, phase: PhaseIndex, isForRaising: boolean): number {
  const memory = state.meters[circuit.meter];
  if (memory?.otherA === null || memory === undefined) return circuit.circuit.assumedLoadA;
  return isForRaising ? otherForRaisingA(memory, phase) : memory.otherA[phase];
}

/** Current that vehicles take beyond what they were told long enough ago: it is load like any other, until it ends. */
function overdrawA(plan: SitePlan, circuit: CircuitPlan, state: BalancerState, phase: PhaseIndex, timeMs: number): number {
  let sum = 0;
  for (const index of circuit.evses) {
    const evse = plan.evses[index];
    const memory = state.evses[index];
    if (evse === undefined || memory === undefined || !evse.phases.includes(phase)) continue;
    if (memory.offerA === null || timeMs - memory.offerMs < evse.evse.responseTimeMs) continue;
    const drawnA = memory.report?.state === 'charging' ? measuredA(memory.report) : null;
    if (drawnA !== null) sum += Math.max(0, drawnA - memory.offerA - AMMETER_TOLERANCE_A);
  }
  return sum;
}

export function headroomOf(plan: SitePlan, state: BalancerState, timeMs: number, hysteresisA: number): HeadroomPair {
  const cutA = new Float64Array(plan.circuits.length * 3).fill(Infinity);
  const raiseA = new Float64Array(plan.circuits.length * 3).fill(Infinity);
  for (const [index, circuit] of plan.circuits.entries()) {
    for (const phase of plan.phases) {
      const boundA = circuit.limit.currentA - circuit.uncertaintyA - overdrawA(plan, circuit, state, phase, timeMs);
      cutA[index * 3 + phase] = boundA - otherA(circuit, state, phase, false);
      raiseA[index * 3 + phase] = boundA - otherA(circuit, state, phase, true) - hysteresisA;
    }
  }
  return { cutA, raiseA };
}

/** The picture of every circuit after the step, for people: what flows, what may flow, what is left. */
export function balancesOf(plan: SitePlan, state: BalancerState): readonly CircuitBalance[] {
  return plan.circuits.map((circuit) => ({
    circuitId: circuit.circuit.id,
    ratingA: circuit.circuit.breaker.ratingA,
    limitA: circuit.limit.currentA,
    phases: perPhase((phase) => (plan.phases.includes(phase) ? phaseBalance(plan, circuit, state, phase) : null)),
  }));
}

function phaseBalance(plan: SitePlan, circuit: CircuitPlan, state: BalancerState, phase: PhaseIndex): PhaseBalance {
  const memory = state.meters[circuit.meter];
  let evsesA = 0;
  let reservedA = 0;
  for (const index of circuit.evses) {
    const evse = state.evses[index];
    if (evse === undefined || plan.evses[index]?.phases.includes(phase) !== true) continue;
    const drawnA = currentOf(evse);
    evsesA += drawnA;
    reservedA += Math.max(0, evse.exposureA - drawnA);
  }
  const other = otherA(circuit, state, phase, false);
  return {
    totalA: memory?.reading?.currentA[phase] ?? null,
    otherA: memory?.otherA === undefined ? null : other,
    evsesA,
    reservedA,
    headroomA: circuit.limit.currentA - other - evsesA - reservedA,
  };
}

function currentOf({ report }: EvseMemory): number {
  return report?.state === 'charging' ? (measuredA(report) ?? 0) : 0;
}

export const constraintOf = (circuit: number, phase: PhaseIndex): number => circuit * 3 + phase;
export const phaseOf = (constraint: number): PhaseIndex => PHASES[constraint % 3] ?? 0;
export const circuitOf = (constraint: number): number => Math.floor(constraint / 3);
