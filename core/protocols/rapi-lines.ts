/** Cuts the bytes of a RAPI line into messages: from `$` to CR. A `$` within begins anew, as the controller's own receiver does. */

export type RapiLineReason =
  /** Bytes between CR and `$`. */
  | 'garbage'
  /** Another `$` before the CR, or nothing came for too long. */
  | 'broken-off'
  | 'too-long'
  | 'not-text';

export interface RapiLineRefusal {
  readonly reason: RapiLineReason;
  readonly byteCount: number;
  readonly timeMs: number;
}

export interface RapiLinesOptions {
  /** Without CR; begins with `$`. */
  readonly onLine: (line: string, timeMs: number) => void;
  readonly onRefusal: (refusal: RapiLineRefusal) => void;
}

export interface RapiLines {
  push(bytes: Uint8Array, timeMs: number): void;
  /** The connection was lost: what has come of a line is none. */
  reset(): void;
}

/** The gateway's own receiver holds 100 bytes; no answer is half as long. */
const LONGEST_BYTES = 100;
/** A line lasts less than 10 ms; a port server may hold its end back. */
const LONGEST_PAUSE_MS = 1000;
const GARBAGE_PIECE_BYTES = 256;

const DOLLAR = 0x24;
const CR = 0x0d;
const LF = 0x0a;

export function createRapiLines({ onLine, onRefusal }: RapiLinesOptions): RapiLines {
  /** Null outside a line. */
  let line: string | null = null;
  let garbageCount = 0;
  let lastMs = -Infinity;

  const tellGarbage = (): void => {
    if (garbageCount > 0) onRefusal({ reason: 'garbage', byteCount: garbageCount, timeMs: lastMs });
    garbageCount = 0;
  };

  const abandon = (reason: RapiLineReason): void => {
    if (line !== null) onRefusal({ reason, byteCount: line.length, timeMs: lastMs });
    line = null;
  };

  const end = (): void => {
    const whole = line;
    line = null;
    if (whole !== null) onLine(whole, lastMs);
    else tellGarbage();
  };

  const take = (byte: number): void => {
    if (byte === DOLLAR) {
      abandon('broken-off');
      tellGarbage();
      line = '$';
    } else if (byte === CR || byte === LF) end();
    else if (line === null) {
      garbageCount += 1;
      if (garbageCount >= GARBAGE_PIECE_BYTES) tellGarbage();
    } else if (byte < 0x20 || byte > 0x7e) abandon('not-text');
    else if (line.length >= LONGEST_BYTES) abandon('too-long');
    else line += String.fromCharCode(byte);
  };

  return {
    push(bytes, timeMs) {
      if (line !== null && timeMs - lastMs > LONGEST_PAUSE_MS) abandon('broken-off');
      lastMs = timeMs;
      for (const byte of bytes) take(byte);
    },
    reset() {
      abandon('broken-off');
      tellGarbage();
    },
  };
}
