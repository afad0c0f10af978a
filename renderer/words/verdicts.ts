import type { ScenarioOutcome, Verdict } from '../../core/scenarios/outcome.ts';
import { asText, current, limit, multiple, share } from './numbers.ts';
import { seconds } from './times.ts';

/** Icon and colour of a state; never colour alone. */
export type StateKind = 'good' | 'attention' | 'danger' | 'unknown' | 'open' | 'now';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = { holds: 'Holds', 'may-trip': 'May trip', trips: 'Trips' };
export const VERDICT_STATES: Readonly<Record<Verdict, StateKind>> = { holds: 'good', 'may-trip': 'attention', trips: 'danger' };

/** What is compared: the worst circuit's figures, of a whole run or up to a moment. */
export interface RunFigures {
  readonly verdict: Verdict;
  readonly peakCurrentA: number;
  readonly secondsAboveContinuousLimit: number;
  readonly secondsAboveRating: number;
  readonly thermalLoadPeakRatio: number;
}

export interface CircuitLimits {
  readonly name: string;
  readonly ratingA: number;
  readonly continuousA: number;
}

/**
 * "4 s above the 50 A rating, 19 s above the 40 A continuous limit, peak 52.0 A. Thermal load below 1 % of the earliest
 * trip." Limits are null where a run is known by its outcome only.
 */
export function verdictSentence(figures: RunFigures, limits: CircuitLimits | null): string {
  const above: string[] = [];
  const hasContinuous = limits === null || limits.continuousA < limits.ratingA;
  const rating = limits === null ? 'rating' : `${asText(limit(limits.ratingA))} rating`;
  const continuous = limits === null ? 'continuous limit' : `${asText(limit(limits.continuousA))} continuous limit`;
  if (figures.secondsAboveRating > 0) above.push(`${durationS(figures.secondsAboveRating)} above the ${rating}`);
  if (hasContinuous && figures.secondsAboveContinuousLimit > 0) above.push(`${durationS(figures.secondsAboveContinuousLimit)} above the ${continuous}`);
  const within = `Never above the ${hasContinuous ? continuous : rating}`;
  const currents = `${above.length === 0 ? within : above.join(', ')}, peak ${asText(current(figures.peakCurrentA))}`;
  return `${currents}. ${thermalSentence(figures.thermalLoadPeakRatio)}`;
}

/** Rounded up, so that a moment above a limit never reads 0 s. */
export function durationS(value: number): string {
  return asText(seconds(value > 0 && value < 1 ? 1 : Math.round(value)));
}

export function thermalSentence(ratio: number): string {
  if (ratio <= 0) return 'The breaker is not heated beyond its rating.';
  if (ratio < 0.01) return `Thermal load below ${asText({ value: '1', unit: '%' })} of the earliest trip.`;
  return `Thermal load up to ${asText(share(ratio))} of the earliest trip.`;
}

/** Under the title of a scenario in the library. */
export function outcomeLine(outcome: ScenarioOutcome): string {
  const peak = asText(current(outcome.peakCurrentA));
  if (outcome.secondsAboveRating > 0) return `${peak}, ${durationS(outcome.secondsAboveRating)} above rating`;
  if (outcome.secondsAboveContinuousLimit > 0) return `${peak}, ${durationS(outcome.secondsAboveContinuousLimit)} above continuous limit`;
  return `${peak} at most`;
}

export function worstMomentText(currentA: number, ratingA: number): { readonly text: string; readonly ofRating: string } {
  return { text: `Worst moment ${asText(current(currentA))}`, ofRating: `, ${multiple(currentA / ratingA)} rating` };
}

/** Expectations that fail outrank the verdict: a run that must trip and holds has not done what it should. */
export function expectationSummary(outcome: ScenarioOutcome): string {
  const failed = outcome.expectations.filter(({ passed }) => !passed).length;
  if (outcome.expectations.length === 0) return 'Nothing is stated that must hold.';
  if (failed === 0) return 'All that must hold does.';
  return failed === 1 ? 'One thing that must hold does not.' : `${failed} things that must hold do not.`;
}

/** On a narrow screen, beside the limit's name. */
export const aboveShortText = (aboveS: number): string => `${durationS(aboveS)} above`;

/** Beside the area above a limit. */
export function aboveText(limitA: number, aboveS: number): string {
  return `above ${asText(limit(limitA))} for ${durationS(aboveS)}`;
}
