import { useEffect, useReducer } from 'react';
import type { Failure } from '../../../core/errors.ts';
import type { TrafficEntry } from '../../../core/host-api/bench-devices.ts';
import { useBench, useBenchHandle } from '../../store/use-bench.ts';

/** As many as the host keeps of a link. */
const KEPT_ENTRIES = 2000;

export interface Traffic {
  /** What is shown, oldest first: of the moment of the pause while paused. */
  readonly entries: readonly TrafficEntry[];
  /** Everything that has come, for values and places. */
  readonly heard: readonly TrafficEntry[];
  readonly isPaused: boolean;
  /** Came since the pause. */
  readonly waiting: number;
  readonly failure: Failure | null;
  readonly setPaused: (isPaused: boolean) => void;
}

interface Held {
  readonly linkId: string | null;
  readonly heard: readonly TrafficEntry[];
  /** Null while it runs. */
  readonly frozen: readonly TrafficEntry[] | null;
  readonly failure: Failure | null;
}

type Change =
  | { readonly kind: 'watch'; readonly linkId: string | null }
  | { readonly kind: 'heard'; readonly linkId: string; readonly entries: readonly TrafficEntry[] }
  | { readonly kind: 'failed'; readonly linkId: string; readonly failure: Failure }
  | { readonly kind: 'pause'; readonly isPaused: boolean };

const NOTHING: Held = { linkId: null, heard: [], frozen: null, failure: null };

function after(held: Held, change: Change): Held {
  if (change.kind === 'watch') return change.linkId === held.linkId ? held : { ...NOTHING, linkId: change.linkId };
  if (change.kind === 'pause') return { ...held, frozen: change.isPaused ? held.heard : null };
  if (change.linkId !== held.linkId) return held;
  return change.kind === 'failed' ? { ...held, failure: change.failure } : { ...held, failure: null, heard: merged(held.heard, change.entries) };
}

/** What was kept before and what came meanwhile may overlap: every frame has one number. */
function merged(before: readonly TrafficEntry[], added: readonly TrafficEntry[]): readonly TrafficEntry[] {
  const newest = before.at(-1)?.id ?? -Infinity;
  if (added.every(({ id }) => id > newest)) return [...before, ...added].slice(-KEPT_ENTRIES);
  const all = new Map([...before, ...added].map((entry) => [entry.id, entry]));
  return [...all.values()].toSorted((a, b) => a.id - b.id).slice(-KEPT_ENTRIES);
}

/** The frames of one link for as long as the screen shows it. */
export function useTraffic(linkId: string | null): Traffic {
  const { connection } = useBenchHandle();
  const isConnected = useBench((state) => state.connection.isConnected);
  const leads = useBench(({ host }) => host?.leads === true);
  const [held, change] = useReducer(after, NOTHING);
  useEffect(() => {
    change({ kind: 'watch', linkId });
    if (linkId === null || !isConnected) return;
    const stop = connection.on('traffic', (event) => change({ kind: 'heard', linkId: event.linkId, entries: event.entries }));
    // A window that only shows sees what the leading one watches.
    if (!leads) return stop;
    void connection.api.watchTraffic({ linkId }).then((answer) => change(answer.ok ? { kind: 'heard', linkId, entries: answer.value } : { kind: 'failed', linkId, failure: answer.error }));
    return () => {
      stop();
      void connection.api.watchTraffic({ linkId: null });
    };
  }, [connection, linkId, isConnected, leads]);
  const entries = held.frozen ?? held.heard;
  const lastShown = entries.at(-1)?.id ?? -Infinity;
  return {
    entries,
    heard: held.heard,
    isPaused: held.frozen !== null,
    waiting: held.frozen === null ? 0 : held.heard.filter(({ id }) => id > lastShown).length,
    failure: held.failure,
    setPaused: (isPaused) => change({ kind: 'pause', isPaused }),
  };
}
