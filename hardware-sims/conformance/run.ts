/** Compares our firmware models, in our plant, with recorded traces of the real firmware. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { playTrace } from './play-trace.ts';
import { figuresOf, parseParameters, readSummary, readTrace, type TraceEntry, type TraceFigures, type TraceRow } from './trace.ts';
import { BREAKER_A } from './two-evse-site.ts';

export const CONFORMANCE_KINDS = ['openevse-two-evse'] as const;

export interface ConformanceResult {
  /** One per trace; the last is the count. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
}

/** Throws `invalid-argument` for an unknown kind, `not-found` without a summary there, `invalid-file` for one that is no summary. */
export function runConformance(kind: string, directory: string): ConformanceResult {
  if (kind !== 'openevse-two-evse') throw new ChargebenchError('invalid-argument', { kind, known: CONFORMANCE_KINDS.join(' ') });
  const folder = [directory, join(directory, 'two-evse')].find(holdsTraces);
  if (folder === undefined) throw new ChargebenchError('not-found', { directory, file: 'summary.csv' });
  const results = readSummary(readFileSync(join(folder, 'summary.csv'), 'utf8')).map((entry) => runTrace(folder, entry));
  const failed = results.filter(({ isPassed }) => !isPassed).length;
  const passed = results.length - failed;
  return { lines: [...results.map(({ line }) => line), `${passed} passed, ${failed} failed`], passed, failed };
}

/** The divert day profiles have a summary too, in another form. */
function holdsTraces(folder: string): boolean {
  const path = join(folder, 'summary.csv');
  return existsSync(path) && readFileSync(path, 'utf8').startsWith('trace,params,');
}

interface TraceResult {
  readonly line: string;
  readonly isPassed: boolean;
}

function runTrace(folder: string, entry: TraceEntry): TraceResult {
  try {
    const parameters = parseParameters(entry.parameterText);
    const recorded = readTrace(readFileSync(join(folder, `${entry.name}.csv`), 'utf8'));
    const played = playTrace(parameters, recorded);
    const differences = compareFigures(entry.figures, figuresOf(played, BREAKER_A, parameters.lineVoltageV));
    const isPassed = differences.length === 0;
    return { isPassed, line: `${isPassed ? 'pass' : 'FAIL'} ${entry.name}: ${isPassed ? '' : `${differences.join('; ')}; `}${closeness(recorded, played)}` };
  } catch (thrown) {
    return { isPassed: false, line: `FAIL ${entry.name}: ${JSON.stringify(failureOf(thrown))}` };
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
