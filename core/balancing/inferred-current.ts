/**
 * EVSEs that do not tell their current (rule 2): it is that of a meter of their own, or the least that the changes they
 * caused at a meter prove. Rises count only right after their offer has risen, falls always: so what is inferred is too
 * little rather than too much, and what is not inferred is other load. Never above the offer.
 */
import { clamp, type PerPhase } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { EvsePlan, MeterPlan } from './plan.ts';
import type { EvseMemory } from './state.ts';

export interface InferredCurrent {
  /** The least it draws on each of its phases; null until a change has shown anything. */
  readonly leastA: number | null;
  /** What its offer has risen and no sample has shown yet, and when a change may be its doing. */
  readonly creditA: number;
  readonly creditFromMs: number;
  readonly creditUntilMs: number;
  /** Its offer as it was last looked at. */
  readonly offeredA: number;
  /** What the last sample showed beside the other EVSEs, at least and at most. */
  readonly besideA: Range | null;
}

export interface Range {
  readonly lowestA: PerPhase<number | null>;
  readonly highestA: PerPhase<number | null>;
}

/** Samples and reports come a second apart: that much is unknown of either's moment. */
const SLACK_MS = 2000;
/** A vehicle may begin to draw so much later than its response time says: its contactor closes, it looks around, it ramps. */
const LATE_MS = 5000;

const NOTHING_KNOWN: Omit<InferredCurrent, 'offeredA'> = { leastA: null, creditA: 0, creditFromMs: 0, creditUntilMs: 0, besideA: null };

export function tellsCurrent({ measuredCurrentA }: EvseReport): boolean {
  return measuredCurrentA !== null && (measuredCurrentA[0] !== null || measuredCurrentA[1] !== null || measuredCurrentA[2] !== null);
}

/** The report with what the EVSE's own meter shows, as far as its offer goes. */
export function withOwnMeter(report: EvseReport, { phases }: EvsePlan, { meter }: MeterPlan, reading: MeterReading | null): EvseReport {
  if (reading === null || report.state !== 'charging') return report;
  const offeredA = report.offeredCurrentA ?? Infinity;
  const shownA = (phase: 0 | 1 | 2): number | null => {
    const currentA = reading.currentA[phase];
    return currentA === null || !phases.includes(phase) ? null : clamp(currentA, 0, offeredA);
  };
  return { ...report, measuredCurrentA: [shownA(0), shownA(1), shownA(2)], measuredTimeMs: reading.timeMs - meter.latencyMs };
}

/** What is known after a report; null where the EVSE tells its current itself. `before`: from before the report. */
export function inferredAfter(evse: EvsePlan, before: EvseMemory, report: EvseReport): InferredCurrent | null {
  if (tellsCurrent(report)) return null;
  const offeredA = report.offeredCurrentA ?? 0;
  const known = before.inferred;
  if (report.state !== 'charging') return notCharging(known, offeredA);
  // One that is found charging may draw anything; of one that was seen waiting it is known that it drew nothing.
  if (known === null) return { ...NOTHING_KNOWN, offeredA };
  const hasBegun = before.report?.state !== 'charging';
  const risenA = hasBegun ? offeredA : offeredA - known.offeredA;
  if (risenA === 0) return known;
  const leastA = known.leastA === null ? null : Math.min(known.leastA, offeredA);
  const creditFromMs = known.creditA > 0 && risenA > 0 ? known.creditFromMs : report.timeMs - SLACK_MS;
  return { ...known, leastA, creditA: risenA < 0 ? 0 : known.creditA + risenA, creditFromMs, creditUntilMs: windowEndMs(evse, report), offeredA };
}

function windowEndMs({ evse, meterAgeMs }: EvsePlan, { timeMs }: EvseReport): number {
  return timeMs + evse.responseTimeMs + meterAgeMs + LATE_MS;
}

/**
 * Between what it certainly draws and what it may: a rise that comes when its offer has not risen is somebody else's, and
 * so is cut for as other load (rule 2: the smallest is taken). `exposureA`: the most it may be drawing.
 */
export function inferredRange(known: InferredCurrent | null, exposureA: number, timeMs: number): { readonly leastA: number; readonly mostA: number } {
  if (known === null || known.leastA === null) return { leastA: 0, mostA: exposureA };
  const leastA = Math.min(known.leastA, exposureA);
  return { leastA, mostA: timeMs <= known.creditUntilMs ? Math.min(leastA + known.creditA, exposureA) : leastA };
}

/** Nothing is drawn where nothing is offered or no vehicle charges. */
function notCharging(known: InferredCurrent | null, offeredA: number): InferredCurrent {
  if (known !== null && known.leastA === 0 && known.besideA === null && known.offeredA === offeredA) return known;
  return { ...NOTHING_KNOWN, leastA: 0, offeredA };
}
