/**
 * The other end of EV Load Balancing: easee_hass, the cloud and the circuit's dynamic limit in the charger, as far as the
 * balancer meets them (reference/home-assistant-ocpp.md trap 5, A.7, E.1, E.5). Pure; times are ms.
 */
import { clamp } from '../../core/quantities.ts';
import { mapTriple, type Triple } from './ev-load-balancing.ts';

/** E.5: what happens when a time-to-live runs out is told in three ways. */
export type AfterExpiry = 'offline-limit' | 'stays' | 'maximum';

export interface EaseeSetup {
  /** From a write to the moment at which charger and read-back have it: 1 to 10 s, at times 30 s (E.6). */
  readonly delayMs: number;
  readonly ttlMs: number;
  readonly afterExpiry: AfterExpiry;
  readonly offlineLimitA: number;
  /** Where the dynamic limit stands after a restart: 40 A (Home), 80 A (Charge) (E.1). */
  readonly maximumA: number;
}

interface Write {
  readonly dueMs: number;
  readonly limitA: Triple<number>;
}

export interface EaseeState {
  /** The circuit's dynamic limit per charger phase: what the charger obeys and what is read back. */
  readonly limitA: Triple<number>;
  readonly underway: readonly Write[];
  readonly expiresMs: number | null;
  /** The limit is not that of a write any more but of its expiry. */
  readonly hasExpired: boolean;
}

export function initialEasee({ maximumA }: EaseeSetup): EaseeState {
  return { limitA: [maximumA, maximumA, maximumA], underway: [], expiresMs: null, hasExpired: false };
}

/** E.4: the action takes 0 to 40 A; what is below is taken as 0. */
const LOWEST_A = 0;
const HIGHEST_A = 40;

/**
 * easee_hass.set_circuit_dynamic_limit. A limit equal to the one already reported is dropped without an error, and with
 * it the renewal of its time-to-live (trap 5).
 */
export function writeEasee({ delayMs }: EaseeSetup, state: EaseeState, timeMs: number, limitA: Triple<number>): EaseeState {
  const taken = mapTriple(limitA, (value) => clamp(value, LOWEST_A, HIGHEST_A));
  if (isEqual(taken, state.limitA)) return state;
  return { ...state, underway: [...state.underway, { dueMs: timeMs + delayMs, limitA: taken }] };
}

/** What has reached the charger up to now, and what has run out. */
export function advanceEasee(setup: EaseeSetup, before: EaseeState, timeMs: number): EaseeState {
  let state = before;
  for (const write of before.underway) {
    if (write.dueMs > timeMs) continue;
    state = { limitA: write.limitA, underway: state.underway.filter((each) => each !== write), expiresMs: write.dueMs + setup.ttlMs, hasExpired: false };
  }
  if (state.expiresMs === null || timeMs < state.expiresMs) return state;
  return { ...state, limitA: expiredLimits(setup, state.limitA), expiresMs: null, hasExpired: setup.afterExpiry !== 'stays' };
}

function expiredLimits({ afterExpiry, offlineLimitA, maximumA }: EaseeSetup, limitA: Triple<number>): Triple<number> {
  if (afterExpiry === 'stays') return limitA;
  const thenA = afterExpiry === 'offline-limit' ? offlineLimitA : maximumA;
  return [thenA, thenA, thenA];
}

/** E.1: a charger on several phases gets the lowest of its phases' limits, cut to whole amperes. */
export function obeyedA({ limitA }: Pick<EaseeState, 'limitA'>, phaseCount: number): number {
  return Math.floor(Math.min(...limitA.slice(0, phaseCount)));
}

export function isEqual(a: Triple<number>, b: Triple<number>): boolean {
  return a.every((value, index) => value === b[index]);
}
