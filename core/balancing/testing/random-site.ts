/** Random sites for properties; every figure is drawn by fast-check, so that it can shrink. */
import fc from 'fast-check';
import type { PerPhase, PhaseIndex } from '../../quantities.ts';
import { phasesOf } from '../../site/circuit-tree.ts';
import { siteSchema } from '../../site/schema.ts';
import type { Site } from '../../site/site.ts';

const supply = fc.constantFrom(
  { kind: 'three-phase-star', nominalVoltageV: 230 } as const,
  { kind: 'single-phase', nominalVoltageV: 230 } as const,
  { kind: 'split-phase', nominalVoltageV: 240 } as const,
  { kind: 'three-wire-delta', nominalVoltageV: 230 } as const,
);
const ratingA = fc.constantFrom(10, 16, 20, 25, 32, 35, 40, 50, 63, 80, 100, 125);
const PHASE_MAPS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const DEEPEST = 6;

export interface Sizes {
  readonly circuits: number;
  readonly evses: number;
}

/** Policies of every kind, so that no rule is only tried alone. */
const policy = fc.record({
  phaseRule: fc.constantFrom('per-phase', 'per-phase', 'most-loaded'),
  admission: fc.constantFrom('priority', 'most-vehicles'),
  queue: fc.record({ strategy: fc.constantFrom('weight', 'address', 'first-connected', 'last-connected'), rotationS: fc.constantFrom(0, 3, 600), idleAfterS: fc.constantFrom(60, 30) }),
  mode: fc.constantFrom('normal', 'normal', 'normal', 'smart', 'solar', 'off'),
  solar: fc.record({ variant: fc.constantFrom('surplus', 'divert'), startA: fc.constantFrom(0, 4), stopAfterS: fc.constantFrom(0, 5), importA: fc.constantFrom(0, 6) }),
  capacity: fc.constantFrom(null, null, { kind: 'instant-sum', limitA: 30, stopAfterS: 5 }, { kind: 'quarter-hour', floorW: 2500 }),
  dimmingW: fc.constantFrom(null, 4200),
  gridRelayLimitA: fc.constantFrom(null, 18),
  minimumOffMs: fc.constantFrom(0, 60_000),
  staleGraceMs: fc.constantFrom(3000, 0),
  raiseHysteresisA: fc.constantFrom(0, 0.5),
  raiseHoldMs: fc.constantFrom(0, 5000),
});

const circuit = fc.record({
  parent: fc.nat(),
  ratingA,
  /** Fuses that differ by phase: steps down from the rating. */
  fuses: fc.constantFrom(null, null, null, [0, 5, 0], [0, 0, 6]),
  factor: fc.constantFrom(1, 0.8),
  contractA: fc.constantFrom(null, null, null, 12, 24),
  contractPhases: fc.constantFrom(undefined, [0] as const, [1, 2] as const),
  hasMeter: fc.boolean(),
  meterPeriodMs: fc.constantFrom(1000, 1000, 5000),
  assumedLoadA: fc.integer({ min: 0, max: 10 }),
  creditA: fc.constantFrom(null, null, null, 0, 5),
  unbalanceA: fc.constantFrom(null, null, 20),
});

const evse = fc.record({
  circuit: fc.nat(),
  phaseCount: fc.constantFrom(1, 2, 3),
  map: fc.constantFrom(...PHASE_MAPS),
  stepA: fc.constantFrom(1, 0.1),
  ratingA: fc.constantFrom(10, 16, 20, 32, 48),
  configuredA: fc.constantFrom(0, 0, 3),
  minA: fc.constantFrom(6, 6, 8),
  failSafeA: fc.constantFrom(0, 6, 8),
  priority: fc.integer({ min: 1, max: 3 }),
  startsByItself: fc.boolean(),
  weight: fc.constantFrom(1, 1, 3),
  responseMs: fc.constantFrom(7000, 1000, 30_000),
  mode: fc.constantFrom(undefined, undefined, undefined, 'normal', 'solar', 'off'),
  phaseSwitching: fc.constantFrom('not-present', 'not-present', 'not-present', 'auto', 'always-off'),
});

/** Mostly a few, now and then as many as there may be; shrinks to few. */
function upTo<T>(item: fc.Arbitrary<T>, count: number): fc.Arbitrary<readonly T[]> {
  const some = (maxLength: number): fc.Arbitrary<readonly T[]> => fc.array(item, { minLength: 1, maxLength: Math.max(1, Math.min(count, maxLength)), size: 'max' });
  return fc.oneof({ withCrossShrink: true }, { arbitrary: some(6), weight: 12 }, { arbitrary: some(20), weight: 5 }, { arbitrary: some(count), weight: 1 });
}

