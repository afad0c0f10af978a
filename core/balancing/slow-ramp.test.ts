/** A vehicle may take its time to follow a raise: on its way it is not one that draws less (rule 3 speaks of a vehicle that has settled). */
import { describe, expect, it } from 'vitest';
import { evseId, meterId } from '../quantities.ts';
import { siteSchema } from '../site/schema.ts';
import { initialState, type StepInputs } from './state.ts';
import { step } from './step.ts';

const SITE = siteSchema.parse({
  name: 'one slow vehicle',
  supply: { kind: 'single-phase', nominalVoltageV: 230 },
  circuits: [{ id: 'main', name: 'Main', breaker: { curve: 'iec-60898-b', ratingA: 40 }, continuousFactor: 1, meterId: 'm' }],
  meters: [{ id: 'm', name: 'M', model: 'shelly-em', link: { kind: 'mqtt', baseTopic: 'm' }, clamp: 'one-phase', periodMs: 1000, latencyMs: 0, allowedAgeMs: 5000 }],
  evses: [{ id: 'e', name: 'E', circuitId: 'main', model: 'openevse', link: { kind: 'mqtt', baseTopic: 'e' }, phaseCount: 1, ratingA: 32, configuredMaxA: 32, failSafeCurrentA: 6, powerUpCurrentA: 6 }],
});

interface Second {
  readonly offeredA: number;
  readonly reason: string;
}

/** Ramps to what it is offered, and no further than `mostA`. */
function charge(riseAPerS: number, mostA: number): readonly Second[] {
  let state = initialState(SITE);
  let offeredA = 6;
  let drawnA = 6;
  return Array.from({ length: 300 }, (_, second) => {
    drawnA = Math.min(drawnA + riseAPerS, offeredA, mostA);
    const timeMs = second * 1000;
    const inputs: StepInputs = {
      timeMs,
      wallMs: timeMs,
      readings: [{ meterId: meterId('m'), timeMs, currentA: [drawnA, null, null], voltageV: null, powerW: null, isLive: true }],
      reports: [
        { evseId: evseId('e'), timeMs, state: 'charging', isVehicleConnected: true, offeredCurrentA: offeredA, measuredCurrentA: [drawnA, null, null], measuredTimeMs: timeMs, voltageV: 230, energyWh: null, restartCount: 0, otherCommander: null },
      ],
    };
    const result = step(SITE, state, inputs);
    state = result.state;
    const [setpoint] = result.setpoints;
    offeredA = setpoint?.offeredCurrentA ?? 0;
    return { offeredA, reason: setpoint?.reason.kind ?? 'none' };
  });
}

describe('a vehicle that ramps to its offer', () => {
  it.each([0.1, 0.2, 0.5, 1, 5])('by %f A a second is never offered less than before, and reaches all it may have', (riseAPerS) => {
    const seconds = charge(riseAPerS, Infinity);
    const falls = seconds.filter(({ offeredA }, second) => offeredA < (seconds[second - 1]?.offeredA ?? 0));
    expect(falls).toEqual([]);
    expect(seconds.at(-1)?.offeredA).toBe(32);
  });

  it('and stops half way is found to draw less, once it has stopped', () => {
    const seconds = charge(0.5, 16);
    expect(seconds.at(-1)).toEqual({ offeredA: 17, reason: 'draws-less' });
  });
});
