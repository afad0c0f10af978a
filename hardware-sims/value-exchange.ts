/**
 * A broker in memory that never makes text: bare values go from device to device and to one reader, within the call that
 * publishes them. It keeps retained values, because a reader that comes back to a broker is given them again.
 */
import { benchTimeline, type BenchTimeline } from '../core/scenarios/bench-timeline.ts';
import { createConnector, type ConnectableDevice } from './connector.ts';
import type { SimulatedOpenEvse } from './evses/openevse.ts';
import type { SimulatedSite } from './simulated-site.ts';
import type { TopicMessage, TopicValue } from './simulated-device.ts';

/** Reads one device's fields: topics below its base topic. */
export interface FieldReader {
  receive(field: string, value: TopicValue, isRetained: boolean): void;
  /** All that the device measures came again, the same as last time; false where it has to come value by value. */
  repeatMeasured?(): boolean;
  /** False for fields that change nothing for this reader; they need not be given. */
  hears(field: string): boolean;
}

/** Whoever would have subscribed to everything. */
export interface ValueReader {
  /** Asked once per device. */
  readerOf(device: ConnectableDevice): FieldReader;
  receiveAt(topic: string, value: TopicValue, isRetained: boolean): void;
  /** The broker is there again; what it retained has been given already. */
  linkReturned(): void;
  /** The reader was killed and started again: it knows nothing. Absent where that never happens. */
  forget?(): void;
}

export interface ValueExchange {
  /** Publishes as a client of the broker; lost while the broker is down or nobody has subscribed. */
  readonly publish: (topic: string, value: TopicValue) => void;
  /** The reader is back from sleep or death, where that is due; when the devices have had their turn of this moment. */
  returnReader(timeMs: number): void;
  /** Everybody is there and connected, and stays so until something happens to somebody. */
  isStill(): boolean;
}

interface Route {
  readonly topic: string;
  readonly receivers: readonly SimulatedOpenEvse[];
}

interface Post {
  readonly device: ConnectableDevice;
  readonly reader: FieldReader;
  /** Who subscribed to a field of this device. */
  routes: Map<string, Route>;
  readonly retained: Map<string, TopicValue>;
  isAttached: boolean;
  /** Other devices have subscribed to some of its fields. */
  feedsOthers: boolean;
}

export function createValueExchange(site: SimulatedSite, reader: ValueReader, bench: BenchTimeline = benchTimeline([])): ValueExchange {
  const posts = site.devices.map((device): Post => ({ device, reader: reader.readerOf(device), routes: new Map(), retained: new Map(), isAttached: false, feedsOthers: false }));
  const retainedAt = new Map<string, TopicValue>();
  let changeCount = 0;
  /** The reader sleeps or is dead. */
  let isDeaf = false;
  let kills = 0;
  const subscribers = new Map<ConnectableDevice, readonly string[]>();

  const receiversOf = (topic: string): readonly SimulatedOpenEvse[] => {
    const found: SimulatedOpenEvse[] = [];
    for (const { device } of site.evses) if (device.kind === 'openevse' && subscribers.get(device)?.includes(topic) === true) found.push(device);
    return found;
  };

  /** Looked up when subscriptions change, not for each message. */
  const renewRoutes = (): void => {
    changeCount += 1;
    for (const post of posts) {
      const prefix = `${post.device.baseTopic}/`;
      const topics = [...subscribers.values()].flat().filter((topic) => topic.startsWith(prefix));
      post.routes = new Map(topics.map((topic) => [topic.slice(prefix.length), { topic, receivers: receiversOf(topic) }]));
      post.feedsOthers = [...post.routes.values()].some(({ receivers }) => receivers.some((receiver) => receiver !== post.device));
    }
  };

  const publishAt = (topic: string, value: TopicValue, isRetained: boolean): void => {
    if (isRetained) retainedAt.set(topic, value);
    if (!isDeaf) reader.receiveAt(topic, value, false);
    for (const device of receiversOf(topic)) device.receiveValue(topic, value);
  };

  const attach = (post: Post): void => {
    const { device, retained, reader: own } = post;
    device.attachSink({
      audience: {
        get changeCount() {
          return changeCount;
        },
        hears: (field) => own.hears(field) || post.routes.has(field),
      },
      publish(field, value, isRetained) {
        // What was late finds its connection gone.
        if (!post.isAttached) return;
        if (isRetained) retained.set(field, value);
        if (!isDeaf) own.receive(field, value, false);
        const route = post.routes.get(field);
        if (route !== undefined) for (const receiver of route.receivers) receiver.receiveValue(route.topic, value);
      },
      repeatMeasured() {
        return post.isAttached && !isDeaf && !post.feedsOthers && own.repeatMeasured?.() === true;
      },
      publishAt(topic, value, isRetained) {
        if (post.isAttached) publishAt(topic, value, isRetained);
      },
    });
  };
  const setAttached = (device: ConnectableDevice, isAttached: boolean): void => {
    for (const post of posts) if (post.device === device) post.isAttached = isAttached;
  };
  for (const post of posts) attach(post);

  const connector = createConnector(site.devices, {
    isUp: () => site.isBrokerUp(),
    attach(device) {
      subscribers.set(device, device.mqtt.subscriptions());
      setAttached(device, true);
      renewRoutes();
    },
    detach(device) {
      subscribers.delete(device);
      setAttached(device, false);
      renewRoutes();
    },
    publishLastWill({ mqtt }) {
      if (mqtt.lastWill !== null) publishAt(mqtt.lastWill.topic, mqtt.lastWill.value, mqtt.lastWill.isRetained);
    },
  });
  const publish = (topic: string, value: TopicValue): void => {
    if (!site.isBrokerUp()) return;
    for (const device of receiversOf(topic)) device.receiveValue(topic, value);
  };

  /** A reader that comes back subscribes anew and is given what was kept. */
  const repeatRetained = (): void => {
    for (const [topic, value] of retainedAt) reader.receiveAt(topic, value, true);
    for (const { reader: own, retained } of posts) for (const [field, value] of retained) own.receive(field, value, true);
  };

  let wasUp = site.isBrokerUp();
  site.connect({
    step(timeMs) {
      const isUp = site.isBrokerUp();
      if (bench.hasEvents && bench.isAway(timeMs)) isDeaf = true;
      if (isUp && !wasUp && !isDeaf) {
        repeatRetained();
        reader.linkReturned();
      }
      wasUp = isUp;
      connector.step(timeMs);
    },
    publishFeed: ({ topic, value }: TopicMessage) => {
      publish(topic, value);
    },
  });
  const returnReader = (timeMs: number): void => {
    if (!isDeaf || bench.isAway(timeMs)) return;
    isDeaf = false;
    // It may have missed values: nothing is a repetition for it.
    changeCount += 1;
    if (bench.kills(timeMs) !== kills) reader.forget?.();
    kills = bench.kills(timeMs);
    if (!site.isBrokerUp()) return;
    repeatRetained();
    reader.linkReturned();
  };
  return { publish, returnReader, isStill: () => !isDeaf && connector.isStill() };
}
