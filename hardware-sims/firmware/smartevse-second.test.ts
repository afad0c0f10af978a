/** Times of reference/smartevse.md 3.11, 3.12 and chapter 4 (a to e). */
import { describe, expect, test } from 'vitest';
import { ERROR, MODE, SCHEDULE, STATE } from './smartevse-codes.ts';
import { acceptEvMeter, acceptMains } from './smartevse-measurement.ts';
import { tickSecond } from './smartevse-second.ts';
import type { SmartevseUnit } from './smartevse-unit.ts';
import { chargingUnit } from './testing/smartevse-rig.ts';

/** Seconds until it is so; null after an hour. */
function secondsUntil(unit: SmartevseUnit, isSo: () => boolean): number | null {
  for (let second = 1; second <= 3600; second += 1) {
    tickSecond(unit);
    if (isSo()) return second;
  }
  return null;
}

const pass = (unit: SmartevseUnit, seconds: number): void => {
  for (let second = 0; second < seconds; second += 1) tickSecond(unit);
};

describe('lost measurements (3.12)', () => {
  test('the mains meter stays away: stopped in the twelfth second, by itself again with the next value', () => {
    const unit = chargingUnit({ balancedDa: [100] });
    acceptMains(unit, [100, 100, 100]);
    expect(secondsUntil(unit, () => (unit.errors & ERROR.mainsSilent) !== 0)).toBe(12);
    expect([unit.first.state, unit.delayS]).toEqual([STATE.c1, 15]);
    acceptMains(unit, [100, 100, 100]);
    tickSecond(unit);
    expect(unit.errors).toBe(0);
  });

  test.each([
    ['Normal mode', { mode: MODE.normal }],
    ['no meter', { mainsMeterType: 0 }],
  ])('%s needs none', (_, settings) => {
    const unit = chargingUnit({ settings, balancedDa: [100] });
    expect(secondsUntil(unit, () => unit.errors !== 0)).toBeNull();
  });

  test('the EV meter has 64 s', () => {
    const unit = chargingUnit({ settings: { evMeterType: 4, mainsMeterType: 0 }, balancedDa: [100] });
    acceptEvMeter(unit, [50, 50, 50]);
    expect(secondsUntil(unit, () => (unit.errors & ERROR.evMeterSilent) !== 0)).toBe(65);
    expect(unit.first.state).toBe(STATE.c1);
  });

  test('the stabilised variant goes on for 120 s with values by API, then takes MAINS as full', () => {
    const unit = chargingUnit({ variant: 'stabilised', settings: { mainsMeterType: 9 }, balancedDa: [100] });
    acceptMains(unit, [100, 50, 50]);
    expect(secondsUntil(unit, () => unit.mainsDa === 250)).toBe(120);
    expect([unit.sumDa, unit.errors, unit.first.state]).toEqual([750, 0, STATE.c]);
  });
});

describe('stops and restarts (3.11)', () => {
  test('C1 opens after 6 s, and the delay after a shortage runs once there is power again', () => {
    const unit = chargingUnit({ settings: { mainsMeterType: 0 }, balancedDa: [60] });
    unit.mainsDa = 400;
    unit.errors = ERROR.lessThan6A;
    expect(secondsUntil(unit, () => unit.first.state === STATE.c1)).toBe(1);
    expect(secondsUntil(unit, () => unit.first.state === STATE.b1)).toBe(7);
    expect(unit.delayS).toBe(60);
    unit.mainsDa = 0;
    expect(secondsUntil(unit, () => unit.delayS === 0)).toBe(60);
    expect(unit.errors).toBe(0);
  });

  test.each([
    [65, 0],
    [66, ERROR.temperatureHigh],
  ])('%i degrees of 65: error %i', (temperatureC, errors) => {
    const unit = chargingUnit({ settings: { mainsMeterType: 0 }, balancedDa: [60] });
    unit.temperatureC = temperatureC;
    tickSecond(unit);
    expect(unit.errors).toBe(errors);
    unit.temperatureC = 55;
    tickSecond(unit);
    expect(unit.errors).toBe(errors);
    unit.temperatureC = 54;
    tickSecond(unit);
    expect(unit.errors).toBe(0);
  });

  test.each(['solarStopS', 'capacityS'] as const)('%s run out stops for lack of power', (timer) => {
    const unit = chargingUnit({ settings: { mainsMeterType: 0 }, balancedDa: [60] });
    unit.mainsDa = 400;
    unit[timer] = 2;
    tickSecond(unit);
    expect(unit.first.state).toBe(STATE.c);
    tickSecond(unit);
    expect([unit.first.state, unit.errors, unit.delayS]).toEqual([STATE.c1, ERROR.lessThan6A, 60]);
  });
});

describe('the schedule (4)', () => {
  const scheduled = (settings: Parameters<typeof chargingUnit>[0]['settings'] = {}): SmartevseUnit => {
    const unit = chargingUnit({ settings: { mainsMeterType: 0, ...settings }, balancedDa: [80, 0, 0] });
    for (const evse of unit.evses) {
      evse.schedule = evse.index === 0 ? SCHEDULE.active : SCHEDULE.paused;
      evse.connectedS = evse.index + 1;
    }
    return unit;
  };
  const activeOne = (unit: SmartevseUnit): number => unit.evses.findIndex(({ schedule }) => schedule === SCHEDULE.active);

  test('an idle EVSE hands on after IDLE TMO, always to the head of the order (D2)', () => {
    const unit = scheduled({ idleTimeoutS: 30 });
    expect(secondsUntil(unit, () => activeOne(unit) !== 0)).toBe(30);
    expect(activeOne(unit)).toBe(1);
    expect(secondsUntil(unit, () => activeOne(unit) !== 1)).toBe(30);
    expect(activeOne(unit)).toBe(0);
  });

  test('one that draws keeps its turn for IDLE TMO and ROTATION, then the next after it has one', () => {
    const unit = scheduled({ rotationMin: 30 });
    unit.evDa = 80;
    expect(secondsUntil(unit, () => activeOne(unit) !== 0)).toBe(60 + 30 * 60 - 1);
    for (const next of [1, 2, 0]) {
      expect(activeOne(unit)).toBe(next);
      const evse = unit.evses[next];
      if (evse !== undefined) evse.balancedDa = 80;
      expect(secondsUntil(unit, () => activeOne(unit) !== next)).toBe(30 * 60);
    }
  });

  test('whoever leaves C is forgotten', () => {
    const unit = scheduled();
    unit.first.state = STATE.b1;
    pass(unit, 1);
    expect([unit.first.schedule, unit.first.connectedS]).toEqual([SCHEDULE.inactive, 0]);
    unit.first.state = STATE.c;
    pass(unit, 1);
    expect(unit.first.connectedS).toBe(unit.uptimeS);
  });

  test('nothing moves while nobody waits', () => {
    const unit = scheduled();
    for (const evse of unit.evses) evse.schedule = SCHEDULE.active;
    pass(unit, 500);
    expect(unit.evses.map(({ idleS }) => idleS)).toEqual([0, 0, 0]);
  });
});
