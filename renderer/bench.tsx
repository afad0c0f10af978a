import './tokens.css';
import './base.css';
import './screens/scenarios/lanes.css';
import './bench.css';
import { useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { LaneChart } from './charts/lane-chart.tsx';
import type { LaneModel } from './charts/lane-model.ts';
import { valueSteps } from './charts/scale-steps.ts';
import { panned, zoomed, type TimeRange } from './charts/time-range.ts';

/** How fast the lanes of the Scenarios screen are: a day of seconds in ten series, drawn, panned and zoomed. */
export interface ChartFigures {
  readonly points: number;
  readonly series: number;
  /** From handing over the data until the display has shown it. */
  readonly firstDrawMs: number;
  readonly frames: number;
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  readonly frameMaxMs: number;
  /** Part of the frames that took less than 33 ms. */
  readonly below33MsRatio: number;
}

declare global {
  interface Window {
    benchCharts?: () => Promise<ChartFigures>;
  }
}

const ROWS = 86_400;
const LANES = 5;
const FRAMES = 240;

/** A day with a cycle of the house, charging in steps and noise: no two points in a row are equal. */
function dayOf(lane: number, isOffer: boolean): Float32Array {
  let noise = 7 + lane * 13;
  return Float32Array.from({ length: ROWS }, (_, row) => {
    noise = (noise * 1_103_515_245 + 12_345) % 2_147_483_648;
    const charging = Math.floor(row / (2700 + lane * 411)) % 2 === 0 ? 18 : 6;
    return isOffer ? charging + (Math.floor(row / 61) % 3) : charging + 6 * Math.sin(row / 9000) + (noise / 2_147_483_648) * 3;
  });
}

function modelOf(lane: number, timeS: Float64Array): LaneModel {
  return {
    timeS,
    series: [
      { values: dayOf(lane, false), token: lane === 0 ? 'total' : 'e1', look: 'solid', fillAlpha: 0.2 },
      { values: dayOf(lane, true), token: lane === 0 ? 'ink3' : 'e2', look: 'dashed', isStepped: true },
    ],
    limits: [
      { value: 20, token: 'limit-continuous', look: 'dashed', label: '20 A continuous limit', fillAlpha: 0.22 },
      { value: 25, token: 'limit-rating', look: 'solid', label: '25 A breaker rating', fillAlpha: 0.75 },
    ],
    ghost: null,
    top: 32,
    ticks: valueSteps(32, 4),
  };
}

/** The part shown, outside React so that the run below can move it between two pictures of the display. */
function rangeStore(first: TimeRange) {
  let range = first;
  const listeners = new Set<() => void>();
  return {
    get: () => range,
    set: (next: TimeRange) => {
      range = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function Lanes({ models, range }: { readonly models: readonly LaneModel[]; readonly range: ReturnType<typeof rangeStore> }) {
  const shown = useSyncExternalStore(range.subscribe, range.get);
  const window = { range: shown, untilS: null };
  return (
    <div className="bench-lanes">
      {models.map((model, index) => (
        <div key={index} className="bench-lane">
          <LaneChart model={model} window={window} />
        </div>
      ))}
    </div>
  );
}

const nextFrame = (): Promise<number> =>
  new Promise((resolve) => {
    requestAnimationFrame(resolve);
  });

/** A day, into an hour, along it, and out again. */
function rangeAt(frame: number, before: TimeRange): TimeRange {
  const part = frame / FRAMES;
  if (part < 0.35) return zoomed(before, 0.963, 30_000, ROWS);
  if (part < 0.65) return panned(before, (before[1] - before[0]) / 40, ROWS);
  return zoomed(before, 1.04, 40_000, ROWS);
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}

async function framesOf(range: ReturnType<typeof rangeStore>): Promise<readonly number[]> {
  const tookMs: number[] = [];
  let lastMs = await nextFrame();
  for (let frame = 0; frame < FRAMES; frame += 1) {
    range.set(rangeAt(frame, range.get()));
    const nowMs = await nextFrame();
    tookMs.push(nowMs - lastMs);
    lastMs = nowMs;
  }
  return tookMs;
}

let root: Root | null = null;

async function benchCharts(): Promise<ChartFigures> {
  const place = document.getElementById('root');
  if (place === null) throw new Error('the page has no place to draw');
  root?.unmount();
  const timeS = Float64Array.from({ length: ROWS }, (_, row) => row);
  const models = Array.from({ length: LANES }, (_, lane) => modelOf(lane, timeS));
  const range = rangeStore([0, ROWS]);
  await nextFrame();
  const startMs = performance.now();
  const drawn = createRoot(place);
  root = drawn;
  flushSync(() => {
    drawn.render(<Lanes models={models} range={range} />);
  });
  // The first picture after the drawing, and the one after it: then the first has been shown.
  await nextFrame();
  await nextFrame();
  const firstDrawMs = performance.now() - startMs;
  const tookMs = (await framesOf(range)).toSorted((a, b) => a - b);
  return {
    points: ROWS,
    series: LANES * 2,
    firstDrawMs,
    frames: tookMs.length,
    frameP50Ms: quantile(tookMs, 0.5),
    frameP95Ms: quantile(tookMs, 0.95),
    frameMaxMs: tookMs.at(-1) ?? 0,
    below33MsRatio: tookMs.filter((ms) => ms < 33).length / tookMs.length,
  };
}

window.benchCharts = benchCharts;
