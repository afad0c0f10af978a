/**
 * OpenEVSE's divert rules (openevse.md b.2) as a variant of solar mode: whole amperes, smoothed for the decision whether to
 * charge, unsmoothed for how much. Where the firmware and its guide (seed 002) differ:
 * - start: by the guide at 6 A, by the firmware at a *smoothed* 6.5 A. As the firmware.
 * - stop: by the guide never, because of contactor wear; by the firmware at a smoothed 6 A once `minChargeS` is over. As the
 *   firmware, which with a long `minChargeS` does what the guide says. Until then the floor is the minimum.
 * - unplugging: by the guide back to normal after a charge in Eco, the firmware stays: `afterUnplug`.
 * - reserve: by the guide export is brought to 0, with the firmware's `pvRatio` of 1.1 a reserve of 100 W is left. The ratio
 *   decides; 1 leaves none.
 * - between trigger and hysteresis, and in the minimum time, the firmware holds the last current even if the sun has gone,
 *   and may import all of it. Not here: the current follows down to the minimum.
 * - a dead feed freezes the firmware (b.2 rule 12); here it counts as no sun.
 */
import { clamp, floorToStep, isFiniteNumber } from '../../quantities.ts';
import type { Notice } from '../setpoint.ts';
import { compensateBattery } from './battery.ts';
import { drawBounds, gridLatencyMs, recordDraws, type DrawHistory } from './draw-history.ts';
import type { EvseCeiling, EvseView, Feature, FeatureOutcome, FeatureView } from './feature.ts';
import { gridSumA, linesLoaded, usableVoltageV, wattsPerA } from './loads.ts';
import { atKnownTime, elapsedMs, hasLasted, knownMs } from './timing.ts';

export interface DivertMemory {
  readonly draws: DrawHistory;
  /** Of the last message of the feed. */
  readonly sampleMs: number | null;
  /** In the site's order; null for EVSEs in another mode. */
  readonly evses: readonly (DivertEvseMemory | null)[];
}

export interface DivertEvseMemory {
  /** null before the first message, and while the feed cannot be relied on. */
  readonly availableA: number | null;
  readonly smoothedA: number;
  readonly rateA: number;
  readonly isActive: boolean;
  /** Has charged by these rules since its vehicle came. */
  readonly hasCharged: boolean;
  /** Went back to normal when its vehicle left, until its mode is set anew. */
  readonly isBackToNormal: boolean;
}

export const NO_DIVERT: DivertMemory = { draws: [], sampleMs: null, evses: [] };

const ENTERING: DivertEvseMemory = { availableA: null, smoothedA: 0, rateA: 0, isActive: false, hasCharged: false, isBackToNormal: false };

const HYSTERESIS_A = 0.5;
/** Smoothing times below this act as this (rule 3). */
const LEAST_SMOOTHING_S = 10;
/** More than any EVSE can use. */
const MOST_A = 1000;
/** Longer than any PV feed that was recorded in the field is silent (openevse-divert day profiles: 60 to 120 s). */
const PV_MAX_AGE_MS = 300_000;

/** One message of the feed; null while it cannot be relied on. */
interface Sample {
  readonly timeMs: number;
  /** Amperes per EVSE, in the site's order. What they drew at its moment is known between bounds only, and so is this. */
  readonly leastA: readonly number[];
  readonly mostA: readonly number[];
}

export const divert: Feature<DivertMemory> = atKnownTime(decideDivert);

/** True for an EVSE that the feature lets charge as in normal mode since its vehicle left. */
export function isBackToNormal(memory: DivertMemory, index: number): boolean {
  return memory.evses[index]?.isBackToNormal === true;
}

/** Solar mode was asked for anew: an EVSE that went back to normal begins again (rule 11). */
export function enterDivert(memory: DivertMemory, index: number): DivertMemory {
  return { ...memory, evses: memory.evses.map((evse, at) => (at === index && evse !== null ? ENTERING : evse)) };
}

function decideDivert(memory: DivertMemory, view: FeatureView): FeatureOutcome<DivertMemory> {
  const diverting = view.site.policy.solar.variant === 'divert' ? view.evses.filter(({ mode }) => mode === 'solar') : [];
  if (diverting.length === 0) return { memory: NO_DIVERT, evseCeilings: [], circuitCeilings: [], notices: [] };
  const draws = recordDraws(memory.draws, view);
  const notices: Notice[] = [];
  const sample = view.site.policy.solar.divert.feed === 'pv' ? pvSample(view, diverting, draws) : gridSample(view, diverting, draws, notices);
  const isNew = sample !== null && sample.timeMs !== memory.sampleMs;
  const passedS = isNew && memory.sampleMs !== null ? Math.floor(elapsedMs(memory.sampleMs, sample.timeMs) / 1000) : 0;
  const evses: (DivertEvseMemory | null)[] = view.site.evses.map(() => null);
  const evseCeilings: EvseCeiling[] = [];
  for (const evse of diverting) {
    const before = afterPlug(memory.evses[evse.index] ?? ENTERING, evse, view);
    const next = followed(sample, isNew, before, evse, view, passedS);
    evses[evse.index] = next;
    if (!next.isBackToNormal) evseCeilings.push({ index: evse.index, ceiling: ceilingOf(next, evse) });
  }
  return { memory: { draws, sampleMs: sample?.timeMs ?? null, evses }, evseCeilings, circuitCeilings: [], notices };
}

