import { expect, test } from 'vitest';
import { BUNDLED_CURVES } from '../protection/list-curves.ts';
import { circuitId, evseId, meterId } from '../quantities.ts';
import { createScenarioJudge, type ScenarioJudge } from './judge.ts';
import { restoreScenario, type RestoredScenario } from './restore-scenario.ts';
import type { RunTruth } from './run-truth.ts';

/** What flows at one second of a run on the two-EVSE template: 50 A UL 489, 40 A continuous, both legs alike. */
interface Second {
  readonly primaryA: number;
  readonly secondaryA: number;
  readonly otherA?: number;
  /** As measured where not given. */
  readonly secondaryOfferedA?: number;
}

function scenarioWith(expect: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): RestoredScenario {
  const restored = restoreScenario({
    format: 'chargebench-scenario',
    version: 1,
    id: 'judged',
    title: 'Judged',
    group: 'Tests',
    durationS: 1800,
    site: 'two-evses-one-breaker',
    vehicles: [
      { id: 'left', evse: 'primary', plugInS: 0 },
      { id: 'right', evse: 'secondary', plugInS: 60, unplugS: 1500 },
    ],
    controllers: { device: { expect } },
    ...more,
  });
  if (!restored.ok) throw new Error(JSON.stringify(restored.error));
  return restored.value;
}

function truthOf(second: Second): RunTruth {
  const { primaryA, secondaryA, otherA = 0, secondaryOfferedA = secondaryA } = second;
  const legA = primaryA + secondaryA + otherA;
  return {
    circuitCurrentA: () => [legA, legA, 0],
    otherLoadA: () => [otherA, otherA, 0],
    evseCurrentA: (id) => (id === 'primary' ? primaryA : secondaryA),
    evsePhaseCount: (id) => (id === 'primary' ? 3 : 1),
    evseOfferedA: (id) => (id === 'primary' ? primaryA : secondaryOfferedA),
    evseEnergyWh: (id) => (id === 'primary' ? 1234.56 : 0),
  };
}

function played({ site, scenario }: RestoredScenario, at: (timeS: number) => Second, seconds = 1800): ScenarioJudge {
  const judge = createScenarioJudge(site, scenario, 'device', BUNDLED_CURVES);
  for (let timeS = 0; timeS < seconds; timeS += 1) judge.sample(timeS * 1000, 1000, truthOf(at(timeS)));
  return judge;
}

/** Primary's contactors close three phases all the time, secondary's one. */
test.each([
  ['primary', 3, true],
  ['secondary', 3, false],
  ['secondary', 1, true],
])('phases of %s are %d: %s', (evse, is, passed) => {
  const outcome = played(scenarioWith([{ kind: 'phases-at', evse, atS: 100, is }]), () => ({ primaryA: 0, secondaryA: 0 }), 200).outcome();
  expect(outcome.expectations).toEqual([{ passed, text: expect.stringContaining(`has phases ${String(is)} at 100 s`) as unknown }]);
});

/** Row "same, EV jumps to full current at once" of openevse.md a.3: 68 A for 6 s, then 40 A. */
const jump = (timeS: number): Second => ({ primaryA: timeS < 600 ? 0 : 34, secondaryA: timeS < 600 || timeS < 606 ? 34 : 6 });

test('a jump to 68 A for 6 s on a 50 A breaker holds, and its figures are counted', () => {
  const outcome = played(scenarioWith([]), jump).outcome();
  expect(outcome).toMatchObject({
    id: 'judged',
    controller: 'device',
    passed: true,
    verdict: 'holds',
    peakCurrentA: 68,
    secondsAboveContinuousLimit: 6,
    secondsAboveRating: 6,
    simulatedS: 1800,
    energyWh: { primary: 1234.6, secondary: 0 },
    circuits: { ev: { peakCurrentA: [68, 68], secondsAboveRating: [6, 6] } },
  });
  // 6 s of about 340 s (electrical.md).
  expect(outcome.thermalLoadPeakRatio).toBeCloseTo(6 / 340, 3);
});

/** electrical.md: 888 s at 68 A may trip; openevse.md a.3: 60 min at 136 % must trip. */
test.each([
  [103, 'holds'],
  [888, 'may-trip'],
  [3600, 'trips'],
])('%i s at 68 A %s', (seconds, verdict) => {
  expect(played(scenarioWith([]), () => ({ primaryA: 34, secondaryA: 34 }), seconds).outcome().verdict).toBe(verdict);
});

