import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { circuitId } from '../../core/quantities.ts';
import { readScenarioFile } from './library.ts';
import { playOrder } from './play-order.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a scenario plays the recording that lies beside its file', async () => {
  const path = join(folder, 'evening.scenario.json');
  // 2.4 kW from the tenth second on, at 240 V.
  writeFileSync(join(folder, 'house.csv'), 'time;kitchen\n2024-01-01T18:00:00Z;0\n2024-01-01T18:00:10Z;2,4\n2024-01-01T18:00:20Z;2,4\n2024-01-01T18:00:30Z;2,4\n');
  const load = { kind: 'recorded', circuit: 'ev', file: 'house.csv', timeColumn: 'time', valueColumn: 'kitchen', unit: 'kW', time: 'iso', decimal: ',' };
  const file = { format: 'chargebench-scenario', version: 1, id: 'evening', title: 'An evening', group: 'Tests', durationS: 30, site: 'two-evses-one-breaker', houseLoads: [load], controllers: { device: { expect: [] } } };
  writeFileSync(path, JSON.stringify(file));
  const entry = readScenarioFile(path);
  const { columns } = await playOrder({ file: entry.file, controller: 'device', mode: 'direct', journalPath: null, broker: null }, { onProgress: () => undefined, isCancelled: () => false });
  const main = columns.columns.find(({ column }) => column.kind === 'circuit-current' && column.circuitId === circuitId('ev') && column.phase === 0);
  const currentsA = main?.values ?? [];
  expect([currentsA[9], currentsA[10], currentsA[29]]).toEqual([0, 10, 10]);
});
