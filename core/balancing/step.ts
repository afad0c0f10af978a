import { isFiniteNumber } from '../quantities.ts';
import type { Site } from '../site/site.ts';
import { isOfferUnknown, lowestOf, ownCeilings, takeOverA, usableA, type Outlook } from './ceilings.ts';
import { presenceOf, type Presence } from './evse-memory.ts';
import { balancesOf, circuitOf, findHeadroom, otherA, phaseOf } from './headroom.ts';
import { takeInputs } from './inputs.ts';
import { sightOf } from './meter-memory.ts';
import { noticesOf } from './notices.ts';
import { planOf, type EvsePlan, type SitePlan } from './plan.ts';
import { awaitsDecrease, raiseBar, raisedTo } from './raising.ts';
import type { Ceiling, Notice, Setpoint } from './setpoint.ts';
import { shareHeadroom } from './share.ts';
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
  const outlook = lookOut(plan, site, seen, inputs);
  findHeadroom(plan, seen, inputs.timeMs, site.policy.raiseHysteresisA);
  const setpoints = decide(plan, seen, outlook);
  const next = remember(seen, setpoints, inputs.timeMs);
  const notices = noticesOf(plan, next, outlook);
  return { state: next, setpoints, circuits: balancesOf(plan, next), notices: refused.length === 0 ? notices : [...refused, ...notices] };
}

function lookOut(plan: SitePlan, site: Site, state: BalancerState, { timeMs, wishes }: StepInputs): Outlook {
  const startedMs = state.startedMs ?? timeMs;
  const sights = plan.meters.map((meter, index) => sightOf(meter, state.meters[index] ?? UNKNOWN_METER, startedMs, timeMs, site.policy.staleGraceMs));
  return {
    timeMs,
    sights,
    isClear: sights.every(({ kind }) => kind === 'clear'),
    hasUnknownOffers: state.evses.some(isOfferUnknown),
    wishes: wishes ?? NO_WISHES,
    failSafeFits: plan.failSafeFits,
  };
}

/** Without a time no age can be told: nothing is learned, and everything goes no higher than its fail-safe current. */
function blindly(plan: SitePlan, state: BalancerState): StepResult {
  const setpoints = plan.evses.map((evse, index) => {
    const { failSafeCurrentA } = evse.evse;
    const currentA = Math.min(state.evses[index]?.offerA ?? 0, usableA(evse, failSafeCurrentA));
    return setpointOf(evse, currentA, [{ currentA: Math.max(currentA, failSafeCurrentA), reason: { kind: 'starting', awaited: [] } }]);
  });
  const refused: Notice = { code: 'input-refused', severity: 'danger', about: null, context: { device: null } };
  return { state, setpoints, circuits: balancesOf(plan, state), notices: [refused] };
}

/** Vehicles before empty places, then by priority, then who charges already, then in the site's order. */
function findOrder(plan: SitePlan, state: BalancerState): void {
  const { byPriority, evses } = plan;
  const priorityAt = (at: number): number | undefined => evses[byPriority[at] ?? -1]?.evse.priority;
  let filled = 0;
  let from = 0;
  while (from < byPriority.length) {
    let until = from + 1;
    while (until < byPriority.length && priorityAt(until) === priorityAt(from)) until += 1;
    filled = collect(plan, state, 'charging', from, until, filled);
    filled = collect(plan, state, 'waiting', from, until, filled);
    from = until;
  }
  collect(plan, state, 'absent', 0, byPriority.length, filled);
}

/** Appends to the order those of `byPriority[from, until)` that are so; answers with its new length. */
function collect({ byPriority, scratch }: SitePlan, state: BalancerState, presence: Presence, from: number, until: number, filled: number): number {
  let to = filled;
  for (let at = from; at < until; at += 1) {
    const index = byPriority[at] ?? 0;
    if (presenceOf(state.evses[index]?.report ?? null) !== presence) continue;
    scratch.order[to] = index;
    to += 1;
  }
  return to;
}

