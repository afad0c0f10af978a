import { describe, expect, it } from 'vitest';
import { createEvseDriver, createMeterDriver } from '../../core/drivers/list.ts';
import { evseId } from '../../core/quantities.ts';
import type { MeterReading } from '../../core/site/readings.ts';
import { createVirtualClock } from '../../core/time/virtual-clock.ts';
import type { MqttLink } from '../../core/transport/mqtt-link.ts';
import { createLoopbackWorld } from '../loopback-world.ts';
import { createDirectWorld } from '../world.ts';
import { START_WALL_MS } from '../simulated-site.ts';
import { THREE_EM_TOPIC, threePhaseScenario, threePhaseSite, type ThreePhaseOptions } from './three-phase-bench.ts';
import { createVirtualRun, type VirtualRun } from './virtual-run.ts';

interface Bench extends VirtualRun {
  readonly link: MqttLink;
  readonly readings: readonly MeterReading[];
  readonly rejections: readonly string[];
  latest(): MeterReading;
  openMeter(): readonly MeterReading[];
  reportedA(): readonly (number | null)[] | undefined;
}

function benchOf(conditions: Readonly<Record<string, unknown>> = {}, options: ThreePhaseOptions = {}): Bench {
  const site = threePhaseSite(options);
  const clock = createVirtualClock(START_WALL_MS);
  const world = createLoopbackWorld(threePhaseScenario(site, conditions), site, 'device', clock);
  const link = world.connect();
  const ports = { links: { mqtt: link }, clock };
  const [meterSite] = site.meters;
  const [evseSite] = site.evses;
  if (meterSite === undefined || evseSite === undefined) throw new Error('the site has a meter and an EVSE');
  const open = (): MeterReading[] => {
    const seen: MeterReading[] = [];
    createMeterDriver(meterSite, ports).onReading((reading) => seen.push(reading));
    return seen;
  };
  const meter = createMeterDriver(meterSite, ports);
  const evse = createEvseDriver(evseSite, site.supply, ports);
  const readings: MeterReading[] = [];
  const rejections: string[] = [];
  let reportedA: readonly (number | null)[] | undefined;
  meter.onReading((reading) => readings.push(reading));
  meter.onRejection(({ failure }) => rejections.push(`${failure.code} ${String(failure.context['channel'])} ${String(failure.context['field'])}`));
  evse.onReport(({ measuredCurrentA }) => {
    if (measuredCurrentA !== null) reportedA = measuredCurrentA;
  });
  return {
    link,
    readings,
    rejections,
    latest() {
      const reading = readings.at(-1);
      if (reading === undefined) throw new Error('no reading yet');
      return reading;
    },
    openMeter: open,
    reportedA: () => reportedA,
    ...createVirtualRun(world, clock),
  };
}

const vehicle = { id: 'v', evse: 'evse-1', plugInS: 10 };
const silent = { faults: [{ kind: 'meter-silent', device: 'grid', fromS: 0 }] };

