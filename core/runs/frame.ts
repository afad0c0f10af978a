import type { ChargeMode } from '../balancing/features/feature.ts';
import type { CircuitBalance, Notice, Setpoint } from '../balancing/setpoint.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { EvseId } from '../quantities.ts';

/** An offer that was sent, and what became of it. */
export interface Confirmation {
  readonly evseId: EvseId;
  readonly requestedA: number;
  /** What the device says it offers now; null while it has not answered. */
  readonly readBackA: number | null;
  readonly state: 'sent' | 'confirmed' | 'differs' | 'not-sent' | 'timed-out';
  /** Since it was sent. */
  readonly ageMs: number;
}

/** What an EVSE charges by, and who says so: a person, the schedule, its own setting or the site's; `unplugged` for divert that ended with its vehicle. */
export interface HeldMode {
  readonly evseId: EvseId;
  readonly mode: ChargeMode;
  readonly by: 'person' | 'schedule' | 'evse' | 'site' | 'unplugged';
}

/**
 * Everything known and decided in one step: the latest reading of every meter, the latest report of every EVSE, and
 * what was decided from them. Screen, journal and player exchange nothing else.
 */
export interface Frame {
  /** Monotonic; in a run, ms since its start. */
  readonly timeMs: number;
  /** UTC, ms since 1970. */
  readonly wallMs: number;
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
  readonly setpoints: readonly Setpoint[];
  readonly confirmations: readonly Confirmation[];
  readonly circuits: readonly CircuitBalance[];
  readonly notices: readonly Notice[];
  /** One for each EVSE. A frame read from a journal has none: there the reasons of the setpoints tell. */
  readonly modes?: readonly HeldMode[];
}
