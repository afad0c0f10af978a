/** How fast whole days of the two-EVSE site are played: alone, and a thousand of them by the threads of a sweep. */
import { performance } from 'node:perf_hooks';
import { ChargebenchError } from '../../core/errors.ts';
import type { PlayMode } from '../../core/scenarios/outcome.ts';
import { benchOrder, DAY_S, timePlayMs } from './benchmarks.ts';
import { playInThreads } from './sweep-threads.ts';

export interface DaySpeeds {
  readonly directDayMs: number;
  /**
   * Seconds of the two-EVSE site with its plant, devices, control and record, per second on one core. Those that only repeat
   * the one before are counted, not played (core/player/still-seconds.ts): most of them, where load changes every five minutes.
   */
  readonly directTicksPerSecond: number;
  readonly loopbackDayMs: number;
  /** 1,000 days on two cores, from the rate at which `daysSwept` of them were played. */
  readonly thousandDaysS: number;
  readonly daysSwept: number;
  /** Days that two threads play in a second, as a multiple of what one plays. */
  readonly secondCoreGain: number;
  /** Of the process, after the first third of the days that two threads play, and after the last. */
  readonly sweepResidentBytesEarly: number;
  readonly sweepResidentBytesLate: number;
}

const DIRECT = { warmUps: 4, repeats: 9 };
/** Its hour has been played many times before. */
const LOOPBACK = { warmUps: 0, repeats: 3 };
/** Each thread compiles for itself. */
const WARM_UP_DAYS = 6;
const SWEEP_MS = 20_000;

/** `entry`: the built worker. `progress` gets a line before each part. */
export async function measureDays(entry: URL, progress: (text: string) => void, median: (values: readonly number[]) => number): Promise<DaySpeeds> {
  const timed = async (mode: PlayMode, { warmUps, repeats }: typeof DIRECT): Promise<number> => {
    const order = benchOrder(DAY_S, mode);
    const daysMs: number[] = [];
    for (let turn = 0; turn < warmUps + repeats; turn += 1) {
      progress(`${mode} day, ${turn + 1} of ${warmUps + repeats}`);
      daysMs.push(await timePlayMs(order));
    }
    return median(daysMs.slice(warmUps));
  };
  const directDayMs = await timed('direct', DIRECT);
  const loopbackDayMs = await timed('loopback', LOOPBACK);
  progress('days in one thread…');
  const one = await sweepDays(entry, 1);
  progress('days in two threads…');
  const two = await sweepDays(entry, 2);
  return {
    directDayMs,
    directTicksPerSecond: DAY_S / (directDayMs / 1000),
    loopbackDayMs,
    thousandDaysS: 1000 / two.daysPerS,
    daysSwept: two.days,
    secondCoreGain: two.daysPerS / one.daysPerS,
    sweepResidentBytesEarly: two.residentBytesEarly,
    sweepResidentBytesLate: two.residentBytesLate,
  };
}

interface Swept {
  readonly days: number;
  readonly daysPerS: number;
  readonly residentBytesEarly: number;
  readonly residentBytesLate: number;
}

/** The same day with seed after seed; counted from when the threads are warm. */
async function sweepDays(entry: URL, size: number): Promise<Swept> {
  const { file, controller } = benchOrder(DAY_S, 'direct');
  let asked = 0;
  let answered = 0;
  let startMs = Infinity;
  let lastMs = Infinity;
  let residentBytesEarly = 0;
  await playInThreads({
    entry,
    size,
    setup: { file, mode: 'direct' },
    next() {
      if (performance.now() >= startMs + SWEEP_MS) return null;
      asked += 1;
      return { index: asked, values: { seed: asked }, controller };
    },
    onResult(_index, result) {
      if (!result.ok) throw new ChargebenchError(result.error.code, result.error.context);
      answered += 1;
      lastMs = performance.now();
      if (answered === WARM_UP_DAYS * size) startMs = lastMs;
      if (lastMs <= startMs + SWEEP_MS / 3) residentBytesEarly = process.memoryUsage.rss();
    },
  });
  const days = answered - WARM_UP_DAYS * size;
  return { days, daysPerS: days / ((lastMs - startMs) / 1000), residentBytesEarly, residentBytesLate: process.memoryUsage.rss() };
}
