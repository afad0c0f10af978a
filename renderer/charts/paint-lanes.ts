import { rowAt } from '../store/played-run.ts';
import type { ChartTheme, Token } from './chart-theme.ts';
import { heightRatio, type LaneLimit, type LaneModel, type LaneSeries } from './lane-model.ts';
import { timeSteps } from './scale-steps.ts';
import type { Point, Surface } from './surface.ts';
import type { TimeRange } from './time-range.ts';

/** One lane of a picture for export: the same model that the screen draws. */
export interface PaintedLane {
  readonly name: string;
  readonly model: LaneModel;
  readonly heightPx: number;
}

/** Something that happened, above the lanes. */
export interface PaintedFlag {
  /** Of its mark, from the left edge of the plot. */
  readonly atPx: number;
  readonly row: number;
  /** Which side of its mark the words are on. */
  readonly side: 'after' | 'before';
  /** Null where there is room for the mark alone. */
  readonly text: string | null;
  readonly token: Token;
}

export interface PictureText {
  readonly title: string;
  readonly subtitle: string;
  readonly timeText: (timeS: number) => string;
}

const LEFT = 170;
const TOP = 64;
const RIGHT = 24;
const GAP = 10;
const AXIS = 32;
const FLAG_ROW = 18;
/** What a letter of its words takes on average. */
const FLAG_LETTER = 6;
/** Between a mark and its words. */
const FLAG_GAP = 6;

/** Of the plots, which all have the same. */
export const plotWidth = (widthPx: number): number => widthPx - LEFT - RIGHT;

const flagsHeight = (flags: readonly PaintedFlag[]): number => (flags.length === 0 ? 0 : (Math.max(...flags.map(({ row }) => row)) + 1) * FLAG_ROW + GAP);

export function pictureHeight(lanes: readonly PaintedLane[], flags: readonly PaintedFlag[]): number {
  return TOP + flagsHeight(flags) + lanes.reduce((sum, lane) => sum + lane.heightPx + GAP, 0) + AXIS;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function paintLanes(surface: Surface, widthPx: number, lanes: readonly PaintedLane[], flags: readonly PaintedFlag[], range: TimeRange, theme: ChartTheme, text: PictureText): void {
  surface.rect(0, 0, widthPx, pictureHeight(lanes, flags), theme.panel);
  surface.text(16, 28, text.title, { color: theme.ink, sizePx: 18, weight: 620, anchor: 'start' });
  surface.text(16, 48, text.subtitle, { color: theme.ink2, sizePx: 13, weight: 450, anchor: 'start' });
  paintFlags(surface, flags, theme);
  let y = TOP + flagsHeight(flags);
  for (const lane of lanes) {
    paintLane(surface, { x: LEFT, y, width: plotWidth(widthPx), height: lane.heightPx }, lane, range, theme);
    y += lane.heightPx + GAP;
  }
  const times = timeSteps(range[0], range[1], 8);
  for (const timeS of times) {
    const x = xOf(timeS, range, { x: LEFT, y, width: plotWidth(widthPx), height: 0 });
    surface.text(x, y + 14, text.timeText(timeS), { color: theme.ink3, sizePx: 12, weight: 450, anchor: 'middle' });
  }
}

/** Each with its mark down to the lanes, so that it is seen which moment it stands for. */
function paintFlags(surface: Surface, flags: readonly PaintedFlag[], theme: ChartTheme): void {
  if (flags.length === 0) return;
  surface.text(16, TOP + 13, 'Events', { color: theme.ink3, sizePx: 13, weight: 600, anchor: 'start' });
  const bottom = TOP + flagsHeight(flags);
  for (const { atPx, row } of flags) surface.line([[LEFT + atPx, TOP + row * FLAG_ROW + 2], [LEFT + atPx, bottom]], { color: theme.line2, widthPx: 1 });
  for (const { atPx, row, side, text, token } of flags) {
    const x = LEFT + atPx;
    const y = TOP + row * FLAG_ROW;
    const color = theme[token];
    surface.line([[x, y + 2], [x, y + FLAG_ROW - 2]], { color, widthPx: 2 });
    if (text === null) continue;
    const isAfter = side === 'after';
    const textX = isAfter ? x + FLAG_GAP : x - FLAG_GAP;
    const roomPx = text.length * FLAG_LETTER;
    // No line goes through words.
    surface.rect(isAfter ? textX - 2 : textX - roomPx, y + 1, roomPx + 2, FLAG_ROW - 2, theme.panel);
    surface.text(textX, y + 13, text, { color, sizePx: 12, weight: 450, anchor: isAfter ? 'start' : 'end' });
  }
}

const xOf = (timeS: number, [fromS, untilS]: TimeRange, box: Box): number => box.x + ((timeS - fromS) / (untilS - fromS)) * box.width;
const yOf = (value: number, model: LaneModel, box: Box): number => box.y + box.height * (1 - heightRatio(value, model));

function paintLane(surface: Surface, box: Box, { name, model }: PaintedLane, range: TimeRange, theme: ChartTheme): void {
  surface.text(16, box.y + 14, name, { color: theme.ink, sizePx: 13, weight: 600, anchor: 'start' });
  for (const timeS of timeSteps(range[0], range[1], 8)) {
    const x = xOf(timeS, range, box);
    surface.line([[x, box.y], [x, box.y + box.height]], { color: theme.line, widthPx: 1 });
  }
  for (const tick of model.ticks) {
    const y = yOf(tick, model, box);
    surface.line([[box.x, y], [box.x + box.width, y]], { color: theme.line, widthPx: 1 });
    surface.text(box.x - 8, y + (tick === 0 ? 0 : 4), String(tick), { color: theme.ink3, sizePx: 12, weight: 450, anchor: 'end' });
  }
  model.series.forEach((series, index) => paintSeries(surface, box, model, series, range, theme, index === 0 ? model.limits : []));
  if (model.ghost !== null) {
    for (const points of runsOf(model.ghost.timeS, model.ghost.values, model, box, range, false)) surface.line(points, { color: theme.ink3, widthPx: 1.75, dash: [1.5, 4] });
  }
  for (const limit of model.limits) paintLimit(surface, box, model, limit, theme);
}

function paintSeries(surface: Surface, box: Box, model: LaneModel, series: LaneSeries, range: TimeRange, theme: ChartTheme, limits: readonly LaneLimit[]): void {
  const color = theme[series.token];
  for (const points of runsOf(model.timeS, series.values, model, box, range, series.isStepped === true)) {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) continue;
    const closed: readonly Point[] = [...points, [last[0], yOf(0, model, box)], [first[0], yOf(0, model, box)]];
    if (series.fillAlpha !== undefined) surface.area(closed, color, series.fillAlpha, box);
    for (const limit of limits) {
      if (limit.fillAlpha > 0) surface.area(closed, theme[limit.token], limit.fillAlpha, { ...box, height: Math.max(0, yOf(limit.value, model, box) - box.y) });
    }
    surface.line(points, { color, widthPx: series.widthPx ?? (series.look === 'dashed' ? 1.5 : 2), ...(series.look === 'dashed' ? { dash: [5, 3] } : {}) });
  }
}

