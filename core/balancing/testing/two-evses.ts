/** A small site and the messages its devices would send, for row tests of the step. */
import { evseId, meterId, type PerPhase } from '../../quantities.ts';
import { siteSchema } from '../../site/schema.ts';
import type { EvseReport, EvseState, MeterReading } from '../../site/readings.ts';
import type { Site } from '../../site/site.ts';

export const FEED = meterId('feed');
export const PRIMARY = evseId('primary');
export const SECONDARY = evseId('secondary');

/** 50 A breaker, 40 A continuous, meter every second described one second ago, OpenEVSEs of 34 A. */
export function twoEvses(changes: { readonly meter?: object; readonly evse?: object; readonly policy?: object; readonly circuit?: object } = {}): Site {
  const evse = (id: string) => ({
    id,
    name: id,
    circuitId: 'ev',
    model: 'openevse',
    link: { kind: 'mqtt', baseTopic: id },
    phaseCount: 2,
    ratingA: 48,
    configuredMaxA: 34,
    failSafeCurrentA: 6,
    powerUpCurrentA: 34,
    ...changes.evse,
  });
  return siteSchema.parse({
    name: 'test',
    supply: { kind: 'split-phase', nominalVoltageV: 240 },
    circuits: [
      { id: 'ev', name: 'EV', breaker: { curve: 'ul-489', ratingA: 50 }, continuousFactor: 0.8, meterId: 'feed', ...changes.circuit },
    ],
    meters: [
      {
        id: 'feed',
        name: 'Feed',
        model: 'shelly-em',
        link: { kind: 'mqtt', baseTopic: 'shelly' },
        clamp: 'both-legs',
        periodMs: 1000,
        latencyMs: 1000,
        allowedAgeMs: 5000,
        ...changes.meter,
      },
    ],
    evses: [evse('primary'), evse('secondary')],
    policy: { ...changes.policy },
  });
}

export function reading(timeMs: number, currentA: number, more: Partial<MeterReading> = {}): MeterReading {
  const both = (value: number): PerPhase<number | null> => [value, value, null];
  // A living clamp never shows the same watts twice; the frozen one of a test passes its own power.
  return { meterId: FEED, timeMs, currentA: both(currentA), voltageV: both(120), powerW: both(currentA * 120 + (timeMs % 977) / 1e4), isLive: true, ...more };
}

export function report(id: typeof PRIMARY, timeMs: number, state: EvseState, offeredA: number | null, drawnA: number, more: Partial<EvseReport> = {}): EvseReport {
  return {
    evseId: id,
    timeMs,
    state,
    isVehicleConnected: state !== 'idle',
    offeredCurrentA: offeredA,
    measuredCurrentA: [drawnA, drawnA, null],
    measuredTimeMs: timeMs,
    voltageV: 240,
    energyWh: null,
    restartCount: 0,
    otherCommander: null,
    ...more,
  };
}
