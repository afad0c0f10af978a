/**
 * What the grid operator asks for: the relay of SmartEVSE (a sum over phases, smartevse.md 3.4) and dimming by par. 14a
 * EnWG (a power, electrical.md "Sizing rules"). Both bound what the EVSEs take together and leave the house's other load
 * alone, so they are ceilings of EVSEs, not of circuits.
 */
import type { Notice } from '../setpoint.ts';
import type { Site } from '../../site/site.ts';
import type { EvseCeiling, FeatureOutcome, FeatureView, Signals } from './feature.ts';
import { linesLoaded, usableVoltageV, wattsPerA, wattsPerLineA } from './loads.ts';
import { afterDecreases, shareSum, sharersOf, type Sharer } from './share-sum.ts';

/** Simultaneity for n = 2, 3, … 8 devices behind one controller; for 9 and more (electrical.md, par. 14a). */
const SIMULTANEITY = [0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5] as const;
const SIMULTANEITY_OF_MANY = 0.45;

/**
 * What n devices behind one controller may take together while dimmed. Devices are all EVSEs of the site, with a vehicle
 * or without: the floor is agreed with the grid operator for what is installed.
 */
export function dimmingFloorW(dimmingW: number, devices: number): number {
  if (devices < 1) return 0;
  const ratio = SIMULTANEITY[devices - 2] ?? SIMULTANEITY_OF_MANY;
  return dimmingW + (devices - 1) * (devices === 1 ? 0 : ratio) * dimmingW;
}

/** What all EVSEs may take together now by par. 14a; null while nothing is dimmed. A signal that has never come dims nothing. */
export function dimmedToW({ policy, evses }: Site, { isDimmed }: Signals): number | null {
  return policy.dimmingW === null || isDimmed !== true ? null : dimmingFloorW(policy.dimmingW, evses.length);
}

/** Sum over all phases that EVSEs may take while the relay is open; null while it is closed, or has never told. */
export function relayLimitA({ policy }: Site, { gridRelay }: Signals): number | null {
  return policy.gridRelayLimitA === null || gridRelay !== 'open' ? null : policy.gridRelayLimitA;
}

/** `order`: who is served first, where a queue decides that (share-sum.ts). */
export function dimming(memory: null, view: FeatureView, order?: readonly number[]): FeatureOutcome<null> {
  const { site, signals } = view;
  const voltageV = usableVoltageV(view);
  const evseCeilings: EvseCeiling[] = [];
  const notices: Notice[] = [];
  const sumA = relayLimitA(site, signals);
  if (sumA !== null) {
    const sharers = sharersOf(view, ({ phases }) => linesLoaded(site.supply, phases), order);
    const wattsPerUnit = wattsPerLineA(site.supply, voltageV);
    evseCeilings.push(...ceilingsOf(view, sumA, wattsPerUnit, sharers));
    notices.push(noticeOf('grid-relay', sumA * wattsPerUnit, site));
  }
  const floorW = dimmedToW(site, signals);
  if (floorW !== null) {
    const sharers = sharersOf(view, ({ phases }) => wattsPerA(site.supply, voltageV, phases), order);
    evseCeilings.push(...ceilingsOf(view, floorW, 1, sharers));
    notices.push(noticeOf('14a', floorW, site));
  }
  return { memory, evseCeilings, circuitCeilings: [], notices };
}

/**
 * `limitW` of each reason is this EVSE's part; where that is less than its minimum, what the others leave it: at 240 V on
 * three phases 4.2 kW is 5.8 A, so it pauses (or charges on one phase, which is not decided here).
 */
function ceilingsOf(view: FeatureView, budget: number, wattsPerUnit: number, sharers: readonly Sharer[]): readonly EvseCeiling[] {
  const currentsA = afterDecreases(budget, sharers, shareSum(budget, sharers));
  const shared = sharers.reduce((sum, { costPerA }, at) => sum + costPerA * (currentsA[at] ?? 0), 0);
  return sharers.map(({ view: { index }, costPerA }, at) => {
    const currentA = currentsA[at] ?? 0;
    const part = currentA > 0 ? currentA * costPerA : Math.max(0, budget - shared);
    const limitW = Math.round(part * wattsPerUnit);
    return { index, ceiling: { currentA, reason: { kind: 'grid-operator', limitW, devices: view.site.evses.length } } };
  });
}

function noticeOf(by: 'grid-relay' | '14a', limitW: number, { evses }: Site): Notice {
  return { code: 'dimmed', severity: 'attention', about: null, context: { by, limitW: Math.round(limitW), devices: evses.length } };
}
