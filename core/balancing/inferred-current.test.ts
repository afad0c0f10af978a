import { describe, expect, it } from 'vitest';
import { circuitId, evseId, meterId, type MeterId, type PerPhase } from '../quantities.ts';
import type { EvseReport, MeterReading } from '../site/readings.ts';
import { siteSchema } from '../site/schema.ts';
import type { Site } from '../site/site.ts';
import { planOf } from './plan.ts';
import { initialState, type BalancerState, type StepResult } from './state.ts';
import { step } from './step.ts';

const EVSE = evseId('a');
const MAIN = circuitId('main');
const NO_UNCERTAINTY = { uncertainty: { ratio: 0, currentA: 0 } };

interface Shape {
  /** The branch of the EVSE has a meter of its own. */
  readonly hasOwnMeter?: boolean;
  readonly branch?: object;
  readonly evse?: object;
}

/** 25 A at the grid connection with a meter, and a branch of 32 A with one EVSE that does not tell its current. */
function site({ hasOwnMeter = false, branch = {}, evse = {} }: Shape = {}): Site {
  const meter = (id: string) => ({ id, name: id, model: 'modbus-meter', link: { kind: 'modbus', transport: 'tcp:h:1', unitId: 1 }, clamp: 'each-phase', periodMs: 1000, latencyMs: 0, allowedAgeMs: 5000, ...NO_UNCERTAINTY });
  return siteSchema.parse({
    name: 'test',
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    circuits: [
      { id: 'main', name: 'Main', breaker: { curve: 'iec-60898-b', ratingA: 25 }, continuousFactor: 1, meterId: 'm' },
      { id: 'ev', name: 'EV', parentId: 'main', breaker: { curve: 'iec-60898-b', ratingA: 32 }, continuousFactor: 1, ...(hasOwnMeter ? { meterId: 'own' } : {}), ...branch },
    ],
    meters: [meter('m'), ...(hasOwnMeter ? [meter('own')] : [])],
    evses: [
      { id: EVSE, name: 'A', circuitId: 'ev', model: 'smartevse', link: { kind: 'modbus', transport: 'tcp:h:1', unitId: 2 }, phaseCount: 3, ratingA: 32, configuredMaxA: 32, failSafeCurrentA: 6, powerUpCurrentA: 6, startsByItself: false, ...evse },
    ],
    policy: { raiseHysteresisA: 0, raiseHoldMs: 2000, minimumOffMs: 0 },
  });
}

interface World {
  /** What the house takes on every phase. */
  readonly houseA?: (second: number) => number;
  /** What the vehicle takes of an offer; null: none is there. */
  readonly takesA?: (offeredA: number, second: number) => number | null;
  /** It offers this much when control begins. */
  readonly foundA?: number;
  /** Its own meter tells so seldom. */
  readonly ownEveryS?: number;
}

interface Moment {
  readonly second: number;
  readonly offeredA: number;
  readonly kind: string;
  readonly totalA: number;
  readonly result: StepResult;
}

/** Lives through so many seconds; nothing but the meters tells what the vehicle takes. */
function lead(given: Site, seconds: number, { houseA = () => 5, takesA = (offeredA) => offeredA, foundA = 0, ownEveryS = 1 }: World = {}): readonly Moment[] {
  let state: BalancerState = initialState(given);
  let offeredA = foundA;
  const story: Moment[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    const timeMs = second * 1000;
    const drawnA = takesA(offeredA, second);
    const totalA = houseA(second) + (drawnA ?? 0);
    const shown = (id: MeterId, currentA: number): MeterReading => ({ meterId: id, timeMs, currentA: [currentA, currentA, currentA], voltageV: null, powerW: [second, 0, 0], isLive: true });
    const said: EvseReport = {
      evseId: EVSE,
      timeMs,
      state: drawnA === null ? 'idle' : offeredA > 0 ? 'charging' : 'paused',
      isVehicleConnected: drawnA !== null,
      offeredCurrentA: offeredA,
      measuredCurrentA: null,
      measuredTimeMs: null,
      voltageV: null,
      energyWh: null,
      restartCount: 0,
      otherCommander: null,
    };
    const readings = [shown(meterId('m'), totalA), ...(given.meters.length > 1 && second % ownEveryS === 0 ? [shown(meterId('own'), drawnA ?? 0)] : [])];
    const result = step(given, state, { timeMs, wallMs: timeMs, readings, reports: [said] });
    state = result.state;
    offeredA = result.setpoints[0]?.offeredCurrentA ?? NaN;
    story.push({ second, offeredA, kind: result.setpoints[0]?.reason.kind ?? '', totalA, result });
  }
  return story;
}

