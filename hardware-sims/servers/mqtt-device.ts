import { Socket } from 'node:net';
import { connect, type MqttClient } from 'mqtt';
import type { NetworkPresence } from '../device-sink.ts';
import type { MqttSide, SimulatedDevice, TopicMessage, TopicValue } from '../simulated-device.ts';
import { endClient } from './end-client.ts';

export interface DeviceBroker {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

export interface MqttDeviceOptions {
  readonly broker: DeviceBroker;
  /** Runs a call into the device after everything due before this moment has run. */
  readonly atPresent: (call: () => void) => void;
  /** The OpenEVSE gateway and the Shelly try again every 5 s (openevse.md d.2). */
  readonly reconnectMs?: number;
  readonly keepAliveS?: number;
}

export interface MqttDevice {
  isConnected(): boolean;
  /** Settles at the first connection from now on, at once when it stands. */
  whenConnected(): Promise<void>;
  /** Tears the connection without a word, so that the broker sends the last will; it comes back by itself. */
  drop(): void;
  /**
   * Falls silent while the device is not on the network, as one without power does: the broker takes it for dead after
   * one and a half times the keep-alive (MQTT 3.1.1, 3.1.2.10). Begins a new session when the device does.
   */
  follow(network: NetworkPresence): void;
  close(): Promise<void>;
}

/** Puts a simulated device on a broker as the MQTT client that the real one is. */
export function putOnBroker(device: SimulatedDevice, options: MqttDeviceOptions): MqttDevice {
  const { mqtt } = device;
  const reconnectMs = options.reconnectMs ?? 5000;
  const client = connect({
    protocol: 'mqtt',
    host: options.broker.host,
    port: options.broker.port,
    protocolVersion: 4,
    clientId: `chargebench-sim-${device.id}-${Math.trunc(process.hrtime()[1]).toString(36)}`,
    ...(options.broker.username === undefined ? {} : { username: options.broker.username }),
    ...(options.broker.password === undefined ? {} : { password: options.broker.password }),
    clean: true,
    keepalive: options.keepAliveS ?? 60,
    connectTimeout: 5000,
    reconnectPeriod: reconnectMs,
    reconnectOnConnackError: true,
    queueQoSZero: false,
    resubscribe: false,
    ...willOf(mqtt),
  });
  let isConnected = false;
  let isPresent = true;
  let session = 1;
  const waiting = new Set<() => void>();

  mqtt.attach((message) => {
    if (!isConnected) return;
    client.publish(message.topic, textOf(message.value), { qos: 0, retain: message.isRetained });
  });
  client.on('connect', () => {
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    const topics = [...mqtt.subscriptions()];
    const announce = (): void => {
      isConnected = true;
      options.atPresent(() => {
        mqtt.connected();
      });
      for (const resolve of waiting) resolve();
      waiting.clear();
    };
    if (topics.length === 0) announce();
    // Announced once the broker knows the subscriptions: who answers the announcement at once must be heard.
    else client.subscribe(topics, { qos: 0 }, announce);
  });
  client.on('close', () => {
    if (!isConnected) return;
    isConnected = false;
    options.atPresent(() => {
      mqtt.disconnected();
    });
  });
  // A broker that is not there (yet) is no error of a device: it keeps trying.
  client.on('error', () => undefined);
  client.on('message', (topic, payload, packet) => {
    if (!isConnected) return;
    const message: TopicMessage = { topic, value: payload.toString('utf8'), isRetained: packet.retain };
    options.atPresent(() => {
      mqtt.receive(message);
    });
  });

  return {
    isConnected: () => isConnected,
    whenConnected: () =>
      new Promise((resolve) => {
        if (isConnected) resolve();
        else waiting.add(resolve);
      }),
    drop() {
      destroyStream(client);
    },
    follow({ isUp, sessionCount }) {
      const isNewSession = sessionCount !== session;
      session = sessionCount;
      if (isUp === isPresent && !isNewSession) return;
      isPresent = isUp;
      client.options.reconnectPeriod = isUp ? reconnectMs : 0;
      if (!isUp) {
        // Nothing leaves any more, not even a goodbye.
        if (client.stream instanceof Socket) client.stream.cork();
        if (isConnected) mqtt.disconnected();
        isConnected = false;
        return;
      }
      destroyStream(client);
      // A new connection at once, as a gateway does after its start; the next try, if this one fails, after a pause.
      if (client.stream.destroyed && !client.connected) client.reconnect();
      else client.stream.once('close', () => client.reconnect());
    },
    close: () => endClient(client),
  };
}

/** A payload as the devices send it: numbers, truth values and texts bare, everything else as JSON. */
export function textOf(value: TopicValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function willOf({ lastWill }: MqttSide): { will?: { topic: string; payload: string; qos: 0; retain: boolean } } {
  if (lastWill === null) return {};
  return { will: { topic: lastWill.topic, payload: textOf(lastWill.value), qos: 0, retain: lastWill.isRetained } };
}

function destroyStream(client: MqttClient): void {
  if (client.stream instanceof Socket) client.stream.destroy();
}
