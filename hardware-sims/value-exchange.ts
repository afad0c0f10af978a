/**
 * A broker in memory that never makes text: bare values go from device to device and to one reader, within the call that
 * publishes them. It keeps retained values, because a reader that comes back to a broker is given them again.
 */
import { createConnector, type ConnectableDevice } from './connector.ts';
import type { SimulatedOpenEvse } from './evses/openevse.ts';
import type { SimulatedSite } from './simulated-site.ts';
import type { TopicMessage, TopicValue } from './simulated-device.ts';

/** `field` is the topic below the device's base topic. */
export type ReceiveField = (field: string, value: TopicValue, isRetained: boolean) => void;

/** Whoever would have subscribed to everything. */
export interface ValueReader {
  /** Asked once per device. */
  readerOf(device: ConnectableDevice): ReceiveField;
  receiveAt(topic: string, value: TopicValue, isRetained: boolean): void;
  /** The broker is there again; what it retained has been given already. */
  linkReturned(): void;
}

export interface ValueExchange {
  /** Publishes as a client of the broker; lost while the broker is down or nobody has subscribed. */
  publish(topic: string, value: TopicValue): void;
}

interface Post {
  readonly device: ConnectableDevice;
  readonly read: ReceiveField;
  /** Who subscribed to a field of this device. */
  routes: Map<string, readonly SimulatedOpenEvse[]>;
  readonly retained: Map<string, TopicValue>;
}

export function createValueExchange(site: SimulatedSite, reader: ValueReader): ValueExchange {
  const posts = site.devices.map((device): Post => ({ device, read: reader.readerOf(device), routes: new Map(), retained: new Map() }));
  const retainedAt = new Map<string, TopicValue>();
  const subscribers = new Map<ConnectableDevice, readonly string[]>();

  const receiversOf = (topic: string): readonly SimulatedOpenEvse[] => {
    const found: SimulatedOpenEvse[] = [];
    for (const { device } of site.evses) if (subscribers.get(device)?.includes(topic) === true) found.push(device);
    return found;
  };

  /** Looked up when subscriptions change, not for each message. */
  const renewRoutes = (): void => {
    for (const post of posts) {
      const prefix = `${post.device.baseTopic}/`;
      const topics = [...subscribers.values()].flat().filter((topic) => topic.startsWith(prefix));
      post.routes = new Map(topics.map((topic) => [topic.slice(prefix.length), receiversOf(topic)]));
    }
  };

  const publishAt = (topic: string, value: TopicValue, isRetained: boolean): void => {
    if (isRetained) retainedAt.set(topic, value);
    reader.receiveAt(topic, value, false);
    for (const device of receiversOf(topic)) device.receiveValue(topic, value);
  };

  const attach = (post: Post): void => {
    const { device, retained, read } = post;
    device.attachSink({
      publish(field, value, isRetained) {
        if (isRetained) retained.set(field, value);
        read(field, value, false);
        const receivers = post.routes.get(field);
        if (receivers !== undefined) for (const receiver of receivers) receiver.receiveValue(`${device.baseTopic}/${field}`, value);
      },
      publishAt,
    });
  };
  for (const post of posts) attach(post);

  const connector = createConnector(site.devices, {
    isUp: () => site.isBrokerUp(),
    attach(device) {
      subscribers.set(device, device.mqtt.subscriptions());
      renewRoutes();
    },
    detach(device) {
      subscribers.delete(device);
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
    for (const { read, retained } of posts) for (const [field, value] of retained) read(field, value, true);
  };

  let wasUp = site.isBrokerUp();
  site.connect({
    step(timeMs) {
      const isUp = site.isBrokerUp();
      if (isUp && !wasUp) {
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
  return { publish };
}
