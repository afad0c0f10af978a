import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useChartTheme } from './chart-theme.ts';
import { laneData, laneOptions, type LaneInk } from './lane-options.ts';
import type { LaneModel, LaneWindow } from './lane-model.ts';
import 'uplot/dist/uPlot.min.css';

/** Where no canvas can be drawn (tests without a browser) a lane stays empty; its table has the same values. */
function canDraw(): boolean {
  return typeof Path2D !== 'undefined' && document.createElement('canvas').getContext('2d') !== null;
}

/** Lanes with the same lines differ by their values only and keep their canvas. */
function shapeOf(model: LaneModel): string {
  const known = shapes.get(model);
  if (known !== undefined) return known;
  const shape = JSON.stringify(model.series.map(({ token, look, isStepped, widthPx, fillAlpha }) => [token, look, isStepped, widthPx, fillAlpha]));
  shapes.set(model, shape);
  return shape;
}

const shapes = new WeakMap<LaneModel, string>();

/** One canvas of one lane. It fills its parent; labels, limits' names and the cursor are text above it. */
export function LaneChart({ model, window }: { readonly model: LaneModel; readonly window: LaneWindow }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ model, window });
  const ink = useRef<LaneInk | null>(null);
  const theme = useChartTheme();
  const shape = shapeOf(model);
  const [fromS, untilS] = window.range;
  const seenUntilS = window.untilS;

  useEffect(() => {
    latest.current = { model, window };
  });

  useEffect(() => {
    const element = place.current;
    if (element === null || !canDraw()) return;
    const held: LaneInk = { ...latest.current, theme, area: null, crowded: new Map() };
    ink.current = held;
    const u = new uPlot(laneOptions(held, Math.max(1, element.clientWidth), Math.max(1, element.clientHeight)), laneData(held.model), element);
    plot.current = u;
    const observer = new ResizeObserver(() => {
      u.setSize({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      u.destroy();
      plot.current = null;
      ink.current = null;
    };
  }, [shape, theme]);

  useEffect(() => {
    const u = plot.current;
    const held = ink.current;
    if (u === null || held === null || held.model === model) return;
    held.model = model;
    u.batch(() => {
      u.setData(laneData(model), false);
      u.setScale('y', { min: model.bottom ?? 0, max: model.top });
      u.setScale('x', { min: held.window.range[0], max: held.window.range[1] });
    });
  }, [model]);

  useEffect(() => {
    const u = plot.current;
    const held = ink.current;
    if (u === null || held === null) return;
    const isSameRange = u.scales.x?.min === fromS && u.scales.x.max === untilS;
    held.window = { range: [fromS, untilS], untilS: seenUntilS };
    if (isSameRange) u.redraw(false, false);
    else u.setScale('x', { min: fromS, max: untilS });
  }, [fromS, untilS, seenUntilS]);

  return <div className="lane-canvas" ref={place} aria-hidden="true" />;
}
