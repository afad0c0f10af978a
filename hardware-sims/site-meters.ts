/** Makes the simulated meters of a site: device, wiring, and what of it was published. */
import { ChargebenchError } from '../core/errors.ts';
import { PHASES, type PhaseIndex } from '../core/quantities.ts';
import { mqttLinkOf } from '../core/site/links.ts';
import type { Meter } from '../core/site/site.ts';
import type { DeviceSink, SiteTime } from './device-sink.ts';
import { createBusMeter, type SimulatedBusMeter } from './meters/bus-meter.ts';
import { createSiteP1Port, type SimulatedP1Meter } from './meters/site-p1-port.ts';
import { createShellyEm, type PowerSource, type SimulatedShellyEm } from './meters/shelly-em.ts';
import { SHELLY_3EM, SHELLY_EM, type ChannelSource, type ShellyModel } from './meters/shelly-em-values.ts';
import { clampPowerW, clampReactiveVar, clampVoltageV, createClamp, type Clamp } from './plant/clamp.ts';
import { createMeterProbe, isProbeSteady, recordStep, repeatStep, takeSample, type MeterProbe } from './plant/meter-probe.ts';
import { meterWiring } from './plant/meter-wiring.ts';
import { PLANT_STEP_MS, type Plant, type PlantCircuit } from './plant/plant.ts';
import type { Random } from './plant/random.ts';
import { settingsOf, START_WALL_MS, type DeviceFrame } from './site-devices.ts';

/** The newest values that left a meter, behind its faults. */
export interface PublishedValues {
  /** Of its first channel that has a clamp. */
  powerW: number | null;
  timeMs: number;
  /** Grows with every value that is another than before. */
  changeCount: number;
  /** By its own phases, NaN where it has told none. A current is a magnitude. */
  readonly powersW: Float64Array;
  readonly reactivesVar: Float64Array;
  readonly voltagesV: Float64Array;
  readonly currentsA: Float64Array;
}

const notTold = (): Float64Array => new Float64Array(3).fill(NaN);

export interface MeterChannel {
  readonly clamp: Clamp;
  readonly probe: MeterProbe;
  /** Of the plant, when it was last looked at. */
  seenSums: number;
}

export interface SimulatedMeter {
  readonly meter: Meter;
  readonly device: SimulatedShellyEm | SimulatedBusMeter | SimulatedP1Meter;
  readonly channels: readonly MeterChannel[];
  readonly circuit: PlantCircuit | null;
  readonly published: PublishedValues;
}

const MODELS: Readonly<Partial<Record<Meter['model'], ShellyModel>>> = { 'shelly-em': SHELLY_EM, 'shelly-3em': SHELLY_3EM };

/** Throws `not-supported`, naming the model, where nothing simulates it yet. */
export function createSiteMeters(frame: DeviceFrame, plant: Plant, random: Random): readonly SimulatedMeter[] {
  return frame.site.meters.map((meter) => {
    const circuitId = frame.site.circuits.find((circuit) => circuit.meterId === meter.id)?.id;
    const circuit = plant.circuits.find((candidate) => candidate.id === circuitId) ?? null;
    const channels = createChannels(frame, meter, plant, circuit, random);
    const published: PublishedValues = { powerW: null, timeMs: 0, changeCount: 0, powersW: notTold(), reactivesVar: notTold(), voltagesV: notTold(), currentsA: notTold() };
    return { meter, device: createMeterDevice(frame, meter, channels, published), channels, circuit, published };
  });
}

/** Takes what all meters see after a step of the plant. */
export function recordMeters(meters: readonly SimulatedMeter[], { sumCount }: Plant): void {
  for (const { channels } of meters) {
    for (const channel of channels) {
      const { clamp, probe } = channel;
      if (channel.seenSums === sumCount) repeatStep(probe);
      else recordStep(probe, clampPowerW(clamp), probe.reactivesVar === null ? 0 : clampReactiveVar(clamp), probe.voltagesV === null ? 0 : clampVoltageV(clamp));
      channel.seenSums = sumCount;
    }
  }
}

function createChannels({ site, scenario }: DeviceFrame, meter: Meter, plant: Plant, circuit: PlantCircuit | null, random: Random): readonly MeterChannel[] {
  const condition = scenario.meters[meter.id];
  return meterWiring(meter, site.supply, condition).map((wiring, index) => {
    const clamp = createClamp(plant, circuit, wiring);
    // Mounted backwards, whether the site file knows it, nobody does, or both cancel out.
    const turns = (condition?.clampSign ?? 1) * (condition?.clampSigns[index] ?? 1) * meter.sign;
    const probe = createMeterProbe({
      latencyMs: meter.latencyMs,
      stepMs: PLANT_STEP_MS,
      noiseW: condition?.noiseW ?? 0,
      share: condition?.clampShare ?? 1,
      sign: turns === 1 ? 1 : -1,
      isReactive: clamp.isReactive,
      voltageV: plant.hasVoltageDrop ? null : clampVoltageV(clamp),
      random,
    });
    return { clamp, probe, seenSums: -1 };
  });
}