const drawnSite = (sizes: Sizes) => fc.record({ supply, policy, circuits: upTo(circuit, sizes.circuits), evses: upTo(evse, sizes.evses) });
type Drawn = ReturnType<typeof drawnSite> extends fc.Arbitrary<infer T> ? T : never;

/** A tree of circuits, each with or without a meter of its own, and EVSEs of every make anywhere in it. */
export function randomSite(sizes: Sizes = { circuits: 14, evses: 64 }): fc.Arbitrary<Site> {
  return drawnSite(sizes).map(siteOf);
}

function siteOf(drawn: Drawn): Site {
  const parents = parentsOf(drawn.circuits.map(({ parent }) => parent));
  const sources = drawn.circuits.map((_, index) => drawn.circuits.some(({ creditA }, at) => creditA !== null && isOnPath(parents, at, index)));
  return siteSchema.parse({
    name: 'random',
    supply: drawn.supply,
    policy: drawn.policy,
    circuits: drawn.circuits.map((each, index) => circuitOf(each, index, parents[index] ?? null, sources[index] ?? false)),
    meters: drawn.circuits.flatMap((each, index) => (each.hasMeter ? [meterOf(index, each.meterPeriodMs)] : [])),
    evses: drawn.evses.map((each, index) => evseOf(drawn, each, index)),
  });
}

/** Every circuit below an earlier one, no deeper than six; one draw in two goes on from the circuit before, so that trees get deep. */
function parentsOf(draws: readonly number[]): readonly (number | null)[] {
  const parents: (number | null)[] = [];
  const depths: number[] = [];
  for (const [index, draw] of draws.entries()) {
    const wanted = draw % 2 === 0 ? index - 1 : Math.floor(draw / 2) % Math.max(1, index);
    const parent = index === 0 ? null : (depths[wanted] ?? 0) < DEEPEST ? wanted : 0;
    parents.push(parent);
    depths.push(parent === null ? 1 : 1 + (depths[parent] ?? 0));
  }
  return parents;
}

function isOnPath(parents: readonly (number | null)[], from: number, circuitAbove: number): boolean {
  for (let at: number | null = from; at !== null; at = parents[at] ?? null) if (at === circuitAbove) return true;
  return false;
}

function circuitOf(each: Drawn['circuits'][number], index: number, parent: number | null, hasSource: boolean): object {
  const [a, b, c] = (each.fuses ?? [0, 0, 0]) as PerPhase<number>;
  return {
    id: `c${index}`,
    name: `c${index}`,
    parentId: parent === null ? null : `c${parent}`,
    breaker: { curve: 'iec-60898-b', ratingA: each.ratingA, ...(each.fuses === null ? {} : { ratingsA: [each.ratingA - a, each.ratingA - b, each.ratingA - c] }) },
    continuousFactor: each.factor,
    limits: each.contractA === null ? [] : [{ source: 'contract', currentA: each.contractA, phases: each.contractPhases }],
    meterId: each.hasMeter ? `m${index}` : null,
    assumedLoadA: each.assumedLoadA,
    hasSource,
    sourceCreditA: each.creditA ?? 0,
    unbalanceLimitA: each.unbalanceA,
  };
}

function meterOf(index: number, periodMs: number): object {
  return { id: `m${index}`, name: `m${index}`, model: 'shelly-em', link: { kind: 'mqtt', baseTopic: `m${index}` }, clamp: 'one-phase', periodMs, latencyMs: 1000, allowedAgeMs: periodMs + 3000 };
}

function evseOf(drawn: Drawn, each: Drawn['evses'][number], index: number): object {
  const present = phasesOf(drawn.supply);
  const phaseCount = Math.min(each.phaseCount, present.length);
  return {
    id: `e${index}`,
    name: `e${index}`,
    circuitId: `c${each.circuit % drawn.circuits.length}`,
    model: 'openevse',
    link: { kind: 'mqtt', baseTopic: `e${index}` },
    phaseMap: presentFirst(each.map, present),
    phaseCount,
    ratingA: each.ratingA,
    configuredMaxA: each.ratingA - each.configuredA,
    minCurrentA: Math.min(each.minA, each.ratingA - each.configuredA),
    stepA: each.stepA,
    failSafeCurrentA: each.failSafeA,
    powerUpCurrentA: each.ratingA,
    priority: each.priority,
    startsByItself: each.startsByItself,
    weight: each.weight,
    responseTimeMs: each.responseMs,
    ...(each.mode === undefined ? {} : { mode: each.mode }),
    phaseSwitching: each.phaseSwitching,
  };
}

/** A device's first phases are wired to phases that the supply has. */
function presentFirst(map: readonly PhaseIndex[], present: readonly PhaseIndex[]): readonly PhaseIndex[] {
  return [...map.filter((phase) => present.includes(phase)), ...map.filter((phase) => !present.includes(phase))];
}
