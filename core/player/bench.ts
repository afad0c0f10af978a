/** The machine that a controller runs on, as the scenario treats it: it sleeps, is killed and started again, its clock jumps. */
import type { BenchTimeline } from '../scenarios/bench-timeline.ts';
import type { Clock } from '../time/clock.ts';
import { createDroppableLink, type DroppableLink } from '../transport/droppable-link.ts';
import type { MqttLink } from '../transport/mqtt-link.ts';

export interface BenchParts {
  readonly timeline: BenchTimeline;
  /** Counts from the start of the run. */
  readonly clock: Clock;
  readonly connect: () => MqttLink;
  /** Starts the controller; answers with the function that ends it without a word to anybody. */
  readonly start: (link: MqttLink, clock: Clock) => () => void;
}

export interface Bench {
  /** Goes, where it is due; before anything else of that moment. */
  leaveAt(timeMs: number): void;
  /** Is back, where it is due; when the devices have had their turn of that moment. */
  returnAt(timeMs: number): void;
  close(): Promise<void>;
}

interface Life {
  readonly link: DroppableLink;
  readonly stop: () => void;
}

/** The controller starts at once. */
export function createBench({ timeline, clock, connect, start }: BenchParts): Bench {
  let wasAway = false;
  let kills = 0;
  const begin = (): Life => {
    const link = createDroppableLink(connect);
    return { link, stop: start(link.link, timeline.hasEvents ? benchClock(clock, timeline) : clock) };
  };
  let life: Life | null = begin();

  const end = (): Promise<void> => {
    const ended = life;
    life = null;
    ended?.stop();
    return ended?.link.link.close() ?? Promise.resolve();
  };

  return {
    leaveAt(timeMs) {
      if (!timeline.hasEvents || !timeline.isAway(timeMs)) return;
      if (timeline.kills(timeMs) > kills) {
        kills = timeline.kills(timeMs);
        void end();
      } else if (!wasAway) life?.link.drop(timeMs);
      wasAway = true;
    },
    returnAt(timeMs) {
      if (!wasAway || timeline.isAway(timeMs)) return;
      wasAway = false;
      if (life === null) life = begin();
      else life.link.renew();
    },
    close: end,
  };
}

/** A sleeping machine does late what it would have done; one that was killed does it no more. */
function benchClock(clock: Clock, timeline: BenchTimeline): Clock {
  const bornAfter = timeline.kills(clock.monotonicMs());
  const callAt = (timeMs: number, callback: () => void): (() => void) => {
    let callOff = (): void => undefined;
    const run = (): void => {
      const nowMs = clock.monotonicMs();
      if (timeline.kills(nowMs) !== bornAfter) return;
      if (timeline.isAway(nowMs)) callOff = clock.callAt(timeline.backMs(nowMs), run);
      else callback();
    };
    callOff = clock.callAt(timeMs, run);
    return () => {
      callOff();
    };
  };
  return {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs() + timeline.wallShiftMs(clock.monotonicMs()),
    callAt,
  };
}
