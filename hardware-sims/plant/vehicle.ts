/**
 * A vehicle's onboard charger: follows the pilot after a dead time, rises along a ramp, falls at once, takes no more than it
 * can; and what only some vehicles do (habits). A record changed in place; the plant's step is a second.
 */
import type { ScenarioVehicle } from '../../core/scenarios/schema.ts';
import { createHabits, habitCurrentA, noteDrawn, type Habits } from './vehicle-habits.ts';

export interface Vehicle {
  readonly maxCurrentA: number;
  readonly riseAPerStep: number;
  /** What was offered in each of the last steps: what acts now is the oldest. */
  readonly offers: Float64Array;
  offerIndex: number;
  currentA: number;
  /** It asks for energy (state C). */
  wantsEnergy: boolean;
  /** Conductors it draws from now. */
  phaseCount: number;
  /** Null for one that does nothing but follow. */
  readonly habits: Habits | null;
}

export type VehicleSpec = Omit<ScenarioVehicle, 'id' | 'evse' | 'plugInS' | 'unplugS'>;

/** `phaseCount`: conductors of the EVSE. `deadTimeS` is rounded up to whole steps: a late reaction is the worse one. */
export function createVehicle(spec: VehicleSpec, evsePhaseCount: number, stepS: number): Vehicle {
  const deadSteps = Math.ceil(spec.deadTimeS / stepS - 1e-9);
  const phaseCount = Math.min(spec.phaseCount ?? evsePhaseCount, evsePhaseCount);
  const habits = createHabits(spec, phaseCount, stepS);
  return {
    maxCurrentA: spec.maxCurrentA,
    riseAPerStep: spec.riseAPerS * stepS,
    offers: new Float64Array(deadSteps + 1),
    offerIndex: 0,
    currentA: 0,
    wantsEnergy: habits?.wantsEnergy ?? spec.maxCurrentA > 0,
    phaseCount: habits?.phaseCount ?? phaseCount,
    habits,
  };
}

/** `offeredA`: what the pilot says while the relay is closed, else 0. Answers the current drawn from now on. */
export function stepVehicle(vehicle: Vehicle, offeredA: number, isRelayClosed: boolean): number {
  const { offers, habits } = vehicle;
  offers[vehicle.offerIndex] = isRelayClosed ? offeredA : 0;
  vehicle.offerIndex = vehicle.offerIndex + 1 === offers.length ? 0 : vehicle.offerIndex + 1;
  const actsA = offers[vehicle.offerIndex] ?? 0;
  const wantedA = Math.min(habits === null ? actsA : habitCurrentA(habits, actsA, offeredA), vehicle.maxCurrentA);
  if (habits !== null) {
    vehicle.wantsEnergy = habits.wantsEnergy;
    vehicle.phaseCount = habits.phaseCount;
  }
  if (!isRelayClosed) vehicle.currentA = 0;
  else vehicle.currentA = Math.min(wantedA, vehicle.currentA + vehicle.riseAPerStep);
  return vehicle.currentA;
}

/** Whether its next step, with the same pilot and relay, does what the last one did. A habit may change its mind at any second. */
export function isVehicleStill({ offers, habits, currentA, maxCurrentA, riseAPerStep }: Vehicle, offeredA: number, isRelayClosed: boolean): boolean {
  if (habits !== null) return false;
  const toldA = isRelayClosed ? offeredA : 0;
  for (let index = 0; index < offers.length; index += 1) if (offers[index] !== toldA) return false;
  return currentA === (isRelayClosed ? Math.min(toldA, maxCurrentA, currentA + riseAPerStep) : 0);
}

/** Energy that reached it in the step that ends. */
export function deliver({ habits, currentA }: Vehicle, energyWs: number): void {
  if (habits !== null) noteDrawn(habits, currentA, energyWs);
}
