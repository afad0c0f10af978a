/**
 * Finds P1 telegrams in a stream of bytes: from `/` through `!`, then the CRC16 in up to four hex digits and CR LF; DSMR 2.2 and 3 and
 * German meters print no CRC (reference home-assistant-ocpp D.1). Whatever is refused is looked through again behind its first byte: a
 * telegram that began within it is not lost.
 */
import { encryptedFrame, encryptedFrameLength, ENCRYPTED_START, type P1Decrypt } from './p1-encrypted.ts';
import { p1Checksum, p1ChecksumText } from './p1-checksum.ts';

/** Why bytes became no telegram. */
export type P1FrameReason =
  /** Bytes between telegrams. */
  | 'garbage'
  /** Another telegram began before the end of this one, or nothing came for too long. */
  | 'broken-off'
  | 'too-long'
  /** Control characters, or bytes that are no ASCII. */
  | 'not-text'
  /** Behind `!` stands something else than up to four hex digits and the end of the line. */
  | 'malformed-end'
  | 'checksum'
  | 'key-missing'
  | 'not-decrypted';

export interface P1Frame {
  /** From `/` through `!`. */
  readonly text: string;
  /** As printed; null where the meter prints none. */
  readonly checksumText: string | null;
  readonly isEncrypted: boolean;
  /** Of the last chunk. */
  readonly timeMs: number;
}

export interface P1FrameRefusal {
  readonly reason: P1FrameReason;
  readonly byteCount: number;
  readonly timeMs: number;
  /** For `checksum`: what it should have been. */
  readonly expected: string | null;
}

export interface P1FramerOptions {
  readonly onFrame: (frame: P1Frame) => void;
  readonly onRefusal: (refusal: P1FrameRefusal) => void;
  readonly decrypt?: P1Decrypt;
}

export interface P1Framer {
  push(bytes: Uint8Array, timeMs: number): void;
}

/** DSMR 5 allows texts of 1024 characters (2048 digits) and ten power failures; no telegram known has a quarter of this. */
const LONGEST_BYTES = 16_384;
/** Within a telegram a meter does not pause; a port server may hold its bytes back for some 100 ms. */
const LONGEST_PAUSE_MS = 2000;
/** Garbage is told in pieces, so that a line at the wrong speed is noticed at all. */
const GARBAGE_PIECE_BYTES = 256;

const SLASH = 0x2f;
const BANG = 0x21;
const CR = 0x0d;
const LF = 0x0a;
const isLineEnd = (byte: number | undefined): boolean => byte === CR || byte === LF;
const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
const isHexDigit = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

/** One character per byte. */
function latin(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += 4096) text += String.fromCharCode(...bytes.subarray(from, from + 4096));
  return text;
}

