/** A person asks something of the balancer: it obeys, says so, and goes back when it is taken back. */
import { accessibilityFindings } from '../fixtures/accessibility.ts';
import { expect, test } from '../fixtures/app.ts';
import { cutTexts } from '../fixtures/cut-text.ts';
import { livePageOf } from '../pages/live-page.ts';
import { shellOf } from '../pages/shell.ts';

test('one EVSE is limited for a while and paused, a reloaded window still says so, and it charges again when resumed', async ({ app, page }) => {
  test.setTimeout(240_000);
  await page.goto(app.url);
  await shellOf(page).open('Live');
  const evse = livePageOf(page).evse('Secondary');
  await expect.poll(() => evse.measuredA(), { timeout: 60_000, message: 'its vehicle charges' }).toBeGreaterThan(12);

  await evse.act('Limit');
  const form = evse.card.getByRole('form', { name: 'Limit for Secondary' });
  await form.getByRole('textbox', { name: 'Not above' }).fill('10');
  await form.getByRole('button', { name: /^Limit to 10\sA until \d\d:\d\d$/ }).click();
  await expect.poll(() => evse.measuredA(), { timeout: 30_000, message: 'the limit holds' }).toBeLessThanOrEqual(10);
  await expect(evse.why).toContainText('limit set by a person, 10');

  await evse.act('Pause');
  await expect.poll(() => evse.offeredA(), { timeout: 30_000 }).toBe(0);
  await page.reload();
  await expect(evse.card).toContainText(/Paused, by a person at \d\d:\d\d, until resumed/);
  await expect(evse.card).toContainText(/Not above 10\sA, by a person at/);
  expect(await accessibilityFindings(page)).toEqual([]);

  await evse.card.getByRole('button', { name: /^Take back for Secondary: Not above/ }).click();
  await evse.act('Resume');
  await expect(evse.card).not.toContainText('by a person at');
  // The site lets a pause last a minute at least.
  await expect.poll(() => evse.measuredA(), { timeout: 120_000, message: 'it charges again' }).toBeGreaterThan(12);
});

test('a new site comes from a template, findings are accepted there, and the first project is opened again', async ({ app, page }) => {
  test.setTimeout(120_000);
  await page.goto(app.url);
  const shell = shellOf(page);
  await shell.openStart();
  const templates = page.getByRole('region', { name: 'New site from a template' });
  await expect(templates.getByRole('button', { name: /^House with PV/ })).toBeVisible();
  expect(await accessibilityFindings(page)).toEqual([]);
  await templates.getByRole('button', { name: /^House with PV/ }).click();
  await expect(page.getByRole('banner').getByRole('button', { name: 'House with PV' })).toBeVisible();
  await expect(livePageOf(page).evse('Carport').card).toBeVisible({ timeout: 20_000 });

  await shell.openStart();
  await page.getByRole('complementary', { name: 'Projects' }).getByRole('button', { name: /^Two EVSEs on one breaker/ }).click();
  await expect(livePageOf(page).evse('Primary').card).toBeVisible({ timeout: 20_000 });

  await shell.open('Site');
  const finding = page.getByRole('region', { name: 'Findings' }).getByRole('listitem').filter({ hasText: 'After a blackout' });
  await finding.getByRole('button', { name: /^Withdraw/ }).click();
  await finding.getByRole('button', { name: /^Accept/ }).click();
  await finding.getByRole('textbox', { name: 'Why this can be answered for' }).fill('Lowered at the next visit');
  expect(await accessibilityFindings(page)).toEqual([]);
  await finding.getByRole('button', { name: 'Accept in writing' }).click();
  await expect(finding).toContainText('Accepted in writing: “Lowered at the next visit”');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 420, height: 800 } });

  test('what flows and what can be asked for fits, and an EVSE is paused there', async ({ app, page }) => {
    await page.goto(app.url);
    await shellOf(page).open('Live');
    const evse = livePageOf(page).evse('Primary');
    await expect(evse.card).toBeVisible({ timeout: 20_000 });
    expect(await cutTexts(page)).toEqual([]);
    await evse.act('Pause');
    await expect(evse.card).toContainText(/Paused, by a person/);
  });
});
