/** One result of sizing: the value and everything a person needs to believe it. */
export interface SizedValue {
  readonly id: string;
  readonly value: number;
  readonly unit: 'A' | 'W';
  /** The formula with its numbers in it, e.g. "50 A × 0.8 − 6 A = 34 A". */
  readonly formula: string;
  /** Document the formula comes from. */
  readonly source: string;
  readonly reason: string;
  readonly isRecommended: boolean;
}

/** A number as formulas show it: at most three decimals, none that say nothing. */
export function numberText(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