test('a quarter ampere above the continuous limit is not counted, the rating has no such grace', () => {
  const outcome = played(scenarioWith([]), (timeS) => ({ primaryA: timeS < 10 ? 40.25 : 50.01, secondaryA: 0 }), 30).outcome();
  expect(outcome).toMatchObject({ secondsAboveContinuousLimit: 20, secondsAboveRating: 20 });
});

test('the worst moment is the first of the highest current', () => {
  expect(played(scenarioWith([]), jump).worstMoment()).toEqual({ timeS: 600, circuitId: 'ev', currentA: 68 });
  expect(played(scenarioWith([]), () => ({ primaryA: 0, secondaryA: 0 })).worstMoment()).toBeNull();
});

test('the thermal load of a circuit can be followed', () => {
  const judge = played(scenarioWith([]), () => ({ primaryA: 34, secondaryA: 34 }), 103);
  expect(judge.thermalLoadRatio(circuitId('ev'))).toBeCloseTo(0.3, 2);
  expect(judge.thermalLoadRatio(circuitId('attic'))).toBe(0);
});

test('offered currents count only while a vehicle is plugged in', () => {
  const outcome = played(scenarioWith([]), (timeS) => ({ primaryA: 20, secondaryA: 0, secondaryOfferedA: timeS < 60 ? 48 : timeS < 1500 ? 6 : 99 })).outcome();
  expect(outcome.offeredA).toEqual({ primary: { min: 20, max: 20 }, secondary: { min: 6, max: 6 } });
});

/** Rows: an expectation, the jump of above as seen by it, whether it holds, and how it reads. */
test.each<[Readonly<Record<string, unknown>>, boolean, string]>([
  [{ kind: 'verdict', is: 'holds' }, true, 'The breaker holds (it holds)'],
  [{ kind: 'verdict', is: 'may-trip' }, false, 'The breaker may trip (it holds)'],
  [{ kind: 'peak-current', atMost: 70 }, true, 'Peak at most 70 A (68.0 A seen)'],
  [{ kind: 'peak-current', circuit: 'ev', atMost: 54 }, false, 'Peak of EV circuit at most 54 A (68.0 A seen)'],
  [{ kind: 'peak-current', atLeast: 66, atMost: 70, fromS: 600 }, true, 'Peak from 66 A to 70 A from 600 s on (68.0 A seen)'],
  [{ kind: 'peak-current', atMost: 40, untilS: 600 }, true, 'Peak at most 40 A from 0 s to 600 s (34.0 A seen)'],
  [{ kind: 'seconds-above-continuous', atMost: 10 }, true, 'Time above the continuous limit at most 10 s (6 s seen)'],
  [{ kind: 'seconds-above-continuous', atMost: 2, fromS: 600, untilS: 603 }, false, 'Time above the continuous limit at most 2 s from 600 s to 603 s (3 s seen)'],
  [{ kind: 'seconds-above-rating', atLeast: 7 }, false, 'Time above the rating at least 7 s (6 s seen)'],
  [{ kind: 'back-below-continuous', afterS: 600, withinS: 6 }, true, 'Back below the continuous limit within 6 s after 600 s (after 6 s)'],
  [{ kind: 'back-below-continuous', afterS: 600, withinS: 5 }, false, 'Back below the continuous limit within 5 s after 600 s (after 6 s)'],
  [{ kind: 'current-at', atS: 599, atMost: 34 }, true, 'Current at most 34 A at 599 s (34.0 A seen)'],
  [{ kind: 'current-at', evse: 'secondary', atS: 860, atLeast: 6, atMost: 6 }, true, 'Current of Secondary from 6 A to 6 A at 860 s (6.0 A seen)'],
  [{ kind: 'current-at', evse: 'secondary', atS: 1800, atMost: 6 }, true, 'Current of Secondary at most 6 A at 1800 s (6.0 A seen)'],
  [{ kind: 'evse-sum', atMost: 40.5, fromS: 606 }, true, 'All EVSEs together at most 40.5 A all the time from 606 s on while no other load runs (40.0 to 40.0 A seen)'],
  [{ kind: 'evse-sum', circuit: 'ev', atMost: 40.5 }, false, 'All EVSEs of EV circuit together at most 40.5 A all the time while no other load runs (34.0 to 68.0 A seen)'],
  [{ kind: 'offered', evse: 'secondary', atLeast: 6, fromS: 60 }, true, 'Secondary offers at least 6 A all the time from 60 s on (6.0 to 34.0 A seen)'],
  [{ kind: 'offered', evse: 'secondary', atLeast: 6, fromS: 1500 }, false, 'Secondary offers at least 6 A all the time from 1500 s on (never seen)'],
  [{ kind: 'never-pauses', evse: 'secondary' }, true, 'Secondary never pauses (it never does)'],
  [{ kind: 'pauses', evse: 'secondary' }, false, 'Secondary pauses for the first time at some time (it never does)'],
  [{ kind: 'energy-wh', evse: 'primary', atLeast: 1200 }, true, 'Primary delivers at least 1200 Wh (1235 Wh seen)'],
])('%j', (expectation, passed, text) => {
  expect(played(scenarioWith([expectation]), jump).outcome()).toMatchObject({ passed, expectations: [{ text, passed }] });
});

