import { isTimeZone } from '../time/local-time.ts';
import { evsePhases, meterPhases, phasesOf } from './circuit-tree.ts';
import { finding, type Draft, type SiteFinding } from './finding.ts';
import type { Evse, Meter, Site } from './site.ts';

/** Whether meters and EVSEs fit the supply, their own ratings and each other. */
export function deviceFindings(site: Site): readonly SiteFinding[] {
  return [
    ...supplyFindings(site),
    ...site.meters.flatMap((meter, index) => meterFindings(site, meter, `meters/${String(index)}`)),
    ...site.evses.flatMap((evse, index) => evseFindings(site, evse, `evses/${String(index)}`)),
  ];
}

/** Below this, a split-phase voltage is surely that of one leg to neutral (120 V in North America, 100 V in Japan). */
const LOWEST_LEG_TO_LEG_V = 180;

function supplyFindings(site: Site): readonly SiteFinding[] {
  const findings: SiteFinding[] = [];
  const { kind, nominalVoltageV } = site.supply;
  if (kind === 'split-phase' && nominalVoltageV < LOWEST_LEG_TO_LEG_V) {
    findings.push(
      finding(null, {
        rule: 'split-voltage-is-leg-to-leg',
        severity: 'attention',
        path: 'supply/nominalVoltageV',
        context: { nominalVoltageV, lowestV: LOWEST_LEG_TO_LEG_V },
      }),
    );
  }
  if (!isTimeZone(site.timeZone)) {
    findings.push(finding(null, { rule: 'time-zone-unknown', severity: 'error', path: 'timeZone', context: { timeZone: site.timeZone } }));
  }
  return findings;
}

/** One lost sample must not make a reading stale. */
const SHORTEST_AGE_PERIODS = 2.5;
/** A dead feed must be noticed within two periods or half a minute; beyond five periods nobody would be waiting for it. */
const LONGEST_AGE_PERIODS = 5;
const LONGEST_AGE_MS = 30_000;

function meterFindings(site: Site, meter: Meter, path: string): readonly SiteFinding[] {
  const drafts: Draft[] = [...ageFindings(meter, path)];
  const supplyPhases = phasesOf(site.supply);
  if (meter.clamp === 'both-legs' && site.supply.kind !== 'split-phase') {
    drafts.push({ rule: 'clamp-needs-split-phase', severity: 'error', path: `${path}/clamp`, context: { supply: site.supply.kind } });
  }
  const measured = meterPhases(meter, site.supply);
  if (measured.length < Math.min(supplyPhases.length, meter.clamp === 'both-legs' ? 2 : 1)) {
    drafts.push({ rule: 'phase-map-leaves-supply', severity: 'error', path: `${path}/phaseMap`, context: { supplyPhases: supplyPhases.length } });
  } else if (measured.length < supplyPhases.length) {
    drafts.push({
      rule: 'phases-unmeasured',
      severity: 'attention',
      path: `${path}/clamp`,
      context: { measured: measured.length, supplyPhases: supplyPhases.length },
    });
  }
  const uses = site.circuits.filter((circuit) => circuit.meterId === meter.id).length;
  if (uses === 0) drafts.push({ rule: 'meter-unused', severity: 'info', path });
  if (uses > 1) drafts.push({ rule: 'meter-measures-several-circuits', severity: 'attention', path, context: { circuits: uses } });
  return drafts.map((draft) => finding(meter.id, draft));
}

function ageFindings(meter: Meter, path: string): readonly Draft[] {
  const shortestMs = meter.periodMs * SHORTEST_AGE_PERIODS;
  const longestMs = Math.max(LONGEST_AGE_MS, meter.periodMs * LONGEST_AGE_PERIODS);
  const context = { allowedAgeMs: meter.allowedAgeMs, periodMs: meter.periodMs, shortestMs, longestMs };
  const draft = { severity: 'attention', path: `${path}/allowedAgeMs`, context } as const;
  if (meter.allowedAgeMs < shortestMs) return [{ ...draft, rule: 'meter-age-too-short', cure: 'raise-allowed-age' }];
  if (meter.allowedAgeMs > longestMs) return [{ ...draft, rule: 'meter-age-too-long', cure: 'lower-allowed-age' }];
  return [];
}

function evseFindings(site: Site, evse: Evse, path: string): readonly SiteFinding[] {
  const drafts = [...phaseFindings(site, evse, path), ...ratingFindings(evse, path)];
  return drafts.map((draft) => finding(evse.id, draft));
}

function phaseFindings(site: Site, evse: Evse, path: string): readonly Draft[] {
  const supplyPhases = phasesOf(site.supply).length;
  const { phaseCount } = evse;
  if (phaseCount > supplyPhases) {
    return [{ rule: 'phase-count-exceeds-supply', severity: 'error', path: `${path}/phaseCount`, context: { phaseCount, supplyPhases } }];
  }
  if (evsePhases(evse, site.supply).length < phaseCount) {
    return [{ rule: 'phase-map-leaves-supply', severity: 'error', path: `${path}/phaseMap`, context: { phaseCount, supplyPhases } }];
  }
  if (site.supply.kind === 'split-phase' && phaseCount === 1) {
    return [{ rule: 'evse-on-one-leg', severity: 'attention', path: `${path}/phaseCount`, context: { nominalVoltageV: site.supply.nominalVoltageV } }];
  }
  return [];
}

/** IEC 61851-1 Annex A: what is asked for below it is not less, it is another 6 A (openevse.md c.1). */
const LOWEST_PILOT_A = 6;

/** The EVSE's own figures against each other: what it may be told, what it was built for, what it does alone. */
function ratingFindings(evse: Evse, path: string): readonly Draft[] {
  const { ratingA, configuredMaxA, minCurrentA, failSafeCurrentA, powerUpCurrentA } = evse;
  const drafts: Draft[] = [];
  if (minCurrentA > Math.min(ratingA, configuredMaxA)) {
    drafts.push({ rule: 'minimum-above-ceiling', severity: 'error', path: `${path}/minCurrentA`, context: { minCurrentA, ratingA, configuredMaxA } });
  }
  if (minCurrentA < LOWEST_PILOT_A) {
    drafts.push({ rule: 'minimum-below-pilot', severity: 'error', path: `${path}/minCurrentA`, context: { minCurrentA, lowestA: LOWEST_PILOT_A } });
  }
  if (configuredMaxA > ratingA) {
    drafts.push({ rule: 'configured-max-above-rating', severity: 'error', path: `${path}/configuredMaxA`, context: { configuredMaxA, ratingA } });
  }
  if (failSafeCurrentA > ratingA) {
    drafts.push({ rule: 'fail-safe-above-rating', severity: 'error', path: `${path}/failSafeCurrentA`, context: { failSafeCurrentA, ratingA } });
  }
  if (failSafeCurrentA > 0 && failSafeCurrentA < minCurrentA) {
    drafts.push({ rule: 'fail-safe-below-minimum', severity: 'error', path: `${path}/failSafeCurrentA`, context: { failSafeCurrentA, minCurrentA } });
  }
  if (powerUpCurrentA > ratingA) {
    drafts.push({ rule: 'power-up-above-rating', severity: 'error', path: `${path}/powerUpCurrentA`, context: { powerUpCurrentA, ratingA } });
  }
  return drafts;
}
