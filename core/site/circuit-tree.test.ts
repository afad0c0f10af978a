import { expect, test } from 'vitest';
import { circuitId, type PhaseIndex } from '../quantities.ts';
import { circuitOf, continuousLimit, evsePhases, evsesBelow, meterPhases, pathToRoot, phasesOf } from './circuit-tree.ts';
import { restoreSite } from './restore-site.ts';
import type { Supply } from './site.ts';

/** Rows: supply, the device's phases on site phases, conductors, and the site phases it loads. */
test.each<[Supply['kind'], [PhaseIndex, PhaseIndex, PhaseIndex], 1 | 2 | 3, PhaseIndex[]]>([
  ['single-phase', [0, 1, 2], 1, [0]],
  ['split-phase', [0, 1, 2], 2, [0, 1]],
  ['split-phase', [1, 0, 2], 1, [1]],
  ['three-phase-star', [0, 1, 2], 1, [0]],
  ['three-phase-star', [2, 0, 1], 1, [2]],
  ['three-phase-star', [2, 0, 1], 2, [2, 0]],
  ['three-phase-star', [2, 0, 1], 3, [2, 0, 1]],
  ['single-phase', [1, 0, 2], 1, []],
])('on %s an EVSE mapped %j with %i conductors loads %j', (kind, phaseMap, phaseCount, expected) => {
  expect(evsePhases({ phaseMap, phaseCount }, { kind, nominalVoltageV: 230 })).toEqual(expected);
});

test.each<[Supply['kind'], PhaseIndex[]]>([
  ['single-phase', [0]],
  ['split-phase', [0, 1]],
  ['three-phase-star', [0, 1, 2]],
])('%s has the phases %j', (kind, expected) => {
  expect(phasesOf({ kind, nominalVoltageV: 230 })).toEqual(expected);
});

test('a clamp round both legs tells both, a clamp round one conductor the phase it is mapped to', () => {
  const split: Supply = { kind: 'split-phase', nominalVoltageV: 240 };
  expect(meterPhases({ clamp: 'both-legs', phaseMap: [0, 1, 2] }, split)).toEqual([0, 1]);
  expect(meterPhases({ clamp: 'one-phase', phaseMap: [1, 0, 2] }, split)).toEqual([1]);
});

/** NEC 210.20: 50 A x 0.8 = 40 A for continuous load (seed 000). */
test.each([
  ['the breaker times its factor', 50, 0.8, [], { currentA: 40, source: 'continuous' }],
  ['the breaker without rounding errors', 50, 0.7, [], { currentA: 35, source: 'continuous' }],
  ['a lower contract', 63, 1, [{ source: 'contract' as const, currentA: 25 }], { currentA: 25, source: 'contract' }],
  ['the breaker below a higher cable', 16, 1, [{ source: 'cable' as const, currentA: 20 }], { currentA: 16, source: 'continuous' }],
])('the continuous limit is %s', (_, ratingA, continuousFactor, limits, expected) => {
  expect(continuousLimit({ breaker: { curve: 'ul-489', ratingA }, continuousFactor, limits })).toEqual(expected);
});

test('paths lead up to the grid connection and EVSEs below a circuit include those of its branches', () => {
  const site = houseWithGarage();
  expect(pathToRoot(site, circuitId('garage')).map(({ id }) => id)).toEqual(['garage', 'grid']);
  expect(evsesBelow(site, circuitId('grid')).map(({ id }) => id)).toEqual(['left', 'yard']);
  expect(evsesBelow(site, circuitId('garage')).map(({ id }) => id)).toEqual(['left']);
  expect(circuitOf(site, circuitId('attic'))).toBeUndefined();
});

test('a path round a circle ends', () => {
  const site = houseWithGarage();
  const circled = { ...site, circuits: site.circuits.map((circuit) => ({ ...circuit, parentId: circuitId(circuit.id === 'grid' ? 'garage' : 'grid') })) };
  expect(pathToRoot(circled, circuitId('garage')).map(({ id }) => id)).toEqual(['garage', 'grid']);
});

function houseWithGarage() {
  const evse = { name: 'EVSE', model: 'openevse', phaseCount: 3, ratingA: 16, configuredMaxA: 16, failSafeCurrentA: 6, powerUpCurrentA: 16 };
  const restored = restoreSite({
    format: 'chargebench-site',
    version: 1,
    site: {
      name: 'House',
      supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
      circuits: [
        { id: 'grid', name: 'Grid', breaker: { curve: 'iec-60898-b', ratingA: 25 }, continuousFactor: 1 },
        { id: 'garage', name: 'Garage', parentId: 'grid', breaker: { curve: 'iec-60898-b', ratingA: 16 }, continuousFactor: 1 },
      ],
      meters: [],
      evses: [
        { ...evse, id: 'left', circuitId: 'garage', link: { kind: 'mqtt', baseTopic: 'a' } },
        { ...evse, id: 'yard', circuitId: 'grid', link: { kind: 'mqtt', baseTopic: 'b' } },
      ],
    },
  });
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return restored.value;
}
