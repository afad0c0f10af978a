import { SCREENS, type ScreenName } from '../store/view-store.ts';

/** The screen stands in the address behind the hash, so that a reloaded window comes back to it. */
export const screenAddress = (screen: ScreenName): string => `#/${screen}`;

export function screenOf(hash: string): ScreenName | null {
  const name = hash.replace(/^#\/?/, '').split('/')[0];
  return SCREENS.find((screen) => screen === name) ?? null;
}
