/**
 * How many of an EVSE's conductors a vehicle used. An EVSE with one ammeter does not tell: then the meter above it does, by what
 * changed on each phase at the moments at which the EVSE's current changed. Which phases a vehicle may use is known: the first of its EVSE's.
 */
import { PHASES, type MeterId, type PerPhase } from '../quantities.ts';
import { evsePhases, evsesBelow, pathToRoot } from '../site/circuit-tree.ts';
import type { Circuit, Evse, Meter, Site } from '../site/site.ts';
import { currentChanges, heldCurrents, type CurrentChange } from './current-changes.ts';
import { ammeterA, lastAt, type EvseHistory } from './evse-history.ts';
import type { Session } from './evse-sessions.ts';
import type { BranchSample, SiteBranches } from './site-branches.ts';

/** Below this nothing charges: what electronics draw. */
const CHARGING_A = 1;

export interface UsedConductors {
  readonly count: number;
  /** `told` by the EVSE itself; `seen` at the meter; `assumed` where neither tells: the most that nothing speaks against. */
  readonly basis: 'told' | 'seen' | 'assumed';
}

export interface ConductorFrame {
  readonly site: Site;
  readonly branches: SiteBranches;
  readonly histories: readonly EvseHistory[];
  readonly samples: ReadonlyMap<MeterId, readonly BranchSample[]>;
}

/** Null for a vehicle that never drew anything. */
export function usedConductors(frame: ConductorFrame, evse: Evse, history: EvseHistory, session: Session): UsedConductors | null {
  if (!session.steps.some((step) => ammeterA(step) > CHARGING_A)) return null;
  const counts = frame.branches.countsOf(evse);
  const most = counts.at(-1) ?? 1;
  if (counts.length < 2) return { count: most, basis: 'told' };
  if (isToldPerConductor(frame, evse, history)) return { count: toldCount(counts, session), basis: 'told' };
  const metered = meterAbove(frame, evse);
  if (metered === null) return { count: most, basis: 'assumed' };
  const seen = countOfChanges(frame, evse, changesOf(frame, evse, history, session, metered));
  if (seen !== null) return { count: seen, basis: 'seen' };
  const left = counts.filter((count) => count === counts[0] || !isImpossible(frame, evse, metered, session, count));
  return { count: left.at(-1) ?? most, basis: left.length === 1 ? 'seen' : 'assumed' };
}

const isToldPerConductor = ({ site }: ConductorFrame, evse: Evse, { toldPhases }: EvseHistory): boolean =>
  evsePhases(evse, site.supply).every((phase) => toldPhases.includes(phase));

/** The most that it charged on at once; on a delta what is not on three lines is between two. */
function toldCount(counts: readonly number[], { steps }: Session): number {
  const most = steps.reduce((highest, { currentA }) => Math.max(highest, PHASES.filter((phase) => currentA[phase] > CHARGING_A).length), 0);
  return counts.findLast((count) => count <= most) ?? counts[0] ?? 1;
}

interface Metered {
  readonly meter: Meter;
  readonly circuit: Circuit;
  readonly samples: readonly BranchSample[];
}

/** The nearest on the way to the grid that tells of all the EVSE's branches. */
function meterAbove({ site, branches, samples: all }: ConductorFrame, evse: Evse): Metered | null {
  const shares = branches.sharesOf(evse, branches.countsOf(evse).at(-1) ?? 1);
  for (const circuit of pathToRoot(site, evse.circuitId)) {
    const meter = site.meters.find(({ id }) => id === circuit.meterId);
    if (meter === undefined) continue;
    const samples = (all.get(meter.id) ?? []).filter(({ currentA }) => PHASES.every((phase) => shares[phase] === 0 || currentA[phase] !== null));
    if (samples.length > 0) return { meter, circuit, samples };
  }
  return null;
}

/** The moments before and after a change are taken so far from it: the EVSE tells its current once a second. */
const MARGIN_MS = 2000;
/** A meter that tells nothing for so long beside a change, or for two of its periods, does not tell of it. */
const LONGEST_GAP_MS = 10_000;
/** Another EVSE below the same meter that changed by so much at the same time leaves open which of them it was. */
const DISTURBING_A = 1;

interface SeenChange {
  readonly changeA: number;
  /** On each branch, for each ampere of the EVSE's. */
  readonly perA: PerPhase<number>;
}

