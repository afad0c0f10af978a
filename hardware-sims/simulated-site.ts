/**
 * A site whose devices are simulated: plant, devices, faults and what the scenario does, without any transport. Who
 * owns it moves its time and connects its devices: `world.ts`, `loopback-site.ts`, or servers on real sockets.
 *
 * Within one moment this order holds: faults begin and end, electricity moves, connections are made, what was late arrives, feeds and
 * meters publish what was true a latency ago, then the EVSEs' gateways take their turn. It is the order that the reference
 * traces of two EVSEs show (conformance/).
 */
import type { RunMarker } from '../core/runs/columns.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import type { Site } from '../core/site/site.ts';
import type { SiteTime } from './device-sink.ts';
import type { SimulatedOpenEvse } from './evses/openevse.ts';
import { createFaultSwitches } from './faults/fault-switches.ts';
import type { SimulatedShellyEm } from './meters/shelly-em.ts';
import { createPlant, darken, PLANT_STEP_MS, plantStillUntilMs, repeatPlant, stepPlant, type Plant } from './plant/plant.ts';
import { createRandom } from './plant/random.ts';
import { faultEvents, scenarioMarkers, type ScenarioEvent } from './scenario-events.ts';
import { createScenarioFeeds } from './scenario-feeds.ts';
import { createSiteEvses, START_WALL_MS, type DeviceFrame, type DeviceOptions, type SimulatedEvse } from './site-devices.ts';
import { createSiteMeters, recordMeters, type SimulatedMeter } from './site-meters.ts';
import type { TopicMessage } from './simulated-device.ts';

export { START_WALL_MS };
export type SiteOptions = DeviceOptions;

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
  /** False while the scenario has the broker down, or everything. */
  isBrokerUp(): boolean;
  /** True while the whole site is without power. */
  isDark(): boolean;
  connect(connections: Connections): void;
  nextEventMs(): number;
  /** Runs every moment up to and including this time; `afterMoment` when all devices have had their turn. */
  advanceTo(timeMs: number, afterMoment?: (timeMs: number) => void): void;
  /**
   * Every second from `fromMs`, the next one, on and before the answered time does what the last one did, unless somebody does
   * something to a device; `fromMs` itself where the next one may not. Connections are their owner's.
   */
  stillUntilMs(fromMs: number): number;
  /** Passes one of them. */
  repeat(timeMs: number): void;
  readonly markers: () => readonly RunMarker[];
}

const UNCONNECTED: Connections = { step: () => undefined, publishFeed: () => undefined };

