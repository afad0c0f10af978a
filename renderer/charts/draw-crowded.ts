import type uPlot from 'uplot';
import type { ChartTheme } from './chart-theme.ts';
import { envelopeOf, type Envelope } from './envelope.ts';
import { heightRatio, type LaneModel, type LaneSeries } from './lane-model.ts';

/**
 * Many rows in each pixel: a stroke through all of them costs a hundred times what can be seen. The line is then the
 * filled band from the lowest to the highest value of each pixel, its area the one beneath the highest.
 */
export interface Crowded {
  readonly band: Path2D;
  /** Highest values down to zero. */
  readonly area: Path2D;
}

/** From so many rows in a pixel on. */
const CROWDED_FROM = 2;

export function isCrowded(rows: number, widthPx: number): boolean {
  return rows >= CROWDED_FROM * widthPx;
}

export function crowdedOf(u: uPlot, model: LaneModel, series: LaneSeries, range: readonly [number, number]): Crowded {
  const { left, top, width, height } = u.bbox;
  const columns = Math.max(1, Math.round(width));
  const envelope = envelopeOf(model.timeS, series.values, range, columns);
  const ratio = u.ctx.canvas.width / Math.max(1, u.width);
  const half = ((series.widthPx ?? (series.look === 'dashed' ? 1.5 : 2)) * ratio) / 2;
  const yOf = (value: number): number => top + height * (1 - heightRatio(value, model));
  const band = new Path2D();
  const area = new Path2D();
  for (const [first, end] of stretches(envelope)) {
    trace(band, envelope, left, first, end, yOf, half);
    area.moveTo(left + first, yOf(0));
    for (let column = first; column < end; column += 1) area.lineTo(left + column, yOf(envelope.high[column] ?? 0));
    area.lineTo(left + end, yOf(envelope.high[end - 1] ?? 0));
    area.lineTo(left + end, yOf(0));
    area.closePath();
  }
  return { band, area };
}

/** Columns that have values, as runs from a first one up to but not including an end. */
function stretches({ low }: Envelope): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (let column = 0; column < low.length; column += 1) {
    if (Number.isNaN(low[column] ?? Number.NaN)) continue;
    const last = found.at(-1);
    if (last?.[1] === column) last[1] = column + 1;
    else found.push([column, column + 1]);
  }
  return found;
}

function trace(band: Path2D, { low, high }: Envelope, left: number, first: number, end: number, yOf: (value: number) => number, half: number): void {
  band.moveTo(left + first, yOf(high[first] ?? 0) - half);
  for (let column = first; column < end; column += 1) band.lineTo(left + column, yOf(high[column] ?? 0) - half);
  band.lineTo(left + end, yOf(high[end - 1] ?? 0) - half);
  for (let column = end; column >= first; column -= 1) band.lineTo(left + column, yOf(low[Math.min(column, end - 1)] ?? 0) + half);
  band.closePath();
}

export function drawCrowded(u: uPlot, series: LaneSeries, { band, area }: Crowded, theme: ChartTheme): void {
  const { ctx } = u;
  ctx.save();
  ctx.fillStyle = theme[series.token];
  if (series.fillAlpha !== undefined) {
    ctx.globalAlpha = series.fillAlpha;
    ctx.fill(area);
  }
  // Dashes of a crowded line cannot be seen: it stays lighter than a measured one.
  ctx.globalAlpha = series.look === 'dashed' ? 0.6 : 1;
  ctx.fill(band);
  ctx.restore();
}
