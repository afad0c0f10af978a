import { describe, expect, it } from 'vitest';
import { createVirtualRun, type VirtualRun } from '../../hardware-sims/contract/virtual-run.ts';
import { createLoopbackWorld } from '../../hardware-sims/loopback-world.ts';
import { START_WALL_MS } from '../../hardware-sims/simulated-site.ts';
import { createEvseDriver, createMeterDriver } from '../drivers/list.ts';
import type { Frame } from '../runs/frame.ts';
import { scenarioSchema } from '../scenarios/schema.ts';
import { templateSite } from '../site/list-templates.ts';
import { restoreSitePart } from '../site/restore-site.ts';
import type { Site } from '../site/site.ts';
import { createVirtualClock } from '../time/virtual-clock.ts';
import { createLiveLoop, type LiveLoop } from './live-loop.ts';

interface Bench extends VirtualRun {
  readonly loop: LiveLoop;
  readonly frames: readonly Frame[];
  readonly errors: readonly string[];
  offeredA(): readonly number[];
  currentA(): number;
}

function template(): Site {
  const read = templateSite('two-evses-one-breaker');
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** Two vehicles charge on the simulated site of the template, over the in-memory broker. */
function createBench(conditions: object = {}, site = template()): Bench {
  const scenario = scenarioSchema.parse({
    id: 'loop',
    title: 'loop',
    group: 'loop',
    durationS: 3600,
    site: 'two-evses-one-breaker',
    vehicles: [
      { id: 'a', evse: 'secondary', plugInS: 20 },
      { id: 'b', evse: 'primary', plugInS: 60 },
    ],
    controllers: { chargebench: { expect: [] } },
    ...conditions,
  });
  const clock = createVirtualClock(START_WALL_MS);
  const world = createLoopbackWorld(scenario, site, 'chargebench', clock);
  const link = world.connect();
  const ports = { links: { mqtt: link }, clock };
  const frames: Frame[] = [];
  const errors: string[] = [];
  const loop = createLiveLoop({
    site,
    meters: site.meters.map((meter) => createMeterDriver(meter, ports)),
    evses: site.evses.map((evse) => createEvseDriver(evse, site.supply, ports)),
    clock,
    link,
    onFrame: (frame) => frames.push(frame),
    onError: ({ code }) => errors.push(code),
  });
  return {
    loop,
    frames,
    errors,
    ...createVirtualRun(world, clock),
    offeredA: () => site.evses.map(({ id }) => world.truth.evseOfferedA(id)),
    currentA: () => site.circuits.reduce((sum, { id }) => Math.max(sum, world.truth.circuitCurrentA(id)[0]), 0),
  };
}

describe('the live loop', () => {
  it('only watches until it is told to control', async () => {
    const bench = createBench();
    await bench.run(50);
    expect(bench.loop.mode()).toBe('watching');
    expect(bench.currentA()).toBe(34);
    expect(bench.loop.latestFrame()?.reports).toHaveLength(2);
  });

  it('gives a frame at least once a second and on every change', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(30);
    const gaps = bench.frames.slice(1).map(({ timeMs }, index) => timeMs - (bench.frames[index]?.timeMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
  });

  it('shares the breaker between two vehicles', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(150);
    expect(bench.currentA()).toBeLessThanOrEqual(40);
    expect(Math.min(...bench.offeredA())).toBeGreaterThanOrEqual(19);
  });

  it('pauses all, confirmed one by one, and stays so', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(150);
    const ends = await bench.settle(bench.loop.pauseAll());
    expect(ends).toEqual([
      { evseId: 'primary', name: 'Primary', ok: true, offeredCurrentA: 0, failure: null },
      { evseId: 'secondary', name: 'Secondary', ok: true, offeredCurrentA: 0, failure: null },
    ]);
    await bench.run(120);
    expect(bench.loop.mode()).toBe('paused');
    expect(bench.currentA()).toBe(0);
  });

  it('names the EVSE that does not confirm a pause', async () => {
    const bench = createBench({ faults: [{ kind: 'gateway-down', device: 'primary', fromS: 140 }] });
    bench.loop.takeControl();
    await bench.run(150);
    const ends = await bench.settle(bench.loop.pauseAll());
    expect(ends.map(({ evseId, ok }) => [evseId, ok])).toEqual([
      ['primary', false],
      ['secondary', true],
    ]);
    expect(ends[0]?.failure?.code).toBe('timeout');
  });

  it('leaves every EVSE at its fail-safe current and asks nothing more', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(150);
    const ends = await bench.settle(bench.loop.leave());
    expect(ends.map(({ ok, offeredCurrentA }) => [ok, offeredCurrentA])).toEqual([
      [true, 6],
      [true, 6],
    ]);
    expect(bench.loop.mode()).toBe('watching');
    await bench.run(120);
    expect(bench.offeredA()).toEqual([6, 6]);
  });

  it('leaves paused EVSEs paused', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(150);
    await bench.settle(bench.loop.pauseAll());
    await bench.settle(bench.loop.leave());
    await bench.run(30);
    expect(bench.currentA()).toBe(0);
  });

  it('refuses to hand back while what the devices then do does not fit, and says which circuit', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(150);
    // 2 x 34 A on 40 A.
    expect(bench.loop.previewHandBack()).toMatchObject({ isAllowed: false, circuits: [{ circuitId: 'ev', limitA: 40, sumA: 68, fits: false }] });
    expect(await bench.settle(bench.loop.handBack())).toMatchObject({ ok: false, error: { code: 'refused', context: { circuit: 'ev', sumA: 68, limitA: 40 } } });
    expect(bench.loop.mode()).toBe('controlling');
  });

  it('hands back where it fits, and the devices do what their settings say', async () => {
    const site = template();
    const lowered = restoreSitePart({ ...site, evses: site.evses.map((evse) => ({ ...evse, configuredMaxA: 20, powerUpCurrentA: 20 })) }, []);
    if (!lowered.ok) throw new Error(JSON.stringify(lowered.error));
    const settings = { max_current_soft: 20 };
    const bench = createBench({ devices: { primary: settings, secondary: settings } }, lowered.value);
    bench.loop.takeControl();
    await bench.run(150);
    expect(await bench.settle(bench.loop.handBack())).toMatchObject({ ok: true });
    await bench.run(60);
    expect(bench.offeredA()).toEqual([20, 20]);
    expect(bench.loop.mode()).toBe('watching');
  });

  it('takes control again after a pause', async () => {
    const bench = createBench();
    bench.loop.takeControl();
    await bench.run(150);
    await bench.settle(bench.loop.pauseAll());
    bench.loop.takeControl();
    await bench.run(120);
    expect(bench.currentA()).toBeGreaterThanOrEqual(38);
  });
});
