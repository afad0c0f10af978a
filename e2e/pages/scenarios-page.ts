import type { Locator, Page } from 'playwright/test';

export interface ScenariosPage {
  readonly library: Locator;
  readonly play: Locator;
  /** The verdict in words: "Holds", "May trip", "Trips". */
  readonly verdict: Locator;
  readonly run: Locator;
  readonly setpoints: Locator;
  readonly transport: Locator;
  readonly search: Locator;
  /** Controllers against figures. */
  readonly figures: Locator;
  readonly fileText: Locator;
  /** Chooses a scenario by its title, and who decides where there is a choice. */
  choose(title: string, controller?: 'Chargebench' | 'Devices'): Promise<void>;
  /** At Max the answer is shown at once; else the cursor runs through the run. */
  atSpeed(speed: '1×' | '10×' | 'Max'): Promise<void>;
}

export function scenariosPageOf(page: Page): ScenariosPage {
  const library = page.getByRole('complementary', { name: 'Library' });
  const transport = page.getByRole('group', { name: 'Transport' });
  return {
    library,
    play: transport.getByRole('button', { name: 'Play', exact: true }),
    verdict: page.getByText(/^(Holds|May trip|Trips)$/),
    run: page.getByRole('region', { name: 'Run', exact: true }),
    setpoints: page.getByRole('region', { name: /^Setpoints at/ }),
    transport,
    search: library.getByRole('searchbox'),
    figures: page.getByRole('region', { name: 'Figures by controller' }),
    fileText: page.getByRole('textbox', { name: 'File text' }),
    async choose(title, controller) {
      await library.getByRole('button', { name: title }).click();
      if (controller !== undefined) await page.getByRole('radiogroup', { name: 'Controller' }).getByText(controller, { exact: true }).click();
    },
    async atSpeed(speed) {
      await transport.getByRole('radiogroup', { name: 'Speed' }).getByText(speed, { exact: true }).click();
    },
  };
}
