/** The words in which an expectation and what was seen are told, on screen, in reports and by the command line. */

export interface Bounds {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** Figures are compared to a thousandth: below that they are rounding. */
const TOLERANCE = 0.001;

export function isWithin(value: number, { atLeast, atMost }: Bounds): boolean {
  return value >= (atLeast ?? -Infinity) - TOLERANCE && value <= (atMost ?? Infinity) + TOLERANCE;
}

/** "at most 54 A", "at least 6 A", "from 6 A to 54 A"; a count has no unit. */
export function boundsText({ atLeast, atMost }: Bounds, unit: string | null): string {
  const text = (value: number): string => (unit === null ? String(value) : `${String(value)} ${unit}`);
  if (atLeast !== undefined && atMost !== undefined) return `from ${text(atLeast)} to ${text(atMost)}`;
  if (atMost !== undefined) return `at most ${text(atMost)}`;
  if (atLeast !== undefined) return `at least ${text(atLeast)}`;
  return `of any ${unit ?? 'number'}`;
}

interface Window {
  readonly fromS: number;
  readonly untilS?: number | undefined;
}

/** " from 600 s to 900 s", empty for the whole run. */
export function windowText({ fromS, untilS }: Window): string {
  const from = fromS === 0 ? '' : ` from ${secondsText(fromS)} on`;
  return untilS === undefined ? from : ` from ${secondsText(fromS)} to ${secondsText(untilS)}`;
}

/** "between 600 s and 900 s", "after 600 s", "at some time". */
export function betweenText({ fromS, untilS }: Window): string {
  if (untilS !== undefined) return `between ${secondsText(fromS)} and ${secondsText(untilS)}`;
  return fromS === 0 ? 'at some time' : `after ${secondsText(fromS)}`;
}

/** Seconds to a tenth, without the tenth where it is none. */
export function secondsText(seconds: number): string {
  return `${String(Math.round(seconds * 10) / 10)} s`;
}
