/** Somebody asks which setting is better, takes the answer along, and asks again with a site of his own. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '../fixtures/app.ts';
import { chargebench } from '../fixtures/process.ts';
import { scenariosPageOf } from '../pages/scenarios-page.ts';
import { shellOf } from '../pages/shell.ts';

interface Outcome {
  readonly controller: string;
  readonly peakCurrentA: number;
  readonly secondsAboveRating: number;
  readonly energyWh: Readonly<Record<string, number>>;
}

test('a scenario is found by words of its text and by its tags', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const { library, search } = scenariosPageOf(page);
  // The key searches here once the library is there; before, it finds screens.
  await expect(library.getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('/');
  await expect(search).toBeFocused();
  await page.keyboard.type('shaper 15 s meter');
  await expect(library.getByText(/^1 of \d+ scenarios$/)).toBeVisible();
  await expect(library.getByRole('button', { name: /Meter sends every 15 s/ })).toBeVisible();
  await search.fill('two-evses-clamp-reversed');
  await expect(library.getByRole('listitem')).toHaveCount(1);
  await search.fill('');
  await library.getByRole('button', { name: /^faults \d+$/ }).click();
  await expect(library.getByText(/^\d+ of \d+ scenarios$/)).toBeVisible();
  await search.fill('no such thing anywhere');
  await library.getByRole('button', { name: 'Show all scenarios' }).click();
  await expect(search).toHaveValue('');
});

test('two controllers are compared with the figures of the command line, and laid over each other', async ({ app, page }) => {
  const id = 'two-evses-meter-15s';
  const { stdout } = await chargebench('scenario', 'compare', id, '--controllers', 'device,static-split', '--mode', 'loopback', '--json');
  const { title, results } = JSON.parse(stdout) as { readonly title: string; readonly results: readonly Outcome[] };
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.choose(title);
  await page.getByRole('button', { name: 'Controllers', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Fixed equal parts' }).check();
  await page.getByRole('button', { name: /^Play \d missing$/ }).click();
  await expect(page.getByRole('button', { name: 'All are played' })).toBeVisible({ timeout: 30_000 });
  for (const [name, controller] of [
    [/The devices themselves/, 'device'],
    [/Fixed equal parts/, 'static-split'],
  ] as const) {
    const outcome = results.find((result) => result.controller === controller);
    const energyWh = Object.values(outcome?.energyWh ?? {}).reduce((sum, one) => sum + one, 0);
    const row = scenarios.figures.getByRole('row', { name });
    await expect(row.getByRole('cell').nth(1)).toHaveText(outcome?.peakCurrentA.toFixed(1) ?? '');
    await expect(row.getByRole('cell').nth(3)).toHaveText(outcome?.secondsAboveRating.toFixed(0) ?? '');
    await expect(row.getByRole('cell').nth(5)).toHaveText((energyWh / 1000).toFixed(2));
  }
  await scenarios.figures.getByRole('button', { name: /^Lay over.*Fixed equal parts/ }).click();
  await scenarios.figures.getByRole('button', { name: 'The devices themselves' }).click();
  await expect(page.getByRole('list', { name: 'Lines in the chart' })).toContainText('dotted: Fixed equal parts');
});

test('a run is taken along as table, drawing and picture', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.search.fill('two-evses-quick');
  await scenarios.library.getByRole('listitem').getByRole('button').click();
  await scenarios.play.click();
  await expect(scenarios.verdict).toBeVisible();
  const saved = async (item: RegExp): Promise<Buffer> => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
    return readFile(await download.path());
  };
  const rows = (await saved(/CSV/)).toString().split('\r\n');
  expect(rows[0]).toMatch(/^time \(s\),.*circuit-current l1 \(A\).*thermal-load \(ratio\)/);
  const [last] = (rows.at(-2) ?? '').split(',');
  // A heading, a row for each second of its 90, and the end of the last line.
  expect([rows.length, last]).toEqual([92, '89']);
  expect((await saved(/SVG/)).toString()).toMatch(/^<svg .*breaker rating.*<\/svg>\s*$/s);
  const picture = await saved(/PNG/);
  // The signature of a PNG file, and no empty picture behind it.
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.length).toBeGreaterThan(10_000);
});

test('a copy is changed, refused where it is wrong, saved as an own scenario and played', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.search.fill('two-evses-quick');
  await scenarios.library.getByRole('listitem').getByRole('button').click();
  await page.getByRole('button', { name: 'Edit a copy' }).click();
  await expect(page.getByText('Nothing is wrong with this file.')).toBeVisible();
  await page.getByLabel('Title').fill('Ours with a smaller breaker');
  const rating = page.getByRole('group', { name: 'EV circuit' }).getByLabel(/Breaker rating/);
  await rating.fill('7000');
  await expect(page.getByRole('alert')).toContainText('breaker');
  await expect(rating).toHaveAttribute('aria-invalid', 'true');
  await rating.fill('40');
  await expect(page.getByText('Nothing is wrong with this file.')).toBeVisible();
  await expect(scenarios.fileText).toHaveValue(/"ratingA": 40/);
  await page.getByRole('button', { name: 'Save and play' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ours with a smaller breaker' })).toBeVisible();
  await expect(scenarios.verdict).toBeVisible();
  await expect(scenarios.run).toContainText('40\u2009A breaker rating');
  await page.reload();
  await shellOf(page).open('Scenarios');
  await expect(scenarios.library.getByRole('button', { name: /Ours with a smaller breaker/ })).toBeVisible();
});
