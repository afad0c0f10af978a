import type { Failure } from '../errors.ts';

/** Payloads longer than this reach no driver whole: no device of ours sends as much, and a parser must not be fed it. */
export const LONGEST_PAYLOAD_BYTES = 65_536;

export interface MqttMessage {
  readonly topic: string;
  /** UTF-8 text; cut at LONGEST_PAYLOAD_BYTES, then `isCut` is true and the content must not be used. */
  readonly payload: string;
  readonly isCut: boolean;
  /** True when the broker kept it from an earlier time: its age is unknown and it is no live sample. */
  readonly isRetained: boolean;
  /** Monotonic time of arrival. */
  readonly timeMs: number;
}

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly sinceMs: number }
  | { readonly kind: 'lost'; readonly sinceMs: number; readonly error: Failure }
  | { readonly kind: 'closed' };

export type Unsubscribe = () => void;

/**
 * A connection to an MQTT broker. Opened by its transport, closed once; it reconnects by itself and renews
 * subscriptions. Publishing while there is no connection throws `link-lost`: nothing is queued, because an old
 * setpoint must not arrive late.
 */
export interface MqttLink {
  state(): LinkState;
  onState(listener: (state: LinkState) => void): Unsubscribe;
  /** `filter` may hold the wildcards + and #. */
  subscribe(filter: string, listener: (message: MqttMessage) => void): Unsubscribe;
  publish(topic: string, payload: string, options?: { readonly isRetained?: boolean }): Promise<void>;
  close(): Promise<void>;
}
