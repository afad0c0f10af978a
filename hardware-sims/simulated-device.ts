import type { DeviceId } from '../core/quantities.ts';

/** What goes through a topic: a bare value or a JSON document. Only a real or in-memory broker turns it into text. */
export type TopicValue = string | number | boolean | Readonly<Record<string, unknown>>;

export interface TopicMessage {
  readonly topic: string;
  readonly value: TopicValue;
  readonly isRetained: boolean;
}

/** Where a device's messages go: an in-memory exchange, a broker. Dropped while the device is disconnected. */
export type Outlet = (message: TopicMessage) => void;

/** The device's side of MQTT. Whoever owns the connection calls these; the device owns its behaviour. */
export interface MqttSide {
  /** Exact topics, without wildcards, as the device asks for them at every connect. */
  subscriptions(): readonly string[];
  /** Given once, when the device is put on a broker. */
  attach(outlet: Outlet): void;
  readonly lastWill: TopicMessage | null;
  /** The connection stands (again): the device announces itself. */
  connected(): void;
  disconnected(): void;
  /** `value` is text when it came through a broker. */
  receive(message: TopicMessage): void;
}

export interface DeviceHttpRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON, or form fields; undefined without a body. */
  readonly body: unknown;
}

export interface DeviceHttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A simulated device: a pure state machine in time, behind the wire. */
export interface SimulatedDevice {
  readonly id: DeviceId;
  readonly kind: 'openevse' | 'shelly-em' | 'shelly-3em';
  /** When it will do something by itself next. */
  nextEventMs(): number;
  /** Runs everything due up to and including this time; messages leave through the outlet. */
  advanceTo(timeMs: number): void;
  readonly mqtt: MqttSide;
  http(request: DeviceHttpRequest): DeviceHttpResponse;
}

/** The whole seconds in which a device only repeats the last one, for whoever passes them without giving it its turn. */
export interface Repeating {
  /** Every second from `fromMs` on and before the answered time is such a one; `fromMs` itself where the next one may not be. */
  stillUntilMs(fromMs: number): number;
  /** Whether it tells at this moment what it told last; else it is silent. */
  tellsAt(timeMs: number): boolean;
  /** Passes one of them. */
  repeat(timeMs: number): void;
}
