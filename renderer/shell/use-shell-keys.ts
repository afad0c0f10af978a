import { SCREENS, useView, useViewHandle } from '../store/view-store.ts';
import { SCREEN_WORDS } from '../words/screens.ts';
import { focusColumn } from './columns.ts';
import { useKeys, type KeyBindings } from './use-keys.ts';

/** The keys that act on every screen. */
export function useShellKeys(): void {
  const view = useViewHandle();
  const hasLetters = useView((state) => state.hasLetterKeys);
  const screen = useView((state) => state.screen);
  const isSheetOpen = useView((state) => state.sheet !== null);
  const chords = SCREENS.flatMap((name) => {
    const { letter } = SCREEN_WORDS[name];
    return letter === null ? [] : [[`g ${letter}`, () => view.show(name)] as const];
  });
  const bindings: KeyBindings = {
    ...Object.fromEntries(chords),
    '?': () => view.open('keys'),
    // On Scenarios the same key searches the library.
    ...(screen === 'scenarios' ? {} : { '/': () => view.open('find') }),
    'Ctrl+k': () => view.open('find'),
    F6: () => focusColumn(1),
    'Shift+F6': () => focusColumn(-1),
  };
  useKeys(bindings, { hasLetters, isActive: !isSheetOpen });
  useKeys({ 'Ctrl+Shift+x': () => void view.pauseAll() }, { hasLetters });
}
