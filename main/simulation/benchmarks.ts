/** The bodies of `chargebench bench`: what the program promises about its own speed and size. */
import { performance } from 'node:perf_hooks';
import type { Site } from '../../core/site/site.ts';
import { siteFileOf } from '../../core/site/write-site.ts';
import type { Frame } from '../../core/runs/frame.ts';
import type { PlayMode } from '../../core/scenarios/outcome.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../../core/scenarios/schema.ts';
import { calculate } from '../../hardware-sims/firmware/smartevse-calculation.ts';
import { STATE } from '../../hardware-sims/firmware/smartevse-codes.ts';
import { trip } from '../../hardware-sims/firmware/smartevse-master.ts';
import { acceptMains } from '../../hardware-sims/firmware/smartevse-measurement.ts';
import { createSmartevse } from '../../hardware-sims/firmware/smartevse-unit.ts';
import { bundledDescriptions } from '../files/own-descriptions.ts';
import { openLiveSite } from '../live-site.ts';
import { openSiteLinks } from '../site-links.ts';
import { siteOfTemplate, FIRST_TEMPLATE } from '../open-project.ts';
import { startSimulation } from '../simulated-site.ts';
import { openMqttLink } from '../transports/mqtt.ts';
import { createRealClock } from '../transports/real-clock.ts';
import type { PlayOrder } from './messages.ts';
import { playOrder } from './play-order.ts';
import type { SimulationPool } from './pool.ts';

export const HOUR_S = 3600;
export const DAY_S = 86_400;

/** Two vehicles, and other load that comes and goes every ten minutes: something is decided all the time. */
export function benchOrder(durationS: number, mode: PlayMode): PlayOrder {
  const otherLoads = Array.from({ length: Math.ceil(durationS / 600) }, (_, index) => ({ circuit: 'ev', powerW: 2400, fromS: 600 * index + 300, untilS: 600 * index + 600 }));
  const file = {
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    id: 'bench',
    title: 'Two EVSEs for the benchmark',
    group: 'Bench',
    durationS,
    site: siteFileOf(siteOfTemplate(FIRST_TEMPLATE)).site,
    vehicles: [
      { id: 'first', evse: 'secondary', plugInS: 0 },
      { id: 'second', evse: 'primary', plugInS: 60 },
    ],
    otherLoads,
    controllers: { chargebench: { expect: [] } },
  };
  return { file, controller: 'chargebench', mode, journalPath: null, broker: null };
}

export async function timePlayMs(order: PlayOrder): Promise<number> {
  const startMs = performance.now();
  await playOrder(order, { onProgress: () => undefined, isCancelled: () => false });
  return performance.now() - startMs;
}

/**
 * A fixed piece of work without memory traffic: its time tells how fast this machine was at that moment, so that
 * figures from different machines can be compared.
 */
export function timeCalibrationMs(): number {
  const startMs = performance.now();
  let value = 0x2545_f491;
  for (let turn = 0; turn < 50_000_000; turn += 1) {
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
  }
  const elapsedMs = performance.now() - startMs;
  // Zero is the one value xorshift never reaches; looking at it keeps the loop from being optimised away.
  return value === 0 ? Infinity : elapsedMs;
}

const SMARTEVSE_CALCULATIONS = 1_000_000;
/** What the house takes, in dA: enough for all, just so, and too little for eight at 6 A. */
const HOUSE_DA: readonly number[] = [50, 50, 50, 50, 250, 250, 450, 450];

/**
 * Calculations per second of a SmartEVSE master with 8 EVSEs on 80 A whose vehicles take what they are given; each with
 * a fresh measurement, a quarter of them in shortage.
 */