/** Row "feed dies while both charge" of openevse.md a.3: the secondary pauses after 122 s; here the feed is back at 900 s. */
const pause = (timeS: number): Second => ({ primaryA: 34, secondaryA: timeS >= 722 && timeS < 900 ? 0 : 6 });

test.each<[Readonly<Record<string, unknown>>, boolean]>([
  [{ kind: 'pauses', evse: 'secondary', fromS: 720, untilS: 725 }, true],
  [{ kind: 'pauses', evse: 'secondary', fromS: 723 }, false],
  [{ kind: 'resumes', evse: 'secondary', fromS: 900, untilS: 901 }, true],
  [{ kind: 'resumes', evse: 'secondary', fromS: 722, untilS: 900 }, false],
  [{ kind: 'never-pauses', evse: 'secondary', untilS: 722 }, true],
  [{ kind: 'never-pauses', evse: 'secondary', fromS: 800, untilS: 850 }, false],
  [{ kind: 'never-pauses', evse: 'primary' }, true],
])('a pause from 722 s to 900 s: %j', (expectation, passed) => {
  expect(played(scenarioWith([expectation]), pause).outcome().passed).toBe(passed);
});

test('an EVSE that never offered anything to its vehicle has not paused, nor has one whose vehicle has left', () => {
  const judge = played(scenarioWith([{ kind: 'never-pauses', evse: 'secondary' }]), (timeS) => ({ primaryA: 0, secondaryA: timeS < 300 || timeS >= 1500 ? 0 : 6 }));
  expect(judge.outcome().passed).toBe(true);
});

test('the next vehicle starts anew: that it is offered nothing at first is no pause', () => {
  const vehicles = [
    { id: 'left', evse: 'secondary', plugInS: 60, unplugS: 300 },
    { id: 'right', evse: 'secondary', plugInS: 300 },
  ];
  const run = scenarioWith([{ kind: 'never-pauses', evse: 'secondary' }], { vehicles });
  expect(played(run, (timeS) => ({ primaryA: 0, secondaryA: timeS >= 300 && timeS < 310 ? 0 : 6 })).outcome().passed).toBe(true);
  expect(played(run, (timeS) => ({ primaryA: 0, secondaryA: timeS >= 299 && timeS < 310 ? 0 : 6 })).outcome().passed).toBe(false);
});

test('the sum of EVSEs is not judged while other load runs', () => {
  const withLoad = (timeS: number): Second => ({ primaryA: 34, secondaryA: 6, otherA: timeS < 600 ? 0 : 10 });
  expect(played(scenarioWith([{ kind: 'evse-sum', atMost: 40 }]), withLoad).outcome().passed).toBe(true);
  expect(played(scenarioWith([{ kind: 'peak-current', atMost: 40 }]), withLoad).outcome().passed).toBe(false);
});