function followed(sample: Sample | null, isNew: boolean, before: DivertEvseMemory, evse: EvseView, view: FeatureView, passedS: number): DivertEvseMemory {
  if (before.isBackToNormal) return before;
  if (sample === null) return take({ ...before, availableA: null, smoothedA: 0 }, evse, view);
  if (!isNew) return before;
  const leastA = clamp(sample.leastA[evse.index] ?? 0, 0, MOST_A);
  const mostA = clamp(sample.mostA[evse.index] ?? 0, 0, MOST_A);
  const availableA = before.availableA === null ? leastA : clamp(before.availableA, leastA, mostA);
  return take({ ...before, availableA, smoothedA: smooth(before.smoothedA, availableA, passedS, view) }, evse, view);
}

/** "After an 'Eco mode' charge the OpenEVSE will revert to 'Normal' when EV is disconnected" (seed 002). */
function afterPlug(memory: DivertEvseMemory, { isConnected, isCharging }: EvseView, { site }: FeatureView): DivertEvseMemory {
  if (isConnected) return memory.isActive && isCharging && !memory.hasCharged ? { ...memory, hasCharged: true } : memory;
  if (!memory.hasCharged) return memory;
  return site.policy.solar.divert.afterUnplug === 'stay' ? { ...memory, hasCharged: false } : { ...ENTERING, isBackToNormal: true };
}

/** Rule 3: slowly up by the attack time, slower down by the decay time; a time of 0 does not smooth. */
function smooth(smoothedA: number, availableA: number, passedS: number, { site }: FeatureView): number {
  const { attackS, decayS } = site.policy.solar.divert;
  const constantS = availableA > smoothedA ? attackS : decayS;
  if (constantS === 0) return availableA;
  return smoothedA + (1 - Math.exp(-passedS / Math.max(constantS, LEAST_SMOOTHING_S))) * (availableA - smoothedA);
}

/** Rules 4 to 8 and 10. */
function take(memory: DivertEvseMemory, evse: EvseView, { site, timeMs }: FeatureView): DivertEvseMemory {
  const { pvRatio, minChargeS } = site.policy.solar.divert;
  const share = Math.min(1, pvRatio);
  const { smoothedA } = memory;
  const availableA = memory.availableA ?? 0;
  const wholeA = floorToStep(availableA, 1);
  const rateA = availableA - wholeA > share ? wholeA + 1 : wholeA;
  const triggerA = evse.evse.minCurrentA * share;
  const isProtected = evse.isCharging && !hasLasted(evse.chargingMs, minChargeS * 1000, timeMs);
  const isActive = smoothedA >= triggerA + HYSTERESIS_A || (memory.isActive && (smoothedA > triggerA || isProtected));
  return { ...memory, rateA, isActive };
}

/** Rule 9. */
function ceilingOf({ isActive, rateA, availableA, smoothedA }: DivertEvseMemory, { evse }: EvseView): EvseCeiling['ceiling'] {
  return { currentA: isActive ? Math.max(rateA, evse.minCurrentA) : 0, reason: { kind: 'divert', availableA: availableA ?? 0, smoothedA } };
}

/**
 * Rule 2, grid feed: what would be exported if this EVSE took nothing, less the reserve of a ratio above 1. Of several
 * EVSEs, each of which would take the whole, the earlier in the site may also have what the later ones take.
 */
function gridSample(view: FeatureView, diverting: readonly EvseView[], draws: DrawHistory, notices: Notice[]): Sample | null {
  if (view.gridCurrentA === null) return null;
  const compensation = compensateBattery(view, view.gridCurrentA);
  notices.push(...compensation.notices);
  const sumA = gridSumA({ ...view, gridCurrentA: compensation.gridCurrentA });
  if (sumA === null) return null;
  const timeMs = knownMs(view.gridTimeMs) ?? view.timeMs;
  const momentMs = timeMs - gridLatencyMs(view.site);
  const reserveW = 1000 * Math.max(0, view.site.policy.solar.divert.pvRatio - 1);
  const leastA: number[] = [];
  const mostA: number[] = [];
  let leastLeftA = -sumA;
  let mostLeftA = -sumA;
  for (const evse of [...diverting].reverse()) {
    const { lowestA, highestA } = drawBounds(draws, evse, momentMs);
    leastLeftA += lowestA;
    mostLeftA += highestA;
    const lines = linesLoaded(view.site.supply, evse.phases);
    const reserveA = reserveW / wattsPerA(view.site.supply, usableVoltageV(view), evse.phases);
    leastA[evse.index] = leastLeftA / lines - reserveA;
    mostA[evse.index] = mostLeftA / lines - reserveA;
  }
  return { timeMs, leastA, mostA };
}

/** Rule 2, PV feed: all that is produced, less what earlier EVSEs of the site take of it. */
function pvSample(view: FeatureView, diverting: readonly EvseView[], draws: DrawHistory): Sample | null {
  const { pv } = view.signals;
  if (pv === null || !isFiniteNumber(pv.powerW) || !isFiniteNumber(pv.timeMs) || view.timeMs - pv.timeMs > PV_MAX_AGE_MS) return null;
  const leastA: number[] = [];
  const mostA: number[] = [];
  let leastLeftW = Math.max(0, pv.powerW);
  let mostLeftW = leastLeftW;
  for (const evse of diverting) {
    const watts = wattsPerA(view.site.supply, usableVoltageV(view), evse.phases);
    leastA[evse.index] = leastLeftW / watts;
    mostA[evse.index] = mostLeftW / watts;
    const { lowestA, highestA } = drawBounds(draws, evse, pv.timeMs);
    const wattsPerLine = watts / linesLoaded(view.site.supply, evse.phases);
    leastLeftW = Math.max(0, leastLeftW - highestA * wattsPerLine);
    mostLeftW = Math.max(0, mostLeftW - lowestA * wattsPerLine);
  }
  return { timeMs: pv.timeMs, leastA, mostA };
}
