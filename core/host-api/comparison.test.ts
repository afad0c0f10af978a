import { expect, test } from 'vitest';
import type { ScenarioOutcome } from '../scenarios/outcome.ts';
import { comparisonOf } from './comparison.ts';

const OUTCOME: ScenarioOutcome = {
  id: 'x',
  controller: 'none',
  mode: 'direct',
  passed: false,
  verdict: 'may-trip',
  peakCurrentA: 68,
  secondsAboveContinuousLimit: 893,
  secondsAboveRating: 888,
  thermalLoadPeakRatio: 2.6,
  circuits: {},
  energyWh: { primary: 1500, secondary: 4430 },
  starts: { primary: 3, secondary: 0 },
  offeredA: {},
  expectations: [
    { text: 'a', passed: true },
    { text: 'b', passed: false },
    { text: 'c', passed: true },
  ],
  simulatedS: 1800,
  wallMs: 1,
};

test('energy and starts are those of all EVSEs together, and what holds is counted', () => {
  expect(comparisonOf(OUTCOME)).toEqual({
    controller: 'none',
    verdict: 'may-trip',
    peakCurrentA: 68,
    secondsAboveContinuousLimit: 893,
    secondsAboveRating: 888,
    thermalLoadPeakRatio: 2.6,
    energyWh: 5930,
    starts: 3,
    expectationsPassed: 2,
    expectations: 3,
  });
});
