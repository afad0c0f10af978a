import fc from 'fast-check';
import { expect, test } from 'vitest';
import { restoreSite } from '../site/restore-site.ts';
import { templateFile, templateSite } from '../site/list-templates.ts';
import { restoreScenario } from './restore-scenario.ts';
import { scenarioJsonSchema, siteJsonSchema } from './json-schema.ts';

type Json = Record<string, unknown>;

const file: Json = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'primary-second',
  title: 'Primary starts second',
  group: 'Two EVSEs',
  durationS: 1800,
  site: 'two-evses-one-breaker',
  vehicles: [{ id: 'left', evse: 'secondary', plugInS: 60 }],
  controllers: { device: { expect: [{ kind: 'verdict', is: 'holds' }] } },
};

const withVehicles = (...vehicles: Json[]): Json => ({ ...file, vehicles });
const withFault = (fault: Json): Json => ({ ...file, faults: [fault] });
const expecting = (expectation: Json): Json => ({ ...file, controllers: { device: { expect: [expectation] } } });
const battery = { id: 'battery', circuit: 'ev', capacityWh: 5000, maxChargeW: 2000, maxDischargeW: 2000 };
const withBattery = (batteryFeed: Json): Json => ({ ...file, homeBatteries: [battery], batteryFeed });
const recorded = (more: Json): Json => ({ ...file, recordings: { 'day.csv': 't,p\n0,1\n' }, houseLoads: [{ kind: 'recorded', circuit: 'ev', file: 'day.csv', ...more }] });
const template = templateFile('two-evses-one-breaker');
const ownSite = template.ok ? (template.value as { readonly site: Json }).site : {};
const vehicle = { id: 'left', evse: 'secondary', plugInS: 60, unplugS: 600 };

test('a scenario on a template gives the template as its site', () => {
  expect(restoreScenario(file)).toMatchObject({ ok: true, value: { scenario: { id: 'primary-second', seed: 1 }, site: { evses: [{ id: 'primary' }, { id: 'secondary' }] } } });
});

test('changes touch only the keys they name: nothing else falls back to its default', () => {
  const template = templateSite('two-evses-one-breaker');
  const siteChanges = { meters: { feed: { periodMs: 15_000 } }, evses: { primary: { configuredMaxA: 30 } }, policy: { staleGraceMs: 0 } };
  const restored = restoreScenario({ ...file, siteChanges });
  if (!restored.ok || !template.ok) throw new Error(JSON.stringify(restored));
  const { site } = restored.value;
  expect(site.meters[0]).toEqual({ ...template.value.meters[0], periodMs: 15_000 });
  expect(site.evses[0]).toEqual({ ...template.value.evses[0], configuredMaxA: 30 });
  expect(site.evses[1]).toEqual(template.value.evses[1]);
  expect(site.policy).toEqual({ ...template.value.policy, staleGraceMs: 0 });
});

test('a change keeps what its own site says, even where a default exists', () => {
  const template = templateFile('two-evses-one-breaker');
  if (!template.ok) throw new Error('no template');
  const own = structuredClone(template.value) as { site: { meters: Json[] } };
  Object.assign(own.site.meters[0] ?? {}, { sign: -1 });
  const restored = restoreScenario({ ...file, site: own.site, siteChanges: { meters: { feed: { periodMs: 2000 } } } });
  expect(restored).toMatchObject({ ok: true, value: { site: { meters: [{ sign: -1, periodMs: 2000, latencyMs: 1000 }] } } });
});

