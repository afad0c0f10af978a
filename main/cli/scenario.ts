<<<<<<< Updated upstream
import { scenarioJsonSchema, siteJsonSchema } from '../../core/scenarios/json-schema.ts';
import { listBundledScenarios, summaryOf } from '../simulation/library.ts';
import { GOOD, readArgs, WrongUse, type Command, type Io } from './command.ts';
import { compareControllers } from './scenario-compare.ts';
import { runScenarios } from './scenario-run.ts';
=======
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import type { PlayMode, ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import { listBundledScenarios, openScenario, summaryOf, type LibraryEntry } from '../simulation/library.ts';
import { playOrder } from '../simulation/play-order.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Command, type Io } from './command.ts';
import { readBroker } from './read-broker.ts';
import { SWEEP_HELP, sweepScenario } from './sweep.ts';

const MODES: readonly PlayMode[] = ['direct', 'loopback', 'wire'];
>>>>>>> Stashed changes

export const scenarioCommand: Command = {
  summary: 'list, play and compare scenarios',
  help: `chargebench scenario list [--json]
    The scenarios that come with the program.

chargebench scenario run ID|FILE… [options]
    Plays scenarios and judges them by their expectations. Exit code 1 when one of these does not hold.
    --controller NAME  who decides: chargebench, device (the devices for themselves), or another that the scenario
                       lists; all it lists where absent
    --mode MODE        direct    values straight to the step, as fast as it goes
                       loopback  drivers and codecs on an in-memory broker, as fast as it goes (default)
                       wire      simulated devices on a real broker, in real time
    --broker URL       for wire: a broker that runs already, mqtt://host:port; an embedded one where absent
    --journal PATH     writes the journal of the run; with several runs PATH is a folder
    --json             one JSON document on standard output

<<<<<<< Updated upstream
chargebench scenario compare ID|FILE [options]
    Plays one scenario under several controllers and sets the outcomes side by side: what the breaker comes to, peak,
    time above the continuous limit, thermal load, energy and starts. Exit code 1 when an expectation does not hold.
    --controllers A,B  also controllers that the scenario does not list, with nothing expected of them; all that it
                       lists where absent
    --mode MODE        as for run; direct where absent
    --json             one JSON document on standard output

chargebench scenario schema [--site]
    The JSON Schema of scenario files (or of site files), for editors: name it in a file's "$schema".`,
  run(args, io) {
    const [action, ...rest] = args;
    if (action === 'list') return Promise.resolve(list(rest, io));
    if (action === 'run') return runScenarios(rest, io);
    if (action === 'compare') return compareControllers(rest, io);
    if (action === 'schema') return Promise.resolve(printSchema(rest, io));
    throw new WrongUse(action === undefined ? 'scenario needs list, run, compare or schema' : `scenario does not know "${action}"`);
=======
${SWEEP_HELP}`,
  run(args, io) {
    const [action, ...rest] = args;
    if (action === 'list') return Promise.resolve(list(rest, io));
    if (action === 'run') return runAll(rest, io);
    if (action === 'sweep') return sweepScenario(rest, io);
    throw new WrongUse(action === undefined ? 'scenario needs list, run or sweep' : `scenario does not know "${action}"`);
>>>>>>> Stashed changes
  },
};

function list(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
  if (positionals.length > 0) throw new WrongUse('scenario list takes no names');
  const summaries = listBundledScenarios().map(summaryOf);
  if (values.json === true) {
    io.out(JSON.stringify(summaries.map(({ id, title, controllers, durationS }) => ({ id, title, controllers, durationS })), null, 2));
    return GOOD;
  }
  for (const { id, title, controllers, durationS } of summaries) io.out(`${id.padEnd(28)} ${String(durationS).padStart(6)} s  ${title} (${controllers.join(', ')})`);
  return GOOD;
}

<<<<<<< Updated upstream
function printSchema(args: readonly string[], io: Io): number {
  const { values, positionals } = readArgs(args, { site: { type: 'boolean' } });
  if (positionals.length > 0) throw new WrongUse('scenario schema takes no names');
  io.out(JSON.stringify(values.site === true ? siteJsonSchema() : scenarioJsonSchema(), null, 2));
  return GOOD;
=======
interface Play {
  readonly entry: LibraryEntry;
  readonly controller: string;
}

async function runAll(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    controller: { type: 'string' },
    mode: { type: 'string', default: 'loopback' },
    broker: { type: 'string' },
    journal: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) throw new WrongUse('scenario run needs an id or a file');
  const mode = MODES.find((known) => known === values.mode);
  if (mode === undefined) throw new WrongUse(`--mode takes ${MODES.join(', ')}, not "${values.mode}"`);
  const broker = readBroker(values.broker);
  if (broker !== null && mode !== 'wire') throw new WrongUse('--broker is for --mode wire');
  const json = values.json === true;
  try {
    const plays = positionals.map(openScenario).flatMap((entry) => playsOf(entry, values.controller));
    const results: ScenarioOutcome[] = [];
    for (const play of plays) {
      const { id } = play.entry.scenario;
      const journalPath = journalPathOf(values.journal, play, plays.length > 1);
      const { result } = await playOrder(
        { file: play.entry.file, controller: play.controller, mode, journalPath, broker },
        {
          onProgress(playedS, durationS) {
            io.progress(`${id} under ${play.controller}: ${playedS} of ${durationS} s`);
          },
          isCancelled: () => false,
        },
      );
      io.progress('');
      results.push(result.outcome);
      if (!json) print(result.outcome, io);
    }
    if (json) io.out(JSON.stringify({ results }, null, 2));
    return results.every(({ passed }) => passed) ? GOOD : ANSWER_IS_NO;
  } catch (error) {
    const failure = failureOf(error);
    io.progress('');
    io.err(`chargebench scenario run: ${textOfFailure(failure)}`);
    if (json) io.out(JSON.stringify({ error: failure }, null, 2));
    return WRONG_USE;
  }
}

function playsOf(entry: LibraryEntry, controller: string | undefined): readonly Play[] {
  const known = Object.keys(entry.scenario.controllers);
  if (controller === undefined) return known.map((each) => ({ entry, controller: each }));
  if (!known.includes(controller)) throw new ChargebenchError('not-found', { scenario: entry.scenario.id, controller, listed: known.join(' ') });
  return [{ entry, controller }];
}

/** Replaces what stands there from an earlier run, as any other result file. */
function journalPathOf(given: string | undefined, { entry, controller }: Play, isFolder: boolean): string | null {
  if (given === undefined) return null;
  if (isFolder) mkdirSync(given, { recursive: true });
  const path = isFolder ? join(given, `${entry.scenario.id}.${controller}.jsonl`) : given;
  rmSync(path, { force: true });
  return path;
}

function print(outcome: ScenarioOutcome, io: Io): void {
  const { id, controller, mode, passed, verdict, peakCurrentA, secondsAboveRating, thermalLoadPeakRatio, simulatedS, wallMs } = outcome;
  io.out(`${passed ? 'passed' : 'FAILED'}  ${id} under ${controller} (${mode}, ${simulatedS} s in ${wallMs} ms)`);
  const peak = `peak ${peakCurrentA.toFixed(1)} A, ${secondsAboveRating} s above rating, thermal load ${(100 * thermalLoadPeakRatio).toFixed(0)} %`;
  io.out(`        breaker ${verdict === 'may-trip' ? 'may trip' : verdict}: ${peak}`);
  for (const { text, passed: holds } of outcome.expectations) io.out(`        ${holds ? 'yes' : 'NO '}  ${text}`);
>>>>>>> Stashed changes
}
