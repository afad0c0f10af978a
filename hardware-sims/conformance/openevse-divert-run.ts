/** Compares our divert model with what the firmware's own code does with recorded days (data/openevse-divert/README, section 1). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ChargebenchError, failureOf, type Failure } from '../../core/errors.ts';
import { readDay } from './openevse-divert-day.ts';
import { compareDayFigures, dayFiguresOf, readDaySummaries, readExpected, type DaySummary, type ExpectedRow } from './openevse-divert-figures.ts';
import { DIVERT_PROFILES, playDay, REFERENCE_QUIRKS, type DivertRow } from './openevse-divert-reference.ts';
import { concludeTraces, type ConformanceResult, type TraceResult } from './result.ts';

/** Pilot and State may differ in this many samples over all runs: the README's own figure for an independent implementation. */
const ALLOWED_SAMPLES = 4;
const SMOOTHED_TOLERANCE_W = 0.01;
const RUN_FILE = /^(.+__.+)\.csv$/;

/** Throws `not-found` without runs there, `invalid-file` for a summary that is none; files that cannot be read stand in the result. */
export function runDivertDays(directory: string): ConformanceResult {
  const folders = [join(directory, 'expected'), directory, join(directory, 'openevse-divert', 'expected')];
  const expectedFolder = folders.find((folder) => runsIn(folder).length > 0);
  if (expectedFolder === undefined) throw new ChargebenchError('not-found', { directory, file: 'expected/<dataset>__<profile>.csv' });
  const inputFolders = [join(expectedFolder, '..', 'inputs'), join(directory, 'inputs'), directory];
  const summaries = summariesIn(expectedFolder);
  const names = [...new Set([...runsIn(expectedFolder), ...summaries.map(({ name }) => name)])].sort();
  let allowance = ALLOWED_SAMPLES;
  const results: TraceResult[] = [];
  const unreadable: Failure[] = [];
  for (const name of names) {
    const summary = summaries.find((candidate) => candidate.name === name) ?? null;
    try {
      const { result, differingSamples } = runOne({ name, summary, expectedFolder, inputFolders, allowance });
      allowance = Math.max(0, allowance - differingSamples);
      results.push(result);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === 'not-found') results.push({ verdict: 'FAIL', name, text: `not found: ${String(failure.context['file'])}` });
      else unreadable.push(failure);
    }
  }
  return { ...concludeTraces(results, 'with-skipped'), unreadable };
}

function runsIn(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).flatMap((file) => {
    const name = RUN_FILE.exec(file)?.[1];
    return name === undefined ? [] : [name];
  });
}

function summariesIn(folder: string): readonly DaySummary[] {
  const path = join(folder, 'summary.csv');
  return existsSync(path) ? naming('summary.csv', () => readDaySummaries(readFileSync(path, 'utf8'))) : [];
}

interface Run {
  readonly name: string;
  readonly summary: DaySummary | null;
  readonly expectedFolder: string;
  readonly inputFolders: readonly string[];
  readonly allowance: number;
}

interface RunOutcome {
  readonly result: TraceResult;
  /** In Pilot or State. */
  readonly differingSamples: number;
}

/** Throws `not-found` or `invalid-file`, naming the file. */
function runOne(run: Run): RunOutcome {
  const [dataset, profileName] = splitName(run.name);
  const profile = Object.hasOwn(DIVERT_PROFILES, profileName) ? DIVERT_PROFILES[profileName] : undefined;
  if (profile === undefined) {
    const known = Object.keys(DIVERT_PROFILES).join(', ');
    return { result: { verdict: 'skip', name: run.name, text: `the parameters of profile "${profileName}" are not known (known: ${known})` }, differingSamples: 0 };
  }
  const expected = readNamed([run.expectedFolder], `${run.name}.csv`, readExpected);
  const day = readNamed(run.inputFolders, `${dataset}.csv`, (text) => readDay(text, dataset));
  return judge(run, expected, playDay(day, profile, REFERENCE_QUIRKS));
}

/** At the last double underline: a dataset's name may have one, a profile's has none. */
function splitName(name: string): readonly [string, string] {
  const at = name.lastIndexOf('__');
  return [name.slice(0, at), name.slice(at + 2)];
}

