import { FONT, type Point, type Surface } from './surface.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const number = (value: number): string => String(Math.round(value * 100) / 100);
const pathOf = (points: readonly Point[]): string => points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('');

/** Draws into a text; `finish` gives the whole document. */
export function svgSurface(width: number, height: number, title: string): { readonly surface: Surface; readonly finish: () => string } {
  const parts: string[] = [];
  let clips = 0;
  const surface: Surface = {
    rect: (x, y, w, h, color) => {
      parts.push(`<rect x="${number(x)}" y="${number(y)}" width="${number(w)}" height="${number(h)}" fill="${color}"/>`);
    },
    line: (points, { color, widthPx, dash }) => {
      const dashes = dash === undefined ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
      parts.push(`<path d="${pathOf(points)}" fill="none" stroke="${color}" stroke-width="${widthPx}" stroke-linejoin="round"${dashes}/>`);
    },
    area: (points, color, alpha, clip) => {
      clips += 1;
      parts.push(`<clipPath id="c${clips}"><rect x="${number(clip.x)}" y="${number(clip.y)}" width="${number(clip.width)}" height="${number(clip.height)}"/></clipPath>`);
      parts.push(`<path d="${pathOf(points)}Z" fill="${color}" fill-opacity="${alpha}" clip-path="url(#c${clips})"/>`);
    },
    text: (x, y, text, { color, sizePx, weight, anchor }) => {
      parts.push(`<text x="${number(x)}" y="${number(y)}" fill="${color}" font-size="${sizePx}" font-weight="${weight}" text-anchor="${anchor}">${escaped(text)}</text>`);
    },
  };
  return {
    surface,
    finish: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${escaped(FONT)}" role="img"><title>${escaped(title)}</title>${parts.join('')}</svg>\n`,
  };
}
