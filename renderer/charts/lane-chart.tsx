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

/** One canvas of one lane. It fills its parent; labels, limits' names and the cursor are text above it. */
export function LaneChart({ model, window }: { readonly model: LaneModel; readonly window: LaneWindow }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const ink = useRef<LaneInk | null>(null);
  const theme = useChartTheme();
  const [fromS, untilS] = window.range;
  const seenUntilS = window.untilS;

  useEffect(() => {
    const element = place.current;
    if (element === null || !canDraw()) return;
    const held: LaneInk = { model, window: ink.current?.window ?? { range: [0, 1], untilS: null }, theme, area: null };
    ink.current = held;
    const u = new uPlot(laneOptions(held, Math.max(1, element.clientWidth), Math.max(1, element.clientHeight)), laneData(model), element);
    plot.current = u;
    const observer = new ResizeObserver(() => {
      u.setSize({ width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      u.destroy();
      plot.current = null;
    };
  }, [model, theme]);

  useEffect(() => {
    const u = plot.current;
    if (ink.current === null || u === null) return;
    const isSameRange = u.scales.x?.min === fromS && u.scales.x.max === untilS;
    ink.current.window = { range: [fromS, untilS], untilS: seenUntilS };
    if (isSameRange) u.redraw(false, false);
    else u.setScale('x', { min: fromS, max: untilS });
  }, [model, theme, fromS, untilS, seenUntilS]);

  return <div className="lane-canvas" ref={place} aria-hidden="true" />;
}