/** Throws RangeError when the scenario names devices or circuits that the site lacks: it was validated before. */
export function createSimulatedSite(scenario: Scenario, site: Site, controllerName: string, options: SiteOptions = {}): SimulatedSite {
  const time: SiteTime = { nowMs: 0 };
  const faults = createFaultSwitches(scenario.faults, scenario.seed);
  const frame: DeviceFrame = { site, scenario, controllerName, time, faults, options };
  const evses = createSiteEvses(frame);
  const plant = createPlant(site, scenario, (evse) => evseOf(evses, evse.id).outlet);
  const meters = createSiteMeters(frame, plant, createRandom(scenario.seed));
  const feeds = createScenarioFeeds(scenario.feeds);
  const events = faultEvents(scenario.faults);
  const markers = scenarioMarkers(scenario, site);
  let nextEvent = 0;
  let nextStepMs = 0;
  let brokerFaults = 0;
  let isDark = false;
  let connections = UNCONNECTED;

  const turnPower = (device: PoweredDevice, isOff: boolean): void => {
    if (isOff) device.cutPower();
    else device.restorePower();
  };

  const turnBlackout = (isBegin: boolean): void => {
    isDark = isBegin;
    brokerFaults += isBegin ? 1 : -1;
    for (const { device } of [...evses, ...meters]) turnPower(device, isBegin);
  };

  const turnFault = ({ fault, isBegin }: ScenarioEvent): void => {
    switch (fault.kind) {
      case 'broker-down':
        brokerFaults += isBegin ? 1 : -1;
        break;
      case 'gateway-down':
        if (isBegin) evseOf(evses, fault.device).stopGateway();
        else evseOf(evses, fault.device).bootGateway();
        break;
      case 'gateway-reboot':
        evseOf(evses, fault.device).bootGateway();
        break;
      case 'reboot': {
        const device = deviceOf([...evses, ...meters], fault.device);
        turnPower(device, isBegin);
        if (fault.untilS === undefined) turnPower(device, false);
        break;
      }
      case 'blackout':
        turnBlackout(isBegin);
        break;
      default:
        faults.turn(fault, isBegin);
    }
  };

  const turnFaults = (timeMs: number): void => {
    for (let event = events[nextEvent]; event !== undefined && event.timeMs <= timeMs; event = events[nextEvent]) {
      nextEvent += 1;
      turnFault(event);
    }
  };

  const moveElectricity = (timeMs: number): void => {
    if (timeMs < nextStepMs) return;
    nextStepMs += PLANT_STEP_MS;
    stepPlant(plant, timeMs);
    if (isDark) darken(plant);
    recordMeters(meters, plant);
  };

  const publishFeed = (topic: string, value: number): void => {
    connections.publishFeed({ topic, value, isRetained: false });
  };

  const runMoment = (timeMs: number): void => {
    time.nowMs = timeMs;
    turnFaults(timeMs);
    moveElectricity(timeMs);
    connections.step(timeMs);
    faults.deliverDue(timeMs);
    feeds.publishDue(timeMs, publishFeed);
    for (let index = 0; index < meters.length; index += 1) meters[index]?.device.advanceTo(timeMs);
    for (let index = 0; index < evses.length; index += 1) evses[index]?.device.advanceTo(timeMs);
  };

  /** What the scenario has in store, and what is on its way. */
  const nextOutsideMs = (): number => Math.min(feeds.nextEventMs(), faults.nextEventMs(), events[nextEvent]?.timeMs ?? Infinity);

  const stillUntilMs = (fromMs: number): number => {
    if (nextStepMs !== fromMs) return fromMs;
    let untilMs = Math.min(plantStillUntilMs(plant, fromMs), nextOutsideMs());
    for (let index = 0; index < meters.length && untilMs > fromMs; index += 1) untilMs = Math.min(untilMs, meters[index]?.device.stillUntilMs(fromMs) ?? fromMs);
    for (let index = 0; index < evses.length && untilMs > fromMs; index += 1) untilMs = Math.min(untilMs, evses[index]?.device.stillUntilMs(fromMs) ?? fromMs);
    return untilMs;
  };

  const repeat = (timeMs: number): void => {
    time.nowMs = timeMs;
    nextStepMs = timeMs + PLANT_STEP_MS;
    repeatPlant(plant, timeMs);
    recordMeters(meters, plant);
    for (let index = 0; index < meters.length; index += 1) meters[index]?.device.repeat(timeMs);
    for (let index = 0; index < evses.length; index += 1) evses[index]?.device.repeat(timeMs);
  };

  const nextEventMs = (): number => {
    let next = Math.min(nextStepMs, nextOutsideMs());
    for (let index = 0; index < meters.length; index += 1) next = Math.min(next, meters[index]?.device.nextEventMs() ?? Infinity);
    for (let index = 0; index < evses.length; index += 1) next = Math.min(next, evses[index]?.device.nextEventMs() ?? Infinity);
    return next;
  };

  return {
    site,
    time,
    plant,
    meters,
    evses,
    devices: [...evses.map(({ device }) => device), ...meters.map(({ device }) => device)],
    isBrokerUp: () => brokerFaults === 0,
    isDark: () => isDark,
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
    stillUntilMs,
    repeat,
    markers: () => markers.filter(({ timeS }) => timeS * 1000 <= time.nowMs),
  };
}

type PoweredDevice = Pick<SimulatedOpenEvse | SimulatedShellyEm, 'id' | 'cutPower' | 'restorePower'>;

function evseOf(evses: readonly SimulatedEvse[], id: string): SimulatedOpenEvse {
  const found = evses.find(({ evse }) => evse.id === id);
  if (found === undefined) throw new RangeError(`unknown EVSE ${id}`);
  return found.device;
}

function deviceOf(all: readonly { readonly device: PoweredDevice }[], id: string): PoweredDevice {
  const found = all.find(({ device }) => device.id === id);
  if (found === undefined) throw new RangeError(`unknown device ${id}`);
  return found.device;
}
