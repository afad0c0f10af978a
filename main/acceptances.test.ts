import { expect, test } from 'vitest';
import { circuitId } from '../core/quantities.ts';
import { templateSite } from '../core/site/list-templates.ts';
import type { Site } from '../core/site/site.ts';
import { BUNDLED_METERS } from '../core/devices/list-meters.ts';
import { siteKnowledgeOf } from '../core/devices/site-knowledge.ts';
import { blockingFindings, validateSite } from '../core/site/validate-site.ts';
import { accepted, withdrawn } from './acceptances.ts';

const KNOWN = siteKnowledgeOf(BUNDLED_METERS);

function template(name: string): Site {
  const site = templateSite(name);
  if (!site.ok) throw new Error(site.error.code);
  // What the template accepts itself is open here.
  return { ...site.value, policy: { ...site.value.policy, acceptances: [] } };
}

const powerUp = { finding: 'power-up-sum', circuitId: circuitId('ev') };
const reason = 'The breaker is watched for the first week';

test('a finding is accepted with its reason, for one circuit, and is then no obstacle; withdrawn, it is one again', () => {
  const before = template('two-evses-one-breaker');
  // 2 × 34 A after a blackout on 40 A.
  expect(blockingFindings(validateSite(before, KNOWN)).map(({ rule }) => rule)).toContain('power-up-sum');
  const after = accepted(before, { ...powerUp, reason }, KNOWN);
  if (!after.ok) throw new Error(after.error.code);
  expect(after.value.policy.acceptances).toEqual([{ ...powerUp, reason }]);
  expect(blockingFindings(validateSite(after.value, KNOWN)).map(({ rule }) => rule)).not.toContain('power-up-sum');
  const back = withdrawn(after.value, powerUp);
  expect(back).toEqual({ ok: true, value: before });
});

test('a second acceptance of the same finding replaces the reason', () => {
  const once = accepted(template('two-evses-one-breaker'), { ...powerUp, reason }, KNOWN);
  if (!once.ok) throw new Error(once.error.code);
  const twice = accepted(once.value, { ...powerUp, reason: 'Lowered next week' }, KNOWN);
  expect(twice.ok ? twice.value.policy.acceptances : null).toEqual([{ ...powerUp, reason: 'Lowered next week' }]);
});

test('what is no finding of the site is not found, and an error has to be cured', () => {
  expect(accepted(template('two-evses-one-breaker'), { finding: 'power-up-sum', circuitId: circuitId('attic'), reason }, KNOWN)).toMatchObject({ error: { code: 'not-found' } });
  expect(accepted(template('empty'), { finding: 'no-circuit', circuitId: null, reason }, KNOWN)).toMatchObject({ error: { code: 'refused' } });
  expect(withdrawn(template('two-evses-one-breaker'), powerUp)).toMatchObject({ error: { code: 'not-found' } });
});
