/** Headroom over a tree of circuits (rule 2): meters of their own or none, limits with their sources, fuses per phase, sources inside. */
import { describe, expect, it } from 'vitest';
import { perPhase, type PerPhase } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import { initialState } from './state.ts';
import type { Setpoint } from './setpoint.ts';
import { step } from './step.ts';

interface Branch {
  readonly id: string;
  /** Rating of the breaker, per phase where they differ. */
  readonly ratingA: number | PerPhase<number>;
  readonly below?: string;
  readonly isMetered?: boolean;
  readonly more?: object;
}

const THREE = { phaseCount: 3 };

/** Circuits from the grid connection down, and EVSEs with the circuit they are on. */
function tree(branches: readonly Branch[], evses: readonly (readonly [string, object])[]): Site {
  return siteSchema.parse({
    name: 'tree',
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    circuits: branches.map(({ id, ratingA, below, isMetered, more }) => ({
      id,
      name: id,
      parentId: below ?? null,
      breaker: { curve: 'iec-60898-b', ratingA: typeof ratingA === 'number' ? ratingA : Math.max(...ratingA), ...(typeof ratingA === 'number' ? {} : { ratingsA: ratingA }) },
      continuousFactor: 1,
      meterId: isMetered === true ? `m-${id}` : null,
      ...more,
    })),
    meters: branches
      .filter(({ isMetered }) => isMetered === true)
      .map(({ id }) => ({ id: `m-${id}`, name: id, model: 'shelly-3em', link: { kind: 'mqtt', baseTopic: id }, clamp: 'each-phase', periodMs: 1000, latencyMs: 1000, allowedAgeMs: 5000, uncertainty: { ratio: 0, currentA: 0 } })),
    evses: evses.map(([circuitId, more], index) => ({
      id: `e${index}`,
      name: `e${index}`,
      circuitId,
      model: 'openevse',
      link: { kind: 'mqtt', baseTopic: `e${index}` },
      ratingA: 63,
      configuredMaxA: 63,
      failSafeCurrentA: 0,
      powerUpCurrentA: 6,
      startsByItself: false,
      ...more,
    })),
    policy: { raiseHysteresisA: 0, minimumOffMs: 0 },
  });
}

/**
 * Lives three minutes: all EVSEs have a vehicle of as many phases, which takes what it is offered. `loadsA`: what flows in
 * each circuit and is no EVSE and not in a circuit below it; PV and a discharging battery feed in there and are negative.
 */
function settle(site: Site, loadsA: Readonly<Record<string, PerPhase<number>>>): readonly Setpoint[] {
  let state = initialState(site);
  let setpoints: readonly Setpoint[] = [];
  let shown = new Map<string, PerPhase<number>>();
  const offeredA = (index: number): number => setpoints[index]?.offeredCurrentA ?? 0;
  const drawnA = (index: number): PerPhase<number> => perPhase((phase) => (site.evses[index]?.phaseMap.slice(0, site.evses[index].phaseCount).includes(phase) === true ? offeredA(index) : 0));
  const isBelow = (id: string, circuitId: string): boolean => {
    const parentId = site.circuits.find((circuit) => circuit.id === id)?.parentId ?? null;
    return id === circuitId || (parentId !== null && isBelow(parentId, circuitId));
  };
  const through = (circuitId: string): PerPhase<number> =>
    perPhase((phase) => {
      const loads = site.circuits.filter(({ id }) => isBelow(id, circuitId)).reduce((sum, { id }) => sum + (loadsA[id]?.[phase] ?? 0), 0);
      return site.evses.reduce((sum, evse, index) => sum + (isBelow(evse.circuitId, circuitId) ? drawnA(index)[phase] : 0), loads);
    });
  for (let second = 1; second <= 180; second += 1) {
    const timeMs = second * 1000;
    const readings = site.meters.map((meter): MeterReading => ({ meterId: meter.id, timeMs, currentA: shown.get(meter.id) ?? [0, 0, 0], voltageV: null, powerW: [second, 0, 0], isLive: true }));
    const reports = site.evses.map(({ id }, index): EvseReport => ({ evseId: id, timeMs, state: offeredA(index) > 0 ? 'charging' : 'paused', isVehicleConnected: true, offeredCurrentA: offeredA(index), measuredCurrentA: drawnA(index), measuredTimeMs: timeMs, voltageV: 230, energyWh: null, restartCount: 0, otherCommander: null }));
    shown = new Map(site.meters.map((meter) => [meter.id, through(site.circuits.find(({ meterId }) => meterId === meter.id)?.id ?? '')]));
    const result = step(site, state, { timeMs, wallMs: timeMs, readings, reports });
    ({ state } = result);
    ({ setpoints } = result);
  }
  return setpoints;
}

const offers = (setpoints: readonly Setpoint[]): readonly number[] => setpoints.map(({ offeredCurrentA }) => offeredCurrentA);
const all = (currentA: number): PerPhase<number> => [currentA, currentA, currentA];

