import type { EvseId, MeterId, PerPhase } from '../quantities.ts';

/** One sample of a meter, on the site's phases. Import positive. */
export interface MeterReading {
  readonly meterId: MeterId;
  /** Monotonic time of arrival. */
  readonly timeMs: number;
  /** RMS current with the sign of the power; null for a phase that this meter does not measure. */
  readonly currentA: PerPhase<number | null>;
  readonly voltageV: PerPhase<number | null> | null;
  readonly powerW: PerPhase<number | null> | null;
  /** What this very sample may be wrong by, beside the meter's class, where its own text says so (whole amperes of a P1 meter). */
  readonly currentUncertaintyA?: PerPhase<number | null>;
  /** False for a value the broker kept or the device repeated: it may be old, so it proves nothing. */
  readonly isLive: boolean;
}

/**
 * What the EVSE says it is doing. `starting` is its own power-up; `idle` no vehicle; `connected` a vehicle that does
 * not charge although it may; `charging`; `paused` an EVSE that offers nothing; `fault`.
 */
export type EvseState = 'starting' | 'idle' | 'connected' | 'charging' | 'paused' | 'fault';

/** One sample of an EVSE, on the site's phases. */
export interface EvseReport {
  readonly evseId: EvseId;
  /** Monotonic time of the newest message it rests on. */
  readonly timeMs: number;
  readonly state: EvseState | null;
  readonly isVehicleConnected: boolean | null;
  /** Offered to the vehicle now, read back from the device; 0 while paused, null until known. */
  readonly offeredCurrentA: number | null;
  readonly measuredCurrentA: PerPhase<number | null> | null;
  /** Monotonic time of the newest measured current; null while none has come. */
  readonly measuredTimeMs: number | null;
  readonly voltageV: number | null;
  /** Of the session, as the device counts it. */
  readonly energyWh: number | null;
  /** Grows by one at every restart or reconnection of the device: what it was told before may be forgotten. */
  readonly restartCount: number;
  /** Who else commands it, in the device's words ("manual override"); null when nobody does. */
  readonly otherCommander: string | null;
}

/** What we ask an EVSE for; 0 is a pause. */
export interface Offer {
  readonly evseId: EvseId;
  readonly currentA: number;
}