function changesOf({ site, histories }: ConductorFrame, evse: Evse, history: EvseHistory, session: Session, metered: Metered): readonly SeenChange[] {
  const beside = new Set<string>(evsesBelow(site, metered.circuit.id).flatMap(({ id }) => (id === evse.id ? [] : [id])));
  const others = histories.filter(({ evseId }) => beside.has(evseId));
  const untilMs = session.untilMs ?? Infinity;
  const own = currentChanges(history).filter((change) => change.toMs >= session.fromMs && change.fromMs <= untilMs);
  return own.filter((change) => others.every((other) => isSteady(other, change))).flatMap((change) => seenChange(change, metered));
}

function isSteady(other: EvseHistory, { fromMs, toMs }: CurrentChange): boolean {
  const during = other.steps.filter(({ timeMs }, index) => timeMs <= toMs + 2 * MARGIN_MS && (other.steps[index + 1]?.timeMs ?? Infinity) >= fromMs - 2 * MARGIN_MS);
  const currentsA = during.map(ammeterA);
  return currentsA.length === 0 || Math.max(...currentsA) - Math.min(...currentsA) <= DISTURBING_A;
}

function seenChange({ fromMs, toMs, changeA }: CurrentChange, { meter, samples }: Metered): readonly SeenChange[] {
  const before = samples[lastAt(samples, fromMs - MARGIN_MS)];
  const after = samples[lastAt(samples, toMs + MARGIN_MS - 1) + 1];
  if (before === undefined || after === undefined) return [];
  const longestMs = Math.max(LONGEST_GAP_MS, 2 * meter.periodMs);
  if (fromMs - before.timeMs > longestMs || after.timeMs - toMs > longestMs) return [];
  const on = (phase: 0 | 1 | 2): number => ((after.currentA[phase] ?? 0) - (before.currentA[phase] ?? 0)) / changeA;
  return [{ changeA, perA: [on(0), on(1), on(2)] }];
}

/** What a branch may differ by from what is expected of it, for each ampere of the EVSE's: other loads change too. */
const TOLERANCE = 0.25;
/** So much has to have changed in all, and by so many parts more for one answer than for all others. */
const ENOUGH_A = 4;
const CLEAR_RATIO = 2 / 3;

/** The count that most of what changed speaks for; null where it speaks for none. */
function countOfChanges({ branches }: ConductorFrame, evse: Evse, changes: readonly SeenChange[]): number | null {
  const weights = new Map<number, number>();
  for (const { changeA, perA } of changes) {
    const count = branches.countsOf(evse).find((each) => distanceOf(branches, evse, each, perA) <= TOLERANCE);
    if (count !== undefined) weights.set(count, (weights.get(count) ?? 0) + Math.abs(changeA));
  }
  const allA = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const [first] = [...weights].sort(([, a], [, b]) => b - a);
  return first !== undefined && allA >= ENOUGH_A && first[1] >= CLEAR_RATIO * allA ? first[0] : null;
}

function distanceOf(branches: SiteBranches, evse: Evse, count: number, perA: PerPhase<number>): number {
  const expected = branches.sharesOf(evse, count);
  const may = branches.sharesOf(evse, branches.countsOf(evse).at(-1) ?? 1);
  return Math.max(...PHASES.map((phase) => (may[phase] === 0 ? 0 : Math.abs(perA[phase] - expected[phase]))));
}

/** How long, and by how much, a meter has to show less than a vehicle would have drawn there. */
const IMPOSSIBLE_SAMPLES = 5;
const IMPOSSIBLE_A = 1.5;

/** Without anything that feeds in, a phase carries at least what a vehicle draws on it. */
function isImpossible({ site, branches }: ConductorFrame, evse: Evse, { circuit, samples }: Metered, { steps }: Session, count: number): boolean {
  const below = site.circuits.filter(({ id }) => pathToRoot(site, id).some((above) => above.id === circuit.id));
  if (below.some(({ hasSource }) => hasSource)) return false;
  const shares = branches.sharesOf(evse, count);
  const short = heldCurrents(steps).flatMap(({ currentA: drawnA, fromMs, lastMs }) => {
    const within = samples.slice(lastAt(samples, fromMs + MARGIN_MS) + 1, lastAt(samples, lastMs - MARGIN_MS) + 1);
    return within.filter(({ currentA }) => PHASES.some((phase) => shares[phase] > 0 && (currentA[phase] ?? Infinity) < shares[phase] * drawnA - IMPOSSIBLE_A));
  });
  return short.length >= IMPOSSIBLE_SAMPLES;
}
