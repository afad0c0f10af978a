/** Plays one cycle of a reference trace on the model, in the order of the data README ("One cycle"). */
import { ACCESS, STATE } from '../firmware/smartevse-codes.ts';
import { calculate } from '../firmware/smartevse-calculation.ts';
import { answerRequest, noteNodeState, trip } from '../firmware/smartevse-master.ts';
import { acceptEvMeter, acceptMains } from '../firmware/smartevse-measurement.ts';
import { tickPilot } from '../firmware/smartevse-pilot.ts';
import { tickSecond } from '../firmware/smartevse-second.ts';
import type { SmartevseSettings } from '../firmware/smartevse-settings.ts';
import { enterState, setAccess } from '../firmware/smartevse-states.ts';
import { createSmartevse, type SmartevseOutlet, type SmartevseUnit } from '../firmware/smartevse-unit.ts';
import type { SmartevseTrace, TraceInput, TraceSettings } from './smartevse-trace.ts';

/** What happened in a cycle beyond what the unit remembers. */
export interface CycleEvents {
  readonly granted: readonly number[];
  readonly denied: readonly number[];
  readonly isTripped: boolean;
}

export function startUnit({ variant, level, evseCount, init }: SmartevseTrace): SmartevseUnit {
  const unit = createSmartevse(variant, evseCount);
  assignSettings(unit, init.settings);
  unit.access = init.settings.access ?? ACCESS.off;
  for (const [index, start] of init.evse.entries()) {
    const evse = unit.evses[index];
    if (evse === undefined) continue;
    evse.state = start.state;
    evse.mostDa = start.max;
    evse.balancedDa = start.balanced;
    evse.chargingS = start.intTimer;
    evse.connectedS = start.connectedTime;
    evse.schedule = start.schedule;
  }
  unit.uptimeS = init.uptime;
  unit.batteryDa = init.battery;
  if (level === 'system' && unit.first.state === STATE.c) enterState(unit, STATE.c);
  unit.setPointDa = init.isetBalanced;
  return unit;
}

/** Applies the input of one cycle and lets it pass. */
export function playCycle(unit: SmartevseUnit, level: SmartevseTrace['level'], input: TraceInput): CycleEvents {
  applySettings(unit, input.set);
  for (const { n, max, state } of input.evse ?? []) changeEvse(unit, unit.evses[n], max, state);
  if (input.battery !== undefined) unit.batteryDa = input.battery;
  for (const [n, currentDa] of input.bal ?? []) give(unit.evses[n], currentDa);
  if (input.mains !== undefined) acceptMains(unit, input.mains);
  if (input.ev !== undefined) acceptEvMeter(unit, input.ev);
  const requests = answerRequests(unit, input.request ?? []);
  if (level === 'scheduler') {
    tickSecond(unit);
    return { ...requests, isTripped: false };
  }
  calculate(unit);
  const isTripped = trip(unit);
  if (level === 'system') passPilot(unit, input.pilot ?? []);
  else for (let second = 0; second < 2; second += 1) tickSecond(unit);
  return { ...requests, isTripped };
}

function applySettings(unit: SmartevseUnit, set: TraceSettings | undefined): void {
  if (set === undefined) return;
  assignSettings(unit, set);
  if (set.access !== undefined) setAccess(unit, set.access);
}

/** Keys of the format by those of the model, where nothing but the name differs. */
const PLAIN: readonly (readonly [keyof TraceSettings, NumberKey])[] = [
  ['mode', 'mode'],
  ['loadBl', 'sharing'],
  ['maxMains', 'mainsA'],
  ['maxCurrent', 'maxA'],
  ['minCurrent', 'minA'],
  ['maxCircuit', 'circuitA'],
  ['cableMax', 'cableA'],
  ['maxSumMains', 'capacityA'],
  ['maxSumMainsTime', 'capacityStopMin'],
  ['overrideCurrent', 'overrideDa'],
  ['prioStrategy', 'priority'],
  ['rotationInterval', 'rotationMin'],
  ['idleTimeout', 'idleTimeoutS'],
  ['startCurrent', 'startA'],
  ['stopTime', 'stopMin'],
  ['importCurrent', 'importA'],
  ['enableC2', 'contact2'],
  ['mainsMeterType', 'mainsMeterType'],
  ['evMeterType', 'evMeterType'],
  ['maxTemp', 'maxTemperatureC'],
];

type NumberKey = { [Key in keyof SmartevseSettings]: SmartevseSettings[Key] extends number ? Key : never }[keyof SmartevseSettings];

/** Plain assignment, without the side effects of a menu; access is not a setting. */
function assignSettings(unit: SmartevseUnit, set: TraceSettings): void {
  const { settings } = unit;
  for (const [from, to] of PLAIN) {
    const value = set[from];
    if (value !== undefined) settings[to] = value;
  }
  if (set.config !== undefined) settings.isFixedCable = set.config === 1;
  if (set.gridRelayOpen !== undefined) settings.isGridRelayOpen = set.gridRelayOpen === 1;
  if (set.temp !== undefined) unit.temperatureC = set.temp;
  if (set.phases !== undefined) unit.phases = set.phases;
}

function changeEvse(unit: SmartevseUnit, evse: SmartevseOutlet | undefined, mostDa: number | undefined, state: number | undefined): void {
  if (evse === undefined) return;
  if (mostDa !== undefined) evse.mostDa = mostDa;
  if (state === undefined) return;
  if (evse === unit.first) enterState(unit, state);
  else noteNodeState(evse, state);
}

function give(evse: SmartevseOutlet | undefined, currentDa: number): void {
  if (evse !== undefined) evse.balancedDa = currentDa;
}

function answerRequests(unit: SmartevseUnit, requests: readonly number[]): Omit<CycleEvents, 'isTripped'> {
  const [granted, denied]: [number[], number[]] = [[], []];
  for (const n of requests) {
    const node = unit.evses[n];
    if (node !== undefined) (answerRequest(unit, node) ? granted : denied).push(n);
  }
  return { granted, denied };
}

/** A second passes after each hundred ticks of 10 ms. */
function passPilot(unit: SmartevseUnit, pilot: readonly (readonly [number, number])[]): void {
  let ticks = 0;
  for (const [reading, count] of pilot) {
    for (let tick = 0; tick < count; tick += 1) {
      tickPilot(unit, reading);
      ticks += 1;
      if (ticks % 100 === 0) tickSecond(unit);
    }
  }
}

