/**
 * A simulated site on the broker in memory: every value becomes text and the real drivers and codecs read it. Time is moved by
 * an outer clock, which also the drivers and the loop stand on.
 */
import type { WorldTruth } from '../core/player/world.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import type { Site } from '../core/site/site.ts';
import type { Clock } from '../core/time/clock.ts';
import { createMemoryBroker, type MemoryBroker } from '../core/transport/memory-mqtt.ts';
import type { MqttLink } from '../core/transport/mqtt-link.ts';
import { createConnector, type ConnectableDevice } from './connector.ts';
import { payloadOf } from './faults/line-faults.ts';
import { createSimulatedSite, type SimulatedSite, type SiteOptions } from './simulated-site.ts';
import type { TopicValue } from './simulated-device.ts';
import { createWorldTruth } from './world-truth.ts';

export interface LoopbackSite {
  readonly simulated: SimulatedSite;
  /** For the drivers' links; goes down and comes back as the scenario says. */
  readonly broker: MemoryBroker;
  readonly truth: WorldTruth;
  /** Brings the devices to the clock's time; for whoever moves time without `start`. */
  readonly advance: () => void;
  /** The run's time 0 is now: the devices connect. To be called after the drivers have subscribed. */
  start(): void;
  stop(): void;
}

export function createLoopbackSite(scenario: Scenario, site: Site, controllerName: string, clock: Clock, options: SiteOptions = {}): LoopbackSite {
  const simulated = createSimulatedSite(scenario, site, controllerName, options);
  const broker = createMemoryBroker(clock);
  let startMs = 0;
  let callOff: (() => void) | null = null;
  let isAdvancing = false;
  // What arrives between two moments of the site finds it at the present; within a moment it is there already.
  const advance = (): void => {
    if (isAdvancing) return;
    isAdvancing = true;
    simulated.advanceTo(clock.monotonicMs() - startMs);
    isAdvancing = false;
  };

  connectToBroker(simulated, broker, advance);

  const pump = (): void => {
    advance();
    callOff = clock.callAt(startMs + simulated.nextEventMs(), pump);
  };

  return {
    simulated,
    broker,
    truth: createWorldTruth(simulated),
    advance,
    start() {
      startMs = clock.monotonicMs();
      pump();
    },
    stop() {
      callOff?.();
      callOff = null;
    },
  };
}

function connectToBroker(simulated: SimulatedSite, broker: MemoryBroker, advance: () => void): void {
  const links = new Map<ConnectableDevice, MqttLink>();
  const feedLink = broker.connect();

  const send = (link: MqttLink | undefined, topic: string, value: TopicValue, isRetained: boolean): void => {
    // While the broker is down everything is lost, as it is on a real one; the link says so by throwing.
    if (simulated.isBrokerUp()) link?.publish(topic, payloadOf(value), { isRetained }).catch(() => undefined);
  };
  for (const device of simulated.devices) {
    device.mqtt.attach(({ topic, value, isRetained }) => {
      send(links.get(device), topic, value, isRetained);
    });
  }

  const attach = (device: ConnectableDevice): void => {
    const link = broker.connect();
    links.set(device, link);
    for (const topic of device.mqtt.subscriptions()) {
      link.subscribe(topic, (message) => {
        advance();
        device.mqtt.receive({ topic: message.topic, value: message.payload, isRetained: message.isRetained });
      });
    }
  };

  const connector = createConnector(simulated.devices, {
    isUp: () => simulated.isBrokerUp(),
    attach,
    detach(device) {
      void links.get(device)?.close();
      links.delete(device);
    },
    publishLastWill({ mqtt }) {
      if (mqtt.lastWill !== null) send(feedLink, mqtt.lastWill.topic, mqtt.lastWill.value, mqtt.lastWill.isRetained);
    },
  });

  let wasUp = true;
  simulated.connect({
    step(timeMs) {
      const isUp = simulated.isBrokerUp();
      if (isUp !== wasUp) {
        wasUp = isUp;
        if (isUp) broker.start();
        else broker.stop();
      }
      connector.step(timeMs);
    },
    publishFeed: ({ topic, value, isRetained }) => {
      send(feedLink, topic, value, isRetained);
    },
  });
}
