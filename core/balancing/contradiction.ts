/**
 * Does a meter show what the EVSEs behind it say they draw? A frozen, reversed or wrong feed looks alive to everybody
 * who only watches its age (openevse.md a.2 rules 12 and 13); the difference to the EVSEs' own reports gives it away.
 */
import type { PerPhase } from '../quantities.ts';
import type { MeterReading } from '../site/readings.ts';
import type { EvseDraw } from './meter-memory.ts';
import type { MeterPlan, SitePlan } from './plan.ts';
import type { Contradiction } from './setpoint.ts';
import type { MeterMemory } from './state.ts';

/** A meter may show this much less than the EVSEs say, plus a part of it: ammeters of EVSEs are coarse, samples noisy. */
const TOLERANCE_A = 1.5;
const TOLERANCE_RATIO = 0.08;
/** EVSEs must have moved by this much while a value stood still, before it counts as frozen. */
const FROZEN_MOVE_A = 2;
/** Too little current to tell a direction or a scale from. */
const TELLING_CURRENT_A = 3;

const FAST_METER_MS = 7000;
const FAST_SAMPLES = 3;
const FAST_DURATION_MS = 5000;
const SLOW_SAMPLES = 2;
const AGREEING_SAMPLES = 3;
const AGREEING_DURATION_MS = 10_000;

/**
 * On a three-wire delta the currents of a line's two pairs are 60 degrees apart, so that no part of a line's current is more than
 * 30 degrees from its middle: together they are at least this much of their sum.
 */
const DELTA_RATIO = Math.cos(Math.PI / 6);

const highestOf = (currentA: PerPhase<number>): number => Math.max(currentA[0], currentA[1], currentA[2]);

/** What a meter's memory knows of its agreement with the EVSEs. */
export type Agreement = Pick<MeterMemory, 'repeated' | 'doubt' | 'contradiction' | 'agreement'>;

/** Judges a reading against what the EVSEs drew at its moment; `before` is what the meter's memory held. */
export function judgeAgreement(plan: SitePlan, meterPlan: MeterPlan, before: MeterMemory, reading: MeterReading, drawn: EvseDraw): Agreement {
  const { contradiction, agreement } = before;
  if (meterPlan.circuit < 0) return before;
  const repeated = repetition(before, reading, drawn);
  const isFed = plan.circuits[meterPlan.circuit]?.hasSourceBelow === true;
  const doubtful = isFed ? contradictionBesideSource(reading, repeated) : contradictionIn(plan, reading, drawn, repeated);
  const doubt = doubtful === null ? null : continueDoubt(before.doubt, doubtful, reading.timeMs);
  if (contradiction !== null) return judgeRecovery({ repeated, doubt, contradiction, agreement }, before, reading, doubtful, drawn);
  return hasPersisted(meterPlan, doubt, reading.timeMs) ? { repeated, doubt, contradiction: found(doubt, reading), agreement: null } : { repeated, doubt, contradiction, agreement };
}

const found = (doubt: MeterMemory['doubt'], reading: MeterReading): MeterMemory['contradiction'] =>
  doubt === null ? null : { how: doubt.how, sinceMs: reading.timeMs };

function isSameValue(a: MeterReading | null, b: MeterReading): boolean {
  if (a === null) return false;
  const before = a.powerW ?? a.currentA;
  const now = b.powerW ?? b.currentA;
  return before[0] === now[0] && before[1] === now[1] && before[2] === now[2];
}

/** A value repeated to the last digit: what the EVSEs certainly drew at most and at least meanwhile. */
function repetition(before: MeterMemory, reading: MeterReading, drawn: EvseDraw): MeterMemory['repeated'] {
  const certainlyA = highestOf(drawn.provenA);
  const atMostA = highestOf(drawn.highestA);
  const { repeated } = before;
  if (repeated === null || !isSameValue(before.reading, reading)) return { sinceMs: reading.timeMs, mostA: certainlyA, leastA: atMostA };
  return { sinceMs: repeated.sinceMs, mostA: Math.max(repeated.mostA, certainlyA), leastA: Math.min(repeated.leastA, atMostA) };
}

/** The same value again and again, while EVSEs certainly drew now more, now less. */
function isFrozen(reading: MeterReading, repeated: MeterMemory['repeated']): boolean {
  return repeated !== null && repeated.sinceMs < reading.timeMs && repeated.mostA - repeated.leastA > FROZEN_MOVE_A;
}

/**
 * Beside PV or a battery neither direction nor scale prove anything. The very same watts, while EVSEs change, still do;
 * the same coarse amperes do not: solar charging itself keeps the grid connection near 0 A.
 */
function contradictionBesideSource(reading: MeterReading, repeated: MeterMemory['repeated']): Contradiction | null {
  return reading.powerW !== null && isFrozen(reading, repeated) ? 'frozen' : null;
}

function contradictionIn(plan: SitePlan, reading: MeterReading, drawn: EvseDraw, repeated: MeterMemory['repeated']): Contradiction | null {
  if (isFrozen(reading, repeated)) return 'frozen';
  for (const phase of plan.phases) {
    const shownA = reading.currentA[phase];
    const drawnA = drawn.provenA[phase] * (plan.isDelta ? DELTA_RATIO : 1);
    // Where nothing feeds in, nothing flows out, whether an EVSE's ammeter is on that phase or not.
    if (shownA !== null && shownA < -TELLING_CURRENT_A) return 'reversed';
    if (shownA === null || shownA >= drawnA - TOLERANCE_A - TOLERANCE_RATIO * drawnA) continue;
    return shownA < -TOLERANCE_A && drawnA >= TELLING_CURRENT_A ? 'reversed' : 'too-low';
  }
  return null;
}

function continueDoubt(doubt: MeterMemory['doubt'], how: Contradiction, timeMs: number): MeterMemory['doubt'] {
  if (doubt === null) return { how, sinceMs: timeMs, count: 1 };
  // The first samples of a frozen feed are merely too low; what it is shows once the value has stood still.
  return { how, sinceMs: doubt.sinceMs, count: doubt.count + 1 };
}

function hasPersisted({ meter }: MeterPlan, doubt: MeterMemory['doubt'], timeMs: number): boolean {
  if (doubt === null) return false;
  if (meter.periodMs > FAST_METER_MS) return doubt.count >= SLOW_SAMPLES;
  return doubt.count >= FAST_SAMPLES && timeMs - doubt.sinceMs >= FAST_DURATION_MS;
}

/**
 * A contradiction ends only on evidence: the meter has to follow EVSEs that draw enough to tell, and a value that was
 * frozen has to have moved. Otherwise the fail-safe currents themselves would make a frozen value look plausible.
 */
function judgeRecovery(settled: Agreement, before: MeterMemory, reading: MeterReading, doubtful: Contradiction | null, drawn: EvseDraw): Agreement {
  const isTelling = highestOf(drawn.provenA) >= TELLING_CURRENT_A;
  const hasMoved = settled.contradiction?.how !== 'frozen' || !isSameValue(before.reading, reading);
  const agrees = doubtful === null && isTelling && (hasMoved || settled.agreement !== null);
  if (!agrees) return { ...settled, agreement: doubtful === null ? settled.agreement : null };
  const agreement = { sinceMs: settled.agreement?.sinceMs ?? reading.timeMs, count: (settled.agreement?.count ?? 0) + 1 };
  const isOver = agreement.count >= AGREEING_SAMPLES && reading.timeMs - agreement.sinceMs >= AGREEING_DURATION_MS;
  return isOver ? { ...settled, contradiction: null, agreement: null, doubt: null } : { ...settled, agreement };
}
