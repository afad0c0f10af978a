/** What one meter says about its circuit: other load for cutting and for raising, and whether it can be believed. */
import { clamp, type PerPhase, type PhaseIndex } from '../quantities.ts';
import type { MeterReading } from '../site/readings.ts';
import type { Circuit } from '../site/site.ts';
import { judgeAgreement } from './contradiction.ts';
import { addDrawBetween } from './evse-memory.ts';
import type { CircuitPlan, EvsePlan, MeterPlan, SitePlan } from './plan.ts';
import type { Contradiction } from './setpoint.ts';
import type { EvseMemory, MeterMemory } from './state.ts';

/** EVSEs report once a second while charging: that much of a sample's moment stays unknown to either side. */
const MOMENT_SLACK_MS = 1000;
/** Three reports may be missed before an EVSE counts as silent. */
const USUAL_PART_OF_ALLOWED_AGE = 1 / 3;
/** Ammeters of EVSEs are that coarse. */
const NOISE_A = 0.25;

/** What all EVSEs behind a meter drew, at least and at most, at the moment a sample describes; per phase. */
export interface EvseDraw {
  readonly lowestA: PerPhase<number>;
  readonly highestA: PerPhase<number>;
  /**
   * The part of the least that can be held against the meter: measured by the EVSE on that very phase, and about that moment.
   * An ammeter on one conductor knows nothing of the others, and one that has said nothing since may have lost its power.
   */
  readonly provenA: PerPhase<number>;
}

export function evseDrawAt(plan: SitePlan, meterPlan: MeterPlan, evses: readonly EvseMemory[], sampleMs: number): EvseDraw {
  const lowestA: [number, number, number] = [0, 0, 0];
  const highestA: [number, number, number] = [0, 0, 0];
  const provenA: [number, number, number] = [0, 0, 0];
  for (const index of meterPlan.evses) {
    const memory = evses[index];
    const evse = plan.evses[index];
    if (memory === undefined || evse === undefined) continue;
    const beforeA0 = lowestA[0];
    const beforeA1 = lowestA[1];
    const beforeA2 = lowestA[2];
    addDrawBetween(memory, sampleMs - MOMENT_SLACK_MS, sampleMs + MOMENT_SLACK_MS, lowestA, highestA);
    const measured = measuredAbout(evse, memory, sampleMs);
    if (measured === null) continue;
    if (measured[0] !== null) provenA[0] += lowestA[0] - beforeA0;
    if (measured[1] !== null) provenA[1] += lowestA[1] - beforeA1;
    if (measured[2] !== null) provenA[2] += lowestA[2] - beforeA2;
  }
  return { lowestA, highestA, provenA };
}

/** What an EVSE measured, if it did so no longer before a moment than its usual distance of two reports. */
function measuredAbout({ evse }: EvsePlan, { report }: EvseMemory, sampleMs: number): PerPhase<number | null> | null {
  if (report === null || report.measuredTimeMs === null) return null;
  return sampleMs - report.measuredTimeMs > evse.allowedAgeMs.charging * USUAL_PART_OF_ALLOWED_AGE ? null : report.measuredCurrentA;
}

/**
 * Takes a reading in. What an EVSE drew at the sample's moment is a range while it changes; so is other load then. For
 * raising its upper end counts (the EVSE's smallest current). For cutting, the last value is kept as far as the range
 * allows: with the upper end every change of an EVSE's own current would look like other load for a moment, and cut
 * everybody in a cycle without end. The total the meter shows is never undercut: what is not other load stands in the
 * EVSEs' exposure.
 */
export function takeReading(
  plan: SitePlan,
  meterPlan: MeterPlan,
  memory: MeterMemory,
  evses: readonly EvseMemory[],
  reading: MeterReading,
  keepMs: number,
): MeterMemory {
  const { meter } = meterPlan;
  const circuit = plan.circuits[meterPlan.circuit] as CircuitPlan;
  const drawn = evseDrawAt(plan, meterPlan, evses, reading.timeMs - meter.latencyMs);
  const { currentA } = reading;
  const highest: PerPhase<number> = [
    beyondA(circuit.circuit, currentA[0], drawn.lowestA[0]),
    beyondA(circuit.circuit, currentA[1], drawn.lowestA[1]),
    beyondA(circuit.circuit, currentA[2], drawn.lowestA[2]),
  ];
  const hadGap = memory.reading !== null && reading.timeMs - memory.reading.timeMs > meter.allowedAgeMs;
  const oldestMs = reading.timeMs - Math.max(keepMs, 2.2 * meter.periodMs);
  const recent = withSample(memory.recent, { timeMs: reading.timeMs, highestA: highest }, oldestMs);
  const agreement = judgeAgreement(plan, meterPlan, memory, reading, drawn);
  return {
    reading,
    liveCount: (hadGap ? 0 : memory.liveCount) + (reading.isLive ? 1 : 0),
    // A stale value is no value: behind a gap nothing of the last one is kept.
    otherA: keptOtherA(plan, circuit, hadGap ? null : memory.otherA, reading, drawn, highest),
    recent,
    recentA: mostOf(recent),
    repeated: agreement.repeated,
    doubt: agreement.doubt,
    contradiction: agreement.contradiction,
    agreement: agreement.agreement,
  };
}

