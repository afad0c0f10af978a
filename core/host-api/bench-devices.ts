/** What the Devices screen is told and may ask: ports, links, scans, one device by hand, and the traffic of a link. */
import type { FoundUnit, ScannedLine, ScanProgress } from '../commissioning/bus-scan.ts';
import type { LineSettings } from '../commissioning/scan-plan.ts';
import type { TrafficFrame } from '../commissioning/traffic/traffic-frame.ts';
import type { Failure } from '../errors.ts';
import type { EvseId } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { ModbusBusLoad } from '../transport/modbus-bus.ts';
import type { TrafficProtocol } from '../transport/traffic.ts';

/** Where a value comes from: a device at a wire, or one this program plays. */
export type Origin = 'hardware' | 'simulated';

/** A serial port of this machine. */
export interface SerialPortSummary {
  /** As the system names it: /dev/ttyUSB0, COM3, /dev/cu.usbserial-A50285BI. */
  readonly path: string;
  /** Adapter chip and maker by its USB ids, "FTDI FT232R (USB-RS485)"; null where nobody knows it. */
  readonly adapter: string | null;
  readonly serialNumber: string | null;
  /** USB vendor and product, "0403:6001". */
  readonly usbId: string | null;
  /** The open site uses it; then a scan has to wait until control has ended. */
  readonly isUsedBySite: boolean;
}

/** A link of the open site, or one that was opened by hand. */
export interface LinkSummary {
  /** As the site file writes it: mqtt, serial:/dev/ttyUSB0, tcp:192.168.1.20:502. */
  readonly id: string;
  readonly protocol: TrafficProtocol | 'mqtt' | 'http';
  readonly origin: Origin;
  readonly state: 'connecting' | 'connected' | 'lost' | 'closed';
  /** UTC. */
  readonly sinceWallMs: number;
  readonly failure: Failure | null;
  readonly line: LineSettings | null;
  /** Null for links that are no Modbus bus. */
  readonly load: ModbusBusLoad | null;
}

/** `serial:/dev/ttyUSB0`, `tcp:host:port`, `rtu-over-tcp:host:port`; `simulated:` and the id of a link for the simulated wires of the open site. */
export interface ScanRequest {
  readonly target: string;
}

/** Units are found by reading only; nothing is ever written. */
export type ScanState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly target: string; readonly progress: ScanProgress }
  | {
      readonly kind: 'ended';
      readonly target: string;
      readonly found: readonly FoundUnit[];
      readonly lines: readonly ScannedLine[];
      /** Another master talks here, so nothing was asked. */
      readonly hearsMaster: boolean;
      readonly isComplete: boolean;
      /** Why it could not go on. */
      readonly failure: Failure | null;
    };

/** What one reading by hand gave. */
export interface DeviceLook {
  readonly deviceId: string;
  readonly reading: MeterReading | null;
  readonly report: EvseReport | null;
  readonly identity: { readonly model: string; readonly firmware: string | null; readonly serial: string | null } | null;
  readonly latencyMs: number;
}

/** A setting as the device has it now, with what its description says of it. */
export interface SettingLook {
  readonly key: string;
  readonly name: string;
  readonly unit: string | null;
  readonly value: string | number | boolean | null;
  readonly failure: Failure | null;
  /** Why it may not be written from here: `neverWrite`, or only at the device's own display. */
  readonly lockedBecause: string | null;
  readonly onlyUncharged: string | null;
  readonly wears: string | null;
}

/** A stored setting of a device, and why it is changed: the reason stands in the record of such writes. */
export interface SettingWrite {
  readonly deviceId: string;
  readonly key: string;
  readonly value: string | number | boolean;
  readonly reason: string;
}

export interface OfferByHand {
  readonly evseId: EvseId;
  /** Per phase; 0 pauses. */
  readonly currentA: number;
}

/** What was asked of an EVSE by hand, and what it says it offers now. */
export interface HandOffer {
  readonly evseId: EvseId;
  readonly requestedA: number;
  readonly readBackA: number;
}

/** One frame of the monitor's list. */
export interface TrafficEntry extends Omit<TrafficFrame, 'timeMs'> {
  readonly id: number;
  readonly linkId: string;
  readonly protocol: TrafficProtocol;
  /** UTC. */
  readonly wallMs: number;
}
