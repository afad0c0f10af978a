import type { TopicMessage, TopicValue } from './simulated-device.ts';

/** The time of a simulated site, moved by whoever owns the site: what happens to a device happens now. */
export interface SiteTime {
  nowMs: number;
}

/** Who listens to a device's fields; only where that is known without a broker in between. */
export interface Audience {
  /** Grows whenever somebody subscribes or leaves. */
  readonly changeCount: number;
  hears(field: string): boolean;
}

/** Where a device's publications go before anybody makes topics or text of them. */
export interface DeviceSink {
  /** A device may leave out what nobody hears; null: everything is published. */
  readonly audience: Audience | null;
  /** `field` is the topic below the device's base topic. */
  publish(field: string, value: TopicValue, isRetained: boolean): void;
  /** The values that it measures, the same as it published them last; false where they have to be published one by one. */
  repeatMeasured(): boolean;
  /** A topic outside the base topic. */
  publishAt(topic: string, value: TopicValue, isRetained: boolean): void;
}

export const NOWHERE: DeviceSink = { audience: null, publish: () => undefined, repeatMeasured: () => false, publishAt: () => undefined };

/** Makes whole topics of fields; each topic is put together once. */
export function topicSink(baseTopic: string, outlet: (message: TopicMessage) => void): DeviceSink {
  const topics = new Map<string, string>();
  return {
    audience: null,
    publish(field, value, isRetained) {
      let topic = topics.get(field);
      if (topic === undefined) {
        topic = `${baseTopic}/${field}`;
        topics.set(field, topic);
      }
      outlet({ topic, value, isRetained });
    },
    repeatMeasured: () => false,
    publishAt(topic, value, isRetained) {
      outlet({ topic, value, isRetained });
    },
  };
}

/**
 * A device's presence on the network: whoever owns its connection drops it when `isUp` is false, and makes a new one
 * when `sessionCount` has grown (restart, changed broker settings).
 */
export interface NetworkPresence {
  isUp: boolean;
  sessionCount: number;
}
