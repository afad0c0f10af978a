/** Devices on the user's own broker: what is simulated here are the devices, not the way to them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, serve, test } from '../fixtures/app.ts';
import { MOSQUITTO_MISSING, isMosquittoHere, startMosquitto } from '../fixtures/mosquitto.ts';
import { CHARGEBENCH, start } from '../fixtures/process.ts';
import { livePageOf } from '../pages/live-page.ts';
import { shellOf } from '../pages/shell.ts';

/** As the README says it: a project of its own, then the source changed by hand. */
async function hardwareProject(folder: string): Promise<string> {
  const project = join(folder, 'site');
  await (await serve(project)).host.stop();
  const file = join(project, 'project.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"source": "simulated"', '"source": "hardware"'));
  return project;
}

test('a site on the user’s broker is watched, then controlled on request, and survives the loss of the broker', async ({ project: folder, page }) => {
  test.skip(!isMosquittoHere, MOSQUITTO_MISSING);
  test.setTimeout(180_000);
  const mosquitto = await startMosquitto(folder);
  const broker = `mqtt://127.0.0.1:${mosquitto.port}`;
  const devices = start(process.execPath, [CHARGEBENCH, 'sims', 'two-evses-primary-starts', '--broker', broker]);
  await devices.waitFor(/^READY/);
  const { host, url } = await serve(await hardwareProject(folder), '--broker', broker);
  await page.goto(url);
  const shell = shellOf(page);
  await shell.open('Live');
  await expect(page.getByRole('banner').getByText('Hardware', { exact: true })).toBeVisible();

  const take = page.getByRole('button', { name: 'Take control' });
  await expect(livePageOf(page).evse('Secondary').card).toBeVisible();
  await take.click();
  await expect(take).toBeHidden();
  await expect.poll(() => host.printed()).toContain('Control: controlling');

  await mosquitto.broker.stop();
  await expect(page.getByRole('banner').getByText(/link lost/)).toBeVisible({ timeout: 30_000 });
  const again = await startMosquitto(folder, mosquitto.port);
  await expect(page.getByRole('banner').getByText(/link lost/)).toBeHidden({ timeout: 60_000 });

  await shell.pauseAll.click();
  await expect(shell.sheet.getByText('Every EVSE has stopped')).toBeVisible({ timeout: 30_000 });
  expect(await host.stop(), host.printed()).toBe(0);
  await devices.stop();
  await again.broker.stop();
});
