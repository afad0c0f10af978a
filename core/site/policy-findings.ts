import { phasesOf } from './circuit-tree.ts';
import { finding, type Draft, type SiteFinding } from './finding.ts';
import type { Circuit, Evse, Policy, Site } from './site.ts';

/** Whether modes, limits that change by themselves, and settings per phase can do what they are set for. */
export function policyFindings(site: Site): readonly SiteFinding[] {
  return [
    ...rideThroughFindings(site),
    ...solarSourceFindings(site),
    ...gridMeterFindings(site).map((draft) => finding(null, draft)),
    ...site.policy.schedule.flatMap((window, index) => windowFindings(site, window, `policy/schedule/${String(index)}`)).map((draft) => finding(null, draft)),
    ...site.circuits.flatMap((circuit, index) => circuitDrafts(site, circuit, `circuits/${String(index)}`).map((draft) => finding(circuit.id, draft))),
    ...site.evses.flatMap((evse, index) => evseDrafts(site, evse, `evses/${String(index)}`).map((draft) => finding(evse.id, draft))),
    ...weightFindings(site),
  ];
}

/** An exception from "paused at once": it stands in the report, accepted by somebody. */
function rideThroughFindings({ policy: { rideThroughS } }: Site): readonly SiteFinding[] {
  if (rideThroughS === 0) return [];
  return [finding(null, { rule: 'ride-through-allowed', severity: 'attention', path: 'policy/rideThroughS', context: { rideThroughS }, cure: 'remove-setting' })];
}

/** Where no circuit is said to have a source, export looks like a clamp the wrong way round, and nothing is offered. */
function solarSourceFindings({ circuits, evses, policy }: Site): readonly SiteFinding[] {
  const root = circuits.findIndex(({ parentId }) => parentId === null);
  if (root < 0 || circuits.some(({ hasSource }) => hasSource) || !modesOf(evses, policy).includes('solar')) return [];
  return [finding(circuits[root]?.id ?? null, { rule: 'solar-without-source', severity: 'attention', path: `circuits/${String(root)}/hasSource`, context: {}, cure: 'declare-source' })];
}

const modesOf = (evses: readonly Evse[], policy: Policy): readonly (Evse['mode'] | null)[] => [...evses.map(({ mode }) => mode ?? policy.mode), ...policy.schedule.map(({ mode }) => mode)];

/** What charges by surplus or keeps a tariff has to see what all flows at the grid connection. */
function gridMeterFindings({ circuits, evses, policy }: Site): readonly Draft[] {
  const root = circuits.findIndex(({ parentId }) => parentId === null);
  if (root < 0 || circuits[root]?.meterId !== null) return [];
  const drafts: Draft[] = [];
  const path = `circuits/${String(root)}/meterId`;
  const needsNoGrid = policy.solar.variant === 'divert' && policy.solar.divert.feed === 'pv';
  if (modesOf(evses, policy).includes('solar') && !needsNoGrid) drafts.push({ rule: 'solar-without-grid-meter', severity: 'error', path, cure: 'meter-at-grid' });
  if (policy.capacity !== null) {
    const context = { assumedLoadA: circuits[root].assumedLoadA };
    drafts.push({ rule: 'capacity-without-grid-meter', severity: 'attention', path, context, cure: 'meter-at-grid' });
  }
  return drafts;
}

function windowFindings({ evses }: Site, { from, to, evses: named, mode, limitA }: Policy['schedule'][number], path: string): readonly Draft[] {
  const drafts: Draft[] = [];
  const common = { severity: 'attention', cure: 'correct-window' } as const;
  if (from === to) drafts.push({ ...common, rule: 'schedule-never-holds', path: `${path}/to`, context: { from, to } });
  if (mode === undefined && limitA === undefined) drafts.push({ ...common, rule: 'schedule-says-nothing', path, context: { from, to } });
  if (named?.length === 0) drafts.push({ ...common, rule: 'schedule-says-nothing', path: `${path}/evses`, context: { from, to } });
  const unknown = named?.find((id) => !evses.some((evse) => evse.id === id));
  if (unknown !== undefined) drafts.push({ ...common, rule: 'schedule-unknown-evse', severity: 'error', path: `${path}/evses`, context: { id: unknown } });
  return drafts;
}

