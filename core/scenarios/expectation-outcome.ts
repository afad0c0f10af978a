/** What an expectation came to, in words and as a yes or no: a figure, a range, a moment against what was asked for. */
import { betweenText, boundsText, isWithin, secondsText, type Bounds } from './expectation-text.ts';
import type { ExpectationOutcome } from './outcome.ts';

export interface Window {
  readonly fromS: number;
  readonly untilS?: number | undefined;
}

export const isInside = (window: Window, timeS: number): boolean => timeS >= window.fromS && timeS < (window.untilS ?? Infinity);

/** The lowest and highest of all that was seen. */
export interface Range {
  readonly lowest: number;
  readonly highest: number;
  add(value: number): void;
}

export function createRange(): Range {
  let lowest = Infinity;
  let highest = -Infinity;
  return {
    get lowest() {
      return lowest;
    },
    get highest() {
      return highest;
    },
    add(value) {
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    },
  };
}

/** null: a count. */
type Unit = 'A' | 's' | 'Wh' | null;

const figure = (value: number, unit: Unit): string => `${value.toFixed(unit === 'A' ? 1 : 0)}${unit === null ? '' : ` ${unit}`}`;

export function bounded(subject: string, bounds: Bounds, value: number | null, unit: Unit, where: string): ExpectationOutcome {
  const seen = value === null ? 'never seen' : `${figure(value, unit)} seen`;
  return { text: `${subject} ${boundsText(bounds, unit)}${where} (${seen})`, passed: value !== null && isWithin(value, bounds) };
}

export function always(subject: string, bounds: Bounds, range: Range, unit: Unit, where: string): ExpectationOutcome {
  const isSeen = range.lowest <= range.highest;
  const seen = isSeen ? `${range.lowest.toFixed(1)} to ${figure(range.highest, unit)} seen` : 'never seen';
  return {
    text: `${subject} ${boundsText(bounds, unit)} all the time${where} (${seen})`,
    passed: isSeen && isWithin(range.lowest, bounds) && isWithin(range.highest, bounds),
  };
}

export function firstTime(subject: string, window: Window, firstS: number | null): ExpectationOutcome {
  const seen = firstS === null ? 'it never does' : `at ${secondsText(firstS)}`;
  return { text: `${subject} ${betweenText(window)} (${seen})`, passed: firstS !== null && isInside(window, firstS) };
}
