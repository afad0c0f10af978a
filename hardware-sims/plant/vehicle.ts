/**
 * A vehicle's onboard charger: follows the pilot after a dead time, rises along a ramp, falls at once, takes no more than it
 * can. A record changed in place; the plant's step is a second.
 */
export interface Vehicle {
  readonly maxCurrentA: number;
  readonly riseAPerStep: number;
  /** What was offered in each of the last steps: what acts now is the oldest. */
  readonly offers: Float64Array;
  offerIndex: number;
  currentA: number;
}

/** `deadTimeS` is rounded up to whole steps: a late reaction is the worse one. */
export function createVehicle(maxCurrentA: number, deadTimeS: number, riseAPerS: number, stepS: number): Vehicle {
  const deadSteps = Math.ceil(deadTimeS / stepS - 1e-9);
  return { maxCurrentA, riseAPerStep: riseAPerS * stepS, offers: new Float64Array(deadSteps + 1), offerIndex: 0, currentA: 0 };
}

/** `offeredA`: what the pilot says while the relay is closed, else 0. Answers the current drawn from now on. */
export function stepVehicle(vehicle: Vehicle, offeredA: number, isRelayClosed: boolean): number {
  const { offers } = vehicle;
  offers[vehicle.offerIndex] = isRelayClosed ? offeredA : 0;
  vehicle.offerIndex = vehicle.offerIndex + 1 === offers.length ? 0 : vehicle.offerIndex + 1;
  const wantedA = Math.min(offers[vehicle.offerIndex] ?? 0, vehicle.maxCurrentA);
  if (!isRelayClosed) vehicle.currentA = 0;
  else vehicle.currentA = Math.min(wantedA, vehicle.currentA + vehicle.riseAPerStep);
  return vehicle.currentA;
}
