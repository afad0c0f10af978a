import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChargebenchError, failureOf } from '../../core/errors.ts';
import type { PlayMode, ScenarioOutcome } from '../../core/scenarios/outcome.ts';
import type { LibraryEntry } from '../simulation/library.ts';
import { playOrder } from '../simulation/play-order.ts';
import type { MqttBroker } from '../transports/mqtt.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Io } from './command.ts';
import { DATA_OPTION, openScenario, ownScenariosOf } from './open-scenario.ts';
import { readBroker } from './read-broker.ts';
import { readMode } from './read-mode.ts';

interface Play {
  readonly entry: LibraryEntry;
  readonly controller: string;
}

/** `chargebench scenario run`: one play after the other, each outcome as soon as it is there. */
export async function runScenarios(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs(args, {
    controller: { type: 'string' },
    mode: { type: 'string', default: 'loopback' },
    broker: { type: 'string' },
    journal: { type: 'string' },
    json: { type: 'boolean' },
    ...DATA_OPTION,
  });
  if (positionals.length === 0) throw new WrongUse('scenario run needs an id or a file');
  const mode = readMode(values.mode);
  const broker = readBroker(values.broker);
  if (broker !== null && mode !== 'wire') throw new WrongUse('--broker is for --mode wire');
  const json = values.json === true;
  try {
    const own = ownScenariosOf(values.data);
    const plays = positionals.flatMap((name) => playsOf(openScenario(name, own), values.controller));
    const results: ScenarioOutcome[] = [];
    for (const play of plays) {
      const outcome = await playOne(play, mode, broker, journalPathOf(values.journal, play, plays.length > 1), io);
      results.push(outcome);
      if (!json) print(outcome, io);
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

async function playOne({ entry, controller }: Play, mode: PlayMode, broker: MqttBroker | null, journalPath: string | null, io: Io): Promise<ScenarioOutcome> {
  const { id } = entry.scenario;
  const { result } = await playOrder(
    { file: entry.file, controller, mode, journalPath, broker },
    {
      onProgress(playedS, durationS) {
        io.progress(`${id} under ${controller}: ${playedS} of ${durationS} s`);
      },
      isCancelled: () => false,
    },
  );
  io.progress('');
  return result.outcome;
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
}