test('a return that does not last 10 s is no return', () => {
  const flapping = (timeS: number): Second => ({ primaryA: timeS >= 600 && timeS % 10 === 0 ? 45 : 30, secondaryA: 0 });
  const outcome = played(scenarioWith([{ kind: 'back-below-continuous', afterS: 600, withinS: 600 }]), flapping).outcome();
  expect(outcome.expectations[0]).toEqual({ text: 'Back below the continuous limit within 600 s after 600 s (not once for 10 s)', passed: false });
});

test.each([
  ['meter-stale', 700, true],
  ['meter-stale', 699, false],
  ['meter-frozen', 750, false],
])('notice %s given at %i s', (code, timeS, passed) => {
  const judge = played(scenarioWith([{ kind: 'notice', code: 'meter-stale', fromS: 700, untilS: 760 }]), jump);
  judge.notice(timeS * 1000, code);
  judge.notice(710_000, code);
  expect(judge.outcome().passed).toBe(passed);
});

test('the flat figures are those of the circuit nearest to tripping, not the largest currents', () => {
  const branch = { name: 'Branch', continuousFactor: 1, limits: [] };
  const { site, scenario } = scenarioWith([], {
    site: {
      name: 'House',
      supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
      circuits: [
        { ...branch, id: 'grid', breaker: { curve: 'iec-60269-gg', ratingA: 63 } },
        { ...branch, id: 'ev', parentId: 'grid', breaker: { curve: 'iec-60898-b', ratingA: 16 } },
      ],
      meters: [],
      evses: ['primary', 'secondary'].map((id) => ({
        id, name: id, circuitId: 'ev', model: 'openevse', link: { kind: 'mqtt', baseTopic: id }, phaseCount: 1, ratingA: 32, configuredMaxA: 16, failSafeCurrentA: 6, powerUpCurrentA: 6,
      })),
    },
  });
  const judge = createScenarioJudge(site, scenario, 'device', BUNDLED_CURVES);
  const truth: RunTruth = { ...truthOf({ primaryA: 0, secondaryA: 0 }), circuitCurrentA: (id) => (id === 'grid' ? [45, 10, 0] : [0, 20, 0]) };
  for (let timeS = 0; timeS < 60; timeS += 1) judge.sample(timeS * 1000, 1000, truth);
  expect(judge.outcome()).toMatchObject({
    peakCurrentA: 20,
    secondsAboveRating: 60,
    circuits: { grid: { peakCurrentA: [45, 10, 0], secondsAboveRating: [0, 0, 0] }, ev: { peakCurrentA: [0, 20, 0], secondsAboveRating: [0, 60, 0] } },
  });
  expect(judge.worstMoment()).toEqual({ timeS: 0, circuitId: 'ev', currentA: 20 });
});

/** The left vehicle charges three times, with pauses between; the right one comes at 60 s and is offered nothing until 120 s. */
const threeStarts = (timeS: number): Second => ({
  primaryA: (timeS >= 10 && timeS < 100) || (timeS >= 200 && timeS < 300) || timeS >= 400 ? 16 : 0,
  secondaryA: timeS >= 130 && timeS < 600 ? 10 : 0,
  secondaryOfferedA: timeS < 120 ? 0 : 10,
});

test.each<[Readonly<Record<string, unknown>>, boolean, string]>([
  [{ kind: 'starts', evse: 'primary', atMost: 3 }, true, 'Starts of Primary: at most 3 (3 seen)'],
  [{ kind: 'starts', evse: 'primary', atMost: 2 }, false, 'Starts of Primary: at most 2 (3 seen)'],
  [{ kind: 'starts', atMost: 4 }, true, 'Starts of all EVSEs together: at most 4 (4 seen)'],
  [{ kind: 'energy-wh', atLeast: 1200 }, true, 'All EVSEs together deliver at least 1200 Wh (1235 Wh seen)'],
  [{ kind: 'never-trips' }, true, 'The breaker never trips (it holds)'],
  [{ kind: 'state-at', evse: 'secondary', atS: 59, is: 'idle' }, true, 'Secondary is idle at 59 s (idle seen)'],
  [{ kind: 'state-at', evse: 'secondary', atS: 119, is: 'paused' }, true, 'Secondary is paused at 119 s (paused seen)'],
  [{ kind: 'state-at', evse: 'secondary', atS: 120, is: 'connected' }, true, 'Secondary is connected at 120 s (connected seen)'],
  [{ kind: 'state-at', evse: 'secondary', atS: 130.5, is: 'charging' }, true, 'Secondary is charging at 130.5 s (charging seen)'],
  [{ kind: 'state-at', evse: 'secondary', atS: 1500, is: 'connected' }, false, 'Secondary is connected at 1500 s (idle seen)'],
])('%j is judged %s', (expectation, passed, text) => {
  expect(played(scenarioWith([expectation]), threeStarts).outcome().expectations).toEqual([{ text, passed }]);
});

