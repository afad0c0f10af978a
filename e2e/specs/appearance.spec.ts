/** Every screen can be read: by anybody, light and dark, and in the smallest window. */
import type { Page } from 'playwright/test';
import { accessibilityFindings } from '../fixtures/accessibility.ts';
import { expect, test } from '../fixtures/app.ts';
import { cutTexts } from '../fixtures/cut-text.ts';
import { scenariosPageOf } from '../pages/scenarios-page.ts';
import { SCREENS, shellOf } from '../pages/shell.ts';

/** What stands in the place of the run: all figures by controller, then the editor. */
const instead: readonly (readonly [what: string, button: string, seen: string])[] = [
  ['the comparison', 'Controllers', 'All figures by controller'],
  ['the editor', 'Edit a copy', 'Nothing is wrong with this file.'],
];

async function playQuick(page: Page): Promise<void> {
  await shellOf(page).open('Scenarios');
  const scenarios = scenariosPageOf(page);
  await scenarios.atSpeed('Max');
  await scenarios.play.click();
  await expect(scenarios.verdict).toBeVisible();
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen, ${colorScheme}`, async ({ app, page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme });
    await page.goto(app.url);
    for (const screen of SCREENS) {
      await shellOf(page).open(screen);
      await expect(page.getByRole('heading', { level: 1 }).or(page.getByRole('heading').first()).first()).toBeVisible();
      expect([screen, await accessibilityFindings(page)]).toEqual([screen, []]);
    }
    await playQuick(page);
    expect(['a played run', await accessibilityFindings(page)]).toEqual(['a played run', []]);
    for (const [what, button, seen] of instead) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByText(seen)).toBeVisible();
      expect([what, await accessibilityFindings(page)]).toEqual([what, []]);
    }
    await shellOf(page).handBack.click();
    await expect(shellOf(page).sheet.getByRole('table').first()).toBeVisible();
    expect(['hand back', await accessibilityFindings(page)]).toEqual(['hand back', []]);
  });
}

test.describe('in the smallest window', () => {
  test.use({ viewport: { width: 1024, height: 700 } });

  test('nothing is cut on any screen', async ({ app, page }) => {
    await page.goto(app.url);
    for (const screen of SCREENS) {
      await shellOf(page).open(screen);
      await expect(page.getByRole('main')).toBeVisible();
      expect([screen, await cutTexts(page)]).toEqual([screen, []]);
    }
    await playQuick(page);
    expect(['a played run', await cutTexts(page)]).toEqual(['a played run', []]);
    for (const [what, button, seen] of instead) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByText(seen)).toBeVisible();
      expect([what, await cutTexts(page)]).toEqual([what, []]);
    }
  });
});
