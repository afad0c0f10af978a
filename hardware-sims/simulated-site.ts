/**
 * A site whose devices are simulated: plant, devices, faults and what the scenario does, without any transport. Who
 * owns it moves its time and connects its devices: `direct-world.ts`, `loopback-site.ts`, or servers on real sockets.
 *
 * Within one moment this order holds: faults begin and end, electricity moves, connections are made, feeds and
 * meters publish what was true a latency ago, then the EVSEs' gateways take their turn. It is the order that the reference
 * traces of two EVSEs show (conformance/).
 */
import type { EvseId, MeterId } from '../core/quantities.ts';
import type { RunMarker } from '../core/runs/columns.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import type { DeviceSink, SiteTime } from './device-sink.ts';
import { createOpenEvse, type SimulatedOpenEvse } from './evses/openevse.ts';
import type { ShaperQuirks } from './firmware/openevse-shaper.ts';
import { faultySink, freezeValues, silence, type DeviceFault } from './faults/device-fault.ts';
import { createShellyEm, type PowerSource, type SimulatedShellyEm } from './meters/shelly-em.ts';
import { createMeterProbe, recordStep, samplePowerW, type MeterProbe } from './plant/meter-probe.ts';
import { clampPowerW, createPlant, PLANT_STEP_MS, stepPlant, type Plant, type PlantCircuit } from './plant/plant.ts';
import { createRandom } from './plant/random.ts';
import { faultEvents, scenarioMarkers, type ScenarioEvent } from './scenario-events.ts';
import type { TopicMessage } from './simulated-device.ts';

/** 2025-01-01T00:00:00Z: what the devices' clocks say at the start of a run. */
export const START_WALL_MS = 1_735_689_600_000;

export interface SiteOptions {
  /** What the meters' clamps see instead of the plant: a recorded feed. */
  readonly powerSource?: (meterId: MeterId) => PowerSource;
  readonly meterResolutionW?: 0.01 | 1;
  readonly quirks?: Partial<ShaperQuirks>;
}

/** The newest power that left a meter, behind its faults. */
export interface PublishedPower {
  powerW: number | null;
  timeMs: number;
}

export interface SimulatedMeter {
  readonly meter: Meter;
  readonly device: SimulatedShellyEm;
  readonly probe: MeterProbe;
  readonly circuit: PlantCircuit | null;
  readonly published: PublishedPower;
}

export interface SimulatedEvse {
  readonly evse: Evse;
  readonly device: SimulatedOpenEvse;
}

/** What connects devices: called within each moment, at its place in the order. */
export interface Connections {
  /** Connections come and go. */
  step(timeMs: number): void;
  /** The scenario's own feeds. */
  publishFeed(message: TopicMessage): void;
}

export interface SimulatedSite {
  readonly site: Site;
  readonly time: SiteTime;
  readonly plant: Plant;
  readonly meters: readonly SimulatedMeter[];
  readonly evses: readonly SimulatedEvse[];
  /** All of them, for whoever puts them on sockets. */
  readonly devices: readonly (SimulatedOpenEvse | SimulatedShellyEm)[];
  /** False while the scenario has the broker down. */
  isBrokerUp(): boolean;
  connect(connections: Connections): void;
  nextEventMs(): number;
  /** Runs every moment up to and including this time; `afterMoment` when all devices have had their turn. */
  advanceTo(timeMs: number, afterMoment?: (timeMs: number) => void): void;
  readonly markers: () => readonly RunMarker[];
}

interface Feed {
  readonly topic: string;
  readonly everyMs: number;
  readonly valueW: number;
  readonly untilMs: number;
  nextMs: number;
}

