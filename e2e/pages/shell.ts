/** What stands on every screen: rail, top bar, sheets. */
import type { Locator, Page } from 'playwright/test';

export type ScreenTitle = 'Site' | 'Devices' | 'Commissioning' | 'Scenarios' | 'Live' | 'Export' | 'Report' | 'Settings';

export const SCREENS: readonly ScreenTitle[] = ['Site', 'Devices', 'Commissioning', 'Scenarios', 'Live', 'Export', 'Report', 'Settings'];

export interface Shell {
  readonly rail: Locator;
  readonly pauseAll: Locator;
  readonly handBack: Locator;
  /** The sheet or dialog that is open. */
  readonly sheet: Locator;
  open(screen: ScreenTitle): Promise<void>;
  /** Projects and templates. */
  openStart(): Promise<void>;
}

export function shellOf(page: Page): Shell {
  const rail = page.getByRole('navigation', { name: 'Screens' });
  const top = page.getByRole('banner');
  return {
    rail,
    pauseAll: top.getByRole('button', { name: 'Pause all' }),
    handBack: top.getByRole('button', { name: 'Hand back control' }),
    sheet: page.getByRole('dialog'),
    async open(screen) {
      const link = rail.getByRole('link', { name: new RegExp(`^${screen}`) });
      await link.click();
    },
    async openStart() {
      await top.getByRole('link', { name: 'Chargebench, start' }).click();
    },
  };
}
