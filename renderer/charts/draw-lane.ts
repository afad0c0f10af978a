import type uPlot from 'uplot';
import { rowAt } from '../store/played-run.ts';
import type { ChartTheme } from './chart-theme.ts';
import type { LaneGhost, LaneLimit } from './lane-model.ts';

/** What uPlot does not draw: limits, the areas above them, and the dotted other run. Coordinates are canvas pixels. */

const DASH_PX = [7, 4];
const DOT_PX = [1.5, 4];

const ratioOf = (u: uPlot): number => u.ctx.canvas.width / Math.max(1, u.width);

/** The area of a line down to zero, cut off at the limit, is the area above the limit. */
export function fillAbove(u: uPlot, area: Path2D, limits: readonly LaneLimit[], theme: ChartTheme): void {
  const { ctx, bbox } = u;
  for (const limit of limits) {
    if (limit.fillAlpha === 0) continue;
    const y = u.valToPos(limit.value, 'y', true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, Math.max(0, y - bbox.top));
    ctx.clip();
    ctx.globalAlpha = limit.fillAlpha;
    ctx.fillStyle = theme[limit.token];
    ctx.fill(area);
    ctx.restore();
  }
}

export function drawLimits(u: uPlot, limits: readonly LaneLimit[], theme: ChartTheme): void {
  const { ctx, bbox } = u;
  const ratio = ratioOf(u);
  for (const limit of limits) {
    const y = Math.round(u.valToPos(limit.value, 'y', true)) + (ratio % 2 === 0 ? 0 : 0.5);
    ctx.save();
    ctx.strokeStyle = theme[limit.token];
    ctx.lineWidth = (limit.look === 'dashed' ? 1.75 : 2) * ratio;
    ctx.setLineDash(limit.look === 'dashed' ? DASH_PX.map((px) => px * ratio) : []);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
}

/** Per pixel no more than its first, lowest, highest and last value, so that a whole day costs no more than a minute. */
export function drawGhost(u: uPlot, ghost: LaneGhost, theme: ChartTheme): void {
  const { min, max } = u.scales.x ?? {};
  if (typeof min !== 'number' || typeof max !== 'number' || ghost.timeS.length === 0) return;
  const { ctx } = u;
  const ratio = ratioOf(u);
  ctx.save();
  ctx.beginPath();
  ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  ctx.clip();
  ctx.strokeStyle = theme.ink3;
  ctx.lineWidth = 1.75 * ratio;
  ctx.lineCap = 'round';
  ctx.setLineDash(DOT_PX.map((px) => px * ratio));
  ctx.stroke(ghostPath(u, ghost, min, max));
  ctx.restore();
}

function ghostPath(u: uPlot, { timeS, values }: LaneGhost, min: number, max: number): Path2D {
  const path = new Path2D();
  const last = Math.min(timeS.length - 1, rowAt(timeS, max) + 1);
  let columnX = Number.NaN;
  let low = 0;
  let high = 0;
  let isOpen = false;
  for (let row = rowAt(timeS, min); row <= last; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) {
      isOpen = false;
      continue;
    }
    const x = Math.round(u.valToPos(timeS[row] ?? 0, 'x', true));
    const y = u.valToPos(value, 'y', true);
    if (isOpen && x === columnX && y >= low && y <= high) continue;
    if (x !== columnX || !isOpen) {
      low = y;
      high = y;
    }
    low = Math.min(low, y);
    high = Math.max(high, y);
    if (isOpen) path.lineTo(x, y);
    else path.moveTo(x, y);
    columnX = x;
    isOpen = true;
  }
  return path;
}