describe('a Shelly 3EM read over MQTT', () => {
  it('gives one reading a period with power, current and voltage of every phase', async () => {
    const bench = benchOf({ vehicles: [vehicle], otherLoads: [{ circuit: 'main', powerW: 6900 }] });
    await bench.run(60);
    const before = bench.readings.length;
    await bench.run(10);
    expect(bench.readings.length - before).toBe(10);
    // 32 A of the vehicle and 2300 W at 230 V on each phase.
    expect(bench.latest()).toMatchObject({ meterId: 'grid', isLive: true, currentA: [42, 42, 42], voltageV: [230, 230, 230], powerW: [9660, 9660, 9660] });
    // Its one ammeter is in the conductor of its first phase.
    expect(bench.reportedA()).toEqual([32, null, null]);
    expect(bench.rejections).toEqual([]);
  });

  it('says who it is', async () => {
    const site = threePhaseSite();
    const clock = createVirtualClock(START_WALL_MS);
    const world = createLoopbackWorld(threePhaseScenario(site), site, 'device', clock);
    const [meter] = site.meters;
    if (meter === undefined) throw new Error('the site has a meter');
    const driver = createMeterDriver(meter, { links: { mqtt: world.connect() }, clock });
    const run = createVirtualRun(world, clock);
    expect(await run.settle(driver.identify())).toMatchObject({ model: 'Shelly 3EM', serial: '020000000021' });
  });

  // Messages of captures/shelly-3em/mqtt-topics-2020-07, in their order, with the values of its `decoded`.
  it('understands what a real one has sent', async () => {
    const bench = benchOf(silent);
    await bench.run(5);
    const lines = ['0/power 120.11', '0/pf 0.71', '0/current 0.71', '0/voltage 239.03', '1/power 116.23', '1/pf 0.71', '1/current 0.69', '1/voltage 237.51', '2/power 76.46', '2/pf 0.54', '2/current 0.59', '2/voltage 240.50'];
    for (const line of lines) {
      const [field = '', payload = ''] = line.split(' ');
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${field}`, payload);
    }
    await bench.run(0.01);
    expect(bench.readings.map(({ currentA, powerW, voltageV }) => ({ currentA, powerW, voltageV }))).toEqual([
      { currentA: [0.71, 0.69, 0.59], powerW: [120.11, 116.23, 76.46], voltageV: [239.03, 237.51, 240.5] },
    ]);
  });

  it('turns the current with the power, not with the power factor', async () => {
    const bench = benchOf(silent);
    await bench.run(5);
    for (const channel of [0, 1, 2]) {
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/power`, channel === 1 ? '-500' : '500');
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/pf`, '-0.93');
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/current`, '2.3');
    }
    await bench.run(0.01);
    expect(bench.latest()).toMatchObject({ currentA: [2.3, -2.3, 2.3], voltageV: [null, null, null] });
  });

  it.each([
    [[0, 1, 2], [42, 10, 10]],
    [[1, 2, 0], [10, 10, 42]],
    [[2, 0, 1], [10, 42, 10]],
    [[1, 0, 2], [10, 42, 10]],
  ])('with its phases on site phases as %j and the map not knowing, l1 is told as %j', async (phases, currentA) => {
    const conditions = { vehicles: [vehicle], otherLoads: [{ circuit: 'main', powerW: 6900 }], meters: { grid: { phases } } };
    const bench = benchOf(conditions, { evses: [{ phaseCount: 1 }] });
    await bench.run(60);
    expect(bench.latest().currentA).toEqual(currentA);
  });

  // A 3-cycle is not its own inverse: a map applied backwards would not come out (home-assistant-ocpp.md A, row 4).
  it.each([[[1, 2, 0]], [[2, 0, 1]], [[1, 0, 2]]])('the map of the site file, %j, puts each phase right', async (phaseMap) => {
    const conditions = { vehicles: [vehicle], otherLoads: [{ circuit: 'main', powerW: 6900 }], meters: { grid: { phases: phaseMap } } };
    const bench = benchOf(conditions, { meter: { phaseMap }, evses: [{ phaseCount: 1 }] });
    await bench.run(60);
    expect(bench.latest().currentA).toEqual([42, 10, 10]);
  });

  // cos 120 degrees: minus half of the power, and with it the whole current turned round.
  it.each([
    [{ clampSigns: [1, -1, 1] }, [42, -10, 10]],
    [{ clampSign: -1 }, [-42, -10, -10]],
    [{ clampPhases: [1, 0, 2] }, [-10, -42, 10]],
    [{ clampShare: 0.5 }, [21, 5, 5]],
  ])('wired as %j it tells %j', async (condition, currentA) => {
    const bench = benchOf({ vehicles: [vehicle], otherLoads: [{ circuit: 'main', powerW: 6900 }], meters: { grid: condition } }, { evses: [{ phaseCount: 1 }] });
    await bench.run(60);
    expect(bench.latest().currentA).toEqual(currentA);
  });

  it('gives no reading while a phase is missing, and names the oldest part as its time', async () => {
    const bench = benchOf(silent);
    await bench.run(5);
    const say = async (channel: number, powerW: string): Promise<void> => {
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/power`, powerW);
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/current`, '1');
    };
    await say(0, '230');
    await say(1, '230');
    await bench.run(1);
    expect(bench.readings).toEqual([]);
    await say(2, '230');
    await bench.run(1);
    expect(bench.readings.map(({ timeMs }) => timeMs)).toEqual([5000]);
    await say(0, '460');
    await say(1, '460');
    await bench.run(1);
    // The oldest part is now l3's, one second younger; l3 itself has said nothing new.
    expect(bench.readings.map(({ timeMs }) => timeMs)).toEqual([5000, 6000]);
    await say(0, '460');
    await bench.run(1);
    expect(bench.readings.length).toBe(2);
  });

  it.each(['', 'nan', '{"power":5}', '1e9', 'x'.repeat(10_000_000)])('refuses a power that is none', async (payload) => {
    const bench = benchOf();
    await bench.run(10.5);
    const before = bench.readings.length;
    await bench.link.publish(`${THREE_EM_TOPIC}/emeter/1/power`, payload);
    await bench.run(0.01);
    expect(bench.rejections).toContain('unexpected-reply 1 power');
    expect(bench.readings.length).toBe(before);
  });

  it('refuses the 0 V of a channel without supply and a current below zero', async () => {
    const bench = benchOf();
    await bench.run(10.5);
    await bench.link.publish(`${THREE_EM_TOPIC}/emeter/2/voltage`, '0.00');
    await bench.link.publish(`${THREE_EM_TOPIC}/emeter/2/current`, '-1');
    await bench.run(0.01);
    expect(bench.rejections).toEqual(['unexpected-reply 2 voltage', 'unexpected-reply 2 current']);
  });

  it('does not count values the broker kept as live', async () => {
    const bench = benchOf(silent);
    for (const channel of [0, 1, 2]) {
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/power`, '1200', { isRetained: true });
      await bench.link.publish(`${THREE_EM_TOPIC}/emeter/${channel}/current`, '5.2', { isRetained: true });
    }
    const seen = bench.openMeter();
    await bench.run(0.01);
    expect(seen.map(({ isLive }) => isLive)).toEqual([false]);
  });

  it('says nothing while it is silent', async () => {
    const bench = benchOf({ faults: [{ kind: 'meter-silent', device: 'grid', fromS: 20, untilS: 40 }] });
    await bench.run(22);
    const before = bench.readings.length;
    await bench.run(15);
    expect(bench.readings.length).toBe(before);
    await bench.run(10);
    expect(bench.readings.length).toBeGreaterThan(before);
  });
});

describe('the same values without bytes', () => {
  it.each(['three-phase-star', 'three-wire-delta', 'split-phase', 'single-phase'] as const)('%s', async (kind) => {
    const phaseCount = kind === 'single-phase' ? 1 : kind === 'split-phase' ? 2 : 3;
    const options: ThreePhaseOptions = { kind, evses: [{ phaseCount, phaseMap: kind.startsWith('three') ? [1, 2, 0] : [0, 1, 2] }, { phaseCount: kind === 'split-phase' ? 2 : 1 }] };
    const conditions = { vehicles: [vehicle, { id: 'w', evse: 'evse-2', plugInS: 30, maxCurrentA: 13 }], otherLoads: [{ circuit: 'main', powerW: 4321, fromS: 20, untilS: 50 }] };
    const bench = benchOf(conditions, options);
    await bench.run(70);
    const site = threePhaseSite(options);
    const world = createDirectWorld(threePhaseScenario(site, conditions), site, 'device');
    const readings: MeterReading[] = [];
    for (let next = world.nextEventMs(); next <= 70_000; next = world.nextEventMs()) readings.push(...world.advanceTo(next).readings);
    expect(readings.length).toBeGreaterThan(60);
    expect(bench.readings).toEqual(readings);
    // What it told last is what the truth says it told.
    const metered = world.truth.meteredCurrentA(bench.latest().meterId);
    expect(metered).toEqual(bench.latest().currentA);
    expect(world.truth.evseCurrentA(evseId('evse-1'))).toBe(32);
  });
});
