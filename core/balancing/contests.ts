/**
 * A second controller (rules 6 and 12): an EVSE whose offer changes although we have not asked, it has not restarted and it
 * was never silent. What is safe then: the larger of both offers is kept free for it. The first time it is told its offer
 * once more, because a device may also have lost it. If it is changed again, nobody wins by writing in a loop: it is left
 * to the other, at its fail-safe current as far as our plans go, and asked for less only where a circuit cannot bear what
 * the other set. It is taken back when its vehicle has left, when it has restarted, when a person takes control anew, or when
 * its offer has stood still for an hour.
 */
import { measuredA, presenceOf } from './evse-memory.ts';
import type { EvsePlan, SitePlan } from './plan.ts';
import type { Ceiling, Notice } from './setpoint.ts';
import { memoryOf, type BalancerState, type EvseMemory } from './state.ts';
import type { EvseReport } from '../site/readings.ts';

export interface Contest {
  /** Changes that were not ours, each less than the window after the one before. */
  readonly changes: number;
  /** Of the last change. */
  readonly timeMs: number;
  readonly oursA: number;
  readonly theirsA: number;
}

export type Contests = BalancerState['contests'];

/** Changes further apart than this have nothing to do with each other. */
const WINDOW_MS = 600_000;
/** An EVSE whose offer the other has left alone for so long is taken back. */
const TAKEN_BACK_MS = 3_600_000;
/** Once may be a device that has lost its offer. */
const CONTESTED_FROM = 2;
/** The notice of a single change stands so long. */
const NOTICE_MS = 60_000;

/** Whether this report shows a change that nobody here asked for; `memory` is from before it. */
export function isForeignChange({ evse }: EvsePlan, { report: before, offerA, offerMs }: EvseMemory, report: EvseReport): boolean {
  const nowA = report.offeredCurrentA;
  const beforeA = before?.offeredCurrentA ?? null;
  if (offerA === null || nowA === null || nowA === offerA || before === null || beforeA === null) return false;
  const isOurs = (currentA: number): boolean => Math.abs(currentA - offerA) < evse.stepA / 2;
  if (isOurs(nowA) || !isOurs(beforeA) || report.restartCount !== before.restartCount || report.otherCommander !== null) return false;
  // What is still on its way may be a former offer of ours; after silence anything may have happened.
  if (report.timeMs - offerMs <= evse.responseTimeMs || report.timeMs - before.timeMs > evse.allowedAgeMs.charging) return false;
  // Some offer nothing while no vehicle charges; that is no order of anybody.
  return report.state === 'charging' || report.state === 'paused' || (report.state === 'connected' && nowA > 0);
}

/** Takes a report in that is a foreign change, or that concerns an EVSE with such a change; null when none is left. */
export function watchContest(contests: Contests, index: number, count: number, memory: EvseMemory, report: EvseReport, isChange: boolean): Contests {
  const known = contests?.[index] ?? null;
  const next = nextOf(known, memory, report, isChange);
  if (next === known) return contests;
  const all = Array.from({ length: count }, (_, at) => (at === index ? next : (contests?.[at] ?? null)));
  return all.every((each) => each === null) ? null : all;
}

function nextOf(known: Contest | null, { offerA, report: before }: EvseMemory, report: EvseReport, isChange: boolean): Contest | null {
  const { timeMs, offeredCurrentA } = report;
  const isOver = known !== null && timeMs - known.timeMs >= (known.changes < CONTESTED_FROM ? WINDOW_MS : TAKEN_BACK_MS);
  if (isChange) return { changes: (isOver ? 0 : (known?.changes ?? 0)) + 1, timeMs, oursA: offerA ?? 0, theirsA: offeredCurrentA ?? 0 };
  if (known === null || isOver || presenceOf(report) === 'absent') return null;
  // A restart ends what was set before it: the device offers its own again.
  if (before !== null && before.restartCount !== report.restartCount) return null;
  const isStill = known.changes < CONTESTED_FROM || offeredCurrentA === null || offeredCurrentA === known.theirsA;
  return isStill ? known : { ...known, timeMs, theirsA: offeredCurrentA };
}

export function contestOf({ contests }: BalancerState, index: number): Contest | null {
  const contest = contests?.[index] ?? null;
  return contest !== null && contest.changes >= CONTESTED_FROM ? contest : null;
}

/** The plan for an EVSE that is left to somebody else. */
export function contestCeiling({ evse }: EvsePlan, { oursA, theirsA }: Contest): Ceiling {
  return { currentA: evse.failSafeCurrentA, reason: { kind: 'contested', oursA, theirsA } };
}

/** What is kept free for it: what it may take by anybody's word, or takes already. */
export function contestedA({ exposureA, report }: EvseMemory): number {
  return Math.max(exposureA, report?.offeredCurrentA ?? 0, measuredA(report) ?? 0);
}

export function contestNotices(plan: SitePlan, state: BalancerState, timeMs: number): readonly Notice[] {
  return plan.evses.flatMap(({ evse }, index): readonly Notice[] => {
    const contest = state.contests?.[index] ?? null;
    if (contest === null) return [];
    const context = { oursA: contest.oursA, theirsA: contest.theirsA };
    if (contestOf(state, index) !== null) return [{ code: 'evse-contested', severity: 'danger', about: evse.id, context: { ...context, reservedA: contestedA(memoryOf(state, index)) } }];
    return timeMs - contest.timeMs < NOTICE_MS ? [{ code: 'evse-offer-changed', severity: 'attention', about: evse.id, context }] : [];
  });
}