export function createP1Framer({ onFrame, onRefusal, decrypt }: P1FramerOptions): P1Framer {
  const held = new Uint8Array(LONGEST_BYTES + 1);
  let length = 0;
  let bangAt = -1;
  let isBody = false;
  let garbageCount = 0;
  let lastMs = -Infinity;
  /** Bytes of refused candidates that are looked through again, in order, and how far that has come. */
  let again: Uint8Array = new Uint8Array(0);
  let againAt = 0;

  const refuse = (reason: P1FrameReason, byteCount: number, expected: string | null = null): void => {
    onRefusal({ reason, byteCount, timeMs: lastMs, expected });
  };

  const tellGarbage = (): void => {
    if (garbageCount > 0) refuse('garbage', garbageCount);
    garbageCount = 0;
  };

  const reset = (): void => {
    length = 0;
    bangAt = -1;
    isBody = false;
  };

  /** Refuses the candidate; all behind its first byte is looked through once more, before anything newer. */
  const refuseAndRescan = (reason: P1FrameReason, expected: string | null = null): void => {
    refuse(reason, length, expected);
    const rest = again.subarray(againAt);
    const next = new Uint8Array(length - 1 + rest.length);
    next.set(held.subarray(1, length));
    next.set(rest, length - 1);
    again = next;
    againAt = 0;
    reset();
  };

  const begin = (byte: number): void => {
    tellGarbage();
    held[0] = byte;
    length = 1;
  };

  const finish = (): void => {
    const digits = latin(held.subarray(bangAt + 1, length)).replace(/[\r\n]/g, '');
    const body = held.subarray(0, bangAt + 1);
    if (digits !== '') {
      const sum = p1Checksum(body);
      if (Number.parseInt(digits, 16) !== sum) {
        refuseAndRescan('checksum', p1ChecksumText(sum));
        return;
      }
    }
    onFrame({ text: latin(body), checksumText: digits === '' ? null : digits, isEncrypted: false, timeMs: lastMs });
    reset();
  };

  const takeEnd = (byte: number): void => {
    if (isLineEnd(byte)) finish();
    else if (!isHexDigit(byte)) refuseAndRescan('malformed-end');
    else if (length - bangAt - 1 === 4) finish();
  };

  /** A slash and three letters, as no line of a telegram has: `m3/h` is the most there is. */
  const beginsAnother = (): boolean => held[length - 4] === SLASH && isLetter(held[length - 3] ?? 0) && isLetter(held[length - 2] ?? 0);

  const takeClear = (byte: number): void => {
    const before = held[length - 2];
    if (length <= 4) {
      if (!isLetter(byte)) refuseAndRescan('garbage');
      return;
    }
    if (bangAt >= 0) takeEnd(byte);
    else if (isBody && isLetter(byte) && beginsAnother()) refuseAndRescan('broken-off');
    else if (byte === BANG && isLineEnd(before)) bangAt = length - 1;
    else if (byte === LF || byte === CR) isBody = true;
    // The identification line of a real meter may hold anything; its CRC covers it.
    else if (isBody && (byte < 0x20 || byte > 0x7e)) refuseAndRescan('not-text');
  };

  const open = (): void => {
    const frame = encryptedFrame(held.subarray(0, length));
    const byteCount = length;
    if (decrypt === undefined) {
      reset();
      refuse('key-missing', byteCount);
      return;
    }
    const opened = decrypt(frame);
    if (opened === null) {
      refuseAndRescan('not-decrypted');
      return;
    }
    reset();
    readOpened(opened);
  };

  /** The tag has proven that this is what the meter sealed; still it has to be a telegram. */
  const readOpened = (opened: Uint8Array): void => {
    const frames: P1Frame[] = [];
    const refusals: P1FrameRefusal[] = [];
    const inner = createP1Framer({ onFrame: (frame) => void frames.push({ ...frame, isEncrypted: true }), onRefusal: (refusal) => void refusals.push(refusal) });
    inner.push(opened, lastMs);
    inner.push(Uint8Array.of(CR, LF), lastMs);
    refusals.forEach(onRefusal);
    frames.forEach(onFrame);
    if (frames.length + refusals.length === 0) refuse('broken-off', opened.length);
  };

  const takeSealed = (): void => {
    const whole = encryptedFrameLength(held.subarray(0, length), LONGEST_BYTES);
    if (whole === 'none') refuseAndRescan('garbage');
    else if (whole === length) open();
  };

  const take = (byte: number, isAgain: boolean): void => {
    if (length === 0) {
      if (byte === SLASH || byte === ENCRYPTED_START) begin(byte);
      else if (!isLineEnd(byte) && !isAgain) garbageCount += 1;
      if (garbageCount >= GARBAGE_PIECE_BYTES) tellGarbage();
      return;
    }
    held[length] = byte;
    length += 1;
    if (length > LONGEST_BYTES) refuseAndRescan('too-long');
    else if (held[0] === ENCRYPTED_START) takeSealed();
    else takeClear(byte);
  };

  const drainAgain = (): void => {
    while (againAt < again.length) {
      const byte = again[againAt] ?? 0;
      againAt += 1;
      take(byte, true);
    }
  };

  return {
    push(bytes, timeMs) {
      if (length > 0 && timeMs - lastMs > LONGEST_PAUSE_MS) {
        refuse('broken-off', length);
        reset();
      }
      lastMs = timeMs;
      for (const byte of bytes) {
        take(byte, false);
        if (againAt < again.length) drainAgain();
      }
    },
  };
}
