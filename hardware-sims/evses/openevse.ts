/** A simulated OpenEVSE: controller and gateway behind MQTT topics and HTTP routes (reference c, d, e). */
import type { EvseId } from '../../core/quantities.ts';
import type { Reason } from '../../core/balancing/setpoint.ts';
import { NOWHERE, topicSink, type DeviceSink, type NetworkPresence, type SiteTime } from '../device-sink.ts';
import { createController, meterEnergy, offeredA, resetController, stepController, switchOffController } from '../firmware/openevse-controller.ts';
import { DIVERT_QUIRKS, type DivertQuirks } from '../firmware/openevse-divert.ts';
import { SHAPER_QUIRKS, type ShaperQuirks } from '../firmware/openevse-shaper.ts';
import type { PlantEvse } from '../plant/plant.ts';
import type { Repeating, SimulatedDevice, TopicValue } from '../simulated-device.ts';
import { setSchedule } from './openevse-commands.ts';
import { createConfig, textOf, type Config } from './openevse-config.ts';
import { feedTopics, receiveFeed, type FeedTopic } from './openevse-feeds.ts';
import { createGateway, isCharging, shaperVoltageV, type Gateway } from './openevse-gateway.ts';
import { answerHttp } from './openevse-http.ts';
import { bootGateway, startGateway, stopGateway, TICK_MS, tickGateway } from './openevse-loops.ts';
import { audienceCountOf, lastWill, publishConnected, publishNews, publishTick } from './openevse-publisher.ts';
import { gatewayReason } from './openevse-reason.ts';
import { gatewayStillUntilMs, isOutletStill, repeatGateway } from './openevse-still.ts';
import { COMMAND_FIELDS, receiveCommand } from './openevse-topics.ts';

const keepSink = (sink: DeviceSink): DeviceSink => sink;
type Receive = (topic: string, value: TopicValue) => void;
const keepReceive = (receive: Receive): Receive => receive;

export interface OpenEvseOptions {
  readonly id: EvseId;
  readonly baseTopic: string;
  /** Twelve hex digits. */
  readonly serial: string;
  readonly ratingA: number;
  readonly configuredMaxA: number;
  /** Stored settings by the names of `/config`, over the defaults; `schedule`: what `/schedule` stores, as JSON text. */
  readonly settings: Readonly<Config>;
  readonly quirks?: Partial<ShaperQuirks>;
  readonly divertQuirks?: Partial<DivertQuirks>;
  readonly time: SiteTime;
  /** Wall time at the start, UTC. */
  readonly startWallMs: number;
  /** What stands between the device and the wire: faults. */
  readonly wrapSink?: (sink: DeviceSink) => DeviceSink;
  /** The same for what comes to it. */
  readonly wrapReceive?: (receive: Receive, isConnected: () => boolean) => Receive;
}

export interface SimulatedOpenEvse extends SimulatedDevice, Repeating {
  readonly id: EvseId;
  readonly kind: 'openevse';
  readonly baseTopic: string;
  /** Its side towards relay and vehicle. */
  readonly outlet: PlantEvse;
  readonly network: NetworkPresence;
  readonly gateway: Gateway;
  /** Publications as bare values; replaces an outlet attached before. */
  attachSink(sink: DeviceSink): void;
  /** A value for a topic it asked for. */
  receiveValue(topic: string, value: TopicValue): void;
  /** The gateway loses its power; the controller goes on alone. */
  stopGateway(): void;
  /** It gets its power back, or is told to restart: its loops begin again after the boot time. */
  bootGateway(): void;
  /** The whole device: its relay opens, what is not stored is forgotten. */
  cutPower(): void;
  /** It starts with its stored maximum, the gateway boots. */
  restorePower(): void;
  reason(): Reason;
}

