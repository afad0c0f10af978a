/** The first thing a newcomer sees: two EVSEs share a 50 A breaker over a real broker. */
import { expect, test } from '../fixtures/app.ts';
import { livePageOf } from '../pages/live-page.ts';
import { shellOf } from '../pages/shell.ts';

/** 80 % of the breaker (NEC 625.42, 210.20), and what the display rounds. */
const CONTINUOUS_A = 40.5;

test('two vehicles share the breaker, and other load takes precedence', async ({ app, page }) => {
  test.setTimeout(180_000);
  await page.goto(app.url);
  await shellOf(page).open('Live');
  await expect(page.getByRole('banner').getByText('Simulated', { exact: true })).toBeVisible();
  const live = livePageOf(page);
  const evses = [live.evse('Primary'), live.evse('Secondary')];
  for (const name of ['Primary', 'Secondary']) {
    await expect(live.evse(name).card).toBeVisible();
    await live.plugIn(name);
  }
  const measuredA = async (): Promise<number[]> => Promise.all(evses.map((evse) => evse.measuredA()));
  const sumA = async (): Promise<number> => (await measuredA()).reduce((sum, currentA) => sum + currentA, 0);

  await expect.poll(async () => Math.min(...(await measuredA())), { timeout: 90_000, message: 'both charge well above the minimum' }).toBeGreaterThan(12);
  await expect.poll(sumA, { timeout: 60_000, message: 'they use the breaker' }).toBeGreaterThan(CONTINUOUS_A - 5);
  expect(await sumA()).toBeLessThanOrEqual(CONTINUOUS_A);
  for (const { why } of evses) await expect(why).toBeVisible();

  await live.setOtherLoadW(2400);
  // 2400 W are 10 A at 240 V.
  await expect.poll(sumA, { timeout: 30_000, message: 'the EVSEs make room' }).toBeLessThanOrEqual(CONTINUOUS_A - 10);
});

test('the ladder shows every ceiling that was considered', async ({ app, page }) => {
  test.setTimeout(90_000);
  await page.goto(app.url);
  await shellOf(page).open('Live');
  const { card, why } = livePageOf(page).evse('Primary');
  await expect(why).toBeEnabled({ timeout: 30_000 });
  await why.click();
  await expect(why).toHaveAttribute('aria-expanded', 'true');
  await expect(card.getByRole('list').or(card.getByRole('table')).first()).toBeVisible();
});
