/** What a scenario does to its devices and its broker at which moment, and the markers that tell it. */
import { circuitId, evseId, meterId, roundTo, type CircuitId, type EvseId, type MeterId } from '../core/quantities.ts';
import type { RunMarker } from '../core/runs/columns.ts';
import type { HouseLoad } from '../core/scenarios/plant-schema.ts';
import type { Scenario, ScenarioFault } from '../core/scenarios/schema.ts';
import type { ScenarioSignal } from '../core/scenarios/told-schema.ts';
import type { Site } from '../core/site/site.ts';
import { wrongUnitFactor } from './faults/line-faults.ts';

export interface ScenarioEvent {
  readonly timeMs: number;
  readonly fault: ScenarioFault;
  readonly isBegin: boolean;
}

/** Begins and ends of faults in order of time; at one moment ends come first. */
export function faultEvents(faults: readonly ScenarioFault[]): readonly ScenarioEvent[] {
  const events = faults.flatMap((fault): ScenarioEvent[] => {
    const begin = { timeMs: fault.fromS * 1000, fault, isBegin: true };
    const untilS = endOf(fault);
    return untilS === undefined ? [begin] : [begin, { timeMs: untilS * 1000, fault, isBegin: false }];
  });
  return events.sort((a, b) => a.timeMs - b.timeMs || Number(a.isBegin) - Number(b.isBegin));
}

/** Undefined for what lasts to the end of the run, or for its moment only. */
const endOf = (fault: ScenarioFault): number | undefined => ('untilS' in fault ? fault.untilS : undefined);

type About = CircuitId | MeterId | EvseId | null;

/** All of a scenario's markers in order of time. */
export function scenarioMarkers(scenario: Pick<Scenario, 'vehicles' | 'otherLoads' | 'houseLoads' | 'signals' | 'wishes' | 'faults'>, site: Site): readonly RunMarker[] {
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
  for (const load of scenario.houseLoads) {
    const who = nameOf(site.circuits, load.circuit);
    for (const { atS, text } of loadChanges(load)) mark(atS, 'load', `${who}: ${text}`, circuitId(load.circuit));
  }
  for (const signal of scenario.signals) {
    const evse = 'evse' in signal ? signal.evse : null;
    mark(signal.atS, 'signal', `${evse === null ? 'Grid operator' : nameOf(site.evses, evse)}: ${signalWords(signal)}`, evse === null ? null : evseId(evse));
  }
  for (const wish of scenario.wishes) {
    if (wish.kind === 'card') {
      mark(wish.atS, 'wish', `${nameOf(site.evses, wish.evse)}: a person shows card ${wish.card}`, evseId(wish.evse));
      continue;
    }
    const who = wish.evse === undefined ? 'All EVSEs' : nameOf(site.evses, wish.evse);
    const about = wish.evse === undefined ? null : evseId(wish.evse);
    const what = wish.kind === 'mode' ? wish.mode : `at most ${wish.currentA} A`;
    mark(wish.atS, 'wish', `${who}: a person asks for ${what}`, about);
    mark(wish.untilS, 'wish', `${who}: ${what} ends`, about);
  }
  for (const fault of scenario.faults) {
    const { who, about } = victimOf(site, fault);
    mark(fault.fromS, 'fault', `${who}: ${beginWords(fault)}`, about);
    mark(endOf(fault), 'fault', `${who}: ${ENDS[fault.kind]}`, about);
  }
  return markers.sort((a, b) => a.timeS - b.timeS);
}

/**
 * When a house load comes and goes, in words. What runs from the start is no change, and what switches by itself (a thermostat, a
 * household) shows in the run's own powers.
 */
