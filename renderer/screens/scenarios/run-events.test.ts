import { describe, expect, it } from 'vitest';
import type { Column } from '../../../core/runs/columns.ts';
import { fakeRun } from '../../host/fake-run.ts';
import { powerChanges, runEvents } from './run-events.ts';

const timeS = Float64Array.from({ length: 300 }, (_, row) => row);
const powerW = (at: (timeS: number) => number): Float32Array => Float32Array.from(timeS, at);

describe('changes of a power', () => {
  it('are told at their moment, with where they came to', () => {
    expect(powerChanges(timeS, powerW((at) => (at < 100 ? 300 : at < 200 ? 2500 : 300)))).toEqual([
      { timeS: 100, fromW: 300, toW: 2500 },
      { timeS: 200, fromW: 2500, toW: 300 },
    ]);
  });

  it('are one where an edge takes some seconds', () => {
    const cloud = powerW((at) => (at < 100 ? 4000 : at < 105 ? 2900 : at < 110 ? 1900 : 1000));
    expect(powerChanges(timeS, cloud)).toEqual([{ timeS: 100, fromW: 4000, toW: 1000 }]);
  });

  it('are none where little moves, even if it often does', () => {
    expect(powerChanges(timeS, powerW((at) => 300 + 150 * (at % 2)))).toEqual([]);
    expect(powerChanges(timeS, powerW((at) => 5000 * Math.sin((Math.PI * at) / 299))).length).toBeLessThan(9);
  });

  it('tell a short peak as what it was', () => {
    expect(powerChanges(timeS, powerW((at) => (at === 50 ? 6000 : 0)))).toEqual([
      { timeS: 50, fromW: 0, toW: 6000 },
      { timeS: 51, fromW: 6000, toW: 0 },
    ]);
  });
});

describe('events of a run', () => {
  const { result, columns } = fakeRun({ scenarioId: 'primary-starts-second', controller: 'device', mode: 'loopback' });
  const rows = columns.columns.timeS;
  const runWith = (column: Column, at: (timeS: number) => number) => ({ result, columns: { timeS: rows, columns: [...columns.columns.columns, { column, values: Float32Array.from(rows, at) }] } });

  it('are the markers of the scenario and what PV and batteries did, in order', () => {
    const events = runEvents(runWith({ kind: 'battery-power', batteryId: 'cellar' }, (at) => (at < 700 ? 0 : -1500)));
    expect(events.map(({ timeS: at, kind, text }) => [at, kind, text])).toEqual([
      [60, 'vehicle', 'Secondary: vehicle plugs in'],
      [600, 'vehicle', 'Primary: vehicle plugs in'],
      [700, 'battery', 'Battery gives 1.5\u2009kW'],
      [1500, 'vehicle', 'Primary: vehicle leaves'],
    ]);
  });

  it('tell a load once: by its marker where it has one', () => {
    const run = runWith({ kind: 'house-power' }, (at) => (at < 700 ? 0 : at < 800 ? 2400 : 5000));
    const marked = { ...run, result: { ...result, markers: [{ timeS: 700, kind: 'load' as const, text: 'EV circuit: 2400 W on', about: null }] } };
    expect(runEvents(marked).map(({ text }) => text)).toEqual(['EV circuit: 2400 W on', 'Other load rises to 5.0\u2009kW']);
  });
});
