import type { ScreenName } from '../store/view-store.ts';

/** What a screen is called, its letter behind G, and, where it is not built yet, what will be there and what can be done now. */
export interface ScreenWords {
  readonly title: string;
  readonly letter: string | null;
  readonly empty: { readonly willBe: string; readonly now: string; readonly act: ScreenName } | null;
}

export const SCREEN_WORDS: Readonly<Record<ScreenName, ScreenWords>> = {
  start: { title: 'Start', letter: null, empty: null },
  site: {
    title: 'Site',
    letter: 's',
    empty: {
      willBe: 'Here will be the single-line diagram of what is installed, with what is wrong pinned at the thing it concerns.',
      now: 'Until then the site comes from its file, what was found wrong with it is listed here, and what flows in it can be seen live.',
      act: 'live',
    },
  },
  devices: { title: 'Devices', letter: 'd', empty: null },
  commissioning: {
    title: 'Commissioning',
    letter: 'c',
    empty: {
      willBe: 'Here it will be proven step by step, phase by phase, that the site is wired as drawn and obeys.',
      now: 'Until then the worst cases can be played on simulated devices.',
      act: 'scenarios',
    },
  },
  scenarios: { title: 'Scenarios', letter: 'p', empty: null },
  live: { title: 'Live', letter: 'l', empty: null },
  export: {
    title: 'Export',
    letter: 'e',
    empty: {
      willBe: 'Here the plan will be compared with what the devices have stored, written, read back, and taken back if need be.',
      now: 'Until then a played run can be exported as a table or a picture from Scenarios.',
      act: 'scenarios',
    },
  },
  report: {
    title: 'Report',
    letter: 'r',
    empty: {
      willBe: 'Here the proof for customer and inspector will be put together, signed and printed.',
      now: 'Until then the verdict of each scenario stands with its evidence on Scenarios.',
      act: 'scenarios',
    },
  },
  settings: { title: 'Settings', letter: null, empty: null },
};
