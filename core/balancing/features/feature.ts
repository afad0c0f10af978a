/**
 * Modes and limits that change by themselves. Each is a pure function from its settings, its memory and what is known
 * now to ceilings; none of them ever raises anything, and none knows the circuits' arithmetic. The step takes the lowest
 * ceiling of all, so no floor of any mode stands against a circuit's limit.
 */
import type { EvseId, PerPhase, PhaseIndex } from '../../quantities.ts';
import type { Evse, Site } from '../../site/site.ts';
import type { Ceiling, LimitSource, Notice } from '../setpoint.ts';

export type ChargeMode = 'normal' | 'smart' | 'solar' | 'off' | 'boost' | 'pause';

/** One EVSE as the features see it, at its index in the site. */
export interface EvseView {
  readonly index: number;
  readonly evse: Evse;
  /** What it charges by now: a person's wish, else the schedule's, else its own, else the site's. */
  readonly mode: ChargeMode;
  /** Site phases its vehicle really loads, as far as learned; all it could load until then. */
  readonly phases: readonly PhaseIndex[];
  /** A vehicle is there. */
  readonly isConnected: boolean;
  readonly isCharging: boolean;
  /** Highest of its phases; 0 when it does not charge; null when it does not tell. */
  readonly drawnA: number | null;
  /** The setpoint before this step; null before the first. */
  readonly offeredA: number | null;
  /** When its vehicle came; null without one. Monotonic. */
  readonly connectedMs: number | null;
  /** When it began to charge without a break; null while it does not. Monotonic. */
  readonly chargingMs: number | null;
}

/** What reaches the balancer besides readings and reports; each null until it has ever come. */
export interface Signals {
  /** `open`: the limit of the relay holds. */
  readonly gridRelay: 'open' | 'closed' | null;
  /** 14a: the grid operator dims now. */
  readonly isDimmed: boolean | null;
  /** Current of the home battery per phase, charging positive, with its time. */
  readonly battery: { readonly currentA: PerPhase<number>; readonly timeMs: number } | null;
  /** Power of the PV plant, production positive. */
  readonly pv: { readonly powerW: number; readonly timeMs: number } | null;
  readonly temperatures: readonly { readonly evseId: EvseId; readonly temperatureC: number; readonly timeMs: number }[];
}

export const NO_SIGNALS: Signals = { gridRelay: null, isDimmed: null, battery: null, pv: null, temperatures: [] };

export interface FeatureView {
  readonly site: Site;
  /** Monotonic, for ages and timers. */
  readonly timeMs: number;
  /** UTC, for quarter-hours, schedules and months. */
  readonly wallMs: number;
  /** Site phases the supply has. */
  readonly phases: readonly PhaseIndex[];
  readonly evses: readonly EvseView[];
  /** What flows at the grid connection, EVSEs included, export negative; null while its meter cannot be relied on. */
  readonly gridCurrentA: PerPhase<number> | null;
  /** Time of that reading: a new time is a new sample. */
  readonly gridTimeMs: number | null;
  /** Line voltage as an EVSE sees it: measured, else nominal. */
  readonly voltageV: number;
  readonly signals: Signals;
}

/** A ceiling for one EVSE. */
export interface EvseCeiling {
  readonly index: number;
  readonly ceiling: Ceiling;
}

/** A ceiling for a circuit's phases, all EVSEs and other load together. */
export interface CircuitCeiling {
  /** Index of the circuit in the site. */
  readonly circuit: number;
  readonly phases: readonly PhaseIndex[];
  readonly currentA: number;
  readonly source: LimitSource;
}

export interface FeatureOutcome<Memory> {
  readonly memory: Memory;
  readonly evseCeilings: readonly EvseCeiling[];
  readonly circuitCeilings: readonly CircuitCeiling[];
  readonly notices: readonly Notice[];
}

/** `memory` is plain JSON data. Same arguments, same answer; never throws. */
export type Feature<Memory> = (memory: Memory, view: FeatureView) => FeatureOutcome<Memory>;
