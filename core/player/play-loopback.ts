import type { VirtualClock } from '../time/virtual-clock.ts';
import { ChargebenchError, type Failure } from '../errors.ts';
import { benchTimeline } from '../scenarios/bench-timeline.ts';
import type { Clock } from '../time/clock.ts';
import type { MqttLink } from '../transport/mqtt-link.ts';
import { createBench } from './bench.ts';
import { controlSite } from './control-site.ts';
import { makeController } from './controller-engine.ts';
import { createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest } from './observer.ts';
import type { LoopbackWorld } from './world.ts';

/** More than the longest chain of awaits in a driver. */
const SETTLE_STEPS = 16;

/**
 * Plays a scenario through the drivers, codecs and the live loop, over in-memory links and a virtual clock. Throws
 * `cancelled`, `invalid-file` for a controller or settings of one that nobody knows, and whatever ends the loop.
 */
export async function playLoopback(request: PlayRequest, world: LoopbackWorld, clock: VirtualClock): Promise<PlayedRun> {
  const { scenario, site, controller } = request;
  const durationMs = scenario.durationS * 1000;
  const engine = makeController(scenario, site, controller, request.otherControllers, request.curves);
  const observer = createRunObserver(request, engine !== null, world.truth, () => world.markers());
  const broken: { failure: Failure | null } = { failure: null };
  const fail = (failure: Failure): void => {
    broken.failure = failure;
  };
  const lines = { isAny: false };
  // Started again, a controller is a new one.
  let unused = engine;
  const start = (link: MqttLink, benchClock: Clock): (() => void) => {
    const own = unused ?? makeController(scenario, site, controller, request.otherControllers, request.curves);
    unused = null;
    if (own === null) return (): void => undefined;
    const buses = world.openBuses();
    const ports = world.openPorts();
    const stop = controlSite({ site, scenario, startWallMs: request.startWallMs, engine: own, link, buses, ports, wires: world.wires, clock: benchClock }, observer, fail);
    lines.isAny = buses.size + ports.size > 0;
    return () => {
      stop();
      for (const opened of [...buses.values(), ...ports.values()]) void opened.close();
    };
  };
  const bench = createBench({ timeline: benchTimeline(scenario.faults), clock, connect: () => world.connect(), start });
  try {
    for (let nextSampleMs = 0; ; ) {
      const timeMs = Math.min(world.nextEventMs(), clock.nextCallMs(), nextSampleMs);
      if (timeMs >= durationMs) return observer.end('loopback');
      clock.enter(timeMs);
      bench.leaveAt(timeMs);
      world.advanceTo(timeMs);
      bench.returnAt(timeMs);
      // Wires answer with promises: what follows from an answer comes before the next call.
      if (lines.isAny) while (clock.runNext(timeMs)) await settled();
      clock.advanceTo(timeMs);
      if (broken.failure !== null) throw new ChargebenchError(broken.failure.code, broken.failure.context);
      if (timeMs < nextSampleMs) continue;
      // Promises of the drivers settle between two seconds of the run; an offer that fails goes through a few of them.
      await settled();
      observer.sample(timeMs);
      nextSampleMs += SAMPLE_MS;
    }
  } finally {
    await bench.close();
  }
}

async function settled(): Promise<void> {
  for (let step = 0; step < SETTLE_STEPS; step += 1) await Promise.resolve();
}