test('a breaker that trips under some curves of its standard has not "never" tripped', () => {
  // 100 A on 50 A for a minute lies in the band of UL 489 in which it may trip.
  const outcome = played(scenarioWith([{ kind: 'never-trips' }]), (timeS) => ({ primaryA: timeS < 60 ? 100 : 0, secondaryA: 0 })).outcome();
  expect(outcome.verdict).not.toBe('holds');
  expect(outcome.expectations[0]?.passed).toBe(false);
});

test.each([
  [99, 'circuit', false],
  [100, 'circuit', true],
  [149, 'circuit', true],
  [150, 'meter-stale', true],
  [1799, 'meter-stale', true],
])('the reason at %i s is that of the newest decision: %s is judged %s', (atS, is, passed) => {
  const { site, scenario } = scenarioWith([{ kind: 'reason-at', evse: 'primary', atS, is }]);
  const judge = createScenarioJudge(site, scenario, 'device', BUNDLED_CURVES);
  const evse = { evseId: evseId('primary'), offeredCurrentA: 10, phases: [0, 1] as const, limits: [] };
  for (let timeS = 0; timeS < 1800; timeS += 1) {
    if (timeS === 100) judge.decide([{ ...evse, reason: { kind: 'circuit', circuitId: circuitId('ev'), phase: 0, limitSource: 'continuous', limitA: 40, otherA: 0, otherEvsesA: 0, sharers: 1 } }]);
    if (timeS === 150) judge.decide([{ ...evse, reason: { kind: 'meter-stale', meterId: meterId('feed'), ageMs: 15_000, isFailSafe: true } }]);
    judge.sample(timeS * 1000, 1000, truthOf({ primaryA: 10, secondaryA: 0 }));
  }
  const [judged] = judge.outcome().expectations;
  expect(judged).toEqual({ text: `Primary has the reason ${is} at ${atS} s (${atS < 100 ? 'nothing' : atS < 150 ? 'circuit' : 'meter-stale'} seen)`, passed });
});

test('a controller the scenario does not list is refused', () => {
  const { site, scenario } = scenarioWith([]);
  for (const name of ['chargebench', 'toString']) {
    expect(() => createScenarioJudge(site, scenario, name, BUNDLED_CURVES)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  }
});

test('where the fuses of the phases differ, each phase is held against its own', () => {
  const site = {
    name: 'Fuses of 35, 25 and 20 A',
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    circuits: [{ id: 'main', name: 'Main', breaker: { curve: 'iec-60269-gg', ratingA: 35, ratingsA: [35, 25, 20] }, continuousFactor: 1 }],
    meters: [],
    evses: [{ id: 'drive', name: 'Drive', circuitId: 'main', model: 'openevse', link: { kind: 'mqtt', baseTopic: 'openevse-drive' }, phaseCount: 3, ratingA: 32, configuredMaxA: 32, failSafeCurrentA: 6, powerUpCurrentA: 32 }],
  };
  const restored = scenarioWith([{ kind: 'seconds-above-rating', atLeast: 60, atMost: 60 }], { site, vehicles: [], durationS: 200 });
  const judge = createScenarioJudge(restored.site, restored.scenario, 'device', BUNDLED_CURVES);
  // 24 A on each phase: only the fuse of 20 A is above its rating.
  for (let timeS = 0; timeS < 200; timeS += 1) {
    const phaseA = timeS < 60 ? 24 : 10;
    judge.sample(timeS * 1000, 1000, { ...truthOf({ primaryA: 0, secondaryA: 0 }), circuitCurrentA: () => [phaseA, phaseA, phaseA] });
  }
  const outcome = judge.outcome();
  expect(outcome).toMatchObject({ passed: true, secondsAboveContinuousLimit: 60, circuits: { main: { secondsAboveRating: [0, 0, 60] } } });
});
