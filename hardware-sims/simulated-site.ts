/**
 * A site whose devices are simulated: plant, devices, faults and what the scenario does, without any transport. Who
 * owns it moves its time and connects its devices: `world.ts`, `loopback-site.ts`, or servers on real sockets.
 *
 * Within one moment this order holds: faults begin and end, electricity moves, connections are made, what was late arrives, feeds and
 * meters publish what was true a latency ago, then the EVSEs' gateways take their turn. It is the order that the reference
 * traces of two EVSEs show (conformance/).
 */
import { describeMeter } from '../core/devices/describe-meter.ts';
import { BUNDLED_METERS } from '../core/devices/list-meters.ts';
import type { RunMarker } from '../core/runs/columns.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import type { SerialFormat } from '../core/transport/wire-time.ts';
import type { BytePort } from './byte-port.ts';
import type { SiteTime } from './device-sink.ts';
import type { SimulatedOpenEvse } from './evses/openevse.ts';
import { createBusFaultSwitches, type BusFaultSwitches } from './faults/bus-fault-switches.ts';
import { createFaultSwitches } from './faults/fault-switches.ts';
import { createPortFaultSwitches } from './faults/port-fault-switches.ts';
import type { SwitchedModbusFault } from './faults/modbus-faults.ts';
import type { SimulatedShellyEm } from './meters/shelly-em.ts';
import { createPlant, darken, PLANT_STEP_MS, plantStillUntilMs, repeatPlant, stepPlant, type Plant } from './plant/plant.ts';
import { createRandom } from './plant/random.ts';
import { faultEvents, scenarioMarkers, type ScenarioEvent } from './scenario-events.ts';
import { createScenarioFeeds } from './scenario-feeds.ts';
import { createSiteEvses, START_WALL_MS, type DeviceFrame, type DeviceOptions, type SimulatedEvse } from './site-devices.ts';
import { createSiteMeters, recordMeters, type SimulatedMeter } from './site-meters.ts';
import type { SimulatedUnit } from './modbus-unit.ts';
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
  /** Those that speak MQTT and HTTP, for whoever puts them on sockets. */
  readonly devices: readonly (SimulatedOpenEvse | SimulatedShellyEm)[];
  /** Those that sit on a pair of wires, by the `transport` of their links. */
  readonly buses: ReadonlyMap<string, SimulatedPair>;
  /** Those that are alone on a serial line, by the `port` of their links. */
  readonly lines: ReadonlyMap<string, SimulatedLine>;
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

export interface SimulatedPair {
  readonly units: readonly SimulatedUnit[];
  /** Switched by the scenario. */
  readonly faults: readonly SwitchedModbusFault[];
  readonly format: SerialFormat;
  readonly deviceIds: readonly string[];
}

export interface SimulatedLine {
  readonly deviceId: string;
  readonly port: BytePort;
  readonly format: SerialFormat;
}

const UNCONNECTED: Connections = { step: () => undefined, publishFeed: () => undefined };

