import { describe, expect, test } from 'vitest';
import { failureOf } from '../../core/errors.ts';
import { restoreScenario } from '../../core/scenarios/restore-scenario.ts';
import { createDirectWorld } from '../world.ts';
import { loadCourse } from './load-course.ts';

function restored(parts: object) {
  const result = restoreScenario({
    ...{ format: 'chargebench-scenario', version: 1, id: 'course', title: 'Course', group: 'Test', durationS: 7200, startHour: 17, site: 'two-evses-one-breaker' },
    ...{ controllers: { none: { expect: [] } }, ...parts },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const everything = {
  otherLoads: [{ circuit: 'ev', powerW: 1200, fromS: 100, untilS: 333 }],
  houseLoads: [
    { kind: 'oven', circuit: 'ev', fromS: 600 },
    { kind: 'heat-pump', circuit: 'ev', startRatio: 3, startS: 2 },
    { kind: 'kettle', circuit: 'ev', timesS: [700, 800] },
    { kind: 'household', circuit: 'ev', activityRatio: 4 },
    { kind: 'recorded', circuit: 'ev', file: 'day.csv', unit: 'kW' },
  ],
  pv: [{ kind: 'cloudy', circuit: 'ev', peakW: 5000 }],
  recordings: { 'day.csv': '0,1\n900,2\n1800,0.5\n2700,0\n' },
};

describe('the course of house and PV', () => {
  test('is what the plant takes and gives when the scenario is played, stretch by stretch', () => {
    const { scenario, site } = restored(everything);
    const { stretchS, house, pv } = loadCourse(scenario, site);
    const world = createDirectWorld(scenario, site, 'none');
    const played = Array.from({ length: scenario.durationS }, (_, second) => {
      world.advanceTo(second * 1000);
      return { houseW: world.truth.housePowerW(), pvW: world.truth.pvPowerW() };
    });
    expect([stretchS, house?.meanW.length]).toEqual([30, 240]);
    for (let place = 0; place < 240; place += 1) {
      const seconds = played.slice(place * 30, place * 30 + 30);
      const houseW = seconds.map((second) => second.houseW);
      expect(house?.meanW[place]).toBeCloseTo(houseW.reduce((sum, powerW) => sum + powerW, 0) / 30, -1);
      expect([house?.leastW[place], house?.mostW[place]]).toEqual([Math.round(Math.min(...houseW)), Math.round(Math.max(...houseW))]);
      expect(pv?.mostW[place]).toBe(Math.round(Math.max(...seconds.map((second) => second.pvW))));
    }
  });

  test('is nothing where the scenario has none', () => {
    const { scenario, site } = restored({});
    expect(loadCourse(scenario, site)).toEqual({ stretchS: 30, house: null, pv: null });
  });

  test.each<[string, object, object]>([
    ['a column that is not there', { valueColumn: 'power' }, { rule: 'unknown-column', path: 'houseLoads/1/valueColumn' }],
    ['a time column that is not there', { timeColumn: 7 }, { rule: 'unknown-column', path: 'houseLoads/1/timeColumn' }],
    ['a file without data', { file: 'empty.csv' }, { rule: 'no-data', path: 'houseLoads/1/file' }],
  ])('of a recording with %s is refused at its place in the scenario', (_what, change, context) => {
    const houseLoads = [{ kind: 'base', circuit: 'ev', powerW: 100 }, { kind: 'recorded', circuit: 'ev', file: 'day.csv', ...change }];
    const { scenario, site } = restored({ houseLoads, recordings: { 'day.csv': 't,p\n0,1\n', 'empty.csv': 't,p\n' } });
    try {
      loadCourse(scenario, site);
      expect.unreachable();
    } catch (thrown) {
      expect(failureOf(thrown)).toMatchObject({ code: 'invalid-file', context });
    }
  });
});
