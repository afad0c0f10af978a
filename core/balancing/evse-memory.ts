/** What one EVSE may be drawing: kept from its reports and from what it was asked for (rules 2, 5, 6 and 10). */
import type { PerPhase } from '../quantities.ts';
import type { EvseReport } from '../site/readings.ts';
import { inferredAfter, inferredRange, tellsCurrent } from './inferred-current.ts';
import type { EvsePlan } from './plan.ts';
import type { DrawSpan, EvseMemory } from './state.ts';

/** A vehicle may take a little more than the pilot says; more than this is not following it. */
export const FOLLOWS_WITHIN_A = 1;
/** A vehicle that leaves more than this of its offer unused draws less by itself: many keep 0.5 to 1 A below the pilot. */
const UNUSED_A = 1.5;
/** A vehicle that took so much less one response time ago still ramps; ammeters differ less between two looks. */
const RISING_A = 0.5;
/** Once in this time a vehicle that draws less is offered one step more, to see whether it takes it. */
const PROBE_PERIOD_MS = 60_000;
const PROBE_DURATION_MS = 15_000;
const KEPT_DRAWS = 16;
const FOUND_SINCE_MS = 60_000;
/** Too little to tell from it which phases a vehicle uses; what a phase in use carries at least; how long it must show. */
const TELLING_CURRENT_A = 3;
const CARRIES_A = 1;
const LEARN_MS = 10_000;

/** A vehicle that has just come: its turns are counted from those of the others on. */
export const NEWCOMER: EvseMemory['queue'] = { turns: -1, gaveMs: null, turnMs: null, idleMs: null };

export type Presence = 'charging' | 'waiting' | 'absent';

/** `waiting`: a vehicle is there and would charge if it were offered something, or may start at any moment. */
export function presenceOf(report: EvseReport | null): Presence {
  if (report === null || report.state === null) return 'waiting';
  if (report.state === 'charging') return 'charging';
  if (report.state === 'idle') return 'absent';
  return report.isVehicleConnected === false ? 'absent' : 'waiting';
}

/** The highest of its phases; null when it has not told. */
export function measuredA(report: EvseReport | null): number | null {
  if (report === null || report.measuredCurrentA === null) return null;
  const { measuredCurrentA: currentA } = report;
  return higherOf(higherOf(currentA[0], currentA[1]), currentA[2]);
}

const higherOf = (a: number | null, b: number | null): number | null => (a === null || (b !== null && b > a) ? b : a);

export function isSilent({ evse }: EvsePlan, memory: EvseMemory, timeMs: number): boolean {
  const { report } = memory;
  if (report === null) return true;
  const allowedMs = report.state === 'charging' ? evse.allowedAgeMs.charging : evse.allowedAgeMs.idle;
  return timeMs - report.timeMs > allowedMs;
}

/** Measured current counts only while it charges and is fresh: gateways stop measuring when charging ends. */
function freshMeasuredA({ evse }: EvsePlan, report: EvseReport | null, timeMs: number): number | null {
  if (report?.state !== 'charging' || report.measuredTimeMs === null) return null;
  return timeMs - report.measuredTimeMs > evse.allowedAgeMs.charging ? null : measuredA(report);
}

/** Takes a report in: a restart forgets what the device was told, so it may offer its power-up current again. */
export function takeReport(plan: EvsePlan, memory: EvseMemory, report: EvseReport): EvseMemory {
  const hasRestarted = memory.report !== null && report.restartCount !== memory.restartCount;
  const offeredA = report.offeredCurrentA;
  const presence = presenceOf(report);
  const isConfirmed = offeredA !== null && memory.offerA !== null && offeredA <= memory.offerA;
  // Every property by name: this object is made for every report, and copying it whole costs more than all the rest.
  return {
    report,
    offerA: memory.offerA,
    offerMs: memory.offerMs,
    confirmedMs: isConfirmed && !hasRestarted ? (memory.confirmedMs ?? report.timeMs) : null,
    lateOfferUntilMs: memory.lateOfferUntilMs,
    exposureA: hasRestarted ? Math.max(memory.exposureA, plan.evse.powerUpCurrentA) : memory.exposureA,
    draws: memory.draws,
    inferred: memory.inferred === null && tellsCurrent(report) ? null : inferredAfter(plan, memory, report),
    drawsLess: presence === 'charging' ? memory.drawsLess : null,
    restartCount: report.restartCount,
    phaseMask: memory.phaseMask,
    fewerSinceMs: memory.fewerSinceMs,
    connectedMs: presence === 'absent' ? null : (memory.connectedMs ?? report.timeMs),
    chargingMs: presence === 'charging' ? (memory.chargingMs ?? report.timeMs) : null,
    pausedMs: memory.pausedMs,
    queue: presence !== 'absent' && memory.connectedMs === null ? NEWCOMER : memory.queue,
  };
}

