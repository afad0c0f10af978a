import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ceilingsA, featureSite, featureView, randomFeatureView, type EvseState, type SiteChanges } from '../testing/feature-view.ts';
import { dimming, dimmingFloorW } from './dimming.ts';

const ONE_PHASE = { phaseCount: 1 };
const THREE_PHASES = {};
const EAGER: EvseState = { drawnA: 6, offeredA: 32 };

/** electrical.md, "Sizing rules", par. 14a EnWG: 4.2 kW + (n - 1) x f x 4.2 kW with the f of each n. */
test.each([
  [1, 4200],
  [2, 4200 + 0.8 * 4200],
  [3, 4200 + 2 * 0.75 * 4200],
  [4, 4200 + 3 * 0.7 * 4200],
  [5, 4200 + 4 * 0.65 * 4200],
  [6, 4200 + 5 * 0.6 * 4200],
  [7, 4200 + 6 * 0.55 * 4200],
  [8, 4200 + 7 * 0.5 * 4200],
  [9, 4200 + 8 * 0.45 * 4200],
  [12, 4200 + 11 * 0.45 * 4200],
])('%i devices dimmed to 4.2 kW may take %f W together', (devices, floorW) => {
  expect(dimmingFloorW(4200, devices)).toBeCloseTo(floorW, 9);
});

test('no device has no floor, and a floor of 0 W is 0 W for any number', () => {
  expect(dimmingFloorW(4200, 0)).toBe(0);
  expect([1, 2, 9].map((devices) => dimmingFloorW(0, devices))).toEqual([0, 0, 0]);
});

/** Rows: who is there, the line voltage, and what each may take while dimmed by par. 14a to 4.2 kW per device. */
test.each<[string, readonly object[], number, readonly EvseState[], readonly (number | null)[]]>([
  ['one of three phases at 230 V: 4200 / 690', [THREE_PHASES], 230, [], [6.087]],
  ['one of three phases at 240 V: 5.8 A is no pilot, so it pauses (electrical.md)', [THREE_PHASES], 240, [], [0]],
  ['the same on one phase: 4200 / 240', [ONE_PHASE], 240, [], [17.5]],
  ['a one-phase vehicle at a three-phase EVSE counts on its own phase', [THREE_PHASES], 240, [{ phases: [1] }], [17.5]],
  ['two of one phase share 7560 W: 3780 / 230', [ONE_PHASE, ONE_PHASE], 230, [], [16.435, 16.435]],
  ['two of three phases: 7560 W carry one minimum of 4140 W, and the first has all of it', [THREE_PHASES, THREE_PHASES], 230, [], [10.957, 0]],
  ['who charges already goes before who waits', [THREE_PHASES, THREE_PHASES], 230, [{ isCharging: false, drawnA: 0 }, {}], [0, 10.957]],
  ['a lower priority number goes before who charges', [THREE_PHASES, { priority: 2 }], 230, [{ isCharging: false, drawnA: 0 }, {}], [6, 0]],
  ['one without a vehicle counts as a device and takes no part', [ONE_PHASE, ONE_PHASE], 230, [{}, { isConnected: false }], [32, null]],
  ['one that a person has paused takes no part', [THREE_PHASES, THREE_PHASES], 230, [{ mode: 'pause' }, {}], [null, 10.957]],
  ['one that waits needs its minimum only: 7560 - 1380 W, at most 32 A', [ONE_PHASE, ONE_PHASE], 230, [{}, { isCharging: false, drawnA: 0 }], [26.87, 6]],
])('14a: %s', (_, evses, voltageV, states, expectedA) => {
  const site = featureSite(evses, { policy: { dimmingW: 4200 }, supply: { nominalVoltageV: voltageV } });
  const all = site.evses.map((__, index) => ({ ...EAGER, ...states[index] }));
  expect(ceilingsA(dimming(null, featureView(site, { evses: all, signals: { isDimmed: true } })), evses.length)).toEqual(expectedA);
});

/** smartevse.md 3.4: relay open, 18 A over the phases: 6 A on three, 18 A on one. */
test.each<[string, readonly object[], SiteChanges, number, readonly number[]]>([
  ['6 A on three phases', [THREE_PHASES], {}, 18, [6]],
  ['18 A on one phase', [ONE_PHASE], {}, 18, [18]],
  ['two of three phases: one has 6 A, one pauses', [THREE_PHASES, THREE_PHASES], {}, 18, [6, 0]],
  ['two of one phase: 9 A each', [ONE_PHASE, { ...ONE_PHASE, phaseMap: [1, 2, 0] }], {}, 18, [9, 9]],
  ['one of three phases and one of one: 6 A and 12 A of 30 A', [THREE_PHASES, ONE_PHASE], {}, 30, [6, 12]],
  ['both legs of a split phase: 9 A', [{ phaseCount: 2 }], { supply: { kind: 'split-phase', nominalVoltageV: 240 } }, 18, [9]],
  ['a pair of lines of a delta: 9 A', [ONE_PHASE], { supply: { kind: 'three-wire-delta' } }, 18, [9]],
  ['no current at all', [THREE_PHASES, ONE_PHASE], {}, 0, [0, 0]],
])('grid relay: %s', (_, evses, changes, gridRelayLimitA, expectedA) => {
  const site = featureSite(evses, { ...changes, policy: { gridRelayLimitA } });
  const view = featureView(site, { evses: evses.map(() => EAGER), signals: { gridRelay: 'open' } });
  expect(ceilingsA(dimming(null, view), evses.length)).toEqual(expectedA);
});

