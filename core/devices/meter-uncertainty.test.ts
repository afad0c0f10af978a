import { describe, expect, it } from 'vitest';
import { planOf } from '../balancing/plan.ts';
import { twoEvses } from '../balancing/testing/two-evses.ts';
import { listTemplates, templateSite } from '../site/list-templates.ts';
import { BUNDLED_METERS } from './list-meters.ts';
import { uncertaintyOf, withUncertainties } from './meter-uncertainty.ts';
import { restoreMeterDescription } from './restore-meter-description.ts';

const FILE = {
  format: 'chargebench-meter',
  version: 1,
  model: 'test-meter',
  name: 'Test meter',
  links: ['modbus'],
  quantities: {
    current: { class: { ratio: 0.01, source: 'vendor' }, resolution: { fixed: 0.1, source: 'vendor' }, lowestPowerFactor: { ratio: 0.9, source: 'site' } },
    voltage: { class: { ratio: 0.01, source: 'vendor' }, resolution: { fixed: 0.1, source: 'vendor' }, drift: { ratio: 0.1, source: 'EN 50160' } },
  },
};

describe('the uncertainty of a meter', () => {
  it.each([
    // Class of the clamp 1 % (openevse f.1), a tenth of an ampere.
    ['shelly-em', 0.01, 0.1],
    ['shelly-3em', 0.01, 0.1],
    // Whole amperes, cut: up to 1 A is missing (home-assistant-ocpp D.1).
    ['p1', 0.01, 1],
    // Tenths, cut (smartevse 7.2).
    ['sensorbox', 0.01, 0.1],
    ['modbus-meter', 0.01, 0.1],
  ])('%s: %d of the reading and %d A', (model, ratio, currentA) => {
    const description = BUNDLED_METERS.get(model);
    if (description === undefined) throw new Error(model);
    expect(uncertaintyOf(description)).toMatchObject({ ratio, currentA });
  });

  it('has a description for every meter of the templates', () => {
    for (const name of listTemplates()) {
      const read = templateSite(name);
      if (!read.ok) throw new Error(name);
      for (const { model } of read.value.meters) expect([...BUNDLED_METERS.keys()]).toContain(model);
    }
  });

  it('grows by what power over voltage misses: a power factor of 0.9 misses 11 %', () => {
    const restored = restoreMeterDescription(FILE);
    if (!restored.ok) throw new Error(JSON.stringify(restored.error));
    const { ratio, currentA, voltageRatio } = uncertaintyOf(restored.value);
    expect(ratio).toBeCloseTo(0.01 + 0.1111, 4);
    expect([currentA, voltageRatio]).toEqual([0.1, 0.1]);
  });

  it('is what the site states before what the model has', () => {
    const site = twoEvses({ meter: { model: 'p1', uncertainty: { ratio: 0, currentA: 0.2 } } });
    expect(withUncertainties(site, BUNDLED_METERS)).toBe(site);
    const silent = withUncertainties(twoEvses({ meter: { model: 'p1' } }), BUNDLED_METERS);
    expect(silent.meters[0]?.uncertainty).toMatchObject({ ratio: 0.01, currentA: 1 });
  });

  it.each([
    // 40 A: 1 % and the fixed part.
    ['shelly-em', 0.5],
    ['p1', 1.4],
  ])('keeps free on a 40 A limit behind %s: %d A', (model, keptFreeA) => {
    const site = withUncertainties(twoEvses({ meter: { model } }), BUNDLED_METERS);
    expect(planOf(site).circuits[0]?.uncertaintyA[0]).toBeCloseTo(keptFreeA, 6);
  });

  it('of a model that nobody has described is that of a clamp of class 1', () => {
    const site = withUncertainties(twoEvses(), new Map());
    expect(site.meters[0]?.uncertainty).toBeUndefined();
    expect(planOf(site).circuits[0]?.uncertaintyA[0]).toBeCloseTo(0.5, 6);
  });

  it('of the P1 template is that of whole amperes', () => {
    const read = templateSite('p1-easee');
    if (!read.ok) throw new Error(read.error.code);
    expect(withUncertainties(read.value, BUNDLED_METERS).meters[0]?.uncertainty?.currentA).toBe(1);
  });
});

describe('the file of a meter model', () => {
  it.each([
    ['another format', { ...FILE, format: 'chargebench-site' }, 'invalid-file', 'format'],
    ['a later version', { ...FILE, version: 2 }, 'newer-version', 'version'],
    ['a key nobody knows', { ...FILE, colour: 'grey' }, 'invalid-file', 'colour'],
    ['a figure without its source', { ...FILE, quantities: { current: { class: { ratio: 0.01 }, resolution: { fixed: 0, source: 'x' } } } }, 'invalid-file', 'quantities/current/class/source'],
    ['a power factor without a voltage', { ...FILE, quantities: { current: FILE.quantities.current } }, 'invalid-file', 'quantities/voltage'],
  ])('is refused with %s, naming where', (_, file, code, path) => {
    expect(restoreMeterDescription(file)).toMatchObject({ ok: false, error: { code, context: { path } } });
  });

  it.each([null, 3, 'text', [], {}])('is refused whatever it is: %j', (file) => {
    expect(restoreMeterDescription(file).ok).toBe(false);
  });
});
