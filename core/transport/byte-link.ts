import type { LinkState, Unsubscribe } from './mqtt-link.ts';
import type { SerialFormat } from './wire-time.ts';

export interface ByteChunk {
  readonly bytes: Uint8Array;
  /** Monotonic time of arrival of the last byte. */
  readonly timeMs: number;
}

/**
 * A stream of bytes in both directions: a serial port, a socket, a pair in memory. Opened by its transport, closed once; it
 * reconnects by itself. Where chunks are cut means nothing. Writing without a connection throws `link-lost`: nothing is queued.
 */
export interface ByteLink {
  state(): LinkState;
  onState(listener: (state: LinkState) => void): Unsubscribe;
  onData(listener: (chunk: ByteChunk) => void): Unsubscribe;
  /** Resolves when the bytes are handed to the port, not when they have left the wire. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sets speed and frame of a serial port that is open; absent where there is none to set, as on a socket. Throws `link-lost`. */
  setFormat?(format: SerialFormat): Promise<void>;
  close(): Promise<void>;
}
