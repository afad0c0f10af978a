import { describe, expect, test } from 'vitest';
import {
  acknowledgeMiss,
  armHeartbeat,
  createController,
  isControllerStill,
  offeredA,
  pulseHeartbeat,
  resetController,
  setCurrent,
  sleep,
  STATE,
  stepController,
  storeMaximum,
  wake,
  type Controller,
} from './openevse-controller.ts';

/** OpenEVSE reference, sections e.5, e.7 and e.8; moments of states from data/openevse-divert/two-evse. */

function run(controller: Controller, fromS: number, untilS: number, drawnA = 0, isConnected = true): void {
  for (let timeS = fromS; timeS <= untilS; timeS += 1) stepController(controller, timeS * 1000, isConnected, true, drawnA);
}

describe('states', () => {
  test('a vehicle plugged in at 60 s is seen at 60 and charges from 61 (trace 01)', () => {
    const controller = createController(34, 48);
    stepController(controller, 59_000, false, false, 0);
    const states = [60, 61].map((timeS) => {
      stepController(controller, timeS * 1000, true, true, 0);
      return controller.stateCode;
    });
    expect(states).toEqual([STATE.connected, STATE.charging]);
    expect(controller.isRelayClosed).toBe(true);
  });

  test('asleep there is no pilot at once, but the relay opens only when 3 s have passed (trace 08: 712 to 715 s)', () => {
    const controller = createController(34, 48);
    run(controller, 0, 711, 34);
    sleep(controller, 712_000);
    expect([controller.stateCode, offeredA(controller)]).toEqual([STATE.sleeping, 0]);
    const closed = [713, 714, 715].map((timeS) => {
      stepController(controller, timeS * 1000, true, true, 34);
      return controller.isRelayClosed;
    });
    expect(closed).toEqual([true, true, false]);
  });

  test('a vehicle that stops by itself has the relay opened at once', () => {
    const controller = createController(34, 48);
    run(controller, 0, 10, 34);
    sleep(controller, 10_000);
    stepController(controller, 11_000, true, true, 0.5);
    expect(controller.isRelayClosed).toBe(false);
  });

  test('woken it is connected first and charges a second later (trace 12: 1504 and 1505 s)', () => {
    const controller = createController(34, 48);
    run(controller, 0, 3);
    sleep(controller, 4_000);
    run(controller, 5, 9);
    wake(controller);
    expect(controller.stateCode).toBe(STATE.connected);
    run(controller, 10, 10);
    expect(controller.stateCode).toBe(STATE.charging);
  });

  test('unplugging opens the relay and ends the session', () => {
    const controller = createController(34, 48);
    run(controller, 0, 5);
    run(controller, 6, 6, 0, false);
    expect([controller.stateCode, controller.isRelayClosed, offeredA(controller)]).toEqual([STATE.notConnected, false, 0]);
  });
});

describe('currents', () => {
  test.each([
    [16, true, 16],
    [40, false, 34],
    [3, false, 6],
  ])('asked for %d A: %s, %d A', (askedA, isTaken, pilotA) => {
    const controller = createController(34, 48);
    expect(setCurrent(controller, askedA)).toBe(isTaken);
    expect(controller.pilotA).toBe(pilotA);
  });

  test('a stored maximum is bounded by the hardware', () => {
    const controller = createController(34, 48);
    expect(storeMaximum(controller, 60)).toBe(false);
    expect(controller.configuredMaxA).toBe(48);
  });
});

describe('heartbeat supervision', () => {
  function armed(): Controller {
    const controller = createController(34, 48);
    armHeartbeat(controller, 5000, 6, 0);
    run(controller, 0, 2);
    return controller;
  }

  test('5 s without a pulse lower the pilot to 6 A', () => {
    const controller = armed();
    run(controller, 3, 4);
    expect(controller.pilotA).toBe(34);
    run(controller, 5, 5);
    expect([controller.pilotA, controller.heartbeatTrigger]).toEqual([6, 2]);
  });

  test('it stays low, pulses are refused, until the miss is acknowledged; then the stored maximum is back', () => {
    const controller = armed();
    setCurrent(controller, 20);
    run(controller, 5, 6);
    expect(pulseHeartbeat(controller, 7000)).toBe(false);
    expect(setCurrent(controller, 20)).toBe(false);
    expect(controller.pilotA).toBe(6);
    acknowledgeMiss(controller, 7000);
    expect([controller.pilotA, controller.heartbeatTrigger, pulseHeartbeat(controller, 8000)]).toEqual([34, 1, true]);
  });

  test('a pilot below the fall-back is not raised to it', () => {
    const controller = createController(34, 48);
    armHeartbeat(controller, 5000, 16, 0);
    setCurrent(controller, 8);
    run(controller, 0, 6);
    expect(controller.pilotA).toBe(8);
  });

  test('0 0 disables it and restores', () => {
    const controller = armed();
    run(controller, 5, 6);
    armHeartbeat(controller, 0, 0, 7000);
    expect([controller.pilotA, controller.heartbeatTrigger]).toEqual([34, 1]);
  });
});

test('after a reset the pilot is the stored maximum until somebody sets another', () => {
  const controller = createController(34, 48);
  setCurrent(controller, 10);
  resetController(controller, 10_000);
  expect([controller.stateCode, offeredA(controller), controller.pilotA]).toEqual([STATE.starting, 0, 34]);
  run(controller, 11, 14);
  expect([controller.stateCode, offeredA(controller), controller.isAtPowerUp]).toEqual([STATE.charging, 34, true]);
});

test('where it is still, its passes change nothing while the gateway pulses: any state, vehicle, relay and heartbeat', () => {
  let stillCount = 0;
  for (const stateCode of Object.values(STATE)) {
    for (const bits of Array.from({ length: 32 }, (_, index) => index)) {
      const [wasConnected, isConnected, wantsEnergy, isRelayClosed, hasHeartbeat] = [1, 2, 4, 8, 16].map((bit) => (bits & bit) !== 0);
      const controller = createController(34, 48);
      if (hasHeartbeat === true) armHeartbeat(controller, 1000, 6, 0);
      Object.assign(controller, { stateCode, isVehicleConnected: wasConnected, isRelayClosed, lastPulseMs: 9000, sleepStartMs: 8000, startEndMs: 12_000 });
      if (!isControllerStill(controller, isConnected === true, wantsEnergy === true, 1000)) continue;
      stillCount += 1;
      const before = { ...controller };
      for (let timeMs = 10_000; timeMs < 60_000; timeMs += 1000) {
        stepController(controller, timeMs, isConnected === true, wantsEnergy === true, 10);
        pulseHeartbeat(controller, timeMs);
      }
      expect(controller).toEqual({ ...before, lastPulseMs: 59_000 });
    }
  }
  expect(stillCount).toBeGreaterThan(8);
});

test('one that charges, and an idle one, are still; one that sleeps with its relay closed is not', () => {
  const controller = createController(34, 48);
  expect(isControllerStill(controller, false, false, 1000)).toBe(true);
  run(controller, 0, 10, 34);
  expect(isControllerStill(controller, true, true, 1000)).toBe(true);
  sleep(controller, 11_000);
  expect(isControllerStill(controller, true, true, 1000)).toBe(false);
});
