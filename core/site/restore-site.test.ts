import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listTemplates, templateFile, templateSite } from './list-templates.ts';
import { restoreSite } from './restore-site.ts';
import { siteFileOf } from './write-site.ts';

type Json = Record<string, unknown>;

/** The template's file, changed at one path; undefined removes the key. */
function changed(path: string, value: unknown): unknown {
  const file = templateFile('two-evses-one-breaker');
  if (!file.ok) throw new Error('no template');
  const copy = structuredClone(file.value) as Json;
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  const owner = keys.reduce((at, key) => at[key] as Json, copy);
  if (value === undefined) Reflect.deleteProperty(owner, last);
  else owner[last] = value;
  return copy;
}

const SECOND_ROOT = { id: 'shed', name: 'Shed', breaker: { curve: 'ul-489', ratingA: 20 }, continuousFactor: 0.8 };

/** Rows: what is wrong in the file, and the path and rule by which it must be named. */
test.each([
  ['another format', changed('format', 'chargebench-scenario'), 'format', 'wrong-format'],
  ['no version', changed('version', undefined), 'version', 'wrong-version'],
  ['a version in words', changed('version', 'one'), 'version', 'wrong-version'],
  ['no site', changed('site', undefined), 'site', 'invalid-type'],
  ['something beside the site', changed('sites', {}), 'sites', 'unknown-key'],
  ['a rating of 0 A', changed('site/circuits/0/breaker/ratingA', 0), 'site/circuits/0/breaker/ratingA', 'too-small'],
  ['a rating in words', changed('site/evses/1/ratingA', '48'), 'site/evses/1/ratingA', 'invalid-type'],
  ['a misspelt key', changed('site/circuits/0/assumedLoad', 20), 'site/circuits/0/assumedLoad', 'unknown-key'],
  ['a phase map that names a phase twice', changed('site/evses/0/phaseMap', [0, 0, 1]), 'site/evses/0/phaseMap', 'custom'],
  ['an EVSE on no circuit', changed('site/evses/1/circuitId', 'garage'), 'site/evses/1/circuitId', 'unknown-circuit'],
  ['a circuit measured by no meter', changed('site/circuits/0/meterId', 'grid'), 'site/circuits/0/meterId', 'unknown-meter'],
  ['an EVSE named like the meter', changed('site/evses/0/id', 'feed'), 'site/evses/0/id', 'duplicate-id'],
  ['a circuit that is its own parent', changed('site/circuits/0/parentId', 'ev'), 'site/circuits', 'no-root-circuit'],
  ['a circuit below an unknown one', changed('site/circuits/0/parentId', 'grid'), 'site/circuits/0/parentId', 'unknown-circuit'],
  ['two grid connections', changed('site/circuits/1', SECOND_ROOT), 'site/circuits/1/parentId', 'several-root-circuits'],
])('a file with %s is refused by path and rule', (_, file, path, rule) => {
  const restored = restoreSite(file);
  expect(restored).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { path, rule } } });
});

test('circuits in a circle beside a grid connection are refused', () => {
  const circle = [
    { ...SECOND_ROOT, id: 'a', parentId: 'b' },
    { ...SECOND_ROOT, id: 'b', parentId: 'a' },
  ];
  const file = changed('site/circuits/1', circle[0]) as { site: { circuits: unknown[] } };
  file.site.circuits.push(circle[1]);
  expect(restoreSite(file)).toMatchObject({ ok: false, error: { context: { path: 'site/circuits/1/parentId', rule: 'circuit-cycle' } } });
});

test('a file of a later program is refused with both versions', () => {
  expect(restoreSite(changed('version', 2))).toMatchObject({
    ok: false,
    error: { code: 'newer-version', context: { fileVersion: 2, knownVersion: 1 } },
  });
});

test('a site that is only begun, without any circuit or device, is let through; a device on no circuit is not', () => {
  const begun = { name: 'Empty', supply: { kind: 'single-phase', nominalVoltageV: 230 }, circuits: [], meters: [], evses: [] };
  expect(restoreSite({ format: 'chargebench-site', version: 1, site: begun })).toMatchObject({ ok: true, value: { name: 'Empty' } });
  const file = changed('site/circuits', []);
  expect(restoreSite(file)).toMatchObject({ ok: false, error: { context: { path: 'site/evses/0/circuitId', rule: 'unknown-circuit' } } });
});

/** Rows: a meter's link, and the path and rule by which a wrong one must be named; null where it is let through. */
test.each<[string, object, string | null, string | null]>([
  ['mqtt without a channel', { kind: 'mqtt', baseTopic: 'shellies/x' }, null, null],
  ['modbus', { kind: 'modbus', transport: 'tcp:192.168.1.20:502', unitId: 10 }, null, null],
  ['http', { kind: 'http', url: 'http://slimmelezer.local/sensor' }, null, null],
  ['http with a password in it', { kind: 'http', url: 'http://me:secret@slimmelezer.local' }, 'link/url', 'invalid-format'],
  ['a unit id of 0', { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 0 }, 'link/unitId', 'too-small'],
  ['a unit id beyond 247', { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 248 }, 'link/unitId', 'too-big'],
  ['ocpp, which no meter speaks', { kind: 'ocpp', chargePointId: 'x' }, 'link/kind', 'invalid-union'],
  ['a link of no kind', { baseTopic: 'x' }, 'link/kind', 'invalid-union'],
])('a meter on %s', (_, link, path, rule) => {
  const restored = restoreSite(changed('site/meters/0/link', link));
  if (path === null) expect(restored.ok).toBe(true);
  else expect(restored).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { path: `site/meters/0/${path}`, rule } } });
});

test.each([null, undefined, 1, 'text', [], {}])('%j is refused without throwing', (file) => {
  expect(restoreSite(file).ok).toBe(false);
});

test('no JSON makes the gate throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(typeof restoreSite(value).ok).toBe('boolean');
      expect(typeof restoreSite(changed('site/circuits/0', value)).ok).toBe('boolean');
      expect(typeof restoreSite(changed('site/evses', value)).ok).toBe('boolean');
    }),
    { numRuns: 300 },
  );
});

test.each(listTemplates())('the file form of template %s gives the same site back and holds no null', (name) => {
  const site = templateSite(name);
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  const text = JSON.stringify(siteFileOf(site.value));
  expect(text).not.toContain('null');
  expect(restoreSite(JSON.parse(text))).toEqual(site);
});

test('any site that the gate lets through comes back from its file form unchanged', () => {
  const amps = fc.integer({ min: 1, max: 500 }).map((tenths) => tenths / 10);
  const changes = fc.record({ ratingA: amps, minCurrentA: amps, failSafeCurrentA: amps, priority: fc.integer({ min: 1, max: 1000 }), startsByItself: fc.boolean() });
  fc.assert(
    fc.property(changes, fc.string(), fc.option(amps), (evse, name, assumedLoadA) => {
      const file = changed('site/name', name) as { site: { evses: Json[]; circuits: Json[] } };
      Object.assign(file.site.evses[0] ?? {}, evse);
      if (assumedLoadA !== null) Object.assign(file.site.circuits[0] ?? {}, { assumedLoadA });
      const restored = restoreSite(file);
      if (restored.ok) expect(restoreSite(JSON.parse(JSON.stringify(siteFileOf(restored.value))))).toEqual(restored);
      else expect(restored.error.context['path']).toBe('site/name');
    }),
  );
});

test('an unknown template is not found', () => {
  expect(templateSite('no-such-site')).toMatchObject({ ok: false, error: { code: 'not-found', context: { template: 'no-such-site' } } });
});
