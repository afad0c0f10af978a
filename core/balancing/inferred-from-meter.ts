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
export function inferredFrom(meterPlan: MeterPlan, evses: readonly EvseMemory[], index: number, reading: MeterReading, previous: MeterReading | null): InferredCurrent | null {
  const memory = evses[index];
  const known = memory?.inferred ?? null;
  if (memory === undefined || known === null) return null;
  const besideA = besideOthers(meterPlan, evses, index, reading);
  const before = known.besideA ?? (previous === null ? null : besideOthers(meterPlan, evses, index, previous));
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

/** What the meter shows less what the other EVSEs drew at the sample's moment. */
function besideOthers({ meter, evses: below }: MeterPlan, evses: readonly EvseMemory[], index: number, { timeMs, currentA }: MeterReading): Range {
  const lowestA = [0, 0, 0];
  const highestA = [0, 0, 0];
  const sampleMs = timeMs - meter.latencyMs;
  for (const other of below) {
    const memory = evses[other];
    if (other !== index && memory !== undefined) addDrawBetween(memory, sampleMs - MOMENT_SLACK_MS, sampleMs + MOMENT_SLACK_MS, lowestA, highestA);
  }
  const less = (sumA: readonly number[], phase: 0 | 1 | 2): number | null => (currentA[phase] === null ? null : currentA[phase] - (sumA[phase] ?? 0));
  return { lowestA: [less(highestA, 0), less(highestA, 1), less(highestA, 2)], highestA: [less(lowestA, 0), less(lowestA, 1), less(lowestA, 2)] };
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
