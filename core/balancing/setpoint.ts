import type { CircuitId, EvseId, MeterId, PhaseIndex } from '../quantities.ts';

/** What is wrong with a meter that contradicts the EVSEs behind it. */
export type Contradiction = 'frozen' | 'reversed' | 'too-low';

/** Who imposes a ceiling on a circuit's phase. */
export type LimitSource = 'continuous' | 'contract' | 'cable' | 'operator' | 'capacity' | 'grid-operator' | 'grid-relay' | 'schedule' | 'unbalance';

/** What a SmartEVSE's own state machine is at, in the words of its reference (smartevse.md chapters 3 to 5). */
export type SmartevseRule =
  | 'share'
  | 'maximum'
  /** Gets nothing, but the pilot's duty formula falls back to 6 A (a paused master; chapter 4, D5). */
  | 'paused-at-6a'
  /** LESS_6A: less than MIN is left. */
  | 'no-power'
  /** CT_NOCOMM or EV_NOCOMM. */
  | 'meter-silent'
  /** B1: the charge delay runs. */
  | 'delay'
  /** Nobody has let it in: RFID, a switch, or a person who said so. */
  | 'no-access'
  /** C1: the vehicle is given time to stop drawing. */
  | 'stopping'
  | 'no-vehicle'
  | 'awaits-grant'
  /** The vehicle stopped by itself; the pilot stays on at MIN. */
  | 'not-drawing';

/**
 * Why an EVSE is offered what it is offered: one tagged union, so that every kind has its sentence in renderer/words.
 * The first group comes from the balancer, the `device-` group from models of devices that decide for themselves,
 * the `model-` group from models of controllers in the field.
 */
