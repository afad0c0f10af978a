/** When the current of an EVSE went from one held value to another. */
import { ammeterA, type EvseHistory, type ReportedStep } from './evse-history.ts';

export interface CurrentChange {
  /** Last moment at which the old value was told, and first at which the new one was. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Positive for a rise. */
  readonly changeA: number;
}

/** What an ammeter and a vehicle's own regulation move by. */
const SAME_A = 0.5;
/** A value that stays so long is held; a ramp passes on. */
const HELD_MS = 4000;
/** Less is lost in what other loads do. */
const LEAST_CHANGE_A = 2;
/** What takes longer is no change at one moment. */
const LONGEST_CHANGE_MS = 60_000;

/** A value that stayed. */
export interface HeldCurrent {
  readonly currentA: number;
  readonly fromMs: number;
  readonly lastMs: number;
}

export function currentChanges({ steps }: Pick<EvseHistory, 'steps'>): readonly CurrentChange[] {
  const held = heldCurrents(steps);
  return held.slice(1).flatMap((after, index) => {
    const before = held[index];
    if (before === undefined) return [];
    const change = { fromMs: before.lastMs, toMs: after.fromMs, changeA: after.currentA - before.currentA };
    return Math.abs(change.changeA) < LEAST_CHANGE_A || change.toMs - change.fromMs > LONGEST_CHANGE_MS ? [] : [change];
  });
}

export function heldCurrents(steps: readonly ReportedStep[]): readonly HeldCurrent[] {
  const values: (HeldCurrent & { lastMs: number })[] = [];
  for (const step of steps) {
    const currentA = ammeterA(step);
    const last = values.at(-1);
    if (last !== undefined && Math.abs(currentA - last.currentA) <= SAME_A) last.lastMs = step.lastMs;
    else values.push({ currentA, fromMs: step.timeMs, lastMs: step.lastMs });
  }
  return values.filter(({ fromMs, lastMs }) => lastMs - fromMs >= HELD_MS);
}