function decide(plan: SitePlan, state: BalancerState, outlook: Outlook): readonly Setpoint[] {
  const { scratch } = plan;
  const own = plan.evses.map((evse, index) => {
    const ceilings = ownCeilings(plan, state, outlook, evse, memoryOf(state, index));
    scratch.wantedA[index] = usableA(evse, lowestOf(ceilings));
    return ceilings;
  });
  findOrder(plan, state);
  // For raising first: what is refused there is of no interest, what is refused for cutting is a reason.
  shareHeadroom(plan, scratch.raiseA, scratch.raisedA);
  shareHeadroom(plan, scratch.cutA, scratch.meantA);
  sumUp(plan, state);
  const setpoints = new Array<Setpoint>(plan.evses.length);
  for (const index of scratch.order) {
    const evse = plan.evses[index];
    const ceilings = own[index];
    if (evse === undefined || ceilings === undefined) continue;
    addCircuitCeilings(plan, state, evse, index, ceilings);
    const currentA = decideOne(plan, outlook, evse, memoryOf(state, index), index, ceilings);
    commit(plan, evse, index, currentA);
    setpoints[index] = setpointOf(evse, currentA, ceilings);
  }
  return setpoints;
}

function memoryOf(state: BalancerState, index: number): EvseMemory {
  const memory = state.evses[index];
  if (memory === undefined) throw new RangeError('the state belongs to another site');
  return memory;
}

/** Per constraint: what all are meant to have, how many that is, and what all hold or may still draw. */
function sumUp(plan: SitePlan, state: BalancerState): void {
  const { meantA, meantSumA, meantCount, committedA, committedSumA } = plan.scratch;
  meantSumA.fill(0);
  meantCount.fill(0);
  committedSumA.fill(0);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const memory = memoryOf(state, index);
    const meant = meantA[index] ?? 0;
    const committed = Math.max(memory.exposureA, Math.min(meant, memory.offerA ?? 0));
    committedA[index] = committed;
    for (const constraint of plan.evses[index]?.constraints ?? []) {
      meantSumA[constraint] = (meantSumA[constraint] ?? 0) + meant;
      committedSumA[constraint] = (committedSumA[constraint] ?? 0) + committed;
      if (meant > 0) meantCount[constraint] = (meantCount[constraint] ?? 0) + 1;
    }
  }
}

function commit(plan: SitePlan, evse: EvsePlan, index: number, currentA: number): void {
  const { committedA, committedSumA } = plan.scratch;
  const moreA = currentA - (committedA[index] ?? 0);
  if (moreA <= 0) return;
  committedA[index] = currentA;
  for (const constraint of evse.constraints) committedSumA[constraint] = (committedSumA[constraint] ?? 0) + moreA;
}

/** Cut at once; take over at the start; raise only what is free. What holds it back is added to the ceilings. */
function decideOne(plan: SitePlan, outlook: Outlook, evse: EvsePlan, memory: EvseMemory, index: number, ceilings: Ceiling[]): number {
  const meantA = plan.scratch.meantA[index] ?? 0;
  const { offerA } = memory;
  if (offerA === null) {
    // The first setpoint takes over what flows or cuts it; more than that is a raise like any other.
    const currentA = usableA(evse, Math.min(meantA, takeOverA(evse, memory)));
    if (currentA < meantA) ceilings.push({ currentA, reason: { kind: 'settling', remainingMs: 0 } });
    return currentA;
  }
  if (meantA <= offerA) return meantA;
  const bar = raiseBar(plan, evse, memory, outlook.sights, outlook.timeMs);
  if (bar !== null) {
    ceilings.push(bar);
    return offerA;
  }
  const wantedA = Math.max(plan.scratch.raisedA[index] ?? 0, offerA);
  const { currentA, tightest } = raisedTo(plan, evse, index, offerA, wantedA);
  if (currentA < meantA) {
    const held = awaitsDecrease(plan, tightest, index, currentA);
    if (held !== null) ceilings.push(held);
  }
  return currentA;
}

