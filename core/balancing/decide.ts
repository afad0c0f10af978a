/** Divides what the circuits leave and says for every EVSE what it is offered, and why. */
import { PHASES, type PhaseIndex } from '../quantities.ts';
import { lowestOf, ownCeilings, takeOverA, usableA, type Outlook } from './ceilings.ts';
import { addCircuitCeilings } from './circuit-ceilings.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import { clear } from './scratch.ts';
import { noQueues, queuePlace, type Queues } from './queue-place.ts';
import { awaitsDecrease, raiseBar, type Holders } from './raising.ts';
import type { Ceiling, Setpoint } from './setpoint.ts';
import { shareRaises } from './share-raises.ts';
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
  const isRaising = sumUp(plan, state);
  if (isRaising) raise(plan, state, outlook, own);
  const holders: Holders | null = isRaising ? new Map() : null;
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
    const currentA = decideOne(plan, evse, memoryOf(state, index), index, ceilings, holders);
    setpoints[index] = setpointOf(evse, currentA, ceilings, PHASES_BY_MASK[scratch.mask[index] ?? 0] ?? evse.phases);
  }
  return setpoints;
}

/**
 * Per constraint: what all are meant to have, how many that is, and what all hold or may still draw. True when some EVSE
 * is meant to have more than it is offered.
 */
function sumUp(plan: SitePlan, state: BalancerState): boolean {
  const { meantA, apartA, offeredA, meantSumA, meantCount, committedA, committedSumA, loads } = plan.scratch;
  let isAnyoneRaised = false;
  clear(meantSumA);
  clear(meantCount);
  clear(committedSumA);
  for (let index = 0; index < plan.evses.length; index += 1) {
    const memory = memoryOf(state, index);
    const { exposureA, offerA } = memory;
    const meant = meantA[index] as number;
    const offered = offerA ?? firstA(plan.evses[index] as EvsePlan, memory, meant);
    offeredA[index] = offered;
    const held = meant < offered ? meant : offered;
    const apart = apartA[index] as number;
    const planned = apart > 0 ? apart : meant;
    const holds = exposureA > held ? exposureA : held;
    const committed = apart > holds ? apart : holds;
    if (offerA !== null && meant > offered) isAnyoneRaised = true;
    committedA[index] = committed;
    const constraints = loads[index] ?? [];
    for (let at = 0; at < constraints.length; at += 1) {
      const constraint = constraints[at] as number;
      meantSumA[constraint] = (meantSumA[constraint] as number) + planned;
      committedSumA[constraint] = (committedSumA[constraint] as number) + committed;
      if (meant > 0) meantCount[constraint] = (meantCount[constraint] as number) + 1;
    }
  }
  return isAnyoneRaised;
}

/** What all that are to have more get of what is free; why some may not be raised at all is added to their ceilings. */
function raise(plan: SitePlan, state: BalancerState, outlook: Outlook, own: readonly Ceiling[][]): void {
  const { raiseA, raisedA, meantA, offeredA, mayRise, targetA } = plan.scratch;
  let isAnyoneFree = false;
  for (let index = 0; index < plan.evses.length; index += 1) {
    mayRise[index] = 0;
    const memory = memoryOf(state, index);
    if (memory.offerA === null || (meantA[index] as number) <= memory.offerA) continue;
    const bar = raiseBar(plan, plan.evses[index] as EvsePlan, memory, outlook.sights, outlook.timeMs);
    if (bar !== null) own[index]?.push(bar);
    mayRise[index] = bar === null ? 1 : 0;
    isAnyoneFree ||= bar === null;
  }
  if (!isAnyoneFree) return;
  shareHeadroom(plan, raiseA, raisedA, 'raising');
  for (let index = 0; index < plan.evses.length; index += 1) {
    // Who is refused in the sharing for raising leaves more to the others there than they are meant to have.
    targetA[index] = Math.max(Math.min(raisedA[index] as number, meantA[index] as number), offeredA[index] as number);
  }
  shareRaises(plan);
}

/** The first setpoint takes over what flows or cuts it; more than that is a raise like any other. */
const firstA = (evse: EvsePlan, memory: EvseMemory, meantA: number): number => usableA(evse, Math.min(meantA, takeOverA(evse, memory)));

/** Cut at once; take over at the start; raise only what is free. What holds it back is added to the ceilings. */
function decideOne(plan: SitePlan, evse: EvsePlan, memory: EvseMemory, index: number, ceilings: Ceiling[], holders: Holders | null): number {
  const { scratch } = plan;
  const meantA = scratch.meantA[index] as number;
  const { offerA } = memory;
  if (offerA === null) {
    const currentA = firstA(evse, memory, meantA);
    if (currentA < meantA) ceilings.push({ currentA, reason: { kind: 'settling', remainingMs: 0 } });
    return currentA;
  }
  if (meantA <= offerA) return meantA;
  if (scratch.mayRise[index] === 0) return offerA;
  const currentA = scratch.raisedA[index] as number;
  if (currentA < meantA && holders !== null) {
    const held = awaitsDecrease(plan, holders, index, currentA);
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
