import { describe, expect, test } from 'vitest';
import { circuitId, evseId, meterId, type PerPhase } from '../quantities.ts';
import { createJournalWriter } from '../runs/journal.ts';
import { parseJournal, type Journal } from '../runs/parse-journal.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import { restoreScenario } from './restore-scenario.ts';
import { scenarioFromJournal } from './scenario-from-journal.ts';
import type { Scenario } from './schema.ts';

/** Expectations are sums of currents done by hand. */

const breaker = { curve: 'iec-60898-b', ratingA: 25 };
const METER = { model: 'shelly-3em', clamp: 'each-phase', periodMs: 1000, latencyMs: 1000, allowedAgeMs: 5000 };
const EVSE = { circuitId: 'garage', model: 'openevse', phaseMap: [0, 1, 2], phaseCount: 3, ratingA: 32, configuredMaxA: 16, failSafeCurrentA: 6, powerUpCurrentA: 16 };

function siteOf(kind: Site['supply']['kind']): Site {
  return siteSchema.parse({
    name: 'Nested',
    supply: { kind, nominalVoltageV: 230 },
    circuits: [
      { id: 'main', name: 'Main', breaker, continuousFactor: 1, meterId: 'grid' },
      { id: 'garage', name: 'Garage', breaker, continuousFactor: 1, parentId: 'main', meterId: 'below' },
    ],
    meters: [
      { ...METER, id: 'grid', name: 'Grid', link: { kind: 'mqtt', baseTopic: 'shellies/a' }, latencyMs: 2000 },
      { ...METER, id: 'below', name: 'Below', link: { kind: 'mqtt', baseTopic: 'shellies/b' } },
    ],
    evses: [{ ...EVSE, id: 'evse', name: 'EVSE', link: { kind: 'mqtt', baseTopic: 'openevse-1' } }],
  });
}

interface Moment {
  readonly timeS: number;
  readonly gridA?: PerPhase<number | null>;
  readonly belowA?: PerPhase<number | null>;
  readonly evse?: Partial<EvseReport> & { readonly drawnA?: number };
}

function readingOf(id: string, timeS: number, currentA: PerPhase<number | null>): MeterReading {
  return { meterId: meterId(id), timeMs: timeS * 1000, currentA, voltageV: [230, 230, 230], powerW: null, isLive: true };
}

function reportOf(timeS: number, { drawnA = 0, ...change }: NonNullable<Moment['evse']>): EvseReport {
  const timeMs = timeS * 1000;
  return {
    evseId: evseId('evse'),
    timeMs,
    state: null,
    isVehicleConnected: true,
    offeredCurrentA: 16,
    measuredCurrentA: [drawnA, drawnA, drawnA],
    measuredTimeMs: timeMs,
    voltageV: 230,
    energyWh: 0,
    restartCount: 0,
    otherCommander: null,
    ...change,
  };
}