/** Grid 35 A, below it the garage 25 A, below that the board of the EVSEs 20 A; each row says which of them have a meter. */
describe('four levels, each with a meter of its own, an assumed load, or neither', () => {
  const levels = (metered: readonly string[], assumedA: Readonly<Record<string, number>> = {}): readonly Branch[] => [
    { id: 'grid', ratingA: 35, isMetered: metered.includes('grid'), more: { assumedLoadA: assumedA['grid'] ?? 0 } },
    { id: 'garage', ratingA: 25, below: 'grid', isMetered: metered.includes('garage'), more: { assumedLoadA: assumedA['garage'] ?? 0 } },
    { id: 'board', ratingA: 20, below: 'garage', isMetered: metered.includes('board'), more: { assumedLoadA: assumedA['board'] ?? 0 } },
    { id: 'bay', ratingA: 16, below: 'board', isMetered: metered.includes('bay'), more: { assumedLoadA: assumedA['bay'] ?? 0 } },
  ];

  it.each<[string, readonly string[], Readonly<Record<string, number>>, Readonly<Record<string, PerPhase<number>>>, number, string]>([
    ['nothing but the EVSE: its own breaker', ['grid'], {}, {}, 16, 'bay'],
    ['a load at the grid connection: 35 - 22', ['grid'], {}, { grid: all(22) }, 13, 'grid'],
    ['a load in the garage is seen by the meter above: 35 - 22', ['grid'], {}, { garage: all(22) }, 13, 'grid'],
    ['and by the one of the garage: 25 - 15', ['grid', 'garage'], {}, { garage: all(15) }, 10, 'garage'],
    ['the tightest of all meters: 35 - 20 = 15, 25 - 14 = 11, 20 - 12 = 8', ['grid', 'garage', 'board'], {}, { grid: all(6), garage: all(2), board: all(12) }, 8, 'board'],
    ['one phase alone is enough: l3 has 20 - 11', ['grid', 'board'], {}, { board: [0, 3, 11] }, 9, 'board'],
    ['no meter: what the site assumes: 20 - 9', [], { board: 9 }, {}, 11, 'board'],
    ['no meter at the board: what is assumed there counts beside what is measured above', ['grid'], { board: 6 }, { grid: all(10) }, 14, 'board'],
    ['a meter counts before what is assumed in its place', ['grid', 'board'], { board: 12 }, { grid: all(10) }, 16, 'bay'],
  ])('%s', (_, metered, assumedA, loadsA, expectedA, bindingAt) => {
    const [setpoint] = settle(tree(levels(metered, assumedA), [['bay', THREE]]), loadsA);
    expect(setpoint?.offeredCurrentA).toBe(expectedA);
    expect(setpoint?.reason).toMatchObject({ kind: 'circuit', circuitId: bindingAt });
    // Every circuit on the way has its say.
    expect(setpoint?.limits.flatMap(({ reason }) => (reason.kind === 'circuit' ? [reason.circuitId] : [])).sort()).toEqual(['bay', 'board', 'garage', 'grid']);
  });
});

describe('static sharing: no meter anywhere', () => {
  it.each<[string, number, number, readonly number[]]>([
    ['32 A for two', 32, 0, [16, 16]],
    ['32 A less 5 A of assumed load', 32, 5, [14, 13]],
    ['11 A carry one', 16, 5, [11, 0]],
  ])('%s', (_, ratingA, assumedLoadA, expected) => {
    expect(offers(settle(tree([{ id: 'grid', ratingA, more: { assumedLoadA } }], [['grid', THREE], ['grid', THREE]]), {}))).toEqual(expected);
  });
});

/** Two branches below one grid connection: what one cannot use is the other's (max-min fair over the tree). */
describe('sharing over branches', () => {
  const branches: readonly Branch[] = [
    { id: 'grid', ratingA: 40, isMetered: true },
    { id: 'left', ratingA: 10, below: 'grid' },
    { id: 'right', ratingA: 32, below: 'grid' },
  ];

  it.each<[string, readonly (readonly [string, object])[], PerPhase<number>, readonly number[]]>([
    ['left is held by its breaker, right has the rest: 40 - 10', [['left', THREE], ['right', THREE]], all(0), [10, 30]],
    ['two on the right share what left leaves: 30 / 2', [['left', THREE], ['right', THREE], ['right', THREE]], all(0), [10, 15, 15]],
    ['18 A for three: a minimum each', [['left', THREE], ['right', THREE], ['right', THREE]], all(22), [6, 6, 6]],
    ['one-phase vehicles on different phases are in nobody’s way', [['right', { phaseCount: 1, phaseMap: [0, 1, 2] }], ['right', { phaseCount: 1, phaseMap: [1, 2, 0] }]], all(10), [30, 30]],
    ['on the same phase they share it', [['right', { phaseCount: 1, phaseMap: [1, 2, 0] }], ['right', { phaseCount: 1, phaseMap: [1, 0, 2] }]], all(10), [15, 15]],
    ['a one-phase vehicle on l1 is never cut for an overload on l3', [['right', { phaseCount: 1 }]], [4, 9, 44], [32]],
  ])('%s', (_, evses, loadA, expected) => {
    expect(offers(settle(tree(branches, evses), { grid: loadA }))).toEqual(expected);
  });
});

