/** Traces of two OpenEVSEs on one breaker: their parameters, their rows and the figures that are compared (data README, section 3). */
import { ChargebenchError } from '../../core/errors.ts';
import { numberIn, readTable } from './table.ts';

/** Every parameter of a trace with its default; times in s, currents in A, `solarFromS` and the like null when absent. */
export interface TraceParameters {
  readonly primaryMaxA: number;
  readonly secondaryMaxA: number;
  readonly meterPeriodS: number;
  readonly lineVoltageV: number;
  readonly noiseW: number;
  readonly feedDiesAtS: number | null;
  readonly feedReturnsAtS: number | null;
  readonly freezesAtS: number | null;
  readonly maxIntervalS: number;
  readonly minPauseS: number;
  readonly loadFromS: number | null;
  readonly loadW: number;
  readonly loadUntilS: number | null;
  readonly riseAPerS: number;
  readonly clampSign: 1 | -1;
  readonly areBothShaped: boolean;
  readonly solarFromS: number | null;
}

const DEFAULTS: TraceParameters = {
  primaryMaxA: 34,
  secondaryMaxA: 34,
  meterPeriodS: 1,
  lineVoltageV: 240,
  noiseW: 0,
  feedDiesAtS: null,
  feedReturnsAtS: null,
  freezesAtS: null,
  maxIntervalS: 120,
  minPauseS: 300,
  loadFromS: null,
  loadW: 0,
  loadUntilS: null,
  riseAPerS: 2,
  clampSign: 1,
  areBothShaped: false,
  solarFromS: null,
};

const NAMES: Readonly<Record<string, keyof TraceParameters>> = {
  pmax: 'primaryMaxA',
  smax: 'secondaryMaxA',
  meter: 'meterPeriodS',
  V: 'lineVoltageV',
  noise: 'noiseW',
  dead: 'feedDiesAtS',
  back: 'feedReturnsAtS',
  freeze: 'freezesAtS',
  maxint: 'maxIntervalS',
  pause: 'minPauseS',
  step_t: 'loadFromS',
  step_w: 'loadW',
  step_end: 'loadUntilS',
  ramp: 'riseAPerS',
  sign: 'clampSign',
  bothshape: 'areBothShaped',
  solar_t: 'solarFromS',
};

/** Reads `pmax=32 smax=32`, or `defaults`. Throws `invalid-file` naming what it does not know. */
export function parseParameters(text: string): TraceParameters {
  const read: Record<string, number | boolean> = {};
  for (const part of text.trim().split(/\s+/)) {
    if (part === '' || part === 'defaults') continue;
    const [name = '', value = ''] = part.split('=');
    const key = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (key === undefined) throw new ChargebenchError('invalid-file', { parameter: name, rule: 'a known parameter', known: Object.keys(NAMES).join(' ') });
    const number = Number(value);
    if (value === '' || !Number.isFinite(number)) throw new ChargebenchError('invalid-file', { parameter: name, value, rule: 'a number' });
    if (key === 'clampSign' && Math.abs(number) !== 1) throw new ChargebenchError('invalid-file', { parameter: name, value, rule: '1 or -1' });
    read[key] = key === 'areBothShaped' ? number !== 0 : number;
  }
  return { ...DEFAULTS, ...read };
}

/** Figures of a run, of the trace's summary or of our own. */
export interface TraceFigures {
  readonly peakA: number;
  readonly secondsAboveContinuous: number;
  readonly longestAboveContinuous: number;
  readonly secondsAboveRating: number;
  readonly steadyA: number;
  readonly firstPauseS: number | null;
  readonly lastResumeS: number | null;
  readonly secondaryAh: number;
  readonly primaryAh: number;
}

export interface TraceEntry {
  readonly name: string;
  /** For `parseParameters`: one unknown parameter fails its own trace, not the others. */
  readonly parameterText: string;
  readonly figures: TraceFigures;
}

