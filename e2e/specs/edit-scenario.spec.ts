/** Somebody writes down his own house and asks what would happen in it: everything by form, nothing by file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { expect, test } from '../fixtures/app.ts';
import { scenariosPageOf } from '../pages/scenarios-page.ts';
import { shellOf } from '../pages/shell.ts';

const entry = (page: Page, name: string): Locator => page.getByRole('group', { name, exact: true });
const part = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const isWhole = (page: Page): Promise<void> => expect(page.getByText('Nothing is wrong with this file.')).toBeVisible();

test('a house with a kettle, a recorded day, PV and a battery is written, seen before it is played, and played', async ({ app, page, project }) => {
  const recording = join(project, 'house.csv');
  writeFileSync(recording, `Zeit;Haus kW\n${Array.from({ length: 31 }, (_, minute) => `2024-01-01 18:${String(minute).padStart(2, '0')}:00;${minute < 15 ? '0,4' : '2,9'}`).join('\n')}\n`);
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.library.getByRole('button', { name: 'New', exact: true }).click();
  await isWhole(page);
  await page.getByLabel('Title').fill('Our evening');

  await part(page, 'House').getByRole('button', { name: 'Add a house load' }).click();
  await entry(page, 'House load 1').getByLabel('Kind').selectOption('From a CSV file');
  await expect(entry(page, 'House load 1').getByText(/recording\.csv is not there/)).toBeVisible();
  await entry(page, 'House load 1').getByLabel('CSV file of the load').setInputFiles(recording);
  await expect(entry(page, 'House load 1').getByRole('columnheader', { name: 'Haus kW' })).toBeVisible();
  await isWhole(page);
  const picture = page.getByRole('figure', { name: 'Picture of the loads' });
  await expect(picture.getByText(/Other load up to 2\.9\skW/)).toBeVisible();

  await part(page, 'House').getByRole('button', { name: 'Add a house load' }).click();
  await entry(page, 'House load 2').getByLabel('Kind').selectOption('Kettle');
  await entry(page, 'House load 2').getByLabel(/Switched on at/).fill('300, 1200');
  await part(page, 'PV').getByRole('button', { name: 'Add PV' }).click();
  await entry(page, 'PV 1').getByLabel('Kind').selectOption('Series of powers');
  await part(page, 'Home battery').getByRole('button', { name: 'Add a battery' }).click();
  await part(page, 'Wishes of a person').getByRole('button', { name: 'Add a wish' }).click();
  await entry(page, 'Wish 1').getByLabel('Kind').selectOption('Not above a current');
  await isWhole(page);
  await expect(picture.getByText(/Other load up to 5\.1\skW.*PV up to 2\.0\skW/)).toBeVisible();
  await expect(picture.getByRole('button', { name: /Not above 10/ })).toBeAttached();

  await page.getByRole('button', { name: 'Save and play' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Our evening' })).toBeVisible();
  await expect(scenarios.verdict).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('list', { name: 'Flags in the chart' })).toContainText('Home battery');
  await expect(scenarios.run.getByText('PV', { exact: true }).first()).toBeVisible();
  await page.keyboard.press('0');
  await expect(scenarios.run.getByRole('button', { name: /kettle 2200 W/ }).first()).toBeAttached();
});

test('entries are doubled, moved, removed and all of it taken back, by keys alone', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.library.getByRole('button', { name: 'New', exact: true }).click();
  await isWhole(page);
  const before = await scenarios.fileText.inputValue();
  await entry(page, 'vehicle-2').getByLabel('Vehicle id').focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(entry(page, 'vehicle-2').getByLabel('Vehicle id')).toBeFocused();
  await expect(scenarios.fileText).toHaveValue(/"vehicle-2".*"vehicle-1"/s);
  await page.keyboard.press('Alt+d');
  await expect(entry(page, 'vehicle-3').getByLabel('Vehicle id')).toBeFocused();
  await page.keyboard.press('Alt+Delete');
  await expect(entry(page, 'vehicle-3')).toHaveCount(0);
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('Control+z');
  await expect(scenarios.fileText).toHaveValue(before);
});

test('a run is walked through row by row, and the keys for it can be read', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.search.fill('two-evses-quick');
  await scenarios.library.getByRole('listitem').getByRole('button').click();
  await scenarios.play.click();
  await expect(scenarios.verdict).toBeVisible();
  const cursor = page.getByRole('slider', { name: 'Cursor in the run' });
  await cursor.focus();
  await page.keyboard.press('Home');
  for (const at of ['1', '2', '3']) {
    await page.keyboard.press('ArrowRight');
    await expect(cursor).toHaveAttribute('aria-valuenow', at);
  }
  await page.keyboard.press('ArrowLeft');
  await expect(cursor).toHaveAttribute('aria-valuenow', '2');
  await page.keyboard.press('PageDown');
  await expect(cursor).toHaveAttribute('aria-valuenow', '62');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog').getByText('one row of the run back, forward')).toBeVisible();
});
