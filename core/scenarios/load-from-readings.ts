/** The load that is no EVSE, per circuit and phase, as a meter's readings less the EVSEs tell it. */
import { roundTo, type CircuitId, type MeterId, type PhaseIndex } from '../quantities.ts';
import { circuitOf, evsesBelow, pathToRoot } from '../site/circuit-tree.ts';
import type { Circuit, Site } from '../site/site.ts';
import type { EvseHistory } from './evse-history.ts';
import type { BranchSample, SiteBranches } from './site-branches.ts';

/** Power from each moment until the next, on one phase or, without `phases`, evenly on all. */
export interface LoadSeries {
  readonly kind: 'series';
  readonly circuit: string;
  readonly phases?: readonly PhaseIndex[];
  readonly timesS: readonly number[];
  readonly powersW: readonly number[];
}

export interface LoadFrame {
  readonly site: Site;
  readonly branches: SiteBranches;
  readonly samples: ReadonlyMap<MeterId, readonly BranchSample[]>;
  /** With their currents on the site's branches. */
  readonly evses: readonly EvseHistory[];
}

/** Finer is noise: a step of less is none. */
const STEP_W = 1;

interface Sample {
  readonly timeMs: number;
  readonly currentA: number;
}

export function loadFromReadings(frame: LoadFrame): readonly LoadSeries[] {
  const { phases, voltageV } = frame.branches;
  // Below first: what a lower meter has told is no part of the load above it.
  const metered = frame.site.circuits.filter(({ meterId }) => meterId !== null && (frame.samples.get(meterId)?.length ?? 0) > 0);
  const own = new Map<CircuitId, ReadonlyMap<PhaseIndex, readonly Sample[]>>();
  for (const circuit of [...metered].sort((a, b) => depthOf(frame.site, b) - depthOf(frame.site, a))) {
    own.set(circuit.id, new Map(phases.map((phase) => [phase, samplesOf(frame, circuit, phase, own)])));
  }
  return metered.flatMap((circuit) => seriesOf(circuit.id, phases, own.get(circuit.id) ?? new Map<PhaseIndex, readonly Sample[]>(), voltageV));
}

const depthOf = (site: Site, { id }: Circuit): number => pathToRoot(site, id).length;

function samplesOf({ site, samples: told, evses }: LoadFrame, circuit: Circuit, phase: PhaseIndex, below: ReadonlyMap<CircuitId, ReadonlyMap<PhaseIndex, readonly Sample[]>>): readonly Sample[] {
  const meter = site.meters.find(({ id }) => id === circuit.meterId);
  if (meter === undefined) return [];
  const evseIds = new Set(evsesBelow(site, circuit.id).map(({ id }) => id));
  const feeders = evses.filter(({ evseId }) => evseIds.has(evseId));
  const lower = nearestMetered(site, circuit.id, below).map((id) => stairOf(below.get(id)?.get(phase) ?? []));
  const samples: Sample[] = [];
  for (const { timeMs, currentA } of told.get(meter.id) ?? []) {
    const totalA = currentA[phase];
    // What comes or goes while an EVSE stops is told from its current only when that is over.
    if (totalA === null || feeders.some((evse) => !evse.isKnownAt(timeMs))) continue;
    const evseA = feeders.reduce((sum, evse) => sum + evse.currentAt(timeMs, phase), 0);
    const lowerA = lower.reduce((sum, at) => sum + at(timeMs), 0);
    samples.push({ timeMs, currentA: totalA - evseA - lowerA });
  }
  return samples;
}

/** Metered circuits below this one without another in between. */
function nearestMetered(site: Site, id: CircuitId, known: ReadonlyMap<CircuitId, unknown>): readonly CircuitId[] {
  return [...known.keys()].filter((candidate) => {
    const own = circuitOf(site, candidate);
    if (own === undefined || candidate === id) return false;
    const above = pathToRoot(site, candidate).slice(1);
    return above.find((circuit) => circuit.id === id || known.has(circuit.id))?.id === id;
  });
}

function stairOf(samples: readonly Sample[]): (timeMs: number) => number {
  let place = 0;
  return (timeMs) => {
    while ((samples[place + 1]?.timeMs ?? Infinity) <= timeMs) place += 1;
    return samples[place]?.currentA ?? 0;
  };
}

function seriesOf(circuit: string, phases: readonly PhaseIndex[], samples: ReadonlyMap<PhaseIndex, readonly Sample[]>, voltageV: number): readonly LoadSeries[] {
  const stairs = phases.flatMap((phase) => {
    const made = stepsOf(samples.get(phase) ?? [], voltageV);
    return made.timesS.length === 0 ? [] : [{ phase, ...made }];
  });
  const [first] = stairs;
  if (first === undefined) return [];
  const isEven = stairs.length === phases.length && stairs.every(({ timesS, powersW }) => sameNumbers(timesS, first.timesS) && sameNumbers(powersW, first.powersW));
  if (isEven) return [{ kind: 'series', circuit, timesS: first.timesS, powersW: first.powersW.map((powerW) => powerW * phases.length) }];
  return stairs.map(({ phase, timesS, powersW }) => ({ kind: 'series', circuit, phases: [phase], timesS, powersW }));
}

/** From the start of the run: what came first is taken for what was there before. */
function stepsOf(samples: readonly Sample[], voltageV: number): { readonly timesS: number[]; readonly powersW: number[] } {
  const timesS: number[] = [];
  const powersW: number[] = [];
  for (const { timeMs, currentA } of samples) {
    const powerW = roundTo(currentA * voltageV, 0.1);
    if (timesS.length > 0 && Math.abs(powerW - (powersW.at(-1) ?? 0)) < STEP_W) continue;
    timesS.push(timesS.length === 0 ? 0 : roundTo(timeMs / 1000, 0.001));
    powersW.push(powerW);
  }
  return { timesS, powersW };
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((value, index) => value === b[index]);
