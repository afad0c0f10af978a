/** Compares our shaper model, in our plant, with the recorded traces of two OpenEVSEs on one breaker. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { playTrace } from './play-trace.ts';
import { concludeTraces, type ConformanceResult, type TraceResult } from './result.ts';
import { figuresOf, parseParameters, readSummary, readTrace, type TraceEntry, type TraceFigures, type TraceRow } from './trace.ts';
import { BREAKER_A } from './two-evse-site.ts';

/** Throws `not-found` without a summary there, `invalid-file` for one that is no summary. */
export function runTwoEvseTraces(directory: string): ConformanceResult {
  const folder = [directory, join(directory, 'two-evse')].find(holdsTraces);
  if (folder === undefined) throw new ChargebenchError('not-found', { directory, file: 'summary.csv' });
  const results = readSummary(readFileSync(join(folder, 'summary.csv'), 'utf8')).map((entry) => runTrace(folder, entry));
  return concludeTraces(results, 'without-skipped');
}

/** The divert day profiles have a summary too, in another form. */
function holdsTraces(folder: string): boolean {
  const path = join(folder, 'summary.csv');
  return existsSync(path) && readFileSync(path, 'utf8').startsWith('trace,params,');
}

function runTrace(folder: string, entry: TraceEntry): TraceResult {
  try {
    const parameters = parseParameters(entry.parameterText);
    const recorded = readTrace(readFileSync(join(folder, `${entry.name}.csv`), 'utf8'));
    const played = playTrace(parameters, recorded);
    const differences = compareFigures(entry.figures, figuresOf(played, BREAKER_A, parameters.lineVoltageV));
    const isPassed = differences.length === 0;
    const text = [...differences, closeness(recorded, played)].join('; ');
    return { verdict: isPassed ? 'pass' : 'FAIL', name: entry.name, text };
  } catch (thrown) {
    return { verdict: 'FAIL', name: entry.name, text: JSON.stringify(failureOf(thrown)) };
  }
}

interface Comparison {
  readonly name: string;
  readonly value: (figures: TraceFigures) => number | null;
  readonly tolerance: (expected: number) => number;
}

const within = (tolerance: number): ((expected: number) => number) => () => tolerance;

/** Tolerances of the data's README, "expected accuracy". */
const COMPARISONS: readonly Comparison[] = [
  { name: 'peak A', value: ({ peakA }) => peakA, tolerance: within(2) },
  { name: 's above 0.8', value: ({ secondsAboveContinuous }) => secondsAboveContinuous, tolerance: within(4) },
  { name: 'longest s above 0.8', value: ({ longestAboveContinuous }) => longestAboveContinuous, tolerance: within(4) },
  { name: 's above rating', value: ({ secondsAboveRating }) => secondsAboveRating, tolerance: within(4) },
  { name: 'A at 860 s', value: ({ steadyA }) => steadyA, tolerance: within(1) },
  { name: 'first pause s', value: ({ firstPauseS }) => firstPauseS, tolerance: within(4) },
  { name: 'last resume s', value: ({ lastResumeS }) => lastResumeS, tolerance: within(4) },
  { name: 'secondary Ah', value: ({ secondaryAh }) => secondaryAh, tolerance: (expected) => Math.max(0.02 * expected, 0.005) },
  { name: 'primary Ah', value: ({ primaryAh }) => primaryAh, tolerance: (expected) => Math.max(0.02 * expected, 0.005) },
];

function compareFigures(expected: TraceFigures, found: TraceFigures): readonly string[] {
  return COMPARISONS.flatMap(({ name, value, tolerance }) => {
    const [wanted, got] = [value(expected), value(found)];
    const fits = wanted === null || got === null ? wanted === got : Math.abs(got - wanted) <= tolerance(wanted);
    return fits ? [] : [`${name} ${String(got)}, expected ${String(wanted)}`];
  });
}

/** How near the rows are, beyond what is demanded. */
function closeness(recorded: readonly TraceRow[], played: readonly TraceRow[]): string {
  const pairs = recorded.flatMap((row, index) => (played[index] === undefined ? [] : [[row, played[index]] as const]));
  const largest = (difference: (a: TraceRow, b: TraceRow) => number): number => Math.max(0, ...pairs.map(([a, b]) => Math.abs(difference(a, b))));
  const count = (differs: (a: TraceRow, b: TraceRow) => boolean): number => pairs.filter(([a, b]) => differs(a, b)).length;
  const currentA = largest((a, b) => Math.max(Math.abs(a.primaryA - b.primaryA), Math.abs(a.secondaryA - b.secondaryA)));
  const states = count((a, b) => a.primaryState !== b.primaryState || a.secondaryState !== b.secondaryState);
  const pilots = count((a, b) => a.secondaryPilotA !== b.secondaryPilotA || a.primaryPilotA !== b.primaryPilotA);
  const smoothedW = largest((a, b) => a.smoothedW - b.smoothedW);
  return `${pairs.length} rows, largest difference ${currentA} A and ${smoothedW} W, ${states} rows in another state, ${pilots} with another pilot`;
}
