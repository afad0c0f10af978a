import { expect, test } from 'vitest';
import { fallBackSums } from './fall-back-sums.ts';
import type { SiteRule } from './finding.ts';
import { templateSite } from './list-templates.ts';
import type { Circuit, Evse, Meter, Site } from './site.ts';
import { circuitId } from '../quantities.ts';
import { blockingFindings, isAccepted, validateSite } from './validate-site.ts';

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
  readonly site?: Partial<Site>;
}

function siteWith(changes: Changes): Site {
  const site = template();
  return {
    ...site,
    supply: { ...site.supply, ...changes.supply },
    circuits: site.circuits.map((circuit) => ({ ...circuit, ...changes.circuit })),
    meters: site.meters.map((meter) => ({ ...meter, ...changes.meter })),
    evses: site.evses.map((evse, index) => ({ ...evse, ...changes.evses, ...(index === 0 ? changes.primary : {}) })),
    ...changes.site,
  };
}

test('the template has one finding, the power-up sum, and a person has accepted it', () => {
  const findings = validateSite(template());
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
])('%s', (_, changes, rule, severity, path) => {
  const finding = validateSite(siteWith(changes)).find((found) => found.rule === rule && found.path === path);
  expect(finding).toMatchObject({ severity });
});

/** Rows at the edge: nothing may be found. */
test.each<[string, Changes, SiteRule]>([
  ['fail-safe currents of 2 x 20 A just fit 40 A', { evses: { failSafeCurrentA: 20 } }, 'fail-safe-sum'],
  ['power-up currents of 2 x 20 A just fit 40 A', { evses: { powerUpCurrentA: 20 } }, 'power-up-sum'],
  ['an age of two and a half periods lets one sample be lost', { meter: { allowedAgeMs: 2500 } }, 'meter-age-too-short'],
  ['a slow meter may be half a minute old', { meter: { allowedAgeMs: 30_000 } }, 'meter-age-too-long'],
])('%s', (_, changes, rule) => {
  expect(validateSite(siteWith(changes)).filter((found) => found.rule === rule)).toEqual([]);
});

test('each phase of a three-phase circuit has its own sum: EVSEs on different phases do not add up', () => {
  const site = siteWith({
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    evses: { phaseCount: 1, failSafeCurrentA: 25 },
    primary: { phaseMap: [1, 2, 0] },
  });
  const [sums] = fallBackSums(site);
  expect(sums?.phases.map(({ failSafeA }) => failSafeA)).toEqual([25, 25, 0]);
  expect(validateSite(site).map(({ rule }) => rule)).not.toContain('fail-safe-sum');
});

test('an acceptance covers its circuit only, never an error, and is named when nothing needs it any more', () => {
  const site = template();
  expect(isAccepted(site, { rule: 'power-up-sum', severity: 'attention', about: 'ev' })).toBe(true);
  expect(isAccepted(site, { rule: 'power-up-sum', severity: 'attention', about: 'garage' })).toBe(false);
  expect(isAccepted(site, { rule: 'power-up-sum', severity: 'error', about: 'ev' })).toBe(false);
  const cured = validateSite(siteWith({ evses: { powerUpCurrentA: 20 } }));
  expect(cured).toMatchObject([{ rule: 'acceptance-unused', severity: 'info', path: 'policy/acceptances/0', context: { finding: 'power-up-sum' } }]);
});

test('errors and what nobody has accepted keep control from starting', () => {
  const blocking = blockingFindings(validateSite(siteWith({ primary: { phaseCount: 1, failSafeCurrentA: 49 }, circuit: { meterId: null } })));
  expect(blocking.map(({ rule }) => rule)).toEqual(['fail-safe-above-rating', 'fail-safe-sum', 'evse-on-one-leg']);
});

test('circuits in a circle give findings, not an endless loop', () => {
  const site = siteWith({ circuit: { parentId: circuitId('ev') } });
  expect(validateSite(site).map(({ rule }) => rule)).toEqual(expect.arrayContaining(['no-root-circuit', 'circuit-cycle']));
});
