import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evseId } from '../../quantities.ts';
import { ceilingsA, featureSite, featureView, randomFeatureView } from '../testing/feature-view.ts';
import { INITIAL_TEMPERATURE, temperature, type TemperatureMemory } from './temperature.ts';

const LIMITS = { stopC: 65, resumeC: 55 };
const site = featureSite([{ temperature: LIMITS }, {}]);

const at = (memory: TemperatureMemory, temperatureC: number, ageMs = 0) =>
  temperature(memory, featureView(site, { signals: { temperatures: [{ evseId: evseId('e0'), temperatureC, timeMs: 100_000 - ageMs }] } }));

/** Seed 003, MAX TEMP: "stop once the internal temperature reaches this threshold and resume once it drops to 55 C". */
test('stops at the first temperature, goes on at the second, and in between stays as it was', () => {
  let memory = INITIAL_TEMPERATURE;
  const told = [40, 64.9, 65, 70, 60, 55.1, 55, 60, 64, 65];
  const stopped = told.map((temperatureC) => {
    const outcome = at(memory, temperatureC);
    memory = outcome.memory;
    return ceilingsA(outcome, 2)[0] === 0;
  });
  expect(stopped).toEqual([false, false, true, true, true, true, false, false, false, true]);
});

test('the reason says how warm it is and what it must fall to, the notice which EVSE', () => {
  const { evseCeilings, notices, memory } = at(INITIAL_TEMPERATURE, 68);
  expect(evseCeilings).toEqual([{ index: 0, ceiling: { currentA: 0, reason: { kind: 'temperature', temperatureC: 68, limitC: 55 } } }]);
  expect(notices).toEqual([{ code: 'temperature-high', severity: 'attention', about: 'e0', context: { temperatureC: 68, stopC: 65, resumeC: 55 } }]);
  expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
});

test('a temperature older than 120 s stops nobody and lets nobody go on', () => {
  expect(at(INITIAL_TEMPERATURE, 90, 120_001).evseCeilings).toEqual([]);
  expect(at(INITIAL_TEMPERATURE, 90, 120_000).evseCeilings).toHaveLength(1);
  const { memory } = at(INITIAL_TEMPERATURE, 66);
  const cold = at(memory, 20, 120_001);
  expect(cold.evseCeilings).toMatchObject([{ ceiling: { currentA: 0, reason: { temperatureC: 66 } } }]);
  expect(at(cold.memory, 20).evseCeilings).toEqual([]);
});

test('the newest of several counts, and an EVSE without limits is never stopped', () => {
  const temperatures = [
    { evseId: evseId('e0'), temperatureC: 80, timeMs: 90_000 },
    { evseId: evseId('e0'), temperatureC: 50, timeMs: 95_000 },
    { evseId: evseId('e1'), temperatureC: 99, timeMs: 95_000 },
  ];
  expect(temperature(INITIAL_TEMPERATURE, featureView(site, { signals: { temperatures } })).evseCeilings).toEqual([]);
});

test('limits the wrong way round let no hot EVSE go on', () => {
  const wrong = featureSite([{ temperature: { stopC: 60, resumeC: 70 } }]);
  const view = featureView(wrong, { signals: { temperatures: [{ evseId: evseId('e0'), temperatureC: 65, timeMs: 100_000 }] } });
  const { memory } = temperature(INITIAL_TEMPERATURE, view);
  expect(temperature(memory, view).evseCeilings).toHaveLength(1);
});

test('whatever comes: no exception, no ceiling but 0', () => {
  fc.assert(
    fc.property(randomFeatureView(site), (view) => {
      const { evseCeilings, memory } = temperature(temperature(INITIAL_TEMPERATURE, view).memory, view);
      expect(evseCeilings.every(({ ceiling }) => ceiling.currentA === 0)).toBe(true);
      expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
    }),
    { numRuns: 300 },
  );
});