/**
 * Brings exposure and draws up to now. Exposure falls only when the device has confirmed a lower offer and the vehicle
 * was measured there or its response time has passed; it rises at once.
 */
export function updateExposure(plan: EvsePlan, memory: EvseMemory, timeMs: number): EvseMemory {
  const { evse } = plan;
  const { report } = memory;
  if (isSilent(plan, memory, timeMs)) {
    const exposureA = Math.max(memory.exposureA, memory.offerA ?? 0, evse.failSafeCurrentA, evse.powerUpCurrentA);
    return { ...memory, exposureA, draws: addDraw(memory.draws, { timeMs, lowestA: NOTHING, highestA: onPhases(memory.phaseMask, null, exposureA) }) };
  }
  const drawnA = freshMeasuredA(plan, report, timeMs);
  const mayTakeA = Math.max(memory.offerA ?? 0, report?.offeredCurrentA ?? evse.powerUpCurrentA);
  const settledA = Math.max(mayTakeA, drawnA ?? 0);
  const hasGivenWay = memory.confirmedMs !== null && hasFollowed(plan, memory, drawnA, settledA, timeMs);
  const exposureA = memory.exposureA <= settledA || hasGivenWay ? settledA : memory.exposureA;
  const draws = drawsOn(plan, memory, drawnA, exposureA, timeMs) ? memory.draws : addDraw(memory.draws, drawSpan(plan, memory, drawnA, exposureA, hasGivenWay, timeMs));
  const drawsLess = updateDrawsLess(plan, memory, drawnA, timeMs);
  const { phaseMask, fewerSinceMs } = learnPhases(plan, memory, drawnA, timeMs);
  const isUnchanged = exposureA === memory.exposureA && draws === memory.draws && drawsLess === memory.drawsLess;
  if (isUnchanged && phaseMask === memory.phaseMask && fewerSinceMs === memory.fewerSinceMs) return memory;
  return { ...memory, exposureA, draws, drawsLess, phaseMask, fewerSinceMs };
}

function hasFollowed({ evse }: EvsePlan, memory: EvseMemory, drawnA: number | null, settledA: number, timeMs: number): boolean {
  const { confirmedMs, report } = memory;
  if (confirmedMs === null || report === null) return false;
  if (timeMs - confirmedMs >= evse.responseTimeMs) return true;
  // What it shows may be from before the higher offer that is still on its way.
  if (memory.lateOfferUntilMs !== null && timeMs < memory.lateOfferUntilMs) return false;
  const isNewer = report.measuredTimeMs !== null && report.measuredTimeMs > confirmedMs;
  return isNewer && drawnA !== null && drawnA <= settledA && drawnA <= (memory.offerA ?? 0) + FOLLOWS_WITHIN_A;
}

/** What it drew from now on: known while it charges and measures, otherwise anything up to its exposure. */
function drawSpan(plan: EvsePlan, memory: EvseMemory, drawnA: number | null, exposureA: number, hasGivenWay: boolean, timeMs: number): DrawSpan {
  const { report } = memory;
  if (drawnA !== null && report !== null) {
    const currentA = onPhases(plan.phaseMask, report.measuredCurrentA, drawnA);
    const atMs = Math.min(timeMs, report.measuredTimeMs ?? timeMs);
    return { timeMs: atMs, lowestA: currentA, highestA: isChanging(plan, memory, drawnA, exposureA, timeMs) ? onPhases(memory.phaseMask, null, exposureA) : currentA };
  }
  const isStill = report !== null && (report.state === 'idle' || report.state === 'connected' || (report.state === 'paused' && hasGivenWay));
  if (isStill) return { timeMs, lowestA: NOTHING, highestA: NOTHING };
  const { leastA, mostA } = inferredRange(memory.inferred, exposureA, timeMs);
  return { timeMs, lowestA: leastA > 0 ? onPhases(memory.phaseMask, null, leastA) : NOTHING, highestA: onPhases(memory.phaseMask, null, mostA) };
}

