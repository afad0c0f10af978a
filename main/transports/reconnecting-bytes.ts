import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import type { CancelSignal, Clock } from '../../core/time/clock.ts';
import type { ByteChunk, ByteLink } from '../../core/transport/byte-link.ts';
import type { LinkState } from '../../core/transport/mqtt-link.ts';

/** One connection, from its opening to its end. */
export interface ByteConnection {
  write(bytes: Uint8Array): Promise<void>;
  /** Leaves neither handle nor listener behind. */
  close(): Promise<void>;
}

export interface ConnectionEvents {
  data(bytes: Uint8Array): void;
  /** The connection is gone and has been cleaned up. */
  lost(failure: Failure): void;
}

export interface ReconnectingOptions {
  /** Opens a connection; throws a failure. Told of the end at most once, and never before it has opened. */
  readonly connect: (events: ConnectionEvents, signal: AbortSignal) => Promise<ByteConnection>;
  readonly clock: Clock;
  readonly signal?: CancelSignal;
  /** The first pause before connecting again; doubled up to `longestPauseMs`. */
  readonly shortestPauseMs?: number;
  readonly longestPauseMs?: number;
}

/** A byte link over connections that come and go: a port pulled and plugged in, a gateway that restarts. */
export function openReconnectingBytes(options: ReconnectingOptions): ByteLink {
  const { clock, shortestPauseMs = 250, longestPauseMs = 5000 } = options;
  const stateListeners = new Set<(state: LinkState) => void>();
  const dataListeners = new Set<(chunk: ByteChunk) => void>();
  const closing = new AbortController();
  let state: LinkState = { kind: 'connecting' };
  let connection: ByteConnection | null = null;
  let opening: Promise<void> = Promise.resolve();
  let pauseMs = shortestPauseMs;
  let callOffRetry: (() => void) | null = null;

  const become = (next: LinkState): void => {
    state = next;
    for (const listener of [...stateListeners]) listener(next);
  };
  const lose = (error: Failure): void => {
    if (closing.signal.aborted) return;
    connection = null;
    callOffRetry = clock.callAt(clock.monotonicMs() + pauseMs, () => {
      callOffRetry = null;
      opening = connect();
    });
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    become({ kind: 'lost', sinceMs: state.kind === 'lost' ? state.sinceMs : clock.monotonicMs(), error });
  };
  const connect = async (): Promise<void> => {
    try {
      const opened = await options.connect({ data: receive, lost: lose }, closing.signal);
      if (closing.signal.aborted) {
        await opened.close();
        return;
      }
      connection = opened;
      pauseMs = shortestPauseMs;
      become({ kind: 'connected', sinceMs: clock.monotonicMs() });
    } catch (error) {
      lose(failureOf(error));
    }
  };
  const receive = (bytes: Uint8Array): void => {
    const chunk = { bytes, timeMs: clock.monotonicMs() };
    for (const listener of [...dataListeners]) listener(chunk);
  };
  const close = async (): Promise<void> => {
    if (state.kind === 'closed') return;
    closing.abort();
    options.signal?.removeEventListener('abort', closeOnAbort);
    callOffRetry?.();
    become({ kind: 'closed' });
    await connection?.close();
    connection = null;
    await opening;
    dataListeners.clear();
    stateListeners.clear();
  };
  const closeOnAbort = (): void => {
    void close();
  };
  options.signal?.addEventListener('abort', closeOnAbort);
  if (options.signal?.aborted === true) closeOnAbort();
  else opening = connect();

  return {
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
      if (connection === null || state.kind !== 'connected') {
        return Promise.reject(new ChargebenchError('link-lost', state.kind === 'lost' ? state.error.context : {}));
      }
      return connection.write(bytes);
    },
    close,
  };
}