const last = (story: readonly Moment[]): Moment => story.at(-1) ?? { second: 0, offeredA: NaN, kind: '', totalA: NaN, result: { state: initialState(site()), setpoints: [], circuits: [], notices: [] } };
const otherA = ({ result }: Moment): number => result.circuits.find(({ circuitId: id }) => id === MAIN)?.phases[0]?.otherA ?? NaN;

describe('an EVSE that does not tell its current', () => {
  it('with a meter of its own is known by that', () => {
    const story = lead(site({ hasOwnMeter: true }), 120);
    // 25 A less 5 A of house load.
    expect(last(story).offeredA).toBe(20);
    expect(otherA(last(story))).toBe(5);
  });

  it.each([1, 2, 4])('with a meter of its own that tells every %d s keeps its offer still in steady load', (ownEveryS) => {
    const story = lead(site({ hasOwnMeter: true }), 400, { ownEveryS });
    expect(new Set(story.slice(200).map(({ offeredA }) => offeredA))).toEqual(new Set([20]));
    expect(Math.max(...story.map(({ totalA }) => totalA))).toBeLessThanOrEqual(25);
  });

  it('keeps its offer still in steady load with noise', () => {
    const story = lead(site(), 600, { houseA: (second) => 5 + 0.4 * Math.sin(second * 1.7) });
    expect(new Set(story.slice(200).map(({ offeredA }) => offeredA)).size).toBe(1);
  });

  it('is known by the change it causes at a meter that sees others as well', () => {
    const story = lead(site(), 240);
    expect(last(story).offeredA).toBe(20);
    expect(otherA(last(story))).toBe(5);
  });

  it('is never taken to draw more than its offer, whatever a meter of its own shows', () => {
    const story = lead(site({ hasOwnMeter: true }), 90, { takesA: (offeredA) => (offeredA > 0 ? offeredA + 3 : 0) });
    // 3 A beyond the offer count as other load: 25 - 5 - 3.
    expect(otherA(last(story))).toBe(8);
    expect(last(story).offeredA).toBeLessThanOrEqual(17);
    expect(last(story).totalA).toBeLessThanOrEqual(25);
  });

  it('found charging is never raised before something has shown what it draws', () => {
    const given = site({ evse: { failSafeCurrentA: 10 } });
    const story = lead(given, 300, { foundA: 10, houseA: () => 2 });
    expect(Math.max(...story.map(({ offeredA }) => offeredA))).toBeLessThanOrEqual(10);
    expect(last(story).kind).toBe('current-unknown');
  });

  it('found charging is raised once a cut of ours has shown that it obeys', () => {
    const given = site({ evse: { failSafeCurrentA: 10 } });
    const story = lead(given, 500, { foundA: 10, houseA: (second) => (second >= 60 && second < 90 ? 17 : 2) });
    expect(last(story).offeredA).toBeGreaterThan(10);
    for (const { second, totalA } of story) if (second > 63) expect(totalA).toBeLessThanOrEqual(25);
  });

  it('never has the load of the house taken for its own', () => {
    // The vehicle takes nothing; the house rises by 8 A long after the start.
    const story = lead(site(), 300, { takesA: () => 0, houseA: (second) => (second < 100 ? 4 : 12) });
    expect(otherA(last(story))).toBe(12);
    expect(last(story).offeredA).toBeLessThanOrEqual(13);
  });

  it('never has the house forgotten when its vehicle takes less', () => {
    const story = lead(site(), 500, { takesA: (offeredA, second) => Math.min(offeredA, Math.max(0, 30 - second / 10)) });
    // Whose the missing current is nobody can tell: what flows then is all taken for the house's at most.
    for (const moment of story.slice(100)) expect(otherA(moment)).toBeGreaterThanOrEqual(5 - 1);
  });

  it.each([
    ['a vehicle that takes less and less', (second: number) => (second < 150 ? 5 : 5), (offeredA: number, second: number) => Math.min(offeredA, Math.max(0, 20 - second / 20))],
    ['a house that goes up and down', (second: number) => (second % 60 < 30 ? 3 : 11), (offeredA: number) => offeredA],
    ['a vehicle that stops and takes all again', () => 6, (offeredA: number, second: number) => (second % 100 < 50 ? offeredA : 0)],
  ])('never lets the sum pass the limit for longer than it takes to obey: %s', (_, houseA, takesA) => {
    const story = lead(site(), 900, { houseA, takesA });
    // The vehicle obeys a second after the offer; the meter shows it in the same second.
    const above = story.filter(({ totalA }) => totalA > 25).map(({ second }) => second);
    for (const second of above) expect(above.includes(second + 1) && above.includes(second + 2)).toBe(false);
  });

  it('on a branch that nothing measures is raised within what is assumed there', () => {
    const given = site();
    const unmetered: Site = { ...given, meters: [], circuits: given.circuits.map((circuit) => ({ ...circuit, meterId: null, assumedLoadA: circuit.parentId === null ? 5 : 0 })) };
    let state = initialState(unmetered);
    let offeredA = 0;
    for (let second = 1; second <= 60; second += 1) {
      const said: EvseReport = { evseId: EVSE, timeMs: second * 1000, state: offeredA > 0 ? 'charging' : 'paused', isVehicleConnected: true, offeredCurrentA: offeredA, measuredCurrentA: null, measuredTimeMs: null, voltageV: null, energyWh: null, restartCount: 0, otherCommander: null };
      const result = step(unmetered, state, { timeMs: second * 1000, wallMs: 0, readings: [], reports: [said] });
      state = result.state;
      offeredA = result.setpoints[0]?.offeredCurrentA ?? NaN;
    }
    expect(offeredA).toBe(20);
  });
});

