/** Rows worked out by hand from the rules of reference/smartevse.md chapters 3 and 4. Currents in dA. */
import { describe, expect, test } from 'vitest';
import { CONTACT_2, ERROR, MODE, PHASE_SWITCH, SCHEDULE, STATE } from './smartevse-codes.ts';
import { calculate } from './smartevse-calculation.ts';
import { answerRequest, trip } from './smartevse-master.ts';
import { acceptEvMeter, acceptMains } from './smartevse-measurement.ts';
import { hasRoomForOneMore } from './smartevse-room.ts';
import { chargingUnit, givenDa, measureAndCalculate } from './testing/smartevse-rig.ts';

describe('own maximum (3.1)', () => {
  test.each([
    [{ maxA: 16 }, 160],
    [{ maxA: 32, cableA: 20 }, 200],
    [{ maxA: 32, cableA: 20, isFixedCable: true }, 320],
    [{ maxA: 16, overrideDa: 83 }, 83],
    [{ maxA: 32, cableA: 63, ocppLimitA: 10.5 }, 105],
    [{ maxA: 32, cableA: 63, ocppLimitA: 5 }, 0],
    [{ maxA: 32, cableA: 63, ocppLimitA: -1 }, 320],
  ])('%j', (settings, ownDa) => {
    const unit = chargingUnit({ settings: { mode: MODE.normal, ...settings }, balancedDa: [0] });
    calculate(unit);
    expect(unit.ownDa).toBe(ownDa);
    expect(unit.first.mostDa).toBe(ownDa);
  });
});

describe('the set point follows the mains in Smart mode (3.3, 3.4)', () => {
  test.each([
    ['up by a quarter, truncated', 100, 199, 112],
    ['down by the whole step', 120, 283, 87],
    ['not moved at the limit', 100, 250, 100],
    ['never above MAINS less base load', 60, 50, 110],
  ])('%s', (_, givenBefore, mainsDa, setPointDa) => {
    const unit = chargingUnit({ balancedDa: [givenBefore] });
    measureAndCalculate(unit, mainsDa);
    expect(unit.setPointDa).toBe(setPointDa);
  });

  test('does not move without a fresh measurement, though the guards hold', () => {
    const unit = chargingUnit({ balancedDa: [100] });
    measureAndCalculate(unit, 199);
    calculate(unit);
    expect([unit.setPointDa, unit.first.balancedDa]).toEqual([112, 112]);
    unit.settings.mainsA = 19;
    calculate(unit);
    // 190 - (199 - 112), and the current stays until something is measured.
    expect([unit.setPointDa, unit.first.balancedDa]).toEqual([103, 112]);
  });

  test.each([
    [CONTACT_2.alwaysOn, 60],
    [CONTACT_2.alwaysOff, 160],
  ])('the grid relay leaves 18 A in all: contact 2 %i', (contact2, setPointDa) => {
    const unit = chargingUnit({ settings: { mode: MODE.normal, isGridRelayOpen: true, contact2 }, balancedDa: [160] });
    calculate(unit);
    expect(unit.setPointDa).toBe(setPointDa);
  });

  test('CAPACITY takes the place of MAINS in the classic variant, and stands beside it as a third in the stabilised one', () => {
    const settings = { capacityA: 60 };
    const classic = chargingUnit({ settings, balancedDa: [100] });
    measureAndCalculate(classic, 130);
    // A quarter of 600 - 390.
    expect(classic.setPointDa).toBe(152);
    const stabilised = chargingUnit({ variant: 'stabilised', settings, balancedDa: [100] });
    measureAndCalculate(stabilised, 130);
    // min(120, 210 / 3) filtered to 17, a quarter of that.
    expect([stabilised.filteredDa, stabilised.setPointDa]).toEqual([17, 104]);
  });

  test('an EV meter brings CIRCUIT in', () => {
    const unit = chargingUnit({ settings: { evMeterType: 4, circuitA: 20 }, balancedDa: [100] });
    acceptEvMeter(unit, [150, 0, 0]);
    measureAndCalculate(unit, 150);
    // Up by (200 - 150) / 4, never above 200 - (150 - 100).
    expect(unit.setPointDa).toBe(112);
  });
});

