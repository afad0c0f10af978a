/**
 * Charging stops when an EVSE is too warm and goes on when it has cooled down (SmartEVSE MAX TEMP: stops once the
 * temperature reaches the value and resumes once it drops to 55 degrees, seed 003).
 */
import { isFiniteNumber, type EvseId } from '../../quantities.ts';
import type { Notice } from '../setpoint.ts';
import type { EvseCeiling, FeatureOutcome, FeatureView } from './feature.ts';

export interface TemperatureMemory {
  /** EVSEs that are stopped, with the last temperature they told. */
  readonly hot: readonly { readonly evseId: EvseId; readonly temperatureC: number }[];
}

export const INITIAL_TEMPERATURE: TemperatureMemory = { hot: [] };

/** Older than this a temperature tells nothing: it stops nobody, and it lets nobody go on who was stopped. */
const ALLOWED_AGE_MS = 120_000;

export function temperature(memory: TemperatureMemory, view: FeatureView): FeatureOutcome<TemperatureMemory> {
  const hot: { evseId: EvseId; temperatureC: number }[] = [];
  const evseCeilings: EvseCeiling[] = [];
  const notices: Notice[] = [];
  for (const { index, evse } of view.evses) {
    if (evse.temperature === undefined) continue;
    const { stopC, resumeC } = evse.temperature;
    const before = memory.hot.find(({ evseId }) => evseId === evse.id);
    const temperatureC = newestC(view, evse.id) ?? before?.temperatureC ?? null;
    if (temperatureC === null || !isHot(temperatureC, stopC, resumeC, before !== undefined)) continue;
    hot.push({ evseId: evse.id, temperatureC });
    // What it must fall to is what a person who waits wants to know.
    evseCeilings.push({ index, ceiling: { currentA: 0, reason: { kind: 'temperature', temperatureC, limitC: resumeC } } });
    notices.push({ code: 'temperature-high', severity: 'attention', about: evse.id, context: { temperatureC, stopC, resumeC } });
  }
  return { memory: { hot }, evseCeilings, circuitCeilings: [], notices };
}

/** The stop comes first, so that a pair of limits the wrong way round (a finding) cannot let a hot EVSE go on. */
function isHot(temperatureC: number, stopC: number, resumeC: number, wasHot: boolean): boolean {
  return temperatureC >= stopC || (wasHot && temperatureC > resumeC);
}

function newestC({ signals, timeMs }: FeatureView, id: EvseId): number | null {
  let newest: { readonly temperatureC: number; readonly timeMs: number } | null = null;
  for (const told of signals.temperatures) {
    const ageMs = timeMs - told.timeMs;
    if (told.evseId !== id || !isFiniteNumber(told.temperatureC) || !(ageMs >= 0 && ageMs <= ALLOWED_AGE_MS)) continue;
    if (newest === null || told.timeMs > newest.timeMs) newest = told;
  }
  return newest?.temperatureC ?? null;
}
