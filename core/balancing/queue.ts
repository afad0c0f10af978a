/**
 * Who is served first when minimums do not all fit (rule 4): order, rotation and idleness as SmartEVSE's document means
 * them. A turn that was used counts against its EVSE in the order itself, so that no later step undoes a rotation, the
 * next in line is the one after the last, and nobody starves.
 */
import { measuredA, presenceOf } from './evse-memory.ts';
import { chargeHoldMs } from './minimum-times.ts';
import type { SitePlan } from './plan.ts';
import type { Scratch } from './scratch.ts';
import type { Site } from '../site/site.ts';
import type { BalancerState, EvseMemory } from './state.ts';

type Policy = Pick<Site['policy'], 'queue' | 'minimumOnMs'>;
type Queue = Policy['queue'];

/** Less than this is not charging (SmartEVSE: 1.0 A at the EV meter). */
const IDLE_BELOW_A = 1;
/** Sorting by insertion gives up beyond so many moves per EVSE and leaves it to the general way. */
const MOVES_PER_EVSE = 8;

/**
 * Fills `scratch.order`: vehicles before empty places, then who has used fewer turns, then by the strategy. Going by
 * weight, who charges already goes before who waits, so that equals do not push each other out.
 */
export function findOrder(plan: SitePlan, state: BalancerState, { policy }: Site): void {
  const { majorKey, middleKey, minorKey, isAbsent } = plan.scratch;
  for (let index = 0; index < plan.evses.length; index += 1) {
    const memory = state.evses[index];
    const absent = presenceOf(memory?.report ?? null) === 'absent' ? 1 : 0;
    isAbsent[index] = absent;
    const turns = memory?.queue.turns ?? 0;
    // Who has just come waits one step for its place.
    majorKey[index] = absent * 1e9 + (turns < 0 ? 1e8 : turns);
    // Among those who have used as many turns, who gave the last one away longest ago.
    middleKey[index] = turns > 0 ? (memory?.queue.gaveMs ?? 0) : 0;
    minorKey[index] = keyOf(plan, memory, index, policy.queue.strategy) + (policy.admission === 'most-vehicles' ? 1e6 * demandOf(plan, index) : 0);
  }
  sortOrder(plan.scratch);
}

/** The order of the step before is nearly this one; whatever stands there, the result is the same. */
function sortOrder(scratch: Scratch): void {
  const { order } = scratch;
  let moves = 0;
  for (let at = 1; at < order.length; at += 1) {
    const index = order[at] as number;
    let to = at;
    for (; to > 0 && goesBefore(scratch, index, order[to - 1] as number); to -= 1) order[to] = order[to - 1] as number;
    order[to] = index;
    moves += at - to;
    if (moves <= MOVES_PER_EVSE * order.length) continue;
    order.sort((a, b) => (goesBefore(scratch, a, b) ? -1 : 1));
    return;
  }
}

function goesBefore({ majorKey, middleKey, minorKey }: Scratch, a: number, b: number): boolean {
  const major = (majorKey[a] as number) - (majorKey[b] as number);
  if (major !== 0) return major < 0;
  const middle = (middleKey[a] as number) - (middleKey[b] as number);
  if (middle !== 0) return middle < 0;
  const minor = (minorKey[a] as number) - (minorKey[b] as number);
  return minor !== 0 ? minor < 0 : a < b;
}

function keyOf(plan: SitePlan, memory: EvseMemory | undefined, index: number, strategy: Queue['strategy']): number {
  const evse = plan.evses[index]?.evse;
  switch (strategy) {
    case 'weight':
      return (evse?.priority ?? 0) * 2 + (presenceOf(memory?.report ?? null) === 'charging' ? 0 : 1);
    case 'address':
      return evse?.busAddress ?? index;
    case 'first-connected':
      return memory?.connectedMs ?? 1e15;
    case 'last-connected':
      return -(memory?.connectedMs ?? -1e15);
  }
}

/** Current of its minimum on all conductors: the least demanding first serves the most vehicles. */
function demandOf(plan: SitePlan, index: number): number {
  const evse = plan.evses[index];
  return evse === undefined ? 0 : evse.evse.minCurrentA * evse.phases.length;
}

/**
 * What the queue remembers of one EVSE after a step. `isWaited`: somebody with a vehicle waits for what this one has.
 * `fewestTurns`: of all vehicles there; a vehicle that comes starts with as many, so that it neither jumps the queue nor waits
 * for turns it never had.
 */
export function updateQueue(memory: EvseMemory, offeredA: number, isWaited: boolean, fewestTurns: number, { queue, minimumOnMs }: Policy, timeMs: number): EvseMemory['queue'] {
  const before = memory.queue;
  const presence = presenceOf(memory.report);
  if (presence === 'absent') return before.turns === 0 && before.turnMs === null ? before : NO_QUEUE;
  const isNew = before.turns < 0;
  const turns = isNew ? fewestTurns : before.turns;
  const gaveMs = isNew ? timeMs : before.gaveMs;
  if (offeredA === 0 || !isWaited) return !isNew && before.turnMs === null ? before : { turns, gaveMs, turnMs: null, idleMs: null };
  const drawnA = presence === 'charging' ? measuredA(memory.report) : 0;
  const turnMs = before.turnMs ?? timeMs;
  // One whose current nobody knows is never idle.
  const idleMs = drawnA !== null && drawnA < IDLE_BELOW_A ? (before.idleMs ?? timeMs) : null;
  const stayMs = queue.idleAfterS * 1000;
  const isIdle = idleMs !== null && timeMs - idleMs >= stayMs;
  const isTurnOver = queue.rotationS > 0 && timeMs - turnMs >= Math.max(queue.rotationS * 1000, stayMs) && chargeHoldMs(minimumOnMs, memory, timeMs) === 0;
  if (isIdle || isTurnOver) return { turns: turns + 1, gaveMs: timeMs, turnMs: null, idleMs: null };
  return !isNew && turnMs === before.turnMs && idleMs === before.idleMs ? before : { turns, gaveMs, turnMs, idleMs };
}

export const NO_QUEUE: EvseMemory['queue'] = { turns: 0, gaveMs: null, turnMs: null, idleMs: null };
