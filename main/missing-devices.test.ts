import { expect, test } from 'vitest';
import { BUNDLED_METERS } from '../core/devices/list-meters.ts';
import { siteOfTemplate } from './open-project.ts';
import { missingDevices } from './missing-devices.ts';

test.each(['two-evses-one-breaker', 'house-one-evse', 'solar', 'empty'])('%s can be brought to life on simulated devices', (template) => {
  expect([...missingDevices(siteOfTemplate(template), 'simulated', { meterModels: BUNDLED_METERS })]).toEqual([]);
});

test('every device that nothing speaks with is named with its model', () => {
  const site = siteOfTemplate('two-evses-one-breaker');
  const [primary, secondary] = site.evses;
  if (primary === undefined || secondary === undefined) throw new Error('template');
  const mixed = { ...site, evses: [primary, { ...secondary, link: { kind: 'http' as const, url: 'http://evse.local' } }] };
  expect([...missingDevices(mixed, 'hardware', { meterModels: BUNDLED_METERS })]).toEqual([['secondary', { code: 'not-supported', context: { device: 'secondary', model: 'openevse', link: 'http' } }]]);
});
