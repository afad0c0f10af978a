import { rtuRequestLength, crc16 } from '../../core/protocols/modbus.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteLink } from '../../core/transport/byte-link.ts';
import { createModbusPair, type ModbusPair, type ModbusPairOptions } from '../modbus-pair.ts';

export interface RtuServer {
  /** Bytes that belonged to no sound request, other masters' and other units' traffic included. */
  passedOverBytes(): number;
  /** Lets go of the link without closing it. */
  close(): void;
}

/** Longer than any request; older bytes without one in them are noise. */
const MOST_BYTES = 1024;
/** A frame whose bytes stopped this long ago is over; ports and networks hand bytes on in pieces. */
const QUIET_MS = 50;

/**
 * Units on a stream of bytes: a real serial port, a pty, a socket, a pair in memory. Frames are found by their length and CRC wherever they
 * begin, so that noise, another unit's answer or half a frame never keeps a request from being heard.
 */
export function serveRtu(link: ByteLink, options: ModbusPairOptions): RtuServer {
  return serveRtuPair(link, createModbusPair(options), options.clock);
}

/** As above for a pair that several streams share, as the connections of a gateway do. */
export function serveRtuPair(link: ByteLink, pair: ModbusPair, clock: Clock): RtuServer {
  let bytes: Uint8Array = new Uint8Array(0);
  let passedOver = 0;
  let callOffQuiet: (() => void) | null = null;
  let isClosed = false;

  const answer = (frame: Uint8Array): void => {
    // Nobody listens any more: the answer is lost, as on a wire that was pulled.
    if (!isClosed) link.write(frame).catch(() => undefined);
  };
  const drop = (count: number): void => {
    passedOver += count;
    bytes = bytes.slice(count);
  };
  const take = (start: number, length: number): void => {
    const frame = bytes.slice(start, start + length);
    drop(start);
    bytes = bytes.slice(length);
    pair.request(frame, answer);
  };
  const takeAll = (): void => {
    for (let found = findRequest(bytes); found !== null; found = findRequest(bytes)) take(found.start, found.length);
    if (bytes.length > MOST_BYTES) drop(bytes.length - MOST_BYTES);
  };
  /** Functions whose length nobody knows end where the line falls silent. */
  const quiet = (): void => {
    callOffQuiet = null;
    const start = bytes.findIndex((_, at) => bytes.length - at >= 4 && isSound(bytes.subarray(at)));
    if (start >= 0) take(start, bytes.length - start);
    drop(bytes.length);
  };

  const stop = link.onData(({ bytes: more }) => {
    bytes = Uint8Array.from([...bytes, ...more]);
    takeAll();
    callOffQuiet?.();
    callOffQuiet = bytes.length === 0 ? null : clock.callAt(clock.monotonicMs() + QUIET_MS, quiet);
  });
  return {
    passedOverBytes: () => passedOver,
    close() {
      isClosed = true;
      callOffQuiet?.();
      stop();
    },
  };
}

function findRequest(bytes: Uint8Array): { readonly start: number; readonly length: number } | null {
  for (let start = 0; start + 8 <= bytes.length; start += 1) {
    const rest = bytes.subarray(start);
    const length = rtuRequestLength(rest);
    if (length !== null && length <= rest.length && isSound(rest.subarray(0, length))) return { start, length };
  }
  return null;
}

/** CRC over a frame with its own CRC is 0 (low byte first). */
function isSound(frame: Uint8Array): boolean {
  return crc16(frame) === 0;
}
