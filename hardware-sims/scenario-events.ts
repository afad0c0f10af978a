/** What a scenario does to its devices and its broker at which moment, and the markers that tell it. */
import { circuitId, evseId, meterId, type CircuitId, type EvseId, type MeterId } from '../core/quantities.ts';
import type { RunMarker } from '../core/runs/columns.ts';
import type { Scenario, ScenarioFault } from '../core/scenarios/schema.ts';
import type { Site } from '../core/site/site.ts';

export interface ScenarioEvent {
  readonly timeMs: number;
  readonly fault: ScenarioFault;
  readonly isBegin: boolean;
}

/** Begins and ends of faults in order of time; at one moment ends come first. */
export function faultEvents(faults: readonly ScenarioFault[]): readonly ScenarioEvent[] {
  const events = faults.flatMap((fault): ScenarioEvent[] => {
    const begin = { timeMs: fault.fromS * 1000, fault, isBegin: true };
    const untilS = fault.kind === 'gateway-reboot' ? undefined : fault.untilS;
    return untilS === undefined ? [begin] : [begin, { timeMs: untilS * 1000, fault, isBegin: false }];
  });
  return events.sort((a, b) => a.timeMs - b.timeMs || Number(a.isBegin) - Number(b.isBegin));
}

type About = CircuitId | MeterId | EvseId | null;

/** All of a scenario's markers in order of time. */
export function scenarioMarkers(scenario: Pick<Scenario, 'vehicles' | 'otherLoads' | 'faults'>, site: Site): readonly RunMarker[] {
  const markers: RunMarker[] = [];
  const mark = (timeS: number | undefined, kind: RunMarker['kind'], text: string, about: About): void => {
    if (timeS !== undefined) markers.push({ timeS, kind, text, about });
  };
  for (const { evse, plugInS, unplugS } of scenario.vehicles) {
    mark(plugInS, 'vehicle', `${nameOf(site.evses, evse)}: vehicle plugs in`, evseId(evse));
    mark(unplugS, 'vehicle', `${nameOf(site.evses, evse)}: vehicle leaves`, evseId(evse));
  }
  for (const { circuit, powerW, fromS, untilS } of scenario.otherLoads) {
    mark(fromS, 'load', `${nameOf(site.circuits, circuit)}: ${powerW} W on`, circuitId(circuit));
    mark(untilS, 'load', `${nameOf(site.circuits, circuit)}: ${powerW} W off`, circuitId(circuit));
  }
  for (const fault of scenario.faults) {
    const about = 'device' in fault ? deviceIdOf(site, fault.device) : null;
    const who = 'device' in fault ? nameOf([...site.meters, ...site.evses], fault.device) : 'Broker';
    mark(fault.fromS, 'fault', `${who}: ${FAULT_WORDS[fault.kind].begins}`, about);
    if (fault.kind !== 'gateway-reboot') mark(fault.untilS, 'fault', `${who}: ${FAULT_WORDS[fault.kind].ends}`, about);
  }
  return markers.sort((a, b) => a.timeS - b.timeS);
}

const FAULT_WORDS: Readonly<Record<ScenarioFault['kind'], { readonly begins: string; readonly ends: string }>> = {
  'meter-silent': { begins: 'falls silent', ends: 'speaks again' },
  'meter-frozen': { begins: 'freezes', ends: 'moves again' },
  'broker-down': { begins: 'goes down', ends: 'is back' },
  'gateway-down': { begins: 'gateway dies', ends: 'gateway is back' },
  'gateway-reboot': { begins: 'gateway restarts', ends: '' },
};

function nameOf(items: readonly { readonly id: string; readonly name: string }[], id: string): string {
  return items.find((item) => item.id === id)?.name ?? id;
}

function deviceIdOf(site: Site, id: string): MeterId | EvseId {
  return site.meters.some((meter) => meter.id === id) ? meterId(id) : evseId(id);
}
