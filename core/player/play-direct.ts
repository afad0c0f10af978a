import { createLoopEngine, TURN_PERIOD_MS } from '../loop/engine.ts';
import { NOTHING_KEPT } from '../loop/kept-memory.ts';
import { CHARGEBENCH_CONTROLLER, createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest } from './observer.ts';
import type { World } from './world.ts';

/** The link counts as failed for an offer made while it is away. */
const UNREACHABLE = { code: 'link-lost', context: {} } as const;

/**
 * Plays a scenario without bytes: what devices publish goes to the step as values, at the moments and with the
 * resolution the devices give them. Time runs as fast as it can. Throws `cancelled`.
 */
export function playDirect(request: PlayRequest, world: World): PlayedRun {
  const durationMs = request.scenario.durationS * 1000;
  const observer = createRunObserver(request, world.truth, () => world.markers());
  const engine = request.controller === CHARGEBENCH_CONTROLLER ? createLoopEngine(request.site, NOTHING_KEPT, { curves: request.curves }) : null;
  engine?.setControlling(true);
  let wasLinkUp = true;
  let nextTurnMs = 0;
  let nextSampleMs = 0;
  for (;;) {
    const timeMs = Math.min(world.nextEventMs(), nextTurnMs, nextSampleMs);
    if (timeMs >= durationMs) return observer.end('direct');
    const { readings, reports, isLinkUp } = world.advanceTo(timeMs);
    const isTurn = timeMs >= nextTurnMs;
    if (isTurn) nextTurnMs += TURN_PERIOD_MS;
    if (engine !== null) {
      for (const reading of readings) engine.acceptReading(reading);
      for (const report of reports) engine.acceptReport(report);
      if (isLinkUp && !wasLinkUp) engine.linkRestored();
      if (isTurn || readings.length > 0 || reports.length > 0 || isLinkUp !== wasLinkUp) {
        const { frame, offers } = engine.turn(timeMs, request.startWallMs + timeMs);
        for (const { evseId, currentA } of offers) {
          if (isLinkUp) world.offer(evseId, currentA);
          else engine.offerFailed(evseId, UNREACHABLE);
        }
        observer.decided(frame);
      }
      wasLinkUp = isLinkUp;
    }
    if (timeMs >= nextSampleMs) {
      observer.sample(timeMs);
      nextSampleMs += SAMPLE_MS;
    }
  }
}
