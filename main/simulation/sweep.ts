/** Plays every run of a plan that its file does not hold yet. */
import { ChargebenchError } from '../../core/errors.ts';
import { openSweepFile } from './sweep-file.ts';
import { errorLineOf, lineOf, type SweepLine } from './sweep-line.ts';
import { WHOLE, type Shard, type SweepPlan } from './sweep-plan.ts';
import { createSweepSummary, type ControllerSummary } from './sweep-summary.ts';
import { playInThreads } from './sweep-threads.ts';
import type { SweepMode } from './messages.ts';

export interface SweepOptions {
  readonly plan: SweepPlan;
  readonly outPath: string;
  readonly mode: SweepMode;
  readonly shard?: Shard;
  readonly workers: number;
  /** The built worker. */
  readonly entry: URL;
  /** `known` are those that the file held already. */
  readonly onProgress?: (progress: { readonly done: number; readonly known: number; readonly runs: number }) => void;
}

export interface SweepResult {
  /** Of this shard, played now or before. */
  readonly runs: number;
  readonly playedNow: number;
  readonly controllers: readonly ControllerSummary[];
}

/** Throws `invalid-file` for a file with runs of another scenario or program, `not-writable`, and what the threads throw. */
export async function runSweep({ plan, outPath, mode, shard = WHOLE, workers, entry, onProgress }: SweepOptions): Promise<SweepResult> {
  const summary = createSweepSummary(plan.controllers);
  const isDone = createBits(plan.total);
  const isOurs = (index: number): boolean => index % shard.count === shard.index;
  const runs = Math.max(0, Math.ceil((plan.total - shard.index) / shard.count));
  let known = 0;
  const takeKnown = (line: SweepLine): void => {
    if (line.fingerprint !== plan.fingerprint) {
      throw new ChargebenchError('invalid-file', { file: outPath, rule: 'runs-of-another-scenario', key: line.key, scenario: line.scenario, cure: 'choose another --out, or remove that file' });
    }
    const index = plan.indexOf(line);
    if (index === null || !isOurs(index) || isDone.has(index)) return;
    isDone.add(index);
    known += 1;
    summary.add(line);
  };
  const file = await openSweepFile(outPath, takeKnown);
  let playedNow = 0;
  const tell = (): void => onProgress?.({ done: known + playedNow, known, runs });
  tell();
  let candidate = shard.index;
  try {
    await playInThreads({
      entry,
      size: Math.min(workers, runs - known),
      setup: { file: plan.file, mode },
      next() {
        while (candidate < plan.total && isDone.has(candidate)) candidate += shard.count;
        if (candidate >= plan.total) return null;
        const index = candidate;
        candidate += shard.count;
        const { values, seed, controller } = plan.runAt(index);
        return { index, values: { ...values, seed }, controller };
      },
      onResult(index, result) {
        const run = plan.runAt(index);
        const line = result.ok ? lineOf(plan, run, result.value) : errorLineOf(plan, run, result.error);
        file.append(line);
        summary.add(line);
        playedNow += 1;
        tell();
      },
    });
  } finally {
    file.close();
  }
  return { runs, playedNow, controllers: summary.controllers() };
}

/** One bit per run: a sweep of a hundred million runs remembers in 12 MB which it has. */
function createBits(size: number): { has(index: number): boolean; add(index: number): void } {
  const bytes = new Uint8Array(Math.ceil(size / 8));
  return {
    has: (index) => ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0,
    add(index) {
      bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
    },
  };
}

