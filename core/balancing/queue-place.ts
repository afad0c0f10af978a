/** Where a waiting vehicle stands in the queue, and when its turn may come (rule 4). Only ever asked in a shortage. */
import { presenceOf } from './evse-memory.ts';
import type { SitePlan } from './plan.ts';
import type { Ceiling } from './setpoint.ts';
import { memoryOf, type BalancerState } from './state.ts';

/** What one step has found out about its queues, by the constraint that refuses those who wait. */
export interface Queues {
  readonly waiting: Map<number, number>;
  /** Time until the turns of those who charge end, soonest first; empty where nothing rotates. */
  readonly turnEndsMs: Map<number, readonly number[]>;
}

export const noQueues = (): Queues => ({ waiting: new Map(), turnEndsMs: new Map() });

/**
 * The ceiling of one who waits; null where nobody is there to wait, or nobody to wait for. Has to be asked in the order in
 * which the EVSEs are served. The expected time is null where no turn has an end.
 */
export function queuePlace(plan: SitePlan, state: BalancerState, queues: Queues, index: number, timeMs: number): Ceiling | null {
  const constraint = plan.scratch.refusedAt[index] ?? -1;
  if ((plan.users[constraint]?.length ?? 0) < 2 || presenceOf(memoryOf(state, index).report) === 'absent') return null;
  const place = (queues.waiting.get(constraint) ?? 0) + 1;
  queues.waiting.set(constraint, place);
  let ends = queues.turnEndsMs.get(constraint);
  if (ends === undefined) {
    ends = turnEnds(plan, state, constraint, timeMs);
    queues.turnEndsMs.set(constraint, ends);
  }
  return { currentA: 0, reason: { kind: 'queue', place, expectedMs: expectedMs(ends, place, turnMsOf(plan)) } };
}

/** A turn lasts no shorter than the stay that an idle vehicle has. */
function turnMsOf({ policy: { queue, minimumOnMs } }: SitePlan): number {
  return Math.max(queue.rotationS * 1000, queue.idleAfterS * 1000, minimumOnMs);
}

function turnEnds(plan: SitePlan, state: BalancerState, constraint: number, timeMs: number): readonly number[] {
  if (plan.policy.queue.rotationS === 0) return [];
  const { meantA, loads } = plan.scratch;
  const ends: number[] = [];
  for (const user of plan.users[constraint] ?? []) {
    const memory = memoryOf(state, user);
    if ((meantA[user] ?? 0) === 0 || loads[user]?.includes(constraint) !== true || presenceOf(memory.report) === 'absent') continue;
    ends.push(Math.max(0, (memory.queue.turnMs ?? timeMs) + turnMsOf(plan) - timeMs));
  }
  return ends.sort((a, b) => a - b);
}

/** As many turns end at a time as vehicles charge; whoever is further back waits for a whole turn more. */
function expectedMs(endsMs: readonly number[], place: number, turnMs: number): number | null {
  const soonest = endsMs[(place - 1) % endsMs.length];
  return soonest === undefined ? null : soonest + Math.floor((place - 1) / endsMs.length) * turnMs;
}