export type Reason =
  /** A limit of a circuit on its tightest phase; `sharers` EVSEs divide what other load leaves. */
  | {
      readonly kind: 'circuit';
      readonly circuitId: CircuitId;
      readonly phase: PhaseIndex;
      readonly limitSource: LimitSource;
      readonly limitA: number;
      readonly otherA: number;
      readonly otherEvsesA: number;
      readonly sharers: number;
    }
  /** A circuit's limit as above, with `currentA` kept free for what its meter may be wrong by. */
  | {
      readonly kind: 'meter-uncertainty';
      readonly circuitId: CircuitId;
      readonly meterId: MeterId;
      readonly currentA: number;
      readonly limitA: number;
      readonly otherA: number;
      readonly otherEvsesA: number;
    }
  | { readonly kind: 'evse-rating'; readonly ratingA: number }
  | { readonly kind: 'configured-max'; readonly configuredMaxA: number }
  /** Its vehicle takes less; the rest is of use elsewhere. */
  | { readonly kind: 'draws-less'; readonly measuredA: number }
  /** No vehicle, or one that does not charge: kept at the minimum, because it would start by itself. */
  | { readonly kind: 'not-charging'; readonly minCurrentA: number }
  /** Not raised until these EVSEs have confirmed their lower offers. */
  | { readonly kind: 'awaits-decrease'; readonly circuitId: CircuitId; readonly evseIds: readonly EvseId[] }
  /** Not raised until the last change has had its response time and one meter age. */
  | { readonly kind: 'settling'; readonly remainingMs: number }
  /** Not raised until the headroom has lasted. */
  | { readonly kind: 'headroom-hold'; readonly circuitId: CircuitId; readonly remainingMs: number }
  | { readonly kind: 'meter-stale'; readonly meterId: MeterId; readonly ageMs: number | null; readonly isFailSafe: boolean }
  | { readonly kind: 'meter-contradicts'; readonly meterId: MeterId; readonly how: Contradiction }
  /** Start: meters and EVSEs of the circuit that have not yet given what is needed before anything is raised. */
  | { readonly kind: 'starting'; readonly awaited: readonly (MeterId | EvseId)[] }
  /** What is left is less than the minimum. */
  | { readonly kind: 'shortage'; readonly circuitId: CircuitId; readonly phase: PhaseIndex; readonly leftA: number; readonly minCurrentA: number }
  /** It does not answer: `reservedA` is kept free for it. */
  | { readonly kind: 'silent'; readonly reservedA: number }
  | { readonly kind: 'other-commander'; readonly commander: string }
  | { readonly kind: 'paused-by-person' }
  /** Mode Off: nothing is offered, and no vehicle starts. */
  | { readonly kind: 'mode-off' }
  /** Solar mode: what the surplus (with the allowed import, per phase this EVSE loads) is worth. */
  | { readonly kind: 'solar-surplus'; readonly surplusA: number; readonly importA: number }
  /** Solar mode: not yet, or no longer, enough surplus to charge. `remainingMs` until it stops; null while it waits to start. */
  | { readonly kind: 'solar-waits'; readonly surplusA: number; readonly neededA: number; readonly remainingMs: number | null }
  /** OpenEVSE's divert rules as a variant of solar. */
  | { readonly kind: 'divert'; readonly availableA: number; readonly smoothedA: number }
  /** Smart mode: waits until the headroom for one more has lasted. */
  | { readonly kind: 'start-delay'; readonly remainingMs: number }
  /** Capacity tariff: the sum or the quarter-hour mean leaves this much. */
  | { readonly kind: 'capacity'; readonly limitW: number; readonly meanW: number }
  /** Dimmed by the grid operator (14a): this EVSE's part of the floor. */
  | { readonly kind: 'grid-operator'; readonly limitW: number; readonly devices: number }
  | { readonly kind: 'temperature'; readonly temperatureC: number; readonly limitC: number }
  | { readonly kind: 'schedule'; readonly untilWallMs: number | null }
  /** A person's limit, until its end. */
  | { readonly kind: 'operator-limit'; readonly limitA: number; readonly untilWallMs: number | null }
  /** Waits in the queue: its place, and when its turn is expected. */
  | { readonly kind: 'queue'; readonly place: number; readonly expectedMs: number | null }
  /** Even its minimum does not fit; the breaker, still cool, bears `currentA` on this phase for a while (policy rideThroughS). */
  | {
      readonly kind: 'ride-through';
      readonly circuitId: CircuitId;
      readonly phase: PhaseIndex;
      readonly currentA: number;
      readonly limitA: number;
      /** Part of the earliest trip. */
      readonly loadRatio: number;
      readonly remainingMs: number;
    }
  /** A pause holds at least so long, and so does a charge that nothing but want of surplus would end. */
  | { readonly kind: 'minimum-off'; readonly remainingMs: number }
  | { readonly kind: 'minimum-on'; readonly remainingMs: number }
  /** Not raised: it does not tell its current, and no meter has shown yet what it draws. */
  | { readonly kind: 'current-unknown' }
  /** Somebody else sets it as well: left to them, as far as the circuits bear what they set. */
  | { readonly kind: 'contested'; readonly oursA: number; readonly theirsA: number }
  /** Changes between one and three phases: never under load, so it is paused meanwhile. */
  | { readonly kind: 'phase-switch'; readonly toPhases: 1 | 3; readonly remainingMs: number }
  /** Kept low because the other phases carry so much less. */
  | { readonly kind: 'unbalance'; readonly phase: PhaseIndex; readonly limitA: number }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'device-configured-max'; readonly configuredMaxA: number }
  | { readonly kind: 'device-shaper'; readonly maxPowerW: number; readonly livePowerW: number; readonly measuredA: number }
  | { readonly kind: 'device-shaper-pause'; readonly maxPowerW: number; readonly livePowerW: number }
  | { readonly kind: 'device-stale-feed'; readonly maxIntervalS: number }
  | { readonly kind: 'device-heartbeat-lost'; readonly fallbackA: number }
  | { readonly kind: 'device-claim'; readonly client: string; readonly currentA: number }
  | { readonly kind: 'device-power-up' }
  /** EV Load Balancing: the old limit plus what the mains phase leaves, less its deviation; `output` as Easee names it. */
  | {
      readonly kind: 'model-ev-load-balancing';
      readonly output: 'P1' | 'P2' | 'P3';
      readonly phase: PhaseIndex;
      readonly limitA: number;
      readonly mainsA: number;
      readonly previousA: number;
      readonly deviationA: number;
      /** The ceiling that held it down; null where none did. */
      readonly boundA: number | null;
    }
  /** A limit that was not renewed in time, and what the charger does then. */
  | { readonly kind: 'model-ttl-expired'; readonly ttlMin: number; readonly then: 'offline-limit' | 'stays' | 'maximum'; readonly currentA: number }
  /** The recipe of the most loaded phase: the old setting (null: not charging) plus what that phase leaves. */
  | {
      readonly kind: 'model-most-loaded-phase';
      readonly phase: PhaseIndex;
      readonly limitA: number;
      readonly measuredA: number;
      readonly previousA: number | null;
      readonly boundA: number | null;
    }
  /** The recipe never asks for more than the charger says it offers. */
  | { readonly kind: 'model-offered-cap'; readonly phase: PhaseIndex; readonly measuredA: number; readonly offeredA: number }
  /** An equal part of a circuit's limit, whatever flows. */
  | { readonly kind: 'model-static-split'; readonly circuitId: CircuitId; readonly phase: PhaseIndex; readonly limitA: number; readonly sharers: number }
  /** A SmartEVSE: its part of the set point of master and nodes, or why it offers nothing. */
  | {
      readonly kind: 'model-smartevse';
      readonly rule: SmartevseRule;
      readonly setPointA: number;
      /** EVSEs that share it. */
      readonly active: number;
      /** Highest phase at the last measurement, and MAINS. */
      readonly mainsA: number;
      readonly limitA: number;
      /** Of the charge delay; null while none runs. */
      readonly remainingS: number | null;
    };