describe('sharing (3.6)', () => {
  test.each([
    [[160, 160, 160], 290, [96, 97, 97]],
    [[100, 160, 320], 500, [100, 160, 240]],
    [[100, 100, 100], 800, [100, 100, 100]],
    [[100, 160, 320, 60], 330, [90, 90, 90, 60]],
  ])('maxima %j, %i to share', (mostDa, sharedDa, expected) => {
    const unit = chargingUnit({ settings: { mode: MODE.normal, circuitA: sharedDa / 10, maxA: (mostDa[0] ?? 0) / 10 }, balancedDa: mostDa.map(() => 0), mostDa });
    calculate(unit);
    expect(givenDa(unit)).toEqual(expected);
  });

  test('an EVSE begins Solar charging at MIN for 40 s, and the set point stays at what is given', () => {
    const unit = chargingUnit({ settings: { mode: MODE.solar }, balancedDa: [60] });
    unit.first.chargingS = 39;
    measureAndCalculate(unit, -50);
    expect([unit.first.balancedDa, unit.setPointDa]).toEqual([60, 60]);
    unit.first.chargingS = 40;
    measureAndCalculate(unit, -50);
    expect([unit.first.balancedDa, unit.setPointDa]).toEqual([65, 65]);
  });
});

describe('Solar fine steps (3.3 point 5)', () => {
  test.each([
    [-11, 5],
    [-10, 1],
    [-1, 1],
    [0, 0],
    [3, 0],
    [4, -1],
    [10, -1],
    [11, -5],
    [20, -5],
    [21, -10],
    [25, -12],
  ])('%i dA above IMPORT: %i', (sumDa, change) => {
    const unit = chargingUnit({ settings: { mode: MODE.solar }, balancedDa: [100] });
    measureAndCalculate(unit, [sumDa, 0, 0]);
    expect(unit.setPointDa - 100).toBe(change);
  });
});

describe('shortage (3.5) and priority (4)', () => {
  test('alone: lifted to MIN and counted; the third in a row trips', () => {
    const unit = chargingUnit({ balancedDa: [60] });
    for (const [count, isTripped] of [[1, false], [2, false], [3, true]] as const) {
      measureAndCalculate(unit, 260);
      expect([unit.setPointDa, unit.first.balancedDa, unit.shortages]).toEqual([60, 60, count]);
      expect(trip(unit)).toBe(isTripped);
    }
    expect([unit.shortages, unit.errors]).toEqual([0, ERROR.lessThan6A]);
  });

  test('an overload of twice MAINS trips at once and stops the nodes', () => {
    const unit = chargingUnit({ balancedDa: [160, 160] });
    measureAndCalculate(unit, [501, 0, 0]);
    expect(trip(unit)).toBe(true);
    expect(unit.errors).toBe(ERROR.lessThan6A);
    expect(unit.evses.map(({ state }) => state)).toEqual([STATE.c, STATE.c1]);
    expect(unit.evses[1]?.errors).toBe(ERROR.lessThan6A);
  });

  test.each([
    [0, [0, 0, 0], [90, 0, 0]],
    [1, [20, 30, 10], [0, 0, 90]],
    [1, [20, 0, 0], [90, 0, 0]],
    [2, [20, 30, 10], [0, 90, 0]],
    [1, [10, 10, 10], [90, 0, 0]],
    [2, [10, 10, 10], [90, 0, 0]],
  ])('strategy %i with connection times %j gives %j of 9 A', (priority, connectedS, expected) => {
    const unit = chargingUnit({ settings: { priority }, balancedDa: [60, 60, 60] });
    for (const evse of unit.evses) evse.connectedS = connectedS[evse.index] ?? 0;
    measureAndCalculate(unit, 340);
    expect(givenDa(unit)).toEqual(expected);
    expect(unit.evses.map(({ schedule }) => schedule)).toEqual(expected.map((currentDa) => (currentDa > 0 ? SCHEDULE.active : SCHEDULE.paused)));
    expect([unit.setPointDa, unit.shortages]).toEqual([180, 0]);
  });

  test('what is left above the minimums is shared up to each maximum', () => {
    const unit = chargingUnit({ balancedDa: [60, 60, 60], mostDa: [160, 65, 160] });
    measureAndCalculate(unit, 251);
    // 179 for three that need 180: two get 60, 59 are left, of which the second takes 5.
    expect(givenDa(unit)).toEqual([114, 65, 0]);
  });

  test('nobody gets MIN: the shortage counts, and enough for all ends it at once', () => {
    const unit = chargingUnit({ balancedDa: [60, 60] });
    measureAndCalculate(unit, 320);
    expect([givenDa(unit), unit.shortages]).toEqual([[0, 0], 1]);
    measureAndCalculate(unit, 100);
    expect([unit.shortages, unit.evses.map(({ schedule }) => schedule), unit.evses.map(({ errors }) => errors)]).toEqual([0, [SCHEDULE.active, SCHEDULE.active], [0, 0]]);
  });

  test('a Solar pause of a node is a bit that its register has no room for', () => {
    const unit = chargingUnit({ settings: { mode: MODE.solar }, balancedDa: [60, 60] });
    measureAndCalculate(unit, 260);
    expect(unit.evses.map(({ errors }) => errors)).toEqual([0, ERROR.noSun]);
  });

  test('the classic count runs over after 255 in Normal mode, where nothing trips', () => {
    const unit = chargingUnit({ settings: { mode: MODE.normal, circuitA: 5 }, balancedDa: [0, 0] });
    for (let turn = 0; turn < 256; turn += 1) calculate(unit);
    expect(unit.shortages).toBe(0);
  });
});

