import type { DeviceSettings } from '../devices/kept-settings.ts';
import type { MeterDescriptions } from '../devices/meter-description-schema.ts';
import type { Failure, Result } from '../errors.ts';
import type { EvseId, MeterId } from '../quantities.ts';
import type { CancelSignal, Clock } from '../time/clock.ts';
import type { P1Decrypt } from '../protocols/p1-encrypted.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import type { ByteLink } from '../transport/byte-link.ts';
import type { ModbusBus } from '../transport/modbus-bus.ts';
import type { MqttLink, Unsubscribe } from '../transport/mqtt-link.ts';
import type { TrafficTap } from '../transport/traffic.ts';
import type { SettingRecord } from './setting-record.ts';

/** The links a site's drivers may be given; null or absent where the site has no such link. */
export interface Links {
  readonly mqtt: MqttLink | null;
  /** By the `transport` of a site's modbus link. */
  readonly buses?: ReadonlyMap<string, ModbusBus>;
  /** What passes on those of them whose bytes are ours to see, by the same name. */
  readonly taps?: ReadonlyMap<string, TrafficTap>;
  /** By the `port` of a site's serial link: RAPI, P1. */
  readonly ports?: ReadonlyMap<string, ByteLink>;
}

export interface Identity {
  /** Maker and model as the device or its topics say. */
  readonly model: string;
  readonly firmware: string | null;
  readonly serial: string | null;
}

/** A payload or answer that was refused: counted and shown, never used. */
export interface Rejection {
  readonly timeMs: number;
  readonly failure: Failure;
}

interface Driver {
  identify(signal?: CancelSignal): Promise<Identity>;
  onRejection(listener: (rejection: Rejection) => void): Unsubscribe;
  /** Stops listening; the link stays open, it belongs to whoever opened it. */
  close(): void;
}

/** Reads one meter. Holds the latest device values only, nothing of the site. */
export interface MeterDriver extends Driver {
  readonly meterId: MeterId;
  /** The next reading that arrives; throws timeout or cancelled. */
  read(signal?: CancelSignal): Promise<MeterReading>;
  onReading(listener: (reading: MeterReading) => void): Unsubscribe;
}

export interface OfferAnswer {
  readonly requestedA: number;
  /** What the device says it now offers; 0 when it is paused. */
  readonly readBackA: number;
}

/** What an EVSE can do, as data. */
export interface EvseCapabilities {
  readonly canPause: boolean;
  readonly minCurrentA: number;
  readonly maxCurrentA: number;
  readonly stepA: number;
  /** False when an offer stands until replaced, even if nobody is there any more. */
  readonly offersExpire: boolean;
}

/** Why a setting is written; `restores` names the recorded write that is put back. */
export type WritePurpose = { readonly reason: string; readonly isTemporary?: boolean } | { readonly restores: number };

export interface EvseDriver extends Driver {
  readonly evseId: EvseId;
  capabilities(): EvseCapabilities;
  read(signal?: CancelSignal): Promise<EvseReport>;
  onReport(listener: (report: EvseReport) => void): Unsubscribe;
  /** What the device itself is set to, as far as a journal may keep it: once known, at once and whenever it changes. Never called where a device tells its settings only when asked for each. */
  onSettings(listener: (settings: DeviceSettings) => void): Unsubscribe;
  /**
   * Asks for a current (0 pauses), rounded down to the device's step; refuses with `out-of-range` what lies between 0
   * and the minimum or above the rating, with `timeout` what was not confirmed, with `link-lost` what could not be sent.
   */
  offer(currentA: number, signal?: CancelSignal): Promise<Result<OfferAnswer>>;
  /** Gives control back: the device does again what its own settings say. */
  release(signal?: CancelSignal): Promise<Result<null>>;
  readSetting(key: string, signal?: CancelSignal): Promise<Result<string | number | boolean>>;
  /** Always answers with the value read back. A stored setting is written after it stands in the record of such writes only. */
  writeSetting(key: string, value: string | number | boolean, signal?: CancelSignal, purpose?: WritePurpose): Promise<Result<string | number | boolean>>;
}

export interface DriverPorts {
  readonly links: Links;
  /** By the `port` of a site's serial link: opens the frames of a meter that encrypts, with a key that stays with the host. */
  readonly p1Keys?: ReadonlyMap<string, P1Decrypt>;
  /** How meters are read by their registers; those that come with the program when absent. */
  readonly meterModels?: MeterDescriptions;
  readonly clock: Clock;
  /** Where writes to stored settings are put down first; forgotten with the drivers when absent. */
  readonly settingRecord?: SettingRecord;
}