export function createOpenEvse(options: OpenEvseOptions): SimulatedOpenEvse {
  const { time, baseTopic, wrapSink = keepSink, wrapReceive = keepReceive } = options;
  const { schedule, ...settings } = options.settings;
  const config = createConfig(
    {
      hostname: baseTopic.split('/').at(-1) ?? baseTopic,
      baseTopic,
      serial: options.serial,
      maxCurrentSoftA: options.configuredMaxA,
      maxCurrentHardA: options.ratingA,
    },
    settings,
  );
  const controller = createController(Number(config['max_current_soft']), Number(config['max_current_hard']));
  const gateway = createGateway({
    config,
    controller,
    quirks: { ...SHAPER_QUIRKS, ...options.quirks },
    divertQuirks: { ...DIVERT_QUIRKS, ...options.divertQuirks },
    startWallMs: options.startWallMs,
  });
  if (schedule !== undefined) setSchedule(gateway, schedule);
  const network: NetworkPresence = { isUp: true, sessionCount: 1 };
  let sink: DeviceSink = NOWHERE;
  let isConnected = false;
  let feeds: readonly FeedTopic[] = [];
  const fieldOf = new Map(COMMAND_FIELDS.map((field) => [`${baseTopic}/${field}`, field]));
  startGateway(gateway, time.nowMs);

  const tell = (): void => {
    if (isConnected) publishNews(gateway, sink, time.nowMs);
  };

  const leave = (): void => {
    isConnected = false;
    network.isUp = false;
  };

  const restart = (device: 'gateway' | 'evse'): void => {
    if (device === 'evse') resetController(controller, time.nowMs);
    else {
      bootGateway(gateway, time.nowMs);
      leave();
    }
  };

  let brokerNow = brokerSettings(config);
  let versionNow = gateway.configVersion;
  /** Any change of the broker settings restarts the connection; feeds are subscribed at connections only (reference d.1). */
  const reconnectIfChanged = (): void => {
    if (gateway.configVersion === versionNow) return;
    versionNow = gateway.configVersion;
    const settings = brokerSettings(config);
    if (settings !== brokerNow) network.sessionCount += 1;
    brokerNow = settings;
  };

  const receiveValue = wrapReceive((topic, value) => {
    if (!gateway.isUp) return;
    for (const feed of feeds) if (feed.topic === topic) receiveFeed(gateway, feed.role, value, time.nowMs);
    if (gateway.news.isDivertNew) tell();
    const field = fieldOf.get(topic);
    if (field === undefined) return;
    const answer = receiveCommand(gateway, field, value, time.nowMs, restart);
    if (answer !== null && isConnected) sink.publish('rapi/out', answer, false);
    tell();
    reconnectIfChanged();
  }, () => isConnected);

  const meter = (timeMs: number): void => {
    if (gateway.drawnA !== 0) meterEnergy(controller, drawnPowerW(gateway, timeMs));
  };

  const tick = (timeMs: number): void => {
    gateway.nextTickMs = timeMs + TICK_MS;
    if (!gateway.isUp) {
      startGateway(gateway, timeMs);
      network.isUp = true;
      network.sessionCount += 1;
      gateway.nextTickMs = timeMs + TICK_MS;
    }
    tickGateway(gateway, timeMs);
    if (isConnected) publishTick(gateway, sink, timeMs);
  };

  return {
    id: options.id,
    kind: 'openevse',
    baseTopic,
    network,
    gateway,
    outlet: {
      get isRelayClosed() {
        return controller.isRelayClosed;
      },
      get pilotA() {
        return offeredA(controller);
      },
      step(timeMs, isVehicleConnected, wantsEnergy) {
        meter(timeMs);
        stepController(controller, timeMs, isVehicleConnected, wantsEnergy, gateway.drawnA);
      },
      measure(currentA) {
        gateway.drawnA = currentA;
      },
      isStill: (isVehicleConnected, wantsEnergy) => isOutletStill(gateway, isVehicleConnected, wantsEnergy),
      repeat: meter,
    },
    stillUntilMs: (fromMs) => (isConnected ? gatewayStillUntilMs(gateway, fromMs, audienceCountOf(sink)) : fromMs),
    tellsAt: (timeMs) => gateway.nextTickMs === timeMs && isCharging(gateway),
    repeat(timeMs) {
      repeatGateway(gateway, timeMs);
      if (isCharging(gateway)) sink.repeatMeasured();
    },
    nextEventMs: () => gateway.nextTickMs,
    advanceTo(timeMs) {
      while (gateway.nextTickMs <= timeMs) tick(gateway.nextTickMs);
    },
    attachSink(next) {
      sink = wrapSink(next);
    },
    receiveValue,
    stopGateway() {
      stopGateway(gateway);
      leave();
    },
    bootGateway() {
      bootGateway(gateway, time.nowMs);
      leave();
    },
    cutPower() {
      switchOffController(controller);
      stopGateway(gateway);
      leave();
    },
    restorePower() {
      resetController(controller, time.nowMs);
      bootGateway(gateway, time.nowMs);
    },
    reason: () => gatewayReason(gateway),
    mqtt: {
      subscriptions: () => {
        feeds = feedTopics(gateway);
        return [...feeds.map(({ topic }) => topic), ...fieldOf.keys()];
      },
      attach(outlet) {
        sink = wrapSink(topicSink(baseTopic, outlet));
      },
      get lastWill() {
        return { topic: textOf(config, 'mqtt_announce_topic'), value: lastWill(gateway), isRetained: true };
      },
      connected() {
        if (!gateway.isUp) return;
        isConnected = true;
        feeds = feedTopics(gateway);
        publishConnected(gateway, sink, time.nowMs);
      },
      disconnected() {
        isConnected = false;
      },
      receive: ({ topic, value }) => {
        receiveValue(topic, value);
      },
    },
    http(request) {
      const context = { timeMs: time.nowMs, wallMs: options.startWallMs + time.nowMs, isMqttConnected: isConnected };
      const response = answerHttp(gateway, request, context, restart);
      tell();
      reconnectIfChanged();
      return response;
    },
  };
}

/** What its energy counters take for the power: its own idea of the voltage, one ammeter for all phases. */
const drawnPowerW = (gateway: Gateway, timeMs: number): number =>
  gateway.drawnA * shaperVoltageV(gateway, timeMs) * (gateway.shaperSettings.isThreePhase ? 3 : 1);

const brokerSettings = (config: Readonly<Config>): string =>
  Object.entries(config)
    .filter(([key]) => key.startsWith('mqtt_'))
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
