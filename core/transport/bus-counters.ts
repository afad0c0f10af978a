import type { Failure } from '../errors.ts';
import type { ModbusBusLoad, ModbusCounters, ModbusUnitCounters } from './modbus-bus.ts';

type Counted = keyof ModbusCounters;

export interface BusCounters {
  /** `unitId` null where it could not be read: then only the total grows. */
  count(what: Counted, unitId: number | null): void;
  answered(unitId: number, latencyMs: number): void;
  failed(unitId: number, failure: Failure): void;
  busy(fromMs: number, untilMs: number): void;
  load(nowMs: number, waiting: number): ModbusBusLoad;
}

const WINDOW_MS = 10_000;

type Counts = Record<Counted, number>;
const noCounts = (): Counts => ({ requests: 0, answers: 0, timeouts: 0, checksumFailures: 0, exceptions: 0, unexpected: 0 });

interface UnitCounts {
  readonly counts: Counts;
  latencyMs: number | null;
  lastFailure: Failure | null;
}

/** What a failure is counted as; a lost link is nobody's error on the line. */
function countedAs({ code }: Failure): Counted | null {
  switch (code) {
    case 'timeout':
      return 'timeouts';
    case 'checksum':
      return 'checksumFailures';
    case 'refused':
      return 'exceptions';
    case 'unexpected-reply':
      return 'unexpected';
    default:
      return null;
  }
}

export function createBusCounters(): BusCounters {
  const total = noCounts();
  const units = new Map<number, UnitCounts>();
  let spans: { readonly fromMs: number; readonly untilMs: number }[] = [];
  const unit = (unitId: number): UnitCounts => {
    const known = units.get(unitId) ?? { counts: noCounts(), latencyMs: null, lastFailure: null };
    units.set(unitId, known);
    return known;
  };
  const count = (what: Counted, unitId: number | null): void => {
    total[what] += 1;
    if (unitId !== null) unit(unitId).counts[what] += 1;
  };
  return {
    count,
    answered(unitId, latencyMs) {
      count('answers', unitId);
      unit(unitId).latencyMs = latencyMs;
    },
    failed(unitId, failure) {
      const what = countedAs(failure);
      if (what !== null) count(what, unitId);
      unit(unitId).lastFailure = failure;
    },
    busy(fromMs, untilMs) {
      const oldest = spans[0];
      if (oldest !== undefined && oldest.untilMs < fromMs - 2 * WINDOW_MS) spans = spans.filter((span) => span.untilMs > fromMs - WINDOW_MS);
      spans.push({ fromMs, untilMs });
    },
    load(nowMs, waiting) {
      return {
        total: { ...total },
        units: [...units].sort(([a], [b]) => a - b).map(([unitId, { counts, latencyMs, lastFailure }]): ModbusUnitCounters => ({ unitId, ...counts, latencyMs, lastFailure })),
        busyRatio: busyRatioOf(spans, nowMs),
        waiting,
      };
    },
  };
}

/** Spans never overlap: one request at a time. */
function busyRatioOf(spans: readonly { readonly fromMs: number; readonly untilMs: number }[], nowMs: number): number {
  const fromMs = nowMs - WINDOW_MS;
  const busyMs = spans.reduce((sum, span) => sum + Math.max(0, Math.min(span.untilMs, nowMs) - Math.max(span.fromMs, fromMs)), 0);
  return Math.min(1, busyMs / WINDOW_MS);
}
