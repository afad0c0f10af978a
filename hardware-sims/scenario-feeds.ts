/** Values that somebody outside the site publishes, as the scenario says: a PV feed, a second meter. */
import type { Scenario } from '../core/scenarios/schema.ts';

interface Feed {
  readonly topic: string;
  readonly everyMs: number;
  readonly valueW: number;
  readonly untilMs: number;
  nextMs: number;
}

export interface ScenarioFeeds {
  /** Infinity when none is left. */
  nextEventMs(): number;
  publishDue(timeMs: number, publish: (topic: string, valueW: number) => void): void;
}

export function createScenarioFeeds(feeds: Scenario['feeds']): ScenarioFeeds {
  const running = feeds.map(({ topic, everyS, valueW, fromS, untilS }): Feed => {
    const untilMs = untilS === undefined ? Infinity : untilS * 1000;
    return { topic, everyMs: everyS * 1000, valueW, untilMs, nextMs: fromS * 1000 < untilMs ? fromS * 1000 : Infinity };
  });
  return {
    nextEventMs() {
      let next = Infinity;
      for (const { nextMs } of running) next = Math.min(next, nextMs);
      return next;
    },
    publishDue(timeMs, publish) {
      for (const feed of running) {
        if (feed.nextMs > timeMs) continue;
        const followingMs = feed.nextMs + feed.everyMs;
        feed.nextMs = followingMs < feed.untilMs ? followingMs : Infinity;
        publish(feed.topic, feed.valueW);
      }
    },
  };
}
