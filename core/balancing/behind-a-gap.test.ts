/** A stale value is never used as a value (design chapter 4): what a meter said before a gap says nothing about other load behind it. */
import { expect, it } from 'vitest';
import { evseId, meterId } from '../quantities.ts';
import { siteSchema } from '../site/schema.ts';
import { initialState, type StepInputs } from './state.ts';
import { step } from './step.ts';

const ALLOWED_AGE_MS = 5000;
const LIMIT_A = 20;
const DRAWN_A = 10;

const SITE = siteSchema.parse({
  name: 'one meter, one EVSE',
  supply: { kind: 'single-phase', nominalVoltageV: 230 },
  circuits: [{ id: 'main', name: 'Main', breaker: { curve: 'iec-60898-b', ratingA: LIMIT_A }, continuousFactor: 1, meterId: 'm' }],
  meters: [{ id: 'm', name: 'M', model: 'shelly-em', link: { kind: 'mqtt', baseTopic: 'm' }, clamp: 'one-phase', periodMs: 1000, latencyMs: 0, allowedAgeMs: ALLOWED_AGE_MS, uncertainty: { ratio: 0, currentA: 0 } }],
  evses: [{ id: 'e', name: 'E', circuitId: 'main', model: 'openevse', link: { kind: 'mqtt', baseTopic: 'e' }, phaseCount: 1, ratingA: 32, configuredMaxA: DRAWN_A, failSafeCurrentA: 6, powerUpCurrentA: 6, responseTimeMs: 1000 }],
  policy: { raiseHoldMs: 0, raiseHysteresisA: 0, staleGraceMs: 0 },
});

const said = (timeMs: number, totalA: number): StepInputs => ({
  timeMs,
  wallMs: timeMs,
  readings: [{ meterId: meterId('m'), timeMs, currentA: [totalA, null, null], voltageV: null, powerW: null, isLive: true }],
  reports: [
    { evseId: evseId('e'), timeMs, state: 'charging', isVehicleConnected: true, offeredCurrentA: DRAWN_A, measuredCurrentA: [DRAWN_A, null, null], measuredTimeMs: timeMs, voltageV: 230, energyWh: null, restartCount: 0, otherCommander: null },
  ],
});

/** Charges alone for half a minute, is then lost sight of for so long, and comes back with as much flowing as before. */
function otherBehind(gapMs: number): number | null {
  let state = initialState(SITE);
  for (let second = 0; second < 30; second += 1) state = step(SITE, state, said(second * 1000, DRAWN_A)).state;
  // What the EVSE drew meanwhile nobody has seen: it may have been anything up to its offer.
  const evses = state.evses.map((memory) => ({ ...memory, draws: [{ timeMs: 0, lowestA: [0, 0, 0] as const, highestA: [DRAWN_A, 0, 0] as const }] }));
  const behindMs = 29_000 + gapMs;
  return step(SITE, { ...state, evses }, said(behindMs, DRAWN_A)).state.meters[0]?.otherA?.[0] ?? null;
}

it.each([
  ['a second: what it was, as far as it can be', 1000, 0],
  ['just the allowed age: the same', ALLOWED_AGE_MS, 0],
  ['more than that: as much as can be', ALLOWED_AGE_MS + 1, DRAWN_A],
  ['a minute: as much as can be', 60_000, DRAWN_A],
])('other load behind a gap of %s', (_, gapMs, otherA) => {
  expect(otherBehind(gapMs)).toBe(otherA);
});
