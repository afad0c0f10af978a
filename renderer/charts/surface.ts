/** What a picture is drawn with, whether it ends as canvas or as SVG. Coordinates are CSS pixels from the top left. */
export type Point = readonly [x: number, y: number];

export interface Stroke {
  readonly color: string;
  readonly widthPx: number;
  readonly dash?: readonly number[];
}

export interface TextStyle {
  readonly color: string;
  readonly sizePx: number;
  readonly weight: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface Surface {
  rect(x: number, y: number, width: number, height: number, color: string): void;
  line(points: readonly Point[], stroke: Stroke): void;
  /** A closed area, cut off outside the clip box. */
  area(points: readonly Point[], color: string, alpha: number, clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): void;
  text(x: number, y: number, text: string, style: TextStyle): void;
}

export const FONT = "'Inter Variable', Inter, 'Segoe UI', system-ui, sans-serif";