/** A meter of its own shows a change later than one further up may: until then it may draw what it is offered. */
function isChanging({ ownMeter, evse, meterAgeMs }: EvsePlan, { offerMs }: EvseMemory, drawnA: number, exposureA: number, timeMs: number): boolean {
  return ownMeter >= 0 && exposureA > drawnA && timeMs - offerMs < evse.responseTimeMs + meterAgeMs;
}

/** It draws what it drew already: the usual case, told without making anything. */
function drawsOn(plan: EvsePlan, memory: EvseMemory, drawnA: number | null, exposureA: number, timeMs: number): boolean {
  const { phaseMask } = plan;
  const { draws, report } = memory;
  const last = draws[draws.length - 1];
  const measured = report?.measuredCurrentA;
  if (drawnA === null || last === undefined || measured === null || measured === undefined) return false;
  if (!isSame(last.lowestA, last.highestA) || isChanging(plan, memory, drawnA, exposureA, timeMs)) return false;
  const { lowestA } = last;
  return (
    lowestA[0] === ((phaseMask & 1) === 0 ? 0 : (measured[0] ?? drawnA)) &&
    lowestA[1] === ((phaseMask & 2) === 0 ? 0 : (measured[1] ?? drawnA)) &&
    lowestA[2] === ((phaseMask & 4) === 0 ? 0 : (measured[2] ?? drawnA))
  );
}

const NOTHING: PerPhase<number> = [0, 0, 0];

/** A current on the phases of a mask; a phase that the device does not measure carries what its highest does. */
function onPhases(mask: number, measured: PerPhase<number | null> | null, currentA: number): PerPhase<number> {
  return [(mask & 1) === 0 ? 0 : (measured?.[0] ?? currentA), (mask & 2) === 0 ? 0 : (measured?.[1] ?? currentA), (mask & 4) === 0 ? 0 : (measured?.[2] ?? currentA)];
}

const isSame = (a: PerPhase<number>, b: PerPhase<number>): boolean => a === b || (a[0] === b[0] && a[1] === b[1] && a[2] === b[2]);

function addDraw(draws: readonly DrawSpan[], next: DrawSpan): readonly DrawSpan[] {
  const last = draws.at(-1);
  // What is found charging at the start is taken to have drawn the same a moment before: it is taken over at that.
  if (last === undefined && next.lowestA === next.highestA) return [{ ...next, timeMs: next.timeMs - FOUND_SINCE_MS }];
  if (last !== undefined && isSame(last.lowestA, next.lowestA) && isSame(last.highestA, next.highestA)) return draws;
  if (last !== undefined && last.timeMs >= next.timeMs) return [...draws.slice(0, -1), { ...next, timeMs: last.timeMs }];
  return draws.length < KEPT_DRAWS ? [...draws, next] : [...draws.slice(1 - KEPT_DRAWS), next];
}

/**
 * The phases its vehicle really loads, as a mask: all the EVSE has until the currents have told otherwise for a while,
 * at once more when one more carries current, and all again when the vehicle leaves.
 */
function learnPhases(plan: EvsePlan, memory: EvseMemory, drawnA: number | null, timeMs: number): Pick<EvseMemory, 'phaseMask' | 'fewerSinceMs'> {
  const { report, phaseMask, fewerSinceMs } = memory;
  if (report !== null && presenceOf(report) === 'absent') {
    return phaseMask === plan.phaseMask && fewerSinceMs === null ? memory : { phaseMask: plan.phaseMask, fewerSinceMs: null };
  }
  const measured = report?.measuredCurrentA ?? null;
  if (drawnA === null || measured === null || drawnA < TELLING_CURRENT_A) return memory;
  let used = 0;
  for (const phase of plan.phases) if ((measured[phase] ?? drawnA) >= CARRIES_A) used |= 1 << phase;
  if ((used & ~phaseMask) !== 0) return { phaseMask: phaseMask | used, fewerSinceMs: null };
  if (used === phaseMask) return fewerSinceMs === null ? memory : { phaseMask, fewerSinceMs: null };
  if (fewerSinceMs !== null && timeMs - fewerSinceMs >= LEARN_MS) return { phaseMask: used, fewerSinceMs: null };
  return { phaseMask, fewerSinceMs: fewerSinceMs ?? timeMs };
}

