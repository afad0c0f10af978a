import type { Unsubscribe } from './mqtt-link.ts';

export type TrafficProtocol = 'modbus-rtu' | 'modbus-tcp' | 'rapi' | 'p1';

/** Bytes as they crossed the wire. `out` is ours; `in` came, whether it was meant for us or overheard. */
export interface TrafficChunk {
  readonly direction: 'out' | 'in';
  readonly bytes: Uint8Array;
  /** Monotonic time of the last byte as far as known. */
  readonly timeMs: number;
}

/** What passes a link, for the traffic monitor and for listening beside another master. Bounded history is the reader's matter. */
export interface TrafficTap {
  readonly linkText: string;
  readonly protocol: TrafficProtocol;
  onChunk(listener: (chunk: TrafficChunk) => void): Unsubscribe;
}
