import type { Locator, Page } from 'playwright/test';

export interface EvseCard {
  readonly card: Locator;
  readonly why: Locator;
  /** A shown as offered, as measured; NaN where no value is shown. */
  offeredA(): Promise<number>;
  measuredA(): Promise<number>;
  act(name: 'Pause' | 'Resume' | 'Boost' | 'End boost' | 'Limit'): Promise<void>;
}

export interface LivePage {
  readonly sentence: Locator;
  evse(name: string): EvseCard;
  plugIn(name: string): Promise<void>;
  setOtherLoadW(powerW: number): Promise<void>;
}

async function currentIn(card: Locator, label: 'offered' | 'measured'): Promise<number> {
  const text = (await card.innerText()).replaceAll(/\s+/gu, ' ');
  return Number(new RegExp(`([\\d.]+) A ${label}`).exec(text)?.[1] ?? NaN);
}

export function livePageOf(page: Page): LivePage {
  return {
    sentence: page.getByRole('heading', { level: 1 }),
    evse(name) {
      const card = page.getByRole('article', { name });
      return {
        card,
        why: card.getByRole('button', { name: /\d\sA: / }),
        offeredA: () => currentIn(card, 'offered'),
        measuredA: () => currentIn(card, 'measured'),
        act: (what) => card.getByRole('button', { name: `${what} ${name}` }).click(),
      };
    },
    async plugIn(name) {
      const plug = page.getByRole('button', { name: `Plug in ${name}` });
      if (await plug.isVisible()) await plug.click();
    },
    async setOtherLoadW(powerW) {
      const panel = page.getByRole('region', { name: 'Simulated vehicles and load' });
      await panel.getByRole('textbox', { name: /^Other load on/ }).fill(String(powerW));
      await panel.getByRole('button', { name: /^Set / }).click();
    },
  };
}
