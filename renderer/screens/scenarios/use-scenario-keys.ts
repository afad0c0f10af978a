import { useKeys } from '../../shell/use-keys.ts';
import { useBench } from '../../store/use-bench.ts';
import { useView } from '../../store/view-store.ts';
import type { PlayerActs } from './player-acts.ts';
import { usePlayerHandle } from './use-player.ts';

const ZOOM = 0.6;

/** In a narrow window the library hangs under the title: opening it puts the focus on its search. */
function focusSearch(): void {
  const fields = [...document.querySelectorAll<HTMLInputElement>('input[data-library-search], [data-library-search] input')];
  const seen = fields.find((field) => field.getClientRects().length > 0);
  if (seen === undefined) document.querySelector<HTMLButtonElement>('.library-opener')?.click();
  else seen.focus();
}

export function useScenarioKeys(acts: PlayerActs): void {
  const player = usePlayerHandle();
  const hasLetters = useView((state) => state.hasLetterKeys);
  const isSheetOpen = useView((state) => state.sheet !== null);
  const isComputing = useBench((state) => state.computing !== null);
  useKeys(
    {
      Space: acts.playOrPause,
      Escape: () => {
        if (isComputing) acts.stop();
        else player.setState({ isPlaying: false });
      },
      ArrowLeft: () => acts.step(-1),
      ArrowRight: () => acts.step(1),
      'Shift+ArrowLeft': () => acts.toEvent(-1),
      'Shift+ArrowRight': () => acts.toEvent(1),
      PageDown: () => acts.leap(1),
      PageUp: () => acts.leap(-1),
      '.': () => acts.toChange(1),
      ',': () => acts.toChange(-1),
      Home: () => acts.seek(0),
      End: () => acts.seek(Infinity),
      w: acts.toWorst,
      '+': () => acts.zoom(ZOOM),
      '-': () => acts.zoom(1 / ZOOM),
      '0': acts.showAll,
      '[': () => acts.faster(-1),
      ']': () => acts.faster(1),
      '/': focusSearch,
    },
    { hasLetters, isActive: !isSheetOpen },
  );
}
