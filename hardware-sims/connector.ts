/**
 * Connections of simulated devices to a broker in memory: made at the start, lost with the broker or the device, tried again every
 * 5 s (reference d.2). What a connection is, the exchange says.
 */
import type { SimulatedOpenEvse } from './evses/openevse.ts';
import type { SimulatedShellyEm } from './meters/shelly-em.ts';

export type ConnectableDevice = SimulatedOpenEvse | SimulatedShellyEm;

const RETRY_MS = 5000;
/** One and a half times the keep-alive of 60 s (MQTT 3.1.1, 3.1.2.10): when the broker takes a silent client for dead. */
const DEAD_AFTER_MS = 90_000;

/** The broker's side. */
export interface Attachments {
  isUp(): boolean;
  /** The device's subscriptions and publications go through the broker from now on. */
  attach(device: ConnectableDevice): void;
  detach(device: ConnectableDevice): void;
  /** The broker publishes what the device left with it. */
  publishLastWill(device: ConnectableDevice): void;
}

interface Connection {
  readonly device: ConnectableDevice;
  isConnected: boolean;
  sessionCount: number;
  nextTryMs: number;
  lastWillMs: number;
}

export interface Connector {
  /** To be called at every moment of the site; what is due between two of them happens at the later one. */
  step(timeMs: number): void;
  /** Every device is connected, so that there is nothing to do until one of them or the broker goes. */
  isStill(): boolean;
}

export function createConnector(devices: readonly ConnectableDevice[], attachments: Attachments): Connector {
  const connections = devices.map((device): Connection => ({ device, isConnected: false, sessionCount: 0, nextTryMs: 0, lastWillMs: Infinity }));

  const disconnect = (connection: Connection, timeMs: number): void => {
    connection.isConnected = false;
    connection.nextTryMs = timeMs + RETRY_MS;
    attachments.detach(connection.device);
    connection.device.mqtt.disconnected();
  };

  const connect = (connection: Connection): void => {
    const { device } = connection;
    // A client that comes back under its old name ends the old connection, and that one's last will is sent.
    if (connection.lastWillMs !== Infinity) sendLastWill(connection);
    connection.isConnected = true;
    connection.sessionCount = device.network.sessionCount;
    attachments.attach(device);
    device.mqtt.connected();
  };

  const sendLastWill = (connection: Connection): void => {
    connection.lastWillMs = Infinity;
    attachments.publishLastWill(connection.device);
  };

  const stepOne = (connection: Connection, timeMs: number, isBrokerUp: boolean): void => {
    const { network } = connection.device;
    if (connection.isConnected) {
      if (isBrokerUp && network.isUp && network.sessionCount === connection.sessionCount) return;
      if (isBrokerUp && !network.isUp) connection.lastWillMs = timeMs + DEAD_AFTER_MS;
      disconnect(connection, timeMs);
      if (isBrokerUp && network.isUp) connection.nextTryMs = timeMs;
    }
    if (isBrokerUp && timeMs >= connection.lastWillMs) sendLastWill(connection);
    if (timeMs < connection.nextTryMs || !network.isUp) return;
    if (isBrokerUp) connect(connection);
    else connection.nextTryMs = timeMs + RETRY_MS;
  };

  return {
    step(timeMs) {
      const isBrokerUp = attachments.isUp();
      for (const connection of connections) stepOne(connection, timeMs, isBrokerUp);
    },
    isStill: () => attachments.isUp() && connections.every(({ isConnected, sessionCount, device }) => isConnected && device.network.isUp && device.network.sessionCount === sessionCount),
  };
}
