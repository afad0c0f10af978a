import { measureBalancing } from '../simulation/balance-benchmark.ts';
import { benchOrder, HOUR_S, median, playDayBesideControl, timeCalibrationMs, timePlayMs, timeSmartevsePerSecond } from '../simulation/benchmarks.ts';
import { measureBus } from '../simulation/bus-benchmark.ts';
import { measureDays } from '../simulation/day-benchmark.ts';
import { builtWorker, createSimulationPool } from '../simulation/pool.ts';
import type { PlayMode } from '../../core/scenarios/outcome.ts';
import { GOOD, readArgs, WrongUse, type Command, type Io } from './command.ts';

const REPEATS = 7;
/** Plays before any is counted: the compiler takes that long to have seen all the code there is. */
const WARM_UPS = 4;

export const benchCommand: Command = {
  summary: 'measure how fast and how large the program is on this machine',
  help: `chargebench bench [--json]
    Steps of the balancer in a second, at 2 to 512 EVSEs on one circuit and 500 on 50 circuits, how their time grows with the EVSEs,
    and its heap after 1 and 10 million steps; medians of ${REPEATS} plays of a two-EVSE hour after ${WARM_UPS} that warm the compiler up, a calibration loop of fixed work beside them, the size of the process
    during and after a 24 h run, the time from a reading to its setpoints during such a run, and how often a SmartEVSE master
    with 8 EVSEs calculates in a second; 24 h of the two EVSEs without and with bytes, how long 1,000 such days take on two cores (from
    the rate of as many as 20 s hold, warm-up apart), what the second core gains, and the size of the process meanwhile; on a Modbus pair the requests in a second at 9600
    baud beside what the wire allows, what is added to a request at 115200, how old the values of 8 meters and 7 nodes get, the time from a reading
    to the first byte of its setpoint, and how many of 10,000 late answers went to another request. About 4 minutes.`,
  async run(args, io) {
    const { values, positionals } = readArgs(args, { json: { type: 'boolean' } });
    if (positionals.length > 0) throw new WrongUse('bench takes no names');
    const balancing = measureBalancing((text) => {
      io.progress(text);
    }, median);
    const direct = await measureHour('direct', io);
    const loopback = await measureHour('loopback', io);
    const entry = builtWorker(import.meta.url);
    const days = await measureDays(
      entry,
      (text) => {
        io.progress(text);
      },
      median,
    );
    const bus = await measureBus((text) => {
      io.progress(text);
    });
    io.progress('24 h beside live control…');
    const pool = createSimulationPool({ entry, size: 1 });
    const day = await playDayBesideControl(pool);
    await pool.close();
    io.progress('');
    const figures = {
      directHourMs: direct.hourMs,
      loopbackHourMs: loopback.hourMs,
      smartevseCalculationsPerSecond: median(Array.from({ length: REPEATS }, timeSmartevsePerSecond)),
      calibrationMs: median([...direct.calibrationsMs, ...loopback.calibrationsMs]),
      ...days,
      ...balancing,
      ...day,
      ...bus,
    };
    if (values.json === true) io.out(JSON.stringify(figures, null, 2));
    else for (const [name, value] of flat(figures)) io.out(`${name.padEnd(32)}${formatted(name, value)}`);
    return GOOD;
  },
};

async function measureHour(mode: PlayMode, io: Io): Promise<{ readonly hourMs: number; readonly calibrationsMs: readonly number[] }> {
  const order = benchOrder(HOUR_S, mode);
  for (let turn = 0; turn < WARM_UPS; turn += 1) await timePlayMs(order);
  const hoursMs: number[] = [];
  const calibrationsMs: number[] = [];
  for (let turn = 1; turn <= REPEATS; turn += 1) {
    io.progress(`${mode} hour, ${turn} of ${REPEATS}`);
    calibrationsMs.push(timeCalibrationMs());
    hoursMs.push(await timePlayMs(order));
  }
  return { hourMs: median(hoursMs), calibrationsMs };
}

/** One line per number; what belongs together as `name.part`. */
function flat(figures: Readonly<Record<string, number | Readonly<Record<string, number>>>>): readonly (readonly [string, number])[] {
  return Object.entries(figures).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : Object.entries(value).map(([part, one]) => [`${name}.${part}`, one] as const)));
}

function formatted(name: string, value: number): string {
  if (name.includes('Bytes')) return `${(value / 1_048_576).toFixed(1)} MiB`;
  if (name.endsWith('Percent')) return `${value.toFixed(0)} %`;
  if (name.includes('Share')) return value.toFixed(3);
  if (name.includes('Added') || name.includes('ToSetpoint')) return `${value.toFixed(2)} ms`;
  if (name.endsWith('Exponent') || name.endsWith('Gain')) return value.toFixed(2);
  if (name.endsWith('DaysS')) return `${value.toFixed(1)} s`;
  return name.endsWith('Ms') ? `${value.toFixed(1)} ms` : value.toFixed(0);
}
