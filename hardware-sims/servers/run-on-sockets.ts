import { performance } from 'node:perf_hooks';
import type { SimulatedDevice } from '../simulated-device.ts';
import type { SimulatedSite } from '../simulated-site.ts';
import { startBroker, type Broker, type BrokerOptions } from './broker.ts';
import { createFeedClient } from './feed-client.ts';
import { startHttpDevice, type HttpDevice } from './http-device.ts';
import { createMachineClock } from './machine-clock.ts';
import { putOnBroker, type DeviceBroker, type MqttDevice } from './mqtt-device.ts';
import { placeWires, socketPlaces, type PlacedWire, type WireOptions } from './site-wires.ts';

/** A simulated site that can live on sockets: plant and devices with one time. */
export type SocketSite = Pick<SimulatedSite, 'devices' | 'buses' | 'lines' | 'isBrokerUp' | 'connect' | 'nextEventMs' | 'advanceTo'>;

type SocketDevice = SocketSite['devices'][number];

export interface SocketOptions {
  /** A broker that runs already; the embedded one is started where this is absent. */
  readonly broker?: DeviceBroker;
  /** For the embedded broker; a free port where absent. */
  readonly mqttPort?: number;
  readonly credentials?: NonNullable<BrokerOptions['credentials']>;
  /** Device k is served on this port + k; free ports where absent. */
  readonly httpPort?: number;
  readonly host?: string;
  /** Where lines of the site are put; each on a free socket of its own where absent. */
  readonly placesOf?: WireOptions['placesOf'];
  /** After every advance, at site time. */
  readonly onAdvance?: (timeMs: number) => void;
}

export interface PlacedDevice {
  readonly id: string;
  readonly kind: SimulatedDevice['kind'];
  /** Of its web server. */
  readonly host: string;
  readonly port: number;
  readonly topic: string;
}

export interface RunningSite {
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly devices: readonly PlacedDevice[];
  readonly wires: readonly PlacedWire[];
  /** Site time: ms since it was put on sockets. */
  timeMs(): number;
  /** Runs a change of the site after everything due before this moment has run. */
  atPresent(change: () => void): void;
  /** Every device has been on the broker once. */
  whenConnected(): Promise<void>;
  close(): Promise<void>;
}

/** A machine that slept longer than this finds its site where it left it, instead of an hour in one burst. */
const LONGEST_GAP_MS = 5000;

/** Lets a site live in real time on a broker and on web servers. Throws `port-in-use`; what had begun is ended then. */
export async function runOnSockets(site: SocketSite, options: SocketOptions = {}): Promise<RunningSite> {
  const toClose: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of toClose.splice(0).reverse()) await close();
  };
  try {
    return await run(site, options, toClose, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function run(site: SocketSite, options: SocketOptions, toClose: (() => Promise<void>)[], closeAll: () => Promise<void>): Promise<RunningSite> {
  const host = options.host ?? '127.0.0.1';
  const broker = await placeBroker(site, options, host);
  toClose.push(() => broker.close());
  const feeds = createFeedClient(broker.address);
  toClose.push(() => feeds.close());
  site.connect({ step: () => undefined, publishFeed: feeds.publish });
  const placed: { readonly device: SocketDevice; readonly http: HttpDevice; readonly mqtt: MqttDevice }[] = [];
  const time = createSiteTime(site, () => {
    broker.follow();
    for (const { device, mqtt } of placed) mqtt.follow(device.network);
    options.onAdvance?.(time.nowMs());
  });
  toClose.push(() => {
    time.stop();
    return Promise.resolve();
  });
  const { atPresent } = time;
  for (const [index, device] of site.devices.entries()) {
    const port = options.httpPort === undefined ? 0 : options.httpPort + index;
    const http = await startHttpDevice(device, { host, port, atPresent });
    toClose.push(() => http.close());
    const mqtt = putOnBroker(device, { broker: broker.address, atPresent });
    toClose.push(() => mqtt.close());
    placed.push({ device, http, mqtt });
  }
  const { placesOf = socketPlaces } = options;
  const wires = await placeWires(site, { clock: createMachineClock(), host, atPresent, siteMs: time.nowMs, placesOf });
  toClose.push(() => wires.close());
  time.start();
  return {
    wires: wires.placed,
    mqtt: { host: broker.address.host, port: broker.address.port },
    devices: placed.map(({ device, http }) => ({ id: device.id, kind: device.kind, host: http.host, port: http.port, topic: device.baseTopic })),
    timeMs: time.nowMs,
    atPresent,
    async whenConnected() {
      await Promise.all(placed.map(({ mqtt }) => mqtt.whenConnected()));
    },
    close: closeAll,
  };
}

interface PlacedBroker {
  readonly address: DeviceBroker;
  /** Goes down and comes back where the scenario says so. */
  follow(): void;
  close(): Promise<void>;
}

async function placeBroker(site: SocketSite, options: SocketOptions, host: string): Promise<PlacedBroker> {
  const { broker: external, credentials } = options;
  if (external !== undefined) return { address: external, follow: () => undefined, close: () => Promise.resolve() };
  const start = (port: number): Promise<Broker> => startBroker({ host, port, ...(credentials === undefined ? {} : { credentials }) });
  const first = await start(options.mqttPort ?? 0);
  let running: Broker | null = first;
  let isWanted = true;
  let change: Promise<void> = Promise.resolve();
  const set = (isUp: boolean): void => {
    change = change.then(async () => {
      if (isUp && running === null) running = await start(first.port);
      else if (!isUp && running !== null) {
        await running.close();
        running = null;
      }
    });
  };
  return {
    address: { host, port: first.port, ...credentials },
    follow() {
      const isUp = site.isBrokerUp();
      if (isUp === isWanted) return;
      isWanted = isUp;
      set(isUp);
    },
    close() {
      set(false);
      return change;
    },
  };
}

interface SiteTime {
  readonly nowMs: () => number;
  readonly atPresent: (change: () => void) => void;
  start(): void;
  stop(): void;
}

/** Moves a site with the machine's monotonic time: at every event of the site, and before anything reaches it. */
function createSiteTime(site: SocketSite, onAdvance: () => void): SiteTime {
  let startMs = performance.now();
  let atMs = 0;
  let timer: NodeJS.Timeout | null = null;
  let isRunning = false;

  const advance = (): void => {
    const elapsedMs = performance.now() - startMs;
    if (elapsedMs - atMs > LONGEST_GAP_MS) startMs += elapsedMs - atMs;
    atMs = Math.max(atMs, performance.now() - startMs);
    site.advanceTo(atMs);
  };
  const arm = (): void => {
    if (timer !== null) clearTimeout(timer);
    if (!isRunning) return;
    // Counted from the start of the site, not from the last event: late timers do not add up.
    const dueMs = startMs + site.nextEventMs();
    timer = setTimeout(turn, Math.max(0, Math.ceil(dueMs - performance.now())));
  };
  const turn = (): void => {
    advance();
    onAdvance();
    arm();
  };

  return {
    nowMs: () => atMs,
    atPresent(change) {
      if (isRunning) advance();
      change();
      onAdvance();
      arm();
    },
    start() {
      startMs = performance.now() - atMs;
      isRunning = true;
      arm();
    },
    stop() {
      isRunning = false;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
