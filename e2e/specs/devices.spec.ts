/** The installer's first hour: a gateway with a meter whose address nobody wrote down. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessibilityFindings } from '../fixtures/accessibility.ts';
import { expect, serve, test } from '../fixtures/app.ts';
import { startGateway } from '../fixtures/eastron-unit.ts';
import { devicesPageOf } from '../pages/devices-page.ts';
import { shellOf } from '../pages/shell.ts';

const UNIT = 12;

/** A site with its meter behind the gateway, and a node that nobody has wired yet. */
function siteBehind(transport: string): object {
  const link = (unitId: number): object => ({ kind: 'modbus', transport, unitId });
  return {
    name: 'One meter',
    timeZone: 'UTC',
    supply: { kind: 'three-phase-star', nominalVoltageV: 230 },
    circuits: [{ id: 'mains', name: 'Mains', breaker: { curve: 'iec-60898-c', ratingA: 25 }, continuousFactor: 1, meterId: 'feed' }],
    meters: [{ id: 'feed', name: 'House meter', model: 'eastron-sdm630', link: link(UNIT), clamp: 'each-phase', periodMs: 500, allowedAgeMs: 5000 }],
    evses: [
      { id: 'node-1', name: 'Node 1', circuitId: 'mains', model: 'smartevse', link: link(2), phaseCount: 3, ratingA: 32, configuredMaxA: 16, stepA: 0.1, failSafeCurrentA: 0, powerUpCurrentA: 0, responseTimeMs: 8000, startsByItself: false, busAddress: 2, offerTtlMs: 11_000 },
    ],
    policy: {},
  };
}

test('a meter is found behind a gateway by reading only, and stopping keeps what was found', async ({ app, page }) => {
  const gateway = await startGateway(UNIT);
  await page.goto(app.url);
  const devices = devicesPageOf(page);
  await shellOf(page).open('Devices');
  await devices.scanAddress(gateway.address);
  await expect(devices.work.getByText(`Unit ${String(UNIT)}`, { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(devices.work.getByText('Eastron SDM630', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('heading', { name: /1 device answers, stopped before the end/ })).toBeVisible();
  await expect(devices.list.getByRole('region', { name: 'Found, not in the site' })).toContainText(`Unit ${String(UNIT)} answers`);
  expect(await accessibilityFindings(page)).toEqual([]);
  await gateway.close();
});

test('a meter of the site is read by hand, its registers and its traffic are seen', async ({ project: folder, page }) => {
  const gateway = await startGateway(UNIT);
  const project = join(folder, 'site');
  await (await serve(project, '--simulated')).host.stop();
  const file = join(project, 'project.json');
  const written = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...written, source: 'hardware', site: siteBehind(gateway.transport) }));

  const { host, url } = await serve(project);
  await page.goto(url);
  const devices = devicesPageOf(page);
  await shellOf(page).open('Devices');
  await devices.choose('House meter');
  await page.getByRole('button', { name: 'Read now' }).click();
  await expect(page.getByText(/by hand: it answered in/)).toBeVisible();
  await expect(devices.values('House meter').getByRole('row', { name: /^Current/ })).toContainText('4.1');
  await expect(devices.values('House meter').getByRole('row', { name: /^Current/ })).toContainText('input 0x0006');

  const answer = devices.frames.filter({ hasText: /Current 4\.1, 13\.0, 6\.2/ }).first();
  await expect(answer).toBeVisible();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await answer.click();
  await expect(devices.chosenFrame).toContainText('40 83 33 33');
  await expect(devices.chosenFrame).toContainText('checksum right');
  expect(await accessibilityFindings(page)).toEqual([]);
  await host.stop();
  await gateway.close();
});
