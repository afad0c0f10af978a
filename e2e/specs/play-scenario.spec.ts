/** Somebody with two EVSEs and one breaker asks: will it trip, and why? */
import { expect, test } from '../fixtures/app.ts';
import { chargebench } from '../fixtures/process.ts';
import { scenariosPageOf } from '../pages/scenarios-page.ts';
import { shellOf } from '../pages/shell.ts';

const VERDICTS = { holds: 'Holds', 'may-trip': 'May trip', trips: 'Trips' } as const;

interface Outcome {
  readonly controller: string;
  readonly verdict: keyof typeof VERDICTS;
  readonly peakCurrentA: number;
}

const titleOf = async (id: string): Promise<string> => {
  const scenarios = JSON.parse((await chargebench('scenario', 'list', '--json')).stdout) as readonly { id: string; title: string }[];
  return scenarios.find((scenario) => scenario.id === id)?.title ?? `no scenario ${id}`;
};

const playedByScript = async (id: string): Promise<readonly Outcome[]> => {
  const { stdout } = await chargebench('scenario', 'run', id, '--json');
  return (JSON.parse(stdout) as { results: readonly Outcome[] }).results;
};

test('the screen and the command line give the same answer to the same scenario', async ({ app, page }) => {
  const id = 'two-evses-meter-15s';
  const [title, outcomes] = [await titleOf(id), await playedByScript(id)];
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  for (const [name, controller] of [
    ['Devices', 'device'],
    ['Chargebench', 'chargebench'],
  ] as const) {
    const outcome = outcomes.find((one) => one.controller === controller);
    await scenarios.choose(title, name);
    await scenarios.play.click();
    await expect(scenarios.verdict).toHaveText(VERDICTS[outcome?.verdict ?? 'holds']);
    await expect(page.getByText(`peak ${outcome?.peakCurrentA.toFixed(1) ?? ''}`).first()).toBeVisible();
  }
});

test('every setpoint says why, and the worst moment is one key away', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.choose(await titleOf('two-evses-other-load'), 'Chargebench');
  await scenarios.play.click();
  await expect(scenarios.verdict).toHaveText('Holds');
  const reasons = scenarios.setpoints.getByRole('listitem').filter({ hasText: /\d\sA: / });
  await expect(reasons).toHaveCount(2);
  await page.keyboard.press('Home');
  await page.keyboard.press('.');
  await page.keyboard.press('w');
  await expect(page.getByText(/^Worst moment/).first()).toBeVisible();
});

test('a run plays, pauses, seeks and changes its speed', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.choose(await titleOf('two-evses-quick'), 'Chargebench');
  await scenarios.atSpeed('1×');
  await scenarios.play.click();
  await expect(scenarios.transport.getByRole('button', { name: 'Pause' })).toBeVisible();
  const clock = scenarios.transport.getByText(/^\d\d:\d\d$/).first();
  await expect(clock).not.toHaveText('00:00');
  await page.keyboard.press(']');
  await page.keyboard.press('Space');
  await expect(scenarios.play).toBeVisible();
  const stoodAt = await clock.textContent();
  await page.keyboard.press('Shift+ArrowRight');
  await expect(clock).not.toHaveText(stoodAt ?? '');
});

test('the run can be read as a table', async ({ app, page }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.choose(await titleOf('two-evses-quick'));
  await scenarios.play.click();
  await expect(scenarios.verdict).toBeVisible();
  await page.getByRole('button', { name: 'As table' }).click();
  const table = page.getByRole('region', { name: 'Run as table' }).getByRole('table');
  await expect(table.getByRole('row').nth(2)).toContainText(/\d/);
});