/** Throws RangeError when the scenario names devices or circuits that the site lacks: it was validated before. */
export function createSimulatedSite(scenario: Scenario, site: Site, controllerName: string, options: SiteOptions = {}): SimulatedSite {
  const time: SiteTime = { nowMs: 0 };
  const random = createRandom(scenario.seed);
  const settingsOf = (id: string): Readonly<Record<string, string | number | boolean>> => ({
    ...scenario.devices[id],
    ...scenario.controllers[controllerName]?.devices[id],
  });
  const deviceFaults = new Map<string, Map<string, DeviceFault>>();
  const faultsOf = (id: string): readonly DeviceFault[] => {
    const kinds = scenario.faults.flatMap((fault) => ('device' in fault && fault.device === id ? [fault.kind] : []));
    const faults = new Map<string, DeviceFault>();
    if (kinds.includes('meter-frozen')) faults.set('meter-frozen', { change: freezeValues(), isOn: false });
    if (kinds.includes('meter-silent')) faults.set('meter-silent', { change: silence(), isOn: false });
    deviceFaults.set(id, faults);
    return [...faults.values()];
  };
  const evses = site.evses.map((evse, index): SimulatedEvse => {
    const faults = faultsOf(evse.id);
    const device = createOpenEvse({
      id: evse.id,
      baseTopic: evse.link.baseTopic,
      serial: serialOf(evse.link.baseTopic, index),
      ratingA: evse.ratingA,
      configuredMaxA: evse.configuredMaxA,
      settings: settingsOf(evse.id),
      ...(options.quirks === undefined ? {} : { quirks: options.quirks }),
      time,
      startWallMs: START_WALL_MS,
      wrapSink: (sink) => faultySink(sink, faults),
    });
    return { evse, device };
  });
  const plant = createPlant(site, scenario, (evse) => deviceOf(evses, evse.id).outlet);
  const meters = site.meters.map((meter) => createMeter(meter));

  function createMeter(meter: Meter): SimulatedMeter {
    const condition = scenario.meters[meter.id];
    const circuitId = site.circuits.find((circuit) => circuit.meterId === meter.id)?.id;
    const probe = createMeterProbe({
      latencyMs: meter.latencyMs,
      stepMs: PLANT_STEP_MS,
      noiseW: condition?.noiseW ?? 0,
      sign: condition?.clampSign === -1 ? (meter.sign === 1 ? -1 : 1) : meter.sign,
      random,
    });
    const published: PublishedPower = { powerW: null, timeMs: 0 };
    const faults = faultsOf(meter.id);
    const source = options.powerSource?.(meter.id) ?? ((timeMs: number) => samplePowerW(probe, timeMs));
    const { channel } = meter.link;
    const updatePeriodS = settingsOf(meter.id)['mqtt_update_period'];
    const device = createShellyEm({
      id: meter.id,
      baseTopic: meter.link.baseTopic,
      channels: channel === 0 ? [source, null] : [null, source],
      voltageV: site.supply.kind === 'split-phase' ? plant.voltageV / 2 : plant.voltageV,
      periodMs: typeof updatePeriodS === 'number' ? updatePeriodS * 1000 : meter.periodMs,
      resolutionW: options.meterResolutionW ?? 0.01,
      time,
      startWallMs: START_WALL_MS,
      wrapSink: (sink) => faultySink(watchPower(sink, `emeter/${channel}/power`, published, time), faults),
    });
    return { meter, device, probe, circuit: plant.circuits.find((circuit) => circuit.id === circuitId) ?? null, published };
  }

  const feeds: Feed[] = scenario.feeds.map(({ topic, everyS, valueW, fromS, untilS }) => ({
    topic,
    everyMs: everyS * 1000,
    valueW,
    untilMs: untilS === undefined ? Infinity : untilS * 1000,
    nextMs: fromS * 1000,
  }));
  const events = faultEvents(scenario.faults);
  const markers = scenarioMarkers(scenario, site);
  let nextEvent = 0;
  let nextStepMs = 0;
  let isBrokerUp = true;
  let connections: Connections | null = null;

  const startFault = ({ fault, isBegin }: ScenarioEvent): void => {
    switch (fault.kind) {
      case 'broker-down':
        isBrokerUp = !isBegin;
        break;
      case 'gateway-down':
        if (isBegin) deviceOf(evses, fault.device).stopGateway();
        else deviceOf(evses, fault.device).bootGateway();
        break;
      case 'gateway-reboot':
        deviceOf(evses, fault.device).bootGateway();
        break;
      default: {
        const known = deviceFaults.get(fault.device)?.get(fault.kind);
        if (known !== undefined) known.isOn = isBegin;
      }
    }
  };

  const moveElectricity = (timeMs: number): void => {
    stepPlant(plant, timeMs);
    for (const { meter, circuit, probe } of meters) {
      recordStep(probe, circuit === null ? 0 : clampPowerW(plant, circuit, meter.clamp, meter.phaseMap[0]));
    }
  };

  const publishFeeds = (timeMs: number): void => {
    for (const feed of feeds) {
      if (feed.nextMs > timeMs) continue;
      feed.nextMs = feed.nextMs + feed.everyMs < feed.untilMs ? feed.nextMs + feed.everyMs : Infinity;
      connections?.publishFeed({ topic: feed.topic, value: feed.valueW, isRetained: false });
    }
  };

  const runMoment = (timeMs: number): void => {
    time.nowMs = timeMs;
    for (let event = events[nextEvent]; event !== undefined && event.timeMs <= timeMs; event = events[nextEvent]) {
      nextEvent += 1;
      startFault(event);
    }
    if (timeMs >= nextStepMs) {
      moveElectricity(timeMs);
      nextStepMs += PLANT_STEP_MS;
    }
    connections?.step(timeMs);
    publishFeeds(timeMs);
    for (const { device } of meters) device.advanceTo(timeMs);
    for (const { device } of evses) device.advanceTo(timeMs);
  };

  const nextEventMs = (): number => {
    let next = Math.min(nextStepMs, events[nextEvent]?.timeMs ?? Infinity);
    for (const feed of feeds) next = Math.min(next, feed.nextMs);
    for (const { device } of meters) next = Math.min(next, device.nextEventMs());
    for (const { device } of evses) next = Math.min(next, device.nextEventMs());
    return next;
  };

  return {
    site,
    time,
    plant,
    meters,
    evses,
    devices: [...evses.map(({ device }) => device), ...meters.map(({ device }) => device)],
    isBrokerUp: () => isBrokerUp,
    connect(made) {
      connections = made;
    },
    nextEventMs,
    advanceTo(timeMs, afterMoment) {
      for (let next = nextEventMs(); next <= timeMs; next = nextEventMs()) {
        runMoment(next);
        afterMoment?.(next);
      }
      time.nowMs = Math.max(time.nowMs, timeMs);
    },
    markers: () => markers.filter(({ timeS }) => timeS * 1000 <= time.nowMs),
  };
}

function deviceOf(evses: readonly SimulatedEvse[], id: EvseId | string): SimulatedOpenEvse {
  const found = evses.find(({ evse }) => evse.id === id);
  if (found === undefined) throw new RangeError(`unknown EVSE ${id}`);
  return found.device;
}

/** Twelve hex digits of a locally administered address, ending as the base topic does where that is hexadecimal. */
function serialOf(baseTopic: string, index: number): string {
  const tail = /([0-9a-f]{4})$/i.exec(baseTopic)?.[1];
  return `0200000${index.toString(16)}${(tail ?? (index + 1).toString(16).padStart(4, '0')).toLowerCase()}`;
}

function watchPower(sink: DeviceSink, field: string, published: PublishedPower, time: SiteTime): DeviceSink {
  return {
    audience: sink.audience,
    publish(name, value, isRetained) {
      if (name === field && typeof value === 'number') {
        published.powerW = value;
        published.timeMs = time.nowMs;
      }
      sink.publish(name, value, isRetained);
    },
    publishAt(topic, value, isRetained) {
      sink.publishAt(topic, value, isRetained);
    },
  };
}
