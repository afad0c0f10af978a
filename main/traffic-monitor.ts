/** What crosses the links of the open site: decoded as it comes, kept for a while, told to the screens for one link. */
import { TRAFFIC_DECODERS } from '../core/commissioning/traffic/list-decoders.ts';
import type { TrafficDecoder, TrafficFrame, UnitNames } from '../core/commissioning/traffic/traffic-frame.ts';
import type { TrafficEntry } from '../core/host-api/bench-devices.ts';
import type { HostEvents } from '../core/host-api/contract.ts';
import type { Clock } from '../core/time/clock.ts';
import type { TrafficTap } from '../core/transport/traffic.ts';
import { throttled } from './throttled.ts';

export interface TrafficMonitor {
  /** Listens to a link; what is kept of it stays after the answer was called. */
  follow(linkId: string, tap: TrafficTap, names: UnitNames): () => void;
  /** From now on events tell of this link. Answers with what is kept of it. */
  watch(linkId: string | null): readonly TrafficEntry[];
  kept(linkId: string): readonly TrafficEntry[];
  /** Another site: what was kept is of no use. */
  forget(): void;
}

export interface TrafficMonitorOptions {
  readonly clock: Clock;
  readonly emit: (event: HostEvents['traffic']) => void;
}

const KEPT_PER_LINK = 2000;
/** Ten messages a second. */
const TELL_PERIOD_MS = 100;
/** A line silent for so long has ended its frame: longer than an adapter's 16 ms and a network's delays. */
const SETTLE_MS = 250;

export function createTrafficMonitor({ clock, emit }: TrafficMonitorOptions): TrafficMonitor {
  const histories = new Map<string, TrafficEntry[]>();
  let watched: string | null = null;
  let untold: TrafficEntry[] = [];
  let lastId = 0;

  const tellSoon = throttled<null>(clock, TELL_PERIOD_MS, () => {
    if (watched === null || untold.length === 0) return;
    const entries = untold;
    untold = [];
    emit({ linkId: watched, entries });
  });
  const keep = (linkId: string, tap: TrafficTap, frames: readonly TrafficFrame[]): void => {
    if (frames.length === 0) return;
    const offsetMs = clock.wallMs() - clock.monotonicMs();
    const entries = frames.map(({ timeMs, ...frame }): TrafficEntry => {
      lastId += 1;
      return { ...frame, id: lastId, linkId, protocol: tap.protocol, wallMs: timeMs + offsetMs };
    });
    const history = histories.get(linkId) ?? [];
    histories.set(linkId, history);
    history.push(...entries);
    if (history.length > KEPT_PER_LINK) history.splice(0, history.length - KEPT_PER_LINK);
    if (linkId !== watched) return;
    untold = [...untold, ...entries].slice(-KEPT_PER_LINK);
    tellSoon(null);
  };

  return {
    follow(linkId, tap, names) {
      const decoder: TrafficDecoder = TRAFFIC_DECODERS[tap.protocol](names);
      let callOff = (): void => undefined;
      const settleSoon = (): void => {
        callOff();
        callOff = clock.callAt(clock.monotonicMs() + SETTLE_MS, () => {
          keep(linkId, tap, decoder.settle(clock.monotonicMs()));
        });
      };
      const stop = tap.onChunk((chunk) => {
        keep(linkId, tap, decoder.push(chunk));
        settleSoon();
      });
      return () => {
        callOff();
        stop();
        keep(linkId, tap, decoder.settle(clock.monotonicMs()));
      };
    },
    watch(linkId) {
      watched = linkId;
      untold = [];
      return linkId === null ? [] : [...(histories.get(linkId) ?? [])];
    },
    kept: (linkId) => [...(histories.get(linkId) ?? [])],
    forget() {
      histories.clear();
      untold = [];
    },
  };
}
