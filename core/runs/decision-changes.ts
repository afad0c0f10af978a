import type { Notice, Reason, Setpoint } from '../balancing/setpoint.ts';
import type { EvseId } from '../quantities.ts';

/** While only figures inside a reason move, they are taken anew this often. */
export const FIGURES_AFTER_MS = 60_000;
/** Smaller moves of a figure are not worth a line: A, W, ms and the like alike. */
const FIGURE_MOVES = 0.05;

/**
 * Picks from every step's setpoints those that are a change: another current, other phases, another kind of reason or
 * another thing that binds (circuit, phase, meter, EVSE, source). Meter noise moves the figures of a reason at every
 * step; they alone make a change at most once a minute, so that a day stays small and no shown figure is older.
 */
export function createSetpointChanges(): (timeMs: number, setpoints: readonly Setpoint[]) => readonly Setpoint[] {
  const kept = new Map<EvseId, Kept>();
  let seen: readonly Setpoint[] | null = null;
  /** When figures that have moved are taken anew, while the setpoints stay the very same. */
  let dueMs = -Infinity;
  return (timeMs, setpoints) => {
    if (setpoints === seen && timeMs < dueMs) return NONE;
    let changes: Setpoint[] | null = null;
    for (const setpoint of setpoints) {
      const last = kept.get(setpoint.evseId);
      if (last !== undefined && isStillKept(last, setpoint, timeMs)) continue;
      kept.set(setpoint.evseId, { setpoint, timeMs, seen: setpoint, hasMoved: false });
      (changes ??= []).push(setpoint);
    }
    seen = setpoints;
    dueMs = Infinity;
    for (const { hasMoved, timeMs: keptMs } of kept.values()) if (hasMoved) dueMs = Math.min(dueMs, keptMs + FIGURES_AFTER_MS);
    return changes ?? NONE;
  };
}

/** The change that was kept last, and the setpoint that was compared with it last. */
interface Kept {
  readonly setpoint: Setpoint;
  readonly timeMs: number;
  seen: Setpoint;
  hasMoved: boolean;
}

const NONE: readonly Setpoint[] = [];

/** While a turn stands for the next ones it is the very same setpoint that comes: it is compared once. */
function isStillKept(kept: Kept, setpoint: Setpoint, timeMs: number): boolean {
  if (setpoint !== kept.seen) {
    if (!isSameDecision(kept.setpoint, setpoint)) return false;
    kept.seen = setpoint;
    kept.hasMoved = hasMovedFigures(kept.setpoint.reason, setpoint.reason);
  }
  return timeMs - kept.timeMs < FIGURES_AFTER_MS || !kept.hasMoved;
}

/** Same current on the same phases for the same cause; figures inside the reason do not matter. */
export function isSameDecision(a: Setpoint, b: Setpoint): boolean {
  if (a === b) return true;
  return a.offeredCurrentA === b.offeredCurrentA && isSame(a.phases, b.phases) && isSameCause(a.reason, b.reason);
}

type Fields = Readonly<Record<string, unknown>>;

/** A phase is a number that names something; all other numbers of a reason are figures. */
const isFigure = (key: string, value: unknown): value is number => typeof value === 'number' && key !== 'phase';

function isSameCause(a: Reason, b: Reason): boolean {
  if (a.kind !== b.kind) return false;
  const [left, right] = [a as Fields, b as Fields];
  for (const key in left) {
    if (isFigure(key, left[key]) || isFigure(key, right[key])) continue;
    if (!isSame(left[key], right[key])) return false;
  }
  return true;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

function hasMovedFigures(a: Reason, b: Reason): boolean {
  const [left, right] = [a as Fields, b as Fields];
  for (const key in right) {
    const [before, now] = [left[key], right[key]];
    if (!isFigure(key, now)) continue;
    if (typeof before !== 'number' || Math.abs(now - before) > FIGURE_MOVES) return true;
  }
  return false;
}

/** A notice that has come, or that has passed. */
export interface NoticeStep {
  readonly notice: Notice;
  readonly isOn: boolean;
}

const UNCHANGED: readonly NoticeStep[] = [];

/** Picks from every step's notices those that have come or passed: by code and what they are about, figures aside. */
export function createNoticeChanges(): (notices: readonly Notice[]) => readonly NoticeStep[] {
  let standing = new Map<string, Notice>();
  return (notices) => {
    if (notices.length === 0 && standing.size === 0) return UNCHANGED;
    const next = new Map(notices.map((notice) => [noticeKey(notice), notice]));
    const passed = [...standing].filter(([key]) => !next.has(key)).map(([, notice]) => ({ notice, isOn: false }));
    const come = [...next].filter(([key]) => !standing.has(key)).map(([, notice]) => ({ notice, isOn: true }));
    standing = next;
    return [...passed, ...come];
  };
}

export const noticeKey = ({ code, about, severity }: Notice): string => `${code} ${about ?? ''} ${severity}`;
