import type { RunMarker } from '../../core/runs/columns.ts';
import { asText, power } from './numbers.ts';

/** `limit`: made by the screen, where the current came back below its limit. */
export type RunEventKind = Exclude<RunMarker['kind'], 'setting'> | 'pv' | 'battery' | 'limit';

/** In the order of the legend. */
export const RUN_EVENT_WORDS: Readonly<Record<RunEventKind, string>> = {
  vehicle: 'Vehicle',
  load: 'Other load',
  pv: 'PV',
  battery: 'Home battery',
  signal: 'Signal',
  wish: 'Wish of a person',
  fault: 'Fault',
  limit: 'Back at a limit',
};

/** Below this a battery rests. */
const RESTS_W = 50;

/** "Other load rises to 2.5 kW". */
export function loadChangeText(fromW: number, toW: number): string {
  return `Other load ${toW > fromW ? 'rises' : 'falls'} to ${asText(power(toW))}`;
}

export function pvChangeText(fromW: number, toW: number): string {
  return `PV ${toW > fromW ? 'rises' : 'falls'} to ${asText(power(toW))}`;
}

/** "Battery charges with 2.0 kW". */
export function batteryChangeText(name: string, toW: number): string {
  if (Math.abs(toW) < RESTS_W) return `${name} rests`;
  return `${name} ${toW > 0 ? 'charges with' : 'gives'} ${asText(power(Math.abs(toW)))}`;
}

export function batteryStateText(powerW: number | null): string {
  if (powerW === null) return 'no value';
  return Math.abs(powerW) < RESTS_W ? 'rests' : powerW > 0 ? 'charges' : 'gives';
}

/** "Battery"; by its id where there are several. */
export const batteryName = (id: string, count: number): string => (count < 2 ? 'Battery' : `Battery ${id}`);

/** "3 at once": several events too close together to be told apart at this zoom. */
export const eventsText = (count: number): string => `${count} events`;
