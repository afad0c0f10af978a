import { isFiniteNumber, type PhaseIndex } from '../quantities.ts';
import type { Site } from '../site/site.ts';
import { lowestOf, ownCeilings, takeOverA, usableA, type Outlook } from './ceilings.ts';
import { isSilent, presenceOf } from './evse-memory.ts';
import { balancesOf, circuitOf, headroomOf, otherA, phaseOf, type HeadroomPair } from './headroom.ts';
import { takeInputs } from './inputs.ts';
import { sightOf } from './meter-memory.ts';
import { noticesOf } from './notices.ts';
import { planOf, type SitePlan } from './plan.ts';
import { othersAt, raiseOf } from './raising.ts';
import type { Ceiling, Notice, Setpoint } from './setpoint.ts';
import { forEachConstraint, shareHeadroom, type Shares } from './share.ts';
import { NO_WISHES, UNKNOWN_METER, type BalancerState, type EvseMemory, type StepInputs, type StepResult } from './state.ts';

/**
 * Decides what every EVSE is offered now. Pure: the same site, state and inputs give the same answer, and no input
 * makes it throw. Rules: design chapter 6.
 */
export function step(site: Site, state: BalancerState, inputs: StepInputs): StepResult {
  const plan = planOf(site);
  if (!isFiniteNumber(inputs.timeMs)) return blindly(plan, state);
  const refused: Notice[] = [];
  const seen = takeInputs(plan, site, state, inputs, refused);
  const { timeMs } = inputs;
  const { staleGraceMs, raiseHysteresisA } = site.policy;
  const sights = plan.meters.map((meter, index) => sightOf(meter, seen.meters[index] ?? UNKNOWN_METER, seen.startedMs ?? timeMs, timeMs, staleGraceMs));
  const headroom = headroomOf(plan, seen, timeMs, raiseHysteresisA);
  const outlook: Outlook = { timeMs, sights, wishes: inputs.wishes ?? NO_WISHES, failSafeFits: failSafeFits(plan) };
  const decided = decide(plan, seen, outlook, headroom);
  const next: BalancerState = { ...seen, evses: seen.evses.map((memory, index) => remember(memory, decided[index], timeMs)) };
  return {
    state: next,
    setpoints: decided,
    circuits: balancesOf(plan, next),
    notices: [...refused, ...noticesOf(plan, next, outlook)],
  };
}

/** Without a time no age can be told: nothing is learned, and everything goes no higher than its fail-safe current. */
function blindly(plan: SitePlan, state: BalancerState): StepResult {
  const setpoints = plan.evses.map((evse, index) => {
    const { failSafeCurrentA } = evse.evse;
    const currentA = Math.min(state.evses[index]?.offerA ?? 0, usableA(evse, failSafeCurrentA));
    return setpointOf(plan, index, currentA, [{ currentA: Math.max(currentA, failSafeCurrentA), reason: { kind: 'starting', awaited: [] } }]);
  });
  const refused: Notice = { code: 'input-refused', severity: 'danger', about: null, context: { device: null } };
  return { state, setpoints, circuits: balancesOf(plan, state), notices: [refused] };
}

function failSafeFits(plan: SitePlan): boolean {
  return plan.circuits.every(({ evses, limit, circuit }) =>
    plan.phases.every((phase) => {
      const loads = evses.map((index) => plan.evses[index]).filter((evse) => evse?.phases.includes(phase) === true);
      const sumA = loads.reduce((sum, evse) => sum + (evse?.evse.failSafeCurrentA ?? 0), 0);
      return sumA + circuit.assumedLoadA <= limit.currentA;
    }),
  );
}

