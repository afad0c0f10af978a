import { describe, expect, test } from 'vitest';
import {
  createDivert,
  createDivertSettings,
  DIVERT_QUIRKS,
  enterEco,
  leaveEco,
  minChargeRemainingS,
  receiveDivertPower,
  tellEvseState,
  turnWindow,
  type Divert,
  type DivertMoment,
  type DivertQuirks,
  type DivertSettings,
} from './openevse-divert.ts';

/** OpenEVSE reference, section b; figures worked out by hand from its rules. */

interface Rig {
  readonly divert: Divert;
  readonly settings: DivertSettings;
  readonly send: (timeS: number, powerW: number, moment?: Partial<DivertMoment>) => boolean;
}

function ecoWith(settings: Partial<DivertSettings> = {}, quirks: Partial<DivertQuirks> = {}): Rig {
  const divert = createDivert();
  const all = { ...DIVERT_QUIRKS, ...quirks };
  const stored = { ...createDivertSettings(), type: 0, ...settings };
  enterEco(divert, all);
  return {
    divert,
    settings: stored,
    send: (timeS, powerW, moment = {}) =>
      receiveDivertPower(divert, stored, all, {
        timeMs: timeS * 1000,
        powerW,
        voltageV: 240,
        measuredA: 0,
        minCurrentA: 6,
        isCharging: false,
        targetState: 'disabled',
        ...moment,
      }),
  };
}

const NO_SMOOTHING = { attackTimeS: 0, decayTimeS: 0 } as const;
const ACTIVE = { isCharging: true, targetState: 'active' } as const;

describe('what is available (rules 1 and 2)', () => {
  test.each([
    ['PV alone', { type: 0 }, 2400, {}, 10],
    ['PV on three phases', { type: 0, isThreePhase: true }, 7200, {}, 10],
    ['no PV at night: never below zero', { type: 0 }, -20, {}, 0],
    ['export, 100 W kept back with ratio 1.1', { type: 1 }, -2500, {}, 10],
    ['export, nothing kept back with ratio 1', { type: 1, pvRatio: 1 }, -2400, {}, 10],
    ['the own draw counts as export', { type: 1, pvRatio: 1 }, 0, { measuredA: 8 }, 8],
    ['import eats the own draw', { type: 1, pvRatio: 1 }, 480, { measuredA: 8 }, 6],
    ['import', { type: 1, pvRatio: 1 }, 480, {}, 0],
    ['less export than is kept back', { type: 1 }, -60, {}, 0],
    ['another line voltage', { type: 0 }, 2300, { voltageV: 230 }, 10],
    ['type never set: nothing, ever', { type: -1 }, 9000, {}, 0],
  ])('%s', (_what, settings, powerW, moment, currentA) => {
    const { divert, send } = ecoWith(settings);
    send(0, powerW, moment);
    expect(divert.availableA).toBeCloseTo(currentA, 9);
  });
});

describe('smoothing (rule 3)', () => {
  test('the first message counts for nothing, then rises take the attack time and falls the decay time', () => {
    const { divert, send } = ecoWith();
    send(0, 2400);
    expect(divert.smoothedA).toBe(0);
    send(20, 2400);
    expect(divert.smoothedA).toBeCloseTo(10 * (1 - Math.exp(-1)), 9);
    const before = divert.smoothedA;
    send(620, 0);
    expect(divert.smoothedA).toBeCloseTo(before * Math.exp(-1), 9);
  });

  test('times from 1 to 9 s act as 10, 0 is none at all', () => {
    const short = ecoWith({ attackTimeS: 3 });
    short.send(0, 2400);
    short.send(10, 2400);
    expect(short.divert.smoothedA).toBeCloseTo(10 * (1 - Math.exp(-1)), 9);
    const none = ecoWith(NO_SMOOTHING);
    none.send(0, 2400);
    expect(none.divert.smoothedA).toBe(10);
  });

  test('an hour in Normal counts as time since the last message, unless the quirk is off', () => {
    for (const [filtersSinceLastCall, smoothedA] of [[true, 10], [false, 0]] as const) {
      const { divert, send } = ecoWith({}, { filtersSinceLastCall });
      send(0, 0);
      leaveEco(divert);
      send(3600, 2400);
      enterEco(divert, { ...DIVERT_QUIRKS, filtersSinceLastCall });
      send(7200, 2400);
      expect(divert.smoothedA).toBeCloseTo(smoothedA, 9);
    }
  });
});

describe('the rate is of the present surplus, not of the smoothed one (rule 4)', () => {
  test.each([
    [1.1, 2879, 11],
    [1, 2879, 11],
    [0.5, 1559, 6],
    [0.5, 1560, 6],
    [0.5, 1561, 7],
    [0, 1441, 7],
  ])('ratio %d, %d W: %d A', (pvRatio, powerW, rateA) => {
    const { divert, send } = ecoWith({ pvRatio });
    send(0, powerW);
    expect(divert.rateA).toBe(rateA);
  });
});

