/** What the next step has to know of what was decided in this one. */
import type { EvsePlan, SitePlan } from './plan.ts';
import { clear } from './scratch.ts';
import { updateQueue } from './queue.ts';
import type { Setpoint } from './setpoint.ts';
import { memoryOf, type BalancerState, type EvseMemory } from './state.ts';
import type { Site } from '../site/site.ts';

/** The state after the step: what is offered, and who has used its turn. */
export function remember(plan: SitePlan, site: Site, state: BalancerState, setpoints: readonly Setpoint[], timeMs: number): BalancerState {
  const { isWaited } = plan.scratch;
  let fewestTurns: number | null = null;
  findWaited(plan);
  let evses: EvseMemory[] | null = null;
  for (let index = 0; index < setpoints.length; index += 1) {
    const memory = memoryOf(state, index);
    const currentA = setpoints[index]?.offeredCurrentA ?? 0;
    const { responseTimeMs } = (plan.evses[index] as EvsePlan).evse;
    const offered = rememberOne(memory, currentA, setpoints[index]?.reason.kind === 'phase-switch', responseTimeMs, timeMs);
    // Asked for by those who have just come only.
    const fewest = memory.queue.turns < 0 ? (fewestTurns ??= fewestTurnsOf(state)) : 0;
    const queue = updateQueue(offered, currentA, isWaited[index] === 1, fewest, site.policy, timeMs);
    const next = queue === offered.queue ? offered : { ...offered, queue };
    if (next === memory) continue;
    evses ??= [...state.evses];
    evses[index] = next;
  }
  return evses === null ? state : { ...state, evses };
}

/** Who may load a place where a vehicle waits for room: that vehicle waits for all of them. */
function findWaited({ users, scratch: { isAwaited, isWaited } }: SitePlan): void {
  clear(isWaited);
  for (let constraint = 0; constraint < isAwaited.length; constraint += 1) {
    if (isAwaited[constraint] === 0) continue;
    for (const user of users[constraint] ?? []) isWaited[user] = 1;
  }
}

/** Of all vehicles that are there; one that has just come has none of its own yet. */
function fewestTurnsOf(state: BalancerState): number {
  let fewest = Infinity;
  for (const memory of state.evses) {
    if (memory.connectedMs !== null && memory.queue.turns >= 0 && memory.queue.turns < fewest) fewest = memory.queue.turns;
  }
  return Number.isFinite(fewest) ? fewest : 0;
}

/** `isSwitching`: a change of phases pauses by timers of its own. */
function rememberOne(memory: EvseMemory, currentA: number, isSwitching: boolean, responseTimeMs: number, timeMs: number): EvseMemory {
  const readBackA = memory.report?.offeredCurrentA ?? null;
  // Until its present offer has been read nothing is asked of it, so nothing can have been offered.
  const isUnknown = memory.offerA === null && readBackA === null;
  if (isUnknown || currentA === memory.offerA) return memory;
  return {
    ...memory,
    offerA: currentA,
    offerMs: timeMs,
    confirmedMs: readBackA !== null && readBackA <= currentA ? timeMs : null,
    lateOfferUntilMs: lateOfferUntilMs(memory, currentA, readBackA, responseTimeMs),
    exposureA: Math.max(memory.exposureA, currentA),
    pausedMs: currentA > 0 || isSwitching || memory.offerA === null ? null : timeMs,
  };
}

/** Raised and lowered again before the device has shown the raise: a device that takes its time obeys one after the other. */
function lateOfferUntilMs({ offerA, offerMs, lateOfferUntilMs: known }: EvseMemory, currentA: number, readBackA: number | null, responseTimeMs: number): number | null {
  if (offerA === null || currentA >= offerA || (readBackA !== null && readBackA >= offerA)) return known;
  return Math.max(known ?? 0, offerMs + responseTimeMs);
}
