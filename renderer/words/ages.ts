import { span } from './times.ts';

/** `late`: over two periods and still allowed; `stale`: no value any more. */
export type Freshness = 'fresh' | 'late' | 'stale';

export interface AgeRule {
  readonly periodMs: number;
  readonly allowedAgeMs: number;
}

/** An age that is not known is that of a value which never came. */
export function freshnessOf(ageMs: number | null, rule: AgeRule): Freshness {
  if (ageMs === null || !Number.isFinite(ageMs) || ageMs > rule.allowedAgeMs) return 'stale';
  return ageMs > 2 * rule.periodMs ? 'late' : 'fresh';
}

export function ageText(ageMs: number): string {
  // Under a second nobody can tell apart, and nothing is 0 s old.
  return `${span(Math.max(1, ageMs / 1000))} old`;
}

/** Beneath a value that is gone: how long it has been, and what it was last. */
export function staleText(ageMs: number | null, last: { readonly text: string; readonly at: string } | null): string {
  if (ageMs === null) return 'nothing received yet';
  const since = `stale ${span(ageMs / 1000)}`;
  return last === null ? since : `${since}, last ${last.text} at ${last.at}`;
}