/** Rows: what is wrong in the file, and the path and rule by which it must be named. */
test.each<[string, Json, string, string]>([
  ['another format', { ...file, format: 'chargebench-site' }, 'format', 'wrong-format'],
  ['no duration', { ...file, durationS: undefined }, 'durationS', 'invalid-type'],
  ['a misspelt key', { ...file, vehicle: [] }, 'vehicle', 'unknown-key'],
  ['a misspelt key of an expectation', expecting({ kind: 'peak-current', max: 54 }), 'controllers/device/expect/0/max', 'unknown-key'],
  ['an expectation of no kind', expecting({ kind: 'luck' }), 'controllers/device/expect/0/kind', 'invalid-union'],
  ['no controller', { ...file, controllers: {} }, 'controllers', 'custom'],
  ['a signal of an EVSE that is not there', { ...file, signals: [{ kind: 'temperature', atS: 1, evse: 'third', temperatureC: 60 }] }, 'signals/0/evse', 'unknown-evse'],
  ['a signal after the end', { ...file, signals: [{ kind: 'dimming', atS: 1800, isDimmed: true }] }, 'signals/0/atS', 'after-the-end'],
  ['a signal between two seconds', { ...file, signals: [{ kind: 'dimming', atS: 1.5, isDimmed: true }] }, 'signals/0/atS', 'invalid-type'],
  ['a switch of an EVSE that is not there', { ...file, signals: [{ kind: 'switch', atS: 1, evse: 'third', contact: 'open' }] }, 'signals/0/evse', 'unknown-evse'],
  ['a card in small letters', { ...file, wishes: [{ kind: 'card', atS: 1, evse: 'primary', card: '04a1b2c3' }] }, 'wishes/0/card', 'invalid-format'],
  ['a card after the end', { ...file, wishes: [{ kind: 'card', atS: 1800, evse: 'primary', card: '04A1B2C3' }] }, 'wishes/0/atS', 'after-the-end'],
  ['a battery that is told and not there', { ...file, batteryFeed: { everyS: 5 } }, 'batteryFeed', 'no-home-battery'],
  ['a battery that is told after the end', withBattery({ everyS: 5, fromS: 1800 }), 'batteryFeed/fromS', 'after-the-end'],
  ['a battery that is told until before it begins', withBattery({ everyS: 5, fromS: 60, untilS: 60 }), 'batteryFeed/untilS', 'window-order'],
  ['a time zone that is none', { ...file, site: { ...ownSite, timeZone: 'Mars/Olympus' } }, 'site/timeZone', 'unknown-time-zone'],
  ['a recording in a time zone that is none', recorded({ timeZone: 'Europe/Nowhere' }), 'houseLoads/0/timeZone', 'unknown-time-zone'],
  ['energies that are points of a line', recorded({ unit: 'kWh', holds: 'straight' }), 'houseLoads/0/holds', 'energy-is-no-point'],
  ['a fourth phase', expecting({ kind: 'phases-at', evse: 'primary', atS: 60, is: 4 }), 'controllers/device/expect/0/is', 'invalid-value'],
  ['a wish that ends before it is made', { ...file, wishes: [{ kind: 'mode', atS: 60, untilS: 60, mode: 'pause' }] }, 'wishes/0/untilS', 'window-order'],
  ['a wish for an EVSE that is not there', { ...file, wishes: [{ kind: 'limit', atS: 60, evse: 'third', currentA: 8 }] }, 'wishes/0/evse', 'unknown-evse'],
  ['an unknown template', { ...file, site: 'castle' }, 'site', 'unknown-template'],
  ['a broken site of its own', { ...file, site: { name: 'x', supply: { kind: 'single-phase', nominalVoltageV: 12 }, circuits: [], meters: [], evses: [] } }, 'site/supply/nominalVoltageV', 'too-small'],
  ['a site of its own without circuits', { ...file, site: { name: 'x', supply: { kind: 'single-phase', nominalVoltageV: 230 }, circuits: [], meters: [], evses: [] } }, 'site/circuits', 'no-circuit'],
  ['a change of an EVSE that is not there', { ...file, siteChanges: { evses: { third: { ratingA: 16 } } } }, 'siteChanges/evses/third', 'unknown-id'],
  ['a change of an id', { ...file, siteChanges: { evses: { primary: { id: 'first' } } } }, 'siteChanges/evses/primary/id', 'id-stays'],
  ['a misspelt change', { ...file, siteChanges: { evses: { primary: { rating: 16 } } } }, 'siteChanges/evses/primary/rating', 'unknown-key'],
  ['a change that breaks the tree', { ...file, siteChanges: { circuits: { ev: { parentId: 'grid' } } } }, 'site/circuits/0/parentId', 'unknown-circuit'],
  ['an unknown breaker', { ...file, siteChanges: { circuits: { ev: { breaker: { curve: 'nh-00', ratingA: 50 } } } } }, 'site/circuits/0/breaker/curve', 'unknown-curve'],
  ['a rating beyond the curve', { ...file, siteChanges: { circuits: { ev: { breaker: { curve: 'ul-489', ratingA: 200 } } } } }, 'site/circuits/0/breaker/ratingA', 'rating-outside-curve'],
  ['a vehicle at no EVSE', withVehicles({ ...vehicle, evse: 'third' }), 'vehicles/0/evse', 'unknown-evse'],
  ['two vehicles of one name', withVehicles(vehicle, { ...vehicle, plugInS: 700, unplugS: 800 }), 'vehicles/1/id', 'duplicate-id'],
  ['two vehicles in one outlet', withVehicles(vehicle, { ...vehicle, id: 'right', plugInS: 599, unplugS: 900 }), 'vehicles/1/plugInS', 'vehicles-overlap'],
  ['a vehicle that leaves before it comes', withVehicles({ ...vehicle, unplugS: 60 }), 'vehicles/0/unplugS', 'window-order'],
  ['a vehicle after the end', withVehicles({ ...vehicle, plugInS: 1800, unplugS: 1900 }), 'vehicles/0/plugInS', 'after-the-end'],
  ['a three-phase vehicle at two conductors', withVehicles({ ...vehicle, phaseCount: 3 }), 'vehicles/0/phaseCount', 'too-many-phases'],
  ['a load on no circuit', { ...file, otherLoads: [{ circuit: 'kitchen', powerW: 2400 }] }, 'otherLoads/0/circuit', 'unknown-circuit'],
  ['a load that ends before it begins', { ...file, otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 900, untilS: 600 }] }, 'otherLoads/0/untilS', 'window-order'],
  ['a condition of an EVSE as if it were a meter', { ...file, meters: { primary: { noiseW: 1 } } }, 'meters/primary', 'unknown-meter'],
  ['settings of no device', { ...file, devices: { third: { max_current_soft: 16 } } }, 'devices/third', 'unknown-device'],
  ['settings of no device under a controller', { ...file, controllers: { device: { devices: { third: {} }, expect: [] } } }, 'controllers/device/devices/third', 'unknown-device'],
  ['a fault of no device', withFault({ kind: 'meter-silent', device: 'third' }), 'faults/0/device', 'unknown-device'],
  ['a frozen EVSE', withFault({ kind: 'meter-frozen', device: 'primary' }), 'faults/0/device', 'fault-does-not-fit'],
  ['a meter that reboots as a gateway', withFault({ kind: 'gateway-reboot', device: 'feed', fromS: 60 }), 'faults/0/device', 'fault-does-not-fit'],
  ['a fault after the end', withFault({ kind: 'broker-down', fromS: 1800 }), 'faults/0/fromS', 'after-the-end'],
  ['an expectation of no EVSE', expecting({ kind: 'never-pauses', evse: 'third' }), 'controllers/device/expect/0/evse', 'unknown-evse'],
  ['an expectation of no circuit', expecting({ kind: 'peak-current', circuit: 'grid', atMost: 40 }), 'controllers/device/expect/0/circuit', 'unknown-circuit'],
  ['an expectation that always holds', expecting({ kind: 'peak-current' }), 'controllers/device/expect/0', 'no-bounds'],
  ['an expectation of starts without a bound', expecting({ kind: 'starts' }), 'controllers/device/expect/0', 'no-bounds'],
  ['a state that no EVSE has', expecting({ kind: 'state-at', evse: 'primary', atS: 60, is: 'asleep' }), 'controllers/device/expect/0/is', 'invalid-value'],
  ['a state after the end', expecting({ kind: 'state-at', evse: 'primary', atS: 1801, is: 'idle' }), 'controllers/device/expect/0/atS', 'after-the-end'],
  ['a notice that nobody gives', expecting({ kind: 'notice', code: 'meter-stael' }), 'controllers/device/expect/0/code', 'invalid-value'],
  ['a reason that nobody gives', expecting({ kind: 'reason-at', evse: 'primary', atS: 60, is: 'because' }), 'controllers/device/expect/0/is', 'invalid-value'],
  ['a controller setting that is no plain value', { ...file, controllers: { device: { settings: { rows: [1] }, expect: [] } } }, 'controllers/device/settings/rows', 'invalid-union'],
  ['bounds that nothing meets', expecting({ kind: 'peak-current', atLeast: 50, atMost: 40 }), 'controllers/device/expect/0/atMost', 'bounds-order'],
  ['a moment after the end', expecting({ kind: 'current-at', atS: 1801, atMost: 40 }), 'controllers/device/expect/0/atS', 'after-the-end'],
])('a scenario with %s is refused by path and rule', (_, broken, path, rule) => {
  expect(restoreScenario(broken)).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { path, rule } } });
});