/** `summary.csv`, one entry per trace. */
export function readSummary(text: string): readonly TraceEntry[] {
  return readTable(text).map((row) => ({
    name: row.cells['trace'] ?? '',
    parameterText: row.cells['params'] ?? '',
    figures: {
      peakA: numberIn(row, 'max_total_a'),
      secondsAboveContinuous: numberIn(row, 's_over_0_8'),
      longestAboveContinuous: numberIn(row, 'longest_over_0_8_s'),
      secondsAboveRating: numberIn(row, 's_over_breaker'),
      steadyA: numberIn(row, 'steady_total_a'),
      firstPauseS: row.cells['first_pause_t'] === '' ? null : numberIn(row, 'first_pause_t'),
      lastResumeS: row.cells['resume_t'] === '' ? null : numberIn(row, 'resume_t'),
      secondaryAh: numberIn(row, 'secondary_ah'),
      primaryAh: numberIn(row, 'primary_ah'),
    },
  }));
}

/** One second of a trace, recorded or played. */
export interface TraceRow {
  readonly timeS: number;
  readonly primaryA: number;
  readonly secondaryA: number;
  readonly otherW: number;
  readonly meterW: number;
  readonly primaryPilotA: number;
  readonly secondaryPilotA: number;
  readonly primaryState: number;
  readonly secondaryState: number;
  readonly ceilingA: number;
  readonly smoothedW: number;
  readonly isUpdated: boolean;
}

export function readTrace(text: string): readonly TraceRow[] {
  return readTable(text).map((row) => ({
    timeS: numberIn(row, 't_s'),
    primaryA: numberIn(row, 'primary_a'),
    secondaryA: numberIn(row, 'secondary_a'),
    otherW: numberIn(row, 'other_w'),
    meterW: numberIn(row, 'meter_w'),
    primaryPilotA: numberIn(row, 'primary_pilot_a'),
    secondaryPilotA: numberIn(row, 'secondary_pilot_a'),
    primaryState: numberIn(row, 'primary_state'),
    secondaryState: numberIn(row, 'secondary_state'),
    ceilingA: numberIn(row, 'shaper_max_cur_a'),
    smoothedW: numberIn(row, 'shaper_smoothed_w'),
    isUpdated: numberIn(row, 'shaper_updated') !== 0,
  }));
}

const STEADY_AT_S = 860;
const SLEEPING = 254;
const CHARGING = 3;
/** A run above the continuous limit counts from a quarter of an ampere on. */
const CONTINUOUS_MARGIN_A = 0.25;

/** Columns of `summary.csv` from rows; `ratingA` is the breaker's, the third load counts with the EVSEs. */
export function figuresOf(rows: readonly TraceRow[], ratingA: number, lineVoltageV: number): TraceFigures {
  let [peakA, above, longest, run, aboveRating, primaryAs, secondaryAs] = [0, 0, 0, 0, 0, 0, 0];
  let [steadyA, firstPauseS, lastResumeS]: [number, number | null, number | null] = [0, null, null];
  let isPaused = false;
  for (const row of rows) {
    const evsesA = row.primaryA + row.secondaryA;
    const totalA = evsesA + row.otherW / lineVoltageV;
    peakA = Math.max(peakA, evsesA);
    run = totalA > 0.8 * ratingA + CONTINUOUS_MARGIN_A ? run + 1 : 0;
    if (run > 0) above += 1;
    longest = Math.max(longest, run);
    if (totalA > ratingA) aboveRating += 1;
    if (row.timeS === STEADY_AT_S) steadyA = evsesA;
    if (row.secondaryState === SLEEPING) {
      isPaused = true;
      firstPauseS ??= row.timeS;
    } else if (isPaused && row.secondaryState === CHARGING) {
      isPaused = false;
      lastResumeS = row.timeS;
    }
    primaryAs += row.primaryA;
    secondaryAs += row.secondaryA;
  }
  return {
    peakA,
    secondsAboveContinuous: above,
    longestAboveContinuous: longest,
    secondsAboveRating: aboveRating,
    steadyA,
    firstPauseS,
    lastResumeS,
    secondaryAh: secondaryAs / 3600,
    primaryAh: primaryAs / 3600,
  };
}
