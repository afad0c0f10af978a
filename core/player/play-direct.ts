import { TURN_PERIOD_MS } from '../loop/engine.ts';
import { benchTimeline } from '../scenarios/bench-timeline.ts';
import { makeController, type ControllerEngine } from './controller-engine.ts';
import { createContactors } from './contactors.ts';
import { createRunObserver, SAMPLE_MS, type PlayedRun, type PlayRequest } from './observer.ts';
import { passStillSeconds } from './still-seconds.ts';
import { createTeller, type Teller } from './teller.ts';
import type { World } from './world.ts';

/** The link counts as failed for an offer made while it is away. */
const UNREACHABLE = { code: 'link-lost', context: {} } as const;

/**
 * Plays a scenario without bytes: what devices publish goes to the step as values, at the moments and with the
 * resolution the devices give them. Time runs as fast as it can. Throws `cancelled`, and `invalid-file` for a controller
 * or settings of one that nobody knows.
 */
export function playDirect(request: PlayRequest, world: World): PlayedRun {
  const { scenario, site, startWallMs } = request;
  const durationMs = scenario.durationS * 1000;
  const makeEngine = (): ControllerEngine | null => {
    const made = makeController(scenario, site, request.controller, request.otherControllers, request.curves);
    made?.setControlling(true);
    return made;
  };
  const bench = benchTimeline(scenario.faults);
  let engine = makeEngine();
  let kills = 0;
  const tellerOf = (told: ControllerEngine | null, bornMs: number): Teller | null => (told === null ? null : createTeller(scenario, told, bornMs, startWallMs, world.wires));
  let teller = tellerOf(engine, 0);
  const switchContactors = createContactors(site, world.wires);
  const observer = createRunObserver(request, engine !== null, world.truth, () => world.markers());
  // A journal holds what was told in every second, and a machine that sleeps has a time of its own.
  const maySkip = request.onJournal === undefined && !bench.hasEvents;
  let wasLinkUp = true;
  let nextTurnMs = 0;
  let nextSampleMs = 0;
  for (;;) {
    const timeMs = Math.min(world.nextEventMs(), nextTurnMs, nextSampleMs);
    if (timeMs >= durationMs) return observer.end('direct');
    const { readings, reports, isLinkUp } = world.advanceTo(timeMs);
    const isTurn = timeMs >= nextTurnMs;
    if (isTurn) nextTurnMs += TURN_PERIOD_MS;
    if (engine !== null && bench.hasEvents && bench.isAway(timeMs)) {
      nextTurnMs = bench.backMs(timeMs);
      wasLinkUp = false;
    } else if (engine !== null) {
      if (bench.hasEvents && bench.kills(timeMs) !== kills) {
        kills = bench.kills(timeMs);
        engine = makeEngine() ?? engine;
        teller = tellerOf(engine, timeMs);
      }
      teller?.tellUntil(timeMs);
      for (const reading of readings) engine.acceptReading(reading);
      for (const report of reports) engine.acceptReport(report);
      if (isLinkUp && !wasLinkUp) engine.linkRestored();
      if (isTurn || readings.length > 0 || reports.length > 0 || isLinkUp !== wasLinkUp) {
        const { frame, offers } = engine.turn(timeMs, startWallMs + timeMs + bench.wallShiftMs(timeMs));
        for (const { evseId, currentA } of offers) {
          if (isLinkUp) world.offer(evseId, currentA);
          else engine.offerFailed(evseId, UNREACHABLE);
        }
        switchContactors?.(frame.setpoints);
        observer.decided(frame);
      }
      wasLinkUp = isLinkUp;
    }
    // What a decision of this moment leads to at once belongs to this moment.
    if (timeMs >= nextSampleMs && world.nextEventMs() > timeMs) {
      observer.sample(timeMs);
      nextSampleMs += SAMPLE_MS;
      if (!maySkip || nextTurnMs !== nextSampleMs) continue;
      const passedMs = passStillSeconds({ world, engine, observer, startWallMs }, timeMs, Math.min(durationMs, teller?.nextMs() ?? Infinity)) - timeMs;
      nextTurnMs += passedMs;
      nextSampleMs += passedMs;
    }
  }
}
