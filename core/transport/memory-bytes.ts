import { ChargebenchError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import type { ByteChunk, ByteLink } from './byte-link.ts';
import type { LinkState } from './mqtt-link.ts';
import { wireMs, type SerialFormat } from './wire-time.ts';

/** Two ends of one line without a port, for tests and for playing through the real codecs. */
export interface MemoryBytes {
  readonly near: ByteLink;
  readonly far: ByteLink;
  /** Pulls the plug: both ends are lost, what is on its way is gone. */
  unplug(): void;
  plugIn(): void;
}

interface End {
  readonly link: ByteLink;
  enter(state: LinkState): void;
  receive(bytes: Uint8Array): void;
}

/**
 * With a format the bytes of one write arrive together when the last of them would have left the wire, one write after the other;
 * without one they arrive at once, in the same turn of the clock.
 */
export function createMemoryBytes(clock: Clock, format: SerialFormat | null = null): MemoryBytes {
  let isPlugged = true;
  let plugging = 0;
  const createEnd = (other: () => End): End => {
    const stateListeners = new Set<(state: LinkState) => void>();
    const dataListeners = new Set<(chunk: ByteChunk) => void>();
    let state: LinkState = { kind: 'connected', sinceMs: clock.monotonicMs() };
    let freeMs = 0;
    const enter = (next: LinkState): void => {
      if (state.kind === 'closed') return;
      state = next;
      for (const listener of [...stateListeners]) listener(next);
    };
    const link: ByteLink = {
      state: () => state,
      onState(listener) {
        stateListeners.add(listener);
        return () => stateListeners.delete(listener);
      },
      onData(listener) {
        dataListeners.add(listener);
        return () => dataListeners.delete(listener);
      },
      write(bytes) {
        if (state.kind !== 'connected') return Promise.reject(new ChargebenchError('link-lost'));
        const sent = bytes.slice();
        const during = plugging;
        freeMs = Math.max(freeMs, clock.monotonicMs()) + (format === null ? 0 : wireMs(sent.length, format));
        clock.callAt(freeMs, () => {
          if (isPlugged && plugging === during) other().receive(sent);
        });
        return Promise.resolve();
      },
      close() {
        enter({ kind: 'closed' });
        dataListeners.clear();
        return Promise.resolve();
      },
    };
    return {
      link,
      enter,
      receive(bytes) {
        const chunk = { bytes, timeMs: clock.monotonicMs() };
        for (const listener of [...dataListeners]) listener(chunk);
      },
    };
  };
  const near: End = createEnd(() => far);
  const far: End = createEnd(() => near);
  const enterBoth = (state: LinkState): void => {
    near.enter(state);
    far.enter(state);
  };
  return {
    near: near.link,
    far: far.link,
    unplug() {
      isPlugged = false;
      plugging += 1;
      enterBoth({ kind: 'lost', sinceMs: clock.monotonicMs(), error: { code: 'link-lost', context: {} } });
    },
    plugIn() {
      isPlugged = true;
      enterBoth({ kind: 'connected', sinceMs: clock.monotonicMs() });
    },
  };
}
