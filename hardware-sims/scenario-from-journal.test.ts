/** A run that is recorded as a live one is, turned into a scenario and played again, gives the same metered currents. */
import { describe, expect, test } from 'vitest';
import { playDirect } from '../core/player/play-direct.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import { PHASES } from '../core/quantities.ts';
import type { Frame } from '../core/runs/frame.ts';
import { createJournalWriter } from '../core/runs/journal.ts';
import { framesOf, parseJournal, type Journal } from '../core/runs/parse-journal.ts';
import type { ScenarioOutcome } from '../core/scenarios/outcome.ts';
import { restoreScenario, type RestoredScenario } from '../core/scenarios/restore-scenario.ts';
import { scenarioFromJournal } from '../core/scenarios/scenario-from-journal.ts';
import { threePhaseScenario, threePhaseSite } from './contract/three-phase-bench.ts';
import { START_WALL_MS } from './simulated-site.ts';
import { createDirectWorld } from './world.ts';

function journalOf(lines: readonly string[]): Journal {
  const journal = parseJournal(lines);
  if (!journal.ok) throw new Error(JSON.stringify(journal.error));
  return journal.value;
}

function restored(file: unknown): RestoredScenario {
  const result = restoreScenario(file);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

interface Played {
  readonly frames: readonly Frame[];
  /** Of the kind that a live site leaves: nothing of the truth in it. */
  readonly journal: Journal;
  readonly outcome: Omit<ScenarioOutcome, 'wallMs'>;
}

function play({ scenario, site }: RestoredScenario, controller: string): Played {
  const lines: string[] = [];
  const request = { scenario, site, controller, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS, onJournal: (more: readonly string[]) => lines.push(...more) };
  const { outcome } = playDirect(request, createDirectWorld(scenario, site, controller));
  const played = journalOf(lines);
  const frames = [...framesOf(played)];
  const live = createJournalWriter(site, { kind: 'live' }, [], played.devices ?? {});
  const journal = journalOf([live.header, ...frames.flatMap((frame) => live.linesOf(frame))]);
  return { frames, journal, outcome };
}

/** Metered current of each second and phase; null where there is none. */
const meteredA = ({ frames }: Played): readonly (number | null)[] => frames.flatMap(({ readings }) => readings.flatMap(({ currentA }) => PHASES.map((phase) => currentA[phase])));

/** What journal (mA) and series (W) leave of a current, where a meter is stated to be exact. */
const KEPT_A = 0.01;

/** How many of all metered values differ by more than the meter's own uncertainty, and what their mean differs by. */
function differenceOf(first: Played, again: Played, site: RestoredScenario['site'], noiseA = 0): { readonly outsideRatio: number; readonly meanA: number } {
  const { ratio, currentA } = site.meters[0]?.uncertainty ?? { ratio: 0, currentA: 0 };
  const fixedA = Math.max(currentA, KEPT_A);
  const [a, b] = [meteredA(first), meteredA(again)];
  expect(b.length).toBe(a.length);
  let outside = 0;
  let sumA = 0;
  let count = 0;
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? null;
    expect(other === null).toBe(value === null);
    if (value === null || other === null) continue;
    count += 1;
    sumA += other - value;
    if (Math.abs(other - value) > ratio * Math.abs(value) + fixedA + noiseA) outside += 1;
  }
  return { outsideRatio: outside / count, meanA: sumA / count };
}

const TWO_EVSES = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'evening',
  title: 'Evening',
  group: 'Tests',
  durationS: 3600,
  site: 'two-evses-one-breaker',
  vehicles: [
    { id: 'first', evse: 'secondary', plugInS: 120, unplugS: 3000 },
    { id: 'second', evse: 'primary', plugInS: 600, maxCurrentA: 16, requestedWh: 1500 },
    { id: 'third', evse: 'secondary', plugInS: 3200 },
  ],
  otherLoads: [{ circuit: 'ev', powerW: 2400, fromS: 900, untilS: 1500 }],
  houseLoads: [
    { kind: 'oven', circuit: 'ev', powerW: 1800, fromS: 1800, untilS: 2600 },
    { kind: 'base', circuit: 'ev', powerW: 350 },
  ],
  controllers: { chargebench: { expect: [] }, device: { expect: [] } },
};