test('a closed relay, a signal that has never come and a site without either limit bound nothing', () => {
  const bounded = featureSite([THREE_PHASES], { policy: { gridRelayLimitA: 18, dimmingW: 4200 } });
  const nothing = { memory: null, evseCeilings: [], circuitCeilings: [], notices: [] };
  expect(dimming(null, featureView(bounded))).toEqual(nothing);
  expect(dimming(null, featureView(bounded, { signals: { gridRelay: 'closed', isDimmed: false } }))).toEqual(nothing);
  expect(dimming(null, featureView(featureSite([THREE_PHASES]), { signals: { gridRelay: 'open', isDimmed: true } }))).toEqual(nothing);
});

test('the reason carries the part in watts, or what is left where that is no minimum; the notice who dims to what', () => {
  const site = featureSite([THREE_PHASES], { policy: { dimmingW: 4200 }, supply: { nominalVoltageV: 240 } });
  const outcome = dimming(null, featureView(site, { signals: { isDimmed: true } }));
  expect(outcome.evseCeilings).toEqual([{ index: 0, ceiling: { currentA: 0, reason: { kind: 'grid-operator', limitW: 4200, devices: 1 } } }]);
  expect(outcome.notices).toEqual([{ code: 'dimmed', severity: 'attention', about: null, context: { by: '14a', limitW: 4200, devices: 1 } }]);
  expect(outcome.circuitCeilings).toEqual([]);
});

test('both limits stand as ceilings beside each other', () => {
  const site = featureSite([THREE_PHASES], { policy: { gridRelayLimitA: 18, dimmingW: 4200 } });
  const { evseCeilings, notices } = dimming(null, featureView(site, { evses: [EAGER], signals: { gridRelay: 'open', isDimmed: true } }));
  expect(evseCeilings.map(({ ceiling }) => Math.round(ceiling.currentA * 100) / 100)).toEqual([6, 6.09]);
  expect(notices).toHaveLength(2);
});

test('nobody is raised before who takes too much has given way', () => {
  const site = featureSite([ONE_PHASE, ONE_PHASE], { policy: { dimmingW: 4200 } });
  const before = [
    { drawnA: 32, offeredA: 32 },
    { drawnA: 6, offeredA: 6 },
  ];
  const at = (evses: readonly EvseState[]) => ceilingsA(dimming(null, featureView(site, { evses, signals: { isDimmed: true } })), 2);
  expect(at(before)).toEqual([16.435, 6]);
  expect(at([{ drawnA: 16, offeredA: 16 }, { drawnA: 6, offeredA: 6 }])).toEqual([16.435, 16.435]);
});

test('a queue decides who is served: nothing is kept for who is not in its order', () => {
  const site = featureSite([THREE_PHASES, THREE_PHASES], { policy: { dimmingW: 4200 } });
  const view = featureView(site, { evses: [EAGER, EAGER], signals: { isDimmed: true } });
  expect(ceilingsA(dimming(null, view, [1]), 2)).toEqual([null, 10.957]);
});

test('whatever comes: no exception, no ceiling between 0 and the minimum, and together never more than the floor', () => {
  const site = featureSite([THREE_PHASES, ONE_PHASE, { ...ONE_PHASE, minCurrentA: 10 }, THREE_PHASES], { policy: { gridRelayLimitA: 40, dimmingW: 4200 } });
  fc.assert(
    fc.property(randomFeatureView(site), (random) => {
      // The voltage may be anything; then the nominal one counts, and the sum below is in its watts.
      const view = { ...random, voltageV: random.voltageV > 200 && random.voltageV < 260 ? 230 : random.voltageV };
      const { evseCeilings } = dimming(null, view);
      for (const { index, ceiling } of evseCeilings) {
        const minA = site.evses[index]?.minCurrentA ?? 6;
        expect(ceiling.currentA === 0 || ceiling.currentA >= minA).toBe(true);
      }
      const sumW = ceilingsA({ evseCeilings }, 4).reduce<number>((sum, currentA, index) => sum + (currentA ?? 0) * 230 * (view.evses[index]?.phases.length ?? 0), 0);
      if (view.signals.isDimmed === true) expect(sumW).toBeLessThanOrEqual(dimmingFloorW(4200, 4) + 1);
    }),
    { numRuns: 500 },
  );
});