export type ReasonKind = Reason['kind'];

/** One limit that was considered for an EVSE, with the current it would allow. */
export interface Ceiling {
  readonly currentA: number;
  readonly reason: Reason;
}

export interface Setpoint {
  readonly evseId: EvseId;
  /** 0 is a pause; never between 0 and the EVSE's minimum. */
  readonly offeredCurrentA: number;
  /** Site phases this EVSE loads. */
  readonly phases: readonly PhaseIndex[];
  /** The binding one of `limits`. */
  readonly reason: Reason;
  /** Everything considered, lowest first. */
  readonly limits: readonly Ceiling[];
}

export type NoticeCode =
  | 'meter-stale'
  | 'meter-frozen'
  | 'meter-reversed'
  | 'meter-too-low'
  | 'meter-refused'
  | 'evse-silent'
  | 'evse-refused'
  | 'evse-ignores-setpoint'
  | 'evse-restarted'
  | 'evse-other-commander'
  | 'evse-offer-changed'
  | 'evse-contested'
  | 'ride-through'
  | 'offer-not-sent'
  | 'above-continuous-limit'
  | 'above-rating'
  | 'starting'
  | 'clock-jump'
  | 'input-refused'
  | 'battery-value-old'
  | 'capacity-exceeded'
  | 'dimmed'
  | 'temperature-high'
  | 'override-ended'
  | 'control-ended';

/** Something a person should know, as code and context; renderer/words has the sentence. */
export interface Notice {
  readonly code: NoticeCode;
  readonly severity: 'info' | 'attention' | 'danger';
  /** The circuit, meter or EVSE concerned; null for the whole site. */
  readonly about: CircuitId | MeterId | EvseId | null;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;
}

/** One phase of a circuit as the step saw it; null where nothing is known. */
export interface PhaseBalance {
  /** What flows, by the circuit's meter. */
  readonly totalA: number | null;
  /** What flows and is no EVSE. */
  readonly otherA: number | null;
  /** What the EVSEs draw by their own reports. */
  readonly evsesA: number;
  /** What EVSEs may take beyond what they draw. */
  readonly reservedA: number;
  /** Limit minus what flows or may flow. */
  readonly headroomA: number;
}

export interface CircuitBalance {
  readonly circuitId: CircuitId;
  readonly ratingA: number;
  /** The lowest limit that holds without end. */
  readonly limitA: number;
  /** One entry per site phase; null for phases the supply lacks. */
  readonly phases: readonly [PhaseBalance | null, PhaseBalance | null, PhaseBalance | null];
}