describe('two EVSEs on one breaker', () => {
  const source = restored(TWO_EVSES);
  const first = play(source, 'chargebench');
  const converted = scenarioFromJournal(first.journal, { id: 'again', title: 'Again' });
  if (!converted.ok) throw new Error(JSON.stringify(converted.error));
  const { scenario, site } = restored(converted.value.file);

  test('the site is the one of the journal, and both controllers can play it', () => {
    expect(site).toEqual(source.site);
    expect(Object.keys(scenario.controllers)).toEqual(['chargebench', 'device']);
    expect(scenario.durationS).toBe(3600);
  });

  test('each vehicle came and went as its EVSE told', () => {
    expect(scenario.vehicles.map(({ evse }) => evse).sort()).toEqual(['primary', 'secondary', 'secondary']);
    for (const planned of source.scenario.vehicles) {
      const seen = scenario.vehicles.find(({ evse, plugInS }) => evse === planned.evse && Math.abs(plugInS - planned.plugInS) <= 2);
      expect(seen).toBeDefined();
      if (planned.unplugS === undefined) expect(seen?.unplugS).toBeUndefined();
      else expect(Math.abs((seen?.unplugS ?? 0) - planned.unplugS)).toBeLessThanOrEqual(2);
    }
  });

  test('a vehicle that took less than it was offered has its own maximum, one that took all of it has its EVSE as its limit', () => {
    expect(scenario.vehicles.find(({ evse }) => evse === 'primary')?.maxCurrentA).toBeCloseTo(16, 0);
    expect(scenario.vehicles.find(({ evse, plugInS }) => evse === 'secondary' && plugInS < 1000)?.maxCurrentA).toBe(site.evses.find(({ id }) => id === 'secondary')?.ratingA);
  });

  test('a vehicle that had enough asks for no more', () => {
    const wanted = scenario.vehicles.find(({ evse }) => evse === 'primary')?.requestedWh ?? 0;
    expect(Math.abs(wanted - 1500)).toBeLessThan(30);
  });

  test('played again, the meter tells the same within its uncertainty', () => {
    const again = play({ scenario, site }, 'chargebench');
    const difference = differenceOf(first, again, site);
    expect(difference.outsideRatio).toBe(0);
    expect(Math.abs(difference.meanA)).toBeLessThan(0.01);
    for (const [id, energyWh] of Object.entries(first.outcome.energyWh)) expect(again.outcome.energyWh[id]).toBeCloseTo(energyWh, -1);
  });
});

test('three phases: a household with sun, and vehicles on one and on all phases', () => {
  const site = threePhaseSite({ evses: [{}, { phaseCount: 1, phaseMap: [1, 2, 0] }] });
  const source = {
    site,
    scenario: threePhaseScenario(site, {
      vehicles: [
        { id: 'three', evse: 'evse-1', plugInS: 20, unplugS: 700 },
        { id: 'one', evse: 'evse-2', plugInS: 40, maxCurrentA: 10 },
      ],
      houseLoads: [
        { kind: 'household', circuit: 'main' },
        { kind: 'oven', circuit: 'main', phases: [1], fromS: 100 },
      ],
      pv: [{ kind: 'cloudy', circuit: 'main', peakW: 6000 }],
      startHour: 12,
    }),
  };
  const first = play(source, 'chargebench');
  const converted = scenarioFromJournal(first.journal, { id: 'again', title: 'Again' });
  if (!converted.ok) throw new Error(JSON.stringify(converted.error));
  const again = restored(converted.value.file);
  expect(converted.value.assumptions.filter(({ kind }) => kind === 'vehicle-conductors')).toEqual([]);
  const difference = differenceOf(first, play(again, 'chargebench'), site);
  expect(difference).toEqual({ outsideRatio: 0, meanA: 0 });
  // What the sun fed in is part of the load that is no EVSE.
  expect(Math.min(...again.scenario.houseLoads.flatMap((load) => (load.kind === 'series' ? load.powersW : [])))).toBeLessThan(-1000);
  // The oven is on l2 only.
  expect(again.scenario.houseLoads.flatMap((load) => ('phases' in load ? [load.phases] : []))).toEqual([[0], [1], [2]]);
});

