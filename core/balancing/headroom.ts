/** What every circuit leaves to its EVSEs, per phase: for cutting and, more careful, for raising (rule 2). */
import { PHASES, type PhaseIndex } from '../quantities.ts';
import { contestedA, contestOf } from './contests.ts';
import { isSilent, measuredA, presenceOf } from './evse-memory.ts';
import type { CircuitCeiling } from './features/feature.ts';
import type { CircuitPlan, EvsePlan, SitePlan } from './plan.ts';
import { clear } from './scratch.ts';
import type { CircuitBalance, PhaseBalance } from './setpoint.ts';
import type { BalancerState, EvseMemory, MeterMemory } from './state.ts';

/** The ammeter of an EVSE may be this far off without its vehicle taking too much. */
const AMMETER_TOLERANCE_A = 0.25;

/** Looking at index -1 would cost more than all the rest. */
function memoryOfMeter({ meter }: CircuitPlan, state: BalancerState): MeterMemory | undefined {
  return meter < 0 ? undefined : state.meters[meter];
}

/** Other load of a circuit's phase: by its meter, or what the site assumes where none measures it. */
export function otherA(circuit: CircuitPlan, state: BalancerState, phase: PhaseIndex): number {
  return memoryOfMeter(circuit, state)?.otherA?.[phase] ?? circuit.circuit.assumedLoadA;
}

/**
 * Fills `scratch.cutA` and `raiseA`: limit less uncertainty, other load, and what vehicles take or may take beyond their
 * offers. For raising the most of the recent other load counts, and the hysteresis is kept free.
 */
export function findHeadroom(plan: SitePlan, state: BalancerState, timeMs: number, hysteresisA: number, ceilings: readonly CircuitCeiling[], wantedPhases: readonly (1 | 3)[] | null, phaseRule: 'per-phase' | 'most-loaded'): void {
  const { cutA, raiseA, overdrawA, limitA } = plan.scratch;
  findLoads(plan, state, timeMs, wantedPhases);
  findLimits(plan, ceilings);
  for (let index = 0; index < plan.circuits.length; index += 1) {
    const circuit = plan.circuits[index] as CircuitPlan;
    const memory = memoryOfMeter(circuit, state);
    const { assumedLoadA } = circuit.circuit;
    for (const phase of PHASES) {
      const constraint = index * 3 + phase;
      const boundA = (limitA[constraint] as number) - circuit.uncertaintyA[phase] - (overdrawA[constraint] as number);
      const other = memory?.otherA?.[phase] ?? assumedLoadA;
      cutA[constraint] = boundA - other;
      raiseA[constraint] = boundA - Math.max(other, memory?.recentA?.[phase] ?? other) - hysteresisA;
    }
    if (phaseRule === 'most-loaded') levelDown(plan, index);
    if (circuit.unbalance >= 0) boundDifferences(plan, circuit, hysteresisA);
  }
}

/** Fills `scratch.limitA` and `limitSource`: the circuits' own limits, lowered by what holds just now. */
function findLimits(plan: SitePlan, ceilings: readonly CircuitCeiling[]): void {
  const { limitA, limitSource, areLimitsOwn } = plan.scratch;
  if (areLimitsOwn[0] === 1 && ceilings.length === 0) return;
  areLimitsOwn[0] = ceilings.length === 0 ? 1 : 0;
  for (let index = 0; index < plan.circuits.length; index += 1) {
    const limits = plan.circuits[index]?.limits;
    if (limits === undefined) continue;
    for (const phase of PHASES) {
      limitA[index * 3 + phase] = limits[phase].currentA;
      limitSource[index * 3 + phase] = limits[phase].source;
    }
  }
  for (const { circuit, phases, currentA, source } of ceilings) {
    for (const phase of phases) {
      const constraint = circuit * 3 + phase;
      if (!(currentA < (limitA[constraint] ?? 0))) continue;
      limitA[constraint] = currentA;
      limitSource[constraint] = source;
    }
  }
}

/** The rule of simple recipes: the most loaded phase stands for all, whatever phases a vehicle uses. */
function levelDown(plan: SitePlan, circuit: number): void {
  for (const values of [plan.scratch.cutA, plan.scratch.raiseA]) {
    let lowest = Infinity;
    for (const phase of plan.phases) lowest = Math.min(lowest, values[circuit * 3 + phase] ?? 0);
    for (const phase of plan.phases) values[circuit * 3 + phase] = lowest;
  }
}

/**
 * EVSEs that do not load all phases may together draw on one phase no more than the limit beyond what such EVSEs draw on
 * the phase where that is least (VDE-AR-N 4100: 20 A).
 */
function boundDifferences(plan: SitePlan, circuit: CircuitPlan, hysteresisA: number): void {
  const { cutA, raiseA, drawnA, loads } = plan.scratch;
  const partialA: [number, number, number] = [0, 0, 0];
  for (const index of circuit.evses) {
    for (const phase of plan.phases) if (loads[index]?.includes(circuit.unbalance + phase) === true) partialA[phase] += drawnA[index] ?? 0;
  }
  for (const phase of plan.phases) {
    let leastA = Infinity;
    for (const other of plan.phases) if (other !== phase) leastA = Math.min(leastA, partialA[other]);
    const boundA = (circuit.circuit.unbalanceLimitA ?? Infinity) + (Number.isFinite(leastA) ? leastA : 0);
    cutA[circuit.unbalance + phase] = boundA;
    raiseA[circuit.unbalance + phase] = boundA - hysteresisA;
  }
}

