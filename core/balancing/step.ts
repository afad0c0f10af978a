import { isFiniteNumber, PHASES, type PhaseIndex } from '../quantities.ts';
import type { Site } from '../site/site.ts';
import { isOfferUnknown, lowestOf, ownCeilings, takeOverA, usableA, type Outlook } from './ceilings.ts';
import { presenceOf } from './evse-memory.ts';
import { NO_FEATURES, runFeatures, type FeatureMemory } from './features/all-features.ts';
import type { EvseCeiling } from './features/feature.ts';
import { isPlain, viewOf } from './features/look.ts';
import { balancesOf, findHeadroom, otherA } from './headroom.ts';
import { takeInputs } from './inputs.ts';
import { sightOf, type Sight } from './meter-memory.ts';
import { noticesOf } from './notices.ts';
import { planOf, type CircuitPlan, type EvsePlan, type SitePlan } from './plan.ts';
import { findOrder, updateQueue } from './queue.ts';
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
  const taken = takeInputs(plan, site, state, inputs, refused);
  const sights = sightsOf(plan, site, taken, inputs.timeMs);
  findOrder(plan, taken, site);
  const features = isPlain(plan, inputs) ? null : runFeatures(taken.features ?? NO_FEATURES, viewOf(plan, site, taken, inputs, sights), inputs.wishes ?? NO_WISHES, [...plan.scratch.order]);
  const seen = features === null ? taken : relearnPhases(plan, taken, features.memory);
  const outlook = lookOut(plan, seen, inputs, sights, byEvse(features?.evseCeilings ?? []));
  findHeadroom(plan, seen, inputs.timeMs, site.policy.raiseHysteresisA, features?.circuitCeilings ?? [], features?.wantedPhases ?? null, site.policy.phaseRule);
  const setpoints = decide(plan, seen, outlook);
  const remembered = remember(plan, site, seen, setpoints, inputs.timeMs);
  const next = features === null ? remembered : { ...remembered, features: features.memory };
  const notices = noticesOf(plan, next, outlook);
  return { state: next, setpoints, circuits: balancesOf(plan, next), notices: [...refused, ...notices, ...(features?.notices ?? [])] };
}

/** Back on three phases, which of them its vehicle uses has to be learned again. */
function relearnPhases(plan: SitePlan, state: BalancerState, { phaseSwitch }: FeatureMemory): BalancerState {
  const hasGrown = (index: number): boolean => state.features?.phaseSwitch.evses[index]?.presentPhases === 1 && phaseSwitch.evses[index]?.presentPhases === 3;
  if (!plan.evses.some((_, index) => hasGrown(index))) return state;
  const evses = state.evses.map((memory, index) => (hasGrown(index) ? { ...memory, phaseMask: plan.evses[index]?.phaseMask ?? memory.phaseMask } : memory));
  return { ...state, evses };
}

function sightsOf(plan: SitePlan, { policy }: Site, state: BalancerState, timeMs: number): readonly Sight[] {
  const startedMs = state.startedMs ?? timeMs;
  return plan.meters.map((meter, index) => sightOf(meter, state.meters[index] ?? UNKNOWN_METER, startedMs, timeMs, policy.staleGraceMs));
}

const NONE: Outlook['features'] = new Map();

function byEvse(ceilings: readonly EvseCeiling[]): Outlook['features'] {
  if (ceilings.length === 0) return NONE;
  const found = new Map<number, Ceiling[]>();
  for (const { index, ceiling } of ceilings) {
    const known = found.get(index);
    if (known === undefined) found.set(index, [ceiling]);
    else known.push(ceiling);
  }
  return found;
}

function lookOut(plan: SitePlan, state: BalancerState, { timeMs, wishes }: StepInputs, sights: readonly Sight[], features: Outlook['features']): Outlook {
  return {
    timeMs,
    features,
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
    return setpointOf(evse, currentA, [{ currentA: Math.max(currentA, failSafeCurrentA), reason: { kind: 'starting', awaited: [] } }], evse.phases);
  });
  const refused: Notice = { code: 'input-refused', severity: 'danger', about: null, context: { device: null } };
  return { state, setpoints, circuits: balancesOf(plan, state), notices: [refused] };
}

