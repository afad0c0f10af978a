/** One window leads, and nobody comes in without the address that was printed. */
import { request } from 'node:http';
import { expect, test } from '../fixtures/app.ts';
import { shellOf } from '../pages/shell.ts';

test('the token is gone from the address as soon as it was used', async ({ app, page }) => {
  await page.goto(app.url);
  await expect(shellOf(page).rail).toBeVisible();
  expect(page.url()).not.toContain('token');
});

test('a second window sees everything and changes nothing', async ({ app, page, context }) => {
  await page.goto(app.url);
  await expect(shellOf(page).pauseAll).toBeEnabled();
  const second = await context.newPage();
  await second.goto(app.url);
  await expect(second.getByText('Another window on the same host leads')).toBeVisible();
  await expect(shellOf(second).pauseAll).toBeDisabled();
  await page.close();
  await expect(shellOf(second).pauseAll).toBeEnabled();
});

const statusOf = (url: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

test('without the token, and under a foreign name, there is nothing to see', async ({ app }) => {
  const { origin, port } = new URL(app.url);
  expect(await statusOf(`${origin}/`, {})).toBe(403);
  expect(await statusOf(`${origin}/?token=guess`, {})).toBe(403);
  // A page of somebody else's whose name was turned to this machine (DNS rebinding).
  expect(await statusOf(app.url, { host: `evil.example:${port}` })).toBe(403);
});

test.describe('when the host ends', () => {
  test.use({ provokedErrors: /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/ });

  test('the window says so, keeps its picture and comes back by itself', async ({ app, page }) => {
    await page.goto(app.url);
    await expect(shellOf(page).pauseAll).toBeEnabled();
    await app.host.stop();
    await expect(page.getByText(/^No connection to the host since/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible();
    await expect(shellOf(page).rail).toBeVisible();
  });
});