function circuitDrafts({ supply }: Site, { breaker, hasSource, sourceCreditA, unbalanceLimitA }: Circuit, path: string): readonly Draft[] {
  const drafts: Draft[] = [];
  const phases = phasesOf(supply);
  if (breaker.ratingsA !== undefined) {
    const { ratingA, ratingsA } = breaker;
    const largestA = Math.max(...phases.map((phase) => ratingsA[phase]));
    const context = { ratingA, largestA, supplyPhases: phases.length };
    if (phases.length < 3) drafts.push({ rule: 'phase-fuses-leave-supply', severity: 'attention', path: `${path}/breaker/ratingsA`, context, cure: 'remove-setting' });
    if (largestA !== ratingA) drafts.push({ rule: 'phase-fuses-contradict-rating', severity: 'error', path: `${path}/breaker/ratingA`, context, cure: 'set-largest-fuse' });
  }
  if (sourceCreditA > 0 && !hasSource) {
    drafts.push({ rule: 'source-credit-without-source', severity: 'error', path: `${path}/sourceCreditA`, context: { sourceCreditA }, cure: 'remove-setting' });
  }
  if (unbalanceLimitA !== null) {
    const draft = { path: `${path}/unbalanceLimitA`, context: { setting: 'unbalanceLimitA', unbalanceLimitA }, cure: 'remove-setting' } as const;
    if (supply.kind === 'three-wire-delta') drafts.push({ ...draft, rule: 'star-only-setting', severity: 'error' });
    else if (phases.length < 3) drafts.push({ ...draft, rule: 'unbalance-needs-three-phases', severity: 'attention' });
  }
  return drafts;
}

/** The loop turns once a second (core/loop, TURN_PERIOD_MS) and repeats an offer at a third of its time to live. */
export const SHORTEST_OFFER_TTL_MS = 3000;

function evseDrafts({ supply }: Site, { phaseCount, phaseSwitching, offerTtlMs, temperature }: Evse, path: string): readonly Draft[] {
  const drafts: Draft[] = [];
  if (offerTtlMs !== undefined && offerTtlMs < SHORTEST_OFFER_TTL_MS) {
    drafts.push({ rule: 'offer-ttl-too-short', severity: 'error', path: `${path}/offerTtlMs`, context: { offerTtlMs, shortestMs: SHORTEST_OFFER_TTL_MS }, cure: 'raise-offer-ttl' });
  }
  if (temperature !== undefined && temperature.resumeC >= temperature.stopC) {
    drafts.push({ rule: 'temperature-resume-not-below-stop', severity: 'error', path: `${path}/temperature/resumeC`, context: { ...temperature }, cure: 'lower-resume-temperature' });
  }
  if (phaseSwitching !== 'not-present' && phaseSwitching !== 'always-on') {
    const draft = { path: `${path}/phaseSwitching`, context: { setting: 'phaseSwitching', phaseSwitching, phaseCount }, cure: 'remove-setting' } as const;
    if (supply.kind === 'three-wire-delta') drafts.push({ ...draft, rule: 'star-only-setting', severity: 'error' });
    else if (phaseCount < 3) drafts.push({ ...draft, rule: 'phase-switching-needs-three-phases', severity: 'attention' });
  }
  return drafts;
}

/** Weights divide what is left relative to each other: one alone, or the same for all, divides nothing. */
function weightFindings({ evses }: Site): readonly SiteFinding[] {
  const weighted = evses.findIndex(({ weight }) => weight !== 1);
  const first = evses[weighted];
  if (first === undefined || evses.some(({ weight }) => weight !== first.weight)) return [];
  const context = { weight: first.weight, evses: evses.length };
  return [finding(first.id, { rule: 'weight-without-effect', severity: 'info', path: `evses/${String(weighted)}/weight`, context, cure: 'remove-setting' })];
}