describe('Solar stop and phases (3.7, 3.9)', () => {
  test.each([
    ['sum above what START would restart with', 4, [47, 47, 47], 600],
    ['sum not above it', 4, [46, 46, 46], 0],
    ['a higher START stops earlier', 10, [28, 28, 28], 600],
  ])('%s', (_, startA, mains, stopS) => {
    const unit = chargingUnit({ settings: { mode: MODE.solar, startA }, balancedDa: [60] });
    // Three phases at MIN are 180 dA, less START.
    measureAndCalculate(unit, mains as [number, number, number]);
    expect(unit.solarStopS).toBe(stopS);
  });

  test('with contact 2 on Auto: 30 s without STOP, then one phase', () => {
    const unit = chargingUnit({ settings: { mode: MODE.solar, contact2: CONTACT_2.auto, stopMin: 0 }, balancedDa: [60] });
    measureAndCalculate(unit, 10);
    expect(unit.solarStopS).toBe(30);
    unit.solarStopS = 2;
    measureAndCalculate(unit, 10);
    expect([unit.first.state, unit.phaseSwitch, unit.solarStopS, unit.shortages]).toEqual([STATE.c1, PHASE_SWITCH.toOne, 0, 0]);
  });

  test('back to three phases after 60 s at the top of one, with 5 A to spare for MAX 16 A', () => {
    const unit = chargingUnit({ settings: { mode: MODE.solar, contact2: CONTACT_2.auto }, balancedDa: [152] });
    unit.phases = 1;
    measureAndCalculate(unit, [-50, 0, 0]);
    expect(unit.solarStopS).toBe(0);
    measureAndCalculate(unit, [-51, 0, 0]);
    expect(unit.solarStopS).toBe(63);
    unit.solarStopS = 3;
    measureAndCalculate(unit, [-51, 0, 0]);
    expect([unit.first.state, unit.phaseSwitch]).toEqual([STATE.c1, PHASE_SWITCH.toThree]);
  });
});

