import { ChargebenchError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { LONGEST_PAYLOAD_BYTES, type LinkState, type MqttLink, type MqttMessage, type Unsubscribe } from './mqtt-link.ts';

/** A broker without a network, for tests and for playing through the real codecs: deliveries happen within `publish`. */
export interface MemoryBroker {
  connect(): MqttLink;
  /** Cuts every link, as a broker that dies does; retained messages survive as in a broker with a disk. */
  stop(): void;
  start(): void;
}

interface Subscription {
  readonly filter: string;
  readonly listener: (message: MqttMessage) => void;
}

/** MQTT 3.1.1 section 4.7: + stands for one level, # at the end for any number of levels. */
export function matchesFilter(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

interface Route {
  readonly topics: Map<string, readonly Subscription[]>;
  readonly subscriptions: Set<Subscription>;
}

/** Who gets a topic, looked up once per topic and set of subscriptions: topics repeat every second. */
function receiversOf(route: Route, topic: string): readonly Subscription[] {
  const known = route.topics.get(topic);
  if (known !== undefined) return known;
  const found = [...route.subscriptions].filter(({ filter }) => matchesFilter(filter, topic));
  route.topics.set(topic, found);
  return found;
}

export function createMemoryBroker(clock: Clock): MemoryBroker {
  const route: Route = { topics: new Map(), subscriptions: new Set() };
  const retained = new Map<string, string>();
  const links = new Set<(state: LinkState) => void>();
  let isUp = true;

  const messageOf = (topic: string, payload: string, isRetained: boolean): MqttMessage => {
    const isCut = payload.length > LONGEST_PAYLOAD_BYTES;
    return { topic, payload: isCut ? payload.slice(0, LONGEST_PAYLOAD_BYTES) : payload, isCut, isRetained, timeMs: clock.monotonicMs() };
  };

  const publish = (topic: string, payload: string, isRetained: boolean): void => {
    if (isRetained && payload === '') retained.delete(topic);
    else if (isRetained) retained.set(topic, payload);
    const receivers = receiversOf(route, topic);
    if (receivers.length === 0) return;
    const message = messageOf(topic, payload, false);
    for (const { listener } of receivers) listener(message);
  };

  const sendRetained = (subscription: Subscription): void => {
    for (const [topic, payload] of retained) {
      if (matchesFilter(subscription.filter, topic)) subscription.listener(messageOf(topic, payload, true));
    }
  };

  const connect = (): MqttLink => {
    const own = new Set<Subscription>();
    const listeners = new Set<(state: LinkState) => void>();
    let state: LinkState = isUp ? { kind: 'connected', sinceMs: clock.monotonicMs() } : { kind: 'connecting' };
    const enter = (next: LinkState): void => {
      state = next;
      if (next.kind === 'connected') for (const subscription of own) sendRetained(subscription);
      for (const listener of listeners) listener(next);
    };
    links.add(enter);
    return {
      state: () => state,
      onState(listener): Unsubscribe {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      subscribe(filter, listener): Unsubscribe {
        const subscription = { filter, listener };
        own.add(subscription);
        route.subscriptions.add(subscription);
        route.topics.clear();
        if (isUp) sendRetained(subscription);
        return () => {
          own.delete(subscription);
          route.subscriptions.delete(subscription);
          route.topics.clear();
        };
      },
      publish(topic, payload, options) {
        if (!isUp || state.kind === 'closed') return Promise.reject(new ChargebenchError('link-lost', { topic }));
        publish(topic, payload, options?.isRetained ?? false);
        return Promise.resolve();
      },
      close() {
        for (const subscription of own) route.subscriptions.delete(subscription);
        route.topics.clear();
        links.delete(enter);
        enter({ kind: 'closed' });
        return Promise.resolve();
      },
    };
  };

  return {
    connect,
    stop() {
      isUp = false;
      const error = { code: 'link-lost', context: {} } as const;
      for (const enter of links) enter({ kind: 'lost', sinceMs: clock.monotonicMs(), error });
    },
    start() {
      isUp = true;
      for (const enter of links) enter({ kind: 'connected', sinceMs: clock.monotonicMs() });
    },
  };
}