test('a slow and noisy meter: the same within its uncertainty and its noise', () => {
  const noiseW = 40;
  const source = restored({ ...TWO_EVSES, siteChanges: { meters: { feed: { periodMs: 5000, allowedAgeMs: 15_000 } } }, meters: { feed: { noiseW } } });
  const first = play(source, 'chargebench');
  const converted = scenarioFromJournal(first.journal, { id: 'again', title: 'Again' });
  if (!converted.ok) throw new Error(JSON.stringify(converted.error));
  const again = restored(converted.value.file);
  // What the meter told while an EVSE stopped is left out, its noise with it: three times its deviation on either side.
  const { outsideRatio, meanA } = differenceOf(first, play(again, 'chargebench'), source.site, (3 * noiseW) / 120);
  expect(outsideRatio).toBe(0);
  expect(Math.abs(meanA)).toBeLessThan(0.01);
});

describe('what the devices were set to', () => {
  /** The recipe of two shapers in a row (seed two): under Chargebench both are commanded, and their own settings rest. */
  const SHAPERS = {
    primary: { current_shaper_enabled: true, current_shaper_max_pwr: 9600, mqtt_live_pwr: 'shellies/shellyem-B164B8/emeter/0/power' },
    secondary: { current_shaper_enabled: true, current_shaper_max_pwr: 8160, mqtt_live_pwr: 'shellies/shellyem-B164B8/emeter/0/power' },
  };
  const source = restored({ ...TWO_EVSES, devices: SHAPERS, durationS: 2400, vehicles: [{ id: 'a', evse: 'secondary', plugInS: 120 }, { id: 'b', evse: 'primary', plugInS: 600 }] });
  const converted = scenarioFromJournal(play(source, 'chargebench').journal, { id: 'again', title: 'Again' });
  if (!converted.ok) throw new Error(JSON.stringify(converted.error));
  const again = restored(converted.value.file);
  const figures = ({ outcome }: Played) => ({ verdict: outcome.verdict, starts: outcome.starts });

  test('stands in the scenario, and nothing of it is assumed', () => {
    expect(again.scenario.devices).toEqual(SHAPERS);
    expect(converted.value.assumptions).toEqual([]);
  });

  test('so that the evening under `device` is the one they would have given, and not that of factory settings', () => {
    const would = play(source, 'device');
    const replayed = play(again, 'device');
    expect(figures(replayed)).toEqual(figures(would));
    expect(Math.abs(replayed.outcome.peakCurrentA - would.outcome.peakCurrentA)).toBeLessThan(1);
    for (const [id, energyWh] of Object.entries(would.outcome.energyWh)) expect(Math.abs((replayed.outcome.energyWh[id] ?? 0) - energyWh)).toBeLessThan(0.02 * energyWh + 10);
    const factory = play({ ...again, scenario: { ...again.scenario, devices: {} } }, 'device');
    expect(factory.outcome.peakCurrentA).toBeGreaterThan(would.outcome.peakCurrentA + 5);
  });
});

