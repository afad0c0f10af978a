import { expect, test } from 'vitest';
import { circuitId } from '../core/quantities.ts';
import { templateSite } from '../core/site/list-templates.ts';
import type { Site } from '../core/site/site.ts';
import { blockingFindings, validateSite } from '../core/site/validate-site.ts';
import { accepted, withdrawn } from './acceptances.ts';

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
  expect(blockingFindings(validateSite(before)).map(({ rule }) => rule)).toContain('power-up-sum');
  const after = accepted(before, { ...powerUp, reason });
  if (!after.ok) throw new Error(after.error.code);
  expect(after.value.policy.acceptances).toEqual([{ ...powerUp, reason }]);
  expect(blockingFindings(validateSite(after.value)).map(({ rule }) => rule)).not.toContain('power-up-sum');
  const back = withdrawn(after.value, powerUp);
  expect(back).toEqual({ ok: true, value: before });
});

test('a second acceptance of the same finding replaces the reason', () => {
  const once = accepted(template('two-evses-one-breaker'), { ...powerUp, reason });
  if (!once.ok) throw new Error(once.error.code);
  const twice = accepted(once.value, { ...powerUp, reason: 'Lowered next week' });
  expect(twice.ok ? twice.value.policy.acceptances : null).toEqual([{ ...powerUp, reason: 'Lowered next week' }]);
});

test('what is no finding of the site is not found, and an error has to be cured', () => {
  expect(accepted(template('two-evses-one-breaker'), { finding: 'power-up-sum', circuitId: circuitId('attic'), reason })).toMatchObject({ error: { code: 'not-found' } });
  expect(accepted(template('empty'), { finding: 'no-circuit', circuitId: null, reason })).toMatchObject({ error: { code: 'refused' } });
  expect(withdrawn(template('two-evses-one-breaker'), powerUp)).toMatchObject({ error: { code: 'not-found' } });
});
