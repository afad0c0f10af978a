/**
 * CONTACT 2 = Auto in solar mode: one phase when the sun does not suffice for three, three again when it does
 * (smartevse.md 3.3.7, 3.7, 3.9; the timers of commit c9844a6). Sums over phases, minimums per phase.
 */
import type { EvseView, FeatureView } from './feature.ts';
import { hasLasted, knownMs } from './timing.ts';

export interface PhaseTimers {
  /** Since when three phases at their minimum import more than IMPORT. */
  readonly shortSinceMs: number | null;
  /** Since when by at least one minimum current more. */
  readonly severeSinceMs: number | null;
  /** Since when there is enough for three phases. */
  readonly enoughSinceMs: number | null;
  /** When it went to one phase; null on three. */
  readonly oneSinceMs: number | null;
  /** Which vehicle that was decided for. */
  readonly connectedMs: number | null;
}

export interface Rest {
  /** Surplus beside the minimums of the EVSEs before this one. */
  readonly atMinimumA: number;
  /** Surplus beside what all others draw. */
  readonly asDrawnA: number;
}

/** A severe shortage, and any with STOP 0 ("never stop", yet back to one phase). */
const SEVERE_MS = 30_000;
/** The firmware's timer runs from 63 s to 3 s. */
const ENOUGH_MS = 60_000;
/** On one phase for at least so long before going back to three. */
const HOLD_DOWN_MS = 300_000;

/**
 * - A new vehicle starts on three phases from 3 x (MIN + 1) A of surplus, else on one (3.3.7).
 * - Three to one, while it charges: STOP here means the time until the change and not until a stop (3.7); 30 s when the
 *   shortage is severe, or STOP is 0. A vehicle that loads one phase anyway would gain nothing.
 * - One to three: enough for 60 s, and 300 s on one phase. Enough is 3 x (MIN + 1) A, or MAX + 3 A where MAX is more than
 *   that: below it one phase takes it all (3.9: "spare = 3*(MIN+1) - MAX, if negative then 3").
 * - Waiting for sun it falls to one phase at once, because that costs nothing, and goes back by the rule above.
 * - Without a surplus that is known nothing moves.
 */
export function solarPhases(
  presentPhases: 1 | 3,
  before: PhaseTimers,
  evse: EvseView,
  view: FeatureView,
  rest: Rest | null,
): { readonly target: 1 | 3; readonly timers: PhaseTimers } {
  const timers: PhaseTimers = { ...before, shortSinceMs: null, severeSinceMs: null, enoughSinceMs: null };
  // A vehicle that comes while nothing is known is new until something is.
  if (rest === null) return { target: presentPhases, timers };
  const connectedMs = knownMs(evse.connectedMs);
  const isNew = connectedMs !== null && connectedMs !== before.connectedMs;
  const known = { ...timers, connectedMs };
  if (!evse.isConnected) return { target: presentPhases, timers: known };
  const threeFromA = 3 * (evse.evse.minCurrentA + 1);
  if (!evse.isCharging && (isNew || presentPhases === 3)) return { target: rest.atMinimumA >= threeFromA ? 3 : 1, timers: known };
  return presentPhases === 3 ? fall(before, known, evse, view, rest) : rise(before, known, evse, view, rest);
}

function fall(before: PhaseTimers, timers: PhaseTimers, { evse, phases }: EvseView, { site, timeMs }: FeatureView, rest: Rest): ReturnType<typeof solarPhases> {
  const { importA, stopAfterS } = site.policy.solar;
  if (phases.length === 1) return { target: 3, timers };
  const tooMuchA = 3 * evse.minCurrentA - rest.atMinimumA - importA;
  const shortSinceMs = tooMuchA > 0 ? (before.shortSinceMs ?? timeMs) : null;
  const severeSinceMs = tooMuchA >= evse.minCurrentA ? (before.severeSinceMs ?? timeMs) : null;
  const shortMs = stopAfterS > 0 ? stopAfterS * 1000 : SEVERE_MS;
  const isOver = hasLasted(shortSinceMs, shortMs, timeMs) || hasLasted(severeSinceMs, SEVERE_MS, timeMs);
  return { target: isOver ? 1 : 3, timers: { ...timers, shortSinceMs, severeSinceMs } };
}

function rise(before: PhaseTimers, timers: PhaseTimers, { evse }: EvseView, { timeMs }: FeatureView, rest: Rest): ReturnType<typeof solarPhases> {
  const threeFromA = 3 * (evse.minCurrentA + 1);
  const maxA = Math.min(evse.ratingA, evse.configuredMaxA);
  const neededA = maxA > threeFromA ? maxA + 3 : threeFromA;
  const enoughSinceMs = rest.asDrawnA > neededA ? (before.enoughSinceMs ?? timeMs) : null;
  const isHeldDown = before.oneSinceMs !== null && !hasLasted(before.oneSinceMs, HOLD_DOWN_MS, timeMs);
  return { target: !isHeldDown && hasLasted(enoughSinceMs, ENOUGH_MS, timeMs) ? 3 : 1, timers: { ...timers, enoughSinceMs } };
}
