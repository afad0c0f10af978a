import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { faultSchema } from '../../core/scenarios/fault-schema.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import type { Scenario } from '../../core/scenarios/schema.ts';
import { FIELD_CONTROLLERS } from '../firmware/controllers.ts';

/** What the library as a whole has to cover; what each scenario comes to is played elsewhere. */

const FOLDER = new URL('./', import.meta.url);
const library: readonly Scenario[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.scenario.json'))
  .map((name) => {
    const restored = restoreScenario(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
    if (!restored.ok) throw new Error(`${name}: ${JSON.stringify(restored.error)}`);
    return restored.value.scenario;
  });

const kindsOfFaults = faultSchema.options.map(({ shape }) => shape.kind.value);
const begins = (start: string): readonly Scenario[] => library.filter(({ id }) => id.startsWith(start));
const controllersOf = ({ controllers }: Scenario): readonly string[] => Object.keys(controllers);

test('it has at least 60 scenarios', () => {
  expect(library.length).toBeGreaterThanOrEqual(60);
});

test.each(kindsOfFaults)('the fault %s happens in one at least', (kind) => {
  expect(library.some(({ faults }) => faults.some((fault) => fault.kind === kind))).toBe(true);
});

const HABITS = ['phaseCount', 'startPhaseCount', 'deadTimeS', 'riseAPerS', 'offerOffsetA', 'startsAfterS', 'stopsBelowA', 'sleepsAfterS', 'battery', 'requestedWh'] as const;

/** What a vehicle of the schema's defaults does not do. */
const ORDINARY: Readonly<Partial<Record<(typeof HABITS)[number], number>>> = { deadTimeS: 3, riseAPerS: 2 };

test.each(HABITS)('some vehicle has the habit %s', (habit) => {
  expect(library.some(({ vehicles }) => vehicles.some((vehicle) => vehicle[habit] !== undefined && vehicle[habit] !== ORDINARY[habit]))).toBe(true);
});

const isSwapped = (order: readonly number[] | undefined): boolean => order !== undefined && order.filter((phase, index) => phase === index).length === 1;
const isTurned = (order: readonly number[] | undefined): boolean => order !== undefined && order.every((phase, index) => phase !== index);

test.each<[string, (scenario: Scenario) => boolean]>([
  ['two phases of an EVSE swapped', ({ evses }) => Object.values(evses).some(({ phases }) => isSwapped(phases))],
  ['an EVSE turned by one phase', ({ evses }) => Object.values(evses).some(({ phases }) => isTurned(phases))],
  ['two phases of a meter swapped', ({ meters }) => Object.values(meters).some(({ phases }) => isSwapped(phases))],
  ['a meter turned by one phase', ({ meters }) => Object.values(meters).some(({ phases }) => isTurned(phases))],
  ['a clamp backwards', ({ meters }) => Object.values(meters).some(({ clampSign, clampSigns }) => clampSign === -1 || clampSigns.includes(-1))],
  ['clamps on wrong phases', ({ meters }) => Object.values(meters).some(({ clampPhases }) => clampPhases !== undefined)],
  ['one leg in the clamp', ({ meters }) => Object.values(meters).some(({ clampShare, legs }) => clampShare === 0.5 || legs === 'one')],
  ['both legs the same way', ({ meters }) => Object.values(meters).some(({ legs }) => legs === 'same-way')],
  ['a meter fed from two lines', ({ meters }) => Object.values(meters).some(({ fedBy }) => fedBy === 'pair')],
])('a wrong wiring: %s', (_, has) => {
  expect(library.some(has)).toBe(true);
});

test.each([...FIELD_CONTROLLERS.keys()])('%s can be seen at work beside Chargebench', (controller) => {
  const both = library.filter((scenario) => controllersOf(scenario).includes(controller) && controllersOf(scenario).includes('chargebench'));
  expect(both.length).toBeGreaterThan(0);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 22, 25])('wish %d has its scenario', (wish) => {
  expect(begins(`wish-${String(wish).padStart(2, '0')}-`).length).toBeGreaterThan(0);
});

test.each(['two-evses-', 'seed-ocpp-', 'seed-openevse-divert', 'seed-smartevse-', 'seed-p1-easee'])('the guide behind %s has scenarios', (start) => {
  expect(begins(start).length).toBeGreaterThan(0);
});

describe.each(library)('$id', (scenario) => {
  test('has a title and a line about it that no other has', () => {
    expect(library.filter(({ title }) => title === scenario.title)).toHaveLength(1);
    expect(scenario.about).not.toBe('');
  });

  test('says what must hold under Chargebench and under one controller more', () => {
    expect(controllersOf(scenario)).toContain('chargebench');
    expect(controllersOf(scenario).length).toBeGreaterThan(1);
    for (const { expect: expectations } of Object.values(scenario.controllers)) expect(expectations.length).toBeGreaterThan(0);
  });
});
