import { useMemo } from 'react';
import { StateIcon } from '../../icons/state-icon.tsx';
import { Sentence } from '../../components/sentence.tsx';
import { noticeSentence } from '../../words/notices.ts';
import { runTime } from '../../words/times.ts';
import { noticesAt } from './changes.ts';
import { ComparisonTable } from './comparison-table.tsx';
import type { PlayerActs } from './player-acts.ts';
import type { RunView } from './run-view.ts';
import { SetpointList } from './setpoint-list.tsx';
import type { Chosen } from './use-chosen.ts';
import { usePlayer } from './use-player.ts';

function Setpoints({ view, acts }: { readonly view: RunView; readonly acts: PlayerActs }) {
  const at = usePlayer((state) => runTime(state.cursorS));
  return (
    <section aria-labelledby="setpoints-title">
      <div className="inspector-head">
        <h2 id="setpoints-title">
          Setpoints at <span className="num">{at}</span>
        </h2>
        <span className="grow" />
        <button type="button" className="next-change" onClick={() => acts.toChange(1)}>
          <kbd className="kbd">.</kbd> next change
        </button>
      </div>
      <SetpointList view={view} />
    </section>
  );
}

function Notices({ view }: { readonly view: RunView }) {
  const cursorS = usePlayer((state) => Math.floor(state.cursorS * 10) / 10);
  const notices = useMemo(() => noticesAt(view.run.result, cursorS), [view, cursorS]);
  if (notices.length === 0) return null;
  return (
    <section aria-labelledby="notices-title">
      <h2 id="notices-title">Notices</h2>
      <ul className="notices">
        {notices.map((notice) => (
          <li key={`${notice.code} ${notice.about ?? ''}`}>
            <StateIcon state={notice.severity === 'info' ? 'now' : notice.severity} />
            <span>
              <Sentence text={noticeSentence(notice, view.names)} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function MustHold({ chosen }: { readonly chosen: Chosen }) {
  const { outcome } = chosen;
  if (outcome === null) return null;
  return (
    <section aria-labelledby="must-hold-title">
      <h2 id="must-hold-title">Must hold</h2>
      {outcome.expectations.length === 0 ? <p className="small muted">Nothing is stated for this controller.</p> : null}
      <ul>
        {outcome.expectations.map((expectation) => (
          <li key={expectation.text} className="expectation">
            <StateIcon state={expectation.passed ? 'good' : 'danger'} />
            <span>
              <Sentence text={expectation.text} />
            </span>
            <span className="right secondary">{expectation.passed ? 'holds' : 'fails'}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Reasons and evidence at the right: setpoints at the cursor, notices, what must hold, controllers compared. */
export function Inspector({ chosen, acts }: { readonly chosen: Chosen; readonly acts: PlayerActs }) {
  const { view } = chosen;
  return (
    <aside className="inspector" data-column tabIndex={-1} aria-label="Reasons and evidence">
      {view === null ? null : <Setpoints view={view} acts={acts} />}
      {view === null ? null : <Notices view={view} />}
      <MustHold chosen={chosen} />
      <ComparisonTable chosen={chosen} />
    </aside>
  );
}