function paintLimit(surface: Surface, box: Box, model: LaneModel, limit: LaneLimit, theme: ChartTheme): void {
  const y = yOf(limit.value, model, box);
  const color = theme[limit.token];
  surface.line([[box.x, y], [box.x + box.width, y]], { color, widthPx: limit.look === 'dashed' ? 1.75 : 2, ...(limit.look === 'dashed' ? { dash: [7, 4] } : {}) });
  // Above its line, unless that would leave the lane.
  surface.text(box.x + 10, y - box.y < 20 ? y + 16 : y - 6, limit.label, { color, sizePx: 12, weight: 600, anchor: 'start' });
}

/** Stretches without a gap, as points; per pixel only the first, lowest, highest and last value. */
function runsOf(timeS: Float64Array, values: Float32Array, model: LaneModel, box: Box, range: TimeRange, isStepped: boolean): readonly (readonly Point[])[] {
  const runs: Point[][] = [];
  let open: Point[] | null = null;
  let pixel = Number.NaN;
  const last = Math.min(timeS.length - 1, rowAt(timeS, range[1]));
  for (let row = rowAt(timeS, range[0]); row <= last; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) {
      open = null;
      continue;
    }
    const x = Math.max(box.x, xOf(timeS[row] ?? 0, range, box));
    const y = yOf(value, model, box);
    const before: Point | undefined = open?.at(-1);
    if (open === null) {
      open = [];
      runs.push(open);
    } else if (before !== undefined && Math.round(x) === pixel && Math.abs(before[1] - y) < 0.25) continue;
    if (isStepped && before !== undefined && before[1] !== y) open.push([x, before[1]]);
    open.push([x, y]);
    pixel = Math.round(x);
  }
  // A value holds until the next row, which lies beyond the picture.
  const end = open?.at(-1);
  if (end !== undefined && last < timeS.length - 1) open?.push([box.x + box.width, end[1]]);
  return runs;
}
