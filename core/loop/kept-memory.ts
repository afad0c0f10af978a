/** What control has to know over a restart of the program: the running quarter-hour and the month's peak. */
import { z } from 'zod';
import { NO_FEATURES } from '../balancing/features/all-features.ts';
import { quarterMemorySchema } from '../balancing/features/quarter-hour.ts';
import { initialState, type BalancerState } from '../balancing/state.ts';
import type { Site } from '../site/site.ts';

export const keptMemorySchema = z.strictObject({
  /** Null where no capacity tariff by the quarter-hour holds, or nothing was counted yet. */
  quarter: quarterMemorySchema.nullable(),
});

export type KeptMemory = Readonly<z.output<typeof keptMemorySchema>>;

export const NOTHING_KEPT: KeptMemory = { quarter: null };

export function keptOf({ features }: BalancerState): KeptMemory {
  const quarter = features?.capacity.quarter ?? null;
  return quarter === null ? NOTHING_KEPT : { quarter };
}

/**
 * A start (rule 12) that still knows what was kept, and which EVSEs have to cool down: `temperature` is that of the
 * state before, where control merely begins anew.
 */
export function stateWith(site: Site, kept: KeptMemory, before: BalancerState | null): BalancerState {
  const state = initialState(site);
  const temperature = before?.features?.temperature ?? NO_FEATURES.temperature;
  if (kept.quarter === null && temperature.hot.length === 0) return state;
  return { ...state, features: { ...NO_FEATURES, temperature, capacity: { ...NO_FEATURES.capacity, quarter: kept.quarter } } };
}
