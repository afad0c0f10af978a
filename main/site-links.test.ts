import { afterEach, expect, test } from 'vitest';
import { createVirtualClock } from '../core/time/virtual-clock.ts';
import { bundledDescriptions } from './files/own-descriptions.ts';
import { siteOfTemplate } from './open-project.ts';
import { openSiteLinks, type SiteLinks } from './site-links.ts';

const SITE = siteOfTemplate('smartevse-power-share');
const GATEWAY = 'rtu-over-tcp:192.0.2.1:4001';
const links: SiteLinks[] = [];
afterEach(async () => {
  for (const each of links.splice(0)) await each.close();
});

/** 192.0.2.0/24 is nobody's (RFC 5737); a virtual clock never tries twice. */
function open(origin: 'hardware' | 'simulated', transport = GATEWAY): SiteLinks {
  const onGateway = <Device extends { readonly link: { readonly kind: string } }>(device: Device): Device => (device.link.kind === 'modbus' ? { ...device, link: { ...device.link, transport } } : device);
  const onWires = { ...SITE, meters: SITE.meters.map(onGateway), evses: SITE.evses.map(onGateway) };
  const addresses = origin === 'simulated' ? new Map([[transport, 'rtu-over-tcp:192.0.2.2:7']]) : new Map<string, string>();
  const opened = openSiteLinks({ site: onWires, origin, clock: createVirtualClock(0), descriptions: bundledDescriptions(), mqtt: null, addresses });
  links.push(opened);
  return opened;
}

test('a real link is known by its place, however it is written, and by no other', () => {
  const site = open('hardware');
  expect([site.linkAt(GATEWAY), site.linkAt('rtu-over-tcp://192.0.2.1:4001'), site.linkAt('tcp:192.0.2.1:4001')]).toEqual([GATEWAY, GATEWAY, GATEWAY]);
  expect([site.linkAt('tcp:192.0.2.1:502'), site.linkAt('serial:/dev/ttyUSB0'), site.simulatedAddress(GATEWAY)]).toEqual([null, null, null]);
});

test('simulated wires are no port of this machine, whatever the site calls them', () => {
  const site = open('simulated', 'serial:/dev/ttyUSB0');
  expect([site.linkAt('serial:/dev/ttyUSB0'), site.simulatedAddress('serial:/dev/ttyUSB0')]).toEqual([null, 'rtu-over-tcp:192.0.2.2:7']);
  expect(site.summaries()).toMatchObject([{ id: 'serial:/dev/ttyUSB0', protocol: 'modbus-rtu', origin: 'simulated', state: 'connecting', load: { waiting: 0 } }]);
});
