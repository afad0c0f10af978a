/**
 * Speed and frame of a P1 port: 115200 8N1, or 9600 7E1 with DSMR 2.2 and 3 (reference home-assistant-ocpp D.1). Which it is, the bytes
 * say: at the wrong speed there is no text in them.
 */
import type { SerialFormat } from '../transport/wire-time.ts';
import type { Failure } from '../errors.ts';
import type { P1Reason } from './p1-decoder.ts';

export type P1Format = 'new' | 'old';

export const P1_FORMATS: Readonly<Record<P1Format, Required<SerialFormat>>> = {
  new: { baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
  old: { baud: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
};

export interface P1FramingOptions {
  readonly first: P1Format;
  /** Somebody has said what it is. */
  readonly isFixed: boolean;
  /** False on a socket: the port server has the speed, and seven bits with parity arrive as eight. */
  readonly canSet: boolean;
}

export interface P1Framing {
  format(): P1Format;
  /** The bytes as text: where the line cannot be set and is taken for 7E1, the eighth bit is the parity. */
  textOf(bytes: Uint8Array): Uint8Array;
  refused(reason: P1Reason, failure: Failure): void;
  succeeded(): void;
  /** Whether it has just changed its mind. */
  turn(): boolean;
}

/** Three times what stands behind the telegram of a gateway (capture p1/de-easymeter-q3d-watts: 45 bytes), less than half a telegram. */
const STRAY_BYTES = 150;
const STRAY: ReadonlySet<P1Reason> = new Set(['garbage', 'not-text']);
/** Something of a telegram has been seen, be it broken or sealed: the speed is right. */
const SEEN: ReadonlySet<P1Reason> = new Set(['checksum', 'key-missing', 'not-decrypted', 'checksum-missing', 'no-electricity']);
/** No text: refused wherever it stands. */
const PARITY_BROKEN = 0xff;

export function createP1Framing({ first, isFixed, canSet }: P1FramingOptions): P1Framing {
  let format = first;
  let strayCount = 0;
  return {
    format: () => format,
    textOf: (bytes) => (format === 'old' && !canSet && bytes.some((byte) => byte > 0x7f) ? withoutParity(bytes) : bytes),
    refused(reason, { context }) {
      if (SEEN.has(reason)) strayCount = 0;
      else if (STRAY.has(reason)) strayCount += Number(context['byteCount'] ?? 0);
    },
    succeeded() {
      strayCount = 0;
    },
    turn() {
      if (isFixed || strayCount < STRAY_BYTES) return false;
      strayCount = 0;
      format = format === 'new' ? 'old' : 'new';
      return true;
    },
  };
}

function withoutParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (isEven(byte) ? byte & 0x7f : PARITY_BROKEN));
}

function isEven(byte: number): boolean {
  const halves = byte ^ (byte >> 4);
  const quarters = halves ^ (halves >> 2);
  return ((quarters ^ (quarters >> 1)) & 1) === 0;
}
