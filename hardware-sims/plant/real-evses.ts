/** Real EVSEs in a site whose other devices are simulated: what they measure flows through the simulated circuits. */
import { PHASES, type EvseId, type PerPhase } from '../../core/quantities.ts';
import type { Evse } from '../../core/site/site.ts';
import { addLineCurrents, type PlantCircuit } from './circuits.ts';
import type { Plant } from './plant.ts';

export interface RealEvse {
  readonly evseId: EvseId;
  readonly circuit: PlantCircuit;
  /** By site phase. */
  currentA: PerPhase<number>;
}

/** What it measures from now on, by site phase; null where it loads none. False for a circuit that the plant lacks. */
export function setRealCurrent(plant: Plant, { id, circuitId }: Pick<Evse, 'id' | 'circuitId'>, measuredA: PerPhase<number | null>): boolean {
  const currentA: PerPhase<number> = [measuredA[0] ?? 0, measuredA[1] ?? 0, measuredA[2] ?? 0];
  const known = plant.realEvses.find(({ evseId }) => evseId === id);
  const circuit = known?.circuit ?? plant.circuits.find((candidate) => candidate.id === circuitId);
  if (circuit === undefined) return false;
  if (known === undefined) plant.realEvses.push({ evseId: id, circuit, currentA });
  else known.currentA = currentA;
  plant.isStale = true;
  return true;
}

/** Its current joins the sums of the circuits. */
export function addRealCurrent({ circuit, currentA }: RealEvse): void {
  for (const phase of PHASES) if (currentA[phase] !== 0) addLineCurrents(circuit, [phase], currentA[phase]);
}
