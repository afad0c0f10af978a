/** What a person does at a simulated site while it runs: plugs vehicles in and out, switches loads. */
import type { CircuitId, EvseId } from '../../core/quantities.ts';
import type { ScenarioVehicle } from '../../core/scenarios/schema.ts';
import { addPower } from './loads.ts';
import { plugIn, unplug } from './outlets.ts';
import { PLANT_STEP_MS, type Outlet, type Plant } from './plant.ts';

/** False when there is no such EVSE. A vehicle that stands there stays; arrivals still planned do not come any more. */
export function plugInByHand(plant: Plant, evseId: EvseId, vehicle: ScenarioVehicle): boolean {
  const outlet = outletOf(plant, evseId);
  if (outlet === undefined) return false;
  if (outlet.vehicle === null) plugIn(outlet, vehicle, PLANT_STEP_MS / 1000);
  outlet.nextVisit = outlet.visits.length;
  return true;
}

export function unplugByHand(plant: Plant, evseId: EvseId): boolean {
  const outlet = outletOf(plant, evseId);
  if (outlet === undefined) return false;
  unplug(outlet);
  outlet.nextVisit = outlet.visits.length;
  return true;
}

/** Brings the other load of one circuit, without the circuits below it, to this power. False when there is no such circuit. */
export function setLoadByHand(plant: Plant, circuitId: CircuitId, powerW: number): boolean {
  const circuit = plant.circuits.find(({ id }) => id === circuitId);
  if (circuit === undefined) return false;
  const partW = powerW / plant.supplyPhases.length;
  for (const phase of plant.supplyPhases) addPower(plant, circuit, phase, partW - (circuit.ownW[phase] ?? 0), -(circuit.ownVar[phase] ?? 0));
  return true;
}

function outletOf(plant: Plant, evseId: EvseId): Outlet | undefined {
  return plant.outlets.find((outlet) => outlet.evseId === evseId);
}
