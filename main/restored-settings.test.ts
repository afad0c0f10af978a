import { expect, test } from 'vitest';
import { createSettingRecord, openWrites, type SettingRow } from '../core/drivers/setting-record.ts';
import { scenarioSchema } from '../core/scenarios/schema.ts';
import { templateSite } from '../core/site/list-templates.ts';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { createLoopbackWorld } from '../hardware-sims/loopback-world.ts';
import { START_WALL_MS } from '../hardware-sims/simulated-site.ts';
import { createVirtualRun } from '../hardware-sims/contract/virtual-run.ts';
import { bundledDescriptions } from './files/own-descriptions.ts';
import { openLiveSite } from './live-site.ts';
import { openSiteLinks } from './site-links.ts';

const begun = (deviceId: string, newValue: number): SettingRow => ({
  row: 'begin',
  write: { id: 1, deviceId, key: 'max_current_soft', oldValue: 34, newValue, reason: 'fail-safe test', isTemporary: true, wallMs: 0 },
});

test('what a life before was in the middle of is put back into the device once it answers', async () => {
  const template = templateSite('two-evses-one-breaker');
  if (!template.ok) throw new Error(template.error.code);
  const site = template.value;
  const scenario = scenarioSchema.parse({ id: 'restore', title: 'restore', group: 'restore', durationS: 3600, site: 'two-evses-one-breaker', devices: { primary: { max_current_soft: 10 } }, controllers: { device: { expect: [] } } });
  const clock = createVirtualClock(START_WALL_MS);
  const world = createLoopbackWorld(scenario, site, 'device', clock);
  const run = createVirtualRun(world, clock);
  const rows: SettingRow[] = [begun('primary', 10)];
  const record = createSettingRecord([...rows], { append: (row) => Promise.resolve(void rows.push(row)) }, () => 0);
  const live = openLiveSite({ site, source: 'hardware', links: openSiteLinks({ site, origin: 'simulated', clock, descriptions: bundledDescriptions(), mqtt: world.connect() }), clock, descriptions: bundledDescriptions(), settingRecord: record, onFrame: () => undefined, onChange: () => undefined, onError: () => undefined });
  const outcomes = await run.settle(live.restoreSettings());
  expect(outcomes).toMatchObject([{ write: { deviceId: 'primary', oldValue: 34 }, failure: null }]);
  expect(openWrites(record.writes())).toEqual([]);
  expect(rows.at(-1)).toMatchObject({ row: 'restored', id: 1 });
  expect(await run.settle(live.restoreSettings())).toEqual([]);
  await live.close();
});
