import { describe, expect, it } from 'vitest';
import { ChargebenchError } from '../../core/errors.ts';
import type { ControllerEngine, ControllerMaker, ControllerSettings } from '../../core/player/controller-engine.ts';
import { makeController } from '../../core/player/controller-engine.ts';
import { evseId, meterId, type PerPhase } from '../../core/quantities.ts';
import { restoreSitePart } from '../../core/site/restore-site.ts';
import type { EvseReport, EvseState } from '../../core/site/readings.ts';
import type { Site } from '../../core/site/site.ts';
import { FIELD_CONTROLLERS } from './controllers.ts';
import { fittedA } from './model-engine.ts';

const BREAKER = { curve: 'iec-60898-c', ratingA: 25 };

/** A house of 3 x 25 A with one EVSE on all phases. */
function house(change: { readonly evse?: object; readonly meter?: object; readonly circuit?: object; readonly supply?: string } = {}): Site {
  const site = restoreSitePart(
    {
      name: 'House',
      supply: { kind: change.supply ?? 'three-phase-star', nominalVoltageV: 230 },
      circuits: [{ id: 'main', name: 'Main', breaker: BREAKER, continuousFactor: 1, meterId: 'mains', ...change.circuit }],
      meters: [{ id: 'mains', name: 'Mains', model: 'shelly-3em', link: { kind: 'mqtt', baseTopic: 'shellies/mains' }, clamp: 'each-phase', periodMs: 1000, allowedAgeMs: 15_000, ...change.meter }],
      evses: ['one', ...(change.circuit === undefined ? [] : ['two'])].map((id) => ({
        ...{ id, name: id, circuitId: 'main', model: 'openevse', link: { kind: 'mqtt', baseTopic: `openevse-${id}` } },
        ...{ phaseCount: 3, ratingA: 32, configuredMaxA: 32, failSafeCurrentA: 6, powerUpCurrentA: 32, ...change.evse },
      })),
    },
    ['site'],
  );
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

function make(name: string, settings: ControllerSettings = {}, site = house()): ControllerEngine {
  const maker: ControllerMaker | null | undefined = FIELD_CONTROLLERS.get(name);
  if (maker === null || maker === undefined) throw new Error(`no maker for ${name}`);
  const engine = maker({ site, settings, path: ['controllers', name, 'settings'] });
  engine.setControlling(true);
  return engine;
}

const report = (timeMs: number, state: EvseState, offeredCurrentA: number, change: Partial<EvseReport> = {}): EvseReport => ({
  ...{ evseId: evseId('one'), timeMs, state, isVehicleConnected: state !== 'idle', offeredCurrentA, measuredCurrentA: null, measuredTimeMs: null },
  ...{ voltageV: 230, energyWh: 0, restartCount: 0, otherCommander: null, ...change },
});

/** One second of the run: what flows on L1 to L3, then the turn; answers what goes to the EVSE. */
function second(engine: ControllerEngine, timeS: number, currentA: PerPhase<number> | null): number | null {
  const timeMs = timeS * 1000;
  if (currentA !== null) engine.acceptReading({ meterId: meterId('mains'), timeMs, currentA, voltageV: null, powerW: null, isLive: true });
  return engine.turn(timeMs, timeMs).offers[0]?.currentA ?? null;
}

describe('what an EVSE makes of a current', () => {
  const [evse] = house().evses;
  if (evse === undefined) throw new Error('no EVSE');
  it.each<[number, number, number]>([
    [16.9, 16, 16],
    [40, 32, 32],
    [6, 6, 6],
    [5.9, 0, 6],
    [1, 0, 6],
    [0.4, 0, 0],
    [0, 0, 0],
    [-3, 0, 0],
  ])('%f A: %f A where it pauses below its minimum, %f A where it offers that', (currentA, pausingA, minimumA) => {
    expect(fittedA(evse, currentA)).toBe(pausingA);
    expect(fittedA(evse, currentA, 'minimum')).toBe(minimumA);
  });
});

describe('the recipe of 2025 in time', () => {
  it('writes at each change of the most loaded phase while charging, and the EVSE has it 2 s later', () => {
    const engine = make('ha-most-loaded-phase-v2');
    engine.acceptReport(report(0, 'charging', 32));
    // 25 - 20 + 32, cut to 16; then 25 - 28.5 + 16 = 12.5, floored.
    expect([second(engine, 0, [20, 9, 4]), second(engine, 1, [28.5, 9, 4]), second(engine, 2, [28.5, 9, 4]), second(engine, 3, null)]).toEqual([null, null, 16, 12]);
  });

  it('hunts: the setting falls by the same overload again until the first fall is measured (weakness 5)', () => {
    const engine = make('ha-most-loaded-phase-v2', { delayS: 5 });
    engine.acceptReport(report(0, 'charging', 16));
    second(engine, 0, [20, 0, 0]);
    // 16 + 25 - 28 = 13, then 13 + 25 - 28.1 floored to 9, then 9 + 25 - 28 = 6.
    const setpoints = [28, 28.1, 28].map((currentA, index) => {
      second(engine, index + 1, [currentA, 0, 0]);
      return engine.turn(index * 1000 + 1500, 0).frame.setpoints[0]?.offeredCurrentA;
    });
    expect(setpoints).toEqual([13, 9, 6]);
  });

  it('takes export for load, and a phase that the vehicle does not use as if it did (weaknesses 3 and 4)', () => {
    const engine = make('ha-most-loaded-phase-v2', { delayS: 0 }, house({ evse: { phaseCount: 1 } }));
    engine.acceptReport(report(0, 'charging', 16, { measuredCurrentA: [16, null, null] }));
    second(engine, 0, [20, 0, 0]);
    expect(second(engine, 1, [17, -31, 0])).toBe(10);
    expect(engine.turn(1500, 0).frame.setpoints[0]?.reason).toEqual({ kind: 'model-most-loaded-phase', phase: 1, limitA: 25, measuredA: 31, previousA: 16, boundA: null });
  });

  it('leaves the last limit for ever when the meter is silent (weakness 7)', () => {
    const engine = make('ha-most-loaded-phase-v2', { delayS: 0 });
    engine.acceptReport(report(0, 'charging', 32));
    expect(second(engine, 0, [20, 0, 0])).toBe(16);
    for (let timeS = 1; timeS < 600; timeS += 1) expect(second(engine, timeS, null)).toBeNull();
  });

  it('swallows what triggers while a run waits for its answer', () => {
    const engine = make('ha-most-loaded-phase-v2', { delayS: 0, answerS: 3 });
    engine.acceptReport(report(0, 'charging', 32));
    // 30 and 31 A come while the first run waits; at 3 s its answer is there, and 25 - 26 + 16 = 15 goes out.
    expect([20, 30, 31, 26, 26, 26, 26].map((currentA, timeS) => second(engine, timeS, [currentA, 0, 0]))).toEqual([null, null, null, 16, null, null, 15]);
  });
});

describe('the recipe of 2023 in time', () => {
  it('is refused by Home Assistant below 0 A, so that nothing changes in the deepest overload (B.8: 0 to 32)', () => {
    const engine = make('ha-most-loaded-phase', { delayS: 0 });
    engine.acceptReport(report(0, 'charging', 10));
    expect(second(engine, 0, [20, 0, 0])).toBe(10);
    engine.acceptReport(report(1000, 'charging', 10));
    expect(second(engine, 1, [45, 0, 0])).toBeNull();
    expect(second(engine, 2, [28, 0, 0])).toBe(7);
  });

  it('leaves the minimum to charger where less than 6 A are left, or a pause, as it is set', () => {
    for (const [belowMinimum, expectedA] of [['minimum', 6], ['pause', 0]] as const) {
      const engine = make('ha-most-loaded-phase', { delayS: 0, belowMinimum });
      engine.acceptReport(report(0, 'connected', 16));
      expect(second(engine, 0, [31, 0, 0])).toBe(expectedA);
    }
  });
});

describe('EV Load Balancing in time', () => {
  it('refreshes 1 s after a change and reaches the charger 5 s later', () => {
    const engine = make('ev-load-balancing', { mainsLimitA: 20, circuitRatedA: 16 });
    engine.acceptReport(report(0, 'charging', 32));
    // 40 + (20 - 14) is cut to the rated 16.
    expect(Array.from({ length: 8 }, (_, timeS) => second(engine, timeS, timeS === 0 ? [14, 9, 4] : null))).toEqual([null, null, null, null, null, null, 16, null]);
  });

  it('lets its limit run out under a steady load, and the charger falls to its limit for a lost connection', () => {
    const engine = make('ev-load-balancing', { mainsLimitA: 20, circuitRatedA: 16, ttlMin: 1, delayS: 1 });
    engine.acceptReport(report(0, 'charging', 32));
    const offers = Array.from({ length: 70 }, (_, timeS) => [timeS, second(engine, timeS, [4, 4, 4])] as const).filter(([, currentA]) => currentA !== null);
    // Written at 1 s, there at 2 s, dropped ever after because it is what is reported; gone 60 s later, and then written again.
    expect(offers).toEqual([
      [2, 16],
      [62, 6],
      [64, 16],
    ]);
    expect(engine.turn(70_000, 0).frame.confirmations).toMatchObject([{ requestedA: 16 }]);
  });

  it('as shipped limits the wrong charger phase on a site whose phases are rotated; corrected does not', () => {
    // Charger phases 1, 2, 3 lie on the mains' 2, 3, 1. L2 is overloaded by 5 A: charger phase 1 must go from 16 to 11.
    const site = house({ evse: { phaseCount: 1, phaseMap: [1, 2, 0] } });
    const settings = { mainsLimitA: 20, circuitRatedA: 16, delayS: 0, maximumA: 16, pairs: '2-1 3-2 1-3' };
    const offersOf = (name: string): number | null => {
      const engine = make(name, settings, site);
      engine.acceptReport(report(0, 'charging', 32));
      second(engine, 0, [4, 25, 4]);
      return second(engine, 1, null);
    };
    // Read the other way round: output P1 comes from mains 1 (4 A), and the 11 A go out as P2.
    expect(offersOf('ev-load-balancing')).toBe(16);
    expect(offersOf('ev-load-balancing-corrected')).toBe(11);
  });

  it('refuses a site without three phases', () => {
    expect(() => make('ev-load-balancing', {}, house({ supply: 'single-phase', evse: { phaseCount: 1 } }))).toThrow(ChargebenchError);
  });
});

describe('a fixed split', () => {
  it('gives each of two EVSEs half of what the breaker and the assumed load leave, and again after a restart', () => {
    const engine = make('static-split', {}, house({ circuit: { assumedLoadA: 2 } }));
    engine.acceptReport(report(0, 'idle', 32));
    // (25 - 2) / 2 = 11.5 A each, in whole amperes.
    expect(second(engine, 0, null)).toBe(11);
    expect(engine.turn(500, 0).frame.setpoints[0]?.reason).toEqual({ kind: 'model-static-split', circuitId: 'main', phase: 0, limitA: 23, sharers: 2 });
    expect(second(engine, 1, [40, 40, 40])).toBeNull();
    engine.acceptReport(report(2000, 'starting', 32, { restartCount: 1 }));
    expect(second(engine, 2, null)).toBe(11);
  });

  it('asks nothing of an EVSE whose part is below its minimum', () => {
    const engine = make('static-split', {}, house({ circuit: { assumedLoadA: 14 } }));
    engine.acceptReport(report(0, 'idle', 32));
    expect(second(engine, 0, null)).toBe(0);
  });
});

describe('what a scenario says about its controllers', () => {
  const setup = { devices: {}, expect: [] };
  const play = (name: string, settings: ControllerSettings) => () =>
    makeController({ controllers: { [name]: { ...setup, settings } } } as unknown as Parameters<typeof makeController>[0], house(), name, FIELD_CONTROLLERS);

  it.each<[string, ControllerSettings, string, string]>([
    ['ha-most-loaded-phase-v2', { fuseA: 25 }, 'controllers/ha-most-loaded-phase-v2/settings/fuseA', 'unknown-key'],
    ['ha-most-loaded-phase', { fuseA: 'much' }, 'controllers/ha-most-loaded-phase/settings/fuseA', 'invalid-type'],
    ['ev-load-balancing', { ttlMin: 31 }, 'controllers/ev-load-balancing/settings/ttlMin', 'too-big'],
    ['ev-load-balancing', { pairs: '1-1 1-2 3-3' }, 'controllers/ev-load-balancing/settings/pairs', 'custom'],
    ['static-split', { shareA: 3 }, 'controllers/static-split/settings/shareA', 'unknown-key'],
    ['chargebench', { speed: 1 }, 'controllers/chargebench/settings/speed', 'unknown-key'],
    ['device', { speed: 1 }, 'controllers/device/settings/speed', 'unknown-key'],
    ['nobody', {}, 'controllers/nobody', 'unknown-controller'],
  ])('%s with %j is refused at %s by %s', (name, settings, path, rule) => {
    expect(play(name, settings)).toThrow(expect.objectContaining({ code: 'invalid-file', context: expect.objectContaining({ path, rule }) as unknown }));
  });

  it('knows every controller that the design names', () => {
    for (const name of ['chargebench', 'device', 'none', 'openevse-divert', 'ev-load-balancing', 'ev-load-balancing-corrected', 'ha-most-loaded-phase', 'ha-most-loaded-phase-v2', 'static-split']) {
      expect(play(name, {}), name).not.toThrow();
    }
  });
});
