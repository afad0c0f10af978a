/** Makes the simulated devices of a site, as the scenario sets them up. */
import { ChargebenchError } from '../core/errors.ts';
import type { MeterId } from '../core/quantities.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import { mqttLinkOf } from '../core/site/links.ts';
import type { Evse, Meter, Site } from '../core/site/site.ts';
import type { DeviceSink, SiteTime } from './device-sink.ts';
import { createOpenEvse, type SimulatedOpenEvse } from './evses/openevse.ts';
import type { ShaperQuirks } from './firmware/openevse-shaper.ts';
import type { FaultSwitches } from './faults/fault-switches.ts';
import { createShellyEm, type PowerSource, type SimulatedShellyEm } from './meters/shelly-em.ts';
import { createMeterProbe, samplePowerW, type MeterProbe } from './plant/meter-probe.ts';
import { PLANT_STEP_MS, type Plant, type PlantCircuit } from './plant/plant.ts';
import type { Random } from './plant/random.ts';

/** 2025-01-01T00:00:00Z: what the devices' clocks say at the start of a run. */
export const START_WALL_MS = 1_735_689_600_000;

export interface DeviceOptions {
  /** What the meters' clamps see instead of the plant: a recorded feed. */
  readonly powerSource?: (meterId: MeterId) => PowerSource;
  readonly meterResolutionW?: 0.01 | 1;
  readonly quirks?: Partial<ShaperQuirks>;
}

export interface DeviceFrame {
  readonly site: Site;
  readonly scenario: Scenario;
  readonly controllerName: string;
  readonly time: SiteTime;
  readonly faults: FaultSwitches;
  readonly options: DeviceOptions;
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

/** A device's own settings by its own keys: the scenario's, and over them those under this controller. */
function settingsOf({ scenario, controllerName }: DeviceFrame, id: string): Readonly<Record<string, string | number | boolean>> {
  return { ...scenario.devices[id], ...scenario.controllers[controllerName]?.devices[id] };
}

export function createSiteEvses(frame: DeviceFrame): readonly SimulatedEvse[] {
  const { site, time, faults, options } = frame;
  return site.evses.map((evse, index) => {
    requireSimulator(evse, 'openevse');
    const line = faults.lineOf(evse.id, () => time.nowMs);
    const { baseTopic } = mqttLinkOf(evse);
    const device = createOpenEvse({
      id: evse.id,
      baseTopic,
      serial: serialOf(baseTopic, index),
      ratingA: evse.ratingA,
      configuredMaxA: evse.configuredMaxA,
      settings: settingsOf(frame, evse.id),
      ...(options.quirks === undefined ? {} : { quirks: options.quirks }),
      time,
      startWallMs: START_WALL_MS,
      wrapSink: line.wrapSink,
      wrapReceive: line.wrapReceive,
    });
    return { evse, device };
  });
}

/** Throws `not-supported`, naming the model, where nothing simulates it yet. */
function requireSimulator({ id, model }: Meter | Evse, simulated: (Meter | Evse)['model']): void {
  if (model !== simulated) throw new ChargebenchError('not-supported', { device: id, model, what: 'simulation' });
}

/** Twelve hex digits of a locally administered address, ending as the base topic does where that is hexadecimal. */
function serialOf(baseTopic: string, index: number): string {
  const tail = /([0-9a-f]{4})$/i.exec(baseTopic)?.[1];
  return `0200000${index.toString(16)}${(tail ?? (index + 1).toString(16).padStart(4, '0')).toLowerCase()}`;
}

export function createSiteMeters(frame: DeviceFrame, plant: Plant, random: Random): readonly SimulatedMeter[] {
  return frame.site.meters.map((meter) => {
    const circuitId = frame.site.circuits.find((circuit) => circuit.meterId === meter.id)?.id;
    const probe = createProbe(frame, meter, random);
    const published: PublishedPower = { powerW: null, timeMs: 0 };
    const device = createMeterDevice(frame, meter, plant, probe, published);
    return { meter, device, probe, circuit: plant.circuits.find((circuit) => circuit.id === circuitId) ?? null, published };
  });
}

function createProbe({ scenario }: DeviceFrame, meter: Meter, random: Random): MeterProbe {
  const condition = scenario.meters[meter.id];
  return createMeterProbe({
    latencyMs: meter.latencyMs,
    stepMs: PLANT_STEP_MS,
    noiseW: condition?.noiseW ?? 0,
    // Mounted backwards, whether the site file knows it, nobody does, or both cancel out.
    share: condition?.clampShare ?? 1,
    sign: (condition?.clampSign ?? 1) === meter.sign ? 1 : -1,
    random,
  });
}

function createMeterDevice(frame: DeviceFrame, meter: Meter, plant: Plant, probe: MeterProbe, published: PublishedPower): SimulatedShellyEm {
  const { site, time, faults, options } = frame;
  requireSimulator(meter, 'shelly-em');
  const { channel, baseTopic } = mqttLinkOf(meter);
  const source: PowerSource = options.powerSource?.(meter.id) ?? ((timeMs) => samplePowerW(probe, timeMs));
  const updatePeriodS = settingsOf(frame, meter.id)['mqtt_update_period'];
  const line = faults.lineOf(meter.id, () => time.nowMs);
  return createShellyEm({
    id: meter.id,
    baseTopic,
    channels: channel === 0 ? [source, null] : [null, source],
    voltageV: site.supply.kind === 'split-phase' ? plant.voltageV / 2 : plant.voltageV,
    periodMs: typeof updatePeriodS === 'number' ? updatePeriodS * 1000 : meter.periodMs,
    resolutionW: options.meterResolutionW ?? 0.01,
    time,
    startWallMs: START_WALL_MS,
    wrapSink: (sink) => line.wrapSink(watchPower(sink, `emeter/${channel}/power`, published, time)),
  });
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
