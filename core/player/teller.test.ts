import { expect, test } from 'vitest';
import { NO_WISHES, type Wishes } from '../balancing/state.ts';
import type { Signal } from '../loop/signals.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { ControllerEngine } from './controller-engine.ts';
import { createTeller } from './teller.ts';

const START_WALL_MS = 1_000_000;

const scenario: Pick<Scenario, 'signals' | 'wishes'> = {
  signals: [
    { kind: 'dimming', atS: 20, isDimmed: true },
    { kind: 'dimming', atS: 40, isDimmed: false },
    { kind: 'temperature', atS: 20, evse: 'drive', temperatureC: 66 },
  ],
  wishes: [
    { kind: 'mode', atS: 10, untilS: 50, mode: 'pause' },
    { kind: 'limit', atS: 30, evse: 'drive', currentA: 8 },
  ],
};

interface Heard {
  readonly engine: ControllerEngine;
  readonly signals: string[];
  wishes: Wishes;
}

function listener(): Heard {
  const heard: Heard = {
    signals: [],
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
  const teller = createTeller(scenario, heard.engine, 0, START_WALL_MS);
  expect(teller.momentsMs).toEqual([10_000, 20_000, 30_000, 40_000]);
  teller.tellUntil(9999);
  expect(heard.wishes).toBe(NO_WISHES);
  teller.tellUntil(10_000);
  expect(heard.wishes.modes).toEqual([{ evseId: null, mode: 'pause', untilWallMs: START_WALL_MS + 50_000 }]);
  teller.tellUntil(20_000);
  teller.tellUntil(20_000);
  expect(heard.signals).toEqual(['20000 dimming true', '20000 temperature 66']);
  teller.tellUntil(40_000);
  expect(heard.wishes.limits).toEqual([{ evseId: 'drive', currentA: 8, untilWallMs: null }]);
  expect(heard.signals.slice(2)).toEqual(['40000 dimming false']);
});

test('a controller that is started later sees what the contacts show, and knows no wish of its earlier life', () => {
  const heard = listener();
  createTeller(scenario, heard.engine, 25_000, START_WALL_MS).tellUntil(25_000);
  expect(heard.signals).toEqual(['25000 dimming true', '25000 temperature 66']);
  expect(heard.wishes).toBe(NO_WISHES);
});

test('in real time a controller is there a little after its second, and hears of it all the same', () => {
  const heard = listener();
  createTeller(scenario, heard.engine, 10_040, START_WALL_MS).tellUntil(10_040);
  expect(heard.wishes.modes).toHaveLength(1);
});

test('a model that knows no wishes and listens to no contact is told nothing', () => {
  const engine = listener().engine;
  delete engine.acceptSignal;
  delete engine.setWishes;
  delete engine.wishes;
  expect(() => {
    createTeller(scenario, engine, 0, START_WALL_MS).tellUntil(60_000);
  }).not.toThrow();
});