function decide(plan: SitePlan, state: BalancerState, outlook: Outlook): readonly Setpoint[] {
  const { scratch } = plan;
  const own = plan.evses.map((evse, index) => {
    const ceilings = ownCeilings(plan, state, outlook, evse, memoryOf(state, index), index);
    scratch.wantedA[index] = usableA(evse, lowestOf(ceilings));
    return ceilings;
  });
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
    commit(plan, index, currentA);
    setpoints[index] = setpointOf(evse, currentA, ceilings, PHASES_BY_MASK[scratch.mask[index] ?? 0] ?? evse.phases);
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
  const { meantA, meantSumA, meantCount, committedA, committedSumA, loads } = plan.scratch;
  meantSumA.fill(0);
  meantCount.fill(0);
  committedSumA.fill(0);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const memory = memoryOf(state, index);
    const meant = meantA[index] ?? 0;
    const committed = Math.max(memory.exposureA, Math.min(meant, memory.offerA ?? 0));
    committedA[index] = committed;
    for (const constraint of loads[index] ?? []) {
      meantSumA[constraint] = (meantSumA[constraint] ?? 0) + meant;
      committedSumA[constraint] = (committedSumA[constraint] ?? 0) + committed;
      if (meant > 0) meantCount[constraint] = (meantCount[constraint] ?? 0) + 1;
    }
  }
}

function commit(plan: SitePlan, index: number, currentA: number): void {
  const { committedA, committedSumA, loads } = plan.scratch;
  const moreA = currentA - (committedA[index] ?? 0);
  if (moreA <= 0) return;
  committedA[index] = currentA;
  for (const constraint of loads[index] ?? []) committedSumA[constraint] = (committedSumA[constraint] ?? 0) + moreA;
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
  const { cutA, meantSumA, meantA, loads } = plan.scratch;
  const constraints = loads[index] ?? [];
  const ownA = meantA[index] ?? 0;
  let tightest = -1;
  let leftA = Infinity;
  for (let at = 0; at < constraints.length; at += 1) {
    const constraint = constraints[at] ?? 0;
    const here = (cutA[constraint] ?? 0) - (meantSumA[constraint] ?? 0) + ownA;
    if (here < leftA) {
      leftA = here;
      tightest = constraint;
    }
    const next = plan.places[constraints[at + 1] ?? -1];
    const place = plan.places[constraint];
    if (next !== undefined && next.circuit === place?.circuit && next.isUnbalance === place.isUnbalance) continue;
    if (tightest >= 0) addCircuitCeiling(plan, state, evse, index, tightest, leftA, ceilings);
    leftA = Infinity;
    tightest = -1;
  }
}

function addCircuitCeiling(plan: SitePlan, state: BalancerState, { evse }: EvsePlan, index: number, constraint: number, leftA: number, ceilings: Ceiling[]): void {
  const place = plan.places[constraint];
  const circuit = plan.circuits[place?.circuit ?? -1];
  if (place === undefined || circuit === undefined) return;
  const { phase } = place;
  const circuitId = circuit.circuit.id;
  if (place.isUnbalance) {
    ceilings.push({ currentA: Math.max(0, leftA), reason: { kind: 'unbalance', phase, limitA: circuit.circuit.unbalanceLimitA ?? 0 } });
  } else {
    addLimitCeiling(plan, state, circuit, evse.stepA, index, constraint, leftA, ceilings);
  }
  const refused = plan.places[plan.scratch.refusedAt[index] ?? -1];
  if (refused !== undefined && refused.circuit === place.circuit && refused.isUnbalance === place.isUnbalance) {
    const leftThereA = Math.max(0, plan.scratch.refusedLeftA[index] ?? 0);
    ceilings.push({ currentA: 0, reason: { kind: 'shortage', circuitId, phase: refused.phase, leftA: leftThereA, minCurrentA: evse.minCurrentA } });
  }
}