export function timeSmartevsePerSecond(): number {
  const unit = createSmartevse('classic', 8);
  Object.assign(unit.settings, { mode: 1, sharing: 1, mainsA: 80, circuitA: 80, maxA: 16, cableA: 32, mainsMeterType: 1 });
  for (const evse of unit.evses) Object.assign(evse, { state: STATE.c, mostDa: 160, balancedDa: 60 });
  const startMs = performance.now();
  for (let turn = 0; turn < SMARTEVSE_CALCULATIONS; turn += 1) {
    let mainsDa = HOUSE_DA[turn & 7] ?? 0;
    for (const { balancedDa } of unit.evses) mainsDa += balancedDa;
    acceptMains(unit, [mainsDa, mainsDa, mainsDa]);
    calculate(unit);
    if (trip(unit)) throw new Error('the benchmark of the SmartEVSE has tripped');
  }
  return SMARTEVSE_CALCULATIONS / ((performance.now() - startMs) / 1000);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export interface DayFigures {
  readonly dayMs: number;
  readonly residentBytesBefore: number;
  readonly residentBytesDuring: number;
  readonly residentBytesAfter: number;
  /** Before the day is played: what the machine does anyway. */
  readonly readingToSetpointQuietP99Ms: number;
  readonly readingToSetpointP99Ms: number;
  readonly readingToSetpointSamples: number;
}

/** Shortest time that live control is watched for; days are played one after the other meanwhile. */
const WATCH_MS = 20_000;
const SETTLE_MS = 3000;
const QUIET_MS = 10_000;

/**
 * Plays 24 h at 1 s in a worker while this thread controls the simulated site over a real broker, and measures how
 * long a reading takes from its arrival to the setpoints it led to, and how large the process gets.
 */
export async function playDayBesideControl(pool: SimulationPool): Promise<DayFigures> {
  const clock = createRealClock();
  const site = withQuickMeters(siteOfTemplate(FIRST_TEMPLATE));
  const simulation = await startSimulation(site);
  const delaysMs: number[] = [];
  let newestMs = 0;
  const onFrame = (frame: Frame): void => {
    const arrivedMs = Math.max(0, ...frame.readings.map(({ timeMs }) => timeMs));
    if (arrivedMs > newestMs) delaysMs.push(clock.monotonicMs() - arrivedMs);
    newestMs = Math.max(newestMs, arrivedMs);
  };
  const descriptions = bundledDescriptions();
  const links = openSiteLinks({ site, origin: 'simulated', clock, descriptions, mqtt: openMqttLink({ broker: simulation.mqtt, clock }) });
  const live = openLiveSite({ site, source: 'simulated', links, clock, descriptions, onFrame, onChange: () => undefined, onError: () => undefined });
  live.takeControl();
  await simulation.whenConnected();
  await pause(SETTLE_MS);
  delaysMs.length = 0;
  await pause(QUIET_MS);
  const quietP99Ms = p99(delaysMs);
  delaysMs.length = 0;
  const residentBytesBefore = process.memoryUsage.rss();
  let residentBytesDuring = 0;
  const watching = setInterval(() => {
    residentBytesDuring = Math.max(residentBytesDuring, process.memoryUsage.rss());
  }, 20);
  const startMs = performance.now();
  const dayMs: number[] = [];
  do {
    const dayStartMs = performance.now();
    const run = pool.play(benchOrder(DAY_S, 'direct'), { onProgress: () => undefined, onColumns: () => undefined });
    const result = await run.ended;
    if (!result.ok) throw new Error(`${result.error.code} ${JSON.stringify(result.error.context)}`);
    dayMs.push(performance.now() - dayStartMs);
  } while (performance.now() - startMs < WATCH_MS);
  clearInterval(watching);
  const readingToSetpointP99Ms = p99(delaysMs);
  const readingToSetpointSamples = delaysMs.length;
  await pause(SETTLE_MS);
  const residentBytesAfter = process.memoryUsage.rss();
  await live.close();
  await simulation.close();
  return {
    dayMs: median(dayMs),
    residentBytesBefore,
    residentBytesDuring,
    residentBytesAfter,
    readingToSetpointQuietP99Ms: quietP99Ms,
    readingToSetpointP99Ms,
    readingToSetpointSamples,
  };
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? NaN;
}

/** Five readings a second, so that a percentile means something after half a minute. */
function withQuickMeters(site: Site): Site {
  return { ...site, meters: site.meters.map((meter) => ({ ...meter, periodMs: 200 })) };
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
