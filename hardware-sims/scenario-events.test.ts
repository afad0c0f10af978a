import { describe, expect, test } from 'vitest';
import { restoreScenario } from '../core/scenarios/restore-scenario.ts';
import { scenarioMarkers } from './scenario-events.ts';
import { createDirectWorld } from './world.ts';

const BASE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'marks',
  title: 'Marks',
  group: 'Test',
  durationS: 900,
  site: 'two-evses-one-breaker',
  controllers: { none: { expect: [] } },
};

function restored(parts: object) {
  const result = restoreScenario({ ...BASE, ...parts });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('markers of a scenario', () => {
  test('tell when a house load comes and goes, with its power', () => {
    const { scenario, site } = restored({
      houseLoads: [
        { kind: 'oven', circuit: 'ev', powerW: 2500, fromS: 60, untilS: 300 },
        { kind: 'kettle', circuit: 'ev', powerW: 2200, onS: 180, timesS: [120, 600] },
        { kind: 'household', circuit: 'ev', fromS: 30 },
      ],
    });
    expect(scenarioMarkers(scenario, site)).toEqual([
      { timeS: 30, kind: 'load', text: 'EV circuit: household begins', about: 'ev' },
      { timeS: 60, kind: 'load', text: 'EV circuit: oven 2500 W on', about: 'ev' },
      { timeS: 120, kind: 'load', text: 'EV circuit: kettle 2200 W for 180 s', about: 'ev' },
      { timeS: 300, kind: 'load', text: 'EV circuit: oven off', about: 'ev' },
      { timeS: 600, kind: 'load', text: 'EV circuit: kettle 2200 W for 180 s', about: 'ev' },
    ]);
  });

  test('are silent about what runs from the start on', () => {
    const { scenario, site } = restored({ houseLoads: [{ kind: 'base', circuit: 'ev', powerW: 300 }, { kind: 'series', circuit: 'ev', timesS: [0, 60], powersW: [100, 900] }] });
    expect(scenarioMarkers(scenario, site)).toEqual([]);
  });

  test('tell signals and wishes apart', () => {
    const { scenario, site } = restored({ signals: [{ kind: 'dimming', atS: 10, isDimmed: true }], wishes: [{ kind: 'limit', atS: 20, untilS: 40, evse: 'primary', currentA: 10 }] });
    expect(scenarioMarkers(scenario, site).map(({ timeS, kind }) => [timeS, kind])).toEqual([
      [10, 'signal'],
      [20, 'wish'],
      [40, 'wish'],
    ]);
  });
});

describe('true powers of a world', () => {
  test('are those of the house, the PV and each battery by itself', () => {
    const { scenario, site } = restored({
      otherLoads: [{ circuit: 'ev', powerW: 1000, fromS: 10, untilS: 20 }],
      houseLoads: [{ kind: 'base', circuit: 'ev', powerW: 300 }],
      pv: [{ kind: 'series', circuit: 'ev', timesS: [0, 15], powersW: [0, 2000] }],
      homeBatteries: [{ id: 'cellar', circuit: 'ev', capacityWh: 5000, maxChargeW: 1200, maxDischargeW: 1200, delayS: 1 }],
    });
    const world = createDirectWorld(scenario, site, 'none');
    const at = (timeS: number): readonly number[] => {
      world.advanceTo(timeS * 1000);
      const { truth } = world;
      return [truth.housePowerW(), truth.pvPowerW(), Math.round(truth.batteryPowerW('cellar'))];
    };
    expect(at(5)).toEqual([300, 0, -300]);
    // 1300 W are more than the battery gives.
    expect(at(14)).toEqual([1300, 0, -1200]);
    expect(at(19)).toEqual([1300, 2000, 700]);
    // 1700 W of surplus are more than it takes.
    expect(at(30)).toEqual([300, 2000, 1200]);
    expect(() => world.truth.batteryPowerW('attic')).toThrow(RangeError);
  });
});
