import { connect, type MqttClient } from 'mqtt';
import type { TopicMessage } from '../simulated-device.ts';
import { endClient } from './end-client.ts';
import { textOf, type DeviceBroker } from './mqtt-device.ts';

/** Publishes what a scenario's own feeds say (somebody else's meter or PV), connecting at the first of them. */
export interface FeedClient {
  readonly publish: (message: TopicMessage) => void;
  close(): Promise<void>;
}

export function createFeedClient(broker: DeviceBroker): FeedClient {
  let client: MqttClient | null = null;
  const open = (): MqttClient => {
    const opened = connect({
      protocol: 'mqtt',
      host: broker.host,
      port: broker.port,
      ...(broker.username === undefined ? {} : { username: broker.username }),
      ...(broker.password === undefined ? {} : { password: broker.password }),
      reconnectPeriod: 1000,
      queueQoSZero: false,
    });
    // The broker may be down: what is published then is lost, as it is for everybody.
    opened.on('error', () => undefined);
    return opened;
  };
  return {
    publish({ topic, value, isRetained }) {
      client ??= open();
      client.publish(topic, textOf(value), { qos: 0, retain: isRetained }, () => undefined);
    },
    async close() {
      if (client !== null) await endClient(client);
    },
  };
}
