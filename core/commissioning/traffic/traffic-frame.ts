/** One frame, telegram or command as the traffic monitor shows it, whatever protocol it belongs to. */
import type { TrafficChunk, TrafficProtocol } from '../../transport/traffic.ts';

/** One register or field of a device as it was read just now. */
export interface ReadField {
  readonly name: string;
  /** Where it stands: "input 0x0006", "$GG", "1-0:31.7.0". */
  readonly place: string;
  readonly value: number | string | boolean | null;
  readonly unit: string | null;
}

/** One frame, telegram or command, in the order of the wire. */
export interface TrafficFrame {
  /** Monotonic, of its last byte. */
  readonly timeMs: number;
  readonly direction: 'out' | 'in';
  /** Between us and a unit; false for what was overheard between others. */
  readonly isOurs: boolean;
  readonly unitId: number | null;
  readonly deviceId: string | null;
  /** In short: "read input 0x0006 x 12", "$SC 16 V", "telegram KFM5". */
  readonly title: string;
  readonly fields: readonly ReadField[];
  /** From the request's last byte; null for what answers nothing. */
  readonly latencyMs: number | null;
  /** `checksum`, `unexpected`, `no frame`, `exception 2`, a decoder's own reason; null for a sound one. */
  readonly fault: string | null;
  /** Bytes in hex, or the text of a protocol that is one. */
  readonly hex: string;
}

/** Turns what passes one link into frames, in the order of the wire. Never throws. A further protocol is one more of these. */
export interface TrafficDecoder {
  push(chunk: TrafficChunk): readonly TrafficFrame[];
  /** To be called when the line has been silent for a while: what is left becomes frames with a fault. */
  settle(timeMs: number): readonly TrafficFrame[];
}

export type TrafficDecoders = Readonly<Record<TrafficProtocol, (names: UnitNames) => TrafficDecoder>>;

/** What the site knows of the units on a link. */
export interface UnitNames {
  /** Null for a unit that no device of the site is. */
  deviceOf(unitId: number | null): { readonly deviceId: string; readonly model: string } | null;
  /** Names of registers of a model, with their values where these words tell them. */
  fieldsOf(model: string, block: { readonly table: 'holding' | 'input'; readonly address: number; readonly words: readonly number[] }): readonly ReadField[];
}

/** Capitals, a space between bytes: 01 04 00 00. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

export const hexAddress = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
