/**
 * A simulated Shelly EM or 3EM (generation 1): topics with bare numbers and the HTTP interface (reference f.1, captures/shelly-em and
 * shelly-3em). It sends no time.
 */
import { roundTo, type MeterId } from '../../core/quantities.ts';
import { NOWHERE, topicSink, type DeviceSink, type NetworkPresence, type SiteTime } from '../device-sink.ts';
import type { Repeating, SimulatedDevice } from '../simulated-device.ts';
import { answerShellyHttp } from './shelly-em-http.ts';
import { channelField, isCounter, isSameMeasured, noChannelValues, SHELLY_EM, type ChannelSource, type ChannelValues, type ShellyModel } from './shelly-em-values.ts';
import { shellyMac } from './shelly-mac.ts';

/** W at a time: a recorded feed. */
export type PowerSource = (timeMs: number) => number;

const keepSink = (sink: DeviceSink): DeviceSink => sink;

export interface ShellyEmOptions {
  readonly id: MeterId;
  readonly baseTopic: string;
  readonly model?: ShellyModel;
  /** As many as the model has, null for one without a clamp; the others measure its voltage too. */
  readonly channels: readonly (ChannelSource | null)[];
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

export interface SimulatedShellyEm extends SimulatedDevice, Repeating {
  readonly id: MeterId;
  readonly baseTopic: string;
  readonly network: NetworkPresence;
  attachSink(sink: DeviceSink): void;
  readonly model: ShellyModel;
  /** What each channel told last. */
  readonly values: readonly ChannelValues[];
  readonly settings: { periodMs: number };
  cutPower(): void;
  /** It boots, connects and measures again. */
  restorePower(): void;
}

const MS_PER_MINUTE = 60_000;
const SECOND_MS = 1000;
/** From power to WLAN and broker: an assumption, units differ by seconds. */
const BOOT_DURATION_MS = 5000;

export function createShellyEm(options: ShellyEmOptions): SimulatedShellyEm {
  const { time, baseTopic, model = SHELLY_EM, wrapSink = keepSink } = options;
  const topics = Array.from({ length: model.channelCount }, (_, channel) => model.fields.map((field) => `emeter/${channel}/${field}`));
  const allHeard = topics.map((own) => own.map((_topic, index) => index));
  const wired = options.channels.find((source) => source !== null);
  const values = topics.map(() => noChannelValues(wired?.voltageV ?? 0));
  const settings = { periodMs: options.periodMs };
  let sink: DeviceSink = NOWHERE;
  let isConnected = false;
  let nextMs = time.nowMs;
  let lastMs = time.nowMs;

  const measure = (channel: number, timeMs: number): void => {
    const source = options.channels[channel];
    const own = values[channel];
    if (source === null || source === undefined || own === undefined) return;
    source.take(timeMs);
    countEnergy(own, timeMs - lastMs);
    own.powerW = resolve(source.powerW, options.resolutionW);
    takePhasor(own, source);
  };

  /** Fields worth publishing, by index in the model's; looked up anew when the audience changes. */
  let heard: readonly (readonly number[])[] = allHeard;
  let heardAt = -1;
  let hearsCounters = true;
  /** What was published last, and to which audience. */
  const told = values.map((own) => ({ ...own }));
  let toldTo = NaN;
  /** Its last publication told nothing but that. */
  let isRepetition = false;
  const listen = (): void => {
    const { audience } = sink;
    const changeCount = audience?.changeCount ?? 0;
    if (changeCount === heardAt) return;
    heardAt = changeCount;
    heard = audience === null ? allHeard : topics.map((own) => own.flatMap((topic, index) => (audience.hears(topic) ? [index] : [])));
    hearsCounters = heard.some((own) => own.some((index) => isCounter(model.fields[index])));
  };

  const publishOne = (own: ChannelValues, channel: number): void => {
    const ownTopics = topics[channel] ?? [];
    for (const index of heard[channel] ?? []) sink.publish(ownTopics[index] ?? '', channelField(own, model.fields[index] ?? 'power'), false);
  };

  const noteTold = (): void => {
    toldTo = heardAt;
    for (let channel = 0; channel < values.length; channel += 1) Object.assign(told[channel] ?? {}, values[channel]);
  };

  /** All measured values are those that this audience heard last; counters are left out where nobody hears them. */
  const isToldAlready = (): boolean => {
    if (toldTo !== heardAt || hearsCounters) return false;
    for (let channel = 0; channel < values.length; channel += 1) if (!isSameMeasured(values[channel], told[channel])) return false;
    return true;
  };

  const publishPeriod = (timeMs: number): void => {
    for (let channel = 0; channel < values.length; channel += 1) measure(channel, timeMs);
    lastMs = timeMs;
    isRepetition = false;
    if (!isConnected) return;
    listen();
    isRepetition = isToldAlready() && sink.repeatMeasured();
    if (isRepetition) return;
    values.forEach(publishOne);
    noteTold();
  };

  /** What was told as a repetition will be told so again: to the same listeners, and as long as its clamps see the same. */
  const isSteady = (): boolean =>
    isRepetition && (sink.audience?.changeCount ?? 0) === toldTo && options.channels.every((source) => source === null || source.isSteady());

  const identity = (): Readonly<Record<string, unknown>> => ({
    id: baseTopic.split('/').at(-1) ?? baseTopic,
    model: model.type,
    mac: shellyMac(baseTopic),
    ip: '127.0.0.1',
    new_fw: false,
    fw_ver: model.firmware,
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
    kind: model.kind,
    model,
    baseTopic,
    network,
    values,
    settings,
    nextEventMs: () => upMs ?? (settings.periodMs === 0 ? Infinity : nextMs),
    stillUntilMs(fromMs) {
      if (upMs !== null || settings.periodMs === 0) return upMs ?? Infinity;
      if (nextMs !== fromMs || settings.periodMs !== SECOND_MS) return Math.max(fromMs, nextMs);
      return isSteady() ? Infinity : fromMs;
    },
    tellsAt: (timeMs) => upMs === null && settings.periodMs > 0 && nextMs === timeMs,
    repeat(timeMs) {
      if (upMs !== null || nextMs !== timeMs) return;
      for (let channel = 0; channel < values.length; channel += 1) {
        const own = values[channel];
        if (own !== undefined) countEnergy(own, timeMs - lastMs);
      }
      lastMs = timeMs;
      nextMs += settings.periodMs;
      sink.repeatMeasured();
    },
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
        model,
        values,
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

/** It counts with what it told last. */
function countEnergy(own: ChannelValues, elapsedMs: number): void {
  const elapsedMin = elapsedMs / MS_PER_MINUTE;
  own.importWmin = Math.max(own.powerW, 0) * elapsedMin;
  own.exportWmin = Math.max(-own.powerW, 0) * elapsedMin;
  own.totalWh += own.importWmin / 60;
  own.totalReturnedWh += own.exportWmin / 60;
}

/**
 * The rest follows from both powers: I = |S| / U, and `pf` carries its own sign, negative where the current is ahead, not that of
 * the power (captures, correction 11).
 */
function takePhasor(own: ChannelValues, { reactiveVar, voltageV }: ChannelSource): void {
  const { powerW } = own;
  own.voltageV = roundTo(voltageV, 0.01);
  if (reactiveVar === 0) {
    own.reactiveVar = 0;
    own.pf = powerW === 0 ? 0 : 1;
    own.currentA = voltageV === 0 ? 0 : roundTo(Math.abs(powerW) / voltageV, 0.01);
    return;
  }
  const apparentVa = Math.sqrt(powerW * powerW + reactiveVar * reactiveVar);
  own.reactiveVar = roundTo(reactiveVar, 0.01);
  own.pf = roundTo(((powerW < 0 === reactiveVar < 0 ? 1 : -1) * Math.abs(powerW)) / apparentVa, 0.01);
  own.currentA = voltageV === 0 ? 0 : roundTo(apparentVa / voltageV, 0.01);
}

/** Whole watts are cut, hundredths rounded; a millionth more keeps 2400 W from becoming 2399 by binary fractions. */
function resolve(powerW: number, resolutionW: 0.01 | 1): number {
  if (resolutionW === 0.01) return roundTo(powerW, 0.01);
  return Math.trunc(powerW + Math.sign(powerW) * 1e-6);
}
