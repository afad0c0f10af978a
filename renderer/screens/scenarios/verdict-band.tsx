import { FailurePanel } from '../../components/failure-panel.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { Badge } from '../../components/badge.tsx';
import { Crosshair } from '../../icons/icons.tsx';
import { StateIcon } from '../../icons/state-icon.tsx';
import { rowAt } from '../../store/played-run.ts';
import { figuresSoFar } from '../../store/so-far.ts';
import { controllerName } from '../../words/controllers.ts';
import { runTime } from '../../words/times.ts';
import { expectationSummary, VERDICT_STATES, VERDICT_WORDS, verdictSentence, type CircuitLimits, type RunFigures } from '../../words/verdicts.ts';
import type { PlayerActs } from './player-acts.ts';
import type { Chosen } from './use-chosen.ts';
import { usePlayer } from './use-player.ts';
import type { Computing } from '../../store/bench-store.ts';

function NotPlayed({ about }: { readonly about: string }) {
  return (
    <div className="verdict open">
      <StateIcon state="open" size={34} />
      <div className="verdict-word state-open">Not played</div>
      <p>{about === '' ? 'Play it to see whether the breaker holds.' : about}</p>
    </div>
  );
}

function Working({ computing }: { readonly computing: Computing }) {
  const { playedS, durationS, request, index, count } = computing;
  const part = durationS > 0 ? Math.min(1, playedS / durationS) : 0;
  return (
    <div className="verdict now" role="status">
      <StateIcon state="now" size={34} />
      <div className="verdict-work">
        <p>
          Playing under {controllerName(request.controller)}
          {count > 1 ? `, ${index + 1} of ${count}` : ''}: <span className="num">{runTime(playedS)}</span> of <span className="num">{runTime(durationS)}</span>
        </p>
        <div className="progress" role="progressbar" aria-label="Played" aria-valuenow={Math.round(part * 100)}>
          <i style={{ width: `${part * 100}%` }} />
        </div>
      </div>
    </div>
  );
}

interface Shown {
  readonly figures: RunFigures;
  readonly limits: CircuitLimits | null;
  readonly isSoFar: boolean;
  readonly failed: string | null;
}

function Verdict({ shown, acts, hasRun }: { readonly shown: Shown; readonly acts: PlayerActs; readonly hasRun: boolean }) {
  const { figures, limits, isSoFar, failed } = shown;
  const state = VERDICT_STATES[figures.verdict];
  return (
    <div className={`verdict ${state}`}>
      <StateIcon state={state} size={34} />
      <div className={`verdict-word state-${state}`} aria-live="assertive">
        {VERDICT_WORDS[figures.verdict]}
        {isSoFar ? <span className="so-far"> so far</span> : null}
      </div>
      <div className="verdict-text">
        <p>
          <Sentence text={verdictSentence(figures, limits)} />
        </p>
        {failed === null ? null : <Badge state="danger" text={failed} />}
      </div>
      {hasRun ? (
        <button type="button" className="button compact" onClick={acts.toWorst} title="Worst moment (W)">
          <Crosshair size={16} />
          <span className="wide">Worst moment</span>
        </button>
      ) : null}
    </div>
  );
}

export function VerdictBand({ chosen, acts }: { readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const { view, outcome, failure, computing } = chosen;
  const limits = view === null ? null : { name: view.circuit.name, ratingA: view.ratingA, continuousA: view.continuousA };
  // Only while it plays does the cursor decide what is known.
  const row = usePlayer((state) => (state.isPlaying && view !== null ? rowAt(view.run.columns.timeS, state.cursorS) : null));
  if (computing !== null) return <Working computing={computing} />;
  if (failure !== null) return <FailurePanel failure={failure} act={chosen.scenario.failure === null ? { label: 'Play again', run: acts.compute } : { label: 'Mend it in the editor', run: acts.edit }} />;
  if (outcome === null) return <NotPlayed about={chosen.scenario.about} />;
  const isSoFar = view !== null && row !== null && row < view.run.columns.timeS.length - 1;
  const figures = isSoFar ? figuresSoFar(view.running, row, outcome.verdict) : outcome;
  const failed = isSoFar || outcome.passed ? null : expectationSummary(outcome);
  return <Verdict shown={{ figures, limits, isSoFar, failed }} acts={acts} hasRun={view !== null} />;
}
