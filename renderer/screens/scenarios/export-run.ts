import { canvasSurface } from '../../charts/canvas-surface.ts';
import type { ChartTheme } from '../../charts/chart-theme.ts';
import { paintLanes, pictureHeight, plotWidth, type PaintedFlag, type PaintedLane } from '../../charts/paint-lanes.ts';
import { svgSurface } from '../../charts/svg-surface.ts';
import type { TimeRange } from '../../charts/time-range.ts';
import type { Column, RunColumns } from '../../../core/runs/columns.ts';
import { controllerName } from '../../words/controllers.ts';
import { runTime } from '../../words/times.ts';
import { VERDICT_WORDS, verdictSentence } from '../../words/verdicts.ts';
import type { PlayedRun } from '../../store/played-run.ts';
import { eventsIn, gravest } from './event-flags.tsx';
import { cutText, flagText, layoutFlags } from './flag-layout.ts';
import type { RunView } from './run-view.ts';

const WIDTH_PX = 1200;
/** Sharp on paper and on dense screens. */
const PNG_RATIO = 2;

const UNITS: Readonly<Record<Column['kind'], string>> = {
  'circuit-current': 'A',
  'other-load': 'A',
  'thermal-load': 'ratio',
  'metered-current': 'A',
  'feed-age': 's',
  'evse-current': 'A',
  'evse-offered': 'A',
  'evse-setpoint': 'A',
  'house-power': 'W',
  'pv-power': 'W',
  'battery-power': 'W',
};

function columnName(column: Column): string {
  const phase = 'phase' in column ? ` l${column.phase + 1}` : '';
  return `${aboutOf(column)}${column.kind}${phase} (${UNITS[column.kind]})`;
}

function aboutOf(column: Column): string {
  if ('circuitId' in column) return `${column.circuitId} `;
  if ('meterId' in column) return `${column.meterId} `;
  if ('batteryId' in column) return `${column.batteryId} `;
  // What is of the whole site has no name.
  return 'evseId' in column ? `${column.evseId} ` : '';
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Every row of every column, RFC 4180 with a header line; an empty field is no value. */
export function csvOf({ timeS, columns }: RunColumns): string {
  const lines = [['time (s)', ...columns.map(({ column }) => quoted(columnName(column)))].join(',')];
  for (let row = 0; row < timeS.length; row += 1) {
    const fields = columns.map(({ values }) => {
      const value = values[row] ?? Number.NaN;
      return Number.isNaN(value) ? '' : String(Math.round(value * 1e4) / 1e4);
    });
    lines.push([String(timeS[row]), ...fields].join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function lanesOf(view: RunView): readonly PaintedLane[] {
  return [
    { name: view.circuit.name, model: view.breaker, heightPx: 280 },
    ...view.evses.map((lane) => ({ name: lane.evse.name, model: lane.model, heightPx: 100 })),
    ...view.powers.map((lane) => ({ name: `${lane.name}, kW`, model: lane.model, heightPx: 70 })),
    ...(view.thermal === null ? [] : [{ name: 'Thermal load, %', model: view.thermal, heightPx: 80 }]),
  ];
}

/** A picture has no pointer to ask with, and room below: more rows than the screen, so that more words are whole. */
const FLAG_ROWS = 5;

/** As on the screen: no flag lies over another, and words that would leave the plot at its right edge stand before their mark. */
function flagsOf(view: RunView, range: TimeRange): readonly PaintedFlag[] {
  const events = eventsIn(view, { range, untilS: null });
  return layoutFlags(events, range, plotWidth(WIDTH_PX), FLAG_ROWS).map(({ events: told, textPx, ...place }) => ({
    ...place,
    text: textPx === null ? null : cutText(flagText(told), textPx),
    token: gravest(told) === 'fault' ? 'attention' : 'ink2',
  }));
}

function textOf(view: RunView, title: string, ghost: PlayedRun | null) {
  const { outcome } = view.run.result;
  const says = verdictSentence(outcome, { name: view.circuit.name, ratingA: view.ratingA, continuousA: view.continuousA });
  const dotted = ghost === null ? '' : ` Dotted: ${controllerName(ghost.result.outcome.controller)}.`;
  return { title: `${title}: ${VERDICT_WORDS[outcome.verdict]}`, subtitle: `${controllerName(outcome.controller)}. ${says}${dotted}`, timeText: runTime };
}

export interface RunPicture {
  readonly view: RunView;
  readonly ghost: PlayedRun | null;
  readonly title: string;
  readonly range: TimeRange;
  readonly theme: ChartTheme;
}

export function svgOf({ view, ghost, title, range, theme }: RunPicture): string {
  const lanes = lanesOf(view);
  const flags = flagsOf(view, range);
  const { surface, finish } = svgSurface(WIDTH_PX, pictureHeight(lanes, flags), title);
  paintLanes(surface, WIDTH_PX, lanes, flags, range, theme, textOf(view, title, ghost));
  return finish();
}

/** Null where no canvas can be drawn. */
export async function pngOf({ view, ghost, title, range, theme }: RunPicture): Promise<Blob | null> {
  await document.fonts.ready;
  const lanes = lanesOf(view);
  const flags = flagsOf(view, range);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH_PX * PNG_RATIO;
  canvas.height = pictureHeight(lanes, flags) * PNG_RATIO;
  const ctx = canvas.getContext('2d');
  if (ctx === null) return null;
  ctx.scale(PNG_RATIO, PNG_RATIO);
  paintLanes(canvasSurface(ctx), WIDTH_PX, lanes, flags, range, theme, textOf(view, title, ghost));
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
}

/** The browser (or Electron) asks where to. */
export function saveAs(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Revoked after the click has been handled, else some browsers save nothing.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}
