import { describe, expect, test } from 'vitest';
import { createRandom } from './random.ts';
import { createVehicle, isVehicleStill, stepVehicle, type Vehicle, type VehicleSpec } from './vehicle.ts';

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

test('one that is still does nothing else from then on, whatever pilot and relay did before', () => {
  const random = createRandom(1);
  const one = <T>(choice: readonly T[], otherwise: T): T => choice[Math.floor(random.next() * choice.length)] ?? otherwise;
  let stillCount = 0;
  for (let round = 0; round < 2000; round += 1) {
    const vehicle = vehicleOf(one([0, 16, 32], 16), one([0, 1, 2.5, 5], 0), one([0.5, 2, 100], 2));
    const drawn = (offeredA: number, isClosed: boolean): number => stepVehicle(vehicle, offeredA, isClosed);
    for (let change = 0; change < 3; change += 1) for (let second = 0; second < one([1, 4, 12], 4); second += 1) drawn(one([6, 16, 40], 6), one([true, false], true));
    const [offeredA, isClosed] = [one([0, 6, 16, 40], 6), one([true, true, false], true)];
    const secondsUntilStill = one([0, 1, 3, 8, 40], 3);
    for (let second = 0; second < secondsUntilStill; second += 1) drawn(offeredA, isClosed);
    if (!isVehicleStill(vehicle, offeredA, isClosed)) continue;
    stillCount += 1;
    const { currentA } = vehicle;
    for (let second = 0; second < 10; second += 1) expect(drawn(offeredA, isClosed)).toBe(currentA);
  }
  expect(stillCount).toBeGreaterThan(500);
});

test('a habit is never taken for still', () => {
  const vehicle = vehicleOf(16, 0, 100, { requestedWh: 1000 });
  currents(vehicle, steady(10, 20));
  expect(isVehicleStill(vehicle, 10, true)).toBe(false);
});
