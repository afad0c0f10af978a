import { describe, expect, test } from 'vitest';
import { createVehicle, stepVehicle, type Vehicle, type VehicleSpec } from './vehicle.ts';

/** Plant model of data/openevse-divert/README section 3: 3 s dead time, 2 A/s up, at once down, no more than it can. */

function vehicleOf(maxCurrentA: number, deadTimeS: number, riseAPerS: number, habits: Partial<VehicleSpec> = {}): Vehicle {
  return createVehicle({ maxCurrentA, deadTimeS, riseAPerS, ...habits }, 3, 1);
}

function currents(vehicle: Vehicle, offers: readonly number[]): number[] {
  return offers.map((offeredA) => stepVehicle(vehicle, offeredA, true));
}

const steady = (offeredA: number, seconds: number): number[] => new Array<number>(seconds).fill(offeredA);

describe('a vehicle', () => {
  test('begins after its dead time and rises along its ramp (trace 01 from 601 s)', () => {
    expect(currents(vehicleOf(48, 3, 2), steady(34, 7))).toEqual([0, 0, 0, 2, 4, 6, 8]);
  });

  test('falls at once, but after its dead time (trace 01 from 608 s)', () => {
    const vehicle = vehicleOf(48, 3, 100);
    currents(vehicle, steady(34, 10));
    expect(currents(vehicle, [32, 32, 28, 28, 24, 24, 20])).toEqual([34, 34, 34, 32, 32, 28, 28]);
  });

  test('takes no more than it can', () => {
    expect(currents(vehicleOf(16, 0, 100), steady(34, 2))).toEqual([16, 16]);
  });

  test('an open relay stops it without dead time, and what was offered before is forgotten with it', () => {
    const vehicle = vehicleOf(48, 3, 2);
    currents(vehicle, steady(34, 30));
    expect([1, 2, 3, 4].map(() => stepVehicle(vehicle, 0, false))).toEqual([0, 0, 0, 0]);
    expect(currents(vehicle, steady(10, 5))).toEqual([0, 0, 0, 2, 4]);
  });

  test('a dead time between two steps is rounded up, because late is the worse', () => {
    expect(currents(vehicleOf(48, 1.2, 100), steady(10, 3))).toEqual([0, 0, 10]);
  });
});