function loadChanges(load: HouseLoad): readonly { readonly atS: number; readonly text: string }[] {
  if (load.kind === 'series') return [];
  if (load.kind === 'kettle') return load.timesS.map((atS) => ({ atS, text: `kettle ${load.powerW} W for ${load.onS} s` }));
  const name = LOAD_NAMES[load.kind];
  const begin = { atS: load.fromS, text: 'powerW' in load ? `${name} ${load.powerW} W on` : `${name} begins` };
  const end = load.untilS === undefined ? [] : [{ atS: load.untilS, text: 'powerW' in load ? `${name} off` : `${name} ends` }];
  return load.fromS === 0 ? end : [begin, ...end];
}

const LOAD_NAMES: Readonly<Record<Exclude<HouseLoad['kind'], 'kettle' | 'series'>, string>> = {
  base: 'base load',
  oven: 'oven',
  'heat-pump': 'heat pump',
  household: 'household',
  recorded: 'recording',
};

function signalWords(signal: ScenarioSignal): string {
  switch (signal.kind) {
    case 'grid-relay':
      return `relay ${signal.gridRelay}`;
    case 'dimming':
      return signal.isDimmed ? 'dims' : 'dims no more';
    case 'temperature':
      return `${signal.temperatureC} °C`;
    case 'switch':
      return `switch ${signal.contact}`;
  }
}

/** Whom a fault strikes, by name. */
function victimOf(site: Site, fault: ScenarioFault): { readonly who: string; readonly about: About } {
  if ('device' in fault) return { who: nameOf([...site.meters, ...site.evses], fault.device), about: deviceIdOf(site, fault.device) };
  if (fault.kind === 'broker-down') return { who: 'Broker', about: null };
  return { who: fault.kind === 'blackout' ? 'Whole site' : 'Controller', about: null };
}

function beginWords(fault: ScenarioFault): string {
  switch (fault.kind) {
    case 'meter-silent':
    case 'silent':
      return 'falls silent';
    case 'meter-frozen':
    case 'frozen':
      return 'freezes';
    case 'broker-down':
      return 'goes down';
    case 'gateway-down':
      return 'gateway dies';
    case 'gateway-reboot':
      return 'gateway restarts';
    case 'late':
      return `late by ${fault.byS} s`;
    case 'lost-share':
      return `loses ${roundTo(100 * fault.share, 0.1)} % of its messages`;
    case 'first-attempt-lost':
      return 'hears nothing the first time';
    case 'corrupt':
      return fault.as === 'broken-text' ? 'messages arrive broken' : 'sends JSON that nobody expects';
    case 'wrong-unit':
      return `${fault.quantity} times ${wrongUnitFactor(fault)}`;
    case 'duplicated':
      return 'every message twice';
    case 'reboot':
      return fault.untilS === undefined ? 'restarts' : 'loses its power';
    case 'blackout':
      return 'without power';
    case 'clock-jump':
      return `clock set ${fault.byS > 0 ? 'forward' : 'back'} by ${Math.abs(fault.byS)} s`;
    case 'sleep':
      return 'its machine sleeps';
    case 'controller-killed':
      return 'gone';
  }
}

const ENDS: Readonly<Record<ScenarioFault['kind'], string>> = {
  'meter-silent': 'speaks again',
  'meter-frozen': 'moves again',
  'broker-down': 'is back',
  'gateway-down': 'gateway is back',
  'gateway-reboot': '',
  silent: 'speaks again',
  frozen: 'moves again',
  late: 'on time again',
  'lost-share': 'loses nothing any more',
  'first-attempt-lost': 'hears at once again',
  corrupt: 'messages whole again',
  'wrong-unit': 'right unit again',
  duplicated: 'every message once again',
  reboot: 'has power again',
  blackout: 'has power again',
  'clock-jump': '',
  sleep: 'its machine is awake again',
  'controller-killed': 'started again',
};

function nameOf(items: readonly { readonly id: string; readonly name: string }[], id: string): string {
  return items.find((item) => item.id === id)?.name ?? id;
}

function deviceIdOf(site: Site, id: string): MeterId | EvseId {
  return site.meters.some((meter) => meter.id === id) ? meterId(id) : evseId(id);
}
