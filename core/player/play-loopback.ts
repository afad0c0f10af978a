import type { VirtualClock } from '../time/virtual-clock.ts';
import { ChargebenchError, type Failure } from '../errors.ts';
import { controlSite } from './control-site.ts';
import { CHARGEBENCH_CONTROLLER, createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest } from './observer.ts';
import type { LoopbackWorld } from './world.ts';

/**
 * Plays a scenario through the drivers, codecs and the live loop, over in-memory links and a virtual clock. Throws
 * `cancelled`, and whatever ends the loop.
 */
export async function playLoopback(request: PlayRequest, world: LoopbackWorld, clock: VirtualClock): Promise<PlayedRun> {
  const { scenario, controller } = request;
  const durationMs = scenario.durationS * 1000;
  const observer = createRunObserver(request, world.truth, () => world.markers());
  const link = world.connect();
  const broken: { failure: Failure | null } = { failure: null };
  const fail = (failure: Failure): void => {
    broken.failure = failure;
  };
  const stop = controller === CHARGEBENCH_CONTROLLER ? controlSite(request, link, clock, observer, fail) : (): void => undefined;
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
