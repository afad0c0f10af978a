/** What holds at every step of any random site (design chapter 6, last paragraph): limits, legality, blindness, cuts. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { PhaseIndex } from '../quantities.ts';
import { continuousLimitOn, evsePhases, phasesOf } from '../site/circuit-tree.ts';
import type { EvseReport } from '../site/readings.ts';
import { playOut, type Scene } from './testing/play-out.ts';
import { randomPlay } from './testing/random-play.ts';

/** Seeded random sites per property; the soak run asks for ten times as many. */
const RUNS = Number(process.env['CHARGEBENCH_PROPERTY_RUNS'] ?? 5000);
const SEED = 20_261_120;
const TIME_LIMIT_MS = 3_600_000;
const TOLERANCE_A = 1e-6;

/** Obeyed, known to be, no longer taken for what other load may be, and seen: a step each. */
const SETTLING_STEPS = 4;

type Look = (scene: Scene) => void;

/** `look` is made anew for every site, so that it may remember what it has seen. */
function holds(kind: 'lively' | 'calm', makeLook: () => Look): void {
  fc.assert(
    fc.property(randomPlay(kind), (play) => {
      playOut(play, makeLook());
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

/** Every phase of every circuit, with what may flow there: its limit and what a source is credited. */
function eachPlace({ site, plant }: Scene, visit: (place: { readonly name: string; readonly circuit: number; readonly phase: PhaseIndex; readonly boundA: number; readonly evses: readonly number[] }) => void): void {
  for (const [circuit, each] of site.circuits.entries()) {
    for (const phase of phasesOf(site.supply)) {
      const boundA = continuousLimitOn(each, phase).currentA + each.sourceCreditA;
      visit({ name: `${each.id} l${phase + 1}`, circuit, phase, boundA, evses: plant.branches[circuit]?.evses ?? [] });
    }
  }
}

function fail(scene: Scene, what: string): never {
  throw new Error(`at ${scene.timeMs / 1000} s: ${what}; offers ${scene.result.setpoints.map(({ evseId, offeredCurrentA }) => `${evseId} ${offeredCurrentA} A`).join(', ')}`);
}

describe('at every step of a random site', () => {
  it('no phase of any circuit is offered above its limit and credited source current', () => {
    holds('lively', () => (scene) => {
      const { setpoints } = scene.result;
      eachPlace(scene, ({ name, phase, boundA, evses }) => {
        const sumA = evses.reduce((sum, index) => sum + (setpoints[index]?.phases.includes(phase) === true ? setpoints[index].offeredCurrentA : 0), 0);
        if (sumA > boundA + TOLERANCE_A) fail(scene, `${sumA} A offered on ${name}, limit ${boundA} A`);
      });
    });
  }, TIME_LIMIT_MS);

  it('nothing is raised while what is offered and what is still held would pass a limit', () => {
    holds('lively', () => {
      const toldA: number[] = [];
      return (scene) => {
        const { setpoints } = scene.result;
        for (const { evseId, offeredCurrentA, measuredCurrentA, state } of scene.inputs.reports) {
          const index = scene.site.evses.findIndex(({ id }) => id === evseId);
          toldA[index] = Math.max(offeredCurrentA ?? 0, state === 'charging' ? Math.max(...(measuredCurrentA ?? []).map((currentA) => currentA ?? 0)) : 0);
        }
        // Up to what it holds already an EVSE adds nothing.
        const isRaised = (index: number): boolean => (setpoints[index]?.offeredCurrentA ?? 0) > Math.max(toldA[index] ?? 0, scene.before.evses[index]?.offerA ?? Infinity);
        eachPlace(scene, ({ name, phase, boundA, evses }) => {
          const loading = evses.filter((index) => setpoints[index]?.phases.includes(phase) === true);
          const raised = loading.filter(isRaised);
          if (raised.length === 0) return;
          const heldA = loading.reduce((sum, index) => sum + Math.max(toldA[index] ?? 0, setpoints[index]?.offeredCurrentA ?? 0), 0);
          if (heldA > boundA + TOLERANCE_A) fail(scene, `${raised.map((index) => `e${index}`).join(' ')} raised while ${heldA} A are offered or held on ${name}, limit ${boundA} A`);
        });
      };
    });
  }, TIME_LIMIT_MS);

  it('what devices offer never passes a limit beside steady other load, once they have obeyed the first cut', () => {
    holds('calm', () => {
      const beforeA = new Map<string, number>();
      const describedMs = new Map<string, number>();
      let firstMs: number | null = null;
      let steps = 0;
      return (scene) => {
        const { plant, timeMs, site } = scene;
        firstMs ??= timeMs;
        // A first sample may be older than what is known of the EVSEs: at most the fail-safe sum rests on it (rule 12).
        for (const { meterId, timeMs: readMs } of scene.inputs.readings) {
          const latencyMs = site.meters.find(({ id }) => id === meterId)?.latencyMs ?? 0;
          if (readMs - latencyMs >= firstMs && !describedMs.has(meterId)) describedMs.set(meterId, timeMs);
        }
        if (timeMs >= firstMs + 2 * Math.max(...site.evses.map(({ responseTimeMs }) => responseTimeMs))) steps += 1;
        eachPlace(scene, ({ name, circuit, phase, boundA, evses }) => {
          const otherA = plant.otherA(circuit, timeMs)[phase];
          const mayFlowA = evses.reduce((sum, index) => sum + (plant.phasesOf(index, timeMs).includes(phase) ? Math.max(plant.offeredA(index, timeMs), plant.offeredA(index, timeMs + (site.evses[index]?.responseTimeMs ?? 0))) : 0), otherA);
          const meterId = site.circuits[circuit]?.meterId ?? null;
          const knownMs = meterId === null ? 0 : (describedMs.get(meterId) ?? Infinity);
          const before = steps < SETTLING_STEPS || timeMs <= knownMs ? undefined : beforeA.get(name);
          if (before !== undefined && mayFlowA > Math.max(before, boundA) + TOLERANCE_A) fail(scene, `${mayFlowA} A may flow on ${name} (${otherA} A other load), limit ${boundA} A, before ${before} A`);
          beforeA.set(name, mayFlowA);
        });
      };
    });
  }, TIME_LIMIT_MS);

  it('every offer is a pause or at least the minimum, within the ratings, in whole steps, and has its reason', () => {
    holds('lively', () => (scene) => {
      for (const [index, { minCurrentA, ratingA, configuredMaxA, stepA, id }] of scene.site.evses.entries()) {
        const setpoint = scene.result.setpoints[index];
        const currentA = setpoint?.offeredCurrentA ?? NaN;
        if (setpoint?.evseId !== id) fail(scene, `no setpoint for ${id}`);
        if (!(currentA === 0 || (currentA >= minCurrentA && currentA <= Math.min(ratingA, configuredMaxA)))) fail(scene, `${id} must have a pause or ${minCurrentA} to ${configuredMaxA} A`);
        if (Math.abs(currentA / stepA - Math.round(currentA / stepA)) > TOLERANCE_A && currentA !== minCurrentA) fail(scene, `${id} has steps of ${stepA} A`);
        const [lowest] = setpoint.limits;
        if (lowest === undefined || lowest.reason !== setpoint.reason || lowest.currentA < currentA - TOLERANCE_A) fail(scene, `the reason of ${id}, ${setpoint.reason.kind}, does not explain it`);
      }
    });
  }, TIME_LIMIT_MS);

  it('a stale meter raises nothing on its circuit', () => {
    holds('lively', () => {
      const lastMs = new Map<string, number>();
      let startedMs: number | null = null;
      return (scene) => {
        const { inputs, timeMs, site, plant, before, result } = scene;
        if (inputs.isDiscontinuous === true) lastMs.clear();
        startedMs = inputs.isDiscontinuous === true ? timeMs : (startedMs ?? timeMs);
        for (const reading of inputs.readings) lastMs.set(reading.meterId, reading.timeMs);
        for (const [circuit, { meterId, id }] of site.circuits.entries()) {
          const meter = site.meters.find((each) => each.id === meterId);
          if (meter === undefined || timeMs - (lastMs.get(meter.id) ?? startedMs) <= meter.allowedAgeMs) continue;
          for (const index of plant.branches[circuit]?.evses ?? []) {
            const wasA = before.evses[index]?.offerA ?? null;
            if (wasA !== null && (result.setpoints[index]?.offeredCurrentA ?? NaN) > wasA) fail(scene, `e${index} raised from ${wasA} A while the meter of ${id} is stale`);
          }
        }
      };
    });
  }, TIME_LIMIT_MS);

  it('a cut is never delayed: what a reading or a wish leaves is not passed in the step that brings it', () => {
    holds('lively', () => {
      const told: Told[] = [];
      return (scene) => {
        told.push({ timeMs: scene.timeMs, reports: scene.inputs.reports });
        const { inputs, site, result, timeMs } = scene;
        const offered = (index: number): number => result.setpoints[index]?.offeredCurrentA ?? NaN;
        eachPlace(scene, ({ name, circuit, phase, boundA, evses }) => {
          const meter = site.meters.find(({ id }) => id === site.circuits[circuit]?.meterId);
          const shown = inputs.readings.find(({ meterId }) => meterId === meter?.id)?.currentA[phase] ?? null;
          if (meter === undefined || shown === null) return;
          // What EVSEs at most drew when the sample was taken, a report's second to either side.
          const mostA = evses.reduce((sum, index) => sum + mostDrawnA(scene, index, phase, timeMs - meter.latencyMs, told), 0);
          const leftA = Math.max(0, boundA - Math.max(-(site.circuits[circuit]?.sourceCreditA ?? 0), shown - mostA));
          const sumA = evses.reduce((sum, index) => sum + (result.setpoints[index]?.phases.includes(phase) === true ? offered(index) : 0), 0);
          if (sumA > leftA + TOLERANCE_A) fail(scene, `${sumA} A offered on ${name}, which shows ${shown} A of which EVSEs drew at most ${mostA} A: ${leftA} A are left`);
        });
        for (const wish of inputs.wishes?.limits ?? []) {
          if ((wish.untilWallMs ?? Infinity) <= inputs.wallMs) continue;
          const concerned = 'evseId' in wish ? site.evses.flatMap(({ id }, index) => (id === wish.evseId ? [index] : [])) : [];
          for (const index of concerned) if (offered(index) > wish.currentA + TOLERANCE_A) fail(scene, `e${index} passes the ${wish.currentA} A a person allows`);
        }
        const { pausedEvses } = inputs.wishes ?? {};
        if (pausedEvses instanceof Set) for (const [index, { id }] of site.evses.entries()) if (pausedEvses.has(id) && offered(index) !== 0) fail(scene, `e${index} is paused by a person`);
      };
    });
  }, TIME_LIMIT_MS);
});

interface Told {
  readonly timeMs: number;
  readonly reports: readonly EvseReport[];
}

function saidA(reports: readonly EvseReport[], id: string | undefined): number {
  return Math.max(0, ...(reports.find(({ evseId }) => evseId === id)?.measuredCurrentA ?? []).map((currentA) => currentA ?? 0));
}

/** EVSEs and meters do not tell of the same moment: a report's second to either side, and another until it has come. */
const REPORT_MS = 1000;
const SLACK_MS = 2 * REPORT_MS;

/**
 * The most that may have been its current about a time, by what the balancer can know: what it draws while it charges; what it
 * held within its response time otherwise, because a report of a pause does not tell when the current ends.
 */
function mostDrawnA({ plant, site, timeMs, before }: Scene, index: number, phase: PhaseIndex, aboutMs: number, told: readonly Told[]): number {
  let most = 0;
  let least = Infinity;
  const reportMs = told.findLast((each) => each.timeMs <= aboutMs - REPORT_MS)?.timeMs ?? 0;
  // What it said counts besides what it drew: a setpoint given and obeyed in that same moment came after.
  for (const { timeMs: atMs, reports } of told) if (atMs >= reportMs && atMs <= aboutMs + REPORT_MS) most = Math.max(most, saidA(reports, site.evses[index]?.id));
  for (let atMs = Math.min(reportMs, aboutMs - SLACK_MS); atMs <= aboutMs + SLACK_MS; atMs += 250) {
    most = Math.max(most, plant.drawnA(index, atMs));
    least = Math.min(least, plant.drawnA(index, atMs));
  }
  if (least > 0) return plant.phasesOf(index, timeMs).includes(phase) ? most : 0;
  const evse = site.evses[index];
  if (evse === undefined || !evsePhases(evse, site.supply).includes(phase)) return 0;
  // That a lower offer stands is known with the next report only, and that its current has ended with the one after.
  const longestGapMs = Math.max(...told.map((each, at) => each.timeMs - (told[at - 1]?.timeMs ?? 0)));
  const uncertainMs = evse.responseTimeMs + 2 * longestGapMs + SLACK_MS;
  most = Math.max(most, plant.mostOfferedA(index, aboutMs - uncertainMs, timeMs));
  const isNew = timeMs - (before.startedMs ?? timeMs) <= uncertainMs;
  return isNew ? Math.max(most, evse.powerUpCurrentA) : most;
}
