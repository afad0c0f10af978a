/** How fast the balancer decides, and whether it keeps anything: a charging site in a closed loop with the step. */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { initialState, type BalancerState, type StepInputs } from '../../core/balancing/state.ts';
import type { Setpoint } from '../../core/balancing/setpoint.ts';
import { step } from '../../core/balancing/step.ts';
import { meterId, type PerPhase, type PhaseIndex } from '../../core/quantities.ts';
import type { EvseReport, MeterReading } from '../../core/site/readings.ts';
import type { Site } from '../../core/site/site.ts';
import { oneCircuit, PERIOD_MS, treeOf500, VOLTAGE_V } from './balance-sites.ts';

/** Other load takes another value this often: everybody is cut and raised again and again. */
const LOAD_CHANGES_EVERY = 45;
/** Recording begins when everybody charges, just before a change of load. */
const SETTLED_STEPS = 88;
/** So many reports fit the processor's cache, as they would when they have just come; a replay has at most four changes of load. */
const RECORDED_REPORTS = 1440;
const MOST_STEPS = 180;
const FEWEST_STEPS = 8;
const REPEATS = 5;
const MEASURE_MS = 400;
const WARM_UP_MS = 1000;
const GROWTH_COUNTS = [64, 256, 1024, 4096] as const;
const FIRST_HEAP_STEPS = 1_000_000;
const LAST_HEAP_STEPS = 10_000_000;

export interface BalanceFigures {
  /** Steps in a second by number of EVSEs on one circuit, and for 500 on 50 circuits; every meter and every EVSE tells something new in every step. */
  readonly balanceStepsPerSecond: Readonly<Record<string, number>>;
  /** Of the time of a step over the number of EVSEs, 64 to 4096. */
  readonly balanceExponent: number;
  readonly balanceHeapBytesAfter1M: number;
  readonly balanceHeapBytesAfter10M: number;
}

/** Medians of all of it; `note` says what is being measured. */
export function measureBalancing(note: (text: string) => void, median: (values: readonly number[]) => number): BalanceFigures {
  const rateOf = (name: string, site: Site): number => {
    note(`balancing, ${name}`);
    const recording = record(site);
    stepsPerSecond(recording, WARM_UP_MS);
    return median(Array.from({ length: REPEATS }, () => stepsPerSecond(recording, MEASURE_MS)));
  };
  const balanceStepsPerSecond = {
    ...Object.fromEntries([2, 8, 64, 512].map((count) => [String(count), Math.round(rateOf(`${count} EVSEs`, oneCircuit(count)))])),
    tree500: Math.round(rateOf('500 EVSEs on 50 circuits', treeOf500())),
  };
  const times = GROWTH_COUNTS.map((count) => 1 / rateOf(`${count} EVSEs`, oneCircuit(count)));
  // Last: its times grow beyond small integers, after which the same code handles all times as it does in live control.
  return { balanceStepsPerSecond, balanceExponent: slopeOf(GROWTH_COUNTS.map(Math.log), times.map(Math.log)), ...measureHeap(note) };
}

/** Of the straight line through the points that misses them least. */
function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  const [covariance, variance] = xs.reduce<readonly [number, number]>(([c, v], x, at) => [c + (x - meanX) * ((ys[at] ?? 0) - meanY), v + (x - meanX) ** 2], [0, 0]);
  return covariance / variance;
}

/** What came at a site, and what was known before it came. */
interface Recording {
  readonly site: Site;
  readonly before: BalancerState;
  readonly inputs: readonly StepInputs[];
}

function stepsPerSecond({ site, before, inputs }: Recording, durationMs: number): number {
  const startMs = performance.now();
  for (let steps = inputs.length; ; steps += inputs.length) {
    let state = before;
    for (const input of inputs) state = step(site, state, input).state;
    const elapsedMs = performance.now() - startMs;
    if (elapsedMs >= durationMs) return (steps / elapsedMs) * 1000;
  }
}

function record(site: Site): Recording {
  const charging = createChargingSite(site);
  const count = Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, Math.floor(RECORDED_REPORTS / site.evses.length)));
  const run = (from: BalancerState, steps: number, inputs: StepInputs[]): BalancerState => {
    let state = from;
    for (let at = 0; at < steps; at += 1) {
      const next = charging.listen();
      inputs.push(next);
      const result = step(site, state, next);
      charging.obey(result.setpoints);
      state = result.state;
    }
    return state;
  };
  const before = run(initialState(site), SETTLED_STEPS, []);
  const inputs: StepInputs[] = [];
  run(before, count, inputs);
  return { site, before, inputs };
}

