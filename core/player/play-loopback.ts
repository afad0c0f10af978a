import { createEvseDriver, createMeterDriver } from '../drivers/list.ts';
import { createLiveLoop } from '../loop/live-loop.ts';
import type { VirtualClock } from '../time/virtual-clock.ts';
import { ChargebenchError, type Failure } from '../errors.ts';
import { CHARGEBENCH_CONTROLLER, createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest } from './observer.ts';
import type { LoopbackWorld } from './world.ts';

/**
 * Plays a scenario through the drivers, codecs and the live loop, over in-memory links and a virtual clock. Throws
 * `cancelled`, and whatever ends the loop.
 */
export async function playLoopback(request: PlayRequest, world: LoopbackWorld, clock: VirtualClock): Promise<PlayedRun> {
  const { site, scenario, controller } = request;
  const durationMs = scenario.durationS * 1000;
  const observer = createRunObserver(request, world.truth, () => world.markers());
  const link = world.connect();
  const ports = { links: { mqtt: link }, clock };
  const broken: { failure: Failure | null } = { failure: null };
  const control = (): (() => void) => {
    const meters = site.meters.map((meter) => createMeterDriver(meter, ports));
    const evses = site.evses.map((evse) => createEvseDriver(evse, site.supply, ports));
    const loop = createLiveLoop({
      site,
      meters,
      evses,
      clock,
      link,
      onFrame: (frame) => {
        observer.decided(frame);
      },
      onError: (failure) => {
        broken.failure = failure;
      },
    });
    loop.takeControl();
    return () => {
      loop.close();
      for (const driver of [...meters, ...evses]) driver.close();
    };
  };
  const stop = controller === CHARGEBENCH_CONTROLLER ? control() : (): void => undefined;
  try {
    for (let nextSampleMs = 0; ; ) {
      const timeMs = Math.min(world.nextEventMs(), clock.nextCallMs(), nextSampleMs);
      if (timeMs >= durationMs) return observer.end('loopback');
      clock.enter(timeMs);
      world.advanceTo(timeMs);
      clock.advanceTo(timeMs);
      if (broken.failure !== null) throw new ChargebenchError(broken.failure.code, broken.failure.context);
      if (timeMs < nextSampleMs) continue;
      // Promises of the drivers settle between two seconds of the run.
      await Promise.resolve();
      observer.sample(timeMs);
      nextSampleMs += SAMPLE_MS;
    }
  } finally {
    stop();
    await link.close();
  }
}
