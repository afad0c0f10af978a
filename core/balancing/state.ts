import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { EvseId, PerPhase } from '../quantities.ts';
import type { Contest } from './contests.ts';
import type { FeatureMemory } from './features/all-features.ts';
import type { ModeWish } from './features/charge-mode.ts';
import type { Signals } from './features/feature.ts';
import type { LimitWish } from './features/operator-limit.ts';
import type { InferredCurrent } from './inferred-current.ts';
import type { CircuitHeat, RideMemory } from './ride-through.ts';
import type { Contradiction, Notice, Setpoint, CircuitBalance } from './setpoint.ts';
import { evsePhases } from '../site/circuit-tree.ts';
import type { Site } from '../site/site.ts';

/** All memory of the balancer: plain data, in the order of the site's meters and EVSEs. */
export interface BalancerState {
  /** What modes and limits that change by themselves remember; null while the site uses none. */
  readonly features: FeatureMemory | null;
  /** Monotonic time of the first step; null before it. */
  readonly startedMs: number | null;
  readonly meters: readonly MeterMemory[];
  readonly evses: readonly EvseMemory[];
  /** Per EVSE, time used riding through; null while nobody has. */
  readonly rides: readonly (RideMemory | null)[] | null;
  /** Per EVSE, what somebody else has set; null while nobody has. */
  readonly contests: readonly (Contest | null)[] | null;
}

export interface MeterMemory {
  readonly reading: MeterReading | null;
  /** Live readings since the start, a reconnection or a gap in time. */
  readonly liveCount: number;
  /** What flows in its circuit and is no EVSE, per phase, as it is used for cutting; null until known. */
  readonly otherA: PerPhase<number> | null;
  /** The most that could have been other load in each recent sample that no later one covers: what raising has to respect. */
  readonly recent: readonly { readonly timeMs: number; readonly highestA: PerPhase<number> }[];
  /** The most of all of those, per phase. */
  readonly recentA: PerPhase<number> | null;
  /** While it repeats the very same value: since when, and what the EVSEs certainly drew in that time. */
  readonly repeated: { readonly sinceMs: number; readonly mostA: number; readonly leastA: number } | null;
  readonly doubt: { readonly how: Contradiction; readonly sinceMs: number; readonly count: number } | null;
  readonly contradiction: { readonly how: Contradiction; readonly sinceMs: number } | null;
  /** Readings in a row that agreed with the EVSEs since the contradiction, and since when. */
  readonly agreement: { readonly sinceMs: number; readonly count: number } | null;
}

/** What an EVSE drew at a time, as far as is known: from this time until the next entry. */
export interface DrawSpan {
  readonly timeMs: number;
  readonly lowestA: PerPhase<number>;
  readonly highestA: PerPhase<number>;
}

export interface EvseMemory {
  readonly report: EvseReport | null;
  /** The last setpoint; null before the first. */
  readonly offerA: number | null;
  readonly offerMs: number;
  /** When the device first said that it offers no more than the last setpoint; null until then. */
  readonly confirmedMs: number | null;
  /** A higher offer that it had not shown yet when it was asked for less may still come into effect until then; null when none can. */
  readonly lateOfferUntilMs: number | null;
  /** The most it may be drawing or start to draw now. */
  readonly exposureA: number;
  readonly draws: readonly DrawSpan[];
  /** What is known of an EVSE that does not tell its current; null for all others. */
  readonly inferred: InferredCurrent | null;
  /** Its vehicle takes less than it may: what it took, and since when. */
  readonly drawsLess: { readonly measuredA: number; readonly sinceMs: number } | null;
  readonly restartCount: number;
  /** Site phases its vehicle loads, bit 0 for l1: all the EVSE has until learned. */
  readonly phaseMask: number;
  /** Since when the currents tell of fewer phases than that; null while they do not. */
  readonly fewerSinceMs: number | null;
  /** When its vehicle came, and since when it charges without a break; null without one. */
  readonly connectedMs: number | null;
  readonly chargingMs: number | null;
  /** Since when it is paused, by anything but a change of phases; null while it is offered something, or was never. */
  readonly pausedMs: number | null;
  /** Turns it has used while others waited; when it gave the last one away; since when it has the present one, and since when it draws nothing in it. */
  readonly queue: { readonly turns: number; readonly gaveMs: number | null; readonly turnMs: number | null; readonly idleMs: number | null };
}

export interface Wishes {
  /** EVSEs that a person paused. */
  readonly pausedEvses: ReadonlySet<EvseId> | 'all' | null;
  /** Control is about to end: bring everything to where that is safe (rule 11). */
  readonly isLeaving: boolean;
  /** Modes and limits a person asked for, in the order they were made, each with its end. */
  readonly modes: readonly ModeWish[];
  readonly limits: readonly LimitWish[];
}

export interface StepInputs {
  /** Monotonic. */
  readonly timeMs: number;
  /** UTC. */
  readonly wallMs: number;
  /** What has come since the last step. */
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
  /** True when time made a jump (sleep, clock set): everything known before is too old to use. */
  readonly isDiscontinuous?: boolean;
  readonly wishes?: Wishes;
  /** What reaches the balancer besides readings and reports. */
  readonly signals?: Signals;
  /** How far breakers have come towards tripping; needed only to ride through. */
  readonly breakerHeat?: readonly CircuitHeat[];
}

export interface StepResult {
  readonly state: BalancerState;
  readonly setpoints: readonly Setpoint[];
  readonly circuits: readonly CircuitBalance[];
  readonly notices: readonly Notice[];
}

export const NO_WISHES: Wishes = { pausedEvses: null, isLeaving: false, modes: [], limits: [] };

export const UNKNOWN_METER: MeterMemory = {
  reading: null,
  liveCount: 0,
  otherA: null,
  recent: [],
  recentA: null,
  repeated: null,
  doubt: null,
  contradiction: null,
  agreement: null,
};

export function unknownEvse(powerUpCurrentA: number, phaseMask: number): EvseMemory {
  return {
    report: null,
    offerA: null,
    offerMs: 0,
    confirmedMs: null,
    lateOfferUntilMs: null,
    exposureA: powerUpCurrentA,
    draws: [],
    inferred: null,
    drawsLess: null,
    restartCount: 0,
    phaseMask,
    fewerSinceMs: null,
    connectedMs: null,
    chargingMs: null,
    pausedMs: null,
    queue: { turns: 0, gaveMs: null, turnMs: null, idleMs: null },
  };
}

export const maskOf = (phases: readonly number[]): number => phases.reduce((mask, phase) => mask | (1 << phase), 0);

export function initialState(site: Site): BalancerState {
  return {
    features: null,
    rides: null,
    contests: null,
    startedMs: null,
    meters: site.meters.map(() => UNKNOWN_METER),
    evses: site.evses.map((evse) => unknownEvse(evse.powerUpCurrentA, maskOf(evsePhases(evse, site.supply)))),
  };
}

export function memoryOf(state: BalancerState, index: number): EvseMemory {
  const memory = state.evses[index];
  if (memory === undefined) throw new RangeError('the state belongs to another site');
  return memory;
}
