import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { failureOf } from '../../core/errors.ts';
import { builtWorker } from '../simulation/pool.ts';
import type { SweepMode } from '../simulation/messages.ts';
import { parseVariation, planSweep, WHOLE, type Shard } from '../simulation/sweep-plan.ts';
import { runSweep, type SweepResult } from '../simulation/sweep.ts';
import type { ControllerSummary, Percentiles } from '../simulation/sweep-summary.ts';
import { ANSWER_IS_NO, GOOD, readArgs, textOfFailure, WRONG_USE, WrongUse, type Io } from './command.ts';
import { DATA_OPTION, openScenario, ownScenariosOf } from './open-scenario.ts';

export const SWEEP_HELP = `chargebench scenario sweep ID|FILE --out FILE.jsonl [options]
    Plays every combination of values and seeds under every controller: one line of JSON per run, percentiles at the end. A sweep
    that was ended goes on where its file ends. Exit code 1 when a run could not be played.
    --vary PATH=A..B[:STEP]   numbers from A to B; repeatable
    --vary PATH=A,B,C         these values. PATH is dotted: vehicles.0.maxCurrentA, site.circuits.0.breaker.ratingA
    --seeds N                 that many seeds, counted from the scenario's own (1)
    --controllers A,B         of those the scenario lists; all where absent
    --workers K               threads; one fewer than the machine has cores
    --shard I/N               only every N-th run: shards share nothing and make up the whole together
    --mode direct|loopback    direct where absent
    --out FILE.jsonl          continued where it exists
    --json                    the percentiles as one JSON document on standard output`;

export async function sweepScenario(args: readonly string[], io: Io, entry: URL = builtWorker(import.meta.url)): Promise<number> {
  const { values, positionals } = readArgs(args, {
    vary: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string' },
    controllers: { type: 'string' },
    workers: { type: 'string' },
    shard: { type: 'string' },
    mode: { type: 'string', default: 'direct' },
    out: { type: 'string' },
    json: { type: 'boolean' },
    ...DATA_OPTION,
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new WrongUse('scenario sweep needs one id or file');
  if (values.out === undefined) throw new WrongUse('scenario sweep needs --out FILE.jsonl');
  const mode = readMode(values.mode);
  const seedCount = readCount('seeds', values.seeds) ?? 1;
  const workers = readCount('workers', values.workers) ?? Math.max(1, availableParallelism() - 1);
  const shard = readShard(values.shard);
  try {
    const controllers = values.controllers?.split(',');
    const plan = planSweep(openScenario(name, ownScenariosOf(values.data)), { variations: values.vary.map(parseVariation), seedCount, ...(controllers === undefined ? {} : { controllers }) });
    const bar = createBar(io, performance.now());
    const result = await runSweep({ plan, outPath: values.out, mode, shard, workers, entry, onProgress: bar });
    io.progress('');
    if (values.json === true) io.out(JSON.stringify({ scenario: plan.scenarioId, out: values.out, ...result }, null, 2));
    else print(result, io);
    return result.controllers.every(({ errors }) => errors === 0) ? GOOD : ANSWER_IS_NO;
  } catch (error) {
    const failure = failureOf(error);
    io.progress('');
    io.err(`chargebench scenario sweep: ${textOfFailure(failure)}`);
    if (values.json === true) io.out(JSON.stringify({ error: failure }, null, 2));
    return WRONG_USE;
  }
}

function readMode(text: string): SweepMode {
  if (text === 'direct' || text === 'loopback') return text;
  throw new WrongUse(`--mode takes direct or loopback, not "${text}"`);
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new WrongUse(`--${name} takes a whole number from 1, not "${text}"`);
  return Number(text);
}

/** From 1 to n as tools count, or from 0 as job arrays do: n and 0 are the same shard. */
function readShard(text: string | undefined): Shard {
  if (text === undefined) return WHOLE;
  const [, index, count] = /^(\d{1,9})\/([1-9]\d{0,8})$/.exec(text) ?? [];
  if (index === undefined || count === undefined || Number(index) > Number(count)) throw new WrongUse(`--shard takes I/N with I up to N, not "${text}"`);
  return { index: Number(index) % Number(count), count: Number(count) };
}

const BAR_WIDTH = 24;
const BAR_PERIOD_MS = 100;

interface Progress {
  readonly done: number;
  readonly known: number;
  readonly runs: number;
}

/** "sweep [#########---------------]  380 of 1000 runs, 41.2 runs/s, 15 s left" */
function createBar(io: Io, startMs: number): (progress: Progress) => void {
  let shownMs = -Infinity;
  return ({ done, known, runs }) => {
    const nowMs = performance.now();
    if (nowMs - shownMs < BAR_PERIOD_MS && done < runs) return;
    shownMs = nowMs;
    const full = runs === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / runs);
    const perS = (done - known) / ((nowMs - startMs) / 1000);
    const left = perS > 0 ? `, ${perS.toFixed(1)} runs/s, ${Math.ceil((runs - done) / perS)} s left` : '';
    io.progress(`sweep [${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}] ${done} of ${runs} runs${left}`);
  };
}

function print({ runs, playedNow, controllers }: SweepResult, io: Io): void {
  io.out(`${runs} runs, ${playedNow} of them played now`);
  for (const controller of controllers) printController(controller, io);
}

function printController({ controller, runs, errors, passed, verdicts, peakA, thermalLoadRatio, energyWh, starts }: ControllerSummary, io: Io): void {
  const { holds, 'may-trip': mayTrip, trips } = verdicts;
  io.out(`${controller}: ${runs} runs, ${passed} as expected; breaker holds ${holds}, may trip ${mayTrip}, trips ${trips}${errors === 0 ? '' : `; ${errors} NOT PLAYED`}`);
  io.out(`  ${''.padEnd(16)}${['p5', 'p50', 'p95', 'max'].map((name) => name.padStart(11)).join('')}`);
  const row = (name: string, { p5, p50, p95, max }: Percentiles, digits: number, factor = 1): void => {
    io.out(`  ${name.padEnd(16)}${[p5, p50, p95, max].map((value) => (Number.isNaN(value) ? '-' : (value * factor).toFixed(digits)).padStart(11)).join('')}`);
  };
  row('peak A', peakA, 1);
  row('thermal load %', thermalLoadRatio, 1, 100);
  row('energy Wh', energyWh, 0);
  row('starts', starts, 0);
}