/** The last value as far as the range of this sample allows; the range's upper end where there is no last value. */
function keptOtherA(plan: SitePlan, circuit: CircuitPlan, otherA: PerPhase<number> | null, { currentA }: MeterReading, drawn: EvseDraw, highest: PerPhase<number>): PerPhase<number> {
  if (otherA === null) return highest;
  const kept = (phase: PhaseIndex): number => {
    const delta = plan.isDelta ? inDelta(circuit, currentA[phase], drawn.lowestA[phase], phase) : -Infinity;
    const lowest = Math.max(beyondA(circuit.circuit, currentA[phase], drawn.highestA[phase]), delta);
    // What two samples cannot differ by for being uncertain is other load that has come: then the most it can be counts.
    const hasRisen = otherA[phase] < lowest - 2 * circuit.uncertaintyA[phase] - NOISE_A;
    return hasRisen ? Math.max(lowest, highest[phase]) : clamp(otherA[phase], lowest, Math.max(lowest, highest[phase]));
  };
  const next: PerPhase<number> = [kept(0), kept(1), kept(2)];
  return next[0] === otherA[0] && next[1] === otherA[1] && next[2] === otherA[2] ? otherA : next;
}

/** What flows beyond what the EVSEs draw; a phase this meter does not see carries what the site assumes. */
function beyondA({ assumedLoadA, sourceCreditA }: Circuit, totalA: number | null, evsesA: number): number {
  return totalA === null ? assumedLoadA : Math.max(0 - sourceCreditA, totalA - evsesA);
}

/**
 * On a three-wire delta currents of different pairs meet in a line 60 degrees apart, so a line's current tells other load
 * only within bounds: between M - E, when it lies in the same pair, and (sqrt(4 M² - 3 E²) - E) / 2, when it lies in the
 * other. Raising an EVSE adds most in the first case, lowering it helps least in the second: that one counts while the
 * line carries more than its limit. Without end below where it does not apply.
 */
function inDelta({ limits }: CircuitPlan, totalA: number | null, evsesA: number, phase: PhaseIndex): number {
  const limitA = limits[phase].currentA;
  if (totalA === null || totalA <= limitA || evsesA === 0) return -Infinity;
  return (Math.sqrt(Math.max(0, 4 * totalA * totalA - 3 * evsesA * evsesA)) - evsesA) / 2;
}

export type Sight =
  /** Fresh, and nothing speaks against it. */
  | { readonly kind: 'clear' }
  /** It may contradict the EVSEs: nothing is raised until that is settled. */
  | { readonly kind: 'doubtful'; readonly how: Contradiction }
  /** Not yet the three live readings that a start needs. */
  | { readonly kind: 'starting' }
  /** Older than allowed; `isFailSafe` once its grace has passed as well. */
  | { readonly kind: 'stale'; readonly ageMs: number | null; readonly isFailSafe: boolean }
  | { readonly kind: 'contradicting'; readonly how: Contradiction };

const LIVE_READINGS_TO_START = 3;
const CLEAR: Sight = { kind: 'clear' };
const STARTING: Sight = { kind: 'starting' };

/** How far a meter can be relied on now (rules 6 and 12). */
export function sightOf({ meter }: MeterPlan, memory: MeterMemory, startedMs: number, timeMs: number, graceMs: number): Sight {
  const { reading } = memory;
  const ageMs = timeMs - (reading?.timeMs ?? startedMs);
  if (ageMs > meter.allowedAgeMs) {
    return { kind: 'stale', ageMs: reading === null ? null : ageMs, isFailSafe: ageMs > meter.allowedAgeMs + graceMs };
  }
  if (memory.contradiction !== null) return { kind: 'contradicting', how: memory.contradiction.how };
  if (memory.liveCount < LIVE_READINGS_TO_START) return STARTING;
  return memory.doubt === null ? CLEAR : { kind: 'doubtful', how: memory.doubt.how };
}

/** The samples young enough to count, without those that this one covers: it counts longer than they do, and for as much. */
function withSample(recent: MeterMemory['recent'], sample: MeterMemory['recent'][number], oldestMs: number): MeterMemory['recent'] {
  const kept: MeterMemory['recent'][number][] = [];
  for (let at = 0; at < recent.length; at += 1) {
    const earlier = recent[at] as MeterMemory['recent'][number];
    if (earlier.timeMs >= oldestMs && !covers(sample.highestA, earlier.highestA)) kept.push(earlier);
  }
  kept.push(sample);
  return kept;
}

const covers = (a: PerPhase<number>, b: PerPhase<number>): boolean => a[0] >= b[0] && a[1] >= b[1] && a[2] >= b[2];

/** Other load that raising has to respect: the most of the recent samples, per phase. */
function mostOf(recent: MeterMemory['recent']): PerPhase<number> {
  if (recent.length === 1) return (recent[0] as MeterMemory['recent'][number]).highestA;
  let a = -Infinity;
  let b = -Infinity;
  let c = -Infinity;
  for (const { highestA } of recent) {
    if (highestA[0] > a) a = highestA[0];
    if (highestA[1] > b) b = highestA[1];
    if (highestA[2] > c) c = highestA[2];
  }
  return [a, b, c];
}
