/** Devices: the list by link, one device with its values and acts, the traffic, the scan. */
import type { Locator, Page } from 'playwright/test';

export interface DevicesPage {
  readonly list: Locator;
  readonly scanButton: Locator;
  readonly work: Locator;
  readonly traffic: Locator;
  readonly frames: Locator;
  readonly chosenFrame: Locator;
  values(name: string): Locator;
  choose(name: string): Promise<void>;
  scanAddress(address: string): Promise<void>;
}

export function devicesPageOf(page: Page): DevicesPage {
  const list = page.getByRole('complementary', { name: 'Devices by link' });
  const work = page.getByRole('main');
  const traffic = page.getByRole('region', { name: 'Traffic', exact: true });
  return {
    list,
    work,
    traffic,
    scanButton: list.getByRole('button', { name: /^Scan/ }),
    frames: traffic.getByRole('grid').getByRole('row'),
    chosenFrame: page.getByRole('region', { name: 'Chosen frame' }),
    values: (name) => page.getByRole('region', { name: `Values of ${name}` }),
    async choose(name) {
      await list.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    },
    async scanAddress(address) {
      await list.getByRole('button', { name: /^Scan/ }).click();
      await page.getByRole('radio', { name: /A network address/ }).check();
      await page.getByLabel('Address', { exact: true }).fill(address);
      await page.getByLabel('Speaks').selectOption('rtu-over-tcp');
      await page.getByRole('button', { name: `Scan ${address}` }).click();
    },
  };
}