describe('a meter of its own', () => {
  it.each<[string, Shape, boolean]>([
    ['is that of a branch with nothing but this EVSE', { hasOwnMeter: true }, true],
    ['is not that of a branch with other load', { hasOwnMeter: true, branch: { assumedLoadA: 2 } }, false],
    ['is not that of a branch with a source', { hasOwnMeter: true, branch: { hasSource: true } }, false],
    ['is not that of the grid connection', { evse: { circuitId: 'main' } }, false],
    ['is not one further up', {}, false],
  ])('%s', (_, shape, isOwn) => {
    expect((planOf(site(shape)).evses[0]?.ownMeter ?? -1) >= 0).toBe(isOwn);
  });
});

const both = (currentA: number): PerPhase<number> => [currentA, currentA, currentA];

it('keeps what each phase shows: a vehicle on one phase loads that one', () => {
  const given = site({ hasOwnMeter: true });
  let state = initialState(given);
  let result: StepResult | null = null;
  for (let second = 1; second <= 60; second += 1) {
    const timeMs = second * 1000;
    const said: EvseReport = { evseId: EVSE, timeMs, state: 'charging', isVehicleConnected: true, offeredCurrentA: 10, measuredCurrentA: null, measuredTimeMs: null, voltageV: null, energyWh: null, restartCount: 0, otherCommander: null };
    const shown = (id: string, currentA: PerPhase<number>): MeterReading => ({ meterId: meterId(id), timeMs, currentA, voltageV: null, powerW: both(second), isLive: true });
    result = step(given, state, { timeMs, wallMs: 0, readings: [shown('own', [10, 0, 0]), shown('m', [14, 4, 4])], reports: [said] });
    state = result.state;
  }
  expect(result?.setpoints[0]?.phases).toEqual([0]);
});
