import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { scenarioJsonSchema } from '../../core/scenarios/json-schema.ts';
import { CONTROLLER_SETTINGS } from '../firmware/controller-settings.ts';
import { FIELD_CONTROLLERS } from '../firmware/controllers.ts';

test('the JSON Schema beside the scenarios is the one that `chargebench scenario schema` prints (vitest -u renews it)', async () => {
  await expect(`${JSON.stringify(scenarioJsonSchema(CONTROLLER_SETTINGS), null, 2)}\n`).toMatchFileSnapshot('scenario.schema.json');
});

test('it knows every controller there is', () => {
  expect([...CONTROLLER_SETTINGS.keys()].sort()).toEqual(['chargebench', 'device', ...FIELD_CONTROLLERS.keys()].sort());
});

const FOLDER = new URL('./', import.meta.url);
const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Record<string, unknown>;

describe('an editor that goes by it', () => {
  const schema = z.fromJSONSchema(read('scenario.schema.json'));
  const quick = read('two-evses-quick.scenario.json');

  test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.scenario.json')))('finds nothing wrong with %s', (name) => {
    expect(schema.safeParse({ $schema: 'scenario.schema.json', ...read(name) }).error?.issues ?? []).toEqual([]);
  });

  test.each<[string, object]>([
    ['a misspelt key', { vehicels: [] }],
    ['an expectation that there is not', { controllers: { device: { expect: [{ kind: 'never-sleeps' }] } } }],
    ['a reason that nobody gives', { controllers: { device: { expect: [{ kind: 'reason-at', evse: 'primary', atS: 1, is: 'because' }] } } }],
    ['a controller that nobody knows', { controllers: { evcc: { expect: [] } } }],
    ['a setting that this controller does not have', { controllers: { 'static-split': { settings: { shareA: 3 }, expect: [] } } }],
    ['a setting out of its range', { controllers: { smartevse: { settings: { startA: 100 }, expect: [] } } }],
    ['a duration of none', { durationS: 0 }],
    ['a file of another kind', { format: 'chargebench-site' }],
  ])('marks %s', (_what, change) => {
    expect(schema.safeParse({ ...quick, ...change }).success).toBe(false);
  });
});
