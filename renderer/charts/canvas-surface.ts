import { FONT, type Point, type Surface } from './surface.ts';

export function canvasSurface(ctx: CanvasRenderingContext2D): Surface {
  const trace = (points: readonly Point[]): void => {
    ctx.beginPath();
    for (const [x, y] of points) ctx.lineTo(x, y);
  };
  return {
    rect: (x, y, width, height, color) => {
      ctx.fillStyle = color;
      ctx.fillRect(x, y, width, height);
    },
    line: (points, { color, widthPx, dash = [] }) => {
      ctx.strokeStyle = color;
      ctx.lineWidth = widthPx;
      ctx.setLineDash([...dash]);
      trace(points);
      ctx.stroke();
      ctx.setLineDash([]);
    },
    area: (points, color, alpha, clip) => {
      ctx.save();
      ctx.beginPath();
      ctx.rect(clip.x, clip.y, clip.width, clip.height);
      ctx.clip();
      ctx.globalAlpha = alpha;
      ctx.fillStyle = color;
      trace(points);
      ctx.fill();
      ctx.restore();
    },
    text: (x, y, text, { color, sizePx, weight, anchor }) => {
      ctx.fillStyle = color;
      ctx.font = `${weight} ${sizePx}px ${FONT}`;
      ctx.textAlign = anchor === 'middle' ? 'center' : anchor;
      ctx.textBaseline = 'alphabetic';
      ctx.fillText(text, x, y);
    },
  };
}
