import type { LinkState, MqttLink, MqttMessage, Unsubscribe } from './mqtt-link.ts';
import { ChargebenchError } from '../errors.ts';

/** A link whose connection can be taken away and made anew, as a machine that sleeps loses and finds its own. */
export interface DroppableLink {
  readonly link: MqttLink;
  /** Nothing arrives any more; nobody is told. */
  drop(timeMs: number): void;
  /** A new connection: subscriptions are made again, so what the broker kept comes again, then the link says that it was lost and stands. */
  renew(): void;
}

interface Subscription {
  readonly filter: string;
  readonly listener: (message: MqttMessage) => void;
  stop: Unsubscribe;
}

export function createDroppableLink(connect: () => MqttLink): DroppableLink {
  const subscriptions = new Set<Subscription>();
  const listeners = new Set<(state: LinkState) => void>();
  const tell = (state: LinkState): void => {
    for (const listener of listeners) listener(state);
  };
  let under: MqttLink | null = null;
  let lostMs = 0;
  const open = (): void => {
    under = connect();
    for (const subscription of subscriptions) subscription.stop = under.subscribe(subscription.filter, subscription.listener);
    const opened = under;
    under.onState((state) => {
      if (under === opened) tell(state);
    });
  };
  const close = (): Promise<void> => {
    const closing = under;
    under = null;
    for (const subscription of subscriptions) subscription.stop();
    return closing?.close() ?? Promise.resolve();
  };
  const lost = (): LinkState => ({ kind: 'lost', sinceMs: lostMs, error: { code: 'link-lost', context: {} } });
  open();

  return {
    link: {
      state: () => under?.state() ?? lost(),
      onState(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      subscribe(filter, listener) {
        const subscription: Subscription = { filter, listener, stop: under?.subscribe(filter, listener) ?? ((): void => undefined) };
        subscriptions.add(subscription);
        return () => {
          subscriptions.delete(subscription);
          subscription.stop();
        };
      },
      publish: (topic, payload, options) => under?.publish(topic, payload, options) ?? Promise.reject(new ChargebenchError('link-lost', { topic })),
      close,
    },
    drop(timeMs) {
      lostMs = timeMs;
      void close();
    },
    renew() {
      open();
      tell(lost());
      const state = under?.state();
      if (state?.kind === 'connected') tell(state);
    },
  };
}
