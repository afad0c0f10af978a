/** What features see, for their row tests and properties. */
import fc from 'fast-check';
import { evseId, perPhase, type PerPhase } from '../../quantities.ts';
import { evsePhases, phasesOf } from '../../site/circuit-tree.ts';
import { siteSchema } from '../../site/schema.ts';
import type { Site } from '../../site/site.ts';
import { NO_SIGNALS, type EvseView, type FeatureView, type Signals } from '../features/feature.ts';

export interface SiteChanges {
  readonly supply?: object;
  readonly circuit?: object;
  readonly policy?: object;
  readonly meter?: object;
  readonly timeZone?: string;
}

/** A star supply of 230 V with one meter at the grid connection, sampled every second, and EVSEs of 32 A named e0, e1, … */
export function featureSite(evses: readonly object[], changes: SiteChanges = {}): Site {
  return siteSchema.parse({
    name: 'test',
    timeZone: changes.timeZone ?? 'Europe/Amsterdam',
    supply: { kind: 'three-phase-star', nominalVoltageV: 230, ...changes.supply },
    circuits: [{ id: 'grid', name: 'Grid', breaker: { curve: 'iec-60898-b', ratingA: 63 }, continuousFactor: 1, meterId: 'mains', ...changes.circuit }],
    meters: [{ id: 'mains', name: 'Mains', model: 'shelly-em', link: { kind: 'mqtt', baseTopic: 'mains' }, clamp: 'one-phase', periodMs: 1000, latencyMs: 1000, allowedAgeMs: 5000, ...changes.meter }],
    evses: evses.map((own, index) => ({
      id: `e${index}`,
      name: `EVSE ${index}`,
      circuitId: 'grid',
      model: 'openevse',
      link: { kind: 'mqtt', baseTopic: `e${index}` },
      phaseCount: 3,
      ratingA: 32,
      configuredMaxA: 32,
      failSafeCurrentA: 6,
      powerUpCurrentA: 32,
      ...own,
    })),
    policy: { raiseHysteresisA: 0, ...changes.policy },
  });
}

export type EvseState = Partial<Omit<EvseView, 'index' | 'evse'>>;

/** All EVSEs charge with what they are offered, 6 A, unless said otherwise; the grid shows nothing. */
export function featureView(site: Site, changes: Partial<Omit<FeatureView, 'site' | 'evses' | 'signals'>> & { readonly evses?: readonly EvseState[]; readonly signals?: Partial<Signals> } = {}): FeatureView {
  return {
    timeMs: 100_000,
    wallMs: Date.UTC(2026, 5, 15, 12, 0, 0),
    phases: phasesOf(site.supply),
    gridCurrentA: [0, 0, 0],
    gridTimeMs: changes.timeMs ?? 100_000,
    voltageV: site.supply.nominalVoltageV,
    ...changes,
    site,
    evses: site.evses.map((evse, index) => ({
      mode: 'normal',
      phases: evsePhases(evse, site.supply),
      isConnected: true,
      isCharging: true,
      drawnA: 6,
      offeredA: 6,
      connectedMs: 0,
      chargingMs: 0,
      ...changes.evses?.[index],
      index,
      evse,
    })),
    signals: { ...NO_SIGNALS, ...changes.signals },
  };
}

/** Currents by which a feature bounds the EVSEs: the lowest of each; null where nothing does. */
export function ceilingsA(outcome: { readonly evseCeilings: readonly { readonly index: number; readonly ceiling: { readonly currentA: number } }[] }, evses: number): readonly (number | null)[] {
  return Array.from({ length: evses }, (_, index) => {
    const own = outcome.evseCeilings.filter((each) => each.index === index).map(({ ceiling }) => Math.round(ceiling.currentA * 1000) / 1000);
    return own.length === 0 ? null : Math.min(...own);
  });
}

const odd = fc.oneof(fc.double({ min: -1e4, max: 1e4 }), fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e300));

/** Anything a broken device or link might let through; the EVSEs' own offers stay what the balancer gives. */
export function randomFeatureView(site: Site): fc.Arbitrary<FeatureView> {
  const evse = fc.record({
    mode: fc.constantFrom('normal', 'smart', 'solar', 'off', 'boost', 'pause'),
    isConnected: fc.boolean(),
    isCharging: fc.boolean(),
    drawnA: fc.option(odd),
    offeredA: fc.option(fc.constantFrom(0, 6, 7, 16, 32)),
  });
  const triple: fc.Arbitrary<PerPhase<number>> = fc.tuple(odd, odd, odd);
  const temperatureOf = fc.record({ evseId: fc.constantFrom(...site.evses.map(({ id }) => id), evseId('nobody')), temperatureC: odd, timeMs: odd });
  return fc
    .record({
      timeMs: fc.oneof(fc.integer({ min: 0, max: 1e6 }), odd),
      wallMs: fc.oneof(fc.date({ noInvalidDate: true }).map(Number), odd),
      gridCurrentA: fc.option(triple),
      gridTimeMs: fc.option(odd),
      voltageV: odd,
      evses: fc.array(evse, { minLength: site.evses.length, maxLength: site.evses.length }),
      signals: fc.record({
        gridRelay: fc.constantFrom('open', 'closed', null),
        isDimmed: fc.constantFrom(true, false, null),
        battery: fc.option(fc.record({ currentA: fc.constant(perPhase(() => NaN)), timeMs: odd })),
        temperatures: fc.array(temperatureOf, { maxLength: 4 }),
      }),
    })
    .map((drawn) => featureView(site, drawn));
}