function createMeterDevice(frame: DeviceFrame, meter: Meter, channels: readonly MeterChannel[], published: PublishedValues): SimulatedMeter['device'] {
  const { time, faults, portFaults, options } = frame;
  if (meter.link.kind === 'modbus') return createBusMeter(meter, meter.link.unitId, channels.map(({ probe }) => probe), published, time);
  if (meter.model === 'p1' && meter.link.kind === 'serial') {
    const settings = settingsOf(frame, meter.id);
    const sources = channels.map(({ probe }) => probeSource(probe));
    return createSiteP1Port({ meter, channels: sources, settings, published, time, startWallMs: START_WALL_MS, wrapPort: (port) => portFaults.wrap(meter.id, port) });
  }
  const model = MODELS[meter.model];
  if (model === undefined) throw new ChargebenchError('not-supported', { device: meter.id, model: meter.model, what: 'simulation' });
  const { channel, baseTopic } = mqttLinkOf(meter);
  // An EM's channel is chosen by the site; a 3EM has one per phase.
  const first = model.kind === 'shelly-em' ? channel : 0;
  const recorded = options.powerSource?.(meter.id);
  const sources = channels.map(({ probe }) => (recorded === undefined ? probeSource(probe) : recordedSource(probe, recorded)));
  const updatePeriodS = settingsOf(frame, meter.id)['mqtt_update_period'];
  const line = faults.lineOf(meter.id, () => time.nowMs);
  return createShellyEm({
    id: meter.id,
    baseTopic,
    model,
    channels: Array.from({ length: model.channelCount }, (_, index) => sources[index - first] ?? null),
    periodMs: typeof updatePeriodS === 'number' ? updatePeriodS * 1000 : meter.periodMs,
    resolutionW: options.meterResolutionW ?? 0.01,
    time,
    startWallMs: START_WALL_MS,
    wrapSink: (sink) => line.wrapSink(watchValues(sink, first, channels.length, published, time)),
  });
}

function probeSource(probe: MeterProbe): ChannelSource {
  return {
    take(timeMs) {
      takeSample(probe, timeMs);
    },
    isSteady: () => isProbeSteady(probe),
    get powerW() {
      return probe.powerW;
    },
    get reactiveVar() {
      return probe.reactiveVar;
    },
    get voltageV() {
      return probe.voltageV;
    },
  };
}

function recordedSource(probe: MeterProbe, powerAt: PowerSource): ChannelSource {
  const source = { powerW: 0, reactiveVar: 0, voltageV: probe.voltageV, take: (timeMs: number) => void (source.powerW = powerAt(timeMs)), isSteady: () => false };
  return source;
}

/** Notes values on their way out; `first` is the device's channel that its own first phase is on. */
function watchValues(sink: DeviceSink, first: number, clampCount: number, published: PublishedValues, time: SiteTime): DeviceSink {
  const places = new Map<string, readonly [Float64Array, PhaseIndex]>();
  // Channels without a clamp tell zeros, which are nobody's.
  for (const own of PHASES.slice(0, clampCount)) {
    const topic = (field: string): string => `emeter/${first + own}/${field}`;
    places.set(topic('power'), [published.powersW, own]);
    places.set(topic('reactive_power'), [published.reactivesVar, own]);
    places.set(topic('voltage'), [published.voltagesV, own]);
    places.set(topic('current'), [published.currentsA, own]);
  }
  return {
    audience: sink.audience,
    publish(name, value, isRetained) {
      const place = typeof value === 'number' ? places.get(name) : undefined;
      if (place !== undefined && typeof value === 'number') {
        const [values, own] = place;
        if (values[own] !== value) published.changeCount += 1;
        values[own] = value;
        if (values === published.powersW) {
          if (own === 0) published.powerW = value;
          published.timeMs = time.nowMs;
        }
      }
      sink.publish(name, value, isRetained);
    },
    repeatMeasured() {
      if (!sink.repeatMeasured()) return false;
      published.timeMs = time.nowMs;
      return true;
    },
    publishAt(topic, value, isRetained) {
      sink.publishAt(topic, value, isRetained);
    },
  };
}
