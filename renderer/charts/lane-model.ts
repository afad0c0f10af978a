import type { Token } from './chart-theme.ts';
import type { TimeRange } from './time-range.ts';

/** What one lane of a chart shows, whatever draws it: the canvas on the screen or a picture for export. */
export interface LaneSeries {
  readonly values: Float32Array;
  readonly token: Token;
  readonly look: 'solid' | 'dashed';
  /** Holds each value until the next one: for offers and setpoints. */
  readonly isStepped?: boolean;
  readonly widthPx?: number;
  /** Part of the colour that fills the area down to zero. */
  readonly fillAlpha?: number;
}

/** A limit is a firm line with its name on it; the area between it and the first series is filled where that is above. */
export interface LaneLimit {
  readonly value: number;
  readonly token: Token;
  readonly look: 'solid' | 'dashed';
  readonly label: string;
  readonly fillAlpha: number;
}

/** Another run beside the chosen one, dotted. */
export interface LaneGhost {
  readonly timeS: Float64Array;
  readonly values: Float32Array;
}

export interface LaneModel {
  readonly timeS: Float64Array;
  readonly series: readonly LaneSeries[];
  readonly limits: readonly LaneLimit[];
  readonly ghost: LaneGhost | null;
  readonly top: number;
  /** Below zero where something flows the other way; zero when absent. */
  readonly bottom?: number;
  readonly ticks: readonly number[];
}

/** From below, as a part of the lane's height. */
export function heightRatio(value: number, { top, bottom = 0 }: Pick<LaneModel, 'top' | 'bottom'>): number {
  return (value - bottom) / (top - bottom);
}

/** What part of it, and up to when. */
export interface LaneWindow {
  readonly range: TimeRange;
  /** Nothing later than this is drawn; null for all. */
  readonly untilS: number | null;
}

/** uPlot and its paths take null for "no value", typed arrays hold NaN: copied only where there is one. */
export function withGaps(values: Float32Array): Float32Array | (number | null)[] {
  const known = gapCopies.get(values);
  if (known !== undefined) return known;
  const copy = hasGap(values) ? Array.from(values, (value) => (Number.isNaN(value) ? null : value)) : values;
  gapCopies.set(values, copy);
  return copy;
}

function hasGap(values: Float32Array): boolean {
  for (let row = 0; row < values.length; row += 1) if (Number.isNaN(values[row])) return true;
  return false;
}

const gapCopies = new WeakMap<Float32Array, Float32Array | (number | null)[]>();
