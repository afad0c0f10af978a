import { expect, test } from 'vitest';
import { circuitId, evseId } from '../quantities.ts';
import { templateSite } from '../site/list-templates.ts';
import { createRunRecorder, runColumns, type RecordedTruth } from './recorder.ts';

function twoEvses() {
  const site = templateSite('two-evses-one-breaker');
  if (!site.ok) throw new Error(JSON.stringify(site.error));
  return site.value;
}

const truth = (timeS: number): RecordedTruth => ({
  circuitCurrentA: () => [timeS, timeS + 0.5, 0],
  otherLoadA: () => [1, 2, 0],
  evseCurrentA: (id) => (id === 'primary' ? 34 : 6),
  evseOfferedA: () => 34,
  meteredCurrentA: () => (timeS === 0 ? null : [40, null, null]),
  feedAgeMs: () => (timeS === 0 ? null : 1500),
});

test('a row holds each value in the column of its thing and phase, NaN where there is none yet', () => {
  const recorder = createRunRecorder(twoEvses());
  recorder.sample(0, truth(0), () => 0.25);
  recorder.decide(500, [{ evseId: evseId('primary'), offeredCurrentA: 20, phases: [0, 1], reason: { kind: 'leaving' }, limits: [] }], []);
  recorder.sample(1000, truth(1), () => 0.5);
  const run = recorder.slice();
  expect([...run.timeS]).toEqual([0, 1]);
  const rows = Object.fromEntries(run.columns.map(({ column, values }) => [JSON.stringify(Object.values(column)), [...values]]));
  expect(rows).toEqual({
    '["circuit-current","ev",0]': [0, 1],
    '["circuit-current","ev",1]': [0.5, 1.5],
    '["other-load","ev",0]': [1, 1],
    '["other-load","ev",1]': [2, 2],
    '["thermal-load","ev"]': [0.25, 0.5],
    '["metered-current","feed",0]': [NaN, 40],
    '["metered-current","feed",1]': [NaN, NaN],
    '["feed-age","feed"]': [NaN, 1.5],
    '["evse-current","primary"]': [34, 34],
    '["evse-offered","primary"]': [34, 34],
    '["evse-setpoint","primary"]': [NaN, 20],
    '["evse-current","secondary"]': [6, 6],
    '["evse-offered","secondary"]': [34, 34],
    '["evse-setpoint","secondary"]': [NaN, NaN],
  });
  expect(recorder.latest[0]).toBe(1);
  expect(recorder.setpointChanges).toMatchObject([{ timeS: 0.5, setpoint: { offeredCurrentA: 20 } }]);
});

test('a day at one row a second keeps every row, in under 10 MB', () => {
  const site = twoEvses();
  const recorder = createRunRecorder(site);
  for (let timeS = 0; timeS < 86_400; timeS += 1) recorder.sample(timeS * 1000, truth(timeS), () => 0);
  const run = recorder.slice();
  const bytes = run.timeS.byteLength + run.columns.reduce((sum, { values }) => sum + values.byteLength, 0);
  expect(bytes).toBe(86_400 * (8 + 4 * runColumns(site).length));
  expect(bytes).toBeLessThan(10_000_000);
  for (const row of [0, 4095, 4096, 8191, 8192, 86_399]) expect([run.timeS[row], run.columns[0]?.values[row]]).toEqual([row, row]);
});

test('a slice across chunks begins and ends where it was asked to', () => {
  const recorder = createRunRecorder(twoEvses());
  for (let timeS = 0; timeS < 9000; timeS += 1) recorder.sample(timeS * 1000, truth(timeS), () => 0);
  const part = recorder.slice(4090, 8200);
  expect([part.timeS.length, part.timeS[0], part.timeS[6], part.timeS.at(-1)]).toEqual([4110, 4090, 4096, 8199]);
  expect(part.columns[0]?.values.at(-1)).toBe(8199);
  expect(recorder.slice(8990, 20_000).timeS.length).toBe(10);
  expect(recorder.slice(20_000).timeS.length).toBe(0);
});

test('a three-phase site has a column for every phase, a meter only for those it measures', () => {
  const site = twoEvses();
  const star = { ...site, supply: { kind: 'three-phase-star' as const, nominalVoltageV: 230 }, meters: site.meters.map((meter) => ({ ...meter, clamp: 'one-phase' as const, phaseMap: [2, 0, 1] as [2, 0, 1] })) };
  const columns = runColumns(star);
  expect(columns.filter(({ kind }) => kind === 'circuit-current')).toHaveLength(3);
  expect(columns.filter(({ kind }) => kind === 'metered-current')).toEqual([{ kind: 'metered-current', meterId: 'feed', phase: 2 }]);
  expect(columns.filter(({ kind }) => kind === 'thermal-load')).toEqual([{ kind: 'thermal-load', circuitId: circuitId('ev') }]);
});

test('house, PV and batteries have a column each where the run has any, and keep their sign', () => {
  const recorder = createRunRecorder(twoEvses(), { hasHouse: true, hasPv: true, batteryIds: ['cellar'] });
  recorder.sample(0, { ...truth(0), housePowerW: () => 420, pvPowerW: () => 3100, batteryPowerW: (id) => (id === 'cellar' ? -1500 : 0) }, () => 0);
  const powers = recorder.slice().columns.slice(-3).map(({ column, values }) => [column, values[0]]);
  expect(powers).toEqual([
    [{ kind: 'house-power' }, 420],
    [{ kind: 'pv-power' }, 3100],
    [{ kind: 'battery-power', batteryId: 'cellar' }, -1500],
  ]);
});
