/** A run that is recorded as a live one is, turned into a scenario and played again, gives the same metered currents. */
import { describe, expect, test } from 'vitest';
import { playDirect } from '../core/player/play-direct.ts';
import { BUNDLED_CURVES } from '../core/protection/list-curves.ts';
import { PHASES } from '../core/quantities.ts';
import type { Frame } from '../core/runs/frame.ts';
import { createJournalWriter } from '../core/runs/journal.ts';
import { framesOf, parseJournal, type Journal } from '../core/runs/parse-journal.ts';
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
  readonly energyWh: Readonly<Record<string, number>>;
}

function play({ scenario, site }: RestoredScenario, controller: string): Played {
  const lines: string[] = [];
  const request = { scenario, site, controller, curves: BUNDLED_CURVES, startWallMs: START_WALL_MS, onJournal: (more: readonly string[]) => lines.push(...more) };
  const { outcome } = playDirect(request, createDirectWorld(scenario, site, controller));
  const frames = [...framesOf(journalOf(lines))];
  const live = createJournalWriter(site, { kind: 'live' });
  const journal = journalOf([live.header, ...frames.flatMap((frame) => live.linesOf(frame))]);
  return { frames, journal, energyWh: outcome.energyWh };
}

/** Metered current of each second and phase; null where there is none. */
const meteredA = ({ frames }: Played): readonly (number | null)[] => frames.flatMap(({ readings }) => readings.flatMap(({ currentA }) => PHASES.map((phase) => currentA[phase])));

/** What journal (mA) and series (W) leave of a current, where a meter is stated to be exact. */
const KEPT_A = 0.01;

/** How many of all metered values differ by more than the meter's own uncertainty, and what their mean differs by. */
function differenceOf(first: Played, again: Played, site: RestoredScenario['site']): { readonly outsideRatio: number; readonly meanA: number } {
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
    if (Math.abs(other - value) > ratio * Math.abs(value) + fixedA) outside += 1;
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
  const { scenario, site } = restored(converted.value);

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
    for (const [id, energyWh] of Object.entries(first.energyWh)) expect(again.energyWh[id]).toBeCloseTo(energyWh, -1);
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
  const again = restored(converted.value);
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
  const again = restored(converted.value);
  const { outsideRatio, meanA } = differenceOf(first, play(again, 'chargebench'), source.site);
  expect(outsideRatio).toBe(0);
  expect(Math.abs(meanA)).toBeLessThan(0.01);
});
