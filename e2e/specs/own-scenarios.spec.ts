/** Somebody keeps scenarios of their own: the screen and the command line know the same ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../fixtures/app.ts';
import { chargebench } from '../fixtures/process.ts';
import { scenariosPageOf } from '../pages/scenarios-page.ts';
import { shellOf } from '../pages/shell.ts';

const TITLE = 'An evening of mine';
const MINE = {
  format: 'chargebench-scenario',
  version: 1,
  id: 'my-evening',
  title: TITLE,
  group: 'Own scenarios',
  durationS: 60,
  site: 'two-evses-one-breaker',
  vehicles: [{ id: 'one', evse: 'primary', plugInS: 5 }],
  controllers: { chargebench: { expect: [{ kind: 'never-trips' }] } },
};

test('what the screen keeps is played by its id on the command line; deleted it is gone from both, and undo brings it back', async ({ app, page, project }) => {
  const data = join(project, 'data');
  mkdirSync(join(data, 'scenarios'), { recursive: true });
  writeFileSync(join(data, 'scenarios', 'my-evening.scenario.json'), JSON.stringify(MINE));
  const listed = async (): Promise<boolean> => (await chargebench('scenario', 'list', '--json', '--data', data)).stdout.includes('"my-evening"');

  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.choose(TITLE);
  await expect(page.getByRole('heading', { level: 1, name: TITLE })).toBeVisible();
  const played = await chargebench('scenario', 'run', 'my-evening', '--json', '--data', data);
  expect(played.code, played.stderr).toBe(0);
  expect(JSON.parse(played.stdout)).toMatchObject({ results: [{ id: 'my-evening', passed: true }] });

  await page.getByRole('button', { name: 'Delete this scenario' }).click();
  await expect(page.getByText(`“${TITLE}” is deleted.`)).toBeVisible();
  await expect(scenarios.library.getByRole('button', { name: TITLE })).toBeHidden();
  expect(await listed()).toBe(false);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { level: 1, name: TITLE })).toBeVisible();
  expect(await listed()).toBe(true);
});

test('a scenario that came with the program cannot be deleted', async ({ app, page, project }) => {
  await page.goto(app.url);
  await shellOf(page).open('Scenarios');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete this scenario' })).toBeHidden();
  const refused = await chargebench('scenario', 'delete', 'two-evses-quick', '--data', join(project, 'data'));
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/refused: scenario two-evses-quick/);
});
