/** Random sites and random messages for properties; every figure is drawn by fast-check, so that it can shrink. */
import fc from 'fast-check';
import { evseId, meterId, perPhase, type PerPhase } from '../../quantities.ts';
import { phasesOf } from '../../site/circuit-tree.ts';
import type { EvseReport, EvseState, MeterReading } from '../../site/readings.ts';
import { siteSchema } from '../../site/schema.ts';
import type { Site } from '../../site/site.ts';

const supply = fc.constantFrom(
  { kind: 'single-phase', nominalVoltageV: 230 },
  { kind: 'split-phase', nominalVoltageV: 240 },
  { kind: 'three-phase-star', nominalVoltageV: 230 },
  { kind: 'three-wire-delta', nominalVoltageV: 230 },
);
const ratingA = fc.constantFrom(10, 16, 20, 25, 32, 35, 40, 50, 63, 80, 100, 125);
const PHASE_MAPS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

interface Sizes {
  readonly circuits: number;
  readonly evses: number;
}

/** Policies of every kind, so that no rule is only tried alone. */
const policy = fc.record({
  phaseRule: fc.constantFrom('per-phase', 'most-loaded'),
  admission: fc.constantFrom('priority', 'most-vehicles'),
  queue: fc.record({ strategy: fc.constantFrom('weight', 'address', 'first-connected', 'last-connected'), rotationS: fc.constantFrom(0, 3, 600) }),
  mode: fc.constantFrom('normal', 'normal', 'normal', 'smart', 'solar', 'off'),
  solar: fc.record({ variant: fc.constantFrom('surplus', 'divert'), startA: fc.constantFrom(0, 4), stopAfterS: fc.constantFrom(0, 5), importA: fc.constantFrom(0, 6) }),
  capacity: fc.constantFrom(null, null, { kind: 'instant-sum', limitA: 30, stopAfterS: 5 }, { kind: 'quarter-hour', floorW: 2500 }),
  dimmingW: fc.constantFrom(null, 4200),
  gridRelayLimitA: fc.constantFrom(null, 18),
});

/** A tree of circuits, each with or without a meter of its own, and EVSEs of every make anywhere in it. */
export function randomSite(sizes: Sizes = { circuits: 12, evses: 64 }): fc.Arbitrary<Site> {
  const circuit = fc.record({ credit: fc.constantFrom(0, 0, 5), unbalance: fc.constantFrom(null, null, 20), ratingA, factor: fc.constantFrom(0.8, 1), parent: fc.nat(), hasMeter: fc.boolean(), assumedLoadA: fc.integer({ min: 0, max: 10 }) });
  const evse = fc.record({
    circuit: fc.nat(),
    phaseCount: fc.constantFrom(1, 2, 3),
    map: fc.constantFrom(...PHASE_MAPS),
    stepA: fc.constantFrom(1, 0.1),
    maxA: fc.constantFrom(10, 16, 20, 32, 48),
    failSafeA: fc.constantFrom(0, 6, 8),
    priority: fc.integer({ min: 1, max: 3 }),
    startsByItself: fc.boolean(),
    weight: fc.constantFrom(1, 1, 3),
    mode: fc.constantFrom(undefined, undefined, 'normal', 'solar', 'off'),
    phaseSwitching: fc.constantFrom('not-present', 'not-present', 'auto', 'always-off'),
  });
  return fc
    .record({
      supply,
      policy,
      circuits: fc.array(circuit, { minLength: 1, maxLength: sizes.circuits }),
      evses: fc.array(evse, { minLength: 1, maxLength: sizes.evses }),
    })
    .map((drawn) =>
      siteSchema.parse({
        name: 'random',
        supply: drawn.supply,
        circuits: drawn.circuits.map((each, index) => ({
          id: `c${index}`,
          name: `c${index}`,
          parentId: index === 0 ? null : `c${parentOf(drawn.circuits, index)}`,
          breaker: { curve: 'iec-60898-b', ratingA: each.ratingA },
          continuousFactor: each.factor,
          meterId: each.hasMeter ? `m${index}` : null,
          assumedLoadA: each.assumedLoadA,
          hasSource: each.credit > 0,
          sourceCreditA: each.credit,
          unbalanceLimitA: each.unbalance,
        })),
        policy: drawn.policy,
        meters: drawn.circuits.flatMap((each, index) =>
          each.hasMeter
            ? [{ id: `m${index}`, name: `m${index}`, model: 'shelly-em', link: { kind: 'mqtt', baseTopic: `m${index}` }, clamp: 'one-phase', periodMs: 1000, latencyMs: 1000, allowedAgeMs: 4000 }]
            : [],
        ),
        evses: drawn.evses.map((each, index) => ({
          id: `e${index}`,
          name: `e${index}`,
          circuitId: `c${each.circuit % drawn.circuits.length}`,
          model: 'openevse',
          link: { kind: 'mqtt', baseTopic: `e${index}` },
          phaseMap: each.map,
          phaseCount: each.phaseCount,
          ratingA: each.maxA,
          configuredMaxA: each.maxA,
          stepA: each.stepA,
          failSafeCurrentA: each.failSafeA,
          powerUpCurrentA: each.maxA,
          priority: each.priority,
          startsByItself: each.startsByItself,
          weight: each.weight,
          ...(each.mode === undefined ? {} : { mode: each.mode }),
          phaseSwitching: each.phaseSwitching,
        })),
      }),
    );
}

