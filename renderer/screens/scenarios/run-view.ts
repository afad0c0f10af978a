import type { Circuit, Evse, Meter } from '../../../core/site/site.ts';
import { evseToken, type Token } from '../../charts/chart-theme.ts';
import type { LaneModel } from '../../charts/lane-model.ts';
import { valueSteps } from '../../charts/scale-steps.ts';
import { columnOf, durationOf, worstPhaseA, type PlayedRun } from '../../store/played-run.ts';
import { runningFigures, type RunningFigures } from '../../store/so-far.ts';
import { asText, limit } from '../../words/numbers.ts';
import { namesOf, type Names } from '../../words/names.ts';
import { excursionsAbove, type Excursion } from './excursions.ts';
import { feedSegments, type FeedSegment } from './feed-segments.ts';
import { powerLanes, type PowerLaneView } from './power-lanes.tsx';
import { runEvents, type RunEvent } from './run-events.ts';

export interface EvseLane {
  readonly evse: Evse;
  readonly token: Token;
  readonly measuredA: Float32Array;
  readonly offeredA: Float32Array;
  readonly model: LaneModel;
}

export interface FeedLane {
  readonly meter: Meter;
  readonly ageS: Float32Array;
  readonly segments: readonly FeedSegment[];
}

/** A played run with everything the screen derives from it, computed once: lanes, limits, running figures. */
export interface RunView {
  readonly run: PlayedRun;
  readonly names: Names;
  readonly durationS: number;
  readonly circuit: Circuit;
  readonly ratingA: number;
  readonly continuousA: number;
  readonly currentA: Float32Array;
  readonly breaker: LaneModel;
  readonly aboveContinuous: readonly Excursion[];
  readonly aboveRating: readonly Excursion[];
  readonly evses: readonly EvseLane[];
  readonly thermalRatio: Float32Array | undefined;
  readonly thermal: LaneModel | null;
  readonly feeds: readonly FeedLane[];
  readonly powers: readonly PowerLaneView[];
  /** In order of time. */
  readonly events: readonly RunEvent[];
  readonly running: RunningFigures;
}

const nothing = new Float32Array(0);

/** Null only for a run whose site has no circuit, which no host plays. */
export function makeRunView(run: PlayedRun, circuitId: string | null, ghost: PlayedRun | null): RunView | null {
  const { site } = run.result;
  const wanted = circuitId ?? run.result.worstMoment?.circuitId ?? null;
  const circuit = site.circuits.find(({ id }) => id === wanted) ?? site.circuits[0];
  if (circuit === undefined) return null;
  const { columns } = run;
  const { timeS } = columns;
  const { ratingA } = circuit.breaker;
  const continuousA = ratingA * circuit.continuousFactor;
  const currentA = worstPhaseA(columns, circuit.id);
  const thermalRatio = columnOf(columns, (column) => column.kind === 'thermal-load' && column.circuitId === circuit.id);
  return {
    run,
    names: namesOf(site),
    durationS: durationOf(run),
    circuit,
    ratingA,
    continuousA,
    currentA,
    breaker: breakerModel(timeS, currentA, ratingA, continuousA, ghost === null ? null : { timeS: ghost.columns.timeS, values: worstPhaseA(ghost.columns, circuit.id) }),
    aboveContinuous: continuousA < ratingA ? excursionsAbove(timeS, currentA, continuousA + 0.25) : [],
    aboveRating: excursionsAbove(timeS, currentA, ratingA + 1e-3),
    evses: site.evses.map((evse, index) => evseLane(run, evse, evseToken(index))),
    thermalRatio,
    thermal: thermalRatio === undefined ? null : thermalModel(timeS, thermalRatio),
    feeds: site.meters.flatMap((meter) => feedLane(run, meter)),
    powers: powerLanes(run),
    events: runEvents(run),
    running: runningFigures(timeS, currentA, thermalRatio, { continuousA, ratingA }),
  };
}

function largest(values: Float32Array): number {
  let top = 0;
  for (const value of values) if (value > top) top = value;
  return top;
}

function breakerModel(timeS: Float64Array, currentA: Float32Array, ratingA: number, continuousA: number, ghost: LaneModel['ghost']): LaneModel {
  const peakA = Math.max(largest(currentA), ghost === null ? 0 : largest(ghost.values));
  const top = Math.max(ratingA * 1.38, peakA * 1.2);
  const rating = { value: ratingA, token: 'limit-rating', look: 'solid', label: `${asText(limit(ratingA))} breaker rating`, fillAlpha: 0.75 } as const;
  const continuous = { value: continuousA, token: 'limit-continuous', look: 'dashed', label: `${asText(limit(continuousA))} continuous limit`, fillAlpha: 0.22 } as const;
  return {
    timeS,
    series: [{ values: currentA, token: 'total', look: 'solid', widthPx: 2.25 }],
    limits: continuousA < ratingA ? [continuous, rating] : [rating],
    ghost,
    top,
    ticks: valueSteps(top, 5),
  };
}

function evseLane(run: PlayedRun, evse: Evse, token: Token): EvseLane {
  const { columns } = run;
  const measuredA = columnOf(columns, (column) => column.kind === 'evse-current' && column.evseId === evse.id) ?? nothing;
  const offeredA = columnOf(columns, (column) => column.kind === 'evse-offered' && column.evseId === evse.id) ?? nothing;
  const top = Math.max(largest(measuredA), largest(offeredA), 8) * 1.12;
  return {
    evse,
    token,
    measuredA,
    offeredA,
    model: {
      timeS: columns.timeS,
      series: [
        { values: measuredA, token, look: 'solid', fillAlpha: 0.2 },
        { values: offeredA, token, look: 'dashed', isStepped: true },
      ].filter(({ values }) => values.length > 0) as LaneModel['series'],
      limits: [],
      ghost: null,
      top,
      ticks: valueSteps(top, 2),
    },
  };
}

/** In percent of the earliest trip. */
function thermalModel(timeS: Float64Array, ratio: Float32Array): LaneModel {
  const percent = ratio.map((value) => value * 100);
  const top = Math.max(112, largest(percent) * 1.15);
  return {
    timeS,
    series: [{ values: percent, token: 'total', look: 'solid' }],
    limits: [{ value: 100, token: 'limit-rating', look: 'solid', label: `100\u2009% of the earliest trip`, fillAlpha: 0.75 }],
    ghost: null,
    top,
    ticks: valueSteps(top, 2),
  };
}

function feedLane(run: PlayedRun, meter: Meter): readonly FeedLane[] {
  const ageS = columnOf(run.columns, (column) => column.kind === 'feed-age' && column.meterId === meter.id);
  return ageS === undefined ? [] : [{ meter, ageS, segments: feedSegments(run.columns.timeS, ageS, meter) }];
}
