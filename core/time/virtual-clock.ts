import type { Clock } from './clock.ts';

export interface VirtualClock extends Clock {
  /** Runs every call due up to and including the given time, in order, then stands at that time. */
  advanceTo(timeMs: number): void;
  /** Runs the first call due up to and including the given time, so that what it promised can be kept before the next; false when there is none. */
  runNext(timeMs: number): boolean;
  /** Lets it be that time without running what is due: for whoever has something to do at that time before. */
  enter(timeMs: number): void;
  /** The time of the earliest call still outstanding; Infinity when there is none. */
  nextCallMs(): number;
  /** Moves wall time only, as a user or a time server does. */
  shiftWall(durationMs: number): void;
}

interface Call {
  readonly timeMs: number;
  readonly order: number;
  readonly callback: () => void;
  isOff: boolean;
}

const isBefore = (a: Call, b: Call): boolean => a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);

/** A clock that moves only when told to: for tests and for playing faster than life. Starts at 0 ms monotonic. */
export function createVirtualClock(startWallMs = 0): VirtualClock {
  const heap: Call[] = [];
  let nowMs = 0;
  let wallOffsetMs = startWallMs;
  let nextOrder = 0;

  const push = (call: Call): void => {
    let index = heap.push(call) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent] as Call, call)) break;
      heap[index] = heap[parent] as Call;
      index = parent;
    }
    heap[index] = call;
  };

  const pop = (): void => {
    const last = heap.pop() as Call;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Call, heap[child] as Call)) child += 1;
      if (isBefore(last, heap[child] as Call)) break;
      heap[index] = heap[child] as Call;
      index = child;
    }
    heap[index] = last;
  };

  const first = (): Call | undefined => {
    while (heap[0]?.isOff === true) pop();
    return heap[0];
  };

  const runNext = (timeMs: number): boolean => {
    const call = first();
    if (call === undefined || call.timeMs > timeMs) return false;
    pop();
    nowMs = Math.max(nowMs, call.timeMs);
    call.isOff = true;
    call.callback();
    return true;
  };

  return {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs + wallOffsetMs,
    callAt(timeMs, callback) {
      const call: Call = { timeMs: Math.max(timeMs, nowMs), order: nextOrder, callback, isOff: false };
      nextOrder += 1;
      push(call);
      return () => {
        call.isOff = true;
      };
    },
    advanceTo(timeMs) {
      while (runNext(timeMs));
      nowMs = Math.max(nowMs, timeMs);
    },
    runNext,
    enter(timeMs) {
      nowMs = Math.max(nowMs, timeMs);
    },
    nextCallMs: () => first()?.timeMs ?? Infinity,
    shiftWall(durationMs) {
      wallOffsetMs += durationMs;
    },
  };
}
