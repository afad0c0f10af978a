import type { CircuitId, DeviceId, EvseId, MeterId, PerPhase } from '../quantities.ts';
import type { Reason } from '../balancing/setpoint.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { ByteLink } from '../transport/byte-link.ts';
import type { ModbusBus } from '../transport/modbus-bus.ts';
import type { MqttLink } from '../transport/mqtt-link.ts';
import type { RunMarker } from '../runs/columns.ts';

/** What the devices of a world gave in one stretch of time, as a driver would have understood it. */
export interface WorldOutput {
  readonly readings: readonly MeterReading[];
  readonly reports: readonly EvseReport[];
  /** False while nothing can be sent and nothing arrives: the broker is gone. */
  readonly isLinkUp: boolean;
}

/** Seconds to come that only repeat the last one: nothing is due, and who tells something tells what it told last. */
export interface StillSeconds {
  /** Those before this time. */
  readonly untilMs: number;
  /** Who tells the same in each of them; all others are silent. */
  readonly telling: ReadonlySet<DeviceId>;
}

/** What truly flows, which no controller sees: for verdicts and charts. */
export interface WorldTruth {
  /** While this is the same number, currents, offers and published values are what they were; energy and ages go on. */
  changes(): number;
  /** Per circuit: RMS current per site phase; 0 on phases the supply lacks. */
  circuitCurrentA(circuitId: CircuitId): PerPhase<number>;
  /** Per circuit: that part of it that is no EVSE. */
  otherLoadA(circuitId: CircuitId): PerPhase<number>;
  /** Per phase it loads. */
  evseCurrentA(evseId: EvseId): number;
  /** Phases its contactors let a vehicle load. */
  evsePhaseCount(evseId: EvseId): number;
  /** What its pilot says to the vehicle; 0 while it offers nothing. */
  evseOfferedA(evseId: EvseId): number;
  /** Why the device itself offers that (device-… kinds). */
  evseReason(evseId: EvseId): Reason;
  /** Energy delivered since the start. */
  evseEnergyWh(evseId: EvseId): number;
  /** What the meter last published on each site phase; null before its first sample. */
  meteredCurrentA(meterId: MeterId): PerPhase<number | null> | null;
  /** Since the newest sample reached its readers; null before the first. */
  feedAgeMs(meterId: MeterId): number | null;
  /** Of the whole site, what is neither EVSE nor PV nor battery. */
  housePowerW(): number;
  /** Of the whole site; positive figures are generation. */
  pvPowerW(): number;
  /** Positive while it charges. */
  batteryPowerW(batteryId: string): number;
}

/** What a controller has by wire or by hand in a played site, beside the messages of its devices. */
export interface SiteWires {
  /** Moves the second contactor of an EVSE (SmartEVSE CONTACT 2), now and whatever flows; nothing happens where there is none. */
  switchPhases(evseId: EvseId, phaseCount: 1 | 3): void;
  /** What all home batteries of the site take now, per site phase; charging positive. */
  homeBatteryA(): PerPhase<number>;
}

/**
 * A site that can be played: time moves only through `advanceTo`, and everything that happens in between is
 * decided by the scenario and its seed. Times are ms since the start of the run.
 */
export interface World {
  readonly truth: WorldTruth;
  readonly wires: SiteWires;
  /** When something will happen by itself next; never later than the plant's next step. */
  nextEventMs(): number;
  advanceTo(timeMs: number): WorldOutput;
  /** Those that begin with the next second, unless something is asked of a device; null where there are none. */
  stillSeconds(nextMs: number): StillSeconds | null;
  /** Passes one of them: energies and ages go on. The next `advanceTo` gives what was told in them once, as of the last of them. */
  repeat(timeMs: number): void;
  /** What a controller asks; takes effect in the device's own time. Refused silently while nobody can reach it. */
  offer(evseId: EvseId, currentA: number): void;
  /** What the scenario did up to now. */
  markers(): readonly RunMarker[];
}

/** A simulated site whose devices sit on an in-memory broker and speak text, as on a real one. */
export interface LoopbackWorld {
  readonly truth: WorldTruth;
  readonly wires: SiteWires;
  nextEventMs(): number;
  /** Runs everything due up to and including this time; the clock stands there already. */
  advanceTo(timeMs: number): void;
  markers(): readonly RunMarker[];
  /** A new connection to the world's broker. */
  connect(): MqttLink;
  /** Its pairs of wires, opened anew, by the `transport` of the links of its devices. */
  openBuses(): ReadonlyMap<string, ModbusBus>;
  /** Its serial lines with one device each, opened anew, by the `port` of their links. */
  openPorts(): ReadonlyMap<string, ByteLink>;
}