test('one vehicle may follow another in the same outlet', () => {
  expect(restoreScenario(withVehicles(vehicle, { ...vehicle, id: 'right', plugInS: 600, unplugS: 900 })).ok).toBe(true);
});

test('a scenario of a later program is refused with both versions', () => {
  expect(restoreScenario({ ...file, version: 2 })).toMatchObject({ ok: false, error: { code: 'newer-version', context: { fileVersion: 2, knownVersion: 1 } } });
});

test('no JSON makes the gate throw', () => {
  const keys = ['site', 'siteChanges', 'vehicles', 'devices', 'faults', 'controllers', 'meters', 'feeds'];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      expect(typeof restoreScenario(value).ok).toBe('boolean');
      expect(typeof restoreScenario({ ...file, [key]: value }).ok).toBe('boolean');
    }),
    { numRuns: 300 },
  );
});

test('editors get a JSON schema for scenario and site files, whose keys the gates accept', () => {
  expect(scenarioJsonSchema()).toMatchObject({ type: 'object', additionalProperties: false, required: expect.arrayContaining(['format', 'version', 'id', 'durationS', 'controllers']) as unknown });
  expect(siteJsonSchema()).toMatchObject({ type: 'object', properties: { format: { const: 'chargebench-site' } } });
  const template = templateFile('two-evses-one-breaker');
  expect(restoreScenario({ ...file, $schema: 'scenario.schema.json' }).ok).toBe(true);
  expect(template.ok && restoreSite({ ...(template.value as Json), $schema: 'site.schema.json' }).ok).toBe(true);
});
