import { BUNDLED_METERS } from '../devices/list-meters.ts';
import { siteKnowledgeOf } from '../devices/site-knowledge.ts';
import { expect, test } from 'vitest';
import { fallBackSums } from './fall-back-sums.ts';
import type { SiteRule } from './finding.ts';
import { TURN_PERIOD_MS } from '../loop/engine.ts';
import { RULE_SOURCES } from './finding-sources.ts';
import { listTemplates, templateSite } from './list-templates.ts';
import { SHORTEST_OFFER_TTL_MS } from './policy-findings.ts';
import type { Circuit, Evse, Meter, Site } from './site.ts';
import { circuitId } from '../quantities.ts';
import { blockingFindings, isAccepted, validateSite } from './validate-site.ts';

const KNOWN = siteKnowledgeOf(BUNDLED_METERS);
const MODBUS = { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 1 } as const;
const CUSTOM = { byteOrder: 3, dataType: 1, functionCode: 4, current: { register: 6, divisor: 0 }, power: { register: 52, divisor: 0 }, energy: { register: 72, divisor: 0 } } as const;

function template(): Site {
  const site = templateSite('two-evses-one-breaker');
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

interface Changes {
  readonly circuit?: Partial<Circuit>;
  readonly meter?: Partial<Meter>;
  /** Of both EVSEs. */
  readonly evses?: Partial<Evse>;
  /** Of the primary only. */
  readonly primary?: Partial<Evse>;
  readonly supply?: Partial<Site['supply']>;
  readonly policy?: Partial<Site['policy']>;
  readonly site?: Partial<Site>;
}

const STAR = { kind: 'three-phase-star', nominalVoltageV: 230 } as const;
const DELTA = { kind: 'three-wire-delta', nominalVoltageV: 230 } as const;
const BUS_10 = { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 10 } as const;
const UNMETERED = { meterId: null, assumedLoadA: 5 };
const PV_DIVERT: Site['policy']['solar'] = {
  variant: 'divert',
  startA: 4,
  stopAfterS: 600,
  importA: 0,
  divert: { feed: 'pv', pvRatio: 1.1, attackS: 20, decayS: 600, minChargeS: 600, afterUnplug: 'normal' },
};
const NIGHT: Site['policy']['schedule'][number] = { days: ['mon'], from: '22:00', to: '06:00' };

function siteWith(changes: Changes): Site {
  const site = template();
  return {
    ...site,
    supply: { ...site.supply, ...changes.supply },
    circuits: site.circuits.map((circuit) => ({ ...circuit, ...changes.circuit })),
    meters: site.meters.map((meter) => ({ ...meter, ...changes.meter })),
    evses: site.evses.map((evse, index) => ({ ...evse, ...changes.evses, ...(index === 0 ? changes.primary : {}) })),
    policy: { ...site.policy, ...changes.policy },
    ...changes.site,
  };
}

test('the template has one finding, the power-up sum, and a person has accepted it', () => {
  const findings = validateSite(template(), KNOWN);
  expect(findings.map(({ rule, severity, isAccepted: accepted }) => [rule, severity, accepted])).toEqual([['power-up-sum', 'attention', true]]);
  expect(findings[0]).toMatchObject({
    about: 'ev',
    cure: 'lower-configured-max',
    // 34 A + 34 A on a limit of 40 A (seed 000); 20 A each would fit.
    context: { sumA: 68, limitA: 40, setting: 'max_current_soft', fittingA: 20, evses: 2 },
  });
  expect(blockingFindings(findings)).toEqual([]);
});

/** Rows: what is changed in the template, and the finding that must come of it. */
test.each<[string, Changes, SiteRule, 'error' | 'attention' | 'info', string]>([
  ['fail-safe currents of 2 x 21 A on 40 A', { evses: { failSafeCurrentA: 21 } }, 'fail-safe-sum', 'error', 'circuits/0'],
  ['a fail-safe sum of 12 A beside 29 A of other load', { circuit: { assumedLoadA: 29 } }, 'fail-safe-sum', 'error', 'circuits/0'],
  ['a power-up sum of 40 A beside 1 A of other load', { evses: { powerUpCurrentA: 20 }, circuit: { assumedLoadA: 1 } }, 'power-up-sum', 'attention', 'circuits/0'],
  ['a minimum above the configured maximum', { primary: { minCurrentA: 35 } }, 'minimum-above-ceiling', 'error', 'evses/0/minCurrentA'],
  ['a minimum above the circuit', { circuit: { limits: [{ source: 'cable', currentA: 5 }] } }, 'minimum-above-ceiling', 'error', 'evses/0/minCurrentA'],
  // electrical.md, control pilot: below 6 A there is no legal value; an OpenEVSE that is asked for 4 A offers 6.
  ['a minimum that no pilot can tell', { primary: { minCurrentA: 5.9 } }, 'minimum-below-pilot', 'error', 'evses/0/minCurrentA'],
  ['a configured maximum above the rating', { primary: { configuredMaxA: 50 } }, 'configured-max-above-rating', 'error', 'evses/0/configuredMaxA'],
  ['a configured maximum above the circuit', { primary: { configuredMaxA: 41 } }, 'configured-max-above-circuit-limit', 'attention', 'evses/0/configuredMaxA'],
  ['a fail-safe current above the rating', { primary: { failSafeCurrentA: 49 } }, 'fail-safe-above-rating', 'error', 'evses/0/failSafeCurrentA'],
  ['a fail-safe current below the 6 A minimum', { primary: { failSafeCurrentA: 4 } }, 'fail-safe-below-minimum', 'error', 'evses/0/failSafeCurrentA'],
  ['a power-up current above the rating', { primary: { powerUpCurrentA: 49 } }, 'power-up-above-rating', 'error', 'evses/0/powerUpCurrentA'],
  ['three conductors on split phase', { primary: { phaseCount: 3 } }, 'phase-count-exceeds-supply', 'error', 'evses/0/phaseCount'],
  ['a phase that split phase lacks', { primary: { phaseMap: [0, 2, 1] } }, 'phase-map-leaves-supply', 'error', 'evses/0/phaseMap'],
  ['one conductor on split phase', { primary: { phaseCount: 1 } }, 'evse-on-one-leg', 'attention', 'evses/0/phaseCount'],
  ['120 V where 240 V is meant', { supply: { nominalVoltageV: 120 } }, 'split-voltage-is-leg-to-leg', 'attention', 'supply/nominalVoltageV'],
  ['a clamp round both legs of a star supply', { supply: { kind: 'three-phase-star' } }, 'clamp-needs-split-phase', 'error', 'meters/0/clamp'],
  ['a clamp round one leg only', { meter: { clamp: 'one-phase' } }, 'phases-unmeasured', 'attention', 'meters/0/clamp'],
  ['a clamp on a phase that is not there', { meter: { clamp: 'one-phase', phaseMap: [2, 0, 1] } }, 'phase-map-leaves-supply', 'error', 'meters/0/phaseMap'],
  ['a reading stale before the next but one', { meter: { allowedAgeMs: 2400 } }, 'meter-age-too-short', 'attention', 'meters/0/allowedAgeMs'],
  ['a reading believed for two minutes', { meter: { allowedAgeMs: 120_000 } }, 'meter-age-too-long', 'attention', 'meters/0/allowedAgeMs'],
  ['no meter and no assumed load', { circuit: { meterId: null } }, 'unmetered-without-assumed-load', 'info', 'circuits/0/assumedLoadA'],
  ['a meter that measures nothing', { circuit: { meterId: null } }, 'meter-unused', 'info', 'meters/0'],
  ['the whole breaker for continuous load', { circuit: { continuousFactor: 1 } }, 'continuous-factor-above-nec', 'attention', 'circuits/0/continuousFactor'],
  ['two EVSEs behind one topic', { evses: { link: { kind: 'mqtt', baseTopic: 'openevse-7b2c' } } }, 'duplicate-link', 'error', 'evses/1/link'],
  ['a time zone that is none', { site: { timeZone: 'Mars/Olympus' } }, 'time-zone-unknown', 'error', 'timeZone'],
  ['an EVSE on an unknown circuit', { primary: { circuitId: circuitId('shed') } }, 'unknown-circuit', 'error', 'evses/0/circuitId'],
  ['no circuit', { site: { circuits: [] } }, 'no-circuit', 'error', 'circuits'],
  ['a Shelly EM on a serial bus', { meter: { link: { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 1 } } }, 'link-unfit-for-model', 'error', 'meters/0/link/kind'],
  ['a meter that nobody has described', { meter: { model: 'my-meter' } }, 'meter-model-unknown', 'error', 'meters/0/model'],
  ['a meter that measures one phase, around three', { meter: { model: 'eastron-sdm120', clamp: 'each-phase', link: MODBUS } }, 'clamp-unfit-for-model', 'error', 'meters/0/clamp'],
  ['a Modbus meter whose registers nobody tells', { meter: { model: 'modbus-meter', link: MODBUS } }, 'custom-registers-missing', 'error', 'meters/0/custom'],
  ['a data type without a meaning', { meter: { model: 'modbus-meter', link: MODBUS, custom: { ...CUSTOM, dataType: 3 } } }, 'custom-data-type-unknown', 'error', 'meters/0/custom/dataType'],
  ['registers for a meter that is described', { meter: { model: 'eastron-sdm630', link: MODBUS, custom: CUSTOM } }, 'custom-registers-unused', 'attention', 'meters/0/custom'],
  ['an OpenEVSE that dials in', { primary: { link: { kind: 'ocpp', chargePointId: 'x' } } }, 'link-unfit-for-model', 'error', 'evses/0/link/kind'],
  ['a Shelly EM with a clamp on each phase', { meter: { clamp: 'each-phase' } }, 'clamp-unfit-for-model', 'error', 'meters/0/clamp'],
  ['a P1 meter with a clamp round both legs', { meter: { model: 'p1' } }, 'clamp-unfit-for-model', 'error', 'meters/0/clamp'],
  ['two EVSEs of one unit on one bus', { evses: { model: 'smartevse', link: { kind: 'modbus', transport: 'serial:/dev/ttyUSB0', unitId: 2 } } }, 'duplicate-link', 'error', 'evses/1/link'],
  ['an EVSE of the unit of the meter', { meter: { link: BUS_10 }, primary: { link: BUS_10 } }, 'duplicate-link', 'error', 'evses/0/link'],
  ['two charge points of one id', { evses: { model: 'ocpp', link: { kind: 'ocpp', chargePointId: 'CP1' } } }, 'duplicate-link', 'error', 'evses/1/link'],
  ['two EVSEs of one place in the queue', { evses: { busAddress: 2 } }, 'duplicate-bus-address', 'attention', 'evses/1/busAddress'],
  ['three fuses on two legs', { circuit: { breaker: { curve: 'ul-489', ratingA: 50, ratingsA: [50, 50, 50] } } }, 'phase-fuses-leave-supply', 'attention', 'circuits/0/breaker/ratingsA'],
  ['fuses of which none has the rating', { supply: STAR, circuit: { breaker: { curve: 'iec-60269-gg', ratingA: 50, ratingsA: [35, 25, 35] } } }, 'phase-fuses-contradict-rating', 'error', 'circuits/0/breaker/ratingA'],
  ['a credit for no source', { circuit: { sourceCreditA: 10 } }, 'source-credit-without-source', 'error', 'circuits/0/sourceCreditA'],
  ['a limit between phases on two legs', { circuit: { unbalanceLimitA: 20 } }, 'unbalance-needs-three-phases', 'attention', 'circuits/0/unbalanceLimitA'],
  ['a limit between phases on a single phase', { supply: { kind: 'single-phase' }, circuit: { unbalanceLimitA: 20 } }, 'unbalance-needs-three-phases', 'attention', 'circuits/0/unbalanceLimitA'],
  ['a limit between phases on a delta', { supply: DELTA, circuit: { unbalanceLimitA: 20 } }, 'star-only-setting', 'error', 'circuits/0/unbalanceLimitA'],
  ['a second contactor on a delta', { supply: DELTA, primary: { phaseCount: 3, phaseSwitching: 'auto' } }, 'star-only-setting', 'error', 'evses/0/phaseSwitching'],
  ['a second contactor for phases that are not there', { primary: { phaseSwitching: 'auto' } }, 'phase-switching-needs-three-phases', 'attention', 'evses/0/phaseSwitching'],
  ['one weight for all', { evses: { weight: 2 } }, 'weight-without-effect', 'info', 'evses/0/weight'],
  ['an offer that is forgotten before it can be repeated', { primary: { offerTtlMs: 2999 } }, 'offer-ttl-too-short', 'error', 'evses/0/offerTtlMs'],
  ['a temperature to resume at that is no lower', { primary: { temperature: { stopC: 65, resumeC: 65 } } }, 'temperature-resume-not-below-stop', 'error', 'evses/0/temperature/resumeC'],
  // Export of 10 A behind a meter whose circuit has no source is told from a reversed clamp by nothing.
  ['solar mode where nothing feeds in', { policy: { mode: 'solar' } }, 'solar-without-source', 'attention', 'circuits/0/hasSource'],
  ['solar mode without a meter', { circuit: UNMETERED, policy: { mode: 'solar' } }, 'solar-without-grid-meter', 'error', 'circuits/0/meterId'],
  ['one EVSE in solar mode without a meter', { circuit: UNMETERED, primary: { mode: 'solar' } }, 'solar-without-grid-meter', 'error', 'circuits/0/meterId'],
  ['solar mode by schedule without a meter', { circuit: UNMETERED, policy: { schedule: [{ ...NIGHT, mode: 'solar' }] } }, 'solar-without-grid-meter', 'error', 'circuits/0/meterId'],
  ['a capacity limit without a meter', { circuit: UNMETERED, policy: { capacity: { kind: 'quarter-hour', floorW: 2500 } } }, 'capacity-without-grid-meter', 'attention', 'circuits/0/meterId'],
  ['a minute of riding through, an exception to be accepted', { policy: { rideThroughS: 60 } }, 'ride-through-allowed', 'attention', 'policy/rideThroughS'],
  ['a window that ends as it begins', { policy: { schedule: [{ ...NIGHT, to: '22:00', mode: 'off' }] } }, 'schedule-never-holds', 'attention', 'policy/schedule/0/to'],
  ['a window that sets nothing', { policy: { schedule: [NIGHT] } }, 'schedule-says-nothing', 'attention', 'policy/schedule/0'],
  ['a window for nobody', { policy: { schedule: [{ ...NIGHT, mode: 'off', evses: [] }] } }, 'schedule-says-nothing', 'attention', 'policy/schedule/0/evses'],
  ['a window for somebody else', { policy: { schedule: [{ ...NIGHT, mode: 'off', evses: ['guest'] }] } }, 'schedule-unknown-evse', 'error', 'policy/schedule/0/evses'],
])('%s', (_, changes, rule, severity, path) => {
  const finding = validateSite(siteWith(changes), KNOWN).find((found) => found.rule === rule && found.path === path);
  expect(finding).toMatchObject({ severity });
});

/** Rows at the edge: nothing may be found. */
test.each<[string, Changes, SiteRule]>([
  ['fail-safe currents of 2 x 20 A just fit 40 A', { evses: { failSafeCurrentA: 20 } }, 'fail-safe-sum'],
  ['power-up currents of 2 x 20 A just fit 40 A', { evses: { powerUpCurrentA: 20 } }, 'power-up-sum'],
  ['a minimum of 6 A', { primary: { minCurrentA: 6 } }, 'minimum-below-pilot'],
  ['an age of two and a half periods lets one sample be lost', { meter: { allowedAgeMs: 2500 } }, 'meter-age-too-short'],
  ['a time to live of three turns', { primary: { offerTtlMs: 3000 } }, 'offer-ttl-too-short'],
  ['weights that differ', { primary: { weight: 2 } }, 'weight-without-effect'],
  ['addresses that differ', { evses: { busAddress: 2 }, primary: { busAddress: 3 } }, 'duplicate-bus-address'],
  ['one unit id on two buses', { evses: { link: BUS_10 }, primary: { link: { ...BUS_10, transport: 'serial:/dev/ttyUSB1' } } }, 'duplicate-link'],
  ['a credit for a source that is there', { circuit: { sourceCreditA: 10, hasSource: true } }, 'source-credit-without-source'],
  ['fuses that differ on a star', { supply: STAR, circuit: { breaker: { curve: 'iec-60269-gg', ratingA: 35, ratingsA: [35, 25, 35] } } }, 'phase-fuses-contradict-rating'],
  ['a limit between the phases of a star', { supply: STAR, circuit: { unbalanceLimitA: 20 } }, 'unbalance-needs-three-phases'],
  ['a second contactor that is always on', { primary: { phaseSwitching: 'always-on' } }, 'phase-switching-needs-three-phases'],
  ['solar mode where PV feeds in', { circuit: { hasSource: true }, policy: { mode: 'solar' } }, 'solar-without-source'],
  ['normal mode without a source', {}, 'solar-without-source'],
  ['solar mode with a meter', { policy: { mode: 'solar' } }, 'solar-without-grid-meter'],
  ['divert by the PV plant itself', { circuit: UNMETERED, policy: { mode: 'solar', solar: PV_DIVERT } }, 'solar-without-grid-meter'],
  ['a window over midnight', { policy: { schedule: [{ ...NIGHT, mode: 'off' }] } }, 'schedule-never-holds'],
  ['a slow meter may be half a minute old', { meter: { allowedAgeMs: 30_000 } }, 'meter-age-too-long'],
])('%s', (_, changes, rule) => {
  expect(validateSite(siteWith(changes), KNOWN).filter((found) => found.rule === rule)).toEqual([]);
});

test('each phase of a three-phase circuit has its own sum: EVSEs on different phases do not add up', () => {
  const site = siteWith({
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    evses: { phaseCount: 1, failSafeCurrentA: 25 },
    primary: { phaseMap: [1, 2, 0] },
  });
  const [sums] = fallBackSums(site);
  expect(sums?.phases.map(({ failSafeA }) => failSafeA)).toEqual([25, 25, 0]);
  expect(validateSite(site, KNOWN).map(({ rule }) => rule)).not.toContain('fail-safe-sum');
});

test('each phase has the limit of its own fuse, and the sums name the phase that is furthest above it', () => {
  const site = siteWith({
    supply: STAR,
    circuit: { continuousFactor: 1, breaker: { curve: 'iec-60269-gg', ratingA: 35, ratingsA: [35, 20, 35] } },
    evses: { phaseCount: 3, failSafeCurrentA: 12, powerUpCurrentA: 16 },
  });
  const [sums] = fallBackSums(site);
  expect(sums?.limitA).toBe(20);
  expect(sums?.phases.map(({ limitA, failSafeA, powerUpA }) => [limitA, failSafeA, powerUpA])).toEqual([
    [35, 24, 32],
    [20, 24, 32],
    [35, 24, 32],
  ]);
  const found = validateSite(site, KNOWN).filter(({ rule }) => rule === 'fail-safe-sum' || rule === 'power-up-sum');
  expect(found).toMatchObject([
    { rule: 'fail-safe-sum', severity: 'error', context: { sumA: 24, limitA: 20, phase: 1 } },
    { rule: 'power-up-sum', severity: 'attention', context: { sumA: 32, limitA: 20, phase: 1, fittingA: 10 } },
  ]);
  // A one-phase EVSE on a large fuse is not held against the small one.
  const elsewhere = siteWith({
    supply: STAR,
    circuit: { continuousFactor: 1, breaker: { curve: 'iec-60269-gg', ratingA: 35, ratingsA: [35, 20, 35] } },
    evses: { phaseCount: 1, configuredMaxA: 32, failSafeCurrentA: 6, powerUpCurrentA: 16 },
  });
  expect(validateSite(elsewhere, KNOWN).map(({ rule }) => rule)).not.toContain('configured-max-above-circuit-limit');
});

/** Rows: what a template has to tell, all of it known. A site to be filled has to be filled first. */
test.each([
  ['two-evses-one-breaker', ['power-up-sum attention true']],
  ['house-one-evse', ['unmetered-without-assumed-load info false']],
  ['solar', ['unmetered-without-assumed-load info false']],
  ['smartevse-power-share', ['unmetered-without-assumed-load info false']],
  ['ocpp-shelly-3em', ['unmetered-without-assumed-load info false']],
  ['p1-easee', ['unmetered-without-assumed-load info false']],
  ['empty', ['no-circuit error false']],
])('template %s: %j', (name, expected) => {
  const site = templateSite(name);
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  expect(validateSite(site.value, KNOWN).map(({ rule, severity, isAccepted: accepted }) => `${rule} ${severity} ${String(accepted)}`)).toEqual(expected);
});

test('all templates are judged above', () => {
  expect([...listTemplates()].sort()).toEqual(['empty', 'house-one-evse', 'ocpp-shelly-3em', 'p1-easee', 'smartevse-power-share', 'solar', 'two-evses-one-breaker']);
});

test('the shortest time to live is three turns of the loop', () => {
  expect(SHORTEST_OFFER_TTL_MS).toBe(3 * TURN_PERIOD_MS);
});

test('every rule has its source', () => {
  expect(Object.values(RULE_SOURCES).every((source) => source.length > 8)).toBe(true);
});

test('an acceptance covers its circuit only, never an error, and is named when nothing needs it any more', () => {
  const site = template();
  expect(isAccepted(site, { rule: 'power-up-sum', severity: 'attention', about: 'ev' })).toBe(true);
  expect(isAccepted(site, { rule: 'power-up-sum', severity: 'attention', about: 'garage' })).toBe(false);
  expect(isAccepted(site, { rule: 'power-up-sum', severity: 'error', about: 'ev' })).toBe(false);
  const cured = validateSite(siteWith({ evses: { powerUpCurrentA: 20 } }), KNOWN);
  expect(cured).toMatchObject([{ rule: 'acceptance-unused', severity: 'info', path: 'policy/acceptances/0', context: { finding: 'power-up-sum' } }]);
});

test('errors and what nobody has accepted keep control from starting', () => {
  const blocking = blockingFindings(validateSite(siteWith({ primary: { phaseCount: 1, failSafeCurrentA: 49 }, circuit: { meterId: null } }), KNOWN));
  expect(blocking.map(({ rule }) => rule)).toEqual(['fail-safe-above-rating', 'fail-safe-sum', 'evse-on-one-leg']);
});

test('circuits in a circle give findings, not an endless loop', () => {
  const site = siteWith({ circuit: { parentId: circuitId('ev') } });
  expect(validateSite(site, KNOWN).map(({ rule }) => rule)).toEqual(expect.arrayContaining(['no-root-circuit', 'circuit-cycle']));
});
