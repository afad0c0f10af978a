import { ChargebenchError } from '../../core/errors.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { ByteChunk, ByteLink } from '../../core/transport/byte-link.ts';
import type { LinkState } from '../../core/transport/mqtt-link.ts';
import type { SerialFormat } from '../../core/transport/wire-time.ts';

export interface LendableBytes {
  readonly link: ByteLink;
  /** Gives the port away: the link is lost until the answer is called, which opens it anew. */
  lend(borrower: string): Promise<() => void>;
}

/** A link whose port somebody else may have for a while: a port has one owner, a gateway often one connection. */
export function createLendableBytes(open: () => ByteLink, clock: Clock): LendableBytes {
  const stateListeners = new Set<(state: LinkState) => void>();
  const dataListeners = new Set<(chunk: ByteChunk) => void>();
  let under: ByteLink | null = null;
  let away: LinkState = { kind: 'connecting' };
  let format: SerialFormat | null = null;

  const state = (): LinkState => under?.state() ?? away;
  const tell = (now: LinkState): void => {
    for (const listener of [...stateListeners]) listener(now);
  };
  const take = (): void => {
    const opened = open();
    under = opened;
    if (format !== null) void opened.setFormat?.(format);
    opened.onData((chunk) => {
      for (const listener of [...dataListeners]) listener(chunk);
    });
    opened.onState((now) => {
      if (under === opened) tell(now);
    });
  };
  take();

  return {
    link: {
      state,
      onState(listener) {
        stateListeners.add(listener);
        return () => stateListeners.delete(listener);
      },
      onData(listener) {
        dataListeners.add(listener);
        return () => dataListeners.delete(listener);
      },
      write: (bytes) => under?.write(bytes) ?? Promise.reject(new ChargebenchError('link-lost', away.kind === 'lost' ? away.error.context : {})),
      async setFormat(next) {
        format = next;
        await under?.setFormat?.(next);
      },
      async close() {
        const closing = under;
        under = null;
        away = { kind: 'closed' };
        await closing?.close();
        tell(away);
        stateListeners.clear();
        dataListeners.clear();
      },
    },
    async lend(borrower) {
      const lent = under;
      if (lent === null) throw new ChargebenchError('port-in-use', { holder: borrower });
      under = null;
      away = { kind: 'lost', sinceMs: clock.monotonicMs(), error: { code: 'port-in-use', context: { holder: borrower } } };
      tell(away);
      await lent.close();
      return () => {
        if (under !== null || away.kind === 'closed') return;
        take();
        tell(state());
      };
    },
  };
}