/** For each circuit on its way the tightest phase: what its limit leaves beside other load and the other EVSEs. */
function addCircuitCeilings(plan: SitePlan, state: BalancerState, evse: EvsePlan, index: number, ceilings: Ceiling[]): void {
  const { cutA, meantSumA, meantA } = plan.scratch;
  const ownA = meantA[index] ?? 0;
  const perCircuit = evse.phases.length;
  for (let at = 0; at < evse.constraints.length; at += perCircuit) {
    let tightest = evse.constraints[at] ?? 0;
    let leftA = Infinity;
    for (let phase = at; phase < at + perCircuit; phase += 1) {
      const constraint = evse.constraints[phase] ?? 0;
      const here = (cutA[constraint] ?? 0) - (meantSumA[constraint] ?? 0) + ownA;
      if (here >= leftA) continue;
      leftA = here;
      tightest = constraint;
    }
    addCircuitCeiling(plan, state, evse, index, tightest, leftA, ceilings);
  }
}

function addCircuitCeiling(plan: SitePlan, state: BalancerState, { evse }: EvsePlan, index: number, constraint: number, leftA: number, ceilings: Ceiling[]): void {
  const circuit = plan.circuits[circuitOf(constraint)];
  if (circuit === undefined) return;
  const { meantSumA, meantCount, meantA, refusedAt, refusedLeftA } = plan.scratch;
  const { limit, uncertaintyA } = circuit;
  const circuitId = circuit.circuit.id;
  const phase = phaseOf(constraint);
  const ownA = meantA[index] ?? 0;
  const certainA = Math.max(0, leftA + uncertaintyA);
  ceilings.push({
    currentA: certainA,
    reason: {
      kind: 'circuit',
      circuitId,
      phase,
      limitSource: limit.source,
      limitA: limit.currentA,
      otherA: otherA(circuit, state, phase),
      otherEvsesA: (meantSumA[constraint] ?? 0) - ownA,
      sharers: (meantCount[constraint] ?? 0) + (ownA > 0 ? 0 : 1),
    },
  });
  // The uncertainty is a ceiling of its own only where it costs a step.
  const meterId = plan.meters[circuit.meter]?.meter.id;
  if (meterId !== undefined && Math.floor(certainA / evse.stepA) !== Math.floor(Math.max(0, leftA) / evse.stepA)) {
    const otherEvsesA = (meantSumA[constraint] ?? 0) - ownA;
    const otherLoadA = otherA(circuit, state, phase);
    ceilings.push({
      currentA: Math.max(0, leftA),
      reason: { kind: 'meter-uncertainty', circuitId, meterId, currentA: uncertaintyA, limitA: limit.currentA, otherA: otherLoadA, otherEvsesA },
    });
  }
  const refused = refusedAt[index] ?? -1;
  if (refused >= 0 && circuitOf(refused) === circuitOf(constraint)) {
    const leftThereA = Math.max(0, refusedLeftA[index] ?? 0);
    ceilings.push({ currentA: 0, reason: { kind: 'shortage', circuitId, phase: phaseOf(refused), leftA: leftThereA, minCurrentA: evse.minCurrentA } });
  }
}

/** Sorts the ceilings, lowest first; the first binds. */
function setpointOf({ evse, phases }: EvsePlan, currentA: number, ceilings: Ceiling[]): Setpoint {
  for (let at = 1; at < ceilings.length; at += 1) {
    const ceiling = ceilings[at] as Ceiling;
    let to = at;
    for (; to > 0 && (ceilings[to - 1] as Ceiling).currentA > ceiling.currentA; to -= 1) ceilings[to] = ceilings[to - 1] as Ceiling;
    ceilings[to] = ceiling;
  }
  const binding = ceilings[0];
  if (binding === undefined) throw new RangeError('an EVSE always has its rating as a ceiling');
  return { evseId: evse.id, offeredCurrentA: currentA, phases, reason: binding.reason, limits: ceilings };
}

function remember(state: BalancerState, setpoints: readonly Setpoint[], timeMs: number): BalancerState {
  let evses: EvseMemory[] | null = null;
  for (let index = 0; index < setpoints.length; index += 1) {
    const memory = memoryOf(state, index);
    const next = rememberOne(memory, setpoints[index]?.offeredCurrentA ?? 0, timeMs);
    if (next === memory) continue;
    evses ??= [...state.evses];
    evses[index] = next;
  }
  return evses === null ? state : { ...state, evses };
}

function rememberOne(memory: EvseMemory, currentA: number, timeMs: number): EvseMemory {
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
  };
}
