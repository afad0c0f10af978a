import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { ChargebenchError, type Failure } from '../../core/errors.ts';
import type { CancelSignal, Clock } from '../../core/time/clock.ts';
import { LONGEST_PAYLOAD_BYTES, type LinkState, type MqttLink, type MqttMessage } from '../../core/transport/mqtt-link.ts';
import { matchesFilter } from '../../core/transport/memory-mqtt.ts';

export interface MqttBroker {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** 4 is MQTT 3.1.1, which every broker speaks and the embedded one alone; 5 where a broker wants it. */
  readonly protocolVersion?: 4 | 5;
}

export interface MqttOptions {
  readonly broker: MqttBroker;
  readonly clock: Clock;
  readonly signal?: CancelSignal;
  /** The first pause before connecting again; doubled up to `longestPauseMs`. */
  readonly shortestPauseMs?: number;
  readonly longestPauseMs?: number;
  readonly connectTimeoutMs?: number;
}

type MessageListener = (message: MqttMessage) => void;

/**
 * More than this still unsent in the socket means that the broker does not take what we send: a setpoint behind it
 * would arrive late, so it is refused instead.
 */
const LARGEST_BACKLOG_BYTES = 16_384;

/** CONNACK codes: MQTT 3.1.1 table 3.1 and MQTT 5 section 3.2.2.2. */
const UNAUTHORIZED_CODES: readonly unknown[] = [4, 5, 0x86, 0x87];
const UNSUPPORTED_CODES: readonly unknown[] = [1, 0x84];

/**
 * Opens a link to a broker. Answers at once: a broker that is down, or refuses, is a state of the link and never an
 * exception, and the link keeps trying with growing pauses until it is closed.
 */
export function openMqttLink(options: MqttOptions): MqttLink {
  const { broker, clock } = options;
  const shortestPauseMs = options.shortestPauseMs ?? 250;
  const longestPauseMs = options.longestPauseMs ?? 5000;
  const where = `${broker.host}:${broker.port}`;
  const subscriptions = new Map<string, Set<MessageListener>>();
  const stateListeners = new Set<(state: LinkState) => void>();
  let state: LinkState = { kind: 'connecting' };
  let lastError: Failure | null = null;

  const become = (next: LinkState): void => {
    state = next;
    for (const listener of [...stateListeners]) callSafely(() => {
      listener(next);
    });
  };

  const client = connect(clientOptions(options, shortestPauseMs));

  client.on('connect', () => {
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.options.reconnectPeriod = shortestPauseMs;
    lastError = null;
    if (subscriptions.size > 0) client.subscribe([...subscriptions.keys()], { qos: 0 });
    become({ kind: 'connected', sinceMs: clock.monotonicMs() });
  });
  client.on('reconnect', () => {
    client.options.reconnectPeriod = Math.min(2 * (client.options.reconnectPeriod ?? shortestPauseMs), longestPauseMs);
  });
  const lose = (error: Failure): void => {
    if (state.kind === 'closed') return;
    const sinceMs = state.kind === 'lost' ? state.sinceMs : clock.monotonicMs();
    become({ kind: 'lost', sinceMs, error });
  };
  client.on('error', (error) => {
    lastError = failureOfConnection(error, where);
    lose(lastError);
  });
  client.on('close', () => {
    lose(lastError ?? { code: 'link-lost', context: { broker: where } });
  });

  client.on('message', (topic, payload, packet) => {
    const message: MqttMessage = {
      topic,
      payload: payload.toString('utf8', 0, Math.min(payload.length, LONGEST_PAYLOAD_BYTES)),
      isCut: payload.length > LONGEST_PAYLOAD_BYTES,
      isRetained: packet.retain,
      timeMs: clock.monotonicMs(),
    };
    for (const [filter, listeners] of [...subscriptions]) {
      if (!matchesFilter(filter, topic)) continue;
      for (const listener of [...listeners]) callSafely(() => {
        listener(message);
      });
    }
  });

  const close = async (): Promise<void> => {
    if (state.kind === 'closed') return;
    become({ kind: 'closed' });
    options.signal?.removeEventListener('abort', closeOnAbort);
    await endClient(client);
  };
  const closeOnAbort = (): void => {
    void close();
  };
  options.signal?.addEventListener('abort', closeOnAbort);
  if (options.signal?.aborted === true) closeOnAbort();

  return {
    state: () => state,
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    subscribe(filter, listener) {
      const listeners = subscriptions.get(filter) ?? new Set();
      subscriptions.set(filter, listeners.add(listener));
      // Asked for again even where the filter is known: the broker then sends what it keeps to the new listener.
      if (state.kind === 'connected') client.subscribe(filter, { qos: 0 });
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        subscriptions.delete(filter);
        if (state.kind === 'connected') client.unsubscribe(filter);
      };
    },
    publish: (topic, payload, { isRetained = false } = {}) =>
      new Promise((resolve, reject) => {
        if (state.kind !== 'connected' || unsentBytes(client) > LARGEST_BACKLOG_BYTES) {
          reject(new ChargebenchError('link-lost', { broker: where, topic }));
          return;
        }
        client.publish(topic, payload, { qos: 0, retain: isRetained }, (error) => {
          if (error) reject(new ChargebenchError('link-lost', { broker: where, topic }, { cause: error }));
          else resolve();
        });
      }),
    close,
  };
}

function clientOptions({ broker, connectTimeoutMs }: MqttOptions, reconnectPeriod: number): IClientOptions {
  return {
    protocol: 'mqtt',
    host: broker.host,
    port: broker.port,
    protocolVersion: broker.protocolVersion ?? 4,
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(broker.password === undefined ? {} : { password: broker.password }),
    clean: true,
    keepalive: 10,
    connectTimeout: connectTimeoutMs ?? 5000,
    reconnectPeriod,
    reconnectOnConnackError: true,
    queueQoSZero: false,
    // Renewed by ourselves at every connect, from one list.
    resubscribe: false,
  };
}

function failureOfConnection(error: Error, broker: string): Failure {
  const { code } = error as { code?: unknown };
  if (UNAUTHORIZED_CODES.includes(code)) return { code: 'unauthorized', context: { broker } };
  if (UNSUPPORTED_CODES.includes(code)) return { code: 'not-supported', context: { broker, message: error.message } };
  const cause = typeof code === 'string' ? code : error.message;
  return { code: 'link-lost', context: { broker, cause } };
}

function unsentBytes(client: MqttClient): number {
  return client.stream instanceof Socket ? client.stream.writableLength : 0;
}

/**
 * Says goodbye where the broker listens, and gives up after half a second where it does not: the client's own `end`
 * waits without limit for acknowledgements that a dead broker owes.
 */
async function endClient(client: MqttClient): Promise<void> {
  const { stream } = client;
  const isClosed = new Promise<void>((resolve) => {
    if (stream.destroyed) resolve();
    else stream.once('close', resolve);
  });
  const isConnected = client.connected;
  client.end(!isConnected);
  const giveUp = setTimeout(() => stream.destroy(), isConnected ? 500 : 0);
  await isClosed;
  clearTimeout(giveUp);
}

/** A listener that throws is an error of the program, to be reported as one, and must not break the connection. */
function callSafely(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
