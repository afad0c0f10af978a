import { describe, expect, test } from 'vitest';
import { circuitId, evseId, meterId, type PerPhase } from '../quantities.ts';
import { createJournalWriter, type JournalKind, type JournalWriter, type SettingsByDevice } from '../runs/journal.ts';
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
  return parsedJournal([writer.header, ...lines]);
}

function parsedJournal(lines: readonly string[]): Journal {
  const parsed = parseJournal(lines);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function scenarioOf(moments: readonly Moment[], kind: Site['supply']['kind'] = 'three-phase-star'): Scenario {
  const made = scenarioFromJournal(journalOf(siteOf(kind), moments), { id: 'mine', title: 'Mine' });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const restored = restoreScenario(made.value.file);
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

describe('which conductors a vehicle used, where its EVSE has one ammeter', () => {
  /** An EVSE that tells l1 alone charges with 16 A from 20 s and with 8 A from 60 s on; `beside` is what the grid has without it. */
  function evening(beside: (timeS: number) => PerPhase<number>, used: PerPhase<0 | 1>, firstS = 0, untilS = 100): readonly Moment[] {
    return Array.from({ length: untilS - firstS }, (_, index): Moment => {
      const timeS = firstS + index;
      const drawnAt = (momentS: number): number => (momentS < 20 ? 0 : momentS < 60 ? 16 : 8);
      // The meter's readings describe what was 2 s before (latencyMs).
      const [l1, l2, l3] = beside(timeS - 2);
      const drawnA = drawnAt(timeS - 2);
      return { timeS, gridA: [l1 + used[0] * drawnA, l2 + used[1] * drawnA, l3 + used[2] * drawnA], evse: { measuredCurrentA: [drawnAt(timeS), null, null] } };
    });
  }
  const calm = (): PerPhase<number> => [1, 2, 3];

  const madeOf = (moments: readonly Moment[], supply: Site['supply']['kind'] = 'three-phase-star') => {
    const made = scenarioFromJournal(journalOf(siteOf(supply), moments), { id: 'mine', title: 'Mine' });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    const { vehicles, houseLoads } = made.value.file as unknown as Scenario;
    const assumed = made.value.assumptions.filter(({ kind }) => kind === 'vehicle-conductors');
    return { phaseCount: vehicles[0]?.phaseCount ?? null, assumed, powersW: houseLoads.map((load) => (load.kind === 'series' ? load.powersW : [])) };
  };

  test.each([
    ['one', [1, 0, 0], 1],
    ['two', [1, 1, 0], 2],
    ['all three, the EVSE\'s own number', [1, 1, 1], null],
  ] as const)('%s, by what changed at the meter when it did', (_, used, phaseCount) => {
    const made = madeOf(evening(calm, used));
    expect(made.phaseCount).toBe(phaseCount);
    expect(made.assumed).toEqual([]);
    // What is left is the house alone: the vehicle is in none of it.
    expect(made.powersW).toEqual([[230], [460], [690]]);
  });

  test('a load that comes at the same moment on another phase does not make a phase of it', () => {
    const kettle = (timeS: number): PerPhase<number> => [1, 2, timeS >= 20 && timeS < 45 ? 11 : 3];
    expect(madeOf(evening(kettle, [1, 0, 0]))).toMatchObject({ phaseCount: 1, assumed: [] });
  });

  test('one that charged all the time is on no phase that carried less', () => {
    expect(madeOf(evening(calm, [1, 0, 0], 22, 55))).toMatchObject({ phaseCount: 1, assumed: [] });
  });

  test('what nothing tells is said: taken to be all that nothing speaks against', () => {
    const loud = (): PerPhase<number> => [20, 20, 3];
    expect(madeOf(evening(loud, [1, 0, 0], 22, 55))).toMatchObject({
      phaseCount: 2,
      assumed: [{ about: 'evse', kind: 'vehicle-conductors', vehicle: 'evse-1', phases: [0, 1] }],
    });
    const unmetered = Array.from({ length: 30 }, (_, timeS): Moment => ({ timeS, evse: { measuredCurrentA: [16, null, null] } }));
    expect(madeOf(unmetered)).toMatchObject({ phaseCount: null, assumed: [{ phases: [0, 1, 2] }] });
  });

  test('a vehicle that drew nothing leaves nothing to be known', () => {
    expect(madeOf([0, 1, 2].map((timeS) => ({ timeS, gridA: [1, 1, 1] as const, evse: { measuredCurrentA: [0, null, null] as const } })))).toMatchObject({ phaseCount: null, assumed: [] });
  });
});

describe('a delta', () => {
  const readings = (gridA: PerPhase<number | null>, powerW: PerPhase<number | null> | null) => {
    const writer = createJournalWriter(siteOf('three-wire-delta'), { kind: 'live' });
    const lines = [0, 1, 2].flatMap((timeS) => writer.linesOf({ timeMs: timeS * 1000, wallMs: 0, readings: [{ ...readingOf('grid', timeS, gridA), voltageV: null, powerW }], reports: [], setpoints: [], confirmations: [], circuits: [], notices: [] }));
    return scenarioFromJournal(parsedJournal([writer.header, ...lines]), { id: 'mine', title: 'Mine' });
  };
  const pairsW = (made: ReturnType<typeof scenarioFromJournal>): readonly unknown[] => {
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return (made.value.file as unknown as Scenario).houseLoads.map((load) => (load.kind === 'series' ? [load.phases, load.powersW.map(Math.round)] : []));
  };

  /** 10 A between l1 and l2 and 6 A between l2 and l3 (230 V, in phase): in l2 sqrt(100 + 60 + 36) = 14 A. Half of a pair's power is told on either line. */
  test('the loads between its lines follow from the powers of its lines', () => {
    expect(pairsW(readings([10, 14, 6], [1150, 1840, 690]))).toEqual([[[0], [2300]], [[1], [1380]], [[2], [0]]]);
  });

  test('and from their currents alone, where nothing feeds in', () => {
    expect(pairsW(readings([10, 14, 6], null))).toEqual([[[0], [2300]], [[1], [1380]], [[2], [0]]]);
  });

  test('that they were in phase is said where it cannot be seen, or is seen not to be', () => {
    const assumed = (made: ReturnType<typeof readings>) => (made.ok ? made.value.assumptions.filter(({ kind }) => kind === 'loads-in-phase') : made.error);
    expect(assumed(readings([10, 14, 6], [1150, 1840, 690]))).toEqual([]);
    expect(assumed(readings([10, 14, 6], null))).toEqual([{ about: 'grid', kind: 'loads-in-phase', differsA: null }]);
    expect(assumed(readings([13, 17, 9], [1150, 1840, 690]))).toEqual([{ about: 'grid', kind: 'loads-in-phase', differsA: 3 }]);
  });

  test('is refused where the meter tells of too few lines, or of feeding in by amounts alone', () => {
    const refused = { ok: false, error: { code: 'not-supported', context: { supply: 'three-wire-delta', meter: 'grid' } } };
    expect(readings([10, 14, null], null)).toMatchObject(refused);
    expect(readings([-10, 14, 6], null)).toMatchObject(refused);
  });
});

describe('what the devices were set to', () => {
  const SHAPER = { current_shaper_enabled: true, current_shaper_max_pwr: 9600, mqtt_live_pwr: 'shellies/a/emeter/0/power' };
  const madeOf = (settings: SettingsByDevice | null, more: (writer: JournalWriter) => readonly string[] = () => [], kind: JournalKind = { kind: 'live' }) => {
    const writer = createJournalWriter(siteOf('three-phase-star'), kind, [], settings ?? {});
    const frame = { timeMs: 0, wallMs: 0, readings: [], reports: [reportOf(0, {})], setpoints: [], confirmations: [], circuits: [], notices: [] };
    const { devices: _devices, ...before } = JSON.parse(writer.header) as Record<string, unknown>;
    const header = settings === null ? JSON.stringify({ ...before, version: 1 }) : writer.header;
    const made = scenarioFromJournal(parsedJournal([header, ...writer.linesOf(frame), ...more(writer)]), { id: 'mine', title: 'Mine' });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    const restored = restoreScenario(made.value.file);
    if (!restored.ok) throw new Error(JSON.stringify(restored.error));
    return { devices: restored.value.scenario.devices, assumptions: made.value.assumptions.filter(({ kind: each }) => each !== 'nothing-told') };
  };

  test('the scenario sets them to it', () => {
    expect(madeOf({ evse: SHAPER })).toEqual({ devices: { evse: SHAPER }, assumptions: [] });
  });

  test('where it is not known that is said', () => {
    expect(madeOf({})).toEqual({ devices: {}, assumptions: [{ about: 'evse', kind: 'settings-unknown' }] });
    expect(madeOf(null)).toEqual({ devices: {}, assumptions: [{ about: 'evse', kind: 'settings-unknown' }] });
  });

  test('settings that came late are those of the start; a change after them is said', () => {
    const late = madeOf({}, (writer) => [writer.settingsLine(500, 'evse', SHAPER), writer.settingsLine(8000, 'evse', { ...SHAPER, current_shaper_max_pwr: 5000 })]);
    expect(late).toEqual({ devices: { evse: SHAPER }, assumptions: [{ about: 'evse', kind: 'settings-changed', atS: 8, keys: ['current_shaper_max_pwr'] }] });
  });

  test('timers are left out of a live evening, whose hour nobody knows, and stay in a played one', () => {
    const settings = { evse: { ...SHAPER, schedule: '[{"id":1,"state":"active","time":"22:00","days":["monday"]}]' } };
    expect(madeOf(settings)).toEqual({ devices: { evse: SHAPER }, assumptions: [{ about: 'evse', kind: 'schedule-left-out' }] });
    expect(madeOf({ evse: { ...SHAPER, schedule: '[]' } })).toEqual({ devices: { evse: SHAPER }, assumptions: [] });
    expect(madeOf(settings, () => [], { kind: 'played', run: { scenarioId: 'x', controller: 'device', seed: 1 } })).toEqual({ devices: settings, assumptions: [] });
  });

  test('a feed that nobody in the scenario publishes to is said, where the device acts on it', () => {
    const elsewhere = { ...SHAPER, mqtt_live_pwr: 'home-assistant/power/watts', mqtt_grid_ie: 'emon/emonpi/power1', divert_enabled: false };
    expect(madeOf({ evse: elsewhere }).assumptions).toEqual([{ about: 'evse', kind: 'feed-missing', setting: 'mqtt_live_pwr', topic: 'home-assistant/power/watts' }]);
    expect(madeOf({ evse: { ...elsewhere, current_shaper_enabled: false } }).assumptions).toEqual([]);
  });
});

test('what told nothing, and who else commanded, is said', () => {
  const made = scenarioFromJournal(journalOf(siteOf('three-phase-star'), [{ timeS: 0, gridA: [1, 1, 1] }, { timeS: 5, evse: { otherCommander: 'manual override' } }]), { id: 'mine', title: 'Mine' });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  expect(made.value.assumptions).toEqual([
    { about: 'below', kind: 'nothing-told' },
    { about: 'evse', kind: 'settings-unknown' },
    { about: 'evse', kind: 'other-commander', atS: 5, commander: 'manual override' },
  ]);
});

test('a journal without rows is refused', () => {
  expect(scenarioFromJournal(journalOf(siteOf('three-phase-star'), []), { id: 'mine', title: 'Mine' })).toMatchObject({ ok: false, error: { code: 'invalid-file', context: { rule: 'no-rows' } } });
});
