import type { CircuitId, EvseId, MeterId, PhaseIndex } from '../quantities.ts';
import type { Notice, Setpoint } from '../balancing/setpoint.ts';

/** What one column of a run holds. Currents in A, powers in W, thermal load as a part of the earliest trip, ages in s, voltage in V. */
export type Column =
  | { readonly kind: 'circuit-current'; readonly circuitId: CircuitId; readonly phase: PhaseIndex }
  | { readonly kind: 'other-load'; readonly circuitId: CircuitId; readonly phase: PhaseIndex }
  | { readonly kind: 'thermal-load'; readonly circuitId: CircuitId }
  | { readonly kind: 'metered-current'; readonly meterId: MeterId; readonly phase: PhaseIndex }
  | { readonly kind: 'feed-age'; readonly meterId: MeterId }
  | { readonly kind: 'evse-current'; readonly evseId: EvseId }
  | { readonly kind: 'evse-offered'; readonly evseId: EvseId }
  | { readonly kind: 'evse-setpoint'; readonly evseId: EvseId }
  /** Of the whole site, what is neither EVSE nor PV nor battery. */
  | { readonly kind: 'house-power' }
  /** Of the whole site; positive figures are generation. */
  | { readonly kind: 'pv-power' }
  /** Positive while it charges. */
  | { readonly kind: 'battery-power'; readonly batteryId: string };

/** A run as the screen draws it: one row per sample, one typed array per column; NaN where there was no value. */
export interface RunColumns {
  /** Seconds since the start of the run. */
  readonly timeS: Float64Array;
  readonly columns: readonly { readonly column: Column; readonly values: Float32Array }[];
}

/** A setpoint or its reason changed at this time; the newest change at or before a moment is what held then. */
export interface SetpointChange {
  readonly timeS: number;
  readonly setpoint: Setpoint;
}

export interface NoticeChange {
  readonly timeS: number;
  readonly notice: Notice;
  /** False when it has passed. */
  readonly isOn: boolean;
}

/** `setting` stands in older journals for a signal or a wish. */
export const MARKER_KINDS = ['vehicle', 'load', 'signal', 'wish', 'fault', 'setting'] as const;

/** Something the scenario did: a vehicle plugged in, a load stepped, a person asked for something, a fault began. */
export interface RunMarker {
  readonly timeS: number;
  readonly kind: (typeof MARKER_KINDS)[number];
  /** Words of the scenario's author, or made from the event. */
  readonly text: string;
  readonly about: CircuitId | MeterId | EvseId | null;
}
