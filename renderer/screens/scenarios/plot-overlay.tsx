import { useEffect, useRef } from 'react';
import { panned, zoomed } from '../../charts/time-range.ts';
import { rowAt, valueAt } from '../../store/played-run.ts';
import { asText, current } from '../../words/numbers.ts';
import { runTime } from '../../words/times.ts';
import type { PlayerActs } from './player-acts.ts';
import type { RunView } from './run-view.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

/** Values are announced at most once a second; a moving cursor would never be quiet. */
const ANNOUNCED_STEP_S = 1;

/** Over all lanes: one cursor for every one of them. Drag seeks, the wheel zooms about the pointer, with Shift it pans. */
export function PlotOverlay({ view, acts }: { readonly view: RunView; readonly acts: PlayerActs }) {
  const player = usePlayerHandle();
  const place = useRef<HTMLDivElement>(null);
  const cursorS = usePlayer((state) => state.cursorS);
  const [fromS, untilS] = usePlayer((state) => state.range);
  const isPlaying = usePlayer((state) => state.isPlaying);
  const { durationS } = view;
  const part = (cursorS - fromS) / (untilS - fromS);
  const timeAt = (clientX: number): number => {
    const box = place.current?.getBoundingClientRect();
    const { range } = player.getState();
    return box === undefined ? 0 : range[0] + ((clientX - box.left) / box.width) * (range[1] - range[0]);
  };

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const { range } = player.getState();
      const width = range[1] - range[0];
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) player.setState({ range: panned(range, (sideways / box.width) * width, durationS) });
      else player.setState({ range: zoomed(range, 1.0015 ** event.deltaY, range[0] + ((event.clientX - box.left) / box.width) * width, durationS) });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
    };
  }, [durationS, player]);

  const row = rowAt(view.run.columns.timeS, isPlaying ? Math.floor(cursorS / ANNOUNCED_STEP_S) * ANNOUNCED_STEP_S : cursorS);
  return (
    <div
      className="plot-overlay"
      ref={place}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        acts.seek(timeAt(event.clientX));
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) acts.seek(timeAt(event.clientX));
      }}
    >
      <div
        className={part >= 0 && part <= 1 ? 'cursor-line' : 'cursor-line out'}
        style={{ left: `${Math.min(Math.max(part, 0), 1) * 100}%` }}
        role="slider"
        // Its keys are the screen's own: arrows move it wherever the focus is.
        data-screen-arrows
        tabIndex={0}
        aria-label="Cursor in the run"
        aria-valuemin={0}
        aria-valuemax={Math.round(durationS)}
        aria-valuenow={Math.round(cursorS)}
        aria-valuetext={`${runTime(cursorS)}, ${view.circuit.name} ${asText(current(valueAt(view.currentA, row)))}`}
      />
    </div>
  );
}
