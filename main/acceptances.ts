import { failure, success, type Result } from '../core/errors.ts';
import type { FindingRef } from '../core/host-api/contract.ts';
import type { SiteKnowledge } from '../core/site/site-knowledge.ts';
import type { Site } from '../core/site/site.ts';
import { validateSite } from '../core/site/validate-site.ts';

type Acceptance = Site['policy']['acceptances'][number];

const isFor = (acceptance: Acceptance, { finding, circuitId }: FindingRef): boolean => acceptance.finding === finding && (acceptance.circuitId ?? null) === circuitId;

/** The site with the finding accepted in writing. `not-found` where there is no such finding; errors are `refused`. */
export function accepted(site: Site, { reason, ...ref }: FindingRef & { readonly reason: string }, knowledge: SiteKnowledge): Result<Site> {
  const meant = validateSite(site, knowledge).filter(({ rule, about }) => rule === ref.finding && (ref.circuitId === null || about === ref.circuitId));
  if (meant.length === 0) return failure('not-found', { what: 'finding', rule: ref.finding, about: ref.circuitId });
  if (meant.every(({ severity }) => severity === 'error')) return failure('refused', { rule: ref.finding, about: ref.circuitId, why: 'errors-must-be-cured' });
  const acceptance: Acceptance = { finding: ref.finding, reason, ...(ref.circuitId === null ? {} : { circuitId: ref.circuitId }) };
  const others = site.policy.acceptances.filter((each) => !isFor(each, ref));
  return success(withAcceptances(site, [...others, acceptance]));
}

/** `not-found` where nobody had accepted it. */
export function withdrawn(site: Site, ref: FindingRef): Result<Site> {
  const left = site.policy.acceptances.filter((each) => !isFor(each, ref));
  if (left.length === site.policy.acceptances.length) return failure('not-found', { what: 'acceptance', rule: ref.finding, about: ref.circuitId });
  return success(withAcceptances(site, left));
}

const withAcceptances = (site: Site, acceptances: readonly Acceptance[]): Site => ({ ...site, policy: { ...site.policy, acceptances: [...acceptances] } });
