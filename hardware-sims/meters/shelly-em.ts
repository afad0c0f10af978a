/**
 * A simulated Shelly EM (generation 1): two channels, one voltage, topics with bare numbers and the HTTP interface
 * (reference f.1, captures/shelly-em). It sends no current and no time.
 */
import { roundTo, type MeterId } from '../../core/quantities.ts';
import { NOWHERE, topicSink, type DeviceSink, type NetworkPresence, type SiteTime } from '../device-sink.ts';
import type { SimulatedDevice, TopicValue } from '../simulated-device.ts';
import { answerShellyHttp } from './shelly-em-http.ts';
import { noChannelValues, SHELLY_FIRMWARE, type ChannelValues } from './shelly-em-values.ts';

/** One clamp: what it sees at the moment a publication describes. Null for a channel without a clamp. */
export type PowerSource = ((timeMs: number) => number) | null;

const keepSink = (sink: DeviceSink): DeviceSink => sink;

export interface ShellyEmOptions {
  readonly id: MeterId;
  readonly baseTopic: string;
  readonly channels: readonly [PowerSource, PowerSource];
  readonly voltageV: number;
  /** `mqtt_update_period`; the real setting is whole seconds, 0 switches periodic publishing off. */
  readonly periodMs: number;
  /**
   * The device tells hundredths of a watt. With 1 the value is cut to whole watts, as in the reference traces, whose
   * consumer would drop the decimals anyway.
   */
  readonly resolutionW: 0.01 | 1;
  readonly time: SiteTime;
  readonly startWallMs: number;
  /** What stands between the device and the wire: faults. */
  readonly wrapSink?: (sink: DeviceSink) => DeviceSink;
}

export interface SimulatedShellyEm extends SimulatedDevice {
  readonly id: MeterId;
  readonly baseTopic: string;
  readonly network: NetworkPresence;
  attachSink(sink: DeviceSink): void;
  /** What channel 0 or 1 told last. */
  readonly values: readonly [ChannelValues, ChannelValues];
  readonly settings: { periodMs: number };
  cutPower(): void;
  /** It boots, connects and measures again. */
  restorePower(): void;
}

/**
 * In this order at every period: power first, so that a consumer that acts on it acts on the newest (the order of
 * the 3EM in captures/shelly-3em/mqtt-topics-2020-07, without the current that the EM does not have).
 */
const CHANNEL_FIELDS = ['power', 'reactive_power', 'pf', 'voltage', 'total', 'total_returned', 'energy', 'returned_energy'] as const;
const TOPICS = [0, 1].map((channel) => CHANNEL_FIELDS.map((field) => `emeter/${channel}/${field}`));

const ALL_HEARD: readonly (readonly number[])[] = TOPICS.map((topics) => topics.map((_topic, index) => index));

const MS_PER_MINUTE = 60_000;
/** From power to WLAN and broker: an assumption, units differ by seconds. */
const BOOT_DURATION_MS = 5000;