/** Vehicles before empty places, then by priority, then who charges already, then in the site's order. */
function orderOf(plan: SitePlan, state: BalancerState): readonly number[] {
  const keys = plan.evses.map(({ evse }, index) => {
    const presence = presenceOf(state.evses[index]?.report ?? null);
    return (presence === 'absent' ? 1e7 : 0) + evse.priority * 2 + (presence === 'charging' ? 0 : 1);
  });
  return plan.evses.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

function decide(plan: SitePlan, state: BalancerState, outlook: Outlook, headroom: HeadroomPair): readonly Setpoint[] {
  const own = plan.evses.map((_, index) => ownCeilings(plan, state, outlook, index));
  const wantedA = plan.evses.map((evse, index) => usableA(evse, lowestOf(own[index] ?? [])));
  const order = orderOf(plan, state);
  const held = withoutSilent(plan, state, headroom, outlook.timeMs);
  const meant = shareHeadroom(plan, held.cutA, wantedA, order);
  const raised = shareHeadroom(plan, held.raiseA, wantedA, order);
  const committedA = plan.evses.map((_, index) => Math.max(state.evses[index]?.exposureA ?? 0, Math.min(meant.currentA[index] ?? 0, state.evses[index]?.offerA ?? 0)));
  const setpoints = new Array<Setpoint>(plan.evses.length);
  for (const index of order) {
    const evse = plan.evses[index];
    if (evse === undefined) continue;
    const ceilings = own[index] ?? [];
    const allowedA = meant.currentA[index] ?? 0;
    const offeredA = state.evses[index]?.offerA ?? null;
    addCircuitCeilings(plan, state, headroom, meant, index, ceilings);
    let currentA = allowedA;
    if (offeredA === null) {
      // The first setpoint takes over what flows or cuts it; more than that is a raise like any other.
      const takenOverA = takeOverA(plan, state, index);
      currentA = usableA(evse, Math.min(allowedA, takenOverA));
      if (currentA < allowedA) ceilings.push({ currentA, reason: { kind: 'settling', remainingMs: 0 } });
    } else if (allowedA > offeredA) {
      const raise = raiseOf(plan, state, outlook.sights, headroom, { committedA }, index, Math.max(raised.currentA[index] ?? 0, offeredA), outlook.timeMs);
      currentA = raise.currentA;
      if (raise.ceiling !== null) ceilings.push(raise.ceiling);
      else if (currentA < allowedA) ceilings.push(holdCeiling(plan, index, currentA));
    }
    committedA[index] = Math.max(committedA[index] ?? 0, currentA);
    setpoints[index] = setpointOf(plan, index, currentA, ceilings);
  }
  return setpoints;
}

/** What a silent EVSE may draw is taken off before anything is divided; asking it for less changes nothing. */
function withoutSilent(plan: SitePlan, state: BalancerState, headroom: HeadroomPair, timeMs: number): HeadroomPair {
  const cutA = headroom.cutA.slice();
  const raiseA = headroom.raiseA.slice();
  for (const [index, evse] of plan.evses.entries()) {
    const memory = state.evses[index];
    if (memory === undefined || !isSilent(evse, memory, timeMs)) continue;
    // Its own share is divided to it as well, so only what it may take beyond that is held back.
    const beyondA = Math.max(0, memory.exposureA - evse.evse.failSafeCurrentA);
    forEachConstraint(plan, index, (constraint) => {
      cutA[constraint] = (cutA[constraint] ?? 0) - beyondA;
      raiseA[constraint] = (raiseA[constraint] ?? 0) - beyondA;
    });
  }
  return { cutA, raiseA };
}

function holdCeiling(plan: SitePlan, index: number, currentA: number): Ceiling {
  const evse = plan.evses[index];
  const circuitId = evse?.evse.circuitId ?? plan.circuits[0]?.circuit.id;
  if (circuitId === undefined) return { currentA, reason: { kind: 'settling', remainingMs: 0 } };
  return { currentA, reason: { kind: 'headroom-hold', circuitId, remainingMs: 0 } };
}

/** For each circuit on its way the tightest phase: what its limit leaves beside other load and the other EVSEs. */
function addCircuitCeilings(plan: SitePlan, state: BalancerState, headroom: HeadroomPair, shares: Shares, index: number, ceilings: Ceiling[]): void {
  const tightest = new Map<number, { constraint: number; leftA: number }>();
  forEachConstraint(plan, index, (constraint) => {
    let leftA = headroom.cutA[constraint] ?? 0;
    for (const other of othersAt(plan, constraint, index)) leftA -= shares.currentA[other] ?? 0;
    const circuit = circuitOf(constraint);
    if (leftA < (tightest.get(circuit)?.leftA ?? Infinity)) tightest.set(circuit, { constraint, leftA });
  });
  for (const [circuit, { constraint, leftA }] of tightest) {
    pushCircuitCeilings(plan, state, shares, index, circuit, phaseOf(constraint), leftA, ceilings);
  }
}

function pushCircuitCeilings(
  plan: SitePlan,
  state: BalancerState,
  shares: Shares,
  index: number,
  circuit: number,
  phase: PhaseIndex,
  leftA: number,
  ceilings: Ceiling[],
): void {
  const circuitPlan = plan.circuits[circuit];
  const evse = plan.evses[index]?.evse;
  if (circuitPlan === undefined || evse === undefined) return;
  const { limit, uncertaintyA, meter } = circuitPlan;
  const circuitId = circuitPlan.circuit.id;
  const others = othersAt(plan, circuit * 3 + phase, index);
  const otherEvsesA = others.reduce((sum, other) => sum + (shares.currentA[other] ?? 0), 0);
  const withoutDoubtA = Math.max(0, leftA + uncertaintyA);
  ceilings.push({
    currentA: withoutDoubtA,
    reason: {
      kind: 'circuit',
      circuitId,
      phase,
      limitSource: limit.source,
      limitA: limit.currentA,
      otherA: otherA(circuitPlan, state, phase, false),
      otherEvsesA,
      sharers: 1 + others.filter((other) => (shares.currentA[other] ?? 0) > 0).length,
    },
  });
  const isTold = Math.floor(withoutDoubtA / evse.stepA) !== Math.floor(Math.max(0, leftA) / evse.stepA);
  const meterId = plan.meters[meter]?.meter.id;
  if (isTold && meterId !== undefined) {
    ceilings.push({ currentA: Math.max(0, leftA), reason: { kind: 'meter-uncertainty', circuitId, meterId, currentA: uncertaintyA } });
  }
  const refusal = shares.refused[index];
  if (refusal !== null && refusal !== undefined && circuitOf(refusal.constraint) === circuit) {
    ceilings.push({
      currentA: 0,
      reason: { kind: 'shortage', circuitId, phase: phaseOf(refusal.constraint), leftA: Math.max(0, refusal.leftA), minCurrentA: evse.minCurrentA },
    });
  }
}

function setpointOf(plan: SitePlan, index: number, currentA: number, ceilings: readonly Ceiling[]): Setpoint {
  const evse = plan.evses[index];
  if (evse === undefined) throw new RangeError('no such EVSE');
  const limits = [...ceilings].sort((a, b) => a.currentA - b.currentA);
  const binding = limits[0];
  if (binding === undefined) throw new RangeError('an EVSE always has its rating as a ceiling');
  return { evseId: evse.evse.id, offeredCurrentA: currentA, phases: evse.phases, reason: binding.reason, limits };
}

function remember(memory: EvseMemory, setpoint: Setpoint | undefined, timeMs: number): EvseMemory {
  const currentA = setpoint?.offeredCurrentA ?? memory.offerA ?? 0;
  const readBackA = memory.report?.offeredCurrentA ?? null;
  // Until its present offer has been read nothing is asked of it, so nothing can have been offered.
  const isUnknown = memory.offerA === null && readBackA === null;
  if (isUnknown || currentA === memory.offerA) return memory;
  return {
    ...memory,
    offerA: currentA,
    offerMs: timeMs,
    confirmedMs: readBackA !== null && readBackA <= currentA ? timeMs : null,
    exposureA: Math.max(memory.exposureA, currentA),
    drawsLess: memory.drawsLess,
  };
}

