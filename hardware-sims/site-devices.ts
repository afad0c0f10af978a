/** Makes the simulated EVSEs of a site, as the scenario sets them up, and what all its simulated devices stand on. */
import { ChargebenchError } from '../core/errors.ts';
import type { MeterId } from '../core/quantities.ts';
import type { Scenario } from '../core/scenarios/schema.ts';
import { mqttLinkOf } from '../core/site/links.ts';
import type { Evse, Site } from '../core/site/site.ts';
import type { SiteTime } from './device-sink.ts';
import { createOpenEvse, type SimulatedOpenEvse } from './evses/openevse.ts';
import { createSiteRapiPort, type SimulatedOpenEvseController } from './evses/site-rapi-port.ts';
import { createSiteNode, type SimulatedSmartevseNode } from './evses/smartevse-node.ts';
import { settingsUnder } from './evses/openevse-under-controller.ts';
import { offeredA } from './firmware/openevse-controller.ts';
import type { ShaperQuirks } from './firmware/openevse-shaper.ts';
import type { FaultSwitches } from './faults/fault-switches.ts';
import type { PortFaultSwitches } from './faults/port-fault-switches.ts';
import type { PowerSource } from './meters/shelly-em.ts';

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
  readonly portFaults: PortFaultSwitches;
  readonly options: DeviceOptions;
}

export type SimulatedEvseDevice = SimulatedOpenEvse | SimulatedSmartevseNode | SimulatedOpenEvseController;

export interface SimulatedEvse {
  readonly evse: Evse;
  readonly device: SimulatedEvseDevice;
}

/** What its pilot says to the vehicle; 0 while it offers nothing. */
export const pilotOf = (device: SimulatedEvseDevice): number => (device.kind === 'openevse' ? offeredA(device.gateway.controller) : device.offeredA());

/** A device's own settings by its own keys: the scenario's, and over them those under this controller. */
export function settingsOf({ scenario, controllerName }: DeviceFrame, id: string): Readonly<Record<string, string | number | boolean>> {
  return { ...scenario.devices[id], ...scenario.controllers[controllerName]?.devices[id] };
}

export function createSiteEvses(frame: DeviceFrame): readonly SimulatedEvse[] {
  return frame.site.evses.map((evse, index) => ({ evse, device: createEvseDevice(frame, evse, index) }));
}

/** Throws `not-supported`, naming model and link, where nothing simulates it yet. */
function createEvseDevice(frame: DeviceFrame, evse: Evse, index: number): SimulatedEvseDevice {
  const { model, link } = evse;
  if (model === 'openevse' && link.kind === 'serial') {
    const { time, portFaults } = frame;
    return createSiteRapiPort({ evse, settings: settingsOf(frame, evse.id), time, wrapPort: (port) => portFaults.wrap(evse.id, port) });
  }
  if (model === 'openevse') return createSiteOpenEvse(frame, evse, index);
  if (model === 'smartevse' && link.kind === 'modbus') return createSiteNode(evse, link.unitId, settingsOf(frame, evse.id));
  throw new ChargebenchError('not-supported', { device: evse.id, model, link: link.kind, what: 'simulation' });
}

function createSiteOpenEvse({ scenario, controllerName, time, faults, options }: DeviceFrame, evse: Evse, index: number): SimulatedOpenEvse {
  const line = faults.lineOf(evse.id, () => time.nowMs);
  const { baseTopic } = mqttLinkOf(evse);
  return createOpenEvse({
    id: evse.id,
    baseTopic,
    serial: serialOf(baseTopic, index),
    ratingA: evse.ratingA,
    configuredMaxA: evse.configuredMaxA,
    settings: settingsUnder(controllerName, scenario.devices[evse.id] ?? {}, scenario.controllers[controllerName]?.devices[evse.id] ?? {}),
    ...(options.quirks === undefined ? {} : { quirks: options.quirks }),
    time,
    startWallMs: START_WALL_MS,
    wrapSink: line.wrapSink,
    wrapReceive: line.wrapReceive,
  });
}

/** Twelve hex digits of a locally administered address, ending as the base topic does where that is hexadecimal. */
function serialOf(baseTopic: string, index: number): string {
  const tail = /([0-9a-f]{4})$/i.exec(baseTopic)?.[1];
  return `0200000${index.toString(16)}${(tail ?? (index + 1).toString(16).padStart(4, '0')).toLowerCase()}`;
}
