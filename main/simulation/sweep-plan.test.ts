import { describe, expect, test } from 'vitest';
import type { ErrorContext } from '../../core/errors.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { parseVariation, planSweep, type PlanOptions, type SweepPlan } from './sweep-plan.ts';
import { valueAt, withValues } from './vary-file.ts';

const FILE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'mine',
  title: 'Mine',
  group: 'Tests',
  durationS: 100,
  seed: 7,
  site: 'two-evses-one-breaker',
  siteChanges: { circuits: { ev: { name: 'EV' } } },
  devices: { primary: { max_current_soft: 34 } },
  vehicles: [{ id: 'v', evse: 'primary', plugInS: 0, unplugS: 90 }],
  controllers: { chargebench: { expect: [] }, device: { expect: [] } },
};

function planOf(vary: readonly string[], options: Partial<PlanOptions> = {}, file: object = FILE): SweepPlan {
  const restored = restoreScenario(file);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return planSweep({ ...restored.value, file }, { variations: vary.map(parseVariation), seedCount: 1, ...options });
}

function refusalOf(act: () => unknown): ErrorContext {
  try {
    act();
  } catch (error) {
    return (error as { context: ErrorContext }).context;
  }
  throw new Error('was not refused');
}

describe('what varies', () => {
  test.each<[string, readonly unknown[]]>([
    ['a=1..4', [1, 2, 3, 4]],
    ['a=0..1:0.25', [0, 0.25, 0.5, 0.75, 1]],
    ['a=0.1..0.5:0.1', [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['a=1..4:2', [1, 3]],
    ['a=-3..-1', [-3, -2, -1]],
    ['a=16,20,32', [16, 20, 32]],
    ['a=1.5', [1.5]],
    ['a=true,false', [true, false]],
    ['a=holds,trips', ['holds', 'trips']],
    ['a=1,1,2', [1, 2]],
  ])('%s', (text, values) => {
    expect(parseVariation(text)).toEqual({ path: 'a', values });
  });

  test.each([
    ['a', 'no-values'],
    ['a=', 'no-values'],
    ['=1', 'no-values'],
    ['a=4..1', 'range-order'],
    ['a=1..4:0', 'step-not-positive'],
    ['a=1..x', 'no-range'],
    ['a=1,,2', 'empty-value'],
    ['a=0..1:0.000000001', 'too-many-values'],
  ])('%s is refused: %s', (text, rule) => {
    expect(refusalOf(() => parseVariation(text))).toMatchObject({ vary: text, rule });
  });

  test.each<[string, object]>([
    ['nothing.here=1', { rule: 'unknown-path', place: 'nothing' }],
    ['vehicles.1.plugInS=1', { rule: 'unknown-path', place: 'vehicles.1' }],
    ['vehicles.v.plugInS=1', { rule: 'unknown-path', place: 'vehicles.v' }],
    ['vehicles.0.plugInS.x=1', { rule: 'unknown-path', place: 'vehicles.0.plugInS.x' }],
    ['otherLoads.0.powerW=1', { rule: 'unknown-path', place: 'otherLoads.0' }],
    ['devices.primary.max_curent_soft=1', { rule: 'unknown-path', place: 'devices.primary.max_curent_soft' }],
    ['vehicles.0.plugins=1', { rule: 'unknown-key', path: 'vehicles/0/plugins' }],
    ['vehicles.0=1', { rule: 'not-a-value', place: 'vehicles.0' }],
    ['site=1', { path: 'site' }],
    ['vehicles.0.plugInS=10,95', { path: 'vehicles/0/unplugS', rule: 'window-order', value: '95' }],
    ['vehicles.0.evse=third', { path: 'vehicles/0/evse', rule: 'unknown-evse', value: 'third' }],
    ['seed=1..3', { rule: 'seeds-vary-by-option' }],
  ])('%s is refused with its place', (vary, context) => {
    expect(refusalOf(() => planOf([vary]))).toMatchObject({ vary: vary.split('=')[0], ...context });
  });

  test('one place cannot vary twice, and a controller has to be listed', () => {
    expect(refusalOf(() => planOf(['vehicles.0.plugInS=1', 'vehicles.0.plugInS=2']))).toMatchObject({ rule: 'varied-twice' });
    expect(refusalOf(() => planOf([], { controllers: ['smartevse'] }))).toMatchObject({ controller: 'smartevse', listed: 'chargebench device' });
  });

  test.each(['vehicles.0.maxCurrentA=10', 'lineVoltageV=230', 'devices.primary.max_current_soft=20', 'site.circuits.0.breaker.ratingA=40'])('%s can vary', (vary) => {
    const plan = planOf([vary]);
    const { path, values } = parseVariation(vary);
    const restored = restoreScenario(withValues(plan.file, plan.runAt(0).values));
    expect(restored.ok).toBe(true);
    expect(valueAt(withValues(plan.file, plan.runAt(0).values), path)).toBe(values[0]);
  });

  test('the site of a template is written out with its changes', () => {
    expect(valueAt(planOf(['site.circuits.0.breaker.ratingA=40']).file, 'site.circuits.0.name')).toBe('EV');
  });
});

describe('the runs', () => {
  const plan = planOf(['vehicles.0.maxCurrentA=10..12', 'vehicles.0.deadTimeS=1,2'], { seedCount: 4 });

  test('are every combination of controllers, values and seeds, once', () => {
    expect(plan.total).toBe(2 * 3 * 2 * 4);
    const runs = Array.from({ length: plan.total }, (_, index) => plan.runAt(index));
    expect(new Set(runs.map(({ key }) => key)).size).toBe(plan.total);
    expect(new Set(runs.map(({ seed }) => seed))).toEqual(new Set([7, 8, 9, 10]));
  });

  test('are found again by what they are', () => {
    for (let index = 0; index < plan.total; index += 1) expect(plan.indexOf(plan.runAt(index))).toBe(index);
    const run = plan.runAt(0);
    expect(plan.indexOf({ ...run, seed: 11 })).toBeNull();
    expect(plan.indexOf({ ...run, controller: 'smartevse' })).toBeNull();
    expect(plan.indexOf({ ...run, values: { ...run.values, 'vehicles.0.maxCurrentA': 13 } })).toBeNull();
    expect(plan.indexOf({ ...run, values: {} })).toBeNull();
  });

  test('more seeds come after those there are', () => {
    const more = planOf(['vehicles.0.maxCurrentA=10..12', 'vehicles.0.deadTimeS=1,2'], { seedCount: 9 });
    for (let index = 0; index < plan.total; index += 1) expect(more.runAt(index)).toEqual(plan.runAt(index));
  });

  test('of another scenario have another fingerprint', () => {
    expect(planOf([], {}, { ...FILE, durationS: 101 }).fingerprint).not.toBe(plan.fingerprint);
    expect(planOf([]).fingerprint).toBe(plan.fingerprint);
  });
});
