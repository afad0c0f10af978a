/** What every circuit leaves to its EVSEs, per phase: for cutting and, more careful, for raising (rule 2). */
import { PHASES, type PhaseIndex } from '../quantities.ts';
import { isSilent, measuredA } from './evse-memory.ts';
import type { CircuitPlan, SitePlan } from './plan.ts';
import type { CircuitBalance, PhaseBalance } from './setpoint.ts';
import type { BalancerState } from './state.ts';

/** The ammeter of an EVSE may be this far off without its vehicle taking too much. */
const AMMETER_TOLERANCE_A = 0.25;

/** Other load of a circuit's phase: by its meter, or what the site assumes where none measures it. */
export function otherA(circuit: CircuitPlan, state: BalancerState, phase: PhaseIndex): number {
  return state.meters[circuit.meter]?.otherA?.[phase] ?? circuit.circuit.assumedLoadA;
}

/**
 * Fills `scratch.cutA` and `raiseA`: limit less uncertainty, other load, what vehicles take beyond their offers, and what
 * silent EVSEs may take. For raising the most of the recent other load counts, and the hysteresis is kept free.
 */
export function findHeadroom(plan: SitePlan, state: BalancerState, timeMs: number, hysteresisA: number): void {
  const { cutA, raiseA, overdrawA } = plan.scratch;
  findDraws(plan, state, timeMs);
  for (const [index, circuit] of plan.circuits.entries()) {
    const memory = state.meters[circuit.meter];
    const { assumedLoadA } = circuit.circuit;
    for (const phase of PHASES) {
      const constraint = index * 3 + phase;
      const boundA = circuit.limit.currentA - circuit.uncertaintyA - (overdrawA[constraint] ?? 0);
      cutA[constraint] = boundA - (memory?.otherA?.[phase] ?? assumedLoadA);
      raiseA[constraint] = boundA - Math.max(memory?.otherA?.[phase] ?? assumedLoadA, memory?.recentA?.[phase] ?? 0) - hysteresisA;
    }
  }
}

/**
 * Fills `scratch.drawnA` with what each EVSE says it draws, and `overdrawA` with what it takes beyond its share: current
 * beyond an offer it was given long enough ago is load like any other until it ends, and a silent EVSE may take more
 * than the fail-safe current that is divided to it.
 */
function findDraws(plan: SitePlan, state: BalancerState, timeMs: number): void {
  const { overdrawA, drawnA } = plan.scratch;
  overdrawA.fill(0);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const evse = plan.evses[index];
    const memory = state.evses[index];
    if (evse === undefined || memory === undefined) continue;
    const currentA = memory.report?.state === 'charging' ? (measuredA(memory.report) ?? 0) : 0;
    drawnA[index] = currentA;
    let beyondA = 0;
    if (isSilent(evse, memory, timeMs)) beyondA = memory.exposureA - evse.evse.failSafeCurrentA;
    else if (memory.offerA !== null && timeMs - memory.offerMs >= evse.evse.responseTimeMs) beyondA = currentA - memory.offerA - AMMETER_TOLERANCE_A;
    if (beyondA <= 0) continue;
    for (const constraint of evse.constraints) overdrawA[constraint] = (overdrawA[constraint] ?? 0) + beyondA;
  }
}

/** The picture of every circuit after the step, for people: what flows, what may flow, what is left. */
export function balancesOf(plan: SitePlan, state: BalancerState): readonly CircuitBalance[] {
  return plan.circuits.map((circuit, index) => ({
    circuitId: circuit.circuit.id,
    ratingA: circuit.circuit.breaker.ratingA,
    limitA: circuit.limit.currentA,
    phases: [phaseBalance(plan, state, circuit, index, 0), phaseBalance(plan, state, circuit, index, 1), phaseBalance(plan, state, circuit, index, 2)],
  }));
}

function phaseBalance(plan: SitePlan, state: BalancerState, circuit: CircuitPlan, index: number, phase: PhaseIndex): PhaseBalance | null {
  if (!plan.phases.includes(phase)) return null;
  const { drawnA } = plan.scratch;
  const memory = state.meters[circuit.meter];
  let evsesA = 0;
  let reservedA = 0;
  for (const user of plan.users[index * 3 + phase] ?? []) {
    const currentA = drawnA[user] ?? 0;
    evsesA += currentA;
    reservedA += Math.max(0, (state.evses[user]?.exposureA ?? 0) - currentA);
  }
  const other = otherA(circuit, state, phase);
  return {
    totalA: memory?.reading?.currentA[phase] ?? null,
    otherA: memory === undefined ? null : other,
    evsesA,
    reservedA,
    headroomA: circuit.limit.currentA - other - evsesA - reservedA,
  };
}

export const phaseOf = (constraint: number): PhaseIndex => PHASES[constraint % 3] ?? 0;
export const circuitOf = (constraint: number): number => Math.floor(constraint / 3);