describe('start and stop (rules 5 to 8)', () => {
  test.each([
    ['6.5 A smoothed start it', 1.1, 1560, 'active'],
    ['a little less does not', 1.1, 1559, 'disabled'],
    ['ratio 0.5 starts at 3.5 A', 0.5, 840, 'active'],
    ['and not below', 0.5, 839, 'disabled'],
  ])('%s', (_what, pvRatio, powerW, state) => {
    const { divert, send } = ecoWith({ ...NO_SMOOTHING, pvRatio });
    send(0, powerW);
    expect(divert.claim?.state).toBe(state);
  });

  test('it claims its rate at 50 and its pause at 10', () => {
    const { divert, send } = ecoWith(NO_SMOOTHING);
    expect(divert.claim).toEqual({ priority: 10, state: 'disabled', chargeCurrentA: null });
    expect(send(0, 2400)).toBe(true);
    expect(divert.claim).toEqual({ priority: 50, state: 'active', chargeCurrentA: 10 });
    expect(send(10, 2400)).toBe(false);
  });

  test('between 6 and 6.5 A the last claim stays as it is, current and all', () => {
    for (const [keepsCurrentInBand, chargeCurrentA] of [[true, 10], [false, 6]] as const) {
      const { divert, send } = ecoWith(NO_SMOOTHING, { keepsCurrentInBand });
      send(0, 2400);
      send(10, 1500, ACTIVE);
      expect(divert.claim).toEqual({ priority: 50, state: 'active', chargeCurrentA });
    }
  });

  test('6 A or less stop it when nothing protects it', () => {
    const { divert, send } = ecoWith(NO_SMOOTHING);
    send(0, 2400);
    send(10, 1440, ACTIVE);
    expect(divert.claim).toEqual({ priority: 10, state: 'disabled', chargeCurrentA: null });
  });

  test('out of Eco messages do nothing, and its claim is gone (rule 11)', () => {
    const { divert, send } = ecoWith(NO_SMOOTHING);
    send(0, 2400);
    leaveEco(divert);
    expect([send(10, 9000), divert.claim, divert.lastMessageMs]).toEqual([false, null, 10_000]);
    enterEco(divert, DIVERT_QUIRKS);
    expect([divert.smoothedA, divert.rateA, divert.claim?.state]).toEqual([0, 0, 'disabled']);
  });
});

describe('minimum charge time (rule 10)', () => {
  function charging(quirks: Partial<DivertQuirks> = {}): Rig {
    const rig = ecoWith(NO_SMOOTHING, quirks);
    rig.send(0, 2400);
    tellEvseState(rig.divert, rig.settings, 3, true, 2000);
    return rig;
  }

  test('the first message after a start may stop it, unless the quirk is off', () => {
    for (const [seesOwnClaimLate, state] of [[true, 'disabled'], [false, 'active']] as const) {
      const { divert, send } = charging({ seesOwnClaimLate });
      send(10, 0, ACTIVE);
      expect(divert.claim?.state).toBe(state);
    }
  });

  test('from the second on it is protected until its time is over', () => {
    const { divert, send } = charging();
    send(10, 2400, ACTIVE);
    send(20, 0, ACTIVE);
    send(601, 0, ACTIVE);
    expect(divert.claim?.state).toBe('active');
    expect(minChargeRemainingS(divert, true, 601_000)).toBe(1);
    send(602, 0, ACTIVE);
    expect(divert.claim?.state).toBe('disabled');
  });

  test('a vehicle that stops by itself voids the protection', () => {
    const { divert, settings, send } = charging();
    send(10, 2400, ACTIVE);
    tellEvseState(divert, settings, 2, false, 15_000);
    send(20, 0, { isCharging: false, targetState: 'active' });
    expect(divert.claim?.state).toBe('disabled');
  });

  test('leaving and entering Eco voids it too (firmware: the clock is set back)', () => {
    const { divert, send } = charging();
    leaveEco(divert);
    enterEco(divert, DIVERT_QUIRKS);
    send(10, 2400, ACTIVE);
    send(20, 2400, ACTIVE);
    expect(minChargeRemainingS(divert, true, 20_000)).toBe(0);
  });

  test('the same state told again arms nothing; a new start does', () => {
    const { divert, settings } = charging();
    tellEvseState(divert, settings, 3, true, 300_000);
    expect(divert.minChargeEndS).toBe(602);
    tellEvseState(divert, settings, 254, false, 400_000);
    tellEvseState(divert, settings, 3, true, 500_000);
    expect(divert.minChargeEndS).toBe(1100);
  });
});

describe('a window of the schedule (rules 6, 7 and 13)', () => {
  test('its claims are at 900 while it is open, pause and current alike', () => {
    const { divert, send } = ecoWith(NO_SMOOTHING);
    turnWindow(divert, DIVERT_QUIRKS, true, true);
    expect(divert.claim).toMatchObject({ priority: 900, state: 'disabled' });
    send(0, 2400);
    expect(divert.claim).toMatchObject({ priority: 900, state: 'active', chargeCurrentA: 10 });
    turnWindow(divert, DIVERT_QUIRKS, false, true);
    expect(divert.claim).toMatchObject({ priority: 50, state: 'active', chargeCurrentA: 10 });
  });

  test('it brings Eco, and takes it away again where it is not stored', () => {
    const divert = createDivert();
    turnWindow(divert, DIVERT_QUIRKS, true, false);
    expect([divert.isEco, divert.claim?.priority]).toEqual([true, 900]);
    turnWindow(divert, DIVERT_QUIRKS, false, false);
    expect([divert.isEco, divert.claim]).toEqual([false, null]);
  });
});
