import type { Clock } from '../time/clock.ts';
import type { ByteLink } from './byte-link.ts';
import type { TrafficChunk, TrafficProtocol, TrafficTap } from './traffic.ts';

export interface TappedBytes {
  /** To be used instead of the link that was given. */
  readonly link: ByteLink;
  readonly tap: TrafficTap;
}

export interface TapOptions {
  readonly clock: Clock;
  /** As the site file writes it: serial:/dev/ttyUSB0. */
  readonly linkText: string;
  readonly protocol: TrafficProtocol;
  /** How long so many bytes take to leave; 0 where that is not known. */
  readonly wireMs?: (bytes: number) => number;
}

/** Shows whoever listens every byte that passes a link; listens to the link itself only while somebody does. */
export function tapBytes(link: ByteLink, { clock, linkText, protocol, wireMs = () => 0 }: TapOptions): TappedBytes {
  const listeners = new Set<(chunk: TrafficChunk) => void>();
  const tell = (chunk: TrafficChunk): void => {
    for (const listener of [...listeners]) listener(chunk);
  };
  let stopListening: (() => void) | null = null;
  return {
    link: {
      ...link,
      write(bytes) {
        if (listeners.size > 0 && link.state().kind === 'connected') tell({ direction: 'out', bytes: bytes.slice(), timeMs: clock.monotonicMs() + wireMs(bytes.length) });
        return link.write(bytes);
      },
    },
    tap: {
      linkText,
      protocol,
      onChunk(listener) {
        listeners.add(listener);
        stopListening ??= link.onData(({ bytes, timeMs }) => {
          tell({ direction: 'in', bytes: bytes.slice(), timeMs });
        });
        return () => {
          listeners.delete(listener);
          if (listeners.size > 0) return;
          stopListening?.();
          stopListening = null;
        };
      },
    },
  };
}