/**
 * Fills `scratch.loads` with the constraints each EVSE loads, `drawnA` with what it says it draws, `apartA` with what is kept
 * for EVSEs that no share can hold (silent ones, and those that are left to somebody else), and `overdrawA` with what all
 * others take or may take beyond their offers.
 */
function findLoads(plan: SitePlan, state: BalancerState, timeMs: number, wantedPhases: readonly (1 | 3)[] | null): void {
  const { overdrawA, drawnA, apartA, loads, mask } = plan.scratch;
  clear(overdrawA);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const evse = plan.evses[index];
    const memory = state.evses[index];
    if (evse === undefined || memory === undefined) continue;
    // With the second contactor open only the first phase is there, whatever the vehicle could use.
    mask[index] = wantedPhases?.[index] === 1 ? evse.onePhaseMask : memory.phaseMask;
    const constraints = evse.constraintsByMask[mask[index] ?? 0] ?? [];
    loads[index] = constraints;
    const currentA = memory.report?.state === 'charging' ? (measuredA(memory.report) ?? 0) : 0;
    drawnA[index] = currentA;
    apartA[index] = 0;
    if (isSilent(evse, memory, timeMs)) apartA[index] = memory.exposureA;
    else if (state.contests !== null && contestOf(state, index) !== null) apartA[index] = contestedA(memory);
    else {
      const beyondA = beyondOfferA(evse, memory, currentA, timeMs);
      if (beyondA <= 0) continue;
      for (const constraint of constraints) overdrawA[constraint] = (overdrawA[constraint] ?? 0) + beyondA;
    }
  }
}

/**
 * Current beyond an offer that was given long enough ago is load like any other until it ends; what the device still offers
 * beyond it, its vehicle may take without warning.
 */
function beyondOfferA({ evse }: EvsePlan, { offerA, offerMs, report }: EvseMemory, currentA: number, timeMs: number): number {
  if (offerA === null || report === null || timeMs - offerMs < evse.responseTimeMs) return 0;
  const mayTakeA = report.timeMs - offerMs >= evse.responseTimeMs && (evse.startsByItself || presenceOf(report) !== 'absent') ? (report.offeredCurrentA ?? 0) : 0;
  return (mayTakeA > currentA ? mayTakeA : currentA) - offerA - AMMETER_TOLERANCE_A;
}

/** The picture of every circuit after the step, for people: what flows, what may flow, what is left. */
export function balancesOf(plan: SitePlan, state: BalancerState): readonly CircuitBalance[] {
  sumUpEvses(plan, state);
  const balances = new Array<CircuitBalance>(plan.circuits.length);
  for (let index = 0; index < balances.length; index += 1) {
    const circuit = plan.circuits[index] as CircuitPlan;
    const memory = memoryOfMeter(circuit, state);
    balances[index] = {
      circuitId: circuit.circuit.id,
      ratingA: circuit.circuit.breaker.ratingA,
      limitA: circuit.lowestLimitA,
      phases: [phaseBalance(plan, memory, circuit, index, 0), phaseBalance(plan, memory, circuit, index, 1), phaseBalance(plan, memory, circuit, index, 2)],
    };
  }
  return balances;
}

/** Fills `scratch.drawnSumA` and `reservedSumA`: what the EVSEs draw at every place, and what they may take beyond that. */
function sumUpEvses(plan: SitePlan, state: BalancerState): void {
  const { drawnA, loads, drawnSumA, reservedSumA } = plan.scratch;
  clear(drawnSumA);
  clear(reservedSumA);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const currentA = drawnA[index] as number;
    const reservedA = Math.max(0, (state.evses[index]?.exposureA ?? 0) - currentA);
    const constraints = loads[index] as readonly number[];
    for (let at = 0; at < constraints.length; at += 1) {
      const constraint = constraints[at] as number;
      drawnSumA[constraint] = (drawnSumA[constraint] as number) + currentA;
      reservedSumA[constraint] = (reservedSumA[constraint] as number) + reservedA;
    }
  }
}

function phaseBalance(plan: SitePlan, memory: MeterMemory | undefined, { circuit }: CircuitPlan, index: number, phase: PhaseIndex): PhaseBalance | null {
  if ((plan.phaseMask & (1 << phase)) === 0) return null;
  const { drawnSumA, reservedSumA, limitA } = plan.scratch;
  const constraint = index * 3 + phase;
  const evsesA = drawnSumA[constraint] as number;
  const reservedA = reservedSumA[constraint] as number;
  const other = memory?.otherA?.[phase] ?? circuit.assumedLoadA;
  return {
    totalA: memory?.reading?.currentA[phase] ?? null,
    otherA: memory === undefined ? null : other,
    evsesA,
    reservedA,
    headroomA: (limitA[constraint] as number) - other - evsesA - reservedA,
  };
}
