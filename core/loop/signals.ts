/** What reaches the balancer besides readings and reports, one at a time. */
import { NO_SIGNALS, type Signals } from '../balancing/features/feature.ts';
import type { EvseId, PerPhase } from '../quantities.ts';
import type { Site } from '../site/site.ts';

/** A value of null takes back what was told before. */
export type Signal =
  | { readonly kind: 'grid-relay'; readonly gridRelay: 'open' | 'closed' | null }
  | { readonly kind: 'dimming'; readonly isDimmed: boolean | null }
  /** Charging positive. */
  | { readonly kind: 'battery'; readonly currentA: PerPhase<number> | null }
  /** Production positive. */
  | { readonly kind: 'pv'; readonly powerW: number | null }
  | { readonly kind: 'temperature'; readonly evseId: EvseId; readonly temperatureC: number | null };

export type SignalKind = Signal['kind'];

/** `timeMs`: monotonic time at which it was so. */
export function withSignal(signals: Signals | null, signal: Signal, timeMs: number): Signals {
  const known = signals ?? NO_SIGNALS;
  switch (signal.kind) {
    case 'grid-relay':
      return { ...known, gridRelay: signal.gridRelay };
    case 'dimming':
      return { ...known, isDimmed: signal.isDimmed };
    case 'battery':
      return { ...known, battery: signal.currentA === null ? null : { currentA: signal.currentA, timeMs } };
    case 'pv':
      return { ...known, pv: signal.powerW === null ? null : { powerW: signal.powerW, timeMs } };
    case 'temperature': {
      const { evseId, temperatureC } = signal;
      const others = known.temperatures.filter((each) => each.evseId !== evseId);
      return { ...known, temperatures: temperatureC === null ? others : [...others, { evseId, temperatureC, timeMs }] };
    }
  }
}

/** Names one signal of a site: its kind, and the EVSE where every EVSE has one. */
export function signalId(signal: Signal): string {
  return signal.kind === 'temperature' ? `temperature/${signal.evseId}` : signal.kind;
}

/** The signals that the site's settings wait for, none of them told yet. */
export function signalsUsedBy({ policy, evses }: Site): readonly Signal[] {
  const used: Signal[] = [];
  if (policy.gridRelayLimitA !== null) used.push({ kind: 'grid-relay', gridRelay: null });
  if (policy.dimmingW !== null) used.push({ kind: 'dimming', isDimmed: null });
  if (policy.batteryMaxAgeMs !== null) used.push({ kind: 'battery', currentA: null });
  if (policy.solar.variant === 'divert' && policy.solar.divert.feed === 'pv') used.push({ kind: 'pv', powerW: null });
  for (const { id, temperature } of evses) if (temperature !== undefined) used.push({ kind: 'temperature', evseId: id, temperatureC: null });
  return used;
}