describe('room for one more (3.8)', () => {
  const solar = { mode: MODE.solar };
  test.each([
    ['Smart, 6 A left', {}, 190, true],
    ['Smart, less than 6 A left', {}, 191, false],
    ['Normal, whatever flows', { mode: MODE.normal }, 400, true],
    ['CAPACITY counts three phases of a standalone unit', { capacityA: 30 }, 40, true],
    ['CAPACITY passed', { capacityA: 30 }, 41, false],
    ['CAPACITY counts one phase with contact 2 off', { capacityA: 30, contact2: CONTACT_2.alwaysOff }, 80, true],
    ['Solar, export above START', solar, -14, true],
    ['Solar, export not above START', { ...solar, startA: 6 }, -20, false],
    ['a limit by OCPP below MIN', { ocppLimitA: 5 }, 0, false],
  ])('%s', (_, settings, mainsDa, expected) => {
    const unit = chargingUnit({ settings, balancedDa: [0] });
    unit.first.state = STATE.b;
    acceptMains(unit, [mainsDa, mainsDa, mainsDa]);
    expect(hasRoomForOneMore(unit)).toBe(expected);
  });

  test('in Solar a second one needs what the first has above MIN', () => {
    const unit = chargingUnit({ settings: solar, balancedDa: [120, 0] });
    const [, node] = unit.evses;
    if (node === undefined) throw new Error('no node');
    node.state = STATE.b;
    acceptMains(unit, [61, 0, 0]);
    expect(hasRoomForOneMore(unit)).toBe(false);
    acceptMains(unit, [60, 0, 0]);
    expect(hasRoomForOneMore(unit)).toBe(true);
  });

  test('a node that asks is granted with a new share for all, or told that there is no power', () => {
    const unit = chargingUnit({ balancedDa: [160, 0] });
    const [, node] = unit.evses;
    if (node === undefined) throw new Error('no node');
    node.state = STATE.b;
    acceptMains(unit, [291, 200, 200]);
    expect(answerRequest(unit, node)).toBe(false);
    expect([node.state, node.errors]).toEqual([STATE.asksC, ERROR.lessThan6A]);
    acceptMains(unit, [200, 200, 200]);
    expect(answerRequest(unit, node)).toBe(true);
    // 250 - (200 - 160) for both at once.
    expect([node.state, node.errors, ...givenDa(unit)]).toEqual([STATE.c, 0, 105, 105]);
  });
});

describe('the home battery (2)', () => {
  test.each([
    [MODE.solar, CONTACT_2.alwaysOn, [-43, -33, -33]],
    [MODE.solar, CONTACT_2.alwaysOff, [-110, 0, 0]],
    [MODE.smart, CONTACT_2.alwaysOn, [-10, 0, 0]],
  ])('mode %i, contact 2 %i: charging with 10 A counts as %j', (mode, contact2, seen) => {
    const unit = chargingUnit({ settings: { mode, contact2 }, balancedDa: [0] });
    unit.batteryDa = 100;
    acceptMains(unit, [-10, 0, 0]);
    expect([unit.mainsDa, unit.sumDa]).toEqual([Math.max(...seen), seen.reduce((sum, each) => sum + each, 0)]);
  });
});

describe('the stabilised variant (3.15)', () => {
  test('a standalone unit rests 5 s after every change and steps by 3 A at most', () => {
    const unit = chargingUnit({ variant: 'stabilised', balancedDa: [160] });
    measureAndCalculate(unit, 200);
    expect(unit.settleS).toBe(5);
    unit.settleS = 0;
    measureAndCalculate(unit, 400);
    expect([unit.setPointDa, unit.first.balancedDa]).toEqual([60, 130]);
  });

  test('stops itself at the tenth shortage and forgets one for each good cycle', () => {
    const unit = chargingUnit({ variant: 'stabilised', balancedDa: [60] });
    for (let turn = 0; turn < 9; turn += 1) measureAndCalculate(unit, 260);
    expect([unit.shortages, unit.errors, trip(unit)]).toEqual([9, 0, false]);
    measureAndCalculate(unit, 100);
    expect(unit.shortages).toBe(8);
    for (let turn = 0; turn < 2; turn += 1) measureAndCalculate(unit, 260);
    expect([unit.shortages, unit.errors]).toEqual([10, ERROR.lessThan6A]);
  });
});