/** Throws RangeError when the scenario names devices or circuits that the site lacks: it was validated before. */
export function createSimulatedSite(scenario: Scenario, site: Site, controllerName: string, options: SiteOptions = {}): SimulatedSite {
  const time: SiteTime = { nowMs: 0 };
  const faults = createFaultSwitches(scenario.faults, scenario.seed);
  const busFaults = createBusFaultSwitches(scenario.faults, site, scenario.seed);
  const lineClock = createVirtualClock(START_WALL_MS);
  const portFaults = createPortFaultSwitches(scenario.faults, scenario.seed, lineClock);
  const frame: DeviceFrame = { site, scenario, controllerName, time, faults, portFaults, options };
  const evses = createSiteEvses(frame);
  const plant = createPlant(site, scenario, (evse) => evseOf(evses, evse.id).outlet);
  const meters = createSiteMeters(frame, plant, createRandom(scenario.seed));
  const feeds = createScenarioFeeds(scenario.feeds);
  const events = faultEvents(scenario.faults);
  const markers = scenarioMarkers(scenario, site);
  const repeating = [...meters, ...evses].flatMap(({ device }) => (isOnNetwork(device) ? [device] : []));
  // A device on a wire is asked at moments of its own: none of its seconds can be left out.
  const hasWires = repeating.length < meters.length + evses.length;
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
        if (isBegin) gatewayOf(evses, fault.device).stopGateway();
        else gatewayOf(evses, fault.device).bootGateway();
        break;
      case 'gateway-reboot':
        gatewayOf(evses, fault.device).bootGateway();
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
        busFaults.turn(fault, isBegin);
        portFaults.turn(fault, isBegin);
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
    lineClock.advanceTo(timeMs);
    feeds.publishDue(timeMs, publishFeed);
    for (let index = 0; index < meters.length; index += 1) meters[index]?.device.advanceTo(timeMs);
    for (let index = 0; index < evses.length; index += 1) evses[index]?.device.advanceTo(timeMs);
  };

  /** What the scenario has in store, and what is on its way. */
  const nextOutsideMs = (): number => Math.min(feeds.nextEventMs(), faults.nextEventMs(), lineClock.nextCallMs(), events[nextEvent]?.timeMs ?? Infinity);

  const stillUntilMs = (fromMs: number): number => {
    if (nextStepMs !== fromMs || hasWires) return fromMs;
    let untilMs = Math.min(plantStillUntilMs(plant, fromMs), nextOutsideMs());
    for (let index = 0; index < repeating.length && untilMs > fromMs; index += 1) untilMs = Math.min(untilMs, repeating[index]?.stillUntilMs(fromMs) ?? fromMs);
    return untilMs;
  };

  const repeat = (timeMs: number): void => {
    time.nowMs = timeMs;
    nextStepMs = timeMs + PLANT_STEP_MS;
    repeatPlant(plant, timeMs);
    recordMeters(meters, plant);
    for (let index = 0; index < repeating.length; index += 1) repeating[index]?.repeat(timeMs);
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
    devices: [...evses, ...meters].flatMap(({ device }) => (isOnNetwork(device) ? [device] : [])),
    buses: busesOf(evses, meters, busFaults),
    lines: linesOf(evses, meters),
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

type PoweredDevice = Pick<SimulatedOpenEvse | SimulatedShellyEm, 'cutPower' | 'restorePower'> & { readonly id: string };

/** SmartEVSE's bus (reference smartevse.md 6.1). */
const USUAL_FORMAT: SerialFormat = { baud: 9600 };

/** One pair of wires has one speed: what the site says of it, else what its meters leave the factory with. */
function pairFormat(devices: readonly (Evse | Meter)[]): SerialFormat {
  const said = devices.map(({ link }) => (link.kind === 'modbus' ? link.line : undefined)).find((line) => line !== undefined);
  const usual = devices.map((device) => ('clamp' in device ? describeMeter(device, BUNDLED_METERS).modbus?.bus : undefined)).find((bus) => bus !== undefined);
  const line = said ?? usual;
  return line === undefined ? USUAL_FORMAT : { baud: line.baud, parity: line.parity, stopBits: line.stopBits };
}

function busesOf(evses: readonly SimulatedEvse[], meters: readonly SimulatedMeter[], faults: BusFaultSwitches): ReadonlyMap<string, SimulatedPair> {
  const placed = new Map<string, { readonly device: Evse | Meter; readonly unit: SimulatedUnit }[]>();
  const put = (device: Evse | Meter, unit: SimulatedUnit): void => {
    const { link } = device;
    if (link.kind === 'modbus') placed.set(link.transport, [...(placed.get(link.transport) ?? []), { device, unit }]);
  };
  for (const { evse, device } of evses) if (device.kind === 'smartevse-node') put(evse, device);
  for (const { meter, device } of meters) if (device.kind === 'bus-meter') put(meter, device.unit);
  return new Map(
    [...placed].map(([transport, own]) => [
      transport,
      { units: own.map(({ unit }) => unit), faults: faults.onBus(transport), format: pairFormat(own.map(({ device }) => device)), deviceIds: own.map(({ device }) => device.id) },
    ]),
  );
}

function isOnNetwork(device: SimulatedEvse['device'] | SimulatedMeter['device']): device is SimulatedOpenEvse | SimulatedShellyEm {
  return device.kind === 'openevse' || device.kind === 'shelly-em' || device.kind === 'shelly-3em';
}

/** OpenEVSE controllers and P1 ports of DSMR 4 and later; older ones say so in their site. */
const LINE_BAUD = 115_200;

function linesOf(evses: readonly SimulatedEvse[], meters: readonly SimulatedMeter[]): ReadonlyMap<string, SimulatedLine> {
  const lines = new Map<string, SimulatedLine>();
  const put = ({ id, link }: Evse | Meter, port: BytePort): void => {
    if (link.kind === 'serial') lines.set(link.port, { deviceId: id, port, format: { baud: link.baud ?? LINE_BAUD } });
  };
  for (const { evse, device } of evses) if (device.kind === 'openevse-controller') put(evse, device.port);
  for (const { meter, device } of meters) if (device.kind === 'p1-meter') put(meter, device.port);
  return lines;
}

/** Throws RangeError for one without a gateway: a scenario is validated before. */
function gatewayOf(evses: readonly SimulatedEvse[], id: string): SimulatedOpenEvse {
  const device = evseOf(evses, id);
  if (device.kind !== 'openevse') throw new RangeError(`${id} has no gateway`);
  return device;
}

function evseOf(evses: readonly SimulatedEvse[], id: string): SimulatedEvse['device'] {
  const found = evses.find(({ evse }) => evse.id === id);
  if (found === undefined) throw new RangeError(`unknown EVSE ${id}`);
  return found.device;
}

function deviceOf(all: readonly { readonly device: PoweredDevice }[], id: string): PoweredDevice {
  const found = all.find(({ device }) => device.id === id);
  if (found === undefined) throw new RangeError(`unknown device ${id}`);
  return found.device;
}
