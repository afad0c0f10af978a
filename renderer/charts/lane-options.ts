import uPlot from 'uplot';
import type { ChartTheme } from './chart-theme.ts';
import { crowdedOf, drawCrowded, isCrowded, type Crowded } from './draw-crowded.ts';
import { drawGhost, drawLimits, fillAbove } from './draw-lane.ts';
import { withGaps, type LaneModel, type LaneSeries, type LaneWindow } from './lane-model.ts';
import { timeSteps } from './scale-steps.ts';

/** What the hooks read at every draw; the chart that owns it keeps it up to date. */
export interface LaneInk {
  model: LaneModel;
  window: LaneWindow;
  theme: ChartTheme;
  /** Area of the first series down to zero, as it was built last. */
  area: Path2D | null;
  /** By series, where they are drawn without uPlot; forgotten when it asks for its paths again. */
  readonly crowded: Map<number, Crowded>;
}

export const GRID_COUNT = 8;

export function laneData(model: LaneModel): uPlot.AlignedData {
  return [model.timeS, ...model.series.map(({ values }) => withGaps(values))] as unknown as uPlot.AlignedData;
}

/**
 * One lane: no axes of uPlot's own (labels are text in the page, so that all lanes align and can be read out), grid
 * lines at the same round times as the axis beneath, gaps stay gaps.
 */
export function laneOptions(ink: LaneInk, widthPx: number, heightPx: number): uPlot.Options {
  const [fromS, untilS] = ink.window.range;
  return {
    width: widthPx,
    height: heightPx,
    padding: [0, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, auto: false, min: fromS, max: untilS }, y: { auto: false, range: () => [ink.model.bottom ?? 0, ink.model.top] } },
    axes: [gridAxis(ink, (u) => timeSteps(u.scales.x?.min ?? 0, u.scales.x?.max ?? 1, GRID_COUNT)), gridAxis(ink, () => ink.model.ticks)],
    series: [{}, ...ink.model.series.map((series, index) => seriesOptions(ink, series, index))],
    hooks: { drawAxes: [(u) => clipToPast(u, ink)], draw: [(u) => drawOver(u, ink)] },
  };
}

function gridAxis(ink: LaneInk, splits: (u: uPlot) => readonly number[]): uPlot.Axis {
  return {
    size: 0,
    gap: 0,
    splits: (u) => [...splits(u)],
    values: (_u, all) => all.map(() => ''),
    ticks: { show: false },
    border: { show: false },
    grid: { stroke: () => ink.theme.line, width: 1 },
  };
}

function seriesOptions(ink: LaneInk, series: LaneSeries, index: number): uPlot.Series {
  const isFilled = index === 0 || series.fillAlpha !== undefined;
  return {
    scale: 'y',
    spanGaps: false,
    points: { show: false },
    stroke: () => ink.theme[series.token],
    width: series.widthPx ?? (series.look === 'dashed' ? 1.5 : 2),
    ...(series.look === 'dashed' ? { dash: [5, 3] } : {}),
    ...(isFilled ? { fill: () => translucent(ink.theme[series.token], series.fillAlpha ?? 0), fillTo: 0 } : {}),
    paths: (u, seriesIndex, first, last) => {
      ink.crowded.delete(index);
      if (isCrowded(last - first, u.bbox.width)) return rememberCrowded(ink, u, series, index);
      const builder = series.isStepped === true ? stepped : linear;
      const paths = builder?.(u, seriesIndex, first, last) ?? null;
      if (index === 0) ink.area = paths?.fill instanceof Path2D ? paths.fill : null;
      return paths;
    },
  };
}

const linear = uPlot.paths.linear?.();
const stepped = uPlot.paths.stepped?.({ align: 1 });

/** An empty path for uPlot to keep until the next change; what is drawn stands in `crowded`. */
function rememberCrowded(ink: LaneInk, u: uPlot, series: LaneSeries, index: number): uPlot.Series.Paths {
  const crowded = crowdedOf(u, ink.model, series, ink.window.range);
  ink.crowded.set(index, crowded);
  if (index === 0) ink.area = crowded.area;
  return { stroke: new Path2D(), fill: null, clip: null, band: null, flags: 0 };
}

/** #rrggbb with an alpha; a canvas knows no color-mix. */
export function translucent(color: string, alpha: number): string {
  const byte = Math.round(Math.min(1, Math.max(0, alpha)) * 255);
  return `${color}${byte.toString(16).padStart(2, '0')}`;
}

/** While a run plays, series are drawn up to the cursor only; grid and limits are always whole. */
function clipToPast(u: uPlot, ink: LaneInk): void {
  const { ctx, bbox } = u;
  const { untilS } = ink.window;
  const right = untilS === null ? bbox.left + bbox.width : u.valToPos(untilS, 'x', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, Math.max(0, right - bbox.left), ctx.canvas.height);
  ctx.clip();
}

function drawOver(u: uPlot, ink: LaneInk): void {
  const { model, theme } = ink;
  for (const [index, crowded] of ink.crowded) {
    const series = model.series[index];
    if (series !== undefined) drawCrowded(u, series, crowded, theme);
  }
  if (ink.area !== null) fillAbove(u, ink.area, model.limits, theme);
  if (model.ghost !== null) drawGhost(u, model.ghost, theme);
  u.ctx.restore();
  drawLimits(u, model.limits, theme);
}
