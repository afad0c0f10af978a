import { ChevronLeft, ChevronRight, FlagAfter, FlagBefore, PauseFilled, PlayFilled, StopFilled } from '../../icons/icons.tsx';
import { useBench } from '../../store/use-bench.ts';
import { TIMES } from '../../words/numbers.ts';
import { runTime } from '../../words/times.ts';
import { Overview } from './overview.tsx';
import type { PlayerActs } from './player-acts.ts';
import { SPEEDS, type Speed } from './player-store.ts';
import type { Chosen } from './use-chosen.ts';
import { usePlayer, usePlayerHandle } from './use-player.ts';

const speedLabel = (speed: Speed): string => (speed === 'max' ? 'Max' : `${speed}${TIMES}`);

function PlayButton({ acts, isBlocked }: { readonly acts: PlayerActs; readonly isBlocked: boolean }) {
  const isPlaying = usePlayer((state) => state.isPlaying);
  const computing = useBench((state) => state.computing);
  if (computing !== null) {
    return (
      <button type="button" className="button danger play" disabled={computing.isStopping} onClick={acts.stop} title="Escape">
        <StopFilled />
        {computing.isStopping ? 'Stopping' : 'Stop'}
      </button>
    );
  }
  return (
    <button type="button" className="button primary play" disabled={isBlocked} onClick={acts.playOrPause}>
      {isPlaying ? <PauseFilled /> : <PlayFilled />}
      {isPlaying ? 'Pause' : 'Play'}
    </button>
  );
}

function Speeds() {
  const player = usePlayerHandle();
  const chosen = usePlayer((state) => state.speed);
  return (
    <div className="speeds" role="radiogroup" aria-label="Speed" data-own-arrows>
      {SPEEDS.map((speed) => (
        <label key={speed} className={speed === chosen ? 'on' : ''}>
          <input type="radio" name="speed" className="visually-hidden" checked={speed === chosen} onChange={() => player.setState({ speed })} />
          {speedLabel(speed)}
        </label>
      ))}
    </div>
  );
}

function Clock({ durationS }: { readonly durationS: number }) {
  const now = usePlayer((state) => runTime(state.cursorS));
  return (
    <div className="clock">
      <span className="num clock-now">{now}</span>
      <span className="small muted num">of {runTime(durationS)}</span>
    </div>
  );
}

export function Transport({ chosen, acts }: { readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const { view, scenario } = chosen;
  const leads = useBench(({ host }) => host?.leads ?? true);
  return (
    <div className="transport" role="group" aria-label="Transport">
      <PlayButton acts={acts} isBlocked={(!leads && view === null) || scenario.failure !== null} />
      <div className="steps">
        <button type="button" className="button square" aria-label="Step back" title="Step back (left arrow)" disabled={view === null} onClick={() => acts.step(-1)}>
          <ChevronLeft />
        </button>
        <button type="button" className="button square" aria-label="Step forward" title="Step forward (right arrow)" disabled={view === null} onClick={() => acts.step(1)}>
          <ChevronRight />
        </button>
        <button type="button" className="button square" aria-label="Event before" title="Event before (Shift and left arrow)" disabled={view === null} onClick={() => acts.toEvent(-1)}>
          <FlagBefore />
        </button>
        <button type="button" className="button square" aria-label="Event after" title="Event after (Shift and right arrow)" disabled={view === null} onClick={() => acts.toEvent(1)}>
          <FlagAfter />
        </button>
      </div>
      <Clock durationS={view?.durationS ?? scenario.durationS} />
      <Overview view={view} />
      <Speeds />
    </div>
  );
}
