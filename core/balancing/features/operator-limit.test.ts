import fc from 'fast-check';
import { expect, test } from 'vitest';
import { circuitId, evseId } from '../../quantities.ts';
import { ceilingsA, featureSite, featureView, randomFeatureView } from '../testing/feature-view.ts';
import { INITIAL_OPERATOR_LIMIT, operatorLimits, type LimitWish, type OperatorLimitMemory } from './operator-limit.ts';

const site = featureSite([{}, {}]);
const NOON = Date.UTC(2026, 5, 15, 12);
const wishFor = (id: string, currentA: number, untilWallMs: number | null = null): LimitWish => ({ evseId: evseId(id), currentA, untilWallMs });

const at = (memory: OperatorLimitMemory, wallMs: number, wishes: readonly LimitWish[]) => operatorLimits(memory, featureView(site, { wallMs }), wishes);

/** Rows: what a person wishes for e1, and its ceiling. Below the 6 A minimum an EVSE can only pause (IEC 61851-1). */
test.each([
  ['10 A', 10, 10],
  ['the minimum', 6, 6],
  ['less than the minimum', 5.9, 0],
  ['nothing', 0, 0],
  ['less than nothing', -1, null],
  ['no number', NaN, null],
])('a limit of %s', (_, currentA, ceilingA) => {
  expect(ceilingsA(at(INITIAL_OPERATOR_LIMIT, NOON, [wishFor('e1', currentA)]), 2)).toEqual([null, ceilingA]);
});

test('a limit for a circuit holds on all its phases, of source operator', () => {
  const { circuitCeilings, evseCeilings } = at(INITIAL_OPERATOR_LIMIT, NOON, [{ circuitId: circuitId('grid'), currentA: 4, untilWallMs: null }]);
  expect(circuitCeilings).toEqual([{ circuit: 0, phases: [0, 1, 2], currentA: 4, source: 'operator' }]);
  expect(evseCeilings).toEqual([]);
});

test('a limit holds until its end and not at it, and its end is told once', () => {
  const wishes = [wishFor('e0', 10, NOON + 2000), wishFor('e1', 8)];
  let memory = INITIAL_OPERATOR_LIMIT;
  const seen = [0, 1000, 1999, 2000, 3000].map((laterMs) => {
    const outcome = at(memory, NOON + laterMs, wishes);
    ({ memory } = JSON.parse(JSON.stringify(outcome)) as typeof outcome);
    return [ceilingsA(outcome, 2), outcome.notices.map(({ code, about }) => `${code} ${String(about)}`)];
  });
  expect(seen).toEqual([
    [[10, 8], []],
    [[10, 8], []],
    [[10, 8], []],
    [[null, 8], ['override-ended e0']],
    [[null, 8], []],
  ]);
});

test('an end is told as well when the wish has been cleared away with it', () => {
  const { memory } = at(INITIAL_OPERATOR_LIMIT, NOON, [wishFor('e0', 10, NOON + 2000)]);
  expect(at(memory, NOON + 2500, []).notices).toMatchObject([{ code: 'override-ended', about: 'e0', context: { limitA: 10 } }]);
});

test('what a person takes back or replaces has not ended by itself', () => {
  const { memory } = at(INITIAL_OPERATOR_LIMIT, NOON, [wishFor('e0', 10, NOON + 2000)]);
  expect(at(memory, NOON + 1000, []).notices).toEqual([]);
  expect(at(memory, NOON + 2500, [wishFor('e0', 12, NOON + 9000)]).notices).toEqual([]);
});

test('several limits for one thing are all ceilings; things that are not there have none', () => {
  const { evseCeilings, circuitCeilings } = at(INITIAL_OPERATOR_LIMIT, NOON, [
    wishFor('e0', 10),
    wishFor('e0', 16, NOON + 1000),
    wishFor('nobody', 6),
    { circuitId: circuitId('nowhere'), currentA: 6, untilWallMs: null },
  ]);
  expect(evseCeilings.map(({ index, ceiling }) => [index, ceiling.reason])).toEqual([
    [0, { kind: 'operator-limit', limitA: 10, untilWallMs: null }],
    [0, { kind: 'operator-limit', limitA: 16, untilWallMs: NOON + 1000 }],
  ]);
  expect(circuitCeilings).toEqual([]);
});

test('whatever comes: no exception, no ceiling between 0 and the minimum', () => {
  const figure = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -1, 3));
  const wishes = fc.array(fc.record({ evseId: fc.constantFrom(evseId('e0'), evseId('x')), currentA: figure, untilWallMs: fc.option(figure) }), { maxLength: 5 });
  fc.assert(
    fc.property(randomFeatureView(site), wishes, (view, wished) => {
      const { evseCeilings, memory } = operatorLimits(INITIAL_OPERATOR_LIMIT, view, wished);
      expect(evseCeilings.every(({ ceiling }) => ceiling.currentA === 0 || ceiling.currentA >= 6)).toBe(true);
      expect(() => operatorLimits(memory, view, [])).not.toThrow();
    }),
    { numRuns: 300 },
  );
});