function addLimitCeiling(plan: SitePlan, state: BalancerState, circuit: CircuitPlan, stepA: number, index: number, constraint: number, leftA: number, ceilings: Ceiling[]): void {
  const { meantSumA, meantCount, meantA, limitA, limitSource } = plan.scratch;
  const phase = plan.places[constraint]?.phase ?? 0;
  const circuitId = circuit.circuit.id;
  const uncertaintyA = circuit.uncertaintyA[phase];
  const ownA = meantA[index] ?? 0;
  const certainA = Math.max(0, leftA + uncertaintyA);
  ceilings.push({
    currentA: certainA,
    reason: {
      kind: 'circuit',
      circuitId,
      phase,
      limitSource: limitSource[constraint] ?? 'continuous',
      limitA: limitA[constraint] ?? 0,
      otherA: otherA(circuit, state, phase),
      otherEvsesA: (meantSumA[constraint] ?? 0) - ownA,
      sharers: (meantCount[constraint] ?? 0) + (ownA > 0 ? 0 : 1),
    },
  });
  // The uncertainty is a ceiling of its own only where it costs a step.
  const meterId = plan.meters[circuit.meter]?.meter.id;
  if (meterId !== undefined && Math.floor(certainA / stepA) !== Math.floor(Math.max(0, leftA) / stepA)) {
    ceilings.push({
      currentA: Math.max(0, leftA),
      reason: {
        kind: 'meter-uncertainty',
        circuitId,
        meterId,
        currentA: uncertaintyA,
        limitA: limitA[constraint] ?? 0,
        otherA: otherA(circuit, state, phase),
        otherEvsesA: (meantSumA[constraint] ?? 0) - ownA,
      },
    });
  }
}

const PHASES_BY_MASK: readonly (readonly PhaseIndex[])[] = Array.from({ length: 8 }, (_, mask) => PHASES.filter((phase) => (mask & (1 << phase)) !== 0));

/** Sorts the ceilings, lowest first; the first binds. */
function setpointOf({ evse }: EvsePlan, currentA: number, ceilings: Ceiling[], phases: readonly PhaseIndex[]): Setpoint {
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

function remember(plan: SitePlan, site: Site, state: BalancerState, setpoints: readonly Setpoint[], timeMs: number): BalancerState {
  const { refusedAt, isWaited } = plan.scratch;
  const fewestTurns = fewestTurnsOf(state);
  let isAnyoneWaiting = false;
  isWaited.fill(0);
  for (let index = 0; index < setpoints.length; index += 1) {
    const refused = refusedAt[index] ?? -1;
    if (refused < 0 || presenceOf(memoryOf(state, index).report) === 'absent') continue;
    isAnyoneWaiting = true;
    for (const user of plan.users[refused] ?? []) isWaited[user] = 1;
  }
  let evses: EvseMemory[] | null = null;
  for (let index = 0; index < setpoints.length; index += 1) {
    const memory = memoryOf(state, index);
    const currentA = setpoints[index]?.offeredCurrentA ?? 0;
    const offered = rememberOne(memory, currentA, timeMs);
    const queue = updateQueue(offered, currentA, isAnyoneWaiting && isWaited[index] === 1, fewestTurns, site.policy.queue, timeMs);
    const next = queue === offered.queue ? offered : { ...offered, queue };
    if (next === memory) continue;
    evses ??= [...state.evses];
    evses[index] = next;
  }
  return evses === null ? state : { ...state, evses };
}

/** Of all vehicles that are there; one that has just come has none of its own yet. */
function fewestTurnsOf(state: BalancerState): number {
  let fewest = Infinity;
  for (const memory of state.evses) {
    if (memory.connectedMs !== null && memory.queue.turns >= 0 && memory.queue.turns < fewest) fewest = memory.queue.turns;
  }
  return Number.isFinite(fewest) ? fewest : 0;
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
