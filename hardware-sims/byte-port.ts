/** The device's side of a serial line. Whoever owns the line calls `receive`; the device owns what it says. */
import type { ByteLink } from '../core/transport/byte-link.ts';

export interface BytePort {
  /** Given once per line; replaces the one before. */
  attach(outlet: (bytes: Uint8Array) => void): void;
  receive(bytes: Uint8Array): void;
}

/** One character per byte. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

/** Puts a device on a link: a pair in memory, a pseudo-terminal, a socket, a real port. Returns the way to let go of it. */
export function servePort(port: BytePort, link: ByteLink): () => void {
  let isLetGo = false;
  port.attach((bytes) => {
    // Nobody listens: what it says is lost, as on a wire that was pulled.
    if (!isLetGo && link.state().kind === 'connected') link.write(bytes).catch(() => undefined);
  });
  const stop = link.onData(({ bytes }) => {
    port.receive(bytes);
  });
  return () => {
    isLetGo = true;
    stop();
  };
}

/** What arrives between two moments of its site finds the device at the present. */
export function advancingPort(advance: () => void, port: BytePort): BytePort {
  return {
    attach(outlet) {
      port.attach(outlet);
    },
    receive(bytes) {
      advance();
      port.receive(bytes);
    },
  };
}
