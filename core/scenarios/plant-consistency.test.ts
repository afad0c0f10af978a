import { expect, test } from 'vitest';
import { restoreScenario } from './restore-scenario.ts';

/** Rows: what is put into a scenario for the template of two EVSEs (split phase, circuit `ev`), and where the first breach is. */

function breachOf(changes: object): string {
  const restored = restoreScenario({
    format: 'chargebench-scenario',
    version: 1,
    id: 'rows',
    title: 'Rows',
    group: 'Tests',
    durationS: 600,
    site: 'two-evses-one-breaker',
    controllers: { device: { expect: [] } },
    ...changes,
  });
  return restored.ok ? 'none' : `${restored.error.code} ${String(restored.error.context['path'])} ${String(restored.error.context['rule'])}`;
}

const recorded = { kind: 'recorded', circuit: 'ev', file: 'days/house.csv' };
const vehicle = { id: 'v', evse: 'primary', plugInS: 0 };
const battery = { id: 'b', circuit: 'ev', capacityWh: 5000, maxChargeW: 3000, maxDischargeW: 3000 };

test.each<[object, string]>([
  [{ houseLoads: [{ kind: 'oven', circuit: 'ev', phases: [1] }], pv: [{ kind: 'clear', circuit: 'ev', peakW: 5000 }], homeBatteries: [battery] }, 'none'],
  [{ houseLoads: [recorded], recordings: { 'days/house.csv': 't,p\n0,1\n' } }, 'none'],
  [{ vehicles: [{ ...vehicle, startPhaseCount: 1, morePhasesAfterS: 60, battery: { capacityWh: 50_000, socRatio: 0.5 } }] }, 'none'],
  [{ impedance: { source: { resistanceOhm: 0.1 }, circuits: { ev: { resistanceOhm: 0.1, reactanceOhm: 0.05 } } } }, 'none'],
  [{ houseLoads: [recorded] }, 'invalid-file houseLoads/0/file missing-recording'],
  [{ pv: [{ ...recorded, circuit: 'roof' }] }, 'invalid-file pv/0/circuit unknown-circuit'],
  [{ houseLoads: [{ kind: 'base', circuit: 'ev', powerW: 100, phases: [2] }] }, 'invalid-file houseLoads/0/phases phase-not-there'],
  [{ otherLoads: [{ circuit: 'ev', powerW: 100, phases: [0, 0] }] }, 'invalid-file otherLoads/0/phases phase-not-there'],
  [{ houseLoads: [{ kind: 'base', circuit: 'ev', powerW: 100, fromS: 20, untilS: 10 }] }, 'invalid-file houseLoads/0/untilS window-order'],
  [{ houseLoads: [{ kind: 'series', circuit: 'ev', timesS: [0, 10], powersW: [1] }] }, 'invalid-file houseLoads/0/powersW series-lengths'],
  [{ pv: [{ kind: 'series', circuit: 'ev', timesS: [0, 10, 10], powersW: [1, 2, 3] }] }, 'invalid-file pv/0/timesS/2 times-ascend'],
  [{ pv: [{ kind: 'clear', circuit: 'ev', peakW: 1, sunriseHour: 20, sunsetHour: 6 }] }, 'invalid-file pv/0/sunsetHour window-order'],
  [{ homeBatteries: [battery, battery] }, 'invalid-file homeBatteries/1/id duplicate-id'],
  [{ homeBatteries: [{ ...battery, watches: 'roof' }] }, 'invalid-file homeBatteries/0/watches unknown-circuit'],
  [{ evses: { third: { phases: [0, 1, 2] } } }, 'invalid-file evses/third unknown-evse'],
  [{ impedance: { circuits: { roof: { resistanceOhm: 1 } } } }, 'invalid-file impedance/circuits/roof unknown-circuit'],
  [{ vehicles: [{ ...vehicle, phaseCount: 1, startPhaseCount: 2 }] }, 'invalid-file vehicles/0/startPhaseCount too-many-phases'],
])('%j: %s', (changes, breach) => {
  expect(breachOf(changes)).toBe(breach);
});

test.each(['/etc/passwd', '../house.csv', 'days/../../house.csv', 'C:\\house.csv', './house.csv', 'days\\house.csv', ''])('a recording is never named %j', (file) => {
  expect(breachOf({ houseLoads: [{ ...recorded, file }] })).toMatch(/^invalid-file houseLoads\/0\/file /);
});