function journalOf(site: Site, moments: readonly Moment[]): Journal {
  const writer = createJournalWriter(site, { kind: 'live' });
  const nothing = { setpoints: [], confirmations: [], circuits: [], notices: [] };
  const lines = moments.flatMap(({ timeS, gridA, belowA, evse }) =>
    writer.linesOf({
      ...nothing,
      timeMs: timeS * 1000,
      wallMs: 0,
      readings: [...(gridA === undefined ? [] : [readingOf('grid', timeS, gridA)]), ...(belowA === undefined ? [] : [readingOf('below', timeS, belowA)])],
      reports: evse === undefined ? [] : [reportOf(timeS, evse)],
    }),
  );
  const parsed = parseJournal([writer.header, ...lines]);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function scenarioOf(moments: readonly Moment[], kind: Site['supply']['kind'] = 'three-phase-star'): Scenario {
  const made = scenarioFromJournal(journalOf(siteOf(kind), moments), { id: 'mine', title: 'Mine' });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const restored = restoreScenario(made.value);
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return restored.value.scenario;
}

test('what a lower meter and the EVSEs tell is no load of the circuit above', () => {
  const moments = Array.from({ length: 20 }, (_, timeS): Moment => ({
    timeS,
    gridA: [20, 15, timeS < 12 ? 13 : 18],
    belowA: [14, 12, 10],
    evse: { drawnA: 10 },
  }));
  const { houseLoads, lineVoltageV, durationS } = scenarioOf(moments);
  expect(lineVoltageV).toBe(230);
  expect(durationS).toBe(20);
  const series = houseLoads.map((load) => (load.kind === 'series' ? [load.circuit, load.phases, load.timesS, load.powersW] : []));
  expect(series).toEqual([
    [circuitId('main'), [0], [0], [6 * 230]],
    [circuitId('main'), [1], [0], [3 * 230]],
    // Told at 12 s, described 2 s earlier (latencyMs).
    [circuitId('main'), [2], [0, 10], [3 * 230, 8 * 230]],
    [circuitId('garage'), [0], [0], [4 * 230]],
    [circuitId('garage'), [1], [0], [2 * 230]],
    [circuitId('garage'), [2], [0], [0]],
  ]);
});

test('the same on every phase is one load on all', () => {
  const { houseLoads } = scenarioOf([0, 1, 2].map((timeS): Moment => ({ timeS, belowA: [2, 2, 2] })));
  expect(houseLoads).toEqual([{ kind: 'series', circuit: 'garage', timesS: [0], powersW: [3 * 2 * 230] }]);
});

describe('vehicles', () => {
  const held = (fromS: number, untilS: number, evse: NonNullable<Moment['evse']>): readonly Moment[] => Array.from({ length: untilS - fromS }, (_, index) => ({ timeS: fromS + index, evse }));
  const vehicleOf = (...parts: readonly (readonly Moment[])[]): Scenario['vehicles'][number] | undefined => scenarioOf(parts.flat()).vehicles[0];
  const idle = { isVehicleConnected: false };

  test('come and go when the EVSE says so', () => {
    expect(vehicleOf(held(0, 10, idle), held(10, 100, { drawnA: 16 }), held(100, 110, idle))).toMatchObject({ evse: 'evse', plugInS: 10, unplugS: 100 });
  });

  test('that were there when the recording began were there when the run begins, and stay when nobody saw them leave', () => {
    const vehicle = vehicleOf(held(3, 100, { drawnA: 16 }));
    expect(vehicle?.plugInS).toBe(0);
    expect(vehicle?.unplugS).toBeUndefined();
  });

  test('are known by the state where the EVSE tells nothing else', () => {
    expect(vehicleOf(held(0, 10, { isVehicleConnected: null, state: 'idle' }), held(10, 60, { isVehicleConnected: null, state: 'charging', drawnA: 10 }), held(60, 70, { isVehicleConnected: null, state: 'paused' }))).toMatchObject({ plugInS: 10 });
  });

  test('that always leave the same of their offer have no maximum of their own', () => {
    expect(vehicleOf(held(0, 60, { offeredCurrentA: 10, drawnA: 9.2 }), held(60, 120, { offeredCurrentA: 16, drawnA: 15.2 }))?.maxCurrentA).toBe(32);
  });

  test('that take less than they are offered have one', () => {
    expect(vehicleOf(held(0, 60, { offeredCurrentA: 10, drawnA: 10 }), held(60, 120, { offeredCurrentA: 16, drawnA: 13.04 }))?.maxCurrentA).toBe(13.1);
  });

  test('that took nothing at all take nothing', () => {
    expect(vehicleOf(held(0, 60, { offeredCurrentA: 16, drawnA: 0 }))?.maxCurrentA).toBe(0);
  });

  test('that were never offered anything may take all', () => {
    expect(vehicleOf(held(0, 60, { offeredCurrentA: 0, drawnA: 0 }))?.maxCurrentA).toBe(32);
  });

  test('on one phase of three, where the EVSE measures each', () => {
    expect(vehicleOf(held(0, 60, { measuredCurrentA: [12, 0.1, 0] }))?.phaseCount).toBe(1);
    expect(vehicleOf(held(0, 60, { drawnA: 12 }))?.phaseCount).toBeUndefined();
  });

  test('that stopped by themselves had enough; those that were paused did not', () => {
    // 10 A on three phases at 230 V for 60 s.
    expect(vehicleOf(held(0, 60, { drawnA: 10 }), held(60, 300, { drawnA: 0 }))?.requestedWh).toBe(115);
    expect(vehicleOf(held(0, 60, { drawnA: 10 }), held(60, 300, { drawnA: 0, offeredCurrentA: 0 }))?.requestedWh).toBeUndefined();
    expect(vehicleOf(held(0, 60, { drawnA: 10 }), held(60, 100, { drawnA: 0 }))?.requestedWh).toBeUndefined();
  });
});

test('a journal without rows, and a delta, are refused', () => {
  const name = { id: 'mine', title: 'Mine' };
  expect(scenarioFromJournal(journalOf(siteOf('three-phase-star'), []), name)).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { rule: 'no-rows' } } });
  expect(scenarioFromJournal(journalOf(siteOf('three-wire-delta'), [{ timeS: 0 }]), name)).toMatchObject({ ok: false, error: { code: 'not-supported' } });
});