/** Rows: seed of the household, conductors of the vehicles at two EVSEs of three phases, whose order is not the same. */
test.each([
  [1, 1, 3],
  [2, 2, 1],
  [3, 3, 2],
  [4, 1, 1],
  [5, 3, 3],
])('household %i: a vehicle on %i and one on %i conductors are known by the meter, and played on them', (seed, first, second) => {
  const site = threePhaseSite({ evses: [{}, { phaseMap: [1, 2, 0] }] });
  const scenario = threePhaseScenario(site, {
    seed,
    durationS: 3600,
    vehicles: [
      { id: 'one', evse: 'evse-1', plugInS: 60, phaseCount: first, unplugS: 2500 },
      { id: 'other', evse: 'evse-2', plugInS: 900, phaseCount: second, maxCurrentA: 10 },
    ],
    houseLoads: [
      { kind: 'household', circuit: 'main', activityRatio: 3 },
      { kind: 'kettle', circuit: 'main', phases: [2], timesS: [300, 1200, 2000] },
    ],
    startHour: 18,
  });
  const evening = play({ site, scenario }, 'chargebench');
  const converted = scenarioFromJournal(evening.journal, { id: 'again', title: 'Again' });
  if (!converted.ok) throw new Error(JSON.stringify(converted.error));
  const again = restored(converted.value.file);
  expect(converted.value.assumptions.filter(({ kind }) => kind === 'vehicle-conductors')).toEqual([]);
  expect(again.scenario.vehicles.map(({ evse, phaseCount = 3 }) => [evse, phaseCount])).toEqual([
    ['evse-1', first],
    ['evse-2', second],
  ]);
  const { outsideRatio, meanA } = differenceOf(evening, play(again, 'chargebench'), site);
  expect(outsideRatio).toBeLessThan(0.02);
  expect(Math.abs(meanA)).toBeLessThan(0.05);
});

/** A 3x230 V supply without neutral: every load and every one-phase vehicle is between two lines. */
test('a delta: loads and vehicles come back between the lines they were on', () => {
  const site = threePhaseSite({ kind: 'three-wire-delta', evses: [{}, { phaseCount: 1, phaseMap: [1, 2, 0] }, { phaseMap: [2, 0, 1] }] });
  const scenario = threePhaseScenario(site, {
    durationS: 1800,
    vehicles: [
      { id: 'three', evse: 'evse-1', plugInS: 60 },
      { id: 'pair', evse: 'evse-2', plugInS: 400, unplugS: 1500 },
      { id: 'pair-of-three', evse: 'evse-3', plugInS: 800, phaseCount: 1 },
    ],
    houseLoads: [
      { kind: 'base', circuit: 'main', phases: [0], powerW: 700 },
      { kind: 'oven', circuit: 'main', phases: [2], powerW: 1500, fromS: 200 },
    ],
  });
  const evening = play({ site, scenario }, 'chargebench');
  const converted = scenarioFromJournal(evening.journal, { id: 'again', title: 'Again' });
  if (!converted.ok) throw new Error(JSON.stringify(converted.error));
  const again = restored(converted.value.file);
  expect(again.scenario.lineVoltageV).toBeCloseTo(230, 1);
  expect(again.scenario.vehicles.map(({ evse, phaseCount = 3 }) => [evse, phaseCount])).toEqual([
    ['evse-1', 3],
    ['evse-2', 3],
    ['evse-3', 1],
  ]);
  expect(converted.value.assumptions.filter(({ kind }) => kind !== 'settings-unknown')).toEqual([]);
  const meanW = (pair: number): number => {
    const load = again.scenario.houseLoads.find((each) => each.kind === 'series' && each.phases?.[0] === pair);
    if (load?.kind !== 'series') throw new Error(`no load between pair ${String(pair)}`);
    const ends = [...load.timesS.slice(1), 1800];
    return load.powersW.reduce((sum, powerW, index) => sum + powerW * ((ends[index] ?? 0) - (load.timesS[index] ?? 0)), 0) / 1800;
  };
  expect(Math.abs(meanW(0) - 700)).toBeLessThan(20);
  expect(Math.abs(meanW(1))).toBeLessThan(20);
  expect(meanW(2)).toBeGreaterThan(300);
  // A journal keeps whole watts: of three lines they are 0.05 A of a pair.
  const { outsideRatio, meanA } = differenceOf(evening, play(again, 'chargebench'), site, 0.05);
  expect(outsideRatio).toBe(0);
  expect(Math.abs(meanA)).toBeLessThan(0.01);
});
