/** What a meter's samples prove of an EVSE that does not tell its current (inferred-current.ts). */
import type { MeterReading } from '../site/readings.ts';
import { addDrawBetween } from './evse-memory.ts';
import type { InferredCurrent, Range } from './inferred-current.ts';
import type { MeterPlan } from './plan.ts';
import type { EvseMemory } from './state.ts';

/** Moves within this and the meter's own coarseness are noise. */
const NOISE_A = 0.5;
/** A change that proves that the EVSE obeys and the meter sees it. */
const TELLING_CHANGE_A = 1;
/** EVSEs report once a second while charging: that much of a sample's moment stays unknown to either side. */
const MOMENT_SLACK_MS = 1000;

/** Whether a sample may tell something of what this one draws. */
export function isInferred({ inferred, report }: EvseMemory): boolean {
  return inferred !== null && report?.state === 'charging';
}

/** What is known after a sample of the nearest meter above it; `previous`: that meter's sample before. */
export function inferredFrom(meterPlan: MeterPlan, memory: EvseMemory, reading: MeterReading, drawn: SampleDraw, previous: MeterReading | null, drawnBefore: SampleDraw | null): InferredCurrent | null {
  const known = memory.inferred;
  if (known === null) return null;
  const besideA = besideOthers(meterPlan, memory, reading, drawn);
  const before = known.besideA ?? (previous === null || drawnBefore === null ? null : besideOthers(meterPlan, memory, previous, drawnBefore));
  if (before === null) return { ...known, besideA };
  const noiseA = Math.max(NOISE_A, 0.25 + (meterPlan.meter.uncertainty?.currentA ?? 0));
  const riseA = leastRise(before, besideA, memory.phaseMask);
  const fallA = mostFall(before, besideA, memory.phaseMask);
  if (riseA >= noiseA) return risen(known, riseA, besideA, reading.timeMs - meterPlan.meter.latencyMs);
  if (fallA >= noiseA) return fallen(known, fallA, besideA, reading.timeMs);
  // What moves no more than noise does not move what the next samples are held against.
  return known.besideA === null ? { ...known, besideA: before } : known;
}

function risen(known: InferredCurrent, riseA: number, besideA: Range, sampleMs: number): InferredCurrent {
  const isOurs = sampleMs >= known.creditFromMs && sampleMs <= known.creditUntilMs;
  const ownA = isOurs ? Math.min(riseA, known.creditA) : 0;
  if (known.leastA === null && ownA < TELLING_CHANGE_A) return { ...known, besideA };
  return { ...known, leastA: Math.min((known.leastA ?? 0) + ownA, known.offeredA), creditA: isOurs ? known.creditA - ownA : 0, besideA };
}

/** Whoever it was that fell: that it was this one cannot be excluded. After a cut of ours it shows that the EVSE obeys. */
function fallen(known: InferredCurrent, fallA: number, besideA: Range, timeMs: number): InferredCurrent {
  const isAfterCut = known.creditA === 0 && timeMs <= known.creditUntilMs;
  if (known.leastA === null) return { ...known, leastA: isAfterCut && fallA >= TELLING_CHANGE_A ? 0 : null, besideA };
  return { ...known, leastA: Math.max(0, known.leastA - fallA), besideA };
}

/** What all EVSEs below a meter drew at the moment of a sample, at least and at most: summed once for all that are inferred from it. */
export interface SampleDraw {
  readonly lowestA: readonly number[];
  readonly highestA: readonly number[];
}

export function drawAt({ meter, evses: below }: MeterPlan, evses: readonly EvseMemory[], { timeMs }: MeterReading): SampleDraw {
  const lowestA = [0, 0, 0];
  const highestA = [0, 0, 0];
  for (const index of below) {
    const memory = evses[index];
    if (memory !== undefined) addDrawAbout(memory, timeMs - meter.latencyMs, lowestA, highestA);
  }
  return { lowestA, highestA };
}

function addDrawAbout(memory: EvseMemory, sampleMs: number, lowestA: number[], highestA: number[]): void {
  addDrawBetween(memory, sampleMs - MOMENT_SLACK_MS, sampleMs + MOMENT_SLACK_MS, lowestA, highestA);
}

/** What the meter shows less what the other EVSEs drew at the sample's moment. */
function besideOthers({ meter }: MeterPlan, memory: EvseMemory, { timeMs, currentA }: MeterReading, drawn: SampleDraw): Range {
  const ownLowestA = [0, 0, 0];
  const ownHighestA = [0, 0, 0];
  addDrawAbout(memory, timeMs - meter.latencyMs, ownLowestA, ownHighestA);
  const less = (sumA: readonly number[], ownA: readonly number[], phase: 0 | 1 | 2): number | null =>
    currentA[phase] === null ? null : currentA[phase] - ((sumA[phase] ?? 0) - (ownA[phase] ?? 0));
  return {
    lowestA: [less(drawn.highestA, ownHighestA, 0), less(drawn.highestA, ownHighestA, 1), less(drawn.highestA, ownHighestA, 2)],
    highestA: [less(drawn.lowestA, ownLowestA, 0), less(drawn.lowestA, ownLowestA, 1), less(drawn.lowestA, ownLowestA, 2)],
  };
}

/** Surely risen by so much on each of its phases; one that the meter does not see proves nothing. */
function leastRise(before: Range, now: Range, mask: number): number {
  let leastA = Infinity;
  for (const phase of [0, 1, 2] as const) {
    if ((mask & (1 << phase)) === 0) continue;
    const fromA = before.highestA[phase];
    const toA = now.lowestA[phase];
    leastA = fromA === null || toA === null ? -Infinity : Math.min(leastA, toA - fromA);
  }
  return Number.isFinite(leastA) ? leastA : 0;
}

function mostFall(before: Range, now: Range, mask: number): number {
  let mostA = 0;
  for (const phase of [0, 1, 2] as const) {
    if ((mask & (1 << phase)) === 0) continue;
    const fromA = before.highestA[phase];
    const toA = now.lowestA[phase];
    // Out of the meter's sight anything may have fallen.
    mostA = fromA === null || toA === null ? Infinity : Math.max(mostA, fromA - toA);
  }
  return mostA;
}
