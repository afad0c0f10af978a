import type { SentRequest } from './modbus-line.ts';

/**
 * Answers that did not come in time and may still come. On a serial line nothing in a late answer tells it from one to the next
 * request of the same unit and function (ecosystem.md 2.2, 1), so that no such request may go until it has come or its time is over.
 */
export interface LateAnswers {
  await(unitId: number, functionCode: number, timeoutMs: number, nowMs: number, sent: SentRequest): void;
  isAwaited(unitId: number, functionCode: number): boolean;
  came(unitId: number, functionCode: number, timeMs: number): void;
  expire(nowMs: number): void;
  /** Infinity when none is awaited. */
  nextExpiryMs(): number;
  forgetAll(): void;
}

interface Awaited {
  readonly sent: SentRequest;
  readonly timedOutMs: number;
  readonly untilMs: number;
}

/** A unit whose answers were ever late is given this much more than its worst. */
const LATENESS_FACTOR = 3;
const LONGEST_MS = 10_000;

export function createLateAnswers(leastMs: number): LateAnswers {
  const awaited = new Map<string, Awaited>();
  const worstMs = new Map<number, number>();
  const keyOf = (unitId: number, functionCode: number): string => `${unitId} ${functionCode}`;
  return {
    await(unitId, functionCode, timeoutMs, nowMs, sent) {
      const waitMs = Math.min(LONGEST_MS, Math.max(leastMs, 2 * timeoutMs, LATENESS_FACTOR * (worstMs.get(unitId) ?? 0)));
      awaited.set(keyOf(unitId, functionCode), { sent, timedOutMs: nowMs, untilMs: nowMs + waitMs });
    },
    isAwaited: (unitId, functionCode) => awaited.has(keyOf(unitId, functionCode)),
    came(unitId, functionCode, timeMs) {
      const key = keyOf(unitId, functionCode);
      const late = awaited.get(key);
      if (late === undefined) return;
      awaited.delete(key);
      worstMs.set(unitId, Math.max(worstMs.get(unitId) ?? 0, timeMs - late.timedOutMs));
    },
    expire(nowMs) {
      for (const [key, { sent, untilMs }] of awaited) {
        if (untilMs > nowMs) continue;
        sent.forget();
        awaited.delete(key);
      }
    },
    nextExpiryMs: () => Math.min(Infinity, ...[...awaited.values()].map(({ untilMs }) => untilMs)),
    forgetAll() {
      for (const { sent } of awaited.values()) sent.forget();
      awaited.clear();
    },
  };
}
