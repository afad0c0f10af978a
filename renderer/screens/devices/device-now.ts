/** What is known of one device now: from the loop's frames, or from what was read by hand since. */
import type { DeviceLook, TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import type { DeviceConnection } from '../../../core/host-api/contract.ts';
import type { ReadField } from '../../../core/commissioning/traffic/traffic-frame.ts';
import type { Frame } from '../../../core/runs/frame.ts';
import type { EvseReport, MeterReading } from '../../../core/site/readings.ts';
import type { Evse, Meter, Site } from '../../../core/site/site.ts';
import { freshnessOf, type Freshness } from '../../words/ages.ts';

/** A look by hand and when it came. UTC. */
export interface HandLook {
  readonly look: DeviceLook;
  readonly wallMs: number;
}

export interface DeviceNow {
  readonly device: DeviceConnection;
  readonly meter: Meter | null;
  readonly evse: Evse | null;
  readonly reading: MeterReading | null;
  readonly report: EvseReport | null;
  readonly ageMs: number | null;
  readonly allowedAgeMs: number;
  readonly freshness: Freshness;
}

export interface Moment {
  readonly site: Site | null;
  readonly frame: Frame | null;
  /** UTC. */
  readonly frameArrivedMs: number;
  readonly nowMs: number;
}

/** Of EVSEs without a vehicle nothing else is stated. */
const USUAL_PERIOD_MS = 2000;

export function deviceNow(device: DeviceConnection, { site, frame, frameArrivedMs, nowMs }: Moment, hand: HandLook | null): DeviceNow {
  const meter = site?.meters.find(({ id }) => id === device.deviceId) ?? null;
  const evse = site?.evses.find(({ id }) => id === device.deviceId) ?? null;
  const framed = frame?.readings.find(({ meterId }) => meterId === device.deviceId) ?? frame?.reports.find(({ evseId }) => evseId === device.deviceId) ?? null;
  const byHand = hand?.look.deviceId === device.deviceId ? (hand.look.reading ?? hand.look.report) : null;
  const isHandNewer = byHand !== null && hand !== null && (framed === null || byHand.timeMs > framed.timeMs);
  const sample = isHandNewer ? byHand : framed;
  const ageMs = isHandNewer ? Math.max(0, nowMs - hand.wallMs) : ageOf(framed, frame, nowMs - frameArrivedMs) ?? device.ageMs;
  const isCharging = sample !== null && 'state' in sample && sample.state === 'charging';
  const allowedAgeMs = meter?.allowedAgeMs ?? (isCharging ? evse?.allowedAgeMs.charging : evse?.allowedAgeMs.idle) ?? Infinity;
  return {
    device,
    meter,
    evse,
    reading: sample !== null && 'meterId' in sample ? sample : null,
    report: sample !== null && 'evseId' in sample ? sample : null,
    ageMs,
    allowedAgeMs,
    freshness: freshnessOf(ageMs, { periodMs: meter?.periodMs ?? USUAL_PERIOD_MS, allowedAgeMs }),
  };
}

function ageOf(sample: { readonly timeMs: number } | null, frame: Frame | null, sinceFrameMs: number): number | null {
  return sample === null || frame === null ? null : Math.max(0, frame.timeMs - sample.timeMs + Math.max(0, sinceFrameMs));
}

/** The newest value of each field that was heard of a device. */
export interface HeardField extends ReadField {
  /** UTC. */
  readonly wallMs: number;
}

export function heardFields(entries: readonly TrafficEntry[], deviceId: string): readonly HeardField[] {
  const newest = new Map<string, HeardField>();
  for (const entry of entries) {
    if (entry.deviceId !== deviceId || entry.fault !== null || entry.direction !== 'in') continue;
    for (const field of entry.fields) newest.set(`${field.place} ${field.name}`, { ...field, wallMs: entry.wallMs });
  }
  return [...newest.values()];
}

export interface FieldPlace {
  readonly first: string;
  /** Values that stand from there on. */
  readonly count: number;
}

/** Where a quantity stands on the link: from input 0x0006 on three values; null where the traffic has not shown it. */
export function placeOf(fields: readonly HeardField[], quantity: string): FieldPlace | null {
  const held = fields.filter(({ name }) => name === quantity || name.startsWith(`${quantity} phase`) || new RegExp(`^${quantity} l[123]$`).test(name));
  const [first] = held;
  return first === undefined ? null : { first: first.place, count: held.length };
}
