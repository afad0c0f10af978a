import { PHASE_NAMES, type PhaseIndex } from '../../core/quantities.ts';
import type { Circuit, Evse, Meter, Site } from '../../core/site/site.ts';
import { clockTime } from './times.ts';

/** What the things of a site are called, so that sentences never show an id where there is a name. */
export interface Names {
  circuit(id: string): string;
  meter(id: string): string;
  evse(id: string): string;
  /** Of any of the three. */
  thing(id: string): string;
  /** "L2"; null where the supply has a single phase, which needs no name. */
  phase(phase: PhaseIndex): string | null;
  /** "06:00" on the clock of the site. */
  clock(wallMs: number): string;
  /** The step in which an EVSE's offers are read. */
  stepA(evseId: string): number;
  circuitOf(id: string): Circuit | undefined;
  meterOf(id: string): Meter | undefined;
  evseOf(id: string): Evse | undefined;
}

const SAYS_WHAT_IT_IS = /circuit|connection|supply|panel|feed/i;

export const phaseLabel = (phase: PhaseIndex): string => PHASE_NAMES[phase].toUpperCase();

/** "circuit Garage", but "EV circuit" and "Grid connection" as they are. */
function circuitName(name: string): string {
  return SAYS_WHAT_IT_IS.test(name) ? name : `circuit ${name}`;
}

export function namesOf(site: Site | null): Names {
  const circuitOf = (id: string): Circuit | undefined => site?.circuits.find((circuit) => circuit.id === id);
  const meterOf = (id: string): Meter | undefined => site?.meters.find((meter) => meter.id === id);
  const evseOf = (id: string): Evse | undefined => site?.evses.find((evse) => evse.id === id);
  const circuit = (id: string): string => circuitName(circuitOf(id)?.name ?? id);
  return {
    circuit,
    meter: (id) => meterOf(id)?.name ?? id,
    evse: (id) => evseOf(id)?.name ?? id,
    thing: (id) => evseOf(id)?.name ?? meterOf(id)?.name ?? circuit(id),
    phase: (phase) => (site?.supply.kind === 'single-phase' ? null : phaseLabel(phase)),
    clock: (wallMs) => clockTime(wallMs, site?.timeZone).slice(0, 5),
    stepA: (id) => evseOf(id)?.stepA ?? 0.1,
    circuitOf,
    meterOf,
    evseOf,
  };
}

/** "Primary", "Primary and Secondary", "Primary, Secondary and Guest". */
export function listOf(words: readonly string[]): string {
  const last = words.at(-1);
  if (last === undefined) return '';
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

export function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
