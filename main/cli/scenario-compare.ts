import { availableParallelism } from 'node:os';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import { comparisonOf } from '../../core/host-api/comparison.ts';
import type { PlayMode, ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import { fileFor, KNOWN_CONTROLLERS } from '../simulation/any-controller.ts';
import type { LibraryEntry } from '../simulation/library.ts';
import { builtWorker, createSimulationPool, type SimulationPool } from '../simulation/pool.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Io } from './command.ts';
import { DATA_OPTION, openScenario, ownScenariosOf } from './open-scenario.ts';
import { readMode } from './read-mode.ts';

/** One core stays for whatever else this machine does; live control comes first. */
const builtPool = (): SimulationPool => createSimulationPool({ entry: builtWorker(import.meta.url), size: Math.max(1, availableParallelism() - 1) });

/** `chargebench scenario compare`: one scenario under several controllers, each in a thread of its own. */
export async function compareControllers(args: readonly string[], io: Io, makePool: () => SimulationPool = builtPool): Promise<number> {
  const { values, positionals } = readArgs(args, {
    controllers: { type: 'string' },
    mode: { type: 'string', default: 'direct' },
    json: { type: 'boolean' },
    ...DATA_OPTION,
  });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new WrongUse('scenario compare needs one id or file');
  const mode = readMode(values.mode);
  const json = values.json === true;
  try {
    const entry = openScenario(name, ownScenariosOf(values.data));
    const results = await playAll(entry, controllersOf(entry, values.controllers), mode, io, makePool);
    const { id, title } = entry.scenario;
    if (json) io.out(JSON.stringify({ id, title, results }, null, 2));
    else for (const line of tableOf(results)) io.out(line);
    return results.every(({ passed }) => passed) ? GOOD : ANSWER_IS_NO;
  } catch (error) {
    if (error instanceof WrongUse) throw error;
    const failure = failureOf(error);
    io.progress('');
    io.err(`chargebench scenario compare: ${textOfFailure(failure)}`);
    if (json) io.out(JSON.stringify({ error: failure }, null, 2));
    return WRONG_USE;
  }
}

/** Those that are asked for, each once; all that the scenario lists where none is named. Throws `not-found`. */
function controllersOf({ scenario }: LibraryEntry, text: string | undefined): readonly string[] {
  if (text === undefined) return Object.keys(scenario.controllers);
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  if (names.includes('')) throw new WrongUse('--controllers takes names with commas between them');
  const unknown = names.find((name) => !KNOWN_CONTROLLERS.includes(name));
  if (unknown !== undefined) throw new ChargebenchError('not-found', { controller: unknown, known: KNOWN_CONTROLLERS.join(' ') });
  return names;
}

/** The outcomes in the order of the names. Throws the failure of the first play that could not be brought to its end. */
async function playAll(entry: LibraryEntry, names: readonly string[], mode: PlayMode, io: Io, makePool: () => SimulationPool): Promise<readonly ScenarioOutcome[]> {
  const pool = makePool();
  let played = 0;
  try {
    const plays = names.map(async (controller) => {
      const order = { file: fileFor(entry, controller), controller, mode, journalPath: null, broker: null };
      const result = await pool.play(order, { onProgress: () => undefined, onColumns: () => undefined }).ended;
      played += 1;
      io.progress(`${entry.scenario.id}: ${played} of ${names.length} controllers`);
      if (!result.ok) throw new ChargebenchError(result.error.code, { controller, ...result.error.context });
      return result.value.outcome;
    });
    const outcomes = await Promise.all(plays);
    io.progress('');
    return outcomes;
  } finally {
    await pool.close();
  }
}

const VERDICTS = { holds: 'holds', 'may-trip': 'may trip', trips: 'TRIPS' } as const;

/** Lines of a table: the figures of the worst circuit, and of each EVSE. */
export function tableOf(results: readonly ScenarioOutcome[]): readonly string[] {
  const evses = Object.keys(results[0]?.energyWh ?? {});
  const head = ['controller', 'breaker', 'peak A', 'above cont. s', 'thermal %', ...evses.map((id) => `${id} kWh`), ...(evses.length > 1 ? ['sum kWh'] : []), 'starts', 'expected'];
  const rows = results.map((result) => rowOf(result, evses));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  // The first two columns are words, the others figures.
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd();
  const failed = results.flatMap(({ controller, expectations }) => expectations.filter(({ passed }) => !passed).map(({ text }) => `NO   ${controller}: ${text}`));
  return [line(head), ...rows.map(line), ...failed];
}

const kWh = (energyWh: number): string => (energyWh / 1000).toFixed(2);

function rowOf(outcome: ScenarioOutcome, evses: readonly string[]): readonly string[] {
  const { controller, verdict, peakCurrentA, secondsAboveContinuousLimit, thermalLoadPeakRatio, energyWh, starts, expectations, expectationsPassed } = comparisonOf(outcome);
  return [
    ...[controller, VERDICTS[verdict], peakCurrentA.toFixed(1), secondsAboveContinuousLimit.toFixed(0), (100 * thermalLoadPeakRatio).toFixed(0)],
    ...evses.map((id) => kWh(outcome.energyWh[id] ?? 0)),
    ...(evses.length > 1 ? [kWh(energyWh)] : []),
    String(starts),
    expectations === 0 ? '-' : `${expectationsPassed} of ${expectations}`,
  ];
}
