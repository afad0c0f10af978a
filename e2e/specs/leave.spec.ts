/** Nobody leaves vehicles behind without knowing what they will do. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, serve, test } from '../fixtures/app.ts';
import { shellOf } from '../pages/shell.ts';

test('Pause all tells every EVSE to stop and names each that confirmed', async ({ app, page }) => {
  await page.goto(app.url);
  const shell = shellOf(page);
  await shell.pauseAll.click();
  await expect(shell.sheet.getByText('Every EVSE has stopped')).toBeVisible({ timeout: 20_000 });
  await expect(shell.sheet.getByRole('listitem').filter({ hasText: 'confirmed' })).toHaveCount(2);
});

test('Pause all is one key away', async ({ app, page }) => {
  await page.goto(app.url);
  const shell = shellOf(page);
  await expect(shell.pauseAll).toBeVisible();
  await page.keyboard.press('Control+Shift+X');
  await expect(shell.sheet.getByText('Every EVSE has stopped')).toBeVisible({ timeout: 20_000 });
});

test('Hand back control shows first what each device will do and whether that fits', async ({ app, page }) => {
  await page.goto(app.url);
  const shell = shellOf(page);
  await shell.handBack.click();
  const { sheet } = shell;
  await expect(sheet.getByRole('table').first()).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Hand back control' })).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Pause all' })).toBeFocused();
});

test('the host leaves in order when it is asked to end, and its journal can be read', async ({ project }) => {
  const app = await serve(project);
  const untilMs = Date.now() + 15_000;
  const journals = (): readonly string[] => readdirSync(join(project, 'runs')).filter((name) => name.endsWith('.jsonl'));
  const lines = (): readonly string[] => journals().flatMap((name) => readFileSync(join(project, 'runs', name), 'utf8').split('\n'));
  while (lines().length < 4 && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 200));
  const code = await app.host.stop();
  expect(code, app.host.printed()).toBe(0);
  const whole = lines().filter((line) => line !== '');
  expect(whole.length).toBeGreaterThan(2);
  for (const line of whole) JSON.parse(line);
});

test('a host whose terminal is gone goes on and can still be ended in order', async ({ project, page }) => {
  const { host, url } = await serve(project);
  host.child.stdout?.destroy();
  host.child.stderr?.destroy();
  await page.goto(url);
  // What happens is written to a reader that is gone, and the program does not take that for a failure.
  await shellOf(page).pauseAll.click();
  await expect(shellOf(page).sheet.getByText('Every EVSE has stopped')).toBeVisible({ timeout: 20_000 });
  expect(await host.stop()).toBe(0);
});

test('a program that was killed leaves a project that opens again', async ({ project }) => {
  const first = await serve(project);
  first.host.child.kill('SIGKILL');
  await first.host.ended;
  const second = await serve(project);
  expect(second.url).toMatch(/^http:/);
  await second.host.stop();
});
