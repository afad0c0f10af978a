import { expect, test } from 'vitest';
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import type { Signal } from '../loop/signals.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { ControllerEngine, EvseAct } from './controller-engine.ts';
import { createTeller } from './teller.ts';
import type { SiteWires } from './world.ts';

const START_WALL_MS = 1_000_000;

const wires: SiteWires = { switchPhases: () => undefined, homeBatteryA: () => [-1, 2, 3] };

const scenario: Pick<Scenario, 'signals' | 'wishes' | 'batteryFeed'> = {
  signals: [
    { kind: 'dimming', atS: 20, isDimmed: true },
    { kind: 'dimming', atS: 40, isDimmed: false },
    { kind: 'temperature', atS: 20, evse: 'drive', temperatureC: 66 },
    { kind: 'switch', atS: 15, evse: 'drive', contact: 'closed' },
  ],
  wishes: [
    { kind: 'mode', atS: 10, untilS: 50, mode: 'pause' },
    { kind: 'limit', atS: 30, evse: 'drive', currentA: 8 },
    { kind: 'card', atS: 12, evse: 'drive', card: '04A1B2C3D4E5' },
  ],
};

interface Heard {
  readonly engine: ControllerEngine;
  readonly signals: string[];
  readonly acts: EvseAct[];
  wishes: Wishes;
}

function listener(): Heard {
  const heard: Heard = {
    signals: [],
    acts: [],
    wishes: NO_WISHES,
    engine: {
      acceptReading: () => undefined,
      acceptReport: () => undefined,
      offerFailed: () => undefined,
      linkRestored: () => undefined,
      setControlling: () => undefined,
      turn: () => {
        throw new Error('nobody asked for a turn');
      },
      acceptSignal: (signal: Signal, timeMs: number) => heard.signals.push(`${timeMs} ${signal.kind} ${Object.values(signal).at(-1)}`),
      actAtEvse: (act) => heard.acts.push(act),
      wishes: () => heard.wishes,
      setWishes: (wishes: Wishes) => {
        heard.wishes = wishes;
      },
    },
  };
  return heard;
}

test('each at its moment, once, with the ends of wishes as times of day', () => {
  const heard = listener();
  const teller = createTeller(scenario, heard.engine, 0, START_WALL_MS, wires);
  expect(teller.nextMs()).toBe(10_000);
  teller.tellUntil(9999);
  expect(heard.wishes).toBe(NO_WISHES);
  teller.tellUntil(10_000);
  expect(heard.wishes.modes).toEqual([{ evseId: null, mode: 'pause', untilWallMs: START_WALL_MS + 50_000 }]);
  expect(heard.acts).toEqual([]);
  teller.tellUntil(20_000);
  teller.tellUntil(20_000);
  expect(heard.acts).toEqual([
    { kind: 'card', evseId: 'drive', card: '04A1B2C3D4E5' },
    { kind: 'switch', evseId: 'drive', isClosed: true },
  ]);
  expect(teller.nextMs()).toBe(30_000);
  expect(heard.signals).toEqual(['20000 dimming true', '20000 temperature 66']);
  teller.tellUntil(40_000);
  expect(heard.wishes.limits).toEqual([{ evseId: 'drive', currentA: 8, untilWallMs: null }]);
  expect(heard.signals.slice(2)).toEqual(['40000 dimming false']);
  expect(teller.nextMs()).toBe(Infinity);
});

test('a controller that is started later sees what the contacts show, and knows no wish of its earlier life', () => {
  const heard = listener();
  createTeller(scenario, heard.engine, 25_000, START_WALL_MS, wires).tellUntil(25_000);
  expect(heard.signals).toEqual(['25000 dimming true', '25000 temperature 66']);
  expect(heard.acts).toEqual([{ kind: 'switch', evseId: 'drive', isClosed: true }]);
  expect(heard.wishes).toBe(NO_WISHES);
});

test('in real time a controller is there a little after its second, and hears of it all the same', () => {
  const heard = listener();
  createTeller(scenario, heard.engine, 10_040, START_WALL_MS, wires).tellUntil(10_040);
  expect(heard.wishes.modes).toHaveLength(1);
});

test('a model that knows no wishes and listens to no contact is told nothing', () => {
  const engine = listener().engine;
  delete engine.acceptSignal;
  delete engine.actAtEvse;
  delete engine.setWishes;
  delete engine.wishes;
  expect(() => {
    createTeller(scenario, engine, 0, START_WALL_MS, wires).tellUntil(60_000);
  }).not.toThrow();
});

test('what home batteries take is told every few seconds, to one that is started later from then on, and after a sleep once', () => {
  const feed = { signals: [], wishes: [], batteryFeed: { everyS: 5, fromS: 10, untilS: 30 } };
  const heard = listener();
  const teller = createTeller(feed, heard.engine, 0, START_WALL_MS, wires);
  for (let timeMs = 0; timeMs <= 40_000; timeMs += 1000) teller.tellUntil(timeMs);
  expect(heard.signals).toEqual([10, 15, 20, 25].map((timeS) => `${timeS}000 battery -1,2,3`));
  expect(teller.nextMs()).toBe(Infinity);

  const late = listener();
  const lateTeller = createTeller(feed, late.engine, 12_000, START_WALL_MS, wires);
  expect(lateTeller.nextMs()).toBe(15_000);
  lateTeller.tellUntil(27_000);
  expect(late.signals).toEqual(['27000 battery -1,2,3']);
});