/** Throws `not-found`, or what `read` throws, with the file's name. */
function readNamed<T>(folders: readonly string[], file: string, read: (text: string) => T): T {
  const path = folders.map((folder) => join(folder, file)).find((candidate) => existsSync(candidate));
  if (path === undefined) throw new ChargebenchError('not-found', { file: `${basename(folders[0] ?? '')}/${file}` });
  return naming(file, () => read(readFileSync(path, 'utf8')));
}

function naming<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const { code, context } = failureOf(thrown);
    throw code === 'internal' ? new ChargebenchError('invalid-file', { file, rule: 'a file that can be read', ...context }) : new ChargebenchError(code, { file, ...context });
  }
}

function judge({ name, summary, allowance }: Run, expected: readonly ExpectedRow[], played: readonly DivertRow[]): RunOutcome {
  const pairs = expected.flatMap((row, index): (readonly [ExpectedRow, DivertRow])[] => (played[index] === undefined ? [] : [[row, played[index]]]));
  const differing = pairs.filter(([row, found]) => row.pilotA !== found.pilotA || row.stateCode !== found.stateCode);
  const faults = [
    ...(expected.length === played.length ? [] : [`${played.length} rows, expected ${expected.length}`]),
    ...(differing.length <= allowance ? [] : [`${differing.length} samples with another Pilot or State, first ${describe(differing[0])}`]),
    ...columnFaults(pairs),
    ...(summary === null ? [] : naming('summary.csv', () => compareDayFigures(summary.row, dayFiguresOf(played)))),
  ];
  const notes = [
    `${pairs.length} rows, ${differing.length} with another Pilot or State, smoothed within ${largestSmoothedW(pairs).toFixed(4)} W`,
    ...(summary === null ? ['the summary does not have it'] : []),
  ];
  return { result: { verdict: faults.length === 0 ? 'pass' : 'FAIL', name, text: [...faults, ...notes].join('; ') }, differingSamples: differing.length };
}

type Pair = readonly [ExpectedRow, DivertRow];

function describe(pair: Pair | undefined): string {
  if (pair === undefined) return '';
  const [row, found] = pair;
  return `at line ${row.lineNumber}: ${found.pilotA} A in state ${found.stateCode}, expected ${row.pilotA} A in state ${row.stateCode}`;
}

const COLUMNS: readonly { readonly name: string; readonly differs: (row: ExpectedRow, found: DivertRow) => boolean }[] = [
  { name: 'Date', differs: (row, found) => row.timeS !== found.timeS },
  { name: 'Solar', differs: (row, found) => row.solarW !== null && row.solarW !== found.solarW },
  { name: 'Grid IE', differs: (row, found) => row.gridW !== null && row.gridW !== found.gridW },
  { name: 'Charge Power', differs: (row, found) => row.chargePowerW !== null && row.pilotA === found.pilotA && row.chargePowerW !== found.chargePowerW },
  { name: 'Min Charge Power', differs: (row, found) => row.minChargePowerW !== null && row.minChargePowerW !== found.minChargePowerW },
  { name: 'Smoothed Available', differs: (row, found) => row.smoothedW !== null && Math.abs(row.smoothedW - found.smoothedW) > smoothedToleranceW(row.smoothedW) },
];

function columnFaults(pairs: readonly Pair[]): readonly string[] {
  return COLUMNS.flatMap(({ name, differs }) => {
    const wrong = pairs.filter(([row, found]) => differs(row, found));
    return wrong.length === 0 ? [] : [`${wrong.length} rows with another ${name}, first at line ${wrong[0]?.[0].lineNumber ?? 0}`];
  });
}

/** The files have six digits: from 10 kW on their last one is worth more than the tolerance. */
function smoothedToleranceW(expectedW: number): number {
  const lastDigitW = expectedW === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(expectedW))) - 5);
  return Math.max(SMOOTHED_TOLERANCE_W, 0.5001 * lastDigitW);
}

const largestSmoothedW = (pairs: readonly Pair[]): number =>
  pairs.reduce((largest, [row, found]) => Math.max(largest, row.smoothedW === null ? 0 : Math.abs(row.smoothedW - found.smoothedW)), 0);