describe('limits and their sources', () => {
  it.each<[string, object, number, string]>([
    ['breaker x continuous factor: 40 x 0.8', { continuousFactor: 0.8 }, 32, 'continuous'],
    ['contract below that', { continuousFactor: 0.8, limits: [{ source: 'contract', currentA: 25 }] }, 25, 'contract'],
    ['cable below that', { limits: [{ source: 'contract', currentA: 25 }, { source: 'cable', currentA: 20 }] }, 20, 'cable'],
    ['set by the operator', { limits: [{ source: 'operator', currentA: 12 }, { source: 'cable', currentA: 20 }] }, 12, 'operator'],
    ['a limit above the breaker changes nothing', { limits: [{ source: 'contract', currentA: 63 }] }, 40, 'continuous'],
    ['of equals the breaker is named', { limits: [{ source: 'cable', currentA: 40 }] }, 40, 'continuous'],
    ['a limit of one phase', { limits: [{ source: 'contract', currentA: 16, phases: [1] }] }, 16, 'contract'],
  ])('%s', (_, more, expectedA, limitSource) => {
    const [setpoint] = settle(tree([{ id: 'grid', ratingA: 40, isMetered: true, more }], [['grid', THREE]]), {});
    expect(setpoint?.offeredCurrentA).toBe(expectedA);
    expect(setpoint?.reason).toMatchObject({ kind: 'circuit', limitSource, limitA: expectedA });
  });

  it.each<[string, readonly number[], number, number]>([
    // Fuses of the grid 35 / 25 / 20 A with 5 A of load on each phase, of the board 25 / 25 / 16 A.
    ['on l1: 25 A of the board', [0, 1, 2], 1, 25],
    ['on l2: 25 - 5', [1, 2, 0], 1, 20],
    ['on l3: 20 - 5', [2, 0, 1], 1, 15],
    ['on all: the tightest, 20 - 5', [0, 1, 2], 3, 15],
  ])('different fuses per phase at two levels, %s', (_, phaseMap, phaseCount, expectedA) => {
    const branches: readonly Branch[] = [
      { id: 'grid', ratingA: [35, 25, 20], isMetered: true },
      { id: 'board', ratingA: [25, 25, 16], below: 'grid' },
    ];
    expect(offers(settle(tree(branches, [['board', { phaseCount, phaseMap }]]), { grid: all(5) }))).toEqual([expectedA]);
  });
});

/**
 * PV and a home battery on the same board as the EVSE: the breaker of the board sees only the difference, the busbar the sum.
 * `sourceCreditA` is what the conductor bears beyond the breaker. Board 25 A, metered at its breaker.
 */
describe('a source inside the circuit', () => {
  const board = (sourceCreditA: number): readonly Branch[] => [
    { id: 'grid', ratingA: 63, isMetered: true },
    { id: 'board', ratingA: 25, below: 'grid', isMetered: true, more: { hasSource: true, sourceCreditA } },
  ];

  it.each<[string, number, number, number]>([
    ['no PV', 10, 0, 25],
    ['10 A of PV, no credit: the breaker’s rating and no more', 0, -10, 25],
    ['10 A of PV, credit 4: 25 + 4', 4, -10, 29],
    ['10 A of PV, credit 10: all of it', 10, -10, 35],
    ['6 A of PV, credit 10: only what the source gives', 10, -6, 31],
    ['the battery charges with 10 A: load like any other', 10, 10, 15],
    ['the battery gives 8 A, credit 10', 10, -8, 33],
    ['PV gives 10 A of which a load takes 7', 10, -3, 28],
  ])('%s', (_, creditA, netA, expectedA) => {
    expect(offers(settle(tree(board(creditA), [['board', { phaseCount: 1 }]]), { board: [netA, 0, 0] }))).toEqual([expectedA]);
  });

  it('a credit of the board is none of the grid connection', () => {
    const branches: readonly Branch[] = [
      { id: 'grid', ratingA: 25, isMetered: true, more: { hasSource: true } },
      { id: 'board', ratingA: 40, below: 'grid', isMetered: true, more: { hasSource: true, sourceCreditA: 10 } },
    ];
    // The board would bear 40 + 10; PV at the grid connection's level gives its breaker no credit.
    expect(offers(settle(tree(branches, [['board', { phaseCount: 1 }]]), { grid: [-10, 0, 0] }))).toEqual([25]);
  });

  it('PV on l1 helps l1 only', () => {
    const two: readonly (readonly [string, object])[] = [['board', { phaseCount: 1 }], ['board', { phaseCount: 1, phaseMap: [1, 2, 0] }]];
    expect(offers(settle(tree(board(10), two), { board: [-10, 0, 0] }))).toEqual([35, 25]);
  });
});
