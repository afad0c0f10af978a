/** Transitions of reference/smartevse.md 5.4. */
import { describe, expect, test } from 'vitest';
import { ACCESS, CONTACT_2, ERROR, MODE, PILOT, STATE } from './smartevse-codes.ts';
import { tickPilot } from './smartevse-pilot.ts';
import { tickSecond } from './smartevse-second.ts';
import { enterState, setAccess } from './smartevse-states.ts';
import { createSmartevse, type SmartevseUnit } from './smartevse-unit.ts';

function waitingUnit(settings: Partial<SmartevseUnit['settings']> = {}): SmartevseUnit {
  const unit = createSmartevse('classic', 1);
  Object.assign(unit.settings, { maxA: 16, cableA: 32 }, settings);
  unit.access = ACCESS.on;
  return unit;
}

const tick = (unit: SmartevseUnit, reading: number, count = 1): SmartevseUnit => {
  for (let turn = 0; turn < count; turn += 1) tickPilot(unit, reading);
  return unit;
};

const plugIn = (unit: SmartevseUnit): SmartevseUnit => tick(tick(unit, PILOT.volts9), PILOT.diode);

describe('plug-in to charging', () => {
  test('9 V connects, 6 V for more than 500 ms after the diode closes both contactors', () => {
    const unit = plugIn(waitingUnit());
    expect(unit.first.state).toBe(STATE.b);
    tick(unit, PILOT.volts6, 50);
    expect(unit.first.state).toBe(STATE.b);
    tick(unit, PILOT.volts6);
    expect([unit.first.state, unit.isContactor1Closed, unit.isContactor2Closed, unit.phases]).toEqual([STATE.c, true, true, 3]);
  });

  test('without a diode it never charges', () => {
    const unit = tick(tick(waitingUnit(), PILOT.volts9), PILOT.volts6, 600);
    expect(unit.first.state).toBe(STATE.b);
  });

  test('contact 2 off means one phase', () => {
    const unit = tick(plugIn(waitingUnit({ contact2: CONTACT_2.alwaysOff })), PILOT.volts6, 51);
    expect([unit.isContactor1Closed, unit.isContactor2Closed, unit.phases]).toEqual([true, false, 1]);
  });

  test('without power it says so, and the vehicle sees no pilot for 5 s', () => {
    const unit = waitingUnit({ mode: MODE.smart, mainsMeterType: 1 });
    unit.mainsDa = 200;
    tick(unit, PILOT.volts9);
    expect([unit.first.state, unit.errors]).toEqual([STATE.a, ERROR.lessThan6A]);
    tick(unit, PILOT.volts9);
    expect([unit.first.state, unit.isPilotOn, unit.delayS]).toEqual([STATE.b1, false, 3]);
    for (let second = 0; second < 5; second += 1) tickSecond(unit);
    tick(unit, PILOT.volts9);
    expect(unit.isPilotOn).toBe(true);
  });

  test('without access nothing happens', () => {
    const unit = waitingUnit();
    unit.access = ACCESS.off;
    expect(tick(unit, PILOT.volts9, 10).first.state).toBe(STATE.a);
  });

  test('a vehicle that does not react gets one pulse after 30 s', () => {
    const unit = plugIn(waitingUnit());
    for (let second = 0; second < 30; second += 1) tickSecond(unit);
    expect(tick(unit, PILOT.volts9).first.state).toBe(STATE.activation);
    for (let second = 0; second < 3; second += 1) tickSecond(unit);
    expect([tick(unit, PILOT.volts9).first.state, unit.activationS]).toEqual([STATE.b, null]);
  });

  test('a node asks its master', () => {
    const unit = waitingUnit({ sharing: 2 });
    expect(tick(unit, PILOT.volts9).first.state).toBe(STATE.asksB);
    unit.first.state = STATE.grantedB;
    expect(tick(unit, PILOT.volts9).first.state).toBe(STATE.b);
    expect(tick(tick(unit, PILOT.diode), PILOT.volts6, 51).first.state).toBe(STATE.asksC);
    unit.first.state = STATE.grantedC;
    expect(tick(unit, PILOT.volts6).first.state).toBe(STATE.c);
  });
});

describe('charging and after', () => {
  const charging = (): SmartevseUnit => tick(plugIn(waitingUnit()), PILOT.volts6, 51);

  test.each([
    [PILOT.volts9, 1, STATE.b],
    [PILOT.volts12, 1, STATE.a],
    [PILOT.short, 50, STATE.c],
    [PILOT.short, 51, STATE.b],
    [PILOT.volts6, 200, STATE.c],
  ])('reading %i, %i times: state %i', (reading, count, state) => {
    const unit = tick(charging(), reading, count);
    expect(unit.first.state).toBe(state);
    expect(unit.isContactor1Closed).toBe(state === STATE.c);
  });

  test.each([
    [PILOT.volts9, STATE.b1],
    [PILOT.volts12, STATE.a],
    [PILOT.volts6, STATE.c1],
  ])('asked to stop, reading %i: state %i', (reading, state) => {
    const unit = charging();
    setAccess(unit, ACCESS.pause);
    expect([unit.first.state, unit.delayS, unit.isContactor1Closed]).toEqual([STATE.c1, 15, true]);
    expect(tick(unit, reading).first.state).toBe(state);
  });

  test('access ends with the session; in the stabilised variant also when it never charged', () => {
    expect(tick(charging(), PILOT.volts12).access).toBe(ACCESS.off);
    expect(tick(plugIn(waitingUnit()), PILOT.volts12).access).toBe(ACCESS.on);
    const stabilised = createSmartevse('stabilised', 1);
    stabilised.access = ACCESS.on;
    expect(tick(plugIn(stabilised), PILOT.volts12).access).toBe(ACCESS.off);
  });

  test('a pending change of phases waits for the next start', () => {
    const unit = waitingUnit({ contact2: CONTACT_2.alwaysOn });
    unit.phases = 1;
    enterState(unit, STATE.b);
    // From A the count changes at once: nothing is connected.
    expect([unit.phases, unit.phaseSwitch]).toEqual([3, 0]);
    unit.settings.contact2 = CONTACT_2.alwaysOff;
    enterState(unit, STATE.b);
    expect([unit.phases, unit.phaseSwitch]).toEqual([3, 1]);
    enterState(unit, STATE.c);
    expect([unit.phases, unit.phaseSwitch, unit.isContactor2Closed]).toEqual([1, 0, false]);
  });
});
