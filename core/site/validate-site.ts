import { finding, type SiteFinding } from './finding.ts';
import { deviceFindings } from './device-findings.ts';
import { limitFindings } from './limit-findings.ts';
import { linkFindings } from './link-findings.ts';
import { policyFindings } from './policy-findings.ts';
import type { SiteKnowledge } from './site-knowledge.ts';
import type { Site } from './site.ts';
import { structureFindings } from './structure-findings.ts';

/** All that a person should know about a site before anything runs on it, gravest first, by what is known of its models. Never throws. */
export function validateSite(site: Site, knowledge: SiteKnowledge): readonly SiteFinding[] {
  const found = [...structureFindings(site), ...emptiness(site), ...deviceFindings(site), ...linkFindings(site, knowledge), ...refusedFiles(knowledge), ...limitFindings(site), ...policyFindings(site)];
  const judged = found.map((finding) => ({ ...finding, isAccepted: isAccepted(site, finding) }));
  return [...judged, ...unusedAcceptances(site, judged)].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** Nothing can be controlled yet, so nothing starts; but it can be opened and filled. */
function emptiness(site: Site): readonly SiteFinding[] {
  return site.circuits.length > 0 ? [] : [finding(null, { rule: 'no-circuit', severity: 'error', path: 'circuits', cure: 'add-circuit' })];
}

/** A description that its author believes in use, and that is not. */
function refusedFiles({ refused }: SiteKnowledge): readonly SiteFinding[] {
  return refused.map((context) => finding(null, { rule: 'own-file-refused', severity: 'info', path: context.file, context, cure: 'mend-file' }));
}

/** True when a person has accepted this finding in writing. Errors cannot be accepted; they must be cured. */
export function isAccepted(site: Site, found: Pick<SiteFinding, 'rule' | 'severity' | 'about'>): boolean {
  if (found.severity === 'error') return false;
  return site.policy.acceptances.some((acceptance) => covers(acceptance, found));
}

/** Findings that keep control of real devices from starting. */
export function blockingFindings(findings: readonly SiteFinding[]): readonly SiteFinding[] {
  return findings.filter(({ severity, isAccepted: accepted }) => severity === 'error' || (severity === 'attention' && !accepted));
}

const RANK: Readonly<Record<SiteFinding['severity'], number>> = { error: 0, attention: 1, info: 2 };

type Acceptance = Site['policy']['acceptances'][number];

/** Without a circuit an acceptance covers the rule everywhere; with one, only what is about that circuit. */
function covers(acceptance: Acceptance, finding: Pick<SiteFinding, 'rule' | 'about'>): boolean {
  if (acceptance.finding !== finding.rule) return false;
  return acceptance.circuitId === undefined || acceptance.circuitId === finding.about;
}

/** What was accepted once and is no finding any more would cover the next site change unseen. */
function unusedAcceptances(site: Site, findings: readonly SiteFinding[]): readonly SiteFinding[] {
  return site.policy.acceptances.flatMap((acceptance, index) => {
    if (findings.some((finding) => finding.severity !== 'error' && covers(acceptance, finding))) return [];
    return {
      rule: 'acceptance-unused',
      severity: 'info',
      path: `policy/acceptances/${String(index)}`,
      about: acceptance.circuitId ?? null,
      context: { finding: acceptance.finding },
      cure: null,
      isAccepted: false,
    };
  });
}
