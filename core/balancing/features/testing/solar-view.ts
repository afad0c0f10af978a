/** A three-phase site with solar EVSEs and what the features see of it, for row tests. */
import type { PerPhase } from '../../../quantities.ts';
import { evsePhases, phasesOf } from '../../../site/circuit-tree.ts';
import { siteSchema } from '../../../site/schema.ts';
import type { Site } from '../../../site/site.ts';
import { NO_SIGNALS, type EvseView, type FeatureOutcome, type FeatureView, type Signals } from '../feature.ts';

export interface SiteChanges {
  readonly supply?: object;
  readonly policy?: object;
  /** One object per EVSE; a single one without changes by default. */
  readonly evses?: readonly object[];
  /** null: nothing measures the grid connection. */
  readonly meterId?: string | null;
  readonly latencyMs?: number;
}

/** MAINS 25 A on three phases at 230 V, EVSEs of 6 to 16 A on three phases, no latency; START, STOP and IMPORT at their defaults. */
export function solarSite({ supply, policy, evses = [{}], meterId = 'grid', latencyMs = 0 }: SiteChanges = {}): Site {
  const link = { kind: 'mqtt', baseTopic: 'test' };
  return siteSchema.parse({
    name: 'test',
    supply: supply ?? { kind: 'three-phase-star', nominalVoltageV: 230 },
    circuits: [{ id: 'mains', name: 'Mains', breaker: { curve: 'iec-60898-b', ratingA: 25 }, continuousFactor: 1, meterId }],
    meters: [{ id: 'grid', name: 'Grid', model: 'shelly-em', link, clamp: 'one-phase', periodMs: 1000, latencyMs, allowedAgeMs: 10_000 }],
    evses: evses.map((changes, index) => ({
      id: `e${index}`,
      name: `e${index}`,
      circuitId: 'mains',
      model: 'openevse',
      link,
      phaseCount: 3,
      ratingA: 16,
      configuredMaxA: 16,
      failSafeCurrentA: 6,
      powerUpCurrentA: 16,
      ...changes,
    })),
    policy: { mode: 'solar', minimumOffMs: 0, ...policy },
  });
}

export type EvseState = Partial<Omit<EvseView, 'index' | 'evse'>>;

export const WAITING: EvseState = { isConnected: true, isCharging: false, drawnA: 0, offeredA: 0, connectedMs: 0 };
export const ABSENT: EvseState = { isConnected: false, isCharging: false, drawnA: 0, offeredA: 0, connectedMs: null };
/** Has been charging with all that it is offered since long before. */
export const charging = (currentA: number, more: EvseState = {}): EvseState => ({
  isConnected: true,
  isCharging: true,
  drawnA: currentA,
  offeredA: currentA,
  connectedMs: -1_000_000,
  chargingMs: -1_000_000,
  ...more,
});

export interface Moment {
  readonly timeS: number;
  /** Per phase, or the sum of all when one number; null without a meter. */
  readonly gridA: PerPhase<number> | number | null;
  readonly evses: readonly EvseState[];
  readonly signals?: Partial<Signals>;
  /** Of the sample; the moment itself when absent. */
  readonly gridTimeS?: number;
}

export function viewOf(site: Site, { timeS, gridA, evses, signals, gridTimeS }: Moment): FeatureView {
  return {
    site,
    timeMs: timeS * 1000,
    wallMs: timeS * 1000,
    phases: phasesOf(site.supply),
    evses: site.evses.map((evse, index) => ({
      index,
      evse,
      mode: evse.mode ?? site.policy.mode,
      phases: evsePhases(evse, site.supply),
      isConnected: true,
      isCharging: false,
      drawnA: 0,
      offeredA: 0,
      connectedMs: null,
      chargingMs: null,
      ...evses[index],
    })),
    // A sum that lies on one phase is still the sum.
    gridCurrentA: typeof gridA === 'number' ? [gridA, 0, 0] : gridA,
    gridTimeMs: gridA === null ? null : (gridTimeS ?? timeS) * 1000,
    voltageV: site.supply.nominalVoltageV,
    signals: { ...NO_SIGNALS, ...signals },
  };
}

/** Lets a feature see moments one after the other and answers with what it said to the last. */
export function after<Outcome extends FeatureOutcome<unknown>>(
  feature: (memory: Outcome['memory'], view: FeatureView) => Outcome,
  memory: Outcome['memory'],
  site: Site,
  moments: readonly [Moment, ...Moment[]],
): Outcome {
  const [first, ...others] = moments;
  let outcome = feature(memory, viewOf(site, first));
  for (const moment of others) outcome = feature(outcome.memory, viewOf(site, moment));
  return outcome;
}

/** Ceilings in the site's order; null for an EVSE that has none. */
export function ceilingsOf(site: Site, { evseCeilings }: Pick<FeatureOutcome<unknown>, 'evseCeilings'>): readonly (number | null)[] {
  return site.evses.map((_, index) => {
    const own = evseCeilings.filter((ceiling) => ceiling.index === index).map(({ ceiling }) => ceiling.currentA);
    return own.length === 0 ? null : Math.min(...own);
  });
}