function measureHeap(note: (text: string) => void): Pick<BalanceFigures, 'balanceHeapBytesAfter1M' | 'balanceHeapBytesAfter10M'> {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const site = oneCircuit(2);
  const charging = createChargingSite(site);
  let state: BalancerState = initialState(site);
  let steps = 0;
  const runTo = (count: number): number => {
    for (; steps < count; steps += 1) {
      const result = step(site, state, charging.listen());
      charging.obey(result.setpoints);
      state = result.state;
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  note('heap after 1 million steps');
  const balanceHeapBytesAfter1M = runTo(FIRST_HEAP_STEPS);
  note('heap after 10 million steps');
  return { balanceHeapBytesAfter1M, balanceHeapBytesAfter10M: runTo(LAST_HEAP_STEPS) };
}

interface Outlet {
  readonly id: EvseReport['evseId'];
  readonly phases: readonly PhaseIndex[];
  readonly circuits: readonly number[];
  currentA: number;
  offeredA: number;
}

interface ChargingSite {
  /** What is said in the next second: a reading of every meter, a report of every EVSE. */
  listen(): StepInputs;
  obey(setpoints: readonly Setpoint[]): void;
}

type Totals = readonly [number, number, number][];

/** Every EVSE has a vehicle that follows its offer, falling at once and rising by 2 A a second. */
function createChargingSite(site: Site): ChargingSite {
  const index = new Map(site.circuits.map(({ id }, at) => [id, at]));
  const outlets = site.evses.map((evse): Outlet => {
    const at = index.get(evse.circuitId) ?? 0;
    return { id: evse.id, phases: evse.phaseMap.slice(0, evse.phaseCount), circuits: at === 0 ? [0] : [at, 0], currentA: 0, offeredA: 0 };
  });
  const totals: Totals = site.circuits.map((): [number, number, number] => [0, 0, 0]);
  let second = 0;
  return {
    listen() {
      second += 1;
      const timeMs = second * PERIOD_MS;
      const readings = site.meters.map(({ id }, at): MeterReading => readingAt(id, second, totals[at] ?? [0, 0, 0]));
      return { timeMs, wallMs: timeMs, readings, reports: outlets.map((outlet) => reportOf(outlet, timeMs)) };
    },
    obey(setpoints) {
      for (const [at, outlet] of outlets.entries()) {
        outlet.offeredA = setpoints[at]?.offeredCurrentA ?? 0;
        outlet.currentA = Math.min(outlet.offeredA, outlet.currentA + 2);
      }
      addUp(totals, outlets, second);
    },
  };
}

function addUp(totals: Totals, outlets: readonly Outlet[], second: number): void {
  const otherA = 2 + ((Math.floor(second / LOAD_CHANGES_EVERY) * 7) % 12);
  for (const [at, total] of totals.entries()) total.fill(at === 0 ? otherA : 0);
  for (const { phases, circuits, currentA } of outlets) {
    for (const circuit of circuits) {
      const total = totals[circuit];
      if (total !== undefined) for (const phase of phases) total[phase] += currentA;
    }
  }
}

function readingAt(id: string, second: number, total: readonly [number, number, number]): MeterReading {
  // A living clamp never shows the same value twice.
  const wander = (second % 17) / 1000;
  const currentA: PerPhase<number> = [total[0] + wander, total[1] + wander, total[2] + wander];
  return {
    meterId: meterId(id),
    timeMs: second * PERIOD_MS,
    currentA,
    voltageV: [VOLTAGE_V, VOLTAGE_V, VOLTAGE_V],
    powerW: [currentA[0] * VOLTAGE_V, currentA[1] * VOLTAGE_V, currentA[2] * VOLTAGE_V],
    isLive: true,
  };
}

function reportOf({ id, phases, currentA, offeredA }: Outlet, timeMs: number): EvseReport {
  const onPhase = (phase: PhaseIndex): number | null => (phases.includes(phase) ? currentA : null);
  return {
    evseId: id,
    timeMs,
    state: offeredA > 0 ? 'charging' : 'paused',
    isVehicleConnected: true,
    offeredCurrentA: offeredA,
    measuredCurrentA: [onPhase(0), onPhase(1), onPhase(2)],
    measuredTimeMs: timeMs,
    voltageV: VOLTAGE_V,
    energyWh: null,
    restartCount: 0,
    otherCommander: null,
  };
}
