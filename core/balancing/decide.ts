/** Divides what the circuits leave and says for every EVSE what it is offered, and why. */
import { PHASES, type PhaseIndex } from '../quantities.ts';
import { lowestOf, ownCeilings, takeOverA, usableA, type Outlook } from './ceilings.ts';
import { addCircuitCeilings } from './circuit-ceilings.ts';
import { clear, type EvsePlan, type SitePlan } from './plan.ts';
import { noQueues, queuePlace, type Queues } from './queue-place.ts';
import { awaitsDecrease, raiseBar, raisedTo } from './raising.ts';
import type { Ceiling, Setpoint } from './setpoint.ts';
import { shareHeadroom } from './share.ts';
import { memoryOf, type BalancerState, type EvseMemory } from './state.ts';

/** Ceilings, sharing and the decision for every EVSE; reads what `findHeadroom` and `findOrder` left in the scratch. */
export function decide(plan: SitePlan, state: BalancerState, outlook: Outlook): readonly Setpoint[] {
  const { scratch, evses } = plan;
  const { order } = scratch;
  const own = new Array<Ceiling[]>(evses.length);
  for (let index = 0; index < evses.length; index += 1) {
    const evse = evses[index] as EvsePlan;
    const ceilings = ownCeilings(plan, state, outlook, evse, memoryOf(state, index), index);
    scratch.wantedA[index] = usableA(evse, lowestOf(ceilings));
    own[index] = ceilings;
  }
  shareHeadroom(plan, scratch.cutA, scratch.meantA, 'cutting');
  // What raising allows is of interest only where something is to be raised.
  if (sumUp(plan, state)) shareHeadroom(plan, scratch.raiseA, scratch.raisedA, 'raising');
  const setpoints = new Array<Setpoint>(evses.length);
  let queues: Queues | null = null;
  for (let at = 0; at < order.length; at += 1) {
    const index = order[at] as number;
    const evse = evses[index] as EvsePlan;
    const ceilings = own[index] as Ceiling[];
    addCircuitCeilings(plan, state, evse, index, ceilings);
    if ((scratch.refusedAt[index] as number) >= 0) {
      queues ??= noQueues();
      const waits = queuePlace(plan, state, queues, index, outlook.timeMs);
      if (waits !== null) ceilings.push(waits);
    }
    const currentA = decideOne(plan, outlook, evse, memoryOf(state, index), index, ceilings);
    commit(plan, index, currentA);
    setpoints[index] = setpointOf(evse, currentA, ceilings, PHASES_BY_MASK[scratch.mask[index] ?? 0] ?? evse.phases);
  }
  return setpoints;
}

/**
 * Per constraint: what all are meant to have, how many that is, and what all hold or may still draw. True when some EVSE
 * is meant to have more than it is offered.
 */
function sumUp(plan: SitePlan, state: BalancerState): boolean {
  const { meantA, meantSumA, meantCount, committedA, committedSumA, loads } = plan.scratch;
  let isAnyoneRaised = false;
  clear(meantSumA);
  clear(meantCount);
  clear(committedSumA);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const { exposureA, offerA } = memoryOf(state, index);
    const meant = meantA[index] as number;
    const offered = offerA ?? 0;
    const held = meant < offered ? meant : offered;
    const committed = exposureA > held ? exposureA : held;
    if (meant > offered) isAnyoneRaised = true;
    committedA[index] = committed;
    const constraints = loads[index] ?? [];
    for (let at = 0; at < constraints.length; at += 1) {
      const constraint = constraints[at] as number;
      meantSumA[constraint] = (meantSumA[constraint] as number) + meant;
      committedSumA[constraint] = (committedSumA[constraint] as number) + committed;
      if (meant > 0) meantCount[constraint] = (meantCount[constraint] as number) + 1;
    }
  }
  return isAnyoneRaised;
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
  // Who is refused in the sharing for raising leaves more to the others there than they are meant to have.
  const wantedA = Math.max(Math.min(plan.scratch.raisedA[index] ?? 0, meantA), offerA);
  const { currentA, tightest } = raisedTo(plan, evse, index, offerA, wantedA);
  if (currentA < meantA) {
    const held = awaitsDecrease(plan, tightest, index, currentA);
    if (held !== null) ceilings.push(held);
  }
  return currentA;
}

const PHASES_BY_MASK: readonly (readonly PhaseIndex[])[] = Array.from({ length: 8 }, (_, mask) => PHASES.filter((phase) => (mask & (1 << phase)) !== 0));

/** Sorts the ceilings, lowest first; the first binds. */
export function setpointOf({ evse }: EvsePlan, currentA: number, ceilings: Ceiling[], phases: readonly PhaseIndex[]): Setpoint {
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