/** No deeper than six circuits. */
function parentOf(circuits: readonly { readonly parent: number }[], index: number): number {
  const depthOf = (at: number): number => (at === 0 ? 1 : 1 + depthOf(parentOf(circuits, at)));
  const parent = (circuits[index]?.parent ?? 0) % index;
  return depthOf(parent) < 6 ? parent : 0;
}

/** One second of what the devices of a site may say, sense or nonsense. */
export interface Second {
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
}

const STATES: readonly EvseState[] = ['starting', 'idle', 'connected', 'charging', 'paused', 'fault'];

/** Plausible messages: each device speaks or stays silent, offers and currents are anything a device could say. */
export function randomSeconds(site: Site, count: number): fc.Arbitrary<readonly Second[]> {
  const amperes = fc.integer({ min: -200, max: 1200 }).map((tenths) => tenths / 10);
  const said = fc.record({
    speaks: fc.integer({ min: 0, max: 9 }),
    state: fc.constantFrom(...STATES),
    offeredA: fc.constantFrom(0, 6, 7, 10, 16, 32),
    drawnA: fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
    restarts: fc.integer({ min: 0, max: 30 }),
  });
  const shown = fc.record({ speaks: fc.integer({ min: 0, max: 9 }), totals: fc.tuple(amperes, amperes, amperes), isLive: fc.integer({ min: 0, max: 9 }) });
  const present = phasesOf(site.supply);
  const onPhases = (values: PerPhase<number>): PerPhase<number | null> => perPhase((phase) => (present.includes(phase) ? values[phase] : null));
  const second = fc.record({
    shown: fc.array(shown, { minLength: site.meters.length, maxLength: site.meters.length }),
    said: fc.array(said, { minLength: site.evses.length, maxLength: site.evses.length }),
  });
  return fc.array(second, { minLength: count, maxLength: count }).map((seconds) =>
    seconds.map((each, index): Second => {
      const timeMs = (index + 1) * 1000;
      return {
        readings: each.shown.flatMap((meter, at) =>
          meter.speaks === 0
            ? []
            : [{ meterId: meterId(site.meters[at]?.id ?? ''), timeMs, currentA: onPhases(meter.totals), voltageV: null, powerW: null, isLive: meter.isLive > 0 }],
        ),
        reports: each.said.flatMap((evse, at) =>
          evse.speaks === 0
            ? []
            : [
                {
                  evseId: evseId(site.evses[at]?.id ?? ''),
                  timeMs,
                  state: evse.state,
                  isVehicleConnected: evse.state !== 'idle',
                  offeredCurrentA: evse.offeredA,
                  // Every ninth message tells no current.
                  measuredCurrentA: evse.speaks === 9 ? null : ([evse.drawnA, evse.drawnA, evse.drawnA] as const),
                  measuredTimeMs: evse.speaks === 9 ? null : timeMs,
                  voltageV: null,
                  energyWh: null,
                  restartCount: evse.restarts === 0 ? index : 0,
                  otherCommander: null,
                },
              ],
        ),
      };
    }),
  );
}