/** Forgotten as soon as the vehicle takes more than it did, or stops charging. */
function updateDrawsLess({ evse }: EvsePlan, memory: EvseMemory, drawnA: number | null, timeMs: number): EvseMemory['drawsLess'] {
  const { offerA, drawsLess } = memory;
  if (drawnA === null || offerA === null) return null;
  if (drawsLess !== null) {
    if (drawnA > drawsLess.measuredA + 0.3) return null;
    return drawnA < drawsLess.measuredA - 0.3 ? { ...drawsLess, measuredA: drawnA } : drawsLess;
  }
  const hasSettled = timeMs - memory.offerMs >= evse.responseTimeMs * 2;
  return hasSettled && offerA - drawnA > UNUSED_A && !isRising(memory, drawnA, timeMs - evse.responseTimeMs) ? { measuredA: drawnA, sinceMs: timeMs } : null;
}

/** It took certainly less at a time than it does now: a vehicle that ramps slowly is still on its way to what it is offered. */
function isRising({ draws }: EvseMemory, drawnA: number, sinceMs: number): boolean {
  for (let at = draws.length - 1; at >= 0; at -= 1) {
    const { timeMs, highestA } = draws[at] as DrawSpan;
    if (timeMs > sinceMs) continue;
    return drawnA - Math.max(highestA[0], highestA[1], highestA[2]) > RISING_A;
  }
  return false;
}

/** The most that is of use to a vehicle that draws less: one step above what it takes, one more while it is probed. */
export function drawsLessCeilingA({ evse }: EvsePlan, drawsLess: NonNullable<EvseMemory['drawsLess']>, timeMs: number): number {
  const isProbing = (timeMs - drawsLess.sinceMs) % PROBE_PERIOD_MS >= PROBE_PERIOD_MS - PROBE_DURATION_MS;
  const steps = Math.ceil(drawsLess.measuredA / evse.stepA) + (isProbing ? 2 : 1);
  return Math.max(evse.minCurrentA, steps * evse.stepA);
}

/**
 * Adds to the sums, per phase, the least and the most it can have drawn at some moment between two times; before its
 * first entry nothing is known.
 */
export function addDrawBetween(memory: EvseMemory, fromMs: number, untilMs: number, lowestSumA: number[], highestSumA: number[]): void {
  const { draws } = memory;
  let low = UNLIMITED;
  let high = NOTHING;
  for (let index = draws.length - 1; index >= 0; index -= 1) {
    const span = draws[index] as DrawSpan;
    // An entry just after the window counts as well: what changes between two samples passes through both.
    if (span.timeMs > untilMs && index > 0 && (draws[index - 1] as DrawSpan).timeMs > untilMs) continue;
    low = low === UNLIMITED ? span.lowestA : eachOf(Math.min, low, span.lowestA);
    high = high === NOTHING ? span.highestA : eachOf(Math.max, high, span.highestA);
    if (span.timeMs <= fromMs) {
      addTo(lowestSumA, low);
      addTo(highestSumA, high);
      return;
    }
  }
  addTo(highestSumA, eachOf(Math.max, high, onPhases(memory.phaseMask, null, memory.exposureA)));
}

const UNLIMITED: PerPhase<number> = [Infinity, Infinity, Infinity];
const eachOf = (pick: (a: number, b: number) => number, a: PerPhase<number>, b: PerPhase<number>): PerPhase<number> => [pick(a[0], b[0]), pick(a[1], b[1]), pick(a[2], b[2])];

function addTo(sums: number[], currentA: PerPhase<number>): void {
  sums[0] = (sums[0] ?? 0) + currentA[0];
  sums[1] = (sums[1] ?? 0) + currentA[1];
  sums[2] = (sums[2] ?? 0) + currentA[2];
}