export function createShellyEm(options: ShellyEmOptions): SimulatedShellyEm {
  const { time, baseTopic, voltageV, wrapSink = keepSink } = options;
  const values: readonly [ChannelValues, ChannelValues] = [noChannelValues(), noChannelValues()];
  const settings = { periodMs: options.periodMs };
  let sink: DeviceSink = NOWHERE;
  let isConnected = false;
  let nextMs = time.nowMs;
  let lastMs = time.nowMs;

  const measure = (channel: 0 | 1, timeMs: number): void => {
    const source = options.channels[channel];
    if (source === null) return;
    const own = values[channel];
    const elapsedMin = (timeMs - lastMs) / MS_PER_MINUTE;
    own.importWmin = Math.max(own.powerW, 0) * elapsedMin;
    own.exportWmin = Math.max(-own.powerW, 0) * elapsedMin;
    own.totalWh += own.importWmin / 60;
    own.totalReturnedWh += own.exportWmin / 60;
    own.powerW = resolve(source(timeMs), options.resolutionW);
    // Plain resistive loads: no reactive power, and pf carries its sign, not that of the power (captures, correction 11).
    own.pf = own.powerW === 0 ? 0 : 1;
  };

  /** Fields worth publishing, by index in `CHANNEL_FIELDS`; looked up anew when the audience changes. */
  let heard: readonly (readonly number[])[] = ALL_HEARD;
  let heardAt = -1;
  const listen = (): void => {
    const { audience } = sink;
    const changeCount = audience?.changeCount ?? 0;
    if (changeCount === heardAt) return;
    heardAt = changeCount;
    heard = audience === null ? ALL_HEARD : TOPICS.map((topics) => topics.flatMap((topic, index) => (audience.hears(topic) ? [index] : [])));
  };

  const publishChannel = (channel: 0 | 1): void => {
    const own = values[channel];
    const topics = TOPICS[channel] ?? [];
    for (const index of heard[channel] ?? []) sink.publish(topics[index] ?? '', fieldValue(own, index), false);
  };

  const fieldValue = (own: ChannelValues, index: number): TopicValue => {
    switch (CHANNEL_FIELDS[index]) {
      case 'power':
        return own.powerW;
      case 'reactive_power':
        return own.reactiveVar;
      case 'pf':
        return own.pf;
      case 'voltage':
        return voltageV;
      case 'total':
        return roundTo(own.totalWh, 0.1);
      case 'total_returned':
        return roundTo(own.totalReturnedWh, 0.1);
      case 'energy':
        return Math.round(own.importWmin);
      default:
        return Math.round(own.exportWmin);
    }
  };

  const publishPeriod = (timeMs: number): void => {
    measure(0, timeMs);
    measure(1, timeMs);
    lastMs = timeMs;
    if (!isConnected) return;
    listen();
    publishChannel(0);
    publishChannel(1);
  };

  const identity = (): Readonly<Record<string, unknown>> => ({
    id: baseTopic.split('/').at(-1) ?? baseTopic,
    model: 'SHEM',
    mac: (baseTopic.split('-').at(-1) ?? '').padStart(12, '0'),
    ip: '127.0.0.1',
    new_fw: false,
    fw_ver: SHELLY_FIRMWARE,
  });

  const network: NetworkPresence = { isUp: true, sessionCount: 1 };
  /** When it comes up; null while it runs. */
  let upMs: number | null = null;

  const start = (timeMs: number): void => {
    upMs = null;
    network.isUp = true;
    network.sessionCount += 1;
    lastMs = timeMs;
    nextMs = timeMs + settings.periodMs;
  };

  return {
    id: options.id,
    kind: 'shelly-em',
    baseTopic,
    network,
    values,
    settings,
    nextEventMs: () => upMs ?? (settings.periodMs === 0 ? Infinity : nextMs),
    cutPower() {
      upMs = Infinity;
      network.isUp = false;
      isConnected = false;
    },
    restorePower() {
      upMs = time.nowMs + BOOT_DURATION_MS;
    },
    advanceTo(timeMs) {
      if (upMs !== null && upMs > timeMs) return;
      if (upMs !== null) start(upMs);
      while (settings.periodMs > 0 && nextMs <= timeMs) {
        const dueMs = nextMs;
        nextMs += settings.periodMs;
        publishPeriod(dueMs);
      }
    },
    attachSink(next) {
      sink = wrapSink(next);
      heardAt = -1;
    },
    mqtt: {
      subscriptions: () => [`${baseTopic}/command`, `${baseTopic}/relay/0/command`],
      attach(outlet) {
        sink = wrapSink(topicSink(baseTopic, outlet));
        heardAt = -1;
      },
      lastWill: { topic: `${baseTopic}/online`, value: 'false', isRetained: true },
      connected() {
        isConnected = true;
        sink.publish('online', 'true', true);
        sink.publish('announce', identity(), false);
        sink.publishAt('shellies/announce', identity(), false);
        sink.publish('relay/0', 'off', false);
      },
      disconnected() {
        isConnected = false;
      },
      receive({ topic, value }) {
        if (topic !== `${baseTopic}/command`) return;
        if (value === 'announce') {
          sink.publish('announce', identity(), false);
          sink.publishAt('shellies/announce', identity(), false);
        } else if (value === 'update') publishPeriod(time.nowMs);
      },
    },
    http: (request) =>
      answerShellyHttp(request, {
        values,
        voltageV,
        settings,
        baseTopic,
        isConnected,
        uptimeS: Math.floor(time.nowMs / 1000),
        unixTimeS: Math.floor((options.startWallMs + time.nowMs) / 1000),
        changePeriod(periodMs) {
          settings.periodMs = periodMs;
          nextMs = time.nowMs + periodMs;
        },
      }),
  };
}

/** Whole watts are cut, hundredths rounded; a millionth more keeps 2400 W from becoming 2399 by binary fractions. */
function resolve(powerW: number, resolutionW: 0.01 | 1): number {
  if (resolutionW === 0.01) return roundTo(powerW, 0.01);
  return Math.trunc(powerW + Math.sign(powerW) * 1e-6);
}
