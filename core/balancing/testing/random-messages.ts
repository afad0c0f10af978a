/** Random messages of the devices of a site, which need not fit together: what a step has to survive rather than what it is for. */
import fc from 'fast-check';
import { evseId, meterId, perPhase, type PerPhase } from '../../quantities.ts';
import { phasesOf } from '../../site/circuit-tree.ts';
import type { EvseReport, EvseState, MeterReading } from '../../site/readings.ts';
import type { Site } from '../../site/site.ts';

/** One second of what the devices say. */
export interface Second {
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
}

const STATES: readonly EvseState[] = ['starting', 'idle', 'connected', 'charging', 'paused', 'fault'];

/** Each device speaks or stays silent; offers and currents are anything a device could say. */
export function randomSeconds(site: Site, count: number): fc.Arbitrary<readonly Second[]> {
  const amperes = fc.integer({ min: -200, max: 1200 }).map((tenths) => tenths / 10);
  const said = fc.record({
    speaks: fc.integer({ min: 0, max: 9 }),
    state: fc.constantFrom(...STATES),
    offeredA: fc.constantFrom(0, 6, 7, 10, 16, 32),
    drawnA: fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
    restarts: fc.integer({ min: 0, max: 30 }),
    tells: fc.integer({ min: 0, max: 9 }),
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
                  measuredCurrentA: evse.tells < 3 ? null : ([evse.drawnA, evse.drawnA, evse.drawnA] as const),
                  measuredTimeMs: evse.tells < 3 ? null : timeMs,
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
